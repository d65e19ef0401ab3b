"""The transport for who can't have a WebSocket: server-sent events to the page, POST from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hmr_client.exceptions import TransportError
from hmr_client.logger import HMRLogger

from .. import _ffi
from .native import NativeTransport

if TYPE_CHECKING:
    from ..bridge import EarlySocket


class EventSourceTransport(NativeTransport):
    """Moves payloads over a native EventSource, and by POST to the same URL.

    Args:
        url: Says where to, for each connection: a restarted server has a new token.
        logger: Told about messages that are no payloads.
        early: The connection that the bootstrap has opened; used for the first `connect`.
        opening: Called with each other native connection before anybody listens to it.
    """

    _end = "error"

    def __init__(
        self,
        url: Callable[[], str],
        logger: HMRLogger,
        *,
        early: EarlySocket | None = None,
        opening: Callable[[Any], None] = lambda _socket: None,
    ) -> None:
        super().__init__(logger, early, opening)
        self._url = url
        # one message after another: requests of their own could overtake each other
        self._posting = asyncio.Lock()

    def _open(self) -> Any:
        return _ffi.open_event_source(self._url())

    async def _send(self, socket: Any, text: str) -> None:
        async with self._posting:
            if not await _ffi.post_text(socket.url, text):
                raise TransportError("the dev server did not take a message")
