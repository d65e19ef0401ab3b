"""Remove a module's effects with it, and a module that no module imports."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...client import HMRClient
from ..effects.contributions import Contributions
from ..effects.ledger import Ledger
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..planning import acceptance
from ..planning.report import Report
from ..planning.steps import Step, Tier
from ..transaction import Transaction

if TYPE_CHECKING:
    from ..planning.plan import Change


class Disposal:
    """Disposes and prunes modules.

    Attributes:
        bad_disposers: Those that have raised: the next update does without.

    Args:
        client: Holds their callbacks.
        ledger: Holds their side effects.
        contributions: Holds what they have put into lists, dicts and objects.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        client: HMRClient,
        ledger: Ledger,
        contributions: Contributions,
    ) -> None:
        self._graph = graph
        self._client = client
        self._ledger = ledger
        self._contributions = contributions
        self.bad_disposers: set[Any] = set()

    async def dispose(self, module: EvaluatedModule, transaction: Transaction) -> None:
        """Call the module's own disposer, then remove what the ledger knows of.

        Args:
            transaction: Puts the removal off until the update is known to be good.

        Raises:
            Exception: Whatever the disposer raises; it is not called a second time.
        """
        path = module.path
        disposer = self._client.dispose_map.get(path)
        if disposer is not None and disposer not in self.bad_disposers:
            try:
                result = disposer(self._client.data_map.get(path))
                if isinstance(result, Awaitable):
                    await result
            except Exception:
                # a second call would never let the module be replaced: the next update skips it
                self.bad_disposers.add(disposer)
                raise
        self._ledger.close(self._ledger.of(module), transaction)
        self._contributions.dispose(module, transaction)

    async def prune(
        self,
        batch: Mapping[str, str | None],
        changes: Mapping[EvaluatedModule, Change],
        report: Report,
        transaction: Transaction,
        snapshot: Callable[[Transaction], None],
    ) -> None:
        """Let go of modules that nothing imports any more; keep deleted ones that something does.

        Args:
            batch: The new text by path; None for a deleted file.
            changes: The changed modules.
            transaction: Rolls it back on failure.
            snapshot: Is called before a namespace is touched.

        Raises:
            Exception: Whatever a dispose or prune callback raises.
        """
        deleted = [x for p, text in batch.items() if text is None for x in self._graph.by_path(p)]
        if not deleted and not any(change.difference.unimported for change in changes.values()):
            return
        for module in deleted:
            transaction.set(module, "is_deleted", True)
        gone = self._graph.in_dependency_order(set(self._graph.unreachable()))
        if gone:
            snapshot(transaction)
        for module in reversed(gone):
            await self.dispose(module, transaction)
        for module in reversed(gone):
            pruner = self._client.prune_map.get(module.path)
            if pruner is not None:
                result = pruner(self._client.data_map.get(module.path))
                if isinstance(result, Awaitable):
                    await result
            acceptance.forget(self._client, module.path)
            self._client.data_map.pop(module.path, None)
            parent, _, name = module.name.rpartition(".")
            if parent in sys.modules:
                vars(sys.modules[parent]).pop(name, None)
            sys.modules.pop(module.name, None)
            self._graph.remove(module)
            report.steps.append(
                Step(module.path, Tier.PATCH, "pruned: nothing imports it any more")
            )
        for module in deleted:
            if module not in gone:
                importers = ", ".join(x.path for x in module.importers) or "the page"
                reason = f"deleted, but kept alive for {importers}"
                report.steps.append(Step(module.path, Tier.PATCH, reason))
