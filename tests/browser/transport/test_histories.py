"""The client's core against the server's, in memory: whatever is lost, doubled or swapped on the way.

A page of three modules, a server that pushes each save, and a network between them that a history of
faults is drawn for. When the network is calm again, the page has run what is on disk, or was reloaded.
"""

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmr_browser.page.console import ConsoleLogger
from hmr_browser.page.es_modules import ESModules
from hmr_browser.page.settings import Settings
from hmr_browser.transport.reconnect import Connection
from hmr_browser.transport.websocket import WebSocketTransport
from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.eager import start
from hmr_client.message_handler import MessageHandler
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.payloads import JsUpdate, UpdatePayload
from hmr_server.channel.hot_channel import ConnectionLost, HotChannel
from hmr_server.channel.journal import Journal
from hmr_server.reporting.page_events import PageEvents
from hmr_server.reporting.terminal import Terminal
from tests.browser.fake_javascript import Early, EventTarget, JsException, WebSocket, page
from tests.client.virtual_loop import VirtualLoop

PATHS = ("/a.js", "/b.js", "/c.js")

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
    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
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
        greeting = {"type": "connected", "session": "s", "sequence": 0}
        self.accept(first)
        self.in_flight.clear()  # the bootstrap has kept the greeting
        transport = NormalisedTransport(
            WebSocketTransport(lambda: "ws://x/?token=t", logger, early=Early(first, greeting))
        )
        modules = ESModules(self.import_module, self.reload, "/", connection.wait_to_fetch_again)
        client = HMRClient(logger, transport, modules.import_updated_module)
        connection.start(client, MessageHandler(client, patience=5.0))
        for path in PATHS:
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
        self.channel.send(
            UpdatePayload(updates=(JsUpdate(path=path, accepted_path=path, timestamp=self.stamp),))
        )

    # --- the browser ----------------------------------------------------------------------------

    def reload(self) -> None:
        self.reloads += 1

    async def fetch(self, _url: str, _options: Any) -> Any:
        if not self.is_up or self.take_a_failure():
            raise JsException("Failed to fetch", name="TypeError")

        async def text() -> str:
            return "const config = " + json.dumps({"token": "t"}) + ";\n"

        return SimpleNamespace(ok=True, status=200, body=None, text=text)

    async def import_module(self, url: str) -> str:
        await self.loop.tick(0.005)
        if not self.is_up or self.take_a_failure():
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


@settings(max_examples=200, deadline=None)
@given(st.lists(step, max_size=40))
def test_the_page_runs_what_is_on_disk_or_was_loaded_anew(history):
    loop = VirtualLoop()
    with loop.running():
        world = World(loop)
        for what, argument in history:
            world.do(what, argument)
        world.calm_down()
        world.connection._running.cancel()
        world.cut()
    assert world.reloads or world.ran == world.disk, page.console.lines
    assert not world.reloads, page.console.lines  # nothing in these histories needs one
