"""Hot module replacement inside another ASGI application.

As middleware, for Starlette and FastAPI, or around a Django application::

    app.add_middleware(HotReload, root="frontend", base="/static/")
    application = HotReload(get_asgi_application(), root="frontend", base="/static/")

or mounted, where it serves `root` like `hmr-server` does::

    app.mount("/frontend", HotReload(root="frontend"))

How a request is answered:

    ours: /@hmr/…, /@id/…, a module below `base`     answered here
    the application's                                passed on; its HTML gets the client's script
    a 404 there, but a file of `root`                answered here

It starts with the application's lifespan, or without one, with the first request.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from hmr_client.wire.payloads import FullReload

from .admission.rules import Admission
from .app import Application, upgrade_of
from .channel.connections import serve_socket
from .config import ServerConfig, load_config
from .dev_server import DevServer
from .environment.plugin_loading import load_plugins
from .plugins import Plugin
from .pyodide_setup import improve_pyodide, quick_pyodide
from .reporting.terminal import Terminal
from .watch.hints import WatchError
from .watch.watcher import Watcher
from .web.pages.page_injection import HeldResponse, as_page_load
from .web.request_url import is_again

_MOST_AROUND = 20  # of an application; what names itself has no end

_logger = logging.getLogger(__name__)


class HotReload:
    """An ASGI middleware, or an application of its own.

    Args:
        app: The application whose pages get hot updates; `None` where this is mounted into one.
        root: Directory of the front end: every file in it may be read by a page. Not the directory
            of the whole project, which contains sources and secrets.
        base: URL path below which `root` is served; where this is mounted it is known.
        templates: Directories of templates: the open pages take up a change in them.
        plugins: Plugins, after those that the configuration names.
        settings: Further settings, by the names of `ServerConfig`; they win over `hmr.toml` and
            `pyproject.toml` in `root`.

    Raises:
        ConfigError: The root or a setting is wrong.
    """

    def __init__(
        self,
        app: ASGIApp | None = None,
        *,
        root: str | Path,
        base: str | None = None,
        templates: Sequence[str | Path] = (),
        plugins: Sequence[Plugin] = (),
        **settings: object,
    ) -> None:
        self._app = app
        if app is not None:
            settings.setdefault("push_sources", False)  # its pages may have a policy against it
        self._config = load_config(root, base=base, **settings)
        self._follows_mount = app is None and base is None
        self._templates = [Path(directory) for directory in templates]
        self._plugins = (*load_plugins(self._config), *plugins)
        self._running: _Running | None = None
        self._starting = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case "lifespan":
                await self._lifespan(scope, receive, send)
            case _ if self._app is not None:
                await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = await self._server(scope)
        if self._app is None:
            await Application(server)(_unmounted(scope), receive, send)
            return
        request = Request(scope, receive)
        link = server.requests.token_link(request)  # to a page of the application, too
        if (response := link or await server.requests.answer_embedded(request)) is not None:
            await response(scope, receive, send)
            return
        path = "/" + scope["path"].removeprefix(server.config.base).removeprefix("/")
        again = is_again(request)
        scope = as_page_load(scope, again=again)
        held = HeldResponse(
            scope,
            send,
            lambda page, nonce: server.environment.transform_html_text(
                page, path, nonce, again=again
            ),
            lambda headers, page: server.requests.isolation.add_to_page(headers, page, path),
        )
        server.requests.note_theirs(request)  # before: a save may follow at once
        await self._app(scope, receive, held.send)
        if held.is_missing and (file := await server.requests.answer_file(request)) is not None:
            await file(scope, receive, send)
        else:
            await held.release()

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = await self._server(scope)
        socket = WebSocket(scope, receive, send)
        admission = upgrade_of(server, socket)
        if admission is Admission.FOREIGN and self._app is not None:
            await self._app(scope, receive, send)
        else:
            await serve_socket(socket, admission, server.channel)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run with the application; an application without a lifespan is started by a request."""
        await self._server(scope)
        try:
            if self._app is not None:
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "lifespan.startup.complete"})
                await receive()
                await send({"type": "lifespan.shutdown.complete"})
        finally:
            if self._running is not None:
                await self._running.stop()
                self._running = None

    async def _server(self, scope: Scope) -> DevServer:
        async with self._starting:
            loop = asyncio.get_running_loop()
            if self._running is None or self._running.loop is not loop:
                config = self._config
                if self._follows_mount and scope.get("root_path"):
                    config = dataclasses.replace(config, base=scope["root_path"])
                self._running = _Running(self._app, config, self._templates, self._plugins)
                await self._running.start()
            return self._running.server


class _Running:
    """One server, kept running by a task of its own.

    Args:
        app: The application that it is in.

    Attributes:
        loop: The event loop that it lives in.
    """

    def __init__(
        self,
        app: ASGIApp | None,
        config: ServerConfig,
        templates: Sequence[Path],
        plugins: Sequence[Plugin],
    ) -> None:
        self._app = app
        self.loop = asyncio.get_running_loop()
        pyodide = quick_pyodide(config)
        # No session is kept: when the application is restarted, its pages may be others.
        self.server = DevServer(config, Terminal(), pyodide, plugins)
        self._pyodide = pyodide
        self._templates = templates
        self._ready = asyncio.Event()
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when no later change is missed.

        Raises:
            WatchError: The root cannot be watched.
        """
        self._task = asyncio.create_task(self._run())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """End it; the pages' connections first."""
        self._end.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        config = self.server.config
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.server.running())
            beside = [asyncio.create_task(self._reload_on(path)) for path in self._templates]
            beside.append(asyncio.create_task(improve_pyodide(self.server, self._pyodide)))
            self.server.reporter.note(f"Hot updates for {config.root} below {config.base}")
            self._ready.set()
            try:
                await self._end.wait()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    async def _reload_on(self, directory: Path) -> None:
        try:
            config = self.server.config
            async with Watcher(
                directory, config.watch_ignore, polling=config.watch_polling
            ) as watcher:
                async for changes in watcher:
                    for change in changes:
                        _forget_django_templates(change.file)
                    _forget_jinja_templates(self._app)
                    file = str(changes[0].file)
                    again = FullReload(path="*", triggered_by=file, extra={"html": True})
                    self.server.push(again, files=(file,))
        except WatchError as error:
            _logger.warning("%s", error)


def _forget_jinja_templates(app: object) -> None:
    """Have Flask and Quart read their templates again: without `debug` they keep them.

    Args:
        app: The application, or what stands around it: ASGI of WSGI, middleware.
    """
    for _ in range(_MOST_AROUND):
        if (environment := getattr(app, "jinja_env", None)) is not None and environment.cache:
            environment.cache.clear()
        app = getattr(app, "wsgi_application", None) or getattr(app, "app", None)


def _forget_django_templates(file: Path) -> None:
    """Have Django read its templates again: it keeps them, and its own reloader tells it just so."""
    if (autoreload := sys.modules.get("django.utils.autoreload")) is not None:
        autoreload.file_changed.send(sender=HotReload, file_path=file)


def _unmounted(scope: Scope) -> Scope:
    """Return the scope with the whole path, as `Application` wants it: the base is part of its URLs."""
    return {**scope, "root_path": "", "app_root_path": ""}
