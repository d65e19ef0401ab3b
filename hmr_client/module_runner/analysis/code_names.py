"""The names in a code object."""

from __future__ import annotations

import weakref
from types import CodeType

NAMESPACES = frozenset(
    ("globals", "locals", "vars", "dir", "getattr", "hasattr", "attrgetter", "methodcaller", "__dict__", "eval", "exec")
)  # fmt: skip
"""What may read any name."""
_LONGEST = 100
_OPERATIONS: weakref.WeakKeyDictionary[CodeType, frozenset[int]] = weakref.WeakKeyDictionary()
_NAMES: weakref.WeakKeyDictionary[CodeType, frozenset[str]] = weakref.WeakKeyDictionary()


def names_in(text: str) -> frozenset[str]:
    """Return the names in a string that may name attributes: `attrgetter("a.b")`; none of any other.

    Args:
        text: The string.
    """
    parts = text.split(".") if len(text) < _LONGEST else ()
    return frozenset(parts if all(x.isidentifier() for x in parts) else ())


def code_names(code: CodeType) -> frozenset[str]:
    """Return every name in a code object and those within it: globals, attributes, strings that look like one.

    Args:
        code: A function's or a module's code.
    """
    if (names := _NAMES.get(code)) is None:
        found = set(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                found |= code_names(constant)
            elif constant == ("*",):  # from m import *
                found.add("*")
            elif isinstance(constant, str):  # getattr(m, "N")
                found |= names_in(constant)
        names = _NAMES[code] = frozenset(found)
    return names


def operations(code: CodeType) -> frozenset[int]:
    """Return every operation in a code object and those within it, by its number.

    Args:
        code: A function's or a module's code.
    """
    if (found := _OPERATIONS.get(code)) is None:
        inner = (operations(x) for x in code.co_consts if isinstance(x, CodeType))
        found = _OPERATIONS[code] = frozenset(code.co_code[::2]).union(*inner)
    return found
