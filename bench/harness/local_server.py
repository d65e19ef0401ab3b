"""An ASGI application on a free port, in a thread."""

import asyncio
import threading

import uvicorn
from starlette.types import ASGIApp


class LocalServer:
    """Serves `app` between `start` and `stop`."""

    def __init__(self, app: ASGIApp) -> None:
        # The same server with the same settings as hmr-server's, so that only the work differs.
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="error", lifespan="off")
        )
        self._thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)

    def start(self) -> str:
        """Start it; return its URL."""
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/"

    def stop(self) -> None:
        """Drop every connection and end."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()

    async def run(self) -> None:
        """Serve until the thread ends; a subclass does something beside it."""
        await self._server.serve()
