"""What the server tells the page."""

import json

from hmr_browser.page.settings import Settings


def test_null_and_missing_settings_get_their_defaults():
    settings = Settings.from_json(
        json.dumps({"base": "/", "socketUrl": "ws://x/", "micropip": None, "index": None})
    )
    assert settings == Settings(base="/", socket_url="ws://x/")


def test_every_setting_arrives():
    settings = Settings.from_json(
        json.dumps(
            {
                "base": "/b/",
                "token": "t",
                "socketUrl": "ws://x/",
                "directSocketUrl": "ws://y/",
                "eventsUrl": "http://x/events",
                "clientUrl": "http://x/@hmr/client",
                "overlay": False,
                "logPrefix": "[vite]",
                "timeout": 5,
                "packages": ["a", "b"],
                "index": "http://x/simple/",
                "micropip": "http://x/micropip.whl",
                "ofALaterServer": 1,
            }
        )
    )
    assert settings == Settings(
        base="/b/",
        token="t",
        socket_url="ws://x/",
        direct_socket_url="ws://y/",
        events_url="http://x/events",
        client_url="http://x/@hmr/client",
        overlay=False,
        log_prefix="[vite]",
        timeout=5,
        packages=("a", "b"),
        index="http://x/simple/",
        micropip="http://x/micropip.whl",
        extra={"ofALaterServer": 1},
    )
