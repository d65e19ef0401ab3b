"""The parts of one server, put together: what changes on disk goes to the pages, and back.

`app.py` makes an application of it, `hot_reload.py` a part of somebody else's.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from starlette.routing import Route

from hmr_client.custom_events import (
    APPLIED,
    INVALIDATE,
    RESUME,
    AppliedData,
    InvalidateData,
    ResumeData,
)
from hmr_client.exceptions import PayloadError
from hmr_client.payloads import (
    Connected,
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    HotPayload,
    JSONValue,
    Ping,
)
from hmr_server.acknowledgements import Acknowledgements
from hmr_server.client_files import ClientFiles
from hmr_server.config import ConfigError, ServerConfig
from hmr_server.environment import DevEnvironment
from hmr_server.file_change import FileChange
from hmr_server.hot_channel import DISCONNECT, HotChannel, HotClient
from hmr_server.hot_connections import EventStreams
from hmr_server.own_requests import OwnRequests
from hmr_server.package_index import PackageIndex
from hmr_server.plugins import Plugin
from hmr_server.pyodide_files import PyodideFiles
from hmr_server.python_bundle import PythonFiles, PythonRequests
from hmr_server.request_handler import RequestHandler
from hmr_server.terminal import Terminal
from hmr_server.watcher import Watcher
from hmr_server.wheel import build_client_wheel

FORWARD_CONSOLE = "vite:forward-console"

_MAX_CONSOLE = 20_000  # characters of one line that are shown

_logger = logging.getLogger(__name__)


class DevServer:
    """One project's server, without the sockets.

    Args:
        config: Its configuration.
        terminal: Where it says what happens.
        pyodide: Pyodide's files; ``None`` makes pages load them from Pyodide's CDN.
        plugins: The user's plugins, in their order.

    Raises:
        ClientMissing: The installation is broken.
        ConfigError: A plugin's `configure_server` failed.

    Attributes:
        channel: Who is connected.
        environment: Modules and pages.
        requests: Answers HTTP requests.
    """

    def __init__(
        self,
        config: ServerConfig,
        terminal: Terminal,
        pyodide: PyodideFiles | None = None,
        plugins: Sequence[Plugin] = (),
    ) -> None:
        self.config = config
        self.terminal = terminal
        self.channel = HotChannel(config.session)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher = Watcher(config.root, config.watch_ignore)
        self.environment = DevEnvironment(config, self.push, plugins, watch=self._watcher.add)
        self.client_files = ClientFiles(config, build_client_wheel(), pyodide)
        python = PythonRequests(
            PythonFiles(config),
            self.environment.register_python_files,
            self.environment.register_data_files,
            None if pyodide is None else pyodide.directory / "pyodide-lock.json",
        )
        own = OwnRequests(
            config,
            self.client_files,
            _index(config, pyodide),
            python,
            EventStreams(self.channel),
            terminal.warn,
        )
        self.requests = RequestHandler(config, self.environment, own, self.push)
        self._acknowledgements = Acknowledgements(terminal.pushed)
        self.channel.on(INVALIDATE, self._invalidated)
        self.channel.on(APPLIED, self._applied)
        self.channel.on(RESUME, self._resumed)
        if config.forward_console:
            self.channel.on(FORWARD_CONSOLE, self._console)
        self.channel.on(DISCONNECT, lambda _data, client: self._acknowledgements.left(client))
        self._configure_plugins()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watches the project while inside.

        Raises:
            WatchError: The root cannot be watched.
        """
        self._loop = asyncio.get_running_loop()
        async with self._watcher:
            watching = asyncio.create_task(self._watch())
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
                await self.environment.close()
                await self.channel.close()
                self._acknowledgements.flush()

    def push(
        self, payload: HotPayload, *, files: tuple[str, ...] = (), began: float | None = None
    ) -> None:
        """Sends a payload to all pages, and says so in the terminal where that is of interest.

        Args:
            payload: What is sent.
            files: What was saved, where a save is behind it.
            began: When that was, on `time.perf_counter`.
        """
        match payload:
            case Connected() | Ping():
                raise ValueError(f"{type(payload).__name__} is not pushed")
            case _:
                clients = self.channel.clients
                sequence = self.channel.send(payload)
                self._acknowledgements.pushed(sequence, payload, clients, files=files, began=began)

    # --- what plugins can use: plugins.DevServer ----------------------------------------------

    def on(self, event: str, listener: Callable[[JSONValue, object], object]) -> None:
        """Calls ``listener`` with the data and the client of each custom event of this name."""
        self.channel.on(event, listener)

    def send(self, event: str, data: JSONValue = None) -> None:
        """Sends a custom event to every client. From any thread."""
        payload = Custom(event=event, data=data)
        if self._loop is None or self._loop is _running_loop():
            self.channel.send(payload)
        else:
            self._loop.call_soon_threadsafe(self.channel.send, payload)

    def add_route(
        self, path: str, endpoint: Callable[..., object], methods: Sequence[str] = ("GET",)
    ) -> None:
        """Serves a path (below the base) with a Starlette endpoint, ahead of all others."""
        self.requests.routes.append(Route(path, endpoint, methods=list(methods)))

    def _configure_plugins(self) -> None:
        for plugin in self.environment.plugins.plugins:
            try:
                plugin.configure_server(self)
            except Exception as error:  # a user's code; the server does not start half configured
                name = plugin.name or type(plugin).__name__
                problem = (
                    f"has {name}, whose configure_server failed: {type(error).__name__}: {error}"
                )
                raise ConfigError("plugins", problem) from error

    # --- changes -------------------------------------------------------------------------------

    async def _watch(self) -> None:
        async for changes in self._watcher:
            await self._changed(changes)

    async def _changed(self, changes: Sequence[FileChange]) -> None:
        began = time.perf_counter() - _seconds_since_save(changes)
        try:
            payloads = await self.environment.handle_file_changes(changes)
        except Exception as error:  # a plugin's or ours: the next save is handled all the same
            _logger.exception("a change of %s could not be handled", changes[0].file)
            details = ErrorDetails(
                message=f"{type(error).__name__}: {error}", id=str(changes[0].file)
            )
            payloads = [ErrorPayload(err=details)]
        for payload in payloads:
            self.push(payload, files=_names(changes, self.config.root), began=began)

    # --- what pages say ------------------------------------------------------------------------

    def _invalidated(self, data: JSONValue, client: HotClient) -> None:
        try:
            invalidate = InvalidateData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        payloads = self.environment.handle_invalidate(invalidate)
        if payloads:
            self.terminal.invalidated(invalidate)
        for payload in payloads:
            self.push(payload)

    def _applied(self, data: JSONValue, client: HotClient) -> None:
        try:
            applied = AppliedData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        for failure in self._acknowledgements.applied(applied, client):
            self.terminal.page_error(failure)

    def _console(self, data: JSONValue, _client: HotClient) -> None:
        """Repeats what a page's console says, or what nobody caught there (``--forward-console``)."""
        match data:
            case {"type": "log", "data": {"level": str(level), "message": str(message)}}:
                self.terminal.page_console(level, message[:_MAX_CONSOLE])
            case {
                "type": "error" | "unhandled-rejection",
                "data": {"message": str(message), **rest},
            }:
                stack = rest.get("stack")
                name = rest.get("name")
                text = (
                    stack if isinstance(stack, str) and message in stack else f"{name}: {message}"
                )
                self.terminal.page_error(text[:_MAX_CONSOLE])
            case _:
                _logger.debug("ignored a console line")

    def _resumed(self, data: JSONValue, client: HotClient) -> None:
        """Replays what a page has missed, once and in order, or has it load itself anew."""
        try:
            resume = ResumeData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        if resume.session != self.config.session:
            client.send(_reload_because("another server runs here now"))
            return
        missed = self.channel.journal.since(resume.sequence)
        if missed is None:
            client.send(_reload_because("more has changed meanwhile than the server keeps"))
            return
        for entry in missed:
            client.post(entry.text)


def _reload_because(reason: str) -> FullReload:
    return FullReload(path="*", extra={"reason": reason})


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _index(config: ServerConfig, pyodide: PyodideFiles | None) -> PackageIndex:
    wheels = config.root / "wheels"
    if pyodide is None:
        return PackageIndex(wheels)
    return PackageIndex(wheels, python=pyodide.python, platform=pyodide.platform)


def _seconds_since_save(changes: Sequence[FileChange]) -> float:
    """How long ago the last of these files was written, as far as its time stamp can be trusted."""
    try:
        saved = max(change.file.stat().st_mtime for change in changes)
    except OSError:  # deleted
        return 0
    seconds = time.time() - saved
    return seconds if 0 < seconds < 1 else 0


def _names(changes: Sequence[FileChange], root: Path) -> tuple[str, ...]:
    return tuple(
        change.file.relative_to(root).as_posix()
        if change.file.is_relative_to(root)
        else change.file.as_posix()
        for change in changes
    )
