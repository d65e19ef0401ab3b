"""How long it takes until the last of many clients has the message of an edit."""

import asyncio
import contextlib
import re
import time
import urllib.request
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection, connect

from bench.harness.targets import Running

_PATIENCE_S = 20
_TOKEN = re.compile(r'(?:"token": |wsToken = )"([^"]+)"')
_UPDATES = ('"update"', '"paths"')  # Vite's and ours; the floor's


class Clients:
    """So many connections to one server, with nothing behind them.

    Args:
        server: A server with Vite's protocol, or the floor.
        count: How many.
    """

    def __init__(self, server: Running, count: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._url = server.url.replace("http", "ws") + _query(server.url)
        self._stack = contextlib.AsyncExitStack()
        self._connections: list[ClientConnection] = []
        self._loop.run_until_complete(self._open(count))

    def last_ms(self, edit: Callable[[], object]) -> float:
        """Milliseconds from before an edit until the last client has its message.

        Args:
            edit: Makes it.
        """
        return self._loop.run_until_complete(self._last_ms(edit))

    def close(self) -> None:
        """Close all connections."""
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.close()

    async def _open(self, count: int) -> None:
        for _ in range(count):
            opened = connect(self._url, subprotocols=["vite-hmr"], open_timeout=_PATIENCE_S)  # type: ignore[list-item]
            self._connections.append(await self._stack.enter_async_context(opened))

    async def _last_ms(self, edit: Callable[[], object]) -> float:
        waiting = [asyncio.create_task(_update_of(one)) for one in self._connections]
        await asyncio.sleep(0.05)  # they all wait
        began = time.perf_counter()
        edit()
        came = await asyncio.wait_for(asyncio.gather(*waiting), _PATIENCE_S)
        return (max(came) - began) * 1000


async def _update_of(connection: ClientConnection) -> float:
    async for message in connection:
        if any(sign in str(message) for sign in _UPDATES):
            return time.perf_counter()
    raise ConnectionError("the server has closed the connection")


def _query(url: str) -> str:
    """What the server asks of a client: the token that it gives to its pages."""
    for client in ("@hmr/client", "@vite/client"):
        with contextlib.suppress(OSError), urllib.request.urlopen(url + client) as answer:
            if found := _TOKEN.search(answer.read().decode()):
                return f"?token={found[1]}"
    return ""
