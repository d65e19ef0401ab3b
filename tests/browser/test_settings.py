"""What the server tells the page."""

import json

from hmr_browser.settings import Settings


def test_null_and_missing_settings_get_their_defaults():
    settings = Settings.from_json(
        json.dumps({"base": "/", "socketUrl": "ws://x/?token=t", "micropip": None, "index": None})
    )
    assert settings == Settings(base="/", socket_url="ws://x/?token=t")


def test_every_setting_arrives():
    settings = Settings.from_json(
        json.dumps(
            {
                "base": "/b/",
                "socketUrl": "ws://x/?token=t",
                "directSocketUrl": "ws://y/?token=t",
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
        socket_url="ws://x/?token=t",
        direct_socket_url="ws://y/?token=t",
        client_url="http://x/@hmr/client",
        overlay=False,
        log_prefix="[vite]",
        timeout=5,
        packages=("a", "b"),
        index="http://x/simple/",
        micropip="http://x/micropip.whl",
        extra={"ofALaterServer": 1},
    )
