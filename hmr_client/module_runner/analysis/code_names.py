"""The names in a code object."""

from __future__ import annotations

import weakref
from types import CodeType

_NAMES: weakref.WeakKeyDictionary[CodeType, frozenset[str]] = weakref.WeakKeyDictionary()


def code_names(code: CodeType) -> frozenset[str]:
    """Return every name in a code object and those within it: globals, attributes, definitions.

    Args:
        code: A function's or a module's code.
    """
    if (names := _NAMES.get(code)) is None:
        found = {code.co_name, *code.co_names}
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                found |= code_names(constant)
            elif constant == ("*",):  # from m import *
                found.add("*")
        names = _NAMES[code] = frozenset(found)
    return names
