"""ModuleRunner: runs an application from a module source and applies updates to it."""

from __future__ import annotations

import asyncio
import posixpath
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..client import HMRClient
from ..context import HMRContext
from ..eager import start
from ..wire.custom_events import INVALIDATE, InvalidateData
from .effects.contributions import Contributions
from .effects.ledger import AsyncioRecorder, Ledger
from .effects.process_recorder import EXIT_FUNCTION, ProcessRecorder
from .exceptions import RunnerError
from .hot import active_runner, set_runner
from .imports.entries import Entries, Entry
from .imports.importer import Importer
from .imports.tracebacks import strip
from .module_graph import EvaluatedModules
from .planning import acceptance
from .planning.report import Report
from .standalone_client import standalone_client
from .transaction import Transaction
from .update.disposal import Disposal

if TYPE_CHECKING:
    from .imports.kept_code import KeptCode
    from .source import ModuleSource
    from .update.updater import Updater

_OWNER = "\0module_runner"  # the runner's own listeners; no module has such a path


class ModuleRunner:
    """Runs an application and hot-replaces its modules.

    Args:
        source: Where the modules' text comes from.
        entry: The path of the module that `start` runs as `__main__`, if there is one.
        roots: The folders in which top-level modules are looked for; the entry's if none is given.
        client: The page's client; one of the runner's own if none is given.
        kept: What an earlier run has compiled; it gets what this one compiles.

    Attributes:
        modules: The import graph.
        ledger: The side effects by module.
        client: Holds what modules have registered with their hot contexts.
    """

    def __init__(
        self,
        source: ModuleSource,
        entry: str | None = None,
        *,
        roots: Sequence[str] | None = None,
        client: HMRClient | None = None,
        kept: KeptCode | None = None,
    ) -> None:
        self.modules = EvaluatedModules()
        self.client = client or standalone_client()
        if roots is None:
            roots = (posixpath.dirname(entry or ""),)
        self.ledger = Ledger(self.modules, self.client.logger.error)
        self._contributions = Contributions(self.modules, self.ledger, self.client.data_map)
        self._importer = Importer(source, roots, self.modules, self._contributions)
        self._importer.kept = kept
        self._main = Entry(entry, "__main__") if entry is not None else None
        self._lock = asyncio.Lock()
        self._pending: dict[str, str | None] = {}
        self._entries = Entries(self._importer, self.modules, self.ledger)
        self._disposal = Disposal(self.modules, self.client, self.ledger, self._contributions)
        self._is_alive = False

    @cached_property
    def _updater(self) -> Updater:
        from .update.updater import Updater  # half of the package, and no program needs it to start

        return Updater(
            self._importer,
            self.client,
            self.ledger,
            self._contributions,
            self._entries,
            self._disposal,
            self._lock,
        )

    def prepare(self) -> None:
        """Import what updates need while the program is idle: else the first update takes longer."""
        _ = self._updater

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to serve imports, and run the entry.

        Raises:
            RunnerError: If another runner lives in this process.
            Exception: Whatever the entry raises. The runner lives on, and the next update runs
                the entry again.
        """
        if active_runner() is not None:
            raise RunnerError(
                "another ModuleRunner lives in this process: dispose it before you start a second"
            )
        set_runner(self)
        self._is_alive = True
        self._importer.install()
        self.ledger.add_recorder(AsyncioRecorder(asyncio.get_running_loop()))
        self.ledger.add_recorder(ProcessRecorder())
        self.client.add_listener(_OWNER, INVALIDATE, self._on_invalidate)
        if self._main is not None:
            await self._add_entry(self._main)

    async def run_entry(
        self,
        path: str,
        source: str | None = None,
        *,
        name: str = "__main__",
        module: ModuleType | None = None,
        awaits_value: bool = False,
    ) -> ModuleType:
        """Run one more entry: each `<script type="py">` of a page is one.

        Entries of the same name share a namespace, as the scripts of a page do.

        Args:
            path: Its path; an update for this path changes it.
            source: Its text, if the module source does not have it.
            name: The `__name__` that it sees.
            module: The module object to run in, if the page has one already.
            awaits_value: Whether to await the value of its last expression, as PyScript does.

        Raises:
            Exception: Whatever the entry raises; the next update runs it again.
        """
        self._check_alive()
        async with self._lock:
            if source is not None:
                self._importer.overlay[path] = source
            # until it waits for something: updates do not wait for its end, which may never come
            running = start(self._add_entry(Entry(path, name, module, awaits_value)))
        return await running

    async def _add_entry(self, entry: Entry) -> ModuleType:
        self._entries.entries.append(entry)
        try:
            return await self._entries.evaluate(entry)
        except BaseException as error:
            self._updater.must_restart = f"{entry.path} had failed"
            strip(error)
            raise

    async def dispose(self) -> None:
        """Dispose every module and leave nothing behind.

        `hot.dispose` callbacks are called; one that raises is logged.
        """
        if not self._is_alive:
            return
        async with self._lock:
            transaction = Transaction()
            self.ledger.keep(EXIT_FUNCTION)
            for module in reversed(self.modules.in_dependency_order(set(self.modules))):
                try:
                    await self._disposal.dispose(module, transaction)
                except Exception as error:  # noqa: BLE001  # the others are to be disposed as well
                    self.client.logger.error(error)
                acceptance.forget(self.client, module.path)
                self.client.data_map.pop(module.path, None)
                self.client.ctx_to_listeners_map.pop(module.path, None)
            transaction.commit()
            self._entries.drop_modules()
            self._entries.restore_modules()
            self.client.remove_listener(_OWNER, INVALIDATE, self._on_invalidate)
            self.client.ctx_to_listeners_map.pop(_OWNER, None)
            self.ledger.remove_recorders()
            self._importer.uninstall()
            self._is_alive = False
            set_runner(None)

    def _on_invalidate(self, data: InvalidateData) -> None:
        self._updater.on_invalidate(data)

    def _check_alive(self) -> None:
        if not self._is_alive:
            raise RunnerError("the ModuleRunner is not running: call start() first")

    # --- what users ask -----------------------------------------------------------------------

    def module(self, path: str) -> ModuleType:
        """Return the live module object of a path.

        Args:
            path: The path in the module source.

        Raises:
            KeyError: If no module of this path was evaluated.
        """
        found = self.modules.by_path(path)
        if not found:
            raise KeyError(path)
        return found[0].module

    def context(self, name: str, namespace: Any, filename: str) -> HMRContext | None:
        """Return the hot context of a module: what `hmr_client.hot` does.

        Args:
            name: The module's `__name__`.
            namespace: The globals of the calling module.
            filename: The file name of the calling module.
        """
        module = self.modules.by_globals(namespace, filename)
        if module is None or module.name != name:
            module = self.modules.by_name(name)
        if module is None:
            return None
        if module.context is None:
            module.context = HMRContext(self.client, module.path)
        return module.context

    async def update(self, changes: Mapping[str, str | None]) -> Report:
        """Apply a batch of changed files, all or nothing. Updates are applied one after another.

        Args:
            changes: The new text by path; None for a deleted file.

        Returns:
            What was done, or the error that kept it from being done.

        Raises:
            RunnerError: If the runner is not alive.
        """
        self._check_alive()
        async with self._lock:
            started = time.perf_counter()
            batch = {**self._pending, **changes}
            report = await self._updater.apply(batch)
            if report.error is not None:
                only_new = None
                if any(path not in changes for path in self._pending):
                    only_new = await self._updater.apply(
                        changes
                    )  # what is broken must not block the rest
                if only_new is not None and only_new.error is None:
                    report = only_new
                    self._pending = {k: v for k, v in self._pending.items() if k not in changes}
                else:
                    self._pending = batch
            else:
                self._pending = {}
            report.pending = tuple(self._pending)
            report.milliseconds = (time.perf_counter() - started) * 1000
            return report
