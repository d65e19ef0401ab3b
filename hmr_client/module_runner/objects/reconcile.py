"""Put new functions into the old ones, so that their holders get the new ones.

A function keeps its identity and gets code, defaults, annotations, `__doc__`, `__dict__`. What a new decorator
has made can't enter it: then the old function calls the new object.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from ..transaction import MISSING, Transaction
from .functions import adopt, forward, keep_filled


def reconcile(transaction: Transaction, old: Any, new: Any, *, keeps_filled: bool = False) -> Any:
    """Make an old function the new one where that can be done. `classes` has merged classes before.

    Args:
        transaction: Rolls it back on failure.
        old: What the name was bound to.
        new: What it was bound to by the new code.
        keeps_filled: Whether containers that the old function has filled stay its own.

    Returns:
        What the name is to be bound to.
    """
    if old is new or old is MISSING:
        return new
    if type(old) is FunctionType and type(new) is FunctionType:
        if _is_version_of_function(old, new):
            if keeps_filled:
                keep_filled(old, new)
            return old if adopt(transaction, old, new) else new
        forward(transaction, old, new)  # a decorator came or went
        return new
    if type(old) is FunctionType and callable(new):
        forward(transaction, old, new)
    return new


def _is_version_of_function(old: FunctionType, new: FunctionType) -> bool:
    same_code = old.__code__.co_qualname == new.__code__.co_qualname
    return old.__globals__ is new.__globals__ and (same_code or old.__code__.co_name == "forward")
