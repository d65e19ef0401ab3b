"""ModuleRunner: runs an application from a module source and applies updates to it."""

from __future__ import annotations

import asyncio
import posixpath
import sys
import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.custom_events import INVALIDATE, InvalidateData
from hmr_client.eager import report_unhandled, start
from hmr_client.exceptions import HMRError
from hmr_client.transport import NormalisedTransport

from . import acceptance
from .acceptance import AcceptCallbacks
from .difference import Difference
from .evaluated_modules import EvaluatedModule, EvaluatedModules
from .evaluation import Evaluation
from .execution import Escalation
from .hot import active_runner, set_runner
from .importer import Importer
from .ledger import AsyncioRecorder, Ledger
from .moved_functions import MovedFunctions
from .outline import Outline, read_before_bound
from .plan import Accepted, Change, Plan, Step, Tier, plan, propagate_from_importers
from .transaction import Transaction

if TYPE_CHECKING:
    from .source import ModuleSource

_CO_COROUTINE = 0x80
_OWNER = "\0module_runner"  # the runner's own listeners; no module has such a path


class RunnerError(HMRError):
    """A runner was used in a way that can't work."""


@dataclass(slots=True)
class Report:
    """What became of an update.

    Attributes:
        steps: What was done to which module, or would have been.
        error: What went wrong; then nothing has changed. None if all is well.
        traceback: The error as Python shows it, with the lines of the new source.
        running: How many coroutines and generators go on with code that has changed.
        pending: Paths whose new source could not be applied yet; the next update tries again.
        milliseconds: From the call to the end.
    """

    steps: list[Step] = field(default_factory=list)
    error: BaseException | None = None
    traceback: str = ""
    running: int = 0
    pending: tuple[str, ...] = ()
    milliseconds: float = 0.0


@dataclass(slots=True, eq=False)
class _Entry:
    path: str
    name: str
    module: ModuleType | None = None  # the page's own, if it is not ours


class _NoLogger:
    """Says nothing."""

    def error(self, message: str | BaseException) -> None:
        """See `HMRLogger`."""

    def debug(self, message: str) -> None:
        """See `HMRLogger`."""


class ModuleRunner:
    """Runs an application and hot-replaces its modules.

    Args:
        source: Where the modules' text comes from.
        entry: The path of the module that `start` runs as `__main__`, if there is one.
        roots: The folders in which top-level modules are looked for; the entry's if none is given.
        client: The page's client; one of the runner's own if none is given.

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
    ) -> None:
        self.modules = EvaluatedModules()
        self.client = client or _client_without_server()
        if roots is None:
            roots = (posixpath.dirname(entry or ""),)
        self._importer = Importer(source, roots, self.modules)
        self.ledger = Ledger(self.modules, self.client.logger.error)
        self._main = _Entry(entry, "__main__") if entry is not None else None
        self._entries: list[_Entry] = []
        self._modules_before: dict[str, ModuleType | None] = {}
        self._lock = asyncio.Lock()
        self._pending: dict[str, str | None] = {}
        self._must_restart: str | None = None
        self._failed_restarts = 0
        self._bad_disposers: set[Any] = set()
        self._invalidated: list[InvalidateData] | None = None
        self._has_snapshot = False
        self._is_alive = False

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
    ) -> ModuleType:
        """Run one more entry: each `<script type="py">` of a page is one.

        Entries of the same name share a namespace, as the scripts of a page do.

        Args:
            path: Its path; an update for this path changes it.
            source: Its text, if the module source does not have it.
            name: The `__name__` that it sees.
            module: The module object to run in, if the page has one already.

        Raises:
            Exception: Whatever the entry raises; the next update runs it again.
        """
        self._check_alive()
        async with self._lock:
            if source is not None:
                self._importer.overlay[path] = source
            # until it waits for something: updates do not wait for its end, which may never come
            running = start(self._add_entry(_Entry(path, name, module)))
        return await running

    async def _add_entry(self, entry: _Entry) -> ModuleType:
        self._entries.append(entry)
        try:
            return await self._evaluate(entry)
        except BaseException as error:
            self._must_restart = f"{entry.path} had failed"
            _strip(error)
            raise

    async def _evaluate(self, entry: _Entry) -> ModuleType:
        importer = self._importer
        text = importer.text(entry.path)
        if text is None:
            raise RunnerError(f"there is no {entry.path} to run")
        shared = next((x for x in self.modules if x.is_entry and x.name == entry.name), None)
        module = entry.module or (shared.module if shared else ModuleType(entry.name))
        filename = importer.source.filename(entry.path)
        node = EvaluatedModule(entry.name, entry.path, filename, text, module)
        node.is_entry = True
        module.__file__ = filename
        if entry.name not in self._modules_before:
            self._modules_before[entry.name] = sys.modules.get(entry.name)
        sys.modules[entry.name] = module
        self.modules.add(node)
        code = importer.compile(node)
        result = eval(code, module.__dict__)  # noqa: S307  # the user's own module
        if code.co_flags & _CO_COROUTINE:
            await result
        return module

    async def dispose(self) -> None:
        """Dispose every module and leave nothing behind.

        `hot.dispose` callbacks are called; one that raises is logged.
        """
        if not self._is_alive:
            return
        async with self._lock:
            transaction = Transaction()
            for module in reversed(self.modules.in_dependency_order(set(self.modules))):
                try:
                    await self._dispose_module(module, transaction)
                except Exception as error:  # noqa: BLE001  # the others are to be disposed as well
                    self.client.logger.error(error)
                acceptance.forget(self.client, module.path)
                self.client.data_map.pop(module.path, None)
                self.client.ctx_to_listeners_map.pop(module.path, None)
            transaction.commit()
            self._drop_modules()
            for name, before in self._modules_before.items():
                if before is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = before
            self.client.remove_listener(_OWNER, INVALIDATE, self._on_invalidate)
            self.client.ctx_to_listeners_map.pop(_OWNER, None)
            self.ledger.remove_recorders()
            self._importer.uninstall()
            self._is_alive = False
            set_runner(None)

    def _drop_modules(self) -> None:
        for module in self.modules:
            if sys.modules.get(module.name) is module.module:
                del sys.modules[module.name]
            self.modules.remove(module)
        for name in self._importer.namespaces:
            sys.modules.pop(name, None)
        self._importer.namespaces.clear()

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
            namespace: The globals of whoever asks.
            filename: The file name of whoever asks.
        """
        module = self.modules.by_globals(namespace, filename)
        if module is None or module.name != name:
            module = self.modules.by_name(name)
        if module is None:
            return None
        if module.context is None:
            module.context = HMRContext(self.client, module.path)
        return module.context

    # --- updates ------------------------------------------------------------------------------

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
            report = await self._try(batch)
            if report.error is not None:
                only_new = None
                if any(path not in changes for path in self._pending):
                    only_new = await self._try(changes)  # what is broken must not block the rest
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

    async def _try(self, batch: Mapping[str, str | None]) -> Report:
        """Apply a batch with the cheapest tier that is right; escalate where it has to be."""
        report = Report()
        escalated: dict[EvaluatedModule, str] = {}
        overlay = dict(self._importer.overlay)
        while True:
            transaction = self.ledger.transaction = Transaction()
            try:
                await self._apply(batch, escalated, report, transaction)
            except Escalation as escalation:
                transaction.roll_back()
                self._importer.overlay = overlay.copy()
                escalated[escalation.module] = escalation.reason
                report.steps, report.running = [], 0
                continue
            except BaseException as error:
                _strip(error)
                report.traceback = _format(error)
                self.ledger.transaction = None
                transaction.roll_back()
                self._importer.overlay = overlay
                for path in batch:
                    for module in self.modules.by_path(path):
                        self._importer.show_lines(module)
                if not isinstance(error, Exception | SystemExit):
                    raise  # a cancelled update, Ctrl-C
                report.error = error
                report.running = 0
                if any(step.tier is Tier.RESTART for step in report.steps):
                    self._failed_restarts += 1
                    if self._failed_restarts >= 2:
                        reason = "the soft restart failed twice in a row"
                        report.steps = [
                            Step(x.module, Tier.RELOAD, reason, x.changed_names)
                            for x in report.steps
                        ]
                return report
            self.ledger.transaction = None
            transaction.commit()
            self._failed_restarts = 0
            self._bad_disposers.clear()
            return report

    async def _apply(
        self,
        batch: Mapping[str, str | None],
        escalated: Mapping[EvaluatedModule, str],
        report: Report,
        transaction: Transaction,
    ) -> None:
        self._importer.overlay.update(batch)
        changes = self._compile(batch)  # everything, before anything is touched
        planned = plan(self.modules, changes, self._accepted(), escalated)
        self._plan_restart(planned, batch, changes)
        report.steps = planned.steps
        self._has_snapshot = False
        self._invalidated = []
        try:
            if planned.restart is not None:
                await self._restart(transaction)
            else:
                moved = self._may_have_moved(batch, changes)
                await self._apply_plan(planned, changes, self._retried(batch), report, transaction)
                if moved is not None:
                    moved.forward(transaction)
                await self._invalidate(report, transaction)
                await self._prune(batch, changes, report, transaction)
        finally:
            self._invalidated = None

    def _may_have_moved(
        self, batch: Mapping[str, str | None], changes: Mapping[EvaluatedModule, Change]
    ) -> MovedFunctions | None:
        deleted = {
            module: self._importer.outline(module)
            for path, text in batch.items()
            for module in self.modules.by_path(path)
            if text is None and module not in changes
        }
        if not deleted and all(change.difference.runs_nothing for change in changes.values()):
            return None
        return MovedFunctions(self.modules, changes, deleted)

    def _accepted(self) -> Accepted:
        return acceptance.accepted_modules(self.client, self.modules)

    def _plan_restart(
        self,
        planned: Plan,
        batch: Mapping[str, str | None],
        changes: Mapping[EvaluatedModule, Change],
    ) -> None:
        """Restart where patching would hide an error that a fresh start has."""
        reason = self._must_restart if batch else None
        for change in changes.values():
            difference = change.difference
            moved = difference.run or difference.is_reordered
            early = read_before_bound(change.outline) if moved else None
            if early is not None and read_before_bound(change.old) is None:
                reason = f"{change.module.path}: line {early.line} reads a name before it is bound"
        if reason is not None and planned.restart is None:
            planned.restart = reason
            paths = [module.path for module in changes] or list(batch)
            planned.steps = [Step(path, Tier.RESTART, reason) for path in paths]

    def _compile(self, batch: Mapping[str, str | None]) -> dict[EvaluatedModule, Change]:
        """Parse, compile and compare every loaded module that the batch concerns."""
        importer = self._importer
        changes: dict[EvaluatedModule, Change] = {}
        for path, text in batch.items():
            for module in self._concerned(path, text):
                where = module.path if module.is_entry else importer.locate(module.name)
                new = importer.text(where) if where is not None else None
                if where is None or new is None:
                    continue  # deleted: it lives on until nobody imports it
                if new == module.source and where == module.path:
                    continue
                is_package = where.endswith("__init__.py") and not module.is_entry
                package = module.name if is_package else module.name.rpartition(".")[0]
                filename = importer.source.filename(where)
                outline = Outline(new, filename, package, top_level_await=module.is_entry)
                old = importer.outline(module)
                changes[module] = Change(
                    module, new, old, outline, Difference(old, outline), where, filename
                )
        return changes

    def _concerned(self, path: str, text: str | None) -> list[EvaluatedModule]:
        found = self.modules.by_path(path)
        if not found and text is not None:
            # a new file may take the place of another one: m/__init__.py that of m.py
            found = [x for x in map(self.modules.by_name, self._names_of(path)) if x is not None]
            found = [x for x in found if not x.is_entry]
        return found

    def _names_of(self, path: str) -> list[str]:
        names: list[str] = []
        for root in self._importer.roots:
            prefix = f"{root}/" if root and not root.endswith("/") else root
            if path.startswith(prefix) and path.endswith(".py"):
                inner = path[len(prefix) : -3].removesuffix("/__init__")
                names.append(inner.replace("/", "."))
        return names

    def _retried(self, batch: Mapping[str, str | None]) -> dict[EvaluatedModule, set[int]]:
        """Return the statements whose import had failed and may succeed with a new file."""
        retried: dict[EvaluatedModule, set[int]] = {}
        loaded = self.modules.by_path
        added = [path for path, text in batch.items() if text is not None and not loaded(path)]
        new = {name for path in added for name in self._names_of(path)}
        if not new:
            return retried
        for module in self.modules:
            if wanted := module.failed_imports & new:
                outline = self._importer.outline(module)
                for index, statement in enumerate(outline.statements):
                    imports = outline.imports_of(statement)
                    named = {x for x, _, _ in imports} | {f"{x}.{y}" for x, y, _ in imports}
                    if named & wanted:
                        retried.setdefault(module, set()).add(index)
                module.failed_imports -= wanted
        return retried

    def _snapshot(self, transaction: Transaction) -> None:
        """Remember what the user's code may change: namespaces, registrations, sys.modules."""
        if self._has_snapshot:
            return
        self._has_snapshot = True
        graph = self.modules.snapshot()
        registered = acceptance.snapshot(self.client)
        namespaces = set(self._importer.namespaces)
        loaded = {x: sys.modules[x] for x in namespaces if x in sys.modules}
        loaded.update((module.name, module.module) for module in self.modules)
        for module in loaded.values():
            transaction.keep(module.__dict__)
        transaction.set(self, "_must_restart", self._must_restart)

        def restore() -> None:
            for name in {module.name for module in self.modules} | self._importer.namespaces:
                sys.modules.pop(name, None)
            sys.modules.update(loaded)
            self.modules.restore(graph)
            self._importer.namespaces = namespaces
            acceptance.restore(self.client, registered)

        transaction.on_rollback(restore)

    async def _apply_plan(
        self,
        planned: Plan,
        changes: Mapping[EvaluatedModule, Change],
        retried: Mapping[EvaluatedModule, set[int]],
        report: Report,
        transaction: Transaction,
        first_invalidated_by: str | None = None,
    ) -> None:
        """Patch, re-run, call the accept callbacks."""
        started = time.perf_counter()
        evaluation = Evaluation(self.modules, self._importer, self.ledger, transaction)
        for change in changes.values():
            evaluation.patch_code(change)
        calls = AcceptCallbacks(self.client, self.modules, planned.boundaries)
        runs = bool(planned.rerun or retried or evaluation.has_work) or not all(
            change.difference.runs_nothing for change in changes.values()
        )
        if runs or planned.boundaries or evaluation.upgrades:
            self._snapshot(transaction)
        for module in reversed(planned.rerun):
            await self._dispose_module(module, transaction)
            acceptance.forget(self.client, module.path)
            module.context = None
        for change in changes.values():
            self._bring_in(change, transaction)
        if runs:
            for change in changes.values():
                self._expect_imports(change)
            concerned = {*changes, *planned.rerun, *retried}
            order = self.modules.in_dependency_order(self.modules.importers_closure(concerned))
            await evaluation.run(order, planned.rerun, retried)
        evaluation.upgrade()
        report.running += evaluation.running
        _add_touched(report, evaluation.touched)
        first = first_invalidated_by or next((x.path for x in changes), None)
        for waiting in calls.call(first):
            report_unhandled(asyncio.ensure_future(waiting), "an accept callback")
        for change in changes.values():
            for imported in tuple(change.module.imports):
                if imported.name in change.difference.unimported:
                    self._snapshot(transaction)
                    change.module.drop_import(imported)
        elapsed = (time.perf_counter() - started) * 1000
        for step in report.steps:
            step.milliseconds = step.milliseconds or elapsed / len(report.steps)

    def _expect_imports(self, change: Change) -> None:
        """Know new imports before they run: the order of the modules depends on them."""
        for index in change.difference.run:
            statement = change.outline.statements[index]
            for name, attribute, _ in change.outline.imports_of(statement):
                for imported in (name, f"{name}.{attribute}"):
                    if (found := self.modules.by_name(imported)) is not None:
                        change.module.add_import(found)

    def _bring_in(self, change: Change, transaction: Transaction) -> None:
        """Make the new source the live one; tracebacks show its lines from here on."""
        module, old, new = change.module, change.old, change.outline
        by_old = {was: index for index, was in change.difference.pairs.items()}

        def new_line(line: int) -> int:
            index = by_old.get(was) if (was := old.statement_at(line)) is not None else None
            return 0 if index is None else new.statements[index].line

        self.ledger.move_lines(module, new_line, transaction)
        if change.path != module.path:
            self._move(change, transaction)
        transaction.set(module, "source", change.source)
        transaction.set(module, "code", new.code)
        transaction.set(module, "outline", new)
        transaction.set(module, "is_deleted", False)
        transaction.on_rollback(lambda: self._importer.show_lines(module))
        self._importer.show_lines(module)

    def _move(self, change: Change, transaction: Transaction) -> None:
        """A module has another file now: m.py has become m/__init__.py, or the reverse."""
        module, before = change.module, (change.module.path, change.module.filename)
        transaction.on_rollback(lambda: self.modules.move(module, *before))
        self.modules.move(module, change.path, change.filename)
        spec = self._importer.find_spec(module.name)
        if spec is None:
            return
        namespace = module.module.__dict__
        transaction.keep(namespace)
        namespace.update(__spec__=spec, __file__=spec.origin, __package__=module.package)
        namespace.pop("__path__", None)
        if spec.submodule_search_locations is not None:
            namespace["__path__"] = spec.submodule_search_locations

    async def _dispose_module(self, module: EvaluatedModule, transaction: Transaction) -> None:
        """Call the module's own disposer, then remove what the ledger knows of."""
        path = module.path
        disposer = self.client.dispose_map.get(path)
        if disposer is not None and disposer not in self._bad_disposers:
            try:
                result = disposer(self.client.data_map.get(path))
                if isinstance(result, Awaitable):
                    await result
            except Exception:
                # once more would never let the module be replaced: the next update does without
                self._bad_disposers.add(disposer)
                raise
        self.ledger.close(self.ledger.of(module), transaction)

    async def _restart(self, transaction: Transaction) -> None:
        """Start the application again in the living interpreter; every `hot.data` stays."""
        self._snapshot(transaction)
        for module in reversed(self.modules.in_dependency_order(set(self.modules))):
            await self._dispose_module(module, transaction)
            acceptance.forget(self.client, module.path)
        for entry in self._entries:
            if entry.module is not None:  # the page's own namespace: only what was ours goes
                for node in self.modules.by_path(entry.path):
                    for name in self._importer.outline(node).names():
                        entry.module.__dict__.pop(name, None)
        self._drop_modules()
        for entry in self._entries:
            await self._evaluate(entry)
        self._must_restart = None

    # --- invalidate ---------------------------------------------------------------------------

    def _on_invalidate(self, data: InvalidateData) -> None:
        if self._invalidated is not None:
            self._invalidated.append(data)
        elif self.modules.by_path(data.path) and not self._lock.locked():
            coroutine = self._update_importers(data)
            report_unhandled(asyncio.ensure_future(coroutine), f"the update after {INVALIDATE!r}")

    async def _update_importers(self, data: InvalidateData) -> None:
        """`hot.invalidate()` was called between updates."""
        async with self._lock:
            report, transaction = Report(), Transaction()
            self.ledger.transaction = transaction
            self._has_snapshot = False
            self._invalidated = [data]
            try:
                await self._invalidate(report, transaction)
            except BaseException:
                transaction.roll_back()
                raise
            finally:
                self._invalidated = self.ledger.transaction = None
            transaction.commit()

    async def _invalidate(self, report: Report, transaction: Transaction) -> None:
        """Climb to the importers of modules that can't handle their own update."""
        done: set[str] = set()
        while self._invalidated:
            data = self._invalidated.pop(0)
            found = self.modules.by_path(data.path)
            if not found or data.path in done:
                continue
            done.add(data.path)
            first = self.modules.by_path(data.first_invalidated_by)
            planned = propagate_from_importers(
                self.modules, found[0], self._accepted(), first[0] if first else None, data.message
            )
            report.steps += planned.steps
            if planned.restart is not None:
                self._invalidated.clear()
                await self._restart(transaction)
                return
            await self._apply_plan(planned, {}, {}, report, transaction, data.first_invalidated_by)

    # --- deleted files ------------------------------------------------------------------------

    async def _prune(
        self,
        batch: Mapping[str, str | None],
        changes: Mapping[EvaluatedModule, Change],
        report: Report,
        transaction: Transaction,
    ) -> None:
        """Let go of modules that nothing imports any more; keep deleted ones that something does."""
        deleted = [x for p, text in batch.items() if text is None for x in self.modules.by_path(p)]
        if not deleted and not any(change.difference.unimported for change in changes.values()):
            return
        for module in deleted:
            transaction.set(module, "is_deleted", True)
        gone = self.modules.in_dependency_order(set(self.modules.unreachable()))
        if gone:
            self._snapshot(transaction)
        for module in reversed(gone):
            await self._dispose_module(module, transaction)
        for module in reversed(gone):
            pruner = self.client.prune_map.get(module.path)
            if pruner is not None:
                result = pruner(self.client.data_map.get(module.path))
                if isinstance(result, Awaitable):
                    await result
            acceptance.forget(self.client, module.path)
            self.client.data_map.pop(module.path, None)
            parent, _, name = module.name.rpartition(".")
            if parent in sys.modules:
                vars(sys.modules[parent]).pop(name, None)
            sys.modules.pop(module.name, None)
            self.modules.remove(module)
            report.steps.append(
                Step(module.path, Tier.PATCH, "pruned: nothing imports it any more")
            )
        for module in deleted:
            if module not in gone:
                importers = ", ".join(x.path for x in module.importers) or "the page"
                reason = f"deleted, but kept alive for {importers}"
                report.steps.append(Step(module.path, Tier.PATCH, reason))


def _add_touched(report: Report, touched: Mapping[EvaluatedModule, set[str]]) -> None:
    """Tell of modules that did not change themselves but read something that did."""
    steps = {step.module: step for step in report.steps}
    for module, names in touched.items():
        step = steps.get(module.path)
        if step is None:
            step = Step(module.path, Tier.PATCH, "reads what has changed")
            report.steps.append(step)
        if step.tier is Tier.PATCH:
            step.changed_names = tuple(sorted({*step.changed_names, *names}))


def _client_without_server() -> HMRClient:
    """A client for an application that no server talks to."""

    async def import_updated_module(_: object) -> None:
        raise RunnerError("this runner has no ES modules")

    return HMRClient(_NoLogger(), NormalisedTransport(_NoTransport()), import_updated_module)


class _NoTransport:
    """Sends nothing, receives nothing."""

    async def connect(self, on_message: object, on_disconnection: object) -> None:
        """See `Transport`."""

    async def disconnect(self) -> None:
        """See `Transport`."""

    async def send(self, payload: object) -> None:
        """See `Transport`."""


def _strip(error: BaseException) -> None:
    """Take this package's frames and importlib's out of a traceback: users look for their own."""
    here = __file__.rpartition("/")[0]
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        inner = chain.pop()
        if inner is None or id(inner) in seen:
            continue
        seen.add(id(inner))
        frames: list[TracebackType] = []
        frame = inner.__traceback__
        while frame is not None:
            filename = frame.tb_frame.f_code.co_filename
            if not filename.startswith((here, "<frozen importlib")):
                frames.append(frame)
            frame = frame.tb_next
        stripped = None
        for item in reversed(frames):
            stripped = TracebackType(stripped, item.tb_frame, item.tb_lasti, item.tb_lineno)
        inner.__traceback__ = stripped
        chain += [inner.__cause__, inner.__context__]


def _format(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))
