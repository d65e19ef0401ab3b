"""The transport over the browser's own WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hmr_client.logger import HMRLogger
from hmr_client.wire.payloads import Ping
from hmr_client.wire.serialisation import serialise_payload

from .. import _ffi
from .native import OPEN, NativeTransport

if TYPE_CHECKING:
    from ..bridge import EarlySocket

PROTOCOL = "vite-hmr"


class WebSocketTransport(NativeTransport):
    """Moves payloads over a native WebSocket.

    Args:
        url: As for `NativeTransport`.
        logger: As for `NativeTransport`.
        early: As for `NativeTransport`.
        opening: As for `NativeTransport`.
        ping_interval: Seconds between two pings.
    """

    _end = "close"

    def __init__(
        self,
        url: Callable[[], str],
        logger: HMRLogger,
        *,
        early: EarlySocket | None = None,
        opening: Callable[[Any], None] = lambda _socket: None,
        ping_interval: float = 30.0,
    ) -> None:
        super().__init__(url, logger, early=early, opening=opening)
        self._ping_interval = ping_interval
        self._pinging: asyncio.Task[None] | None = None

    def _open(self) -> Any:
        return _ffi.open_socket(self._url(), PROTOCOL)

    async def _send(self, socket: Any, text: str) -> None:
        socket.send(text)

    def _opened(self, socket: Any) -> None:
        self._pinging = asyncio.create_task(self._ping(socket))

    async def _ping(self, socket: Any) -> None:
        """Keep proxies from closing a connection that has nothing to say."""
        while True:
            await asyncio.sleep(self._ping_interval)
            if socket.readyState == OPEN:
                socket.send(serialise_payload(Ping()))

    def _forget(self) -> None:
        super()._forget()
        if self._pinging is not None:
            self._pinging.cancel()
            self._pinging = None
