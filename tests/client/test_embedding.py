"""`connect`: a runtime of one's own, over real sockets; the server goes, comes back, and replays."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

pytest.importorskip("websockets", reason="no sockets inside Pyodide under Node")

from websockets.asyncio.server import ServerConnection, serve

from hmr_client import HMRContext, TransportError, connect
from hmr_client.testing import RecordingLogger


class Server:
    """A dev server with one session; `push` numbers what it sends."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sequence = 0
        self._sockets: set[ServerConnection] = set()
        self._server: Any = None

    async def start(self, port: int = 0) -> str:
        self._server = await serve(self._serve, "127.0.0.1", port, subprotocols=["vite-hmr"])
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/base/"

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, socket: ServerConnection) -> None:
        self._sockets.add(socket)
        greeting = {"type": "connected", "session": "s", "sequence": self.sequence}
        await socket.send(json.dumps(greeting))
        async for message in socket:
            self.said.put_nowait(json.loads(message))
        self._sockets.discard(socket)

    def push(self, **payload: Any) -> str:
        self.sequence += 1
        return json.dumps({**payload, "sequence": self.sequence})

    async def send(self, text: str) -> None:
        for socket in tuple(self._sockets):
            await socket.send(text)


def update(path: str, timestamp: int) -> dict[str, Any]:
    entry = {"type": "js-update", "path": path, "acceptedPath": path, "timestamp": timestamp}
    return {"type": "update", "updates": [entry]}


def test_an_update_is_loaded_and_acknowledged():
    async def scenario() -> None:
        server = Server()
        url = await server.start()
        loaded: asyncio.Queue[str] = asyncio.Queue()

        async def load(address: str) -> str:
            return address

        async with connect(url, load=load, logger=RecordingLogger()) as client:
            HMRContext(client, "/base/a.js?x").accept(loaded.put_nowait)
            await asyncio.sleep(0)
            await server.send(server.push(**update("/base/a.js?x", 5)))
            assert await loaded.get() == url + "a.js?x&t=5"
            said = await server.said.get()
            assert said["event"] == "hmr:applied"
            assert said["data"]["sequence"] == 1
        await server.stop()

    asyncio.run(scenario())


def test_a_lost_connection_is_made_again_and_asks_for_what_was_missed():
    async def scenario() -> None:
        server = Server()
        url = await server.start()
        port = int(url.split(":")[2].split("/")[0])
        reasons: asyncio.Queue[str] = asyncio.Queue()

        async def load(address: str) -> str:
            return address

        async with connect(url, load=load, reload=reasons.put_nowait) as client:
            seen: asyncio.Queue[str] = asyncio.Queue()
            HMRContext(client, "/a.js").accept(seen.put_nowait)
            await server.send(server.push(**update("/a.js", 1)))
            await seen.get()
            await server.said.get()
            await server.stop()
            missed = server.push(**update("/a.js", 2))
            await server.start(port)
            said = await server.said.get()
            assert said["event"] == "hmr:resume"
            assert (said["data"]["session"], said["data"]["sequence"]) == ("s", 1)
            await server.send(missed)
            assert (await seen.get()).endswith("t=2")
            await server.send(server.push(type="full-reload", path="/x.html"))
            assert await reasons.get() == "/x.html can't be replaced"
        await server.stop()

    asyncio.run(scenario())


def test_no_server_is_an_error_that_says_what_to_do():
    async def scenario() -> None:
        with pytest.raises(TransportError, match="is it running, and on this port"):
            async with connect("http://127.0.0.1:1/", load=lambda url: url):
                pass

    asyncio.run(scenario())
