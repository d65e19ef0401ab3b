"""The client's core against the server's, in memory: whatever is lost, doubled or swapped on the way.

A page of ES modules, a stylesheet, a Python module and a file of `[files]`, a server that pushes each save, and a network between them that a history of
faults is drawn for. When the network is calm again, the page has run what is on disk, or was reloaded.
"""

import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmr_browser import _ffi
from hmr_browser.page.console import ConsoleLogger
from hmr_browser.page.es_modules import ESModules
from hmr_browser.page.settings import Settings
from hmr_browser.page.stylesheets import Stylesheets
from hmr_browser.pyscript.fetches import Fetches
from hmr_browser.python.data_files import DATA_FILES
from hmr_browser.transport.reconnect import Connection
from hmr_browser.transport.websocket import WebSocketTransport
from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.eager import start
from hmr_client.message_handler import MessageHandler
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.payloads import CssUpdate, Custom, JsUpdate, PyUpdate, UpdatePayload
from hmr_server.channel.hot_channel import ConnectionLost, HotChannel
from hmr_server.channel.journal import Journal
from hmr_server.reporting.page_events import PageEvents
from hmr_server.reporting.terminal import Terminal
from tests.browser.fake_javascript import Early, EventTarget, JsException, WebSocket, page
from tests.client.virtual_loop import VirtualLoop

MODULES = ("/a.js", "/b.js")
SHEET, PYTHON, FILE = "/style.css", "/app.py", "/words.txt"
PATHS = (*MODULES, SHEET, PYTHON, FILE)

step = st.one_of(
    st.tuples(st.just("save"), st.sampled_from(PATHS)),
    st.tuples(st.just("deliver"), st.integers(1, 4)),
    st.tuples(st.just("double"), st.just(0)),
    st.tuples(st.just("swap"), st.just(0)),
    st.tuples(st.just("cut"), st.just(0)),
    st.tuples(st.just("fail fetches"), st.integers(1, 3)),
    st.tuples(st.just("down"), st.just(0)),
    st.tuples(st.just("up"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([0.01, 0.2, 3.0, 20.0])),
)


class Document(EventTarget):
    body = None
    visibilityState = "visible"  # noqa: N815  # JavaScript's name


class Link(EventTarget):
    """A `<link>`: loads its sheet once it is in the document."""

    disabled = False

    def __init__(self, world: "World", href: str) -> None:
        super().__init__()
        self.world = world
        self.href = href
        self.sheet: Any = None

    def cloneNode(self) -> "Link":  # noqa: N802  # JavaScript's name
        return Link(self.world, self.href)

    def after(self, link: "Link") -> None:
        self.world.links.append(link)
        start(link.load())

    def remove(self) -> None:
        self.world.links.remove(self)

    async def load(self) -> None:
        text = await self.world.request()
        self.sheet = SimpleNamespace(
            cssRules=SimpleNamespace(length=1, version=self.world.disk[SHEET])
        )
        self.fire("error" if text is None else "load")


class Location:
    """A native URL, as far as stylesheets read it."""

    def __init__(self, url: str, base: str) -> None:
        self._parts = urlsplit(urljoin(base, url))

    new = classmethod(lambda cls, url, base: cls(url, base))

    @property
    def href(self) -> str:
        return self._parts.geturl()

    @property
    def pathname(self) -> str:
        return self._parts.path

    @property
    def search(self) -> str:
        return f"?{self._parts.query}" if self._parts.query else ""

    @property
    def searchParams(self) -> "Location":  # noqa: N802  # JavaScript's name
        return self

    def delete(self, name: str) -> None:
        kept = [x for x in self._parts.query.split("&") if x.partition("=")[0] != name]
        self._parts = self._parts._replace(query="&".join(kept))


class Wire:
    """The server's end of a connection."""

    def __init__(self, world: "World", socket: WebSocket) -> None:
        self.socket = socket
        self.world = world
        self.is_cut = False
        self.said: list[str] = []
        self.news = world.loop.create_future()

    async def send(self, text: str) -> None:
        if self.is_cut:
            raise ConnectionLost
        self.world.in_flight.append((self, text))

    async def messages(self) -> Any:
        while not self.is_cut:
            while self.said:
                yield self.said.pop(0)
            self.news = self.world.loop.create_future()
            await self.news

    def wake(self) -> None:
        if not self.news.done():
            self.news.set_result(None)


class World:
    def __init__(self, loop: VirtualLoop, *, is_cut_early: bool = False) -> None:
        self.loop = loop
        self.links = [Link(self, f"http://x{SHEET}")]
        WebSocket.opened.clear()
        page.console.lines.clear()
        page.globalThis = EventTarget()
        page.fetch = self.fetch
        self.disk = dict.fromkeys(PATHS, 0)
        self.ran = dict.fromkeys(PATHS, 0)
        self.in_flight: list[tuple[Wire, str]] = []
        self.wires: dict[WebSocket, Wire] = {}
        self.is_up = True
        self.failing = 0
        self.reloads = 0
        self.stamp = 1_795_000_000_000
        self.journal = Journal()
        self.serve()
        settings_ = Settings(base="/", token="t", client_url="http://x/@hmr/client")
        logger = ConsoleLogger("[hmr]")
        connection = Connection(settings_, logger, document=Document(), reload=self.reload)
        first = WebSocket("ws://x/?token=t")
        first.readyState = 1
        again = connection.wait_to_fetch_again
        greeting = {"type": "connected", "session": "s", "sequence": 0}
        self.accept(first)
        self.in_flight.clear()  # the bootstrap has kept the greeting
        transport = NormalisedTransport(
            WebSocketTransport(lambda: "ws://x/?token=t", logger, early=Early(first, greeting))
        )
        modules = ESModules(self.import_module, self.reload, "/", again)
        client = HMRClient(logger, transport, modules.import_updated_module)
        if is_cut_early:  # while Python was started
            self.cut()
        self.sheets = Stylesheets(
            lambda: [self], self.refresh_sheet, self.reload, logger, "/", again
        )
        self.fetches = Fetches(again, lambda _url: "", logger.log)
        client.add_listener("files", DATA_FILES, self.bring_file)
        handler = MessageHandler(client, self, update_python=self.run_python, patience=5.0)
        connection.start(client, handler)
        for path in MODULES:
            HMRContext(client, path).accept()
        self.connection = connection
        self.turn()

    # --- the server -----------------------------------------------------------------------------

    def serve(self) -> None:
        """A process; the next one of the same session goes on with its journal."""
        self.channel = HotChannel("s", self.journal)
        nothing: Any = SimpleNamespace(left=lambda _: None)
        PageEvents(self.channel, nothing, Terminal(), nothing, lambda _: None).listen(console=False)

    def accept(self, socket: WebSocket) -> None:
        wire = self.wires[socket] = Wire(self, socket)
        start(self.channel.serve(wire))
        if socket.readyState == 0:
            socket.open()
        self.loop.drain()

    def save(self, path: str) -> None:
        self.disk[path] += 1
        self.stamp += 1
        self.channel.send(self.push_for(path))

    def push_for(self, path: str) -> UpdatePayload | Custom:
        if path == FILE:
            return Custom(event=DATA_FILES, data={"files": [{"path": path}]})
        update: JsUpdate | CssUpdate | PyUpdate
        if path == PYTHON:
            source = str(self.disk[path])
            update = PyUpdate(path=path, accepted_path=path, timestamp=self.stamp, source=source)
        else:
            kind = CssUpdate if path == SHEET else JsUpdate
            update = kind(path=path, accepted_path=path, timestamp=self.stamp)
        return UpdatePayload(updates=(update,))

    # --- the browser ----------------------------------------------------------------------------

    def reload(self, _reason: str = "") -> None:
        self.reloads += 1

    def begin_update(self, _payload: UpdatePayload) -> bool:
        return True

    def swap_stylesheet(self, update: CssUpdate) -> Any:
        return self.sheets.swap(update)

    def show_error(self, payload: Any) -> None:
        page.console.error(payload.err.message)

    def close_error(self) -> None:
        """Nothing is shown."""

    def querySelectorAll(self, _selector: str) -> list[Link]:  # noqa: N802  # JavaScript's name
        return list(self.links)

    async def refresh_sheet(self, _sheet: str, _timestamp: int) -> str:
        return ""

    async def run_python(self, updates: Any) -> list[Any]:
        for update in updates:
            self.ran[update.path] = int(update.source)
        return []

    async def bring_file(self, _data: Any) -> None:
        self.ran[FILE] = int(await self.fetches.file(f"http://x{FILE}") or b"")

    async def request(self) -> str | None:
        """Return a reply; None, where the network brings none."""
        await self.loop.tick(0.005)
        return None if not self.is_up or self.take_a_failure() else "reply"

    async def fetch(self, url: str, _options: Any) -> Any:
        if not self.is_up or self.take_a_failure():
            raise JsException("Failed to fetch", name="TypeError")

        async def text() -> str:
            return "const config = " + json.dumps({"token": "t"}) + ";\n"

        async def buffer() -> Any:
            content = str(self.disk[FILE]).encode()
            return SimpleNamespace(to_bytes=lambda: content)

        headers = SimpleNamespace(has=lambda _name: True)
        return SimpleNamespace(
            ok=True, status=200, body=None, text=text, arrayBuffer=buffer, headers=headers
        )

    async def import_module(self, url: str) -> str:
        if await self.request() is None:
            raise JsException(f"Failed to fetch dynamically imported module: {url}", "TypeError")
        path = re.sub(r"\?.*", "", url)
        self.ran[path] = self.disk[path]
        return path

    def take_a_failure(self) -> bool:
        self.failing -= 1
        return self.failing >= 0

    # --- the network ----------------------------------------------------------------------------

    def turn(self) -> None:
        """Whatever can run runs; what was said is on its way."""
        for _ in range(3):
            self.loop.drain()
            for socket in [x for x in WebSocket.opened if x.readyState == 0]:
                if self.is_up:
                    self.accept(socket)
                else:
                    socket.drop()
            for socket, wire in self.wires.items():
                wire.said += socket.sent
                socket.sent = []
                wire.wake()
        self.loop.drain()

    def deliver(self, index: int = 0, *, keeps: bool = False) -> None:
        if index >= len(self.in_flight):
            return
        wire, text = self.in_flight[index] if keeps else self.in_flight.pop(index)
        if wire.socket.readyState == 1:
            wire.socket.receive(text)
        self.turn()

    def cut(self) -> None:
        self.in_flight.clear()
        for socket, wire in self.wires.items():
            wire.is_cut = True
            wire.wake()
            if socket.readyState == 1:
                socket.drop()
        self.turn()

    def do(self, what: str, argument: Any) -> None:
        match what:
            case "save":
                self.save(argument)
            case "deliver":
                for _ in range(argument):
                    self.deliver()
            case "double":
                self.deliver(keeps=True)
            case "swap":
                self.deliver(1)
            case "cut":
                self.cut()
            case "fail fetches":
                self.failing = argument
            case "down":
                self.is_up = False
                self.cut()
            case "up":
                self.is_up = True
            case "restart":
                self.cut()
                self.serve()
            case "wait":
                self.pass_time(argument)
        self.turn()

    def pass_time(self, seconds: float) -> None:
        end = self.loop.now + seconds
        while self.loop.now < end:
            self.loop.advance(min(0.5, end - self.loop.now))
            self.turn()

    def calm_down(self) -> None:
        self.failing = 0
        self.is_up = True
        for _ in range(40):
            self.turn()
            while self.in_flight:
                self.deliver()
            self.pass_time(1.0)


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "fetch", page.fetch)
    monkeypatch.setattr(page, "globalThis", page.globalThis)
    monkeypatch.setattr(page, "URL", Location, raising=False)
    monkeypatch.setattr(_ffi, "object_to_js", lambda **fields: fields)


@settings(max_examples=200, deadline=None)
@given(st.lists(step, max_size=40), st.booleans())
def test_the_page_runs_what_is_on_disk_or_was_reloaded(history, is_cut_early):
    loop = VirtualLoop()
    with loop.running():
        world = World(loop, is_cut_early=is_cut_early)
        for what, argument in history:
            world.do(what, argument)
        world.calm_down()
        (link,) = world.links
        if link.sheet is not None:
            world.ran[SHEET] = link.sheet.cssRules.version
        world.connection._running.cancel()
        world.cut()
    assert world.reloads or world.ran == world.disk, page.console.lines
    assert not world.reloads, page.console.lines  # nothing in these histories needs one
