"""Functions that move from one module to another in one batch.

    one.py:  def area(r): …    ──▶    from two import area
    two.py:                    ──▶    def area(r): …

A function sees its own module's globals for life, so the old object can't get the new code. But
its holders (a listener, a table of handlers) must run the new code: it calls the new function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING

from ..analysis.outline import Outline
from ..analysis.statements import Kind
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..objects.functions import forward, function_in

if TYPE_CHECKING:
    from ..planning.plan import Change
    from ..transaction import Transaction


class MovedFunctions:
    """What modules have defined before an update and may not define any more.

    Args:
        changes: The changed ones.
        deleted: Modules whose files are deleted, with their sources.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        changes: Mapping[EvaluatedModule, Change],
        deleted: Mapping[EvaluatedModule, Outline],
    ) -> None:
        self._graph = graph
        self._gone: dict[str, list[tuple[EvaluatedModule, FunctionType]]] = {}
        self._defined_before: dict[EvaluatedModule, set[str]] = {}
        for module, change in changes.items():
            before = self._defined_before[module] = _functions(change.old)
            self._leave(module, before - _functions(change.outline))
        for module, outline in deleted.items():
            self._leave(module, _functions(outline))
        self._known = set(graph) if self._gone else set()

    def _leave(self, module: EvaluatedModule, names: Iterable[str]) -> None:
        namespace = module.module.__dict__
        for name in names:
            if (function := function_in(namespace.get(name), name, namespace)) is not None:
                self._gone.setdefault(name, []).append((module, function))

    def forward(self, transaction: Transaction) -> None:
        """Let the old functions call those that have taken their place elsewhere, if it is clear.

        Args:
            transaction: Rolls it back on failure.
        """
        if not self._gone:
            return
        candidates = [
            *self._defined_before,
            *(module for module in self._graph if module not in self._known),
        ]
        for name, gone in self._gone.items():
            if len(gone) > 1:
                continue  # which of them has moved?
            [(left, old)] = gone
            found: list[FunctionType] = []
            for module in candidates:
                if module is left or name in self._defined_before.get(module, ()):
                    continue
                namespace = module.module.__dict__
                function = function_in(namespace.get(name), name, namespace)
                if function is not None and function is not old:
                    found.append(function)
            if len(found) == 1:
                forward(transaction, old, found[0])


def _functions(outline: Outline) -> set[str]:
    last = {name: statement.kind for statement in outline.statements for name in statement.binds}
    return {name for name, kind in last.items() if kind is Kind.FUNCTION}
