"""Names that a statement does not always bind, and names that a star import binds again."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection
from typing import Any

from ..analysis.outline import Outline
from ..analysis.statements import Statement
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..objects.values import is_changed
from ..transaction import MISSING
from .escalation import Escalation

_COMPOUND = (ast.If, ast.Match, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)


def may_bind_nothing(statement: Statement) -> bool:
    """Tell whether a run of a statement may leave names out: a loop without items, say, or `:=`."""
    node = statement.node
    return isinstance(node, _COMPOUND) or (
        len(statement.binds) > 0 and any(isinstance(x, ast.NamedExpr) for x in ast.walk(node))
    )


def unbind(
    outline: Outline, statement: Statement, names: Collection[str], namespace: dict[str, Any]
) -> None:
    """Remove names that a statement may not bind this time.

    Args:
        outline: The module's source.
    """
    index = outline.statements.index(statement)
    for name in names:
        if index == min(outline.groups.get(name, (index,))):  # the others of its group run as well
            namespace.pop(name, None)


class StarImports:
    """Brings what star imports have bound into line with what later statements make of it.

    Args:
        dirty: Gets the names with new values.
    """

    def __init__(self, dirty: DirtyNames) -> None:
        self._dirty = dirty
        self._again: set[int] = set()

    def take_again(self) -> set[int]:
        """Return the statements that have to bind their names again, once."""
        again, self._again = self._again, set()
        return again

    def before(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> dict[str, Any] | None:
        """Return what names are bound to before a star import runs; None for other statements.

        Raises:
            Escalation: If it has brought the names of a module that has been deleted.
        """
        stars = [name for name, attribute, _ in outline.imports_of(statement) if attribute == "*"]
        if not stars:
            return None
        for name in stars:
            if name not in sys.modules and self._dirty.graph.by_name(name) is not None:
                raise Escalation(module, f"{name}, whose names it has imported with *, was deleted")
        return dict(module.module.__dict__)

    def after(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        before: dict[str, Any],
    ) -> None:
        """Mark what a star import has changed; give names back that later statements bind.

        Args:
            before: What `before` returned.
        """
        namespace = module.module.__dict__
        place = outline.statements.index(statement)
        for source, attribute, _ in outline.imports_of(statement):
            found = self._dirty.graph.by_name(source)
            if attribute != "*" or found is None:
                continue
            changed = self._dirty.of(source)
            for name in vars(found.module):
                old, new = before.get(name, MISSING), namespace.get(name, MISSING)
                if new is not vars(found.module)[name] or not is_changed(old, new):
                    continue
                later = {
                    index
                    for index, x in enumerate(outline.statements)
                    if index > place and (name in x.binds or self._brings(outline, x, name))
                }
                if later and old is not MISSING and name not in changed:
                    namespace[name] = old
                    continue
                self._dirty.mark(module, name)
                self._again |= later

    def _brings(self, outline: Outline, statement: Statement, name: str) -> bool:
        stars = (x for x, attribute, _ in outline.imports_of(statement) if attribute == "*")
        found = (self._dirty.graph.by_name(x) for x in stars)
        return any(name in vars(x.module) for x in found if x is not None)
