"""Applies a batch of changed files: compiles, plans, runs, and rolls everything back on failure."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable, Mapping

from ...client import HMRClient
from ...eager import report_unhandled
from ...wire.custom_events import INVALIDATE, InvalidateData
from ..analysis.outline import Outline, read_before_bound
from ..effects.contributions import Contributions
from ..effects.ledger import Ledger
from ..execution.escalation import StatementRaised
from ..imports.entries import Entries
from ..imports.importer import Importer
from ..imports.tracebacks import format_error, strip
from ..module_graph import EvaluatedModule
from ..planning import acceptance
from ..planning.acceptance import AcceptCallbacks
from ..planning.batch import compile_changes, refused_imports, retried_imports
from ..planning.plan import Accepted, Change, Plan, plan, propagate_from_importers
from ..planning.report import Report, add_touched
from ..planning.steps import Step, Tier
from ..transaction import Transaction
from .attempt import Attempt
from .disposal import Disposal
from .early_calls import early_call
from .moved_functions import MovedFunctions
from .new_source import bring_in
from .snapshot import take_snapshot
from .visiting import Evaluation


class Updater:
    """Applies batches of changed files to the modules, each as one transaction.

    Attributes:
        must_restart: Why the next update has to start everything again, or None.

    Args:
        importer: Knows the modules and their sources.
        client: Holds what modules have registered.
        ledger: Holds their side effects.
        contributions: Holds what they have put into lists, dicts and objects.
        entries: Are run again where nothing less is right.
        disposal: Disposes modules.
        lock: Lets updates be applied one after another.
    """

    def __init__(
        self,
        importer: Importer,
        client: HMRClient,
        ledger: Ledger,
        contributions: Contributions,
        entries: Entries,
        disposal: Disposal,
        lock: asyncio.Lock,
    ) -> None:
        self._graph = importer.graph
        self._importer = importer
        self._client = client
        self._ledger = ledger
        self._contributions = contributions
        self._entries = entries
        self._disposal = disposal
        self._lock = lock
        self.must_restart: str | None = None
        self._failed_restarts = 0
        self._invalidated: list[InvalidateData] | None = None
        self._has_snapshot = False

    async def apply(self, batch: Mapping[str, str | None]) -> Report:
        """Apply a batch with the cheapest tier that is right; escalate where it has to be.

        Args:
            batch: The new text by path; None for a deleted file.

        Returns:
            What was done, or the error that kept it from being done; then nothing has changed.
        """
        attempt = Attempt()
        overlay = dict(self._importer.overlay)
        while True:
            report = Report()
            transaction = self._ledger.transaction = Transaction()
            try:
                await self._apply(batch, attempt, report, transaction)
            except BaseException as error:
                escalates = attempt.escalate(error)
                if not escalates:
                    strip(error)
                    attempt.note(error)
                    report.traceback = format_error(error)
                self._ledger.transaction = None
                transaction.roll_back()
                self._importer.overlay = overlay.copy()
                for path in batch:
                    for module in self._graph.by_path(path):
                        self._importer.show_lines(module)
                if escalates:
                    continue
                if not isinstance(error, Exception | SystemExit):
                    raise  # a cancelled update, Ctrl-C
                report.error = error
                report.running = 0
                if not attempt.is_fallback:
                    self._count_failed_restart(report)
                return report
            self._ledger.transaction = None
            transaction.commit()
            self._failed_restarts = 0
            self._disposal.bad_disposers.clear()
            return report

    def _count_failed_restart(self, report: Report) -> None:
        if not any(step.tier is Tier.RESTART for step in report.steps):
            return
        self._failed_restarts += 1
        if self._failed_restarts >= 2:
            reason = "the soft restart failed twice in a row"
            report.steps = [
                Step(x.module, Tier.RELOAD, reason, x.changed_names) for x in report.steps
            ]

    async def _apply(
        self,
        batch: Mapping[str, str | None],
        attempt: Attempt,
        report: Report,
        transaction: Transaction,
    ) -> None:
        self._importer.overlay.update(batch)
        # everything, before anything is touched
        changes = compile_changes(self._importer, self._contributions, batch)
        if self.must_restart is not None:
            self._entries.compile_unstarted()
        planned = plan(self._graph, changes, self._accepted(), attempt.escalated)
        self._plan_restart(planned, attempt.restart, batch, changes)
        attempt.modules, attempt.rerun = tuple(changes), planned.rerun
        report.steps = planned.steps
        self._has_snapshot = False
        self._invalidated = []
        try:
            if planned.restart is not None:
                await self._restart(transaction)
            else:
                moved = self._may_have_moved(batch, changes)
                retried = retried_imports(self._importer, batch)
                self._unload(*refused_imports(self._importer, changes, batch), retried, transaction)
                await self._apply_plan(planned, changes, retried, report, transaction)
                if moved is not None:
                    moved.forward(transaction)
                await self._invalidate(report, transaction)
                await self._disposal.prune(batch, changes, report, transaction, self._snapshot)
        finally:
            self._invalidated = None

    def _unload(
        self,
        unneeded: Iterable[EvaluatedModule],
        importing: Mapping[EvaluatedModule, set[int]],
        retried: dict[EvaluatedModule, set[int]],
        transaction: Transaction,
    ) -> None:
        """Let the import of deleted modules fail, in the statements that can do without them."""
        for module in unneeded:
            self._snapshot(transaction)
            if (holder := module.holder) is not None:
                holder.pop(module.own_name, None)
            sys.modules.pop(module.name, None)
            for importer in tuple(module.importers):
                importer.drop_import(module)
        for importer, indices in importing.items():
            retried.setdefault(importer, set()).update(indices)

    def _may_have_moved(
        self, batch: Mapping[str, str | None], changes: Mapping[EvaluatedModule, Change]
    ) -> MovedFunctions | None:
        deleted = {
            module: self._importer.outline(module)
            for path, text in batch.items()
            for module in self._graph.by_path(path)
            if text is None and module not in changes
        }
        if not deleted and all(change.difference.runs_nothing for change in changes.values()):
            return None
        return MovedFunctions(self._graph, changes, deleted)

    def _accepted(self) -> Accepted:
        return acceptance.accepted_modules(self._client, self._graph)

    def _plan_restart(
        self,
        planned: Plan,
        reason: str | None,
        batch: Mapping[str, str | None],
        changes: Mapping[EvaluatedModule, Change],
    ) -> None:
        """Restart where a patch has raised, or would hide an error that a fresh start has."""
        if batch and self.must_restart is not None:
            reason = self.must_restart
        for change in changes.values():
            difference = change.difference
            moved = difference.run or difference.is_reordered
            early = read_before_bound(change.outline) if moved else None
            if early is not None and read_before_bound(change.old) is not None:
                early = None  # it never came to that
            elif early is None and moved:
                early = early_call(self._graph, change)
            if early is not None:
                reason = f"{change.module.path}: line {early.line} reads a name before it is bound"
            for name in _imported(change.old) - _imported(change.outline):
                gone = self._graph.by_name(name)
                is_last = gone is not None and set(gone.importers) == {change.module}
                if gone is not None and is_last and self._contributions.of(gone):
                    reason = (
                        f"{gone.path}, which has registered something, is not imported any more"
                    )
        if reason is not None and planned.restart is None:
            planned.restart = reason
            paths = [module.path for module in changes] or list(batch)
            planned.steps = [Step(path, Tier.RESTART, reason) for path in paths]

    def _snapshot(self, transaction: Transaction) -> None:
        """Remember once what the user's code may change."""
        if not self._has_snapshot:
            self._has_snapshot = True
            transaction.set(self, "must_restart", self.must_restart)
            take_snapshot(self._importer, self._client, transaction)

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
        evaluation = Evaluation(
            self._graph, self._importer, self._ledger, self._contributions, transaction
        )
        evaluation.patch_code(changes.values())
        calls = AcceptCallbacks(self._client, self._graph, planned.boundaries)
        runs = bool(planned.rerun or retried or evaluation.has_work) or not all(
            change.difference.runs_nothing for change in changes.values()
        )
        if runs or planned.boundaries or evaluation.upgrades:
            self._snapshot(transaction)
        for module in reversed(planned.rerun):
            await self._disposal.dispose(module, transaction)
            acceptance.forget(self._client, module.path)
            module.context = None
        for change in changes.values():
            bring_in(change, self._importer, self._ledger, self._contributions, transaction)
        if runs:
            for change in changes.values():
                self._expect_imports(change)
            concerned = {*changes, *planned.rerun, *retried}
            order = self._graph.in_dependency_order(self._graph.importers_closure(concerned))
            await evaluation.run(order, planned.rerun, retried)
        evaluation.upgrade()
        report.running += evaluation.running
        add_touched(report, evaluation.touched)
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
                    if (found := self._graph.by_name(imported)) is not None:
                        change.module.add_import(found)

    async def _restart(self, transaction: Transaction) -> None:
        """Start the application again in the living interpreter; every `hot.data` stays."""
        self._snapshot(transaction)
        for module in reversed(self._graph.in_dependency_order(set(self._graph))):
            await self._disposal.dispose(module, transaction)
            acceptance.forget(self._client, module.path)
        await self._entries.run_again()
        self.must_restart = None

    def on_invalidate(self, data: InvalidateData) -> None:
        """Propagate from a module that called `hot.invalidate()`.

        Args:
            data: Which one, and why.
        """
        if self._invalidated is not None:
            self._invalidated.append(data)
        elif self._graph.by_path(data.path) and not self._lock.locked():
            coroutine = self._update_importers(data)
            report_unhandled(asyncio.ensure_future(coroutine), f"the update after {INVALIDATE!r}")

    async def _update_importers(self, data: InvalidateData) -> None:
        """`hot.invalidate()` was called between updates."""
        async with self._lock:
            report, transaction = Report(), Transaction()
            self._ledger.transaction = transaction
            self._has_snapshot = False
            self._invalidated = [data]
            try:
                await self._invalidate(report, transaction)
            except StatementRaised as raised:
                transaction.roll_back()
                raise raised.error from None
            except BaseException:
                transaction.roll_back()
                raise
            finally:
                self._invalidated = self._ledger.transaction = None
            transaction.commit()

    async def _invalidate(self, report: Report, transaction: Transaction) -> None:
        """Climb to the importers of modules that can't handle their own update."""
        done: set[str] = set()
        while self._invalidated:
            data = self._invalidated.pop(0)
            found = self._graph.by_path(data.path)
            if not found or data.path in done:
                continue
            done.add(data.path)
            first = self._graph.by_path(data.first_invalidated_by)
            planned = propagate_from_importers(
                self._graph, found[0], self._accepted(), first[0] if first else None, data.message
            )
            report.steps += planned.steps
            if planned.restart is not None:
                self._invalidated.clear()
                await self._restart(transaction)
                return
            await self._apply_plan(planned, {}, {}, report, transaction, data.first_invalidated_by)


def _imported(outline: Outline) -> set[str]:
    found = outline.imports.values()
    return {*outline.stars, *(x for x, _ in found), *(f"{x}.{name}" for x, name in found if name)}
