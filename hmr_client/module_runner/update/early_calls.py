"""Statements that have come before a definition which what they call reads: a fresh start raises NameError there."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.outline import Outline
from ..analysis.statements import Kind, Statement
from ..module_graph import EvaluatedModules
from ..names.readers import Readers
from ..planning.plan import Change


def early_call(graph: EvaluatedModules, change: Change) -> Statement | None:
    """Return the first statement that calls what reads a name which is now bound only after it.

    The live functions are followed: a function that reads the name on some days counts as one that reads it.

    Args:
        change: The module's new version.
    """
    for statement, names in _now_earlier(change):
        readers = Readers(graph, only_direct=statement.kind is Kind.EFFECT)
        for chain in statement.reads:
            readers.read(change.module, chain)
        readers.follow()
        if not readers.keys.isdisjoint((change.module.name, x) for x in names):
            return statement
    return None


def _now_earlier(change: Change) -> Iterator[tuple[Statement, set[str]]]:
    """Yield statements that call something, with the names that were bound before them and are not now."""
    pairs, end = change.difference.pairs, len(change.old.statements)
    first, first_before = _first_binders(change.outline), _first_binders(change.old)
    moved = set(first)
    if not change.difference.is_reordered:  # then only names of new statements can have moved
        moved = {
            x for i, s in enumerate(change.outline.statements) if i not in pairs for x in s.binds
        }
    for index, statement in enumerate(change.outline.statements):
        if statement.kind is Kind.DECLARATION or not any(x[-1] == "()" for x in statement.reads):
            continue
        before = pairs.get(index)
        if before is None:  # another version of it, or a new one
            before = min((first_before.get(x, end) for x in statement.binds), default=end)
        concerned = first if before == end else moved
        names = {x for x in concerned if first[x] > index and first_before.get(x, end) < before}
        if names:
            yield statement, names


def _first_binders(outline: Outline) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, statement in enumerate(outline.statements):
        for name in statement.binds:
            found.setdefault(name, index)
    return found
