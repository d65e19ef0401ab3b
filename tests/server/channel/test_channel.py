"""The hot channel, over a connection in memory."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from hmr_client.wire.payloads import (
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    JSONValue,
    JsUpdate,
    Prune,
    UpdatePayload,
)
from hmr_client.wire.serialisation import SOURCES
from hmr_server.channel import hot_channel
from hmr_server.channel.hot_channel import ConnectionLost, HotChannel, HotClient, Push

UPDATE = UpdatePayload(updates=(JsUpdate(path="/a.js", accepted_path="/a.js", timestamp=1),))
ERROR = ErrorPayload(err=ErrorDetails(message="broken"))
RELOAD = FullReload(path="/index.html")


class MemoryConnection:
    """Both ends of a connection.

    Attributes:
        reading: Whether the client takes what is sent.
    """

    def __init__(self) -> None:
        self.sent: asyncio.Queue[str] = asyncio.Queue()
        self.incoming: asyncio.Queue[str | None] = asyncio.Queue()
        self.reading = True
        self.lost = False

    async def send(self, text: str) -> None:
        if self.lost:
            raise ConnectionLost
        if not self.reading:
            await asyncio.Event().wait()
        self.sent.put_nowait(text)

    async def messages(self) -> AsyncIterator[str]:
        while (text := await self.incoming.get()) is not None:
            yield text

    async def next(self) -> dict[str, Any]:
        payload: dict[str, Any] = json.loads(await self.sent.get())
        return payload

    def say(self, event: str, data: JSONValue = None) -> None:
        self.incoming.put_nowait(json.dumps({"type": "custom", "event": event, "data": data}))

    def hang_up(self) -> None:
        self.incoming.put_nowait(None)


def run(scenario: Callable[[HotChannel], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        channel = HotChannel("session")
        async with asyncio.timeout(20):
            await scenario(channel)
            await channel.close()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            if rest:
                await asyncio.wait(rest)  # they end by themselves now, or the time-out fails us

    asyncio.run(main())


async def connected(
    channel: HotChannel, connection: MemoryConnection | None = None
) -> tuple[MemoryConnection, asyncio.Task[None]]:
    connection = connection or MemoryConnection()
    task = asyncio.create_task(channel.serve(connection))
    greeting = await connection.next()
    assert greeting["type"] == "connected"
    return connection, task


def test_a_client_is_greeted_with_session_and_sequence() -> None:
    async def scenario(channel: HotChannel) -> None:
        channel.send(UPDATE)
        connection = MemoryConnection()
        task = asyncio.create_task(channel.serve(connection))
        assert await connection.next() == {"type": "connected", "session": "session", "sequence": 1}
        connection.hang_up()
        await task

    run(scenario)


@pytest.mark.parametrize(
    ("since", "begin", "rest"),
    [
        (None, 3, []),
        (3, 3, []),
        (1, 1, ["update", "full-reload"]),
        (0, 0, ["update", "update", "full-reload"]),
        (9, 3, ["full-reload"]),  # another server's: it has to be read again
    ],
)
def test_a_page_gets_what_was_pushed_since_it_was_read(
    since: int | None, begin: int, rest: list[str]
) -> None:
    async def scenario(channel: HotChannel) -> None:
        first, first_task = await connected(channel)
        for push in (UPDATE, UPDATE, FullReload(path="/")):
            channel.send(push)
        connection = MemoryConnection()
        task = asyncio.create_task(channel.serve(connection, since))
        assert (await connection.next())["sequence"] == begin
        assert [(await connection.next())["type"] for _ in rest] == rest
        channel.send(Prune(paths=("/a.js",)))
        assert await connection.next() == {"type": "prune", "paths": ["/a.js"], "sequence": 4}
        await gone(connection, task)
        await gone(first, first_task)

    run(scenario)


async def gone(connection: MemoryConnection, task: asyncio.Task[None]) -> None:
    connection.hang_up()
    await task


def test_a_reload_that_is_kept_for_the_next_page_comes_once() -> None:
    async def scenario(channel: HotChannel) -> None:
        channel.send(FullReload(path="/"))
        connection = MemoryConnection()
        task = asyncio.create_task(channel.serve(connection, 0))
        assert [(await connection.next())["type"] for _ in range(2)] == ["connected", "full-reload"]
        channel.send(UPDATE)
        assert (await connection.next())["type"] == "update"
        await gone(connection, task)

    run(scenario)


def test_pushes_are_numbered_and_reach_every_client() -> None:
    async def scenario(channel: HotChannel) -> None:
        clients = [await connected(channel) for _ in range(3)]
        assert [channel.send(push) for push in (UPDATE, Prune(paths=("/a.js",)))] == [1, 2]
        for connection, task in clients:
            assert [(await connection.next())["sequence"] for _ in range(2)] == [1, 2]
            connection.hang_up()
            await task
        assert list(channel.clients) == []

    run(scenario)


@pytest.mark.parametrize(
    ("pushed", "kept"),
    [
        ([], None),
        ([UPDATE], None),
        ([Prune(paths=("/a.js",))], None),
        ([Custom(event="x")], None),
        ([RELOAD], "full-reload"),
        ([ERROR], "error"),
        ([RELOAD, ERROR], "error"),
        ([ERROR, RELOAD], "full-reload"),
        ([ERROR, Custom(event="x")], "error"),
        ([ERROR, UPDATE], None),
    ],
)
def test_with_no_client_the_last_error_or_reload_is_kept_for_the_next(
    pushed: list[Push], kept: str | None
) -> None:
    async def scenario(channel: HotChannel) -> None:
        for push in pushed:
            channel.send(push)
        first, _ = await connected(channel)
        second, _ = await connected(channel)
        channel.send(Custom(event="last"))
        arrived = [await first.next()]
        if kept:
            assert arrived[-1]["type"] == kept
            arrived.append(await first.next())
        assert arrived[-1]["event"] == "last"
        assert (await second.next())["event"] == "last"

    run(scenario)


def test_an_error_with_a_client_there_is_not_kept() -> None:
    async def scenario(channel: HotChannel) -> None:
        first, _ = await connected(channel)
        channel.send(ERROR)
        assert (await first.next())["type"] == "error"
        second, _ = await connected(channel)
        channel.send(UPDATE)
        assert (await second.next())["type"] == "update"

    run(scenario)


def test_events_reach_listeners_with_their_sender() -> None:
    async def scenario(channel: HotChannel) -> None:
        heard: asyncio.Queue[tuple[JSONValue, HotClient]] = asyncio.Queue()

        def broken(data: JSONValue, client: HotClient) -> None:
            raise ZeroDivisionError

        async def answer(data: JSONValue, client: HotClient) -> None:
            await asyncio.sleep(0)
            client.send(Custom(event="answer", data=data))
            raise ZeroDivisionError

        channel.on("ask", broken)
        channel.on("ask", lambda data, client: heard.put_nowait((data, client)))
        channel.on("ask", answer)
        first, _ = await connected(channel)
        second, _ = await connected(channel)
        second.say("ask", {"n": 1})
        assert await second.next() == {"type": "custom", "event": "answer", "data": {"n": 1}}
        data, client = heard.get_nowait()
        assert (data, client) == ({"n": 1}, list(channel.clients)[1])
        assert first.sent.empty()

    run(scenario)


def test_a_removed_listener_is_not_called() -> None:
    async def scenario(channel: HotChannel) -> None:
        heard: asyncio.Queue[JSONValue] = asyncio.Queue()
        first = lambda data, _client: heard.put_nowait(["first", data])  # noqa: E731
        channel.on("ask", first)
        channel.on("ask", lambda data, _client: heard.put_nowait(data))
        channel.off("ask", first)
        channel.off("ask", first)
        connection, _ = await connected(channel)
        connection.say("ask", 1)
        assert await heard.get() == 1

    run(scenario)


def test_coming_and_going_is_an_event() -> None:
    async def scenario(channel: HotChannel) -> None:
        heard: list[str] = []
        channel.on("vite:client:connect", lambda _d, c: heard.append(f"+{c.id}"))
        channel.on("vite:client:disconnect", lambda _d, c: heard.append(f"-{c.id}"))
        connection, task = await connected(channel)
        connection.hang_up()
        await task
        assert heard == ["+1", "-1"]

    run(scenario)


@pytest.mark.parametrize(
    "garbage",
    ["", "{", "[]", "null", '{"type":"nonsense"}', '{"type":"custom"}', "x" * 9_000_000,
     '{"type":"connected"}', '{"type":"ping"}', '{"type":"custom","event":"vite:invoke","data":1}',
     '{"type":"custom","event":"vite:invoke","data":{"name":1,"id":"send:1"}}', "[" * 100_000],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_garbage_is_ignored_and_the_connection_goes_on(
    garbage: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hmr_server")

    async def scenario(channel: HotChannel) -> None:
        channel.on("ask", lambda _data, client: client.send(Custom(event="answer")))
        connection, _ = await connected(channel)
        connection.incoming.put_nowait(garbage)
        connection.say("ask")
        assert (await connection.next())["event"] == "answer"

    run(scenario)
    assert len(caplog.records) == (0 if garbage == '{"type":"ping"}' else 1)
    assert all(record.levelno == logging.DEBUG for record in caplog.records)
    assert len(caplog.text) < 1000


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("double", {"result": 42}),
        ("fetchModule", {"error": {"message": "fetchModule is disabled in this environment"}}),
        ("fail", {"error": {"name": "ValueError", "message": "no"}}),
    ],
)
def test_invoke_is_answered_to_the_one_who_asked(name: str, expected: JSONValue) -> None:
    async def double(data: JSONValue) -> JSONValue:
        assert isinstance(data, int)
        return data * 2

    async def fail(_data: JSONValue) -> JSONValue:
        raise ValueError("no")

    async def scenario(channel: HotChannel) -> None:
        channel.on_invoke("double", double)
        channel.on_invoke("fail", fail)
        connection, _ = await connected(channel)
        connection.say("vite:invoke", {"name": name, "id": "send:7", "data": 21})
        assert await connection.next() == {
            "type": "custom",
            "event": "vite:invoke",
            "data": {"name": name, "id": "response:7", "data": expected},
        }

    run(scenario)


def test_a_client_that_does_not_read_holds_nobody_up_and_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hot_channel, "_MAX_OUTBOX_CHARACTERS", 1000)

    async def scenario(channel: HotChannel) -> None:
        stuck, stuck_task = await connected(channel)
        reading, _ = await connected(channel)
        stuck.reading = False
        for number in range(1, 101):
            channel.send(UPDATE)
            assert (await reading.next())["sequence"] == number
        await stuck_task
        assert len(channel.clients) == 1

    run(scenario)


async def made(text: str, when: asyncio.Event) -> str:
    await when.wait()
    return text


def test_an_update_waits_for_its_sources_and_contains_them() -> None:
    async def scenario(channel: HotChannel) -> None:
        clients = [await connected(channel) for _ in range(2)]
        goes_on = asyncio.Event()
        for text in ('{"/a.js":"a"}', ""):
            sources = asyncio.create_task(made(text, goes_on))
            for client in channel.clients:
                client.attach(sources)
            channel.send(UPDATE)
        channel.send(RELOAD)
        clients[0][0].hang_up()  # the other one waits for the same
        await clients[0][1]
        goes_on.set()
        sent = [await clients[1][0].next() for _ in range(3)]
        assert [message["type"] for message in sent] == ["update", "update", "full-reload"]
        assert [message.get(SOURCES) for message in sent] == [{"/a.js": "a"}, None, None]

    run(scenario)


def test_sources_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_channel, "_MAX_OUTBOX_CHARACTERS", 1000)

    async def scenario(channel: HotChannel) -> None:
        stuck, stuck_task = await connected(channel)
        stuck.reading = False
        channel.send(UPDATE)
        [client] = channel.clients
        goes_on = asyncio.Event()
        goes_on.set()
        client.attach(asyncio.create_task(made("x" * 1001, goes_on)))
        channel.send(UPDATE)
        await stuck_task
        assert not channel.clients

    run(scenario)


def test_a_client_that_is_lost_while_we_send_is_gone() -> None:
    async def scenario(channel: HotChannel) -> None:
        connection, task = await connected(channel)
        connection.lost = True
        channel.send(UPDATE)
        await task
        assert list(channel.clients) == []

    run(scenario)


def test_the_journal_holds_what_was_pushed() -> None:
    async def scenario(channel: HotChannel) -> None:
        channel.send(UPDATE)
        channel.send(RELOAD)
        entries = channel.journal.since(1)
        assert entries is not None
        assert json.loads(entries[0].text) == {
            "type": "full-reload",
            "path": "/index.html",
            "sequence": 2,
        }

    run(scenario)
