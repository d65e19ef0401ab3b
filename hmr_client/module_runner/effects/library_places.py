"""The places of libraries that an application patches: `requests.Session.send = traced(requests.Session.send)`.

A restart does not make a library again. What a statement has put there stays, and the statement would wrap it a
second time: so it is undone as what lies in the application's own objects is.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any

from ..inspection import is_a
from .items import Items
from .namespaces import Attributes, Names
from .places import Place

SETTERS = frozenset(("setattr", "delattr"))
_STORES = frozenset((opcode.opmap["STORE_ATTR"], opcode.opmap["DELETE_ATTR"]))


def library_place(item: Any, names: Collection[str] | None) -> tuple[str, Place] | None:
    """Return the kind of a place of a library, and the place; None for what can't be patched.

    Args:
        item: A module or a class that is none of the application's.
        names: The attributes that count; None for all.
    """
    if is_a(item, ModuleType):
        return "globals", Names(vars(item), None if names is None else frozenset(names))
    return ("class", Attributes(item)) if is_a(item, type) else None


def environment_places(names: Collection[str]) -> Iterator[Place]:
    """Yield the environment's variables, if code names them: each statement would copy all of them.

    Args:
        names: The names in the code.
    """
    if "environ" in names and (system := sys.modules.get("os")) is not None:
        yield Items(system.environ)


def stores_attributes(names: Collection[str], operations: Collection[int]) -> bool:
    """Tell whether a function's code may set an attribute of something.

    Args:
        names: The names in the code.
        operations: Its operations.
    """
    return not SETTERS.isdisjoint(names) or not _STORES.isdisjoint(operations)
