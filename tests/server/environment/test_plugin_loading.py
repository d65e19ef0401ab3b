"""Plugins: how they are named and found, and what they can do with the server."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hmr_client.wire.payloads import JSONValue
from hmr_server.config import ConfigError, ServerConfig, load_config
from hmr_server.environment.plugin_loading import load_plugins
from hmr_server.plugins import DevServer, Plugin
from tests.server.connected_page import page, receive, say
from tests.server.running import Start


@pytest.fixture(autouse=True)
def unchanged_imports(tmp_path: Path) -> Iterator[None]:
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name, module in list(sys.modules.items()):
        if str(tmp_path) in str(
            getattr(module, "__file__", "")
        ):  # a library cannot be loaded twice
            del sys.modules[name]


def load(tmp_path: Path, source: str, written: str) -> list[Plugin]:
    (tmp_path / "my_plugins.py").write_text(source)
    return load_plugins(ServerConfig(root=tmp_path, plugins=(written,)))


SOURCE = """
from hmr_server.plugins import Plugin

class Mine(Plugin):
    name = "mine"

class Outer:
    Inner = Mine

def make():
    return Mine()

made = Mine()
number = 3

def fail():
    raise ZeroDivisionError("no")

def nothing():
    pass
"""


@pytest.mark.parametrize("name", ["Mine", "make", "made", "Outer.Inner"])
def test_a_plugin_is_a_class_a_function_or_a_plugin(tmp_path: Path, name: str) -> None:
    (plugin,) = load(tmp_path, SOURCE, f"my_plugins:{name}")
    assert plugin.name == "mine"


@pytest.mark.parametrize(
    ("source", "written", "said"),
    [
        (SOURCE, "my_plugins", 'Write "package.module:name".'),
        (SOURCE, ":Mine", 'Write "package.module:name".'),
        (SOURCE, "my_plugins:", 'Write "package.module:name".'),
        (SOURCE, "nowhere_at_all:Mine", "cannot be imported: ModuleNotFoundError"),
        (SOURCE, "my_plugins:Other", "cannot be imported: AttributeError"),
        (SOURCE, "my_plugins:number", "is no hmr_server.plugins.Plugin"),
        (SOURCE, "my_plugins:fail", "which failed: ZeroDivisionError: no"),
        (SOURCE, "my_plugins:nothing", "is no hmr_server.plugins.Plugin"),
        ("1 / 0", "my_plugins:Mine", "cannot be imported: ZeroDivisionError"),
        ("def", "my_plugins:Mine", "cannot be imported: SyntaxError"),
    ],
)
def test_a_plugin_that_cannot_be_had_says_why(
    tmp_path: Path, source: str, written: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        load(tmp_path, source, written)
    assert caught.value.key == "plugins"
    assert f'"{written}"' in caught.value.problem


def test_a_project_s_file_does_not_shadow_an_installed_module(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("1 / 0")
    load(tmp_path, "import colorsys\n" + SOURCE, "my_plugins:Mine")


class Talkative(Plugin):
    def configure_server(self, server: DevServer) -> None:
        def greet(data: JSONValue, _client: object) -> None:
            server.send("greeting", {"to": data})

        async def where(request: Request) -> Response:
            return JSONResponse({"name": request.path_params["name"], "method": request.method})

        def plain(_request: Request) -> Response:
            server.send("from a thread")
            return Response("plain")

        server.on("name", greet)
        server.add_route("/api/{name}", where, ["GET", "POST"])
        server.add_route("/main.js", plain)


@pytest.mark.parametrize("base", ["/", "/app/"])
def test_a_plugin_has_events_and_routes(start: Start, base: str) -> None:
    running = start(plugins=[Talkative()], base=base)
    assert httpx.post(f"{running.url}api/%C3%BC").json() == {"name": "ü", "method": "POST"}
    assert httpx.get(f"{running.url}api/x").json() == {"name": "x", "method": "GET"}
    assert httpx.delete(f"{running.url}api/x").status_code == 405
    assert httpx.get(f"{running.url}dep.js").status_code == 200
    with page(running) as first, page(running) as second:
        say(first, "name", "you")
        for socket in (first, second):
            greeting = receive(socket)
            assert (greeting["event"], greeting["data"]) == ("greeting", {"to": "you"})
        assert httpx.get(f"{running.url}main.js").text == "plain"
        assert receive(first)["event"] == "from a thread"
    assert json.dumps(greeting)


class Broken(Plugin):
    def configure_server(self, server: DevServer) -> None:
        raise ZeroDivisionError("no")


def test_a_plugin_that_fails_at_the_start_is_named(start: Start) -> None:
    with pytest.raises(ConfigError, match="has Broken, whose configure_server failed"):
        start(plugins=[Broken()])


class Careful(Plugin):
    """Starts with something that takes a while, and stands around the server."""

    async def configure_server(self, server: DevServer) -> None:
        await asyncio.sleep(0)
        server.on("whoami", lambda _, client: server.send("you", client.id, client=client))
        server.add_middleware(Header, name="x-one", value="1")
        server.add_middleware(Header, name="x-two", value="2")


class Header:
    """Adds a header to each response."""

    def __init__(self, app: ASGIApp, *, name: str, value: str) -> None:
        self._app = app
        self._header = (name.encode(), value.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], self._header]}
            await send(message)

        await self._app(scope, receive, sent)


def test_a_plugin_configures_the_server_while_it_waits(start: Start) -> None:
    running = start(plugins=[Careful()])
    answer = httpx.get(f"{running.url}dep.js")
    assert (answer.headers["x-one"], answer.headers["x-two"]) == ("1", "2")
    assert answer.headers.get_list("x-two", split_commas=False) == ["2"]
    with page(running), page(running) as second:
        say(second, "whoami", None)
        assert receive(second)["event"] == "you"


def test_a_plugin_gets_the_options_that_stand_beside_its_name(tmp_path: Path) -> None:
    (tmp_path / "optional_plugin.py").write_text(
        "from hmr_server.plugins import Plugin\n"
        "class Mine(Plugin):\n"
        "    def __init__(self, target, *, minify=False):\n"
        "        self.name = f'{target} {minify}'\n"
    )
    (tmp_path / "hmr.toml").write_text(
        'plugins = [{ use = "optional_plugin:Mine", target = "es2020", minify = true }]'
    )
    [plugin] = load_plugins(load_config(tmp_path))
    assert plugin.name == "es2020 True"


def test_options_that_a_plugin_does_not_take_are_named(tmp_path: Path) -> None:
    (tmp_path / "optional_plugin_2.py").write_text(
        "from hmr_server.plugins import Plugin\nclass Mine(Plugin): ...\nmine = Mine()\n"
    )
    for name, expected in (("Mine", "which failed: TypeError"), ("mine", "which takes none")):
        setting = {"use": f"optional_plugin_2:{name}", "target": 1}
        with pytest.raises(ConfigError, match=expected):
            load_plugins(load_config(tmp_path, plugins=[setting]))
