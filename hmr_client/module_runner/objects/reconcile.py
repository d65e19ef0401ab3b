"""Put new definitions into the old objects, so that their holders get the new ones.

A function keeps its identity and gets code, defaults, annotations, `__doc__`, `__dict__`. A class
keeps its identity and gets attributes. Where that can't be done the reason says why.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from ..analysis.class_change import ClassChange
from ..transaction import MISSING, Transaction
from .classes import ClassReport, merge_class
from .functions import adopt, forward, is_version_of


def reconcile(
    transaction: Transaction,
    old: Any,
    new: Any,
    change: ClassChange,
    report: ClassReport,
) -> Any:
    """Make an old object the new one where that can be done.

    Args:
        transaction: Rolls it back on failure.
        old: What the name was bound to.
        new: What it was bound to by the new code.
        change: What the source says, if it is a class.
        report: Hears what became of classes.

    Returns:
        What the name is to be bound to.

    Raises:
        CannotKeepClass: If a class has to be replaced.
    """
    if old is new or old is MISSING:
        return new
    if type(old) is FunctionType and type(new) is FunctionType:
        if _is_version_of_function(old, new):
            return old if adopt(transaction, old, new) else new
        forward(transaction, old, new)  # a decorator came or went
        return new
    if isinstance(old, type) and isinstance(new, type) and is_version_of(old, new):
        merge_class(transaction, old, new, change, report)
        return old
    if type(old) is FunctionType and callable(new):
        forward(transaction, old, new)
    return new


def _is_version_of_function(old: FunctionType, new: FunctionType) -> bool:
    same_code = old.__code__.co_qualname == new.__code__.co_qualname
    return old.__globals__ is new.__globals__ and (same_code or old.__code__.co_name == "forward")
