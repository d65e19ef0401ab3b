"""Where the bootstrap hands over: the pieces, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from hmr_client import eager
from hmr_client.client import HMRClient
from hmr_client.message_handler import MessageHandler
from hmr_client.transport.normalised import NormalisedTransport, Transport
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import PyUpdate, UpdatePayload

from . import _ffi
from .hot_context import HotContexts, HotData, dispose_all
from .javascript_errors import describe_error
from .page.assets import Assets
from .page.console import ConsoleLogger
from .page.es_modules import ESModules, WaitToFetchAgain
from .page.html import LiveHtml
from .page.overlay import ErrorOverlay
from .page.page import BrowserPage
from .page.settings import Settings
from .page.stylesheets import Stylesheets
from .python.packages import install_declared
from .python.unpatched import UnpatchedPython
from .transport.event_source import EventSourceTransport
from .transport.native import FirstThatConnects
from .transport.reconnect import Connection
from .transport.websocket import WebSocketTransport

if TYPE_CHECKING:
    from .bridge import Bridge
    from .pyscript.page import PyScriptPage
    from .pyscript.unpatched_files import UnpatchedFiles
    from .python.data_files import FileSystem
    from .python.page import PythonPage

# A module that takes longer keeps others from being updated no more
_PATIENCE_S = 5.0

_LOST = "the connection was lost, and this server can't say what was missed"

# The page's one client, which keeps it alive. PyScript is given text to run, and text has no other way to it.
running: PageClient | None = None


def start(bridge: Bridge) -> PageClient:
    """Start hot replacement in this page, once.

    Messages that have arrived by now are handled from the event loop's next turn on: before that the
    bootstrap replays what modules called on their hot contexts.

    Args:
        bridge: What the bootstrap offers.
    """
    global running
    running = PageClient(bridge)
    return running


class PageClient:
    """The client of one page or worker, put together.

    Args:
        bridge: What the bootstrap offers.

    Attributes:
        dispatch: Takes the calls on hot contexts (`HotContexts.dispatch`); the bootstrap keeps a copy of its
            proxy as long as the page lives.
        python: The program of a plain Pyodide page.
        scripts: PyScript's scripts.
    """

    def __init__(self, bridge: Bridge) -> None:
        self.python: PythonPage | None = None
        self.scripts: PyScriptPage | None = None
        self._bridge = bridge
        self._settings = settings = Settings.from_json(bridge.settings)
        self._logger = logger = ConsoleLogger(settings.log_prefix)
        self._overlay = ErrorOverlay(bridge.overlay, settings.log_prefix, enabled=settings.overlay)
        document = None if _ffi.is_worker() else _ffi.page_global("document")
        connection = Connection(
            settings, logger, document=document, reload=lambda: bridge.reload(_LOST)
        )
        transport = NormalisedTransport(_transport(settings, connection, logger, bridge))
        promises = _ffi.Promises()
        import_module = bridge.importModule  # each look at a JavaScript object makes another proxy
        modules = ESModules(
            lambda url: promises.wait(partial(import_module, url)),
            bridge.reload,
            settings.base,
            connection.wait_to_fetch_again,
        )
        self._client = client = HMRClient(logger, transport, modules.import_updated_module)
        client.is_worker = _ffi.is_worker()
        client.data_map = data = HotData(bridge.hotData)
        bridge.onLeave(_ffi.long_lived(lambda: dispose_all(client)))
        handler = MessageHandler(
            client,
            None if document is None else self._page(connection),
            acknowledge=self._acknowledge,
            clock=_ffi.now,
            describe=describe_error,
            patience=_PATIENCE_S,
        )
        if document is not None:
            location = _ffi.page_global("location")
            html = LiveHtml(client, location, settings.base, bridge.updateHtml)
            handler.update_html = html.update
        if settings.pyscript or settings.entry is not None:
            self._start_python(data, connection.wait_to_fetch_again)
        unpatched: UnpatchedFiles | None = None
        if settings.unpatched:
            from .pyscript.unpatched_files import UnpatchedFiles  # other pages don't have it

            fetch_again = connection.wait_to_fetch_again
            unpatched = UnpatchedFiles(client, settings, bridge.reload, logger, fetch_again)
            unpatched.start()

        def why_unpatched(path: str) -> str | None:
            if unpatched is not None and (why := unpatched.why(path)) is not None:
                return why
            is_patched = settings.entry or (self.scripts and self.scripts.has(path))
            return bridge.whyUnpatched(path, bool(is_patched))

        self._unpatched = UnpatchedPython(why_unpatched, bridge.reload, self._overlay, logger)
        handler.update_python = self._update_python
        connection.start(client, handler)
        self.dispatch = HotContexts(client, bridge.call).dispatch

    def install_packages(self) -> Awaitable[None]:
        """Install the packages that the page declares; failures are shown, and hot updates continue."""
        return install_declared(self._settings, self._logger, self._overlay)

    def run_entry(self, bundle: str, code: Any = None) -> asyncio.Future[None] | None:
        """Run the page's Python entry at once, until it waits for something or ends.

        What it raises is shown in the page and in the terminal; the next save runs it again.

        Args:
            bundle: The server's answer for it.
            code: What an earlier visit has compiled: a Uint8Array, if there is any.

        Returns:
            What to wait for, if packages have to be installed before; None once the entry was run.
        """
        if self.python is None:
            return None
        entry = eager.start(self.python.run(bundle, code.to_bytes() if code else b""))
        return entry.result() if entry.done() else entry

    async def configure_scripts(self, config: str, url: str, page: str) -> None:
        """Take over what PyScript's configuration says about files.

        Args:
            config: The configuration, as JSON text.
            url: Where it was read from.
            page: The page's URL.
        """
        if self.scripts is not None:
            await self.scripts.configure(config, url, page)

    async def run_script(self, path: str, source: str, awaits_value: bool) -> None:
        """Run one of PyScript's scripts.

        Args:
            path: Its URL below the base.
            awaits_value: Whether PyScript awaits the value of its last expression.
        """
        if self.scripts is not None:
            await self.scripts.run(path, source, awaits_value)

    def _page(self, connection: Connection) -> BrowserPage:
        bridge, settings, logger = self._bridge, self._settings, self._logger
        fetch_again = connection.wait_to_fetch_again
        stylesheets = Stylesheets(
            bridge.openRoots, bridge.refreshSheet, bridge.reload, logger, settings.base, fetch_again
        )
        assets = Assets(bridge.refreshFile, self._has_copy, bridge.reload, logger, _ffi.now)
        location = _ffi.page_global("location")
        return BrowserPage(
            location, bridge.reload, self._overlay, stylesheets, assets, settings.base, logger
        )

    def _start_python(self, data: HotData, fetch_again: WaitToFetchAgain) -> None:
        from .python.kept_data import KeptData, to_json  # other pages' boots shall not pay for it
        from .python.page import PageView, PythonPage

        bridge, settings, client = self._bridge, self._settings, self._client

        def leave() -> str:
            dispose_all(client)
            return to_json(data.own)

        data.kept = KeptData(bridge.kept, self._logger)
        bridge.onLeave(_ffi.long_lived(leave))
        view = PageView(settings, self._overlay, bridge.badge, bridge.reload)
        data_url = settings.url("@hmr/python?data=")

        def open_files() -> FileSystem:
            return bridge.dataFiles(data_url)  # type: ignore[no-any-return]  # JavaScript's

        if settings.pyscript:
            from .pyscript.page import PyScriptPage

            self.scripts = PyScriptPage(
                client, settings, view, bridge.watchEffects, open_files, fetch_again
            )
        else:
            self.python = PythonPage(
                client,
                settings,
                view,
                bridge.watchEffects,
                open_files,
                bridge.keepCode,
                fetch_again,
            )

    def _acknowledge(self, payload: UpdatePayload, applied: Sequence[AppliedUpdate]) -> None:
        self._client.acknowledge(applied, payload.sequence)

    async def _has_copy(self, path: str) -> bool:
        return self.scripts is not None and await self.scripts.has_copy(path)

    async def _update_python(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        patched = self.scripts or self.python
        unpatched = await self._unpatched.update(updates)
        return unpatched or (await patched.update(updates) if patched else [])


def _transport(
    settings: Settings, connection: Connection, logger: ConsoleLogger, bridge: Bridge
) -> Transport:
    """Return the ways to the server, the one that the bootstrap has taken first."""
    early, opening = bridge.early, bridge.opening

    def url(way: str) -> Callable[[], str]:
        mark = "&" if "?" in way else "?"
        return lambda: f"{way}{mark}{connection.query}"

    ways: list[Transport] = []
    sockets = [settings.socket_url, settings.direct_socket_url]
    for way in [] if early.isStream else dict.fromkeys(filter(None, sockets)):
        first = early if not ways else None
        ping = settings.timeout / 1000
        socket = WebSocketTransport(
            url(way), logger, early=first, opening=opening, ping_interval=ping
        )
        ways.append(socket)
    if settings.events_url is not None:
        first = early if early.isStream else None
        stream = url(settings.events_url)
        ways.append(EventSourceTransport(stream, logger, early=first, opening=opening))
    return FirstThatConnects(ways)
