"""What an attribute of a class leads to, before an update and after it; and what others have kept of that."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from ..inspection import is_a
from ..objects.functions import closed_over, same_function
from ..objects.values import is_changed
from ..transaction import MISSING

_COMPARED = frozenset(("__annotations__", "__match_args__", "__abstractmethods__"))
_WRAPPERS = (staticmethod, classmethod)

_MADE = frozenset(dir(type)) | {
    *("__weakref__", "__firstlineno__", "__static_attributes__", "__slots__", "__match_args__"),
    *("__parameters__", "__orig_bases__", "__annotate_func__", "__annotations_cache__"),
    *("__protocol_attrs__", "__non_callable_proto_members__", "__abstractmethods__"),
}


def changed_lookups(mro: tuple[type, ...], before: Mapping[str, Any], cls: type) -> set[str]:
    """Return the attributes that are others than before.

    What only a changed body of a method does otherwise does not count.

    Args:
        mro: The order in which the class looked for attributes.
        before: What it had itself.
        cls: The class.
    """
    after = vars(cls)
    if mro == cls.__mro__:
        names = before.keys() | after.keys()
        return {x for x in names if _is_other(x, before.get(x, MISSING), after.get(x, MISSING))}
    old, new = _lookups((before, *map(vars, mro[1:-1]))), _lookups(map(vars, cls.__mro__[:-1]))
    return {
        x for x in old.keys() | new.keys() if _is_other(x, old.get(x, MISSING), new.get(x, MISSING))
    }


def _lookups(namespaces: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for names in namespaces:
        found = {**names, **found}
    return found


def _is_other(name: str, old: Any, new: Any) -> bool:
    if old is new:
        return False
    if name in _COMPARED:
        return repr(old) != repr(new)
    if old is MISSING or new is MISSING or type(old) is not type(new):
        return not _is_made(name) or _is_code(old) or _is_code(new)
    if is_a(old, _WRAPPERS):
        return _is_other(name, old.__func__, new.__func__)
    if is_a(old, property):
        pairs = ((old.fget, new.fget), (old.fset, new.fset), (old.fdel, new.fdel))
        return any(_is_other("", a, b) for a, b in pairs)
    if type(old) is FunctionType:
        return _is_other_function(old, new)
    return not _is_made(name) and is_changed(old, new)


def _is_made(name: str) -> bool:
    """Tell whether an attribute is Python's or a library's; `__tablename__` is the program's."""
    return name in _MADE or name.startswith(("__dataclass_", "__attrs_", "__pydantic_"))


def _is_code(value: Any) -> bool:
    return is_a(value, (FunctionType, property, *_WRAPPERS))


def _is_other_function(old: FunctionType, new: FunctionType) -> bool:
    a, b = old.__code__, new.__code__
    if a.co_qualname != b.co_qualname or a.co_filename != b.co_filename:
        return True
    if a.co_filename[:1] == "<" and not same_function(old, new):  # `dataclass` has written it
        return True
    return closed_over(old) != closed_over(new)


def forget_subclass_checks() -> None:
    """Let abstract classes ask their `__subclasshook__` again: what a class has decides its answer."""
    abc = sys.modules.get("abc")
    if abc is None or not hasattr(abc.ABCMeta, "_abc_caches_clear"):
        return
    pending: list[type] = [object]
    seen: set[int] = set()  # ids: a metaclass may define `==`, and `typing` has one that warns
    while pending:
        cls = pending.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            pending += type.__subclasses__(cls)
            if isinstance(cls, abc.ABCMeta):
                cls._abc_caches_clear()  # its own way to forget
