"""The connection over a page's whole life."""

import asyncio
import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from hmr_browser.page.console import ConsoleLogger
from hmr_browser.page.settings import Settings
from hmr_browser.transport.reconnect import Connection
from hmr_browser.transport.websocket import WebSocketTransport
from hmr_client.client import HMRClient
from hmr_client.message_handler import MessageHandler
from hmr_client.server_session import FIRST_DELAY, LONGEST_DELAY, delay_before
from hmr_client.testing import settle
from hmr_client.transport.normalised import NormalisedTransport
from tests.browser.fake_javascript import Early, EventTarget, WebSocket, page


@given(attempt=st.integers(0, 10_000), jitter=st.floats(0, 1))
def test_delays_are_short_and_bounded(attempt, jitter):
    delay = delay_before(attempt, jitter)
    assert FIRST_DELAY / 2 <= delay <= LONGEST_DELAY
    assert delay_before(attempt + 1, jitter) >= delay


class Document(EventTarget):
    """A document that is looked at, or not; it has no body to show a sign in."""

    body = None
    visibilityState = "visible"  # noqa: N815  # JavaScript's name

    def show(self, state):
        self.visibilityState = state
        self.fire("visibilitychange")


class World:
    """A page that is connected; `seconds` are how long its attempts wait."""

    def __init__(self, session="s1"):
        WebSocket.opened.clear()
        page.console.lines.clear()
        page.client_script = None
        self.reloads = 0
        self.document = Document()
        settings = Settings(base="/", token="t1", client_url="http://x/@hmr/client")
        logger = ConsoleLogger("[hmr]")
        self.connection = Connection(settings, logger, document=self.document, reload=self._reload)
        socket = WebSocket("ws://x/?token=t1")
        socket.readyState = 1
        greeting = {"type": "connected"}
        if session:
            greeting |= {"session": session, "sequence": 4}
        transport = NormalisedTransport(
            WebSocketTransport(
                lambda: f"ws://x/?token={self.connection.token}",
                logger,
                early=Early(socket, greeting),
            )
        )

        async def import_nothing(_update):
            raise AssertionError("nothing is imported here")

        client = HMRClient(logger, transport, import_nothing)
        self.connection.start(client, MessageHandler(client))

    def _reload(self):
        self.reloads += 1

    @property
    def socket(self):
        return WebSocket.opened[-1]

    def start_server(self, token="t2"):
        page.client_script = f"const config = {json.dumps({'token': token})};\n"

    async def try_now(self):
        """Let the next attempt happen, as a click on the sign does."""
        await settle()
        page.globalThis.fire("online")
        await settle()


def in_world(scenario, **world):
    async def run():
        here = World(**world)
        await settle()
        await scenario(here)
        here.connection._running.cancel()

    asyncio.run(run())


def test_resumes_where_the_server_knows_its_session():
    """A new token is read out of the client's script; the last push that arrived is named."""

    async def scenario(world):
        world.socket.receive({"type": "prune", "paths": [], "sequence": 5})
        world.socket.drop()
        world.start_server("t2")
        await world.try_now()
        assert world.socket.url == "ws://x/?token=t2"
        world.socket.open()
        world.socket.receive({"type": "connected", "session": "s2", "sequence": 1})
        await settle()
        (resume,) = map(json.loads, world.socket.sent)
        assert resume == {
            "type": "custom",
            "event": "hmr:resume",
            "data": {"session": "s1", "sequence": 5, "hashes": {}},
        }
        assert world.reloads == 0

    in_world(scenario)


def test_a_server_without_sessions_means_a_reload():
    """Vite's can't say what was missed."""

    async def scenario(world):
        world.socket.drop()
        await world.try_now()
        assert world.reloads == 0
        world.start_server()
        await world.try_now()
        assert world.reloads == 1

    in_world(scenario, session=None)


def test_another_kind_of_server_on_the_same_port_means_a_reload():
    async def scenario(world):
        world.socket.drop()
        world.start_server()
        await world.try_now()
        world.socket.open()
        world.socket.receive({"type": "connected"})
        await settle()
        assert world.reloads == 1

    in_world(scenario)


def test_a_lost_connection_is_one_line():
    async def scenario(world):
        world.socket.drop()
        for _ in range(5):
            await world.try_now()
        assert page.console.lines == [
            ("debug", "[hmr] connected."),
            ("log", "[hmr] server connection lost. Polling for restart..."),
        ]
        assert len(WebSocket.opened) == 1  # nobody is there: no socket is tried

    in_world(scenario)


def test_a_page_that_is_left_says_nothing():
    async def scenario(world):
        page.globalThis.fire("pagehide")
        world.socket.drop()
        await settle()
        assert page.console.lines == [("debug", "[hmr] connected.")]

    in_world(scenario)


def test_a_hidden_tab_waits_until_somebody_looks(monkeypatch):
    """However long it is hidden, it asks for nothing."""
    asked = []

    async def scenario(world):
        monkeypatch.setattr("hmr_browser.transport.reconnect.delay_before", lambda *_: 0.0)
        monkeypatch.setattr(page, "fetch", fetch)
        world.document.visibilityState = "hidden"
        world.socket.drop()
        await settle()
        assert asked == []
        world.document.show("visible")
        await settle()
        assert asked

    async def fetch(url, _options):
        asked.append(url)
        return SimpleNamespace(ok=False)

    in_world(scenario)


def test_a_failing_listener_is_reported_and_the_next_payload_is_handled():
    async def scenario(world):
        def fail(_data):
            raise ValueError("from a listener")

        heard = []
        world.connection._client.add_listener("/a.js", "app:x", fail)
        world.connection._client.add_listener("/a.js", "app:y", heard.append)
        world.socket.receive({"type": "custom", "event": "app:x"})
        world.socket.receive({"type": "custom", "event": "app:y", "data": 1})
        await settle()
        ((level, words),) = page.console.lines[1:]
        assert level == "error"
        assert "ValueError: from a listener" in words
        assert heard == [1]

    in_world(scenario)


class Unconnected:
    """A page that never had a connection, and was read after push 7."""

    def __init__(self):
        WebSocket.opened.clear()
        page.console.lines.clear()
        page.client_script = None
        self.reloads = 0
        logger = ConsoleLogger("[hmr]")
        settings = Settings(base="/", token="t1", since="7", client_url="http://x/@hmr/client")
        self.connection = Connection(settings, logger, document=None, reload=self._reload)
        transport = NormalisedTransport(
            WebSocketTransport(lambda: f"ws://x/?{self.connection.query}", logger)
        )
        client = HMRClient(logger, transport, None)
        self.connection.start(client, MessageHandler(client))

    def _reload(self):
        self.reloads += 1

    async def fail(self):
        """Refuse the connection that is tried; let the page try again."""
        await settle()
        WebSocket.opened[-1].drop()
        await settle()
        page.globalThis.fire("online")
        await settle()


def test_a_page_that_could_never_connect_says_so_once_and_goes_on():
    """Each attempt says since when the page needs all pushes: nobody else has got them for it."""

    async def scenario():
        never = Unconnected()
        page.client_script = 'const config = {"token": "t1"};\n'
        for _ in range(3):
            await never.fail()
        assert page.console.lines == [
            ("error", "[hmr] failed to connect to websocket (WebSocket closed without opened.)")
        ]
        assert {socket.url for socket in WebSocket.opened} == {"ws://x/?token=t1&since=7"}
        WebSocket.opened[-1].open()
        WebSocket.opened[-1].receive({"type": "connected", "session": "s"})
        await settle()
        assert page.console.lines[1:] == [("debug", "[hmr] connected.")]
        assert never.connection.query == "token=t1"
        never.connection._running.cancel()

    asyncio.run(scenario())


def test_a_page_that_could_never_connect_reloads_for_a_server_that_knows_nothing_of_it():
    """Its numbers of pushes are its own, and it would refuse the page's token for ever."""

    async def scenario():
        never = Unconnected()
        await never.fail()
        page.client_script = 'const config = {"token": "t2"};\n'
        page.globalThis.fire("online")
        await settle()
        assert never.reloads == 1
        never.connection._running.cancel()

    asyncio.run(scenario())


def test_a_socket_that_was_cut_while_python_was_started_is_opened_again():
    async def scenario():
        never = Unconnected()
        never.connection._running.cancel()
        WebSocket.opened.clear()
        cut = WebSocket("ws://x/?token=t1")
        cut.readyState = 3
        logger = ConsoleLogger("[hmr]")
        early = Early(cut, {"type": "connected", "session": "s", "sequence": 7})
        transport = NormalisedTransport(WebSocketTransport(lambda: "ws://x/", logger, early=early))
        client = HMRClient(logger, transport, None)
        never.connection.start(client, MessageHandler(client))
        await settle()
        page.client_script = 'const config = {"token": "t1"};\n'
        page.globalThis.fire("online")
        await settle()
        assert WebSocket.opened[1:]
        WebSocket.opened[-1].open()
        WebSocket.opened[-1].receive({"type": "connected", "session": "s", "sequence": 9})
        await settle()
        assert json.loads(WebSocket.opened[-1].sent[0])["event"] == "hmr:resume"
        never.connection._running.cancel()

    asyncio.run(scenario())
