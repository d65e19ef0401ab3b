"""The transport over the browser's own WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hmr_client.exceptions import PayloadError, TransportError, UnknownPayloadType
from hmr_client.logger import HMRLogger
from hmr_client.payloads import Custom, HotPayload, Ping
from hmr_client.transport import OnDisconnection, OnMessage
from hmr_client.wire import parse_payload, serialise_payload

from . import _ffi

PROTOCOL = "vite-hmr"
PING_PROTOCOL = "vite-ping"

_CONNECTING, _OPEN = 0, 1  # WebSocket.readyState


@dataclass(frozen=True, slots=True)
class ConnectionEvent:
    """The data of `vite:ws:connect` and `vite:ws:disconnect`.

    Attributes:
        socket: The native WebSocket, which listeners may look at.
    """

    socket: Any


class WebSocketTransport:
    """Moves payloads over a native WebSocket.

    Args:
        url: Says where to, anew for each connection: a restarted server has a new token.
        logger: Told about messages that are no payloads.
        early: The connection that the bootstrap has opened; used for the first `connect`.
        ping_interval: Seconds between two pings.
    """

    def __init__(
        self,
        url: Callable[[], str],
        logger: HMRLogger,
        *,
        early: _ffi.EarlySocket | None = None,
        ping_interval: float = 30.0,
    ) -> None:
        self._url = url
        self._logger = logger
        self._early = early
        self._ping_interval = ping_interval
        self._socket: Any = None
        # removes the listeners of the socket, and destroys their proxies
        self._stop_listening: Callable[[], None] | None = None
        self._pinging: asyncio.Task[None] | None = None

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect; return when payloads can be sent.

        Args:
            on_message: Called with each payload that arrives, in order, without a delay.
            on_disconnection: Called once, when the connection is lost.

        Raises:
            TransportError: If the server can't be reached.
        """
        early, self._early = self._early, None
        socket = early.socket if early is not None else _ffi.open_socket(self._url(), PROTOCOL)
        if early is not None:
            await asyncio.sleep(0)  # what modules called until now is replayed first (see start.py)
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def open_() -> None:
            on_message(_event("vite:ws:connect", socket))
            opened.set_result(None)

        def receive(text: str) -> None:
            if (payload := self._parse(text)) is not None:
                on_message(payload)

        def closed() -> None:
            self._forget()
            if not opened.done():
                opened.set_exception(TransportError("WebSocket closed without opened."))
                return
            on_message(_event("vite:ws:disconnect", socket))
            on_disconnection()

        kept = list(early.take()) if early is not None else []
        self._socket = socket
        self._stop_listening = _ffi.listen(
            socket,
            {
                "open": lambda _event: open_(),
                "message": lambda event: receive(event.data),
                "close": lambda _event: closed(),
            },
        )
        if socket.readyState == _OPEN or kept:
            open_()
        for text in kept:
            receive(text)
        if socket.readyState > _OPEN:  # lost before Python was there, so nobody heard the event
            closed()
        await opened
        if self._socket is socket:  # still, after the turn that the future took
            self._pinging = asyncio.create_task(self._ping(socket))

    async def disconnect(self) -> None:
        """Close the connection; nothing arrives any more."""
        socket = self._socket
        self._forget()
        if socket is not None:
            socket.close()

    async def send(self, payload: HotPayload) -> None:
        """Send a payload.

        Args:
            payload: The payload.

        Raises:
            TransportError: If the connection is lost.
        """
        if self._socket is None or self._socket.readyState != _OPEN:
            raise TransportError("the connection to the dev server is lost; nothing can be sent")
        self._socket.send(serialise_payload(payload))

    def _parse(self, text: object) -> HotPayload | None:
        try:
            if not isinstance(text, str):
                raise PayloadError("is binary; payloads are text")
            return parse_payload(text)
        except UnknownPayloadType as error:
            self._logger.debug(f"ignored a message: {error}")
        except PayloadError as error:
            self._logger.error(f"a message of the server can't be read: {error}")
        return None

    async def _ping(self, socket: Any) -> None:
        """Keep proxies from closing a connection that has nothing to say."""
        while True:
            await asyncio.sleep(self._ping_interval)
            if socket.readyState == _OPEN:
                socket.send(serialise_payload(Ping()))

    def _forget(self) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
        if self._pinging is not None:
            self._pinging.cancel()
        self._stop_listening = self._pinging = self._socket = None


async def server_answers(url: str) -> bool:
    """Say whether a dev server answers, whichever run of it: the ping asks for no token.

    Args:
        url: The WebSocket's URL.
    """
    socket = _ffi.open_socket(url.partition("?")[0], PING_PROTOCOL)
    answered = await _ffi.first_event(socket, "open", "error", "close") == "open"
    socket.close()
    return answered


def _event(name: str, socket: Any) -> Custom:
    # no JSON value: this event never travels
    return Custom(event=name, data=ConnectionEvent(socket))  # type: ignore[arg-type]
