"""A module's own annotations, those of `x: int = 1` at its top level, when statements run alone.

Until Python 3.13, and under `from __future__ import annotations`, each statement writes its own
entry into the module's `__annotations__`. Since Python 3.14 (PEP 649) the module's `__annotate__`
evaluates all of them when asked, and the set `__conditional_annotations__` tells which statements
have run, by their numbers in the source. A statement that runs alone would be number 0 of 1.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from itertools import accumulate
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from ..analysis.outline import Outline
from ..analysis.statements import Statement

if TYPE_CHECKING:
    from ..transaction import Transaction

_IS_LAZY = sys.version_info >= (3, 14)
_CONDITIONAL = "__conditional_annotations__"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)


class ModuleAnnotations:
    """Keeps `__annotations__`, or what it is made from, as a fresh start would have it.

    Args:
        old: The live source.
        new: What it becomes; the same one if the module itself has not changed.
        pairs: Old statement by index of the new one.
        namespace: The module's, as the live source has left it.
        transaction: Rolls it back on failure.
    """

    def __init__(
        self,
        old: Outline,
        new: Outline,
        pairs: Mapping[int, int],
        namespace: dict[str, Any],
        transaction: Transaction,
    ) -> None:
        self._namespace = namespace
        names = self._names = [_annotated(statement) for statement in new.statements]
        self._counts = [len(own) for own in names]
        self._first = list(accumulate(self._counts, initial=0))
        self._code = next(
            (
                code
                for code in new.code.co_consts
                if isinstance(code, CodeType) and code.co_name == "__annotate__"
            ),
            None,
        )
        old_names = [_annotated(statement) for statement in old.statements]
        if isinstance(live := namespace.get("__annotations__"), dict):
            transaction.keep(live)
            for name in {x for own in old_names for x in own} - {x for own in names for x in own}:
                live.pop(name, None)
        self._ran: set[int] = set()
        ran = namespace.get(_CONDITIONAL, ())
        starts = list(accumulate(map(len, old_names), initial=0))
        for index, was in pairs.items():
            if len(old_names[was]) == self._counts[index]:
                for offset in range(self._counts[index]):
                    if starts[was] + offset in ran:
                        self._ran.add(self._first[index] + offset)
        self._store()

    def executing(self, index: int) -> None:
        """Prepare for a statement that will run alone: it, or another branch, writes its entries again.

        Args:
            index: Which one.
        """
        if isinstance(live := self._namespace.get("__annotations__"), dict):
            for name in self._names[index]:
                if not any(name in own for own in self._names[:index]):
                    live.pop(name, None)

    def executed(self, index: int) -> None:
        """Finish after a statement that ran alone.

        Args:
            index: Which one.
        """
        if not self._counts[index]:
            return
        numbers = range(self._first[index], self._first[index] + self._counts[index])
        ran = self._namespace.get(_CONDITIONAL, ())
        self._ran.difference_update(numbers)
        self._ran.update(numbers[i] for i in ran if i < len(numbers))
        self._store()

    def _store(self) -> None:
        names = self._namespace
        if not _IS_LAZY or (self._code is None and "__annotate__" not in names):
            return
        names.pop("__annotations__", None)  # Python makes it from the two below on first access
        if self._code is None:
            names.pop("__annotate__", None)
            names.pop(_CONDITIONAL, None)
            return
        names["__annotate__"] = FunctionType(self._code, names)
        names[_CONDITIONAL] = set(self._ran)


def have_annotations(outline: Outline, namespace: Mapping[str, Any]) -> bool:
    """Tell whether a module annotates names at its top level, before or after an update.

    Args:
        outline: What it becomes.
        namespace: What it is.
    """
    marks = ("__annotations__", "__annotate__", _CONDITIONAL)
    return any(x in namespace or x in outline.code.co_names for x in marks)


def _annotated(statement: Statement) -> list[str]:
    return list(_annotated_names(statement.parsed))


def _annotated_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement annotates in the module's scope, in order."""
    if isinstance(node, ast.AnnAssign):
        if node.simple and isinstance(node.target, ast.Name):
            yield node.target.id
    elif not isinstance(node, _SCOPES):
        for inner in ast.iter_child_nodes(node):
            yield from _annotated_names(inner)
