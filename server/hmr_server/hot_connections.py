"""How a client of the hot channel is reached: a WebSocket at the base path.

Which upgrades are ours and which are refused is decided in access.py.
"""

import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from hmr_server.access import (
    HMR_PROTOCOL,
    PING_PROTOCOL,
    Admission,
    admit_socket,
    blocked_host_message,
)
from hmr_server.config import ServerConfig
from hmr_server.hot_channel import ConnectionLost, HotChannel

_logger = logging.getLogger(__name__)


class WebSocketConnection:
    """A client that speaks through a WebSocket, which has been accepted."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        """Delivers one message.

        Raises:
            ConnectionLost: The socket is closed.
        """
        try:
            await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            # RuntimeError: starlette, when our own side has closed
            raise ConnectionLost from error

    async def messages(self) -> AsyncIterator[str]:
        """The client's messages, until it goes; what is not text is no payload."""
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
    """What becomes of this upgrade.

    Args:
        socket: The upgrade, not accepted yet.
        path: Its path as the client sees it.
        config: The server's configuration.
    """
    return admit_socket(
        path=path,
        protocols=socket.scope.get("subprotocols", ()),
        host=socket.headers.get("host"),
        origin=socket.headers.get("origin"),
        token=socket.query_params.get("token"),
        config=config,
    )


async def serve_socket(socket: WebSocket, admission: Admission, channel: HotChannel) -> None:
    """Serves one upgrade that is not `Admission.FOREIGN`, to its end."""
    match admission:
        case Admission.HMR:
            await socket.accept(HMR_PROTOCOL)
            await channel.serve(WebSocketConnection(socket))
            await _close(socket, 1001)
        case Admission.PING:  # only to say that the server is up
            await socket.accept(PING_PROTOCOL)
            await _close(socket, 1000)
        case Admission.WRONG_HOST:
            await _refuse(socket, blocked_host_message(socket.headers.get("host")))
        case Admission.WRONG_TOKEN:
            await _refuse(
                socket, "Blocked request. Its token is not this server's: reload the page."
            )
        case Admission.FOREIGN:
            await _refuse(socket, "There is no WebSocket of this name here.")


async def _close(socket: WebSocket, code: int) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):  # it is closed already
        await socket.close(code)


async def _refuse(socket: WebSocket, why: str) -> None:
    _logger.debug("refused a WebSocket: %s", why)
    await socket.receive()
    await socket.send_denial_response(PlainTextResponse(why, status_code=400))
