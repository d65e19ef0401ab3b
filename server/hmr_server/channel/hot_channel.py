"""The hot channel: the connected clients, the pushes to them, and their messages.

How a client's messages travel is behind `Connection` (hot_connections.py has the WebSocket and the
event stream), so that everything here is said in payloads. A push is numbered, written down once,
kept in the journal and put in each client's outbox; each outbox is emptied by a task of its own,
so that one slow client never holds up another, and a client that does not read is disconnected.

Equal to Vite's `ws.ts` in the order of things on a connection, in what is buffered for the next
client, and in what is ignored.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import itertools
import logging
import time
from collections import defaultdict, deque
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from hmr_client.exceptions import PayloadError
from hmr_client.wire.custom_events import INVOKE
from hmr_client.wire.payloads import (
    Connected,
    Custom,
    ErrorPayload,
    FullReload,
    HotPayload,
    JSONValue,
    Ping,
    Prune,
    UpdatePayload,
)
from hmr_client.wire.serialisation import SOURCES, parse_payload, serialise_payload

from .journal import Journal, JournalEntry

CONNECT = "vite:client:connect"
DISCONNECT = "vite:client:disconnect"

# A page that is stopped in the debugger reads nothing; past this it reconnects and resumes.
_MOST_RECEIVED = 1024 * 1024  # characters; to read them takes milliseconds, for everybody
_MAX_OUTBOX_CHARACTERS = 32 * 1024 * 1024

_logger = logging.getLogger(__name__)

NO_SOURCES: Mapping[str, str] = MappingProxyType({})
"""What nobody has got: one object, as `source_takers` needs it."""

Push = UpdatePayload | FullReload | Prune | Custom | ErrorPayload


class ConnectionLost(Exception):
    """A message cannot be delivered any more."""


class Connection(Protocol):
    """How the messages of one client travel."""

    async def send(self, text: str) -> None:
        """Deliver one message; return when more may be sent.

        Raises:
            ConnectionLost: The client is not connected any more.
        """

    def messages(self) -> AsyncIterator[str]:
        """Return the client's messages, until it goes."""


class HotClient:
    """One page, or one process, that is connected.

    Attributes:
        id: Names it in the terminal; counted from 1.
        takes_sources: The server's URL as the page sees it, where the page takes the sources of modules
            with their update.
        early_sources: The sources that were sent ahead of the next update, by URL. They need not come with it again.
    """

    def __init__(self, id_: int) -> None:
        self.id = id_
        self.takes_sources: str | None = None
        self.early_sources = NO_SOURCES
        self._outbox: deque[str | asyncio.Future[str]] = deque()
        self._characters = 0
        self._filled = asyncio.Event()
        self._gone = asyncio.Event()

    def send(self, payload: HotPayload) -> None:
        """Send `payload` to this client alone; do not wait, and do nothing once it has disconnected."""
        self.post(serialise_payload(payload))

    def post(self, text: str) -> None:
        """Put a serialised payload into the outbox."""
        if self._gone.is_set():
            return
        self._outbox.append(text)
        self._count(text)
        self._filled.set()

    def attach(self, sources: asyncio.Future[str]) -> None:
        """Have the next message, an update's, wait for sources and contain them; all that follows waits, too.

        Args:
            sources: A JSON object, or nothing; fails never, and ends soon.
        """
        self.early_sources = NO_SOURCES  # what comes from now on is the next update's
        if self._gone.is_set():
            return
        self._outbox.append(sources)
        sources.add_done_callback(
            lambda done: None if done.cancelled() else self._count(done.result())
        )

    def _count(self, text: str) -> None:
        if self._gone.is_set():
            return
        self._characters += len(text)
        if self._characters > _MAX_OUTBOX_CHARACTERS:
            _logger.debug("client %d does not read; it is disconnected", self.id)
            self.leave()

    def leave(self) -> None:
        """Drop what is not sent, and end the connection."""
        self._gone.set()
        self._outbox.clear()
        self._characters = 0

    async def gone(self) -> None:
        """Return when the client has left."""
        await self._gone.wait()

    async def deliver(self, connection: Connection) -> None:
        """Empty the outbox into `connection`, for ever."""
        sources = ""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                entry = self._outbox.popleft()
                if not isinstance(entry, str):
                    # shielded: other clients wait for the same
                    sources = await asyncio.shield(entry)
                    continue
                self._characters -= len(entry) + len(sources)
                text, sources = with_sources(entry, sources), ""
                await connection.send(text)


class SourceTakers(NamedTuple):
    """Clients that get the same sources.

    Attributes:
        url: The server's URL as they see it.
        early: What they have got ahead.
        clients: The clients.
    """

    url: str
    early: Mapping[str, str]
    clients: list[HotClient]


def source_takers(clients: Iterable[HotClient]) -> Collection[SourceTakers]:
    """Return the clients that take sources, together with those that get the same ones."""
    found: dict[tuple[str, int], SourceTakers] = {}
    for client in clients:
        if (url := client.takes_sources) is not None:
            early = client.early_sources
            # what was sent to several clients at once is one object
            found.setdefault((url, id(early)), SourceTakers(url, early, [])).clients.append(client)
    return found.values()


def with_sources(message: str, sources: str) -> str:
    """Return an update's message with sources.

    Args:
        message: The message, as it is serialised.
        sources: A JSON object; empty for none.
    """
    return f'{message[:-1]},"{SOURCES}":{sources}}}' if sources else message


Listener = Callable[[JSONValue, HotClient], object]
"""Gets an event's data and its sender; what it returns is awaited where that is possible."""

Invokable = Callable[[JSONValue], Awaitable[JSONValue]]


class HotChannel:
    """All clients of one server.

    Args:
        session: Names this run of the server.
        journal: Where pushes are kept.
    """

    def __init__(self, session: str, journal: Journal | None = None) -> None:
        self.session = session
        self.journal = journal or Journal()
        # called with each number before the push with it is sent
        self.on_number: Callable[[int], object] = lambda _: None
        self._clients: dict[int, HotClient] = {}
        self._ids = itertools.count(1)
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._invokables: dict[str, Invokable] = {}
        self._for_next_client: JournalEntry | None = None
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself holds them weakly

    @property
    def clients(self) -> Collection[HotClient]:
        """The clients that are connected now."""
        return tuple(self._clients.values())

    # --- to the clients ------------------------------------------------------------------------

    def send(self, payload: Push) -> int:
        """Push `payload` to every client; do not wait for them.

        With no client there, the last error or full reload is kept for the next one: it may be
        the page that is loading right now.

        Returns:
            The push's number.
        """
        entry = self.record(payload)
        for client in self.clients:
            client.post(entry.text)
        if not self._clients:
            match payload:
                case ErrorPayload() | FullReload():
                    # without its number: the next client gets the latest number first
                    self._for_next_client = JournalEntry(entry.sequence, serialise_payload(payload))
                case UpdatePayload():  # a page that loads now gets the error again if it still exists
                    self._for_next_client = None
        return entry.sequence

    def record(self, payload: Push) -> JournalEntry:
        """Write `payload` into the journal only, for pages that come back."""
        sequence = self.journal.last + 1
        self.on_number(sequence)
        text = serialise_payload(dataclasses.replace(payload, sequence=sequence))
        entry = JournalEntry(sequence, text, time.monotonic())
        self.journal.append(entry)
        return entry

    # --- from the clients ----------------------------------------------------------------------

    def on(self, event: str, listener: Listener) -> None:
        """Call `listener` for each custom event of that name that a client sends."""
        self._listeners[event].append(listener)

    def off(self, event: str, listener: Listener) -> None:
        """Undo `on`; a listener that is not there is no error."""
        if listener in self._listeners[event]:
            self._listeners[event].remove(listener)

    def on_invoke(self, name: str, invokable: Invokable) -> None:
        """Answer clients that invoke `name` with what `invokable` returns for their data."""
        self._invokables[name] = invokable

    def receive(self, text: str, client: HotClient) -> None:
        """Handle one message of `client`. Ignore what is no payload, with a debug line."""
        if len(text) > _MOST_RECEIVED:
            _logger.debug("ignored %d characters at once of client %d", len(text), client.id)
            return
        try:
            payload = parse_payload(text)
        except PayloadError as error:
            _logger.debug("ignored a message of client %d: %s", client.id, error)
            return
        match payload:
            case Custom(event=event, data=data) if event == INVOKE:
                self._spawn(self._answer(data, client))
            case Custom(event=event, data=data):
                self._notify(event, data, client)
            case Ping():
                pass
            case _:
                _logger.debug("ignored a %s of client %d", type(payload).__name__, client.id)

    # --- one client's life ---------------------------------------------------------------------

    async def serve(self, connection: Connection, since: int | None = None) -> None:
        """Serve one client until it disconnects.

        Args:
            connection: How its messages travel.
            since: The last push before its page was read: a module of it may have been read before the
                next one, and no client was connected to get that. `None` where nothing is known: all that
                follows is for the client.
        """
        client = HotClient(next(self._ids))
        self._notify(CONNECT, None, client)
        missed = [] if since is None else self.journal.since(since)
        begin = self.journal.last - len(missed or ())
        client.send(Connected(session=self.session, sequence=begin))
        if missed is None:
            client.send(
                reload_because("more has changed while it was loaded than the server keeps")
            )
        for entry in missed or ():
            client.post(entry.text)
        if self._for_next_client is not None:
            if self._for_next_client.sequence <= begin:
                client.post(self._for_next_client.text)
            self._for_next_client = None
        self._clients[client.id] = client
        tasks = [
            asyncio.create_task(self._listen(connection, client)),
            asyncio.create_task(self._deliver(connection, client)),
        ]
        try:
            await client.gone()  # not the tasks' end: a send may never end
        finally:
            client.leave()
            del self._clients[client.id]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._notify(DISCONNECT, None, client)

    async def close(self) -> None:
        """Let all clients go, and end what listeners have begun."""
        for client in self.clients:
            client.leave()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self, connection: Connection, client: HotClient) -> None:
        try:
            async for text in connection.messages():
                self.receive(text, client)
        finally:
            client.leave()

    async def _deliver(self, connection: Connection, client: HotClient) -> None:
        try:
            await client.deliver(connection)
        except ConnectionLost:
            pass  # it went while we were sending: as good a way to go as another
        finally:
            client.leave()

    def _notify(self, event: str, data: JSONValue, client: HotClient) -> None:
        for listener in tuple(self._listeners.get(event, ())):
            try:
                result = listener(data, client)
            except Exception:  # a listener is a user's code; the next one and the channel continue
                _logger.exception("a listener of %r failed", event)
                continue
            if inspect.isawaitable(result):
                self._spawn(_awaited(event, result))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, data: JSONValue, client: HotClient) -> None:
        name, id_ = (
            (data.get("name"), data.get("id")) if isinstance(data, Mapping) else (None, None)
        )
        if not isinstance(data, Mapping) or not isinstance(name, str) or not isinstance(id_, str):
            _logger.debug("ignored an invocation of client %d: %r", client.id, data)
            return
        answer: dict[str, JSONValue]
        if (invokable := self._invokables.get(name)) is None:
            answer = {"error": {"message": f"{name} is disabled in this environment"}}
        else:
            try:
                answer = {"result": await invokable(data.get("data"))}
            except Exception as error:  # the caller in the page gets it
                _logger.debug("%s failed", name, exc_info=True)
                answer = {"error": {"name": type(error).__name__, "message": str(error)}}
        id_ = id_.replace("send:", "response:", 1)
        client.send(Custom(event=INVOKE, data={"name": name, "id": id_, "data": answer}))


async def _awaited(event: str, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception:  # see _notify
        _logger.exception("a listener of %r failed", event)


def reload_because(reason: str) -> FullReload:
    """Return what makes any page reload."""
    return FullReload(path="*", extra={"reason": reason})
