"""The transport over a native WebSocket."""

import asyncio
import json

import pytest

from hmr_browser.transport.native import ConnectionEvent, FirstThatConnects
from hmr_browser.transport.websocket import WebSocketTransport
from hmr_client.exceptions import TransportError
from hmr_client.testing import RecordingLogger, settle
from hmr_client.wire.payloads import Connected, Custom, HotPayload, Ping, Prune
from tests.browser.fake_javascript import Early, Proxy, WebSocket


class Connecting:
    """A transport that connects, and what it said."""

    def __init__(self, early: Early | None = None) -> None:
        WebSocket.opened.clear()
        self.proxies_before = Proxy.alive
        self.logger = RecordingLogger()
        self.payloads: list[HotPayload] = []
        self.disconnections = 0
        self.transport = WebSocketTransport(lambda: "ws://x/?token=t", self.logger, early=early)
        self.connected = asyncio.ensure_future(
            self.transport.connect(self.payloads.append, self._lost)
        )

    def _lost(self) -> None:
        self.disconnections += 1

    @property
    def socket(self) -> WebSocket:
        return WebSocket.opened[-1]

    @property
    def events(self) -> list[str]:
        """The payloads, each as a word."""
        return [p.event if isinstance(p, Custom) else type(p).__name__ for p in self.payloads]


def run(scenario):
    asyncio.run(scenario())


def test_connects_and_moves_payloads_both_ways():
    async def scenario():
        c = Connecting()
        await settle()
        assert (c.socket.url, c.socket.protocol) == ("ws://x/?token=t", "vite-hmr")
        assert not c.connected.done()
        c.socket.open()
        await c.connected
        c.socket.receive({"type": "connected"})
        c.socket.receive({"type": "prune", "paths": ["/a.js"]})
        assert c.payloads[1:] == [Connected(), Prune(paths=("/a.js",))]
        await c.transport.send(Custom(event="x", data={"a": None}))
        assert json.loads(c.socket.sent[0]) == {"type": "custom", "event": "x", "data": {"a": None}}
        await c.transport.disconnect()

    run(scenario)


def test_listeners_hear_of_the_connection_before_anything_else():
    """`vite:ws:connect` comes before `connected`, `vite:ws:disconnect` is the last."""

    async def scenario():
        c = Connecting()
        await settle()
        c.socket.open()
        c.socket.receive({"type": "connected"})  # in the same turn of the event loop
        await c.connected
        c.socket.drop()
        assert c.events == ["vite:ws:connect", "Connected", "vite:ws:disconnect"]
        assert isinstance(c.payloads[0], Custom)
        assert c.payloads[0].data == ConnectionEvent(c.socket)
        assert c.disconnections == 1

    run(scenario)


def test_takes_over_the_early_socket_and_its_messages_in_order():
    """What came before Python was there is handled, and what comes in that moment as well."""

    async def scenario():
        socket = WebSocket("ws://x/?token=t")
        socket.readyState = 1
        c = Connecting(Early(socket, {"type": "connected"}, {"type": "prune", "paths": ["/1"]}))
        WebSocket.opened.append(socket)
        await c.connected
        socket.receive({"type": "prune", "paths": ["/2"]})
        assert c.events[:2] == ["vite:ws:connect", "Connected"]
        assert c.payloads[2:] == [Prune(paths=("/1",)), Prune(paths=("/2",))]
        await c.transport.disconnect()

    run(scenario)


def test_an_early_socket_that_is_still_connecting():
    async def scenario():
        socket = WebSocket("ws://x/?token=t")
        c = Connecting(Early(socket))
        await settle()
        assert not c.connected.done()
        socket.open()
        await c.connected
        assert c.events == ["vite:ws:connect"]
        await c.transport.disconnect()

    run(scenario)


def test_an_early_socket_that_was_lost_before_python_was_there():
    """Its messages are handled; then the connection is as lost as any other."""

    async def scenario():
        socket = WebSocket("ws://x/?token=t")
        socket.readyState = 3
        c = Connecting(Early(socket, {"type": "connected"}))
        await c.connected
        assert c.events == ["vite:ws:connect", "Connected", "vite:ws:disconnect"]
        assert c.disconnections == 1

    run(scenario)


def test_an_early_socket_that_never_opened_is_an_error():
    async def scenario():
        socket = WebSocket("ws://x/?token=t")
        socket.readyState = 3
        c = Connecting(Early(socket))
        with pytest.raises(TransportError, match="closed without opened"):
            await c.connected
        assert c.payloads == []

    run(scenario)


def test_a_server_that_is_not_there():
    async def scenario():
        c = Connecting()
        await settle()
        c.socket.drop()
        with pytest.raises(TransportError, match="closed without opened"):
            await c.connected
        assert (c.payloads, c.disconnections) == ([], 0)
        with pytest.raises(TransportError, match="lost"):
            await c.transport.send(Ping())

    run(scenario)


@pytest.mark.parametrize(
    ("message", "level", "words"),
    [
        ("not JSON", "error", "is not JSON"),
        ("[]", "error", "must be an object"),
        ('{"type":"update"}', "error", "updates: is missing"),
        (b"\x00", "error", "binary"),
        ('{"type":"of a later version"}', "debug", "unknown payload type"),
    ],
)
def test_a_message_that_is_no_payload_is_one_line_and_the_next_one_works(message, level, words):
    async def scenario():
        c = Connecting()
        await settle()
        c.socket.open()
        await c.connected
        c.socket.fire("message", data=message)
        ((said_level, said),) = c.logger.lines
        assert said_level == level
        assert words in str(said)
        c.socket.receive({"type": "connected"})
        assert c.payloads[-1] == Connected()
        await c.transport.disconnect()

    run(scenario)


def test_every_proxy_is_destroyed():
    """A connection leaves nothing behind, however it ends."""

    async def scenario():
        for end in (WebSocket.drop, None):
            c = Connecting()
            await settle()
            c.socket.open()
            await c.connected
            assert Proxy.alive > c.proxies_before
            if end is None:
                await c.transport.disconnect()
            else:
                end(c.socket)
            assert Proxy.alive == c.proxies_before
        c = Connecting()
        await settle()
        c.socket.drop()
        assert Proxy.alive == c.proxies_before
        with pytest.raises(TransportError):
            await c.connected

    run(scenario)


class Way:
    """A transport that works or does not."""

    def __init__(self, log, name, works):
        self._log, self._name, self.works = log, name, works

    async def connect(self, _on_message, _on_disconnection):
        self._log.append(self._name)
        if not self.works:
            raise TransportError(f"{self._name} is blocked")

    async def send(self, _payload):
        self._log.append(f"{self._name} sends")

    async def disconnect(self):
        self._log.append(f"{self._name} disconnects")


def test_the_first_way_that_connects_is_the_one_from_then_on():
    async def scenario():
        log = []
        first, second = Way(log, "first", works=False), Way(log, "second", works=True)
        transport = FirstThatConnects([first, second, Way(log, "third", works=True)])
        await transport.connect(print, print)
        first.works = True
        await transport.send(Ping())
        await transport.disconnect()
        await transport.connect(print, print)
        assert log == ["first", "second", "second sends", "second disconnects", "second"]

    run(scenario)


def test_no_way_to_the_server_names_the_first():
    async def scenario():
        log = []
        transport = FirstThatConnects(
            [Way(log, "first", works=False), Way(log, "second", works=False)]
        )
        for _ in range(2):
            with pytest.raises(TransportError, match="first is blocked"):
                await transport.connect(print, print)
        assert log == ["first", "second"] * 2

    run(scenario)
