"""The names in a code object."""

from __future__ import annotations

import opcode
import sys
import weakref
from collections.abc import Iterable, Iterator
from types import CodeType

NAMESPACES = frozenset(
    ("globals", "locals", "vars", "dir", "getattr", "hasattr", "attrgetter", "methodcaller", "__dict__", "eval", "exec")
)  # fmt: skip
"""What may read any name."""
NULL_FOLLOWS = sys.version_info >= (3, 13)
"""Whether what is called comes before the NULL, not after it."""
_LONGEST = 100
_AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_OPERATIONS: weakref.WeakKeyDictionary[CodeType, frozenset[int]] = weakref.WeakKeyDictionary()
_NAMES: weakref.WeakKeyDictionary[CodeType, frozenset[str]] = weakref.WeakKeyDictionary()


def _numbers(names: Iterable[str]) -> frozenset[int]:
    return frozenset(opcode.opmap[x] for x in names if x in opcode.opmap)


GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
"""The operations that read a global."""
TRANSPARENT = ("CACHE", "EXTENDED_ARG", "NOT_TAKEN")
"""Those that say nothing."""
_NULL = opcode.opmap["PUSH_NULL"]
_NUMBERS_OF_GLOBALS = _numbers(GLOBALS)
_NUMBERS_OF_TRANSPARENT = _numbers(TRANSPARENT)
_ATTRIBUTES = _numbers(("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"))


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


def calls_unknown(code: CodeType) -> bool:
    """Tell whether code calls what it has been given, or what another call has returned; functions in it don't count.

    A program's start asks that of many functions, and `dis` takes a millisecond for each.

    Args:
        code: A function's or a module's code.
    """
    if _NULL not in operations(code):
        return False
    follows_name = False
    for operation in code.co_code[::2]:
        if operation in _NUMBERS_OF_TRANSPARENT:
            continue
        if operation == _NULL and not (follows_name and NULL_FOLLOWS):
            return True
        follows_name = operation in _NUMBERS_OF_GLOBALS or (
            follows_name and operation in _ATTRIBUTES
        )
    return False


def codes(code: CodeType, *, only_direct: bool = False) -> Iterator[CodeType]:
    """Yield a code object and those in it.

    Args:
        only_direct: Whether to leave out the functions that it defines.
    """
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and (not only_direct or constant.co_name in _AT_ONCE):
            yield from codes(constant, only_direct=only_direct)
