"""PyScript pages: each script is an entry, and what `[files]` has brought is replaced as well.

The bootstrap attaches through PyScript's hooks and hands over each script before it runs. Nothing in
the page is different, and without the dev server none of this happens.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hmr_client.client import HMRClient
from hmr_client.eager import report_unhandled, start
from hmr_client.module_runner import DirectorySource
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import PyUpdate

from .. import _ffi
from ..page.es_modules import WaitToFetchAgain
from ..page.settings import Settings
from ..python.data_files import FileSystem
from ..python.file_contents import write_file
from ..python.modules import PythonModules
from ..python.page import PageView, PythonServer
from ..python.side_effects import PageRecorder, ProxyRecorder, Watch
from ..python.source import HOME, is_inline
from .effects import PyScriptRecorder
from .fetches import FetchError
from .files import PageFiles

_BOOT_S = 30
"""How long PyScript may take until it reads its configuration; a page without scripts never does."""


class ScriptSource(DirectorySource):
    """The page's file system: paths are the names of files, as other importers know them.

    PyScript's own package lies there as well, and is not part of the project.
    """

    def __init__(self) -> None:
        super().__init__(HOME)

    def get(self, path: str) -> str | None:
        """Return the text of a module, or None if there is no such file.

        Args:
            path: The module's path.
        """
        return None if path.startswith(f"{HOME}/pyscript/") else super().get(path)

    def has_folder(self, path: str) -> bool:
        """Tell whether modules may lie below a folder."""
        return path != f"{HOME}/pyscript" and super().has_folder(path)

    def filename(self, path: str) -> str:
        """Return the name that tracebacks and `__file__` show.

        Args:
            path: The module's path.
        """
        return path

    def path_of(self, filename: str) -> str:
        """Return the path of a file."""
        return filename


class PyScriptPage:
    """Runs a page's scripts, and applies updates to them and to their files.

    Args:
        client: The page's client.
        settings: The server's settings.
        view: Shows what became of the page's Python.
        watch_effects: Starts the bootstrap's watch over side effects.
        open_files: Makes the file system ready for data files that have changed.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
    """

    def __init__(
        self,
        client: HMRClient,
        settings: Settings,
        view: PageView,
        watch_effects: Callable[[Any, Any], Watch],
        open_files: Callable[[], FileSystem],
        wait_to_fetch_again: WaitToFetchAgain,
    ) -> None:
        async def install_nothing(_: Sequence[str]) -> None:
            """PyScript installs what its configuration names."""

        self._view = view
        self._effects = PageRecorder(
            lambda made, over: watch_effects(_ffi.long_lived(made), _ffi.long_lived(over)),
            _ffi.event_wrappers(),
            _ffi.page(),
        )
        self._client = client
        self.modules = PythonModules(
            client,
            PythonServer(settings, wait_to_fetch_again),
            self._view,
            install_nothing,
            (
                ProxyRecorder(_ffi.runtime_modules, _ffi.is_destroyed),
                self._effects,
                PyScriptRecorder(_ffi.pyscript_events, _ffi.runtime_modules, view.reload),
            ),
            source=ScriptSource(),
            prefix=settings.log_prefix,
            hint=self._hint,
        )
        self._files = PageFiles(
            client, settings, view, self._apply, open_files, wait_to_fetch_again
        )
        # the new texts of inline scripts that have not run yet
        self._early: dict[str, str] = {}

    # --- scripts ------------------------------------------------------------------------------

    async def configure(self, config: str, url: str, page: str) -> None:
        """Take over the page's configuration, and tell the server which files are in use.

        Args:
            config: The configuration, as JSON text.
            url: Where it was read from.
            page: The page's URL.
        """
        await self._files.configure(config, url, page)

    async def run(self, path: str, source: str, awaits_value: bool) -> None:
        """Run a script; what it raises is shown, and the next save runs it again.

        Args:
            path: Its URL below the base; an inline script's is the page's with a number.
            awaits_value: Whether PyScript awaits the value of its last expression.
        """
        # edited since the page was read; a script with a URL was read only now
        source = self._early.pop(path, source)
        if path not in self._files.places and (path.endswith(".py") or is_inline(path)):
            self._files.places[path] = HOME + path
            # not awaited: the next script may already use what this one defines
            report_unhandled(start(self._watch(path, source)), f"watching {path}")
        with self._effects.evaluating():
            failed = await self.modules.run_script(
                HOME + path, source, sys.modules["__main__"], awaits_value=awaits_value
            )
        if failed is not None:
            self._client.acknowledge([failed])

    async def _watch(self, path: str, source: str) -> None:
        """Register a script for updates, and apply one that was saved while the page booted."""
        try:
            if is_inline(path):
                await self._files.watch([path])
                return
            newer = await self._files.newer_text(path, source)
        except FetchError as error:
            self._files.cannot_watch(path, error)
            return
        if newer is not None:
            await self.update([PyUpdate(path=path, accepted_path=path, timestamp=0, source=newer)])

    def has(self, path: str) -> bool:
        """Tell whether a file is one of those that are patched here, as far as that is known yet.

        Args:
            path: Its URL below the base.
        """
        return path in self._files.places or not self._files.configured.is_set()

    async def has_copy(self, path: str) -> bool:
        """Tell whether PyScript has copied a file for Python; wait until its configuration is read.

        Args:
            path: Its URL below the base.
        """
        with suppress(TimeoutError, asyncio.TimeoutError):  # two classes before Python 3.11
            await asyncio.wait_for(self._files.configured.wait(), _BOOT_S)
        return path in self._files.places

    async def _hint(self, error: BaseException) -> str | None:
        """Return what to do about a module that is in the project and not in the page."""
        if not isinstance(error, ModuleNotFoundError) or not error.name:
            return None
        return await self._files.hint_at_missing(error.name)

    # --- updates ------------------------------------------------------------------------------

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Apply the Python files of one batch, all or nothing.

        Args:
            updates: The files; it ignores those that the page does not have.

        Returns:
            What became of each.
        """
        await self._files.look_for_missing([update.path for update in updates])
        for update in updates:
            if update.path not in self._files.places and is_inline(update.path) and update.source:
                self._early[update.path] = update.source
        by_place = {
            self._files.places[update.path]: update
            for update in updates
            if update.path in self._files.places
        }
        if not by_place:
            return []
        moved = [replace(update, path=place) for place, update in by_place.items()]
        applied = await self._apply(moved)
        if all(one.error is None for one in applied):
            for place, update in by_place.items():
                if not is_inline(place):
                    write_file(place, update.source)
        return [
            replace(one, path=own.path, accepted_path=own.path)
            for one in applied
            if (own := by_place.get(one.path)) is not None
        ]

    async def _apply(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Apply Python files by the places where they lie in the page."""
        with self._effects.evaluating():
            return await self.modules.update(updates)
