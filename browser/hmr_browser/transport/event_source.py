"""The transport where no WebSocket is possible: server-sent events to the page, POST from it."""

from __future__ import annotations

from typing import Any

from hmr_client.exceptions import TransportError

from .. import _ffi
from .native import NativeTransport


class EventSourceTransport(NativeTransport):
    """Moves payloads over a native EventSource, and by POST to the same URL."""

    _end = "error"

    def _open(self) -> Any:
        return _ffi.open_event_source(self._url())

    async def _send(self, socket: Any, text: str) -> None:
        async with self._sending:
            if not await _ffi.post_text(socket.url, text):
                raise TransportError("the dev server did not take a message")
