"""Modules that a statement imports by name, and does not import any more when it runs again."""

from __future__ import annotations

from ..analysis.outline import Outline
from ..analysis.statements import Statement
from ..effects.contributions import Contributions
from ..module_graph import EvaluatedModule
from ..transaction import Transaction
from .escalation import Escalation

_IMPORTS = frozenset(("import_module", "__import__"))


def forget_imports(
    module: EvaluatedModule, outline: Outline, statement: Statement, transaction: Transaction
) -> list[EvaluatedModule]:
    """Forget what a statement may have imported by name, before it runs again; return it.

    Args:
        outline: The module's source.
    """
    if _IMPORTS.isdisjoint(statement.mentions):
        return []
    static = outline.imported_names(x.node for x in outline.statements)
    found = [x for x in module.imports if x.name not in static]

    def restore() -> None:
        for imported in found:
            module.add_import(imported)

    transaction.on_rollback(restore)
    for imported in found:
        module.drop_import(imported)
    return found


def check_lost_imports(
    module: EvaluatedModule, before: list[EvaluatedModule], contributions: Contributions
) -> None:
    """Check that nothing has been put elsewhere by modules that are not imported any more.

    Args:
        before: What `forget_imports` returned.

    Raises:
        Escalation: If one of them has registered something.
    """
    for imported in before:
        if imported not in module.imports and contributions.of(imported):
            raise Escalation(
                module, f"{imported.name}, which has registered something, is not imported any more"
            )
