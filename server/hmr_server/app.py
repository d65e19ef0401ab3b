"""The development server as an ASGI application."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from .admission.rules import Admission
from .channel.connections import admission_of, serve_socket
from .config import ServerConfig, Transport
from .dev_server import DevServer
from .environment.plugin_loading import load_plugins
from .plugins import Plugin
from .pyodide.files import PyodideFiles
from .reporting.reporter import Reporter
from .reporting.terminal import Terminal

_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


def create_app(
    config: ServerConfig,
    *,
    reporter: Reporter | None = None,
    pyodide: PyodideFiles | None = None,
    plugins: Sequence[Plugin] = (),
) -> Starlette:
    """Make the application that serves one project.

    Its lifespan watches the project: run it with a server that supports lifespans, as uvicorn
    does.

    Args:
        config: What `load_config` returns.
        reporter: Shows what happens; the standard output does when not given.
        pyodide: What `find_pyodide` returns; without it pages load Pyodide from its CDN.
        plugins: Plugins, in their order, after those that the configuration names.

    Raises:
        ClientMissing: The installation of hmr-client is broken.
        ConfigError: A plugin cannot be had.
    """
    server = DevServer(config, reporter or Terminal(), pyodide, (*load_plugins(config), *plugins))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with server.running():
            yield

    application = Application(server)
    return Starlette(
        routes=[
            Route("/{path:path}", application, methods=_METHODS),
            WebSocketRoute("/{path:path}", application),
        ],
        lifespan=lifespan,
    )


class Application:
    """A server as an ASGI application; the caller keeps it `running`.

    No framework stands between it and its requests: a reload makes one for each module of the page.
    """

    def __init__(self, server: DevServer) -> None:
        self._server = server
        self._wrapped: ASGIApp | None = None  # made at the first request: plugins are asked by then

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or serve a WebSocket; what plugins put around it comes first."""
        if (middleware := self._server.middleware) and self._wrapped is None:
            self._wrapped = self._answer
            for factory, options in reversed(middleware):
                self._wrapped = factory(self._wrapped, **options)
        await (self._wrapped or self._answer)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = self._server
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await serve_socket(socket, upgrade_of(server, socket), server.channel)
            return
        if (warm := server.requests.warm(scope)) is not None:
            await warm.send(send)
            return
        response: Response | None
        if scope["method"] in _METHODS:
            request = Request(scope, receive)
            response = await server.requests.answer(request)
            if response is None:
                response = server.requests.not_found(request)
        else:
            headers = {"allow": ", ".join(_METHODS)}
            response = PlainTextResponse("Method Not Allowed", 405, headers)
        await response(scope, receive, send)


def upgrade_of(server: DevServer, socket: WebSocket) -> Admission:
    """Decide on a WebSocket upgrade at `server`."""
    admission = admission_of(socket, socket.scope["path"], server.config)
    if server.config.transport is Transport.SSE and admission is Admission.HMR:
        return Admission.FOREIGN
    return admission
