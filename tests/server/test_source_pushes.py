"""The sources of an update's modules come with it to pages that take them."""

import asyncio
import threading
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from hmr_client.wire.serialisation import SOURCES
from hmr_server.plugins import DevServer, Plugin, PluginContext
from hmr_server.web import source_pushes
from tests.server.connected_page import OF_A_PAGE, page, receive, save, say
from tests.server.running import RunningServer, Start

SCRIPT = {**OF_A_PAGE, "sec-fetch-dest": "script", "sec-fetch-mode": "cors"}
LINK = {**OF_A_PAGE, "sec-fetch-dest": "style", "accept": "text/css,*/*;q=0.1"}
ORIGIN = "http://localhost:5173/"
HOT = "import.meta.hot.accept();"


def take(running: RunningServer, socket: ClientConnection) -> None:
    say(socket, SOURCES, ORIGIN)
    [client] = running.server.channel.clients
    running.wait_until(lambda: client.takes_sources == ORIGIN)


def load(running: RunningServer, *paths: str) -> None:
    running.get("/", accept="text/html")
    for path in paths:
        running.get(path, **SCRIPT)


def pushed(running: RunningServer, socket: ClientConnection, file: str, text: str) -> Any:
    """The sources that come with the update of a save, by URL without a stamp, and the update."""
    save(running, file, text)
    update = receive(socket)
    return {url.partition("?")[0]: text for url, text in update.pop(SOURCES, {}).items()}, update


def test_a_page_that_takes_them_gets_all_that_it_will_import(running: RunningServer) -> None:
    load(running, "/main.js", "/dep.js")
    with page(running) as socket:
        take(running, socket)
        sources, update = pushed(running, socket, "dep.js", "export const value = 2;\n")

        assert update["type"] == "update"
        stamp = update["updates"][0]["timestamp"]
        assert sources.keys() == {"/main.js", "/dep.js"}
        assert sources["/dep.js"] == "export const value = 2;\n"
        assert f'"{ORIGIN}dep.js?t={stamp}"' in sources["/main.js"]
        assert f'"{ORIGIN}@hmr/client"' in sources["/main.js"]
        # what a request gets differs in nothing else
        served = running.get(f"/main.js?t={stamp}", **SCRIPT).text
        assert sources["/main.js"].replace(ORIGIN, "/") == served


def test_others_get_the_update_alone(running: RunningServer) -> None:
    load(running, "/main.js", "/dep.js")
    with page(running) as socket:
        say(socket, SOURCES, "javascript:alert(1)")
        say(socket, SOURCES, {"no": "text"})
        sources, update = pushed(running, socket, "dep.js", "export const value = 2;\n")
        assert (sources, update["type"]) == ({}, "update")


@pytest.mark.parametrize(
    "text",
    [
        "import.meta.url;",
        "console.log(import.meta);",
        "const load = (name) => import(name);",
        "import '//x.org/a.js';",
        "import './never-requested.js';",
        "//# sourceURL=other.js\n",
        "const = 1;",
        f"/* {'x' * 200_000} */",
    ],
)
def test_what_would_run_otherwise_there_is_requested(running: RunningServer, text: str) -> None:
    save(running, "never-requested.js", "")
    save(running, "own.js", HOT)
    load(running, "/own.js")
    with page(running) as socket:
        take(running, socket)
        sources, update = pushed(running, socket, "own.js", f"{HOT}{text}")
        assert (sources, update["updates"][0]["path"]) == ({}, "/own.js")


@pytest.mark.parametrize(
    "text",
    [
        "import { value } from './dep.js';",
        "const later = () => import('./dep.js');",
        "import x from 'https://x.org/a.js';",
        "import.meta.env.MODE;",
        "export const a = new Error().stack;",
        "const ö = '\\u2028 % # \\n';",
    ],
)
def test_what_runs_alike_is_sent(running: RunningServer, text: str) -> None:
    save(running, "own.js", HOT)
    load(running, "/own.js", "/dep.js")
    with page(running) as socket:
        take(running, socket)
        sources, _ = pushed(running, socket, "own.js", f"{HOT}{text}")
        assert sources.keys() == {"/own.js"}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("p { color: blue }", "p { color: blue }"),
        ("p { background: url(x.svg) }", 'p { background: url("/x.svg") }'),
        ("@import 'other.css'; p { top: 0 }", "p { left: 0 }\n p { top: 0 }"),
        ("@import '//x.org/a.css'; p { top: 0 }", None),
        (f"/* {'x' * 200_000} */", None),
    ],
)
def test_the_text_of_a_linked_stylesheet_is_sent(
    running: RunningServer, text: str, sent: str | None
) -> None:
    save(running, "other.css", "p { left: 0 }\n")
    save(running, "own.css", "")
    load(running)
    running.get("/own.css", **LINK)
    with page(running) as socket:
        take(running, socket)
        sources, update = pushed(running, socket, "own.css", text)
        assert update["updates"][0]["type"] == "css-update"
        assert sources.get("/own.css") == sent


def test_a_transform_that_takes_long_holds_nothing_up(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_pushes, "_PATIENCE_S", 0.05)
    slow = Slow()
    running = start(plugins=[slow])
    load(running, "/main.js", "/dep.js")
    with page(running) as socket:
        take(running, socket)
        sources, update = pushed(running, socket, "dep.js", "export const value = 'slow';\n")
        slow.goes_on.set()
        assert (sources, update["type"]) == ({}, "update")


def test_middleware_sees_all_that_pages_get(start: Start) -> None:
    running = start(plugins=[WithMiddleware()])
    load(running, "/main.js", "/dep.js")
    with page(running) as socket:
        take(running, socket)
        sources, update = pushed(running, socket, "dep.js", "export const value = 2;\n")
        assert (sources, update["type"]) == ({}, "update")


class Slow(Plugin):
    """Takes longer than an update may wait."""

    name = "slow"

    def __init__(self) -> None:
        self.goes_on = threading.Event()

    async def transform(self, context: PluginContext, code: str, id: str) -> None:
        if "slow" in code:
            await asyncio.to_thread(self.goes_on.wait)


class WithMiddleware(Plugin):
    """May change what is served."""

    name = "middleware"

    def configure_server(self, server: DevServer) -> None:
        server.add_middleware(lambda app: app)
