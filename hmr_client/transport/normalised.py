"""The way to the server, without saying which.

A `Transport` moves payloads and knows whether it is connected. `NormalisedTransport` adds what every
client needs and no transport should write again: one connection however often it is asked for,
sends that wait for it, and `invoke`, a request with a response.

Equal to Vite's `normalizeModuleRunnerTransport` (`shared/moduleRunnerTransport.ts`).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Protocol

from ..eager import start
from ..exceptions import (
    DisconnectedError,
    InvokeError,
    InvokeTimeoutError,
    SendBeforeConnectError,
    TransportError,
)
from ..wire.custom_events import INVOKE
from ..wire.payloads import Custom, HotPayload, JSONValue

OnMessage = Callable[[HotPayload], object]
OnDisconnection = Callable[[], object]


class Transport(Protocol):
    """Moves payloads to a server and back."""

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect; return when payloads can be sent.

        Args:
            on_message: Called with each payload that arrives, in order, without a delay.
            on_disconnection: Called once, when the connection is lost.

        Raises:
            TransportError: If the server can't be reached.
        """

    async def disconnect(self) -> None:
        """Close the connection; nothing arrives any more."""

    async def send(self, payload: HotPayload) -> None:
        """Send a payload.

        Raises:
            TransportError: If it can't be sent.
        """


class NormalisedTransport:
    """A transport with its connection state, and requests that get a response.

    Args:
        transport: What moves the payloads.
        timeout: How many seconds an invoked method may take; 0 for ever.
    """

    def __init__(self, transport: Transport, *, timeout: float = 60.0) -> None:
        self._transport = transport
        self._timeout = timeout
        self._connected = False
        # the last connection that was asked for, shared by all who wait for it
        self._connecting: asyncio.Future[None] | None = None
        # invoked methods that await their response, by id
        self._invoked: dict[str, tuple[str, asyncio.Future[JSONValue]]] = {}
        self._ids = itertools.count(1)

    @property
    def connected(self) -> bool:
        """Whether payloads can be sent at once."""
        return self._connected

    async def connect(self, on_message: OnMessage | None = None) -> None:
        """Connect, unless that is done or under way.

        Args:
            on_message: Called with each payload but the responses to `invoke`.

        Raises:
            TransportError: If the server can't be reached; a later call tries again.
        """
        if self._connected:
            return
        if self._connecting is None or self._connecting.done():
            self._connecting = start(self._connect(on_message))
        await asyncio.shield(self._connecting)

    async def _connect(self, on_message: OnMessage | None) -> None:
        def arrived(payload: HotPayload) -> None:
            if not self._answered(payload) and on_message is not None:
                on_message(payload)

        is_lost = False

        def lost() -> None:
            nonlocal is_lost
            is_lost = True
            self._disconnected()

        await self._transport.connect(arrived, lost)
        # a connection that was opened before Python was there may have ended by now
        self._connected = not is_lost

    async def disconnect(self) -> None:
        """Close the connection, if there is one; methods without a response fail.

        Raises:
            TransportError: If the transport can't close it.
        """
        if self._connecting is not None and not self._connecting.done():
            await asyncio.wait([self._connecting])
        if not self._connected:
            return
        self._disconnected()
        await self._transport.disconnect()

    async def send(self, payload: HotPayload) -> None:
        """Send a payload, as soon as the pending connection is open.

        Raises:
            SendBeforeConnectError: If `connect` was not called, or the connection is lost.
            TransportError: If it can't be sent.
        """
        await self._ready()
        await self._transport.send(payload)

    async def invoke(self, method: str, data: JSONValue = None) -> JSONValue:
        """Call a method of the server and return its result.

        Args:
            method: The method's name (`fetchModule`).

        Raises:
            SendBeforeConnectError: If `connect` was not called, or the connection is lost.
            InvokeError: If the server answers with an error.
            InvokeTimeoutError: If no response comes in time.
            DisconnectedError: If the connection ends first.
        """
        await self._ready()
        id_ = str(next(self._ids))
        response: asyncio.Future[JSONValue] = asyncio.get_running_loop().create_future()
        self._invoked[id_] = (method, response)
        try:
            async with asyncio.timeout(self._timeout or None):
                await self._transport.send(
                    Custom(event=INVOKE, data={"name": method, "id": f"send:{id_}", "data": data})
                )
                return await response
        except TimeoutError:
            raise InvokeTimeoutError(method, self._timeout) from None
        finally:
            self._invoked.pop(id_, None)
            response.cancel()

    async def _ready(self) -> None:
        if self._connected:
            return
        if self._connecting is None or self._connecting.done():
            raise SendBeforeConnectError
        await asyncio.shield(self._connecting)

    def _disconnected(self) -> None:
        self._connected = False
        for method, response in self._invoked.values():
            if not response.done():
                response.set_exception(DisconnectedError(method))
        self._invoked.clear()

    def _answered(self, payload: HotPayload) -> bool:
        """Take a response to `invoke`; say whether the payload was one."""
        if not isinstance(payload, Custom) or payload.event != INVOKE:
            return False
        if not isinstance(payload.data, Mapping):
            return False
        id_ = payload.data.get("id")
        if not isinstance(id_, str) or not id_.startswith("response:"):
            return False
        method, response = self._invoked.pop(id_.removeprefix("response:"), ("", None))
        if response is None or response.done():
            return True  # the answer came too late: the caller got a timeout already
        answer = payload.data.get("data")
        match answer:
            case {"error": error} if error:
                response.set_exception(_invoke_error(method, error))
            case {"result": result}:
                response.set_result(result)
            case Mapping():
                response.set_result(None)
            case _:
                response.set_exception(
                    TransportError(f"the response to {method!r} has neither result nor error")
                )
        return True


def _invoke_error(method: str, error: JSONValue) -> InvokeError:
    if not isinstance(error, Mapping):
        return InvokeError(method, str(error))
    stack = error.get("stack")
    return InvokeError(
        method,
        str(error.get("message", "unknown error")),
        stack if isinstance(stack, str) else None,
    )
