"""A transport for CPython, over the `websockets` library: a plain Python process as a client.

The core does not need it and does not import it; `pip install "hmr-client[websockets]"` brings the
library. A browser's page has a transport of its own over the native WebSocket.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from ..exceptions import PayloadError, TransportError, UnknownPayloadType
from ..logger import HMRLogger
from ..wire.json_text import MAX_CHARACTERS
from ..wire.payloads import Custom, HotPayload
from ..wire.serialisation import parse_payload, serialise_payload
from .normalised import OnDisconnection, OnMessage

_SUBPROTOCOL = Subprotocol("vite-hmr")


def socket_url(url: str) -> str:
    """Return the WebSocket's URL of a server that is known by its page's URL.

    Args:
        url: `http://127.0.0.1:5173/`, its `ws://` form, or only host and port.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))


class WebSocketsTransport:
    """A `Transport` over a WebSocket of the `websockets` library.

    It sends no `Origin`, so a server asks it for no token: it is no web page that a user was lured
    to, but a program of the user's.

    Args:
        url: The server's URL, as `socket_url` takes it.
        logger: Logs messages that are no payloads.
    """

    def __init__(self, url: str, logger: HMRLogger) -> None:
        self._url = socket_url(url)
        self._logger = logger
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect.

        Args:
            on_message: Called with each payload; the first is `Custom("vite:ws:connect")`.
            on_disconnection: Called when the connection is lost.

        Raises:
            TransportError: If the server can't be reached, with its URL and what to do.
        """
        try:
            socket = await connect(
                self._url, subprotocols=[_SUBPROTOCOL], max_size=MAX_CHARACTERS, open_timeout=10
            )
        except InvalidURI:
            raise TransportError(f"{self._url!r} is no URL of a dev server") from None
        except (OSError, TimeoutError, WebSocketException) as error:
            raise TransportError(
                f"no dev server answers at {self._url} ({error}): is it running, and on this port?"
            ) from error
        self._socket = socket
        on_message(Custom(event="vite:ws:connect"))
        self._reading = asyncio.create_task(self._read(socket, on_message, on_disconnection))

    async def disconnect(self) -> None:
        """Close the connection."""
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    async def send(self, payload: HotPayload) -> None:
        """Send a payload.

        Raises:
            TransportError: If the connection is lost.
        """
        if self._socket is None:
            raise TransportError("the connection is lost")
        try:
            await self._socket.send(serialise_payload(payload))
        except WebSocketException as error:
            raise TransportError(f"the connection is lost ({error})") from error

    async def _read(
        self, socket: ClientConnection, on_message: OnMessage, on_disconnection: OnDisconnection
    ) -> None:
        try:
            async for message in socket:
                payload = self._parse(message)
                if payload is not None:
                    on_message(payload)
        except WebSocketException as error:
            self._logger.error(f"the connection was lost ({error})")
        self._socket = None
        on_disconnection()
        on_message(Custom(event="vite:ws:disconnect"))

    def _parse(self, message: str | bytes) -> HotPayload | None:
        if isinstance(message, bytes):
            self._logger.error("a binary message was ignored: payloads are text")
            return None
        try:
            return parse_payload(message)
        except UnknownPayloadType as error:
            self._logger.debug(f"a message was ignored: {error}")
        except PayloadError as error:
            self._logger.error(f"a message was ignored: {error}")
        return None
