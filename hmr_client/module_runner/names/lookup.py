"""What an object has, and where its attributes are looked for, without running anything of it."""

from __future__ import annotations

from functools import cached_property, partial, partialmethod, singledispatchmethod
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from ..inspection import own_attributes

_OPERATORS = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor", "divmod")  # fmt: skip
_OTHERS = ("neg", "pos", "abs", "invert", "eq", "ne", "lt", "le", "gt", "ge", "len", "bool", "iter", "next", "reversed", "getitem", "setitem", "delitem", "missing", "contains", "length_hint", "str", "repr", "format", "bytes", "hash", "enter", "exit", "call", "class_getitem", "int", "float", "complex", "index", "round", "trunc", "floor", "ceil", "dir", "fspath", "copy", "deepcopy", "reduce", "reduce_ex", "getstate", "setstate", "getnewargs", "getnewargs_ex", "aenter", "aexit", "aiter", "anext", "await", "instancecheck", "subclasscheck", "subclasshook")  # fmt: skip
SPECIAL = frozenset(f"__{prefix}{name}__" for prefix in ("", "r", "i") for name in _OPERATORS) | {
    f"__{name}__" for name in _OTHERS
}
"""The methods that operators, iteration, builtin functions and libraries call."""
CODE = (FunctionType, MethodType, BuiltinFunctionType, property, staticmethod, classmethod)
"""What holds code, and nothing else that can be read."""
LEAVES = frozenset((str, int, float, bool, bytes, type(None), complex))
"""Types of objects that lead to no other."""


def is_code(value: Any) -> bool:
    """Tell whether something runs when a value is called or read from an instance."""
    return (
        isinstance(
            value, (*CODE, type, partial, cached_property, partialmethod, singledispatchmethod)
        )
        or "__wrapped__" in own_attributes(value)
        or "__call__" in type(value).__dict__
    )


def inherited(owner: Any, name: str) -> list[Any]:
    """Return what `super()` may lead to."""
    if isinstance(owner, ModuleType):
        return []
    classes = (owner if isinstance(owner, type) else type(owner)).__mro__
    return [x.__dict__[name] for x in classes if name in x.__dict__ and x is not object]


def members_of(owner: Any) -> tuple[frozenset[str], set[str]]:
    """Return the names of what an object has, and those of them that do not count."""
    if isinstance(owner, ModuleType):
        return frozenset(vars(owner)), set(SPECIAL)
    classes = (owner if isinstance(owner, type) else type(owner)).__mro__
    own = () if isinstance(owner, type) else own_attributes(owner)
    return frozenset().union(own, *(vars(x) for x in classes if x is not object)), set()


def leads_to(value: Any, module: str, owner: str, name: str) -> bool:
    """Tell whether an attribute of an object is looked for in a class, which need not have it."""
    if isinstance(value, ModuleType):
        return False
    for cls in (value if isinstance(value, type) else type(value)).__mro__:
        names = cls.__dict__
        if cls.__qualname__ == owner and names.get("__module__") == module:
            return True
        if name in names:
            return False
    return False
