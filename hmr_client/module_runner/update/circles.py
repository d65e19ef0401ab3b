"""Modules that import each other: what one has read of another that had not come to its end yet.

    a.py: import b            b.py: import a
          X = 1                     Y = getattr(a, "X", None)

When the program starts with `a`, `b` reads `a` without `X`. By the time of an update it is there.
"""

from __future__ import annotations

from ..analysis.statements import Kind, Statement
from ..execution.escalation import Escalation
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..names.dirty_names import DirtyNames
from ..names.keys import Key
from ..names.readers import Readers


class Circles:
    """Finds statements that would see more than in a fresh start.

    Args:
        graph: The modules.
        dirty: Knows their new sources.
    """

    def __init__(self, graph: EvaluatedModules, dirty: DirtyNames) -> None:
        self._graph = graph
        self._dirty = dirty
        self._late: dict[EvaluatedModule, set[Key]] = {}

    def check(self, module: EvaluatedModule, statement: Statement) -> None:
        """Refuse to run a statement that reads what a fresh start has not made yet.

        Args:
            module: Where it stands.

        Raises:
            Escalation: If it does.
        """
        if statement.kind is Kind.IMPORT or not statement.reads or not self._late_for(module):
            return
        readers = Readers(self._graph)
        for chain in statement.reads:
            readers.read(module, chain)
        readers.read_scanned(module, statement.scan)
        readers.follow()
        if any(map(readers.reads, self._late_for(module))):
            reason = (
                f"line {statement.line} reads more than in a fresh start, in a circle of imports"
            )
            raise Escalation(module, reason)

    def _late_for(self, module: EvaluatedModule) -> set[Key]:
        """Return the names that other modules of its circle bind after they have imported it."""
        if module not in self._late:
            above = self._graph.importers_closure([module])
            began = [x for x in above & _imported_by(module) if x.number < module.number]
            self._late[module] = {key for x in began for key in self._bound_after(x, above - {x})}
        return self._late[module]

    def _bound_after(self, module: EvaluatedModule, imported: set[EvaluatedModule]) -> set[Key]:
        outline = self._dirty.outline(module)
        names = {x.name for x in imported}
        late: set[Key] = set()
        is_late = False
        for statement in outline.statements:
            if is_late:
                late |= {(module.name, name) for name in (*statement.binds, "*")}
            imports = outline.imports_of(statement)
            is_late |= any(x in names or f"{x}.{y}" in names for x, y, _ in imports)
        before = {name for x in outline.statements if x.kind is Kind.IMPORT for name in x.binds}
        return {key for key in late if key[1] not in before}


def _imported_by(module: EvaluatedModule) -> set[EvaluatedModule]:
    found: set[EvaluatedModule] = set()
    pending = [module]
    while pending:
        new = pending.pop().imports.keys() - found
        found |= new
        pending += new
    return found
