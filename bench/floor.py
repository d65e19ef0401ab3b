"""The least that an update can cost: file event, WebSocket message, import(). Nothing else."""

import asyncio
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from watchfiles import awatch

from bench.local_server import LocalServer

_PAGE = """\
<!doctype html>
<link rel="icon" href="data:," />
<p id="out"></p>
<script type="module">
  import "/main.js";
  const socket = new WebSocket(`ws://${location.host}/ws`);
  socket.onopen = () => (globalThis.isReady = true);
  let count = 0;
  socket.onmessage = async () => {
    const module = await import(`/main.js?t=${++count}`);
    globalThis.applied = [module.version, performance.timeOrigin + performance.now()];
  };
</script>
"""


class Floor(LocalServer):
    """A server that tells the page of a change of `main.js`, which imports it anew."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._sockets: set[WebSocket] = set()
        routes = [
            Route("/", lambda _: HTMLResponse(_PAGE)),
            Route("/main.js", self._module),
            WebSocketRoute("/ws", self._socket),
        ]
        super().__init__(Starlette(routes=routes))

    async def run(self) -> None:
        self._stop = asyncio.Event()
        watch = asyncio.create_task(self._watch())
        await super().run()
        self._stop.set()
        await watch

    async def _watch(self) -> None:
        async for _ in awatch(self.root, debounce=1, step=1, stop_event=self._stop):
            for socket in self._sockets:
                await socket.send_text("changed")

    async def _module(self, _) -> Response:
        return Response((self.root / "main.js").read_bytes(), media_type="text/javascript")

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        self._sockets.add(socket)
        try:
            await socket.receive_text()
        except WebSocketDisconnect:
            self._sockets.discard(socket)
