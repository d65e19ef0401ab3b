"""A class that was made only to be merged into the old one: nothing may lead to it afterwards."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import (
    CodeType,
    ModuleType,
)
from typing import Any

from ..transaction import Transaction


class _Retired:
    """The base of classes that were made only to be merged, so that `__subclasses__` is right."""


def retire(transaction: Transaction, old: type, new: type, *, is_held: bool) -> None:
    """Let nothing lead to the new class: registries that got hold of it get the old one."""
    if is_held:
        for holder in gc.get_referrers(new):
            _replace_in(transaction, holder, old, new)
    for name in tuple(vars(new)):  # what it holds goes at once, not when the collector comes by
        with suppress(AttributeError, TypeError):
            type.__delattr__(new, name)
    with suppress(TypeError):  # its layout may be another one
        new.__bases__ = (_Retired,)


def held_elsewhere(names: Mapping[str, Any], name: str, known: int) -> bool:
    """Tell whether more than its namespace, and what only it leads to, refers to a new class.

    Args:
        names: The namespace.
        name: The class in it.
        known: How many more references the caller has.
    """
    count = _outside_references
    return count(names, name) - known > count({"Plain": type("Plain", (), {})}, "Plain")


def _outside_references(names: Mapping[str, Any], name: str) -> int:
    item = names[name]
    return sys.getrefcount(item) - _references_from_itself(item)


def _references_from_itself(cls: type) -> int:
    """Count the references to a class by what only the class leads to."""
    count = 0
    seen: set[int] = {id(cls)}
    pending: list[Any] = [cls]
    while pending:
        for item in gc.get_referents(pending.pop()):
            if item is cls:
                count += 1
            elif id(item) not in seen and not isinstance(item, type | ModuleType | CodeType | str):
                seen.add(id(item))
                if type(item) is not dict or not ("__name__" in item and "__doc__" in item):
                    pending.append(item)  # but not the globals and builtins of functions
        if len(seen) > 2000:
            return 0
    return count


def _replace_in(transaction: Transaction, holder: Any, old: type, new: type) -> None:
    if type(holder) is list:
        transaction.keep(holder)
        if any(x is old for x in holder):
            holder[:] = [x for x in holder if x is not new]
        else:
            holder[:] = [old if x is new else x for x in holder]
    elif type(holder) is set:
        transaction.keep(holder)
        holder.discard(new)
        holder.add(old)
    elif type(holder) is dict:
        if any(v is new for v in holder.values()):
            transaction.keep(holder)
            for key in [k for k, v in holder.items() if v is new]:
                holder[key] = old
        if any(k is new for k in holder):
            transaction.keep(holder)
            holder[old] = holder.pop(new)
