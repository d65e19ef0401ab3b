"""The page's Python modules over the page itself: server, overlay, console, packages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hmr_client.client import HMRClient
from hmr_client.module_runner import Report
from hmr_client.module_runner.imports.kept_code import KeptCode
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import ErrorPayload, PyUpdate

from .. import _ffi
from ..page.es_modules import WaitToFetchAgain
from ..page.overlay import ErrorOverlay
from ..page.settings import Settings
from .badge import badge_text
from .data_files import DataFiles, FileSystem
from .modules import PythonModules
from .packages import install
from .side_effects import PageRecorder, ProxyRecorder, Watch
from .source import HOME

if TYPE_CHECKING:
    from ..bridge import Badge

_KEEP_MS = 1000  # by then the program has started


class PythonPage:
    """Runs the entry that the client's tag names (`data-entry`).

    Args:
        client: The page's client.
        settings: The server's settings.
        view: Shows what became of the page's Python.
        watch_effects: Starts the bootstrap's watch over side effects.
        open_files: Makes the file system ready for data files.
        keep_code: Keeps compiled code for the next visit.
        wait_to_fetch_again: As for `PythonServer`.

    Attributes:
        modules: The page's Python modules.
    """

    def __init__(
        self,
        client: HMRClient,
        settings: Settings,
        view: PageView,
        watch_effects: Callable[[Any, Any], Watch],
        open_files: Callable[[], FileSystem],
        keep_code: Callable[[Any], None],
        wait_to_fetch_again: WaitToFetchAgain,
    ) -> None:
        async def install_packages(packages: Sequence[str]) -> None:
            view.log(f"installing {', '.join(packages)}")
            await install(packages, settings)

        self._client = client
        self._entry = settings.entry or ""
        self._keep_code = keep_code
        self._effects = PageRecorder(
            lambda made, over: watch_effects(_ffi.long_lived(made), _ffi.long_lived(over)),
            _ffi.event_wrappers(),
            _ffi.page(),
        )
        self.modules = PythonModules(
            client,
            PythonServer(settings, wait_to_fetch_again),
            view,
            install_packages,
            (ProxyRecorder(_ffi.runtime_modules, _ffi.is_destroyed), self._effects),
            prefix=settings.log_prefix,
            add_data=DataFiles(client, open_files, lambda path: HOME + path, view.log).add,
        )

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Apply the Python files of one batch, all or nothing.

        Returns:
            What became of each.
        """
        with self._effects.evaluating():
            return await self.modules.update(updates)

    async def run(self, bundle: str, code: bytes) -> None:
        """Run the entry, until it waits for something or ends.

        Args:
            bundle: The server's answer for it.
            code: What an earlier visit has compiled of its modules.
        """
        kept = KeptCode(code)

        def keep() -> None:
            if (content := kept.close()) is not None:
                self._keep_code(_ffi.to_js(content))

        _ffi.call_later(keep, _KEEP_MS)
        with self._effects.evaluating():
            failed = await self.modules.run(self._entry, bundle, kept)
        if failed is not None:
            self._client.acknowledge([failed])


class PythonServer:
    """The dev server, asked over HTTP.

    Args:
        settings: Where it is.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
    """

    def __init__(self, settings: Settings, wait_to_fetch_again: WaitToFetchAgain) -> None:
        self._url = settings.url("@hmr/python")
        self._wait_to_fetch_again = wait_to_fetch_again

    async def bundle(self, entry: str) -> str:
        """Return what the server knows of an entry, as JSON text.

        Raises:
            JsException: If the server does not answer.
        """
        return await self._ask(f"{self._url}?entry={quote(entry)}")

    async def package(self, name: str) -> str:
        """Return what to install for an imported name.

        Raises:
            JsException: If the server does not answer.
        """
        answer = await self._ask(f"{self._url}?package={quote(name)}")
        return str(json.loads(answer)["package"])

    async def _ask(self, url: str) -> str:
        tries = 0
        while True:
            try:
                return await _ffi.fetch_answer(url)
            except (_ffi.JsException, _ffi.IncompleteReplyError):
                tries += 1
                if not await self._wait_to_fetch_again(url, "application/json", tries):
                    raise

    def source(self, path: str) -> str | None:
        """Return a module's text, while everything waits; None if there is none."""
        answer = _ffi.fetch_text_now(f"{self._url}?file={quote(path)}")
        return str(json.loads(answer)["source"]) if answer else None


class PageView:
    """Shows what became of the page's Python.

    Args:
        settings: The server's settings.
        overlay: Where errors are shown.
        badge: Where updates are.
        reload: Reloads the page.
    """

    def __init__(
        self,
        settings: Settings,
        overlay: ErrorOverlay,
        badge: Badge,
        reload: Callable[[str], None],
    ) -> None:
        self._prefix = settings.log_prefix
        self._overlay = overlay
        self._badge = badge
        self._shows_badge = settings.overlay
        self._reload = reload
        self._console = _ffi.console()

    def show_error(self, payload: ErrorPayload, timestamp: int = 0) -> None:
        """Show an error over the page.

        Args:
            payload: What went wrong.
            timestamp: The update's that failed; 0 where it is no update's.
        """
        self._badge.hide()
        self._overlay.show(payload, of_python=True, timestamp=timestamp)

    def updated(self, report: Report) -> None:
        """Say what an update has done, in the page's corner.

        Args:
            report: What was done.
        """
        if self._shows_badge and report.steps:
            self._badge.show(badge_text(report))

    def configured(self, said: str) -> None:
        """Say what a new configuration has led to.

        Args:
            said: What was done.
        """
        self.log(said)
        if self._shows_badge:
            self._badge.show(json.dumps({"headline": said, "lines": [], "isPatch": True}))

    def close_error(self) -> None:
        """Close the error that is shown: it is fixed."""
        self._overlay.close()

    def reload(self, reason: str) -> None:
        """Reload the page.

        Args:
            reason: Why.
        """
        self.log(f"page reload: {reason}")
        self._reload(reason)

    def log(self, message: str) -> None:
        """Show a line in the badge."""
        self._console.log(f"{self._prefix} {message}")

    def log_error(self, traceback: str) -> None:
        """Show a traceback in the console.

        Args:
            traceback: As Python prints it.
        """
        self._console.error(f"{self._prefix} {traceback}")
