"""The parts of one server, put together: what changes on disk goes to the pages, and back.

`app.py` makes an application of it, `hot_reload.py` a part of another application.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import Route
from starlette.types import ASGIApp

from hmr_client.wire.payloads import (
    Connected,
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    HotPayload,
    JSONValue,
    Ping,
    UpdatePayload,
)

from .channel.connections import EventStreams
from .channel.hot_channel import HotChannel, HotClient
from .client.files import ClientFiles
from .client_wheel.wheel import build_client_wheel
from .config import ConfigError, ServerConfig, is_settings_file
from .environment.environment import DevEnvironment
from .exceptions import ServerError
from .files.access import AccessDenied
from .graph.module_graph import ModuleNode
from .plugins import Plugin, PluginClient
from .pyodide.files import PyodideFiles
from .python.files import PythonFiles
from .python.requests import PythonRequests
from .reporting.acknowledgements import Acknowledgements
from .reporting.page_events import PageEvents
from .reporting.reporter import Reporter
from .session.keeper import SessionKeeper
from .session.store import SessionStore
from .watch.file_change import FileChange
from .watch.watcher import Watcher
from .web.isolation import CrossOriginIsolation
from .web.own_requests import OwnRequests
from .web.request_handler import RequestHandler
from .web.source_pushes import SourcePushes

if TYPE_CHECKING:
    from .web.early_sources import EarlySources

_logger = logging.getLogger(__name__)


class DevServer:
    """One project's server, without the sockets.

    Args:
        reporter: Shows what happens.
        pyodide: Pyodide's files; `None` makes pages load them from Pyodide's CDN.
        plugins: The user's plugins, in their order.
        store: Where its session is kept for the next process; `None` keeps none.

    Raises:
        ClientMissing: The installation is broken.

    Attributes:
        channel: The connected clients.
        environment: Modules and pages.
        requests: Answers HTTP requests.
    """

    def __init__(
        self,
        config: ServerConfig,
        reporter: Reporter,
        pyodide: PyodideFiles | None = None,
        plugins: Sequence[Plugin] = (),
        store: SessionStore | None = None,
    ) -> None:
        self._keeper = SessionKeeper(store, config)
        if (saved := self._keeper.saved) is not None:
            config = dataclasses.replace(config, session=saved.session, token=saved.token)
        self.config = config
        self.reporter = reporter
        self.channel = HotChannel(config.session)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher = Watcher(
            config.root,
            config.watch_ignore,
            polling=config.watch_polling,
            read_ahead=lambda file: self.environment.read_ahead(file),
            burst_ahead=self._read_burst_ahead,
        )
        self.environment = DevEnvironment(
            config,
            self.push,
            plugins,
            watch=self._watcher.add,
            last_push=lambda: self.channel.journal.last,
        )
        self._keeper.take_over(self.channel, self.environment)
        self.client_files = ClientFiles(config, build_client_wheel(), pyodide)
        python = PythonRequests(
            PythonFiles(config),
            self.environment.registrations,
            reporter.warn,
            None if pyodide is None else pyodide.directory / "pyodide-lock.json",
        )
        own = OwnRequests(
            config,
            self.client_files,
            pyodide,
            python,
            EventStreams(self.channel),
            reporter.warn,
            self.environment.served_html,
        )
        self.requests = RequestHandler(
            config,
            self.environment,
            own,
            self.push,
            reporter.error,
            self._keeper,
            CrossOriginIsolation(config, reporter.note),
        )
        self._sources = SourcePushes(self.channel, self.requests.prepare)
        self._early: EarlySources | None = None
        self._acknowledgements = Acknowledgements(reporter.pushed)
        PageEvents(
            self.channel, self.environment, reporter, self._acknowledgements, self.push
        ).listen(console=config.forward_console)
        self.middleware: list[tuple[Callable[..., ASGIApp], dict[str, object]]] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch the project while inside.

        Raises:
            WatchError: The root cannot be watched.
            ConfigError: A plugin's `configure_server` failed.
        """
        self._loop = asyncio.get_running_loop()
        await self._configure_plugins()
        async with self._watcher:
            await self._catch_up()
            watching = asyncio.create_task(self._watch())
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
                if self._early is not None:
                    await self._early.close()
                await self._sources.close()
                await self._keeper.close()
                await self.environment.close()
                await self.channel.close()
                self._acknowledgements.flush()

    @property
    def polled(self) -> str:
        """Which files are polled and why, in a few words; empty where none are."""
        return self._watcher.limitation

    def push(
        self, payload: HotPayload, *, files: tuple[str, ...] = (), began: float | None = None
    ) -> None:
        """Send a payload to all pages, and say so in the terminal where that is of interest.

        Args:
            payload: What is sent.
            files: The saved files, where a save is the cause.
            began: When that was, on `time.perf_counter`.
        """
        match payload:
            case Connected() | Ping():
                raise ValueError(f"{type(payload).__name__} is not pushed")
            case _:
                match payload:
                    case FullReload(triggered_by=str(file)) if not files:  # after an invalidation
                        files = (self.environment.short_path(file),)
                clients = self.channel.clients
                prepare: Callable[[], None] | None = None
                if isinstance(payload, UpdatePayload) and clients:
                    # middleware may change what is served
                    prepare = self._sources.attach(payload, clients, sends=not self.middleware)
                sequence = self.channel.send(payload)
                if prepare is not None:
                    prepare()
                self._keeper.touch()
                self._acknowledgements.pushed(sequence, payload, clients, files=files, began=began)

    # --- what plugins can use: plugins.DevServer ----------------------------------------------

    def on(self, event: str, listener: Callable[[JSONValue, HotClient], object]) -> None:
        """Call `listener` with the data and the client of each custom event of this name."""
        self.channel.on(event, listener)

    def send(
        self, event: str, data: JSONValue = None, *, client: PluginClient | None = None
    ) -> None:
        """See `plugins.DevServer`."""
        payload = Custom(event=event, data=data)
        send: Callable[[Custom], object] = self.channel.send if client is None else client.send
        if self._loop is None or self._loop is _running_loop():
            send(payload)
        else:
            self._loop.call_soon_threadsafe(send, payload)

    async def reload_module(self, module: ModuleNode) -> None:
        """See `plugins.DevServer`."""
        await self.environment.updates.reload_module(module)

    def add_middleware(self, middleware: Callable[..., ASGIApp], **options: object) -> None:
        """See `plugins.DevServer`."""
        self.middleware.append((middleware, options))

    def add_route(
        self, path: str, endpoint: Callable[..., object], methods: Sequence[str] = ("GET",)
    ) -> None:
        """Serve a path (below the base) with a Starlette endpoint, ahead of all others."""
        self.requests.routes.append(Route(path, endpoint, methods=list(methods)))

    async def _configure_plugins(self) -> None:
        for plugin in self.environment.plugins.plugins:
            try:
                if inspect.isawaitable(configured := plugin.configure_server(self)):
                    await configured
            except Exception as error:  # a user's code; the server does not start half configured
                name = plugin.name or type(plugin).__name__
                problem = (
                    f"has {name}, whose configure_server failed: {type(error).__name__}: {error}"
                )
                raise ConfigError("plugins", problem) from error

    # --- changes -------------------------------------------------------------------------------

    async def _catch_up(self) -> None:
        """Write down, for the pages that come back, what has changed since the last process."""
        if (saved := self._keeper.saved) is None:
            return
        for file, url in saved.pages.items():
            with contextlib.suppress(OSError, ServerError, AccessDenied):
                await self.environment.transform_html(Path(file), url)  # reads its import map
        newer = self._watcher.newer_than(saved.saved_ns)
        changes = await asyncio.to_thread(saved.changes, newer)
        if not changes:
            return
        for change in changes:  # what was read above is the new text, and no page has it
            self.environment.forget_page(change.file)
        for payload in await self._payloads_of(changes):
            match payload:
                case Connected() | Ping():
                    pass
                case _:
                    self.channel.record(payload)
        what = "1 file has" if len(changes) == 1 else f"{len(changes)} files have"
        self.reporter.note(f"{what} changed since the last run; open pages get what is new.")

    def _read_burst_ahead(self, files: Collection[str]) -> None:
        if self._early is None:
            from .web.early_sources import EarlySources  # most saves are of one file

            # middleware may change what is served
            self._early = EarlySources(self.channel, self.environment, lambda: not self.middleware)
        self._early.note(files)

    async def _watch(self) -> None:
        async for changes in self._watcher:
            await self._changed(changes)

    async def _changed(self, changes: Sequence[FileChange]) -> None:
        began = time.perf_counter() - _seconds_since_save(changes)
        self._keeper.note_changes(change.file for change in changes)
        for change in changes:
            if is_settings_file(change.file, self.config.root):
                self.reporter.warn(f"{change.file.name} has changed: restart the server to use it.")
        for payload in await self._payloads_of(changes):
            self.push(payload, files=_names(changes, self.config.root), began=began)

    async def _payloads_of(self, changes: Sequence[FileChange]) -> Sequence[HotPayload]:
        try:
            return await self.environment.updates.handle_file_changes(changes)
        except Exception as error:  # a plugin's or ours: the next save is handled all the same
            file = str(changes[0].file)
            _logger.exception("a change of %s could not be handled", file)
            message = f"{type(error).__name__}: {error}"
            return [ErrorPayload(err=ErrorDetails(message=message, id=file))]


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _seconds_since_save(changes: Sequence[FileChange]) -> float:
    """Return how long ago the last of these files was written, as far as its time stamp can be trusted."""
    try:
        saved = max(change.file.stat().st_mtime for change in changes)
    except OSError:  # deleted
        return 0
    seconds = time.time() - saved
    return seconds if 0 < seconds < 1 else 0


def _names(changes: Sequence[FileChange], root: Path) -> tuple[str, ...]:
    prefix = f"{root.as_posix().rstrip('/')}/"
    return tuple(change.file.as_posix().removeprefix(prefix) for change in changes)
