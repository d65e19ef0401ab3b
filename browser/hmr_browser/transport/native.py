"""What the transports over the browser's own connections share.

A WebSocket and an EventSource are much the same to a page: they open, bring texts, and end. The
bootstrap may have opened one before Python was there; it is taken over with what it has brought.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hmr_client.exceptions import PayloadError, TransportError, UnknownPayloadType
from hmr_client.logger import HMRLogger
from hmr_client.transport.normalised import OnDisconnection, OnMessage, Transport
from hmr_client.wire.payloads import Custom, HotPayload
from hmr_client.wire.serialisation import parse_payload, serialise_payload, without_sources

from .. import _ffi

if TYPE_CHECKING:
    from ..bridge import EarlySocket

OPEN = 1  # readyState of both; what is above is closed


@dataclass(frozen=True, slots=True)
class ConnectionEvent:
    """The data of `vite:ws:connect` and `vite:ws:disconnect`.

    Attributes:
        socket: The native connection, which listeners may look at.
    """

    socket: Any


class NativeTransport(ABC):
    """Moves payloads over a native connection.

    Args:
        url: Returns where to, for each connection: a restarted server has a new token.
        logger: Gets messages that are no payloads.
        early: The connection that the bootstrap has opened; used for the first `connect`.
        opening: Called with each other native connection before anybody listens to it.
    """

    # the event that tells the end
    _end: str

    def __init__(
        self,
        url: Callable[[], str],
        logger: HMRLogger,
        *,
        early: EarlySocket | None = None,
        opening: Callable[[Any], None] = lambda _socket: None,
    ) -> None:
        self._url = url
        self._logger = logger
        self._opening = opening
        self._early = early
        self._socket: Any = None
        self._sending = asyncio.Lock()  # for messages that are requests: one could overtake another
        # removes the listeners of the connection, and destroys their proxies
        self._stop_listening: Callable[[], None] | None = None

    @abstractmethod
    def _open(self) -> Any:
        """Open a native connection and return it."""

    @abstractmethod
    async def _send(self, socket: Any, text: str) -> None:
        """Send a text."""

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect; return when payloads can be sent.

        Args:
            on_message: Called with each payload that arrives, in order, without a delay.
            on_disconnection: Called once, when the connection is lost.

        Raises:
            TransportError: If the server can't be reached.
        """
        early, self._early = self._early, None
        if early is not None:
            await asyncio.sleep(0)  # what modules called until now is replayed first (see start.py)
        socket = self._open() if early is None else early.socket
        if early is None:
            self._opening(socket)
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def open_() -> None:
            on_message(_event("vite:ws:connect", socket))
            opened.set_result(None)

        def receive(text: object) -> None:
            if (payload := self._parse(text)) is not None:
                on_message(payload)

        def ended() -> None:
            self._forget()
            if not opened.done():
                opened.set_exception(TransportError("WebSocket closed without opened."))
                return
            on_message(_event("vite:ws:disconnect", socket))
            on_disconnection()

        kept = [] if early is None else list(early.take())
        self._socket = socket
        self._stop_listening = _ffi.listen(
            socket,
            {
                "open": lambda _event: open_(),
                "message": lambda event: receive(event.data),
                self._end: lambda _event: ended(),
            },
        )
        if socket.readyState == OPEN or kept:
            open_()
        for text in kept:
            receive(text)
        if socket.readyState > OPEN:  # lost before Python was ready, so no listener got the event
            ended()
        await opened
        if self._socket is socket:  # still, after the turn that the future took
            self._opened(socket)

    async def disconnect(self) -> None:
        """Close the connection; nothing arrives any more."""
        self._forget()

    async def send(self, payload: HotPayload) -> None:
        """Send a payload.

        Raises:
            TransportError: If the connection is lost.
        """
        if self._socket is None or self._socket.readyState != OPEN:
            raise TransportError("the connection to the dev server is lost; nothing can be sent")
        await self._send(self._socket, serialise_payload(payload))

    def _opened(self, socket: Any) -> None:  # noqa: B027  # not every one has something to begin
        """Start the tasks that last as long as the connection."""

    def _forget(self) -> None:
        """Let go of the connection."""
        if self._stop_listening is not None:
            self._stop_listening()
        if self._socket is not None:
            self._socket.close()  # an EventSource would connect again by itself
        self._stop_listening = self._socket = None

    def _parse(self, text: object) -> HotPayload | None:
        try:
            if not isinstance(text, str):
                raise PayloadError("is binary; payloads are text")
            return parse_payload(without_sources(text))
        except UnknownPayloadType as error:
            self._logger.debug(f"ignored a message: {error}")
        except PayloadError as error:
            self._logger.error(f"a message of the server can't be read: {error}")
        return None


class FirstThatConnects:
    """Transports to the same server: the first that connects is the one from then on.

    Args:
        transports: In the order in which they are tried.
    """

    def __init__(self, transports: Sequence[Transport]) -> None:
        self._transports = transports

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect by the first transport that can.

        Args:
            on_message: Called with each payload that arrives.
            on_disconnection: Called once, when the connection is lost.

        Raises:
            TransportError: If none can; the first one's reason.
        """
        reason: TransportError | None = None
        for transport in self._transports:
            try:
                await transport.connect(on_message, on_disconnection)
            except TransportError as error:
                reason = reason or error
            else:
                self._transports = [transport]
                return
        raise reason or TransportError("there is no way to the server")

    async def disconnect(self) -> None:
        """Close the connection; nothing arrives any more."""
        await self._transports[0].disconnect()

    async def send(self, payload: HotPayload) -> None:
        """Send a payload.

        Raises:
            TransportError: If the connection is lost.
        """
        await self._transports[0].send(payload)


def _event(name: str, socket: Any) -> Custom:
    # no JSON value: this event never travels
    return Custom(event=name, data=ConnectionEvent(socket))  # type: ignore[arg-type]
