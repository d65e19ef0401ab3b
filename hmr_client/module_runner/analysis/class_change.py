"""What the source says about a class that has run again."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .scan import Chain
from .statements import class_body


class ClassChange:
    """What the source says about a class that has run again.

    Attributes:
        kept: The attributes whose initialisers have not changed: they keep their live values.
        bound: What the old class body bound; None if that is not known. Other attributes were set
            by the program and stay.
        is_held: Whether something got hold of the new class while it was made: a registry.
    """

    __slots__ = ("bound", "is_held", "kept")

    def __init__(
        self,
        kept: frozenset[str] = frozenset(),
        bound: frozenset[str] | None = None,
        *,
        is_held: bool = True,
    ) -> None:
        self.kept = kept
        self.bound = bound
        self.is_held = is_held


def class_change(
    old: ast.ClassDef | None, new: ast.ClassDef | None, is_dirty: Callable[[Chain], bool]
) -> ClassChange:
    """Compare two versions of a class statement.

    Args:
        old: The class statement that the live class comes from.
        new: The new one.
        is_dirty: Tells whether something that a statement reads has a new value.
    """
    if old is None or new is None:
        return ClassChange()
    before: dict[str, int] = {}
    bound: set[str] = set()
    for statement in class_body(old):
        before[statement.dump] = before.get(statement.dump, 0) + 1
        bound |= statement.binds
    kept: set[str] = set()
    renewed: set[str] = set()
    for statement in class_body(new):
        if before.get(statement.dump) and not any(
            chain[0] in renewed or is_dirty(chain) for chain in statement.reads
        ):
            kept |= statement.binds
        else:
            renewed |= statement.binds
    return ClassChange(frozenset(kept - renewed), frozenset(bound))
