"""Where the bootstrap hands over: the pieces, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from hmr_client import eager
from hmr_client.client import HMRClient
from hmr_client.custom_events import AppliedData, AppliedUpdate
from hmr_client.message_handler import MessageHandler
from hmr_client.payloads import PyUpdate, UpdatePayload
from hmr_client.transport import NormalisedTransport, Transport

from . import _ffi
from .hot_context import HotContexts, HotData, dispose_all
from .javascript_errors import describe_error
from .page.applied import tell
from .page.assets import Assets
from .page.console import ConsoleLogger
from .page.es_modules import ESModules
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
    from .pyscript.micropython import MicroPythonFiles
    from .pyscript.page import PyScriptPage
    from .python.data_files import FileSystem
    from .python.page import PythonPage

# A module that takes longer keeps others from being updated no more
_PATIENCE_S = 5.0

_LOST = "the connection was lost, and this server can't say what was missed"

# The page's one client; kept here so that nothing of it is collected while the page lives.
_client: HMRClient | None = None
_overlay: ErrorOverlay | None = None
_python: PythonPage | None = None
_scripts: PyScriptPage | None = None


def start(bridge: Bridge) -> Any:
    """Start hot replacement in this page.

    Messages that have arrived by now are handled from the event loop's next turn on: before that the
    bootstrap replays what modules called on their hot contexts.

    Args:
        bridge: What the bootstrap offers.

    Returns:
        The function, callable for JavaScript as long as the page lives, that takes the calls on hot
        contexts (`HotContexts.dispatch`).
    """
    global _client, _overlay, _python, _scripts  # one client a page
    settings = Settings.from_json(bridge.settings)
    logger = ConsoleLogger(settings.log_prefix)
    document = None if _ffi.is_worker() else _ffi.page_global("document")
    location = _ffi.page_global("location")

    connection = Connection(
        settings,
        logger,
        document=document,
        reload=lambda: bridge.reload(_LOST),
    )
    transport = NormalisedTransport(_transport(settings, connection, logger, bridge))
    modules = ESModules(
        bridge.importModule, bridge.reload, settings.base, connection.wait_to_fetch_again
    )
    client = HMRClient(logger, transport, modules.import_updated_module)
    client.data_map = data = HotData(bridge.hotData)
    bridge.onLeave(_ffi.long_lived(lambda: dispose_all(client)))
    overlay = ErrorOverlay(bridge.overlay, settings.log_prefix, enabled=settings.overlay)
    page = None
    if document is not None:
        stylesheets = Stylesheets(
            bridge.openRoots,
            bridge.refreshSheet,
            bridge.reload,
            logger,
            settings.base,
            connection.wait_to_fetch_again,
        )

        async def has_copy(path: str) -> bool:
            return _scripts is not None and await _scripts.has_copy(path)

        assets = Assets(bridge.refreshFile, has_copy, bridge.reload, logger, _ffi.now)
        page = BrowserPage(
            location, bridge.reload, overlay, stylesheets, assets, settings.base, logger
        )

    def acknowledge(payload: UpdatePayload, applied: Sequence[AppliedUpdate]) -> None:
        tell(AppliedData(updates=tuple(applied), sequence=payload.sequence), client)

    handler = MessageHandler(
        client,
        page,
        acknowledge=acknowledge,
        clock=_ffi.now,
        describe=describe_error,
        patience=_PATIENCE_S,
    )
    if document is not None:
        html = LiveHtml(client, location, settings.base, bridge.updateHtml)
        handler.update_html = html.update
    if settings.pyscript or settings.entry is not None:
        from .python.kept_data import KeptData, to_json  # other pages' boots shall not pay for it
        from .python.page import PageView, PythonPage

        def leave() -> str:
            dispose_all(client)
            return to_json(data.own)

        data.kept = KeptData(bridge.kept, logger)
        bridge.onLeave(_ffi.long_lived(leave))
        view = PageView(settings, overlay, bridge.badge, bridge.reload)
        data_url = settings.url("@hmr/python?data=")

        def open_files() -> FileSystem:
            return bridge.dataFiles(data_url)  # type: ignore[no-any-return]  # JavaScript's

    patched: Callable[[Sequence[PyUpdate]], Awaitable[list[AppliedUpdate]]] | None = None
    if settings.pyscript:
        from .pyscript.page import PyScriptPage

        _scripts = PyScriptPage(client, settings, view, bridge.watchEffects, open_files)
        patched = _scripts.update
    elif settings.entry is not None:
        _python = PythonPage(
            client, settings, view, bridge.watchEffects, open_files, bridge.keepCode
        )
        patched = _python.update
    micropython = _micropython(client, settings, bridge.reload, logger)

    def why_unpatched(path: str) -> str | None:
        if micropython is not None and (why := micropython.why(path)) is not None:
            return why
        is_patched = settings.entry is not None or (_scripts is not None and _scripts.has(path))
        return None if is_patched else bridge.whyUnpatched(path)

    unpatched = UnpatchedPython(why_unpatched, bridge.reload, overlay, logger)

    async def update_python(updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        return await unpatched.update(updates) or (await patched(updates) if patched else [])

    handler.update_python = update_python
    connection.start(client, handler)
    _client, _overlay = client, overlay
    return _ffi.long_lived(HotContexts(client, bridge.call).dispatch)


def _micropython(
    client: HMRClient, settings: Settings, reload: Callable[[str], None], logger: ConsoleLogger
) -> MicroPythonFiles | None:
    """Find out which files MicroPython has, where the page has one."""
    if not settings.micropython:
        return None
    from .pyscript.micropython import MicroPythonFiles  # other pages don't have it

    def reload_because(reason: str) -> None:
        logger.log(f"page reload: {reason}")
        reload(reason)

    micropython = MicroPythonFiles(client, settings, reload_because)
    reading = micropython.configure(str(_ffi.page_global("location").href))
    eager.report_unhandled(eager.start(reading), "reading MicroPython's configuration")
    return micropython


def _transport(
    settings: Settings, connection: Connection, logger: ConsoleLogger, bridge: Bridge
) -> Transport:
    """Return the ways to the server, the one that the bootstrap has taken first."""
    early, opening = bridge.early, bridge.preloadFrom

    def url(way: str) -> Callable[[], str]:
        mark = "&" if "?" in way else "?"
        return lambda: f"{way}{mark}token={connection.token}"

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


async def install_packages(bridge: Bridge) -> None:
    """Install the packages that the page declares; what fails is shown, and hot updates go on.

    Args:
        bridge: What the bootstrap offers.
    """
    settings = Settings.from_json(bridge.settings)
    await install_declared(settings, ConsoleLogger(settings.log_prefix), _overlay)


def run_entry(bundle: str, code: Any = None) -> asyncio.Future[None] | None:
    """Run the page's Python entry at once, until it waits for something or ends.

    What it raises is shown in the page and in the terminal; the next save runs it again.

    Args:
        bundle: The server's answer for it.
        code: What an earlier visit has compiled: a Uint8Array, if there is any.

    Returns:
        What to wait for, if packages have to be installed before; None once the entry was run.
    """
    if _python is None:
        return None
    running = eager.start(_python.run(bundle, code.to_bytes() if code else b""))
    return running.result() if running.done() else running


async def configure_scripts(config: str, url: str, page: str) -> None:
    """Take over what PyScript's configuration says about files.

    Args:
        config: The configuration, as JSON text.
        url: Where it was read from.
        page: The page's URL.
    """
    if _scripts is not None:
        await _scripts.configure(config, url, page)


async def run_script(path: str, source: str, awaits_value: bool) -> None:
    """Run one of PyScript's scripts.

    Args:
        path: Its URL below the base.
        source: Its text.
        awaits_value: Whether PyScript awaits the value of its last expression.
    """
    if _scripts is not None:
        await _scripts.run(path, source, awaits_value)
