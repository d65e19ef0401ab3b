"""The connection's state, and requests that get a response."""

from __future__ import annotations

import asyncio

import pytest

from hmr_client.exceptions import (
    DisconnectedError,
    InvokeError,
    InvokeTimeoutError,
    SendBeforeConnectError,
    TransportError,
)
from hmr_client.testing import MemoryTransport
from hmr_client.transport.normalised import NormalisedTransport
from hmr_client.wire.custom_events import INVOKE
from hmr_client.wire.payloads import Custom, Ping

from ..virtual_loop import VirtualLoop


class SlowTransport(MemoryTransport):
    """Connects after five ticks; counts how often it was asked."""

    def __init__(self, loop: VirtualLoop, failures: int = 0) -> None:
        super().__init__()
        self.loop = loop
        self.attempts = 0
        self.failures = failures

    async def connect(self, on_message, on_disconnection):
        self.attempts += 1
        await self.loop.tick(5)
        if self.attempts <= self.failures:
            raise TransportError("refused")
        await super().connect(on_message, on_disconnection)


@pytest.fixture
def loop() -> VirtualLoop:
    return VirtualLoop()


def answer(memory: MemoryTransport, index: int, **data) -> None:
    request = memory.sent[index]
    id_ = request.data["id"].replace("send:", "response:")
    memory.receive(Custom(event=INVOKE, data={"name": "m", "id": id_, "data": data}))


def test_a_send_before_connect_is_an_error_of_its_own(loop):
    transport = NormalisedTransport(MemoryTransport())
    with pytest.raises(SendBeforeConnectError, match="connect"):
        loop.run(transport.send(Ping()))
    with pytest.raises(SendBeforeConnectError):
        loop.run(transport.invoke("m"))


def test_it_connects_once_however_often_it_is_asked(loop):
    slow = SlowTransport(loop)
    transport = NormalisedTransport(slow)

    async def both():
        await asyncio.gather(transport.connect(), transport.connect())
        await transport.connect()

    loop.run(both())
    assert slow.attempts == 1
    assert transport.connected


def test_a_send_waits_for_the_connection_that_is_being_made(loop):
    slow = SlowTransport(loop)
    transport = NormalisedTransport(slow)

    async def scenario():
        connecting = asyncio.ensure_future(transport.connect())
        await loop.tick(1)
        await transport.send(Ping())
        assert loop.now == 5
        await connecting

    loop.run(scenario())
    assert slow.sent == [Ping()]


def test_after_a_failed_connection_the_next_call_tries_again(loop):
    slow = SlowTransport(loop, failures=1)
    transport = NormalisedTransport(slow)
    with pytest.raises(TransportError, match="refused"):
        loop.run(transport.connect())
    loop.run(transport.connect())
    assert transport.connected


def test_messages_arrive_and_a_lost_connection_is_noticed(loop):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory)
    arrived = []
    loop.run(transport.connect(arrived.append))
    memory.receive(Ping())
    memory.drop()
    assert arrived == [Ping()]
    assert not transport.connected
    with pytest.raises(SendBeforeConnectError):
        loop.run(transport.send(Ping()))


def test_a_connection_that_ends_before_it_is_taken_over_is_made_again(loop):
    """A page's socket may be cut while Python is started: a client that takes itself for connected is lost."""

    class EndedEarly(MemoryTransport):
        async def connect(self, on_message, on_disconnection):
            await super().connect(on_message, on_disconnection)
            if not self.sent:
                self.drop()

    ended = EndedEarly()
    transport = NormalisedTransport(ended)
    loop.run(transport.connect())
    assert not transport.connected
    ended.sent.append(Ping())
    loop.run(transport.connect())
    assert transport.connected


def test_invoke_returns_the_response_to_its_own_request(loop):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory)
    arrived = []

    async def scenario():
        await transport.connect(arrived.append)
        first = asyncio.ensure_future(transport.invoke("m", [1]))
        second = asyncio.ensure_future(transport.invoke("m", [2]))
        await loop.tick(1)
        answer(memory, 1, result="two")
        answer(memory, 0, result={"one": 1})
        return await first, await second

    assert loop.run(scenario()) == ({"one": 1}, "two")
    assert arrived == []  # a response is nobody else's business


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"error": {"message": "no such module", "stack": "at x"}}, "no such module"),
        ({"error": "plain words"}, "plain words"),
    ],
)
def test_an_error_in_the_response_is_raised(loop, data, message):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory)

    async def scenario():
        await transport.connect()
        invoked = asyncio.ensure_future(transport.invoke("m"))
        await loop.tick(1)
        answer(memory, 0, **data)
        await invoked

    with pytest.raises(InvokeError) as caught:
        loop.run(scenario())
    assert caught.value.message == message
    assert caught.value.method == "m"


def test_no_response_in_time(loop):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory, timeout=3)

    async def scenario():
        await transport.connect()
        await transport.invoke("fetchModule")

    with pytest.raises(InvokeTimeoutError, match="'fetchModule' was not answered within 3 s"):
        loop.run(scenario())
    answer(memory, 0, result="too late")  # harms nobody


@pytest.mark.parametrize("how", ["disconnect", "drop"])
def test_a_response_cannot_come_over_a_connection_that_ended(loop, how):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory)

    async def scenario():
        await transport.connect()
        invoked = asyncio.ensure_future(transport.invoke("m"))
        await loop.tick(1)
        if how == "drop":
            memory.drop()
        else:
            await transport.disconnect()
        await invoked

    with pytest.raises(DisconnectedError, match="'m'"):
        loop.run(scenario())
    assert not transport.connected


def test_disconnect_without_a_connection_does_nothing(loop):
    loop.run(NormalisedTransport(MemoryTransport()).disconnect())


@pytest.mark.parametrize("data", [None, 5, {}, {"id": 5}, {"id": "response:99"}, {"id": "send:1"}])
def test_odd_invoke_messages_harm_nobody(loop, data):
    memory = MemoryTransport()
    transport = NormalisedTransport(memory)
    loop.run(transport.connect())
    memory.receive(Custom(event=INVOKE, data=data))
