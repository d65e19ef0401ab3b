"""How a client of the hot channel is reached: a WebSocket at the base path, or an event stream.

Which requests are ours and which are refused is decided in admission.py.

Where a WebSocket is blocked, `GET /@hmr/events?token=…&client=ID` is a stream of server-sent
events, one payload each, and the client sends its own payloads by `POST` to the same URL. `ID`
is any text that the client has made up for this one connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from hmr_client.wire.json_text import MAX_CHARACTERS

from ..admission.machines import is_this_machine
from ..admission.rules import (
    HMR_PROTOCOL,
    PING_PROTOCOL,
    Admission,
    admit_socket,
    blocked_host_message,
    one_host,
)
from ..config import ServerConfig
from .hot_channel import ConnectionLost, HotChannel
from .journal import Journal

EVENTS_PATH = "/@hmr/events"

_KEEP_AWAKE_S = 20
_MAX_DIGITS = 15
_MAX_POSTS = 1000  # messages of one client that are not handled yet

_logger = logging.getLogger(__name__)


class WebSocketConnection:
    """A client on a WebSocket, which has been accepted."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        """Deliver one message.

        Raises:
            ConnectionLost: The socket is closed.
        """
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            # RuntimeError: starlette, when our own side has closed
            raise ConnectionLost from error

    async def messages(self) -> AsyncIterator[str]:
        """Return the client's messages, until it goes; what is not text is no payload."""
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if (text := message.get("text")) is not None:
                    yield text
                else:
                    _logger.debug("ignored a binary message")
        except (WebSocketDisconnect, RuntimeError):
            return


def admission_of(socket: WebSocket, path: str, config: ServerConfig) -> Admission:
    """Decide on this upgrade.

    Args:
        socket: The upgrade, not accepted yet.
        path: Its path as the client sees it.
        config: The server's configuration.
    """
    return admit_socket(
        path=path,
        protocols=socket.scope.get("subprotocols", ()),
        host=one_host(socket.headers.getlist("host")),
        origin=socket.headers.get("origin"),
        token=socket.query_params.get("token"),
        is_near=is_this_machine(socket.scope.get("client"), socket.scope.get("server")),
        config=config,
    )


def since_of(query: Mapping[str, str], journal: Journal) -> int | None:
    """Return the last push before a client was read, as the URL of its first connection says.

    A page names it, as its own name ends. A worker knows only when it was `born`, in milliseconds of `clock`.

    Args:
        query: The URL's.
        journal: Knows when pushes were sent.
    """
    if (since := _number(query.get("since", ""))) is not None:
        return since
    if (born := _number(query.get("born", ""))) is not None:
        return journal.last_before(born / 1000)
    return None


def clock() -> int:
    """Return the present moment as `since_of` understands it, in whole milliseconds."""
    return int(time.monotonic() * 1000)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _MAX_DIGITS else None


async def serve_socket(socket: WebSocket, admission: Admission, channel: HotChannel) -> None:
    """Serve one upgrade that is not `Admission.FOREIGN`, to its end."""
    match admission:
        case Admission.HMR:
            await socket.accept(HMR_PROTOCOL)
            await channel.serve(
                WebSocketConnection(socket), since_of(socket.query_params, channel.journal)
            )
            await _close(socket, 1001)
        case Admission.PING:  # only to say that the server is up
            await socket.accept(PING_PROTOCOL)
            await _close(socket, 1000)
        case Admission.WRONG_HOST:
            await _refuse(socket, blocked_host_message(one_host(socket.headers.getlist("host"))))
        case Admission.WRONG_TOKEN:
            await _refuse(
                socket, "Blocked request. Its token is not this server's: reload the page."
            )
        case Admission.FOREIGN:
            await _refuse(socket, "There is no WebSocket of this name here.")


class EventStream:
    """A client that reads server-sent events, and sends by POST.

    Args:
        send: The response's own, of ASGI; its head has been sent.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._said: asyncio.Queue[str | None] = asyncio.Queue(_MAX_POSTS)

    async def send(self, text: str) -> None:
        """Deliver one message, which has no newlines: it is JSON.

        Raises:
            ConnectionLost: If the client has disconnected.
        """
        await self._write(f"data: {text}\n\n")

    async def keep_awake(self) -> None:
        """Say nothing, now and then: proxies close what is silent, and a lost client shows."""
        while True:
            await asyncio.sleep(_KEEP_AWAKE_S)
            await self._write(": \n\n")

    async def messages(self) -> AsyncIterator[str]:
        """Return the client's messages, until it goes."""
        while (text := await self._said.get()) is not None:
            yield text

    def post(self, text: str) -> bool:
        """Take a message of the client's; say whether there was room for it."""
        try:
            self._said.put_nowait(text)
        except asyncio.QueueFull:
            return False
        return True

    async def until_gone(self, receive: Receive) -> None:
        """End the messages when the client hangs up."""
        while (await receive())["type"] != "http.disconnect":
            pass
        await self._said.put(None)

    async def _write(self, text: str) -> None:
        body = {"type": "http.response.body", "body": text.encode(), "more_body": True}
        try:
            await self._send(body)
        except OSError as error:
            raise ConnectionLost from error


class EventStreams:
    """All event streams of one server.

    Args:
        channel: Whom their clients talk to.
    """

    def __init__(self, channel: HotChannel) -> None:
        self._channel = channel
        self._open: dict[str, EventStream] = {}

    def listen(self, client: str, query: Mapping[str, str]) -> Response:
        """Return the response that is the client's stream.

        Args:
            client: Its id.
            query: The URL's (`since_of`).
        """
        since = since_of(query, self._channel.journal)
        return _EventStreamResponse(self._channel, self._open, client, since)

    async def speak(self, client: str, body: AsyncIterator[bytes]) -> Response:
        """Take a message that a client has posted.

        Args:
            body: The message, in pieces.
        """
        text = bytearray()
        async for piece in body:
            text += piece
            if len(text) > MAX_CHARACTERS:
                return PlainTextResponse("The message is too long.", status_code=413)
        stream = self._open.get(client)
        if stream is None:
            return PlainTextResponse("There is no event stream of this client.", status_code=404)
        if not stream.post(text.decode("utf-8", "replace")):
            return PlainTextResponse("Too many messages at once.", status_code=429)
        return Response(status_code=204)


class _EventStreamResponse(Response):
    """Serves one client for as long as it listens."""

    def __init__(
        self,
        channel: HotChannel,
        streams: dict[str, EventStream],
        client: str,
        since: int | None,
    ) -> None:
        super().__init__(
            media_type="text/event-stream",
            headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        )
        del self.headers["content-length"]
        self._channel = channel
        self._streams = streams
        self._client = client
        self._since = since

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        stream = EventStream(send)
        self._streams[self._client] = stream
        beside = [
            asyncio.create_task(stream.until_gone(receive)),
            asyncio.create_task(stream.keep_awake()),
        ]
        try:
            await self._channel.serve(stream, self._since)
            with contextlib.suppress(OSError):
                await send({"type": "http.response.body", "body": b""})
        finally:
            if self._streams.get(self._client) is stream:
                del self._streams[self._client]
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


async def _close(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):  # it is closed already
        await socket.close(code)


async def _refuse(socket: WebSocket, why: str) -> None:
    _logger.debug("refused a WebSocket: %s", why)
    await socket.receive()
    await socket.send_denial_response(PlainTextResponse(why, status_code=400))
