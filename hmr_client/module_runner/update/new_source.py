"""A module gets its new source, and its new file name where the file was moved."""

from __future__ import annotations

from ..effects.contributions import Contributions
from ..effects.ledger import Ledger
from ..imports.importer import Importer
from ..planning.plan import Change
from ..transaction import Transaction

GONE = range(1)  # line 0, where the ledger moves what no statement leads to any more


def bring_in(
    change: Change,
    importer: Importer,
    ledger: Ledger,
    contributions: Contributions,
    transaction: Transaction,
) -> None:
    """Make the new source the live one; tracebacks show its lines from here on.

    Args:
        change: The module and its new version.
        importer: Shows the lines.
        ledger: Its effects move with their lines; those of removed statements end.
        contributions: What its statements have put somewhere moves with them.
        transaction: Rolls it back on failure.
    """
    module, old, new = change.module, change.old, change.outline
    by_old = {was: index for index, was in change.difference.pairs.items()}

    def new_line(line: int) -> int:
        index = by_old.get(was) if (was := old.statement_at(line)) is not None else None
        return 0 if index is None else new.statements[index].line

    ledger.move_lines(module, new_line, transaction)
    ledger.close(ledger.of_lines(module, GONE), transaction)
    contributions.move(module, by_old, transaction)
    if change.path != module.path:
        _move(change, importer, transaction)
    transaction.set(module, "source", change.source)
    transaction.set(module, "code", new.code)
    transaction.set(module, "outline", new)
    transaction.set(module, "is_deleted", False)
    transaction.on_rollback(lambda: importer.show_lines(module))
    importer.show_lines(module)


def _move(change: Change, importer: Importer, transaction: Transaction) -> None:
    """Move a module to its new file: m.py became m/__init__.py, or the reverse."""
    module, before = change.module, (change.module.path, change.module.filename)
    transaction.on_rollback(lambda: importer.graph.move(module, *before))
    importer.graph.move(module, change.path, change.filename)
    spec = importer.find_spec(module.name)
    if spec is None:
        return
    namespace = module.module.__dict__
    transaction.keep(namespace)
    namespace.update(__spec__=spec, __file__=spec.origin, __package__=module.package)
    namespace.pop("__path__", None)
    if spec.submodule_search_locations is not None:
        namespace["__path__"] = spec.submodule_search_locations
