"""Values that were made of the values before them: what one run has put there can't be taken out of them again.

    HANDLERS += (f,)            # a longer copy
    HOOK = traced(HOOK)         # a function around the last one
    HEAD = Node(f, HEAD)        # a list of links

Two statements that set a name to values of their own are undone one by one. Of these, only the last one can be undone.
"""

from __future__ import annotations

import gc
from collections import deque
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from ..inspection import is_a, namespace_of, slots_of
from .places import PLAIN

_ITEMS = (tuple, list, set, frozenset, deque)
CONTAINERS = (dict, *_ITEMS)
_MOST = 100  # objects that are looked at: a wrapper is near to what it wraps


def is_made_of(value: Any, before: Any) -> bool:
    """Tell whether a value may have been made of the one before it.

    Args:
        value: What a name has been set to.
        before: What it was before; a plain value can't be told from an equal one, and counts as none.
    """
    if type(before) in PLAIN:
        return False
    if type(value) is type(before) and is_a(value, CONTAINERS):
        # of an empty one the first copy is made
        kept = {id(x) for x in held_by(value)}
        return not before or any(id(x) in kept for x in held_by(before))
    pending, seen = [value], {id(value)}
    for item in pending:  # grows while it is walked
        new = [x for x in held_by(item) if id(x) not in seen and type(x) not in PLAIN]
        if any(x is before for x in new):
            return True
        seen.update(map(id, new))
        pending += new[: _MOST - len(pending)]
    return False


def held_by(item: Any) -> list[Any]:
    """Return what an object holds, by its own fields: the cells of a closure, items, attributes."""
    if is_a(item, FunctionType):
        cells = [x.cell_contents for x in item.__closure__ or () if _is_filled(x)]
        return [*cells, *(item.__defaults__ or ()), *(item.__kwdefaults__ or {}).values()]
    if is_a(item, MethodType):
        return [item.__self__, item.__func__]
    if is_a(item, partial):
        return [item.func, *item.args, *item.keywords.values()]
    if is_a(item, dict):
        return [*item.values()]
    if is_a(item, _ITEMS):
        return [*item]
    if is_a(item, type):
        return [*item.__bases__]
    names = namespace_of(item)
    held = [x for _, x in slots_of(item)]
    if type(names) is dict:
        return [*held, *names.values()]
    return held or gc.get_referents(item)  # a view of a dict, a `map`


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # an empty cell raises
    except ValueError:
        return False
    return True
