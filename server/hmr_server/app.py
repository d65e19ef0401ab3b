"""The development server as an ASGI application."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import StatelessLifespan
from starlette.websockets import WebSocket

from .channel.connections import admission_of, serve_socket
from .config import ServerConfig, Transport
from .dev_server import DevServer
from .environment.plugin_loading import load_plugins
from .files.access import Admission
from .plugins import Plugin
from .pyodide.files import PyodideFiles
from .reporting.terminal import Terminal


def create_app(
    config: ServerConfig,
    *,
    terminal: Terminal | None = None,
    pyodide: PyodideFiles | None = None,
    plugins: Sequence[Plugin] = (),
) -> Starlette:
    """Make the application that serves one project.

    Its lifespan watches the project: run it with a server that supports lifespans, as uvicorn
    does.

    Args:
        config: What `load_config` returns.
        terminal: Where it says what happens; the standard output when not given.
        pyodide: What `find_pyodide` returns; without it pages load Pyodide from its CDN.
        plugins: Plugins, in their order, after those that the configuration names.

    Raises:
        ClientMissing: The installation of hmr-client is broken.
        ConfigError: A plugin cannot be had.
    """
    server = DevServer(config, terminal or Terminal(), pyodide, (*load_plugins(config), *plugins))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with server.running():
            yield

    return app_of(server, lifespan)


def app_of(server: DevServer, lifespan: StatelessLifespan[Starlette] | None = None) -> Starlette:
    """Make the application of a server that somebody else keeps `running`.

    Args:
        lifespan: What runs while the application does.
    """

    async def http(request: Request) -> Response:
        response = await server.requests.answer(request)
        return response if response is not None else server.requests.not_found(request)

    async def websocket(socket: WebSocket) -> None:
        await serve_socket(socket, upgrade_of(server, socket), server.channel)

    return Starlette(
        routes=[
            Route("/{path:path}", http, methods=["GET", "HEAD", "OPTIONS", "POST"]),
            WebSocketRoute("/{path:path}", websocket),
        ],
        lifespan=lifespan,
    )


def upgrade_of(server: DevServer, socket: WebSocket) -> Admission:
    """Return what becomes of a WebSocket upgrade at `server`."""
    admission = admission_of(socket, socket.scope["path"], server.config)
    if server.config.transport is Transport.SSE and admission is Admission.HMR:
        return Admission.FOREIGN
    return admission
