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
_HAS_FLAG = sys.version_info >= (3, 12)  # LOAD_ATTR says whether a method is loaded
_EXTENDED = opcode.opmap["EXTENDED_ARG"]
_LOAD_GLOBAL, _LOAD_METHOD = opcode.opmap["LOAD_GLOBAL"], opcode.opmap.get("LOAD_METHOD")
_POP_TOP, _JUMPS = opcode.opmap["POP_TOP"], _numbers(("POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE"))
_CALL, _JUMP_FORWARD = opcode.opmap["CALL"], opcode.opmap["JUMP_FORWARD"]
_CALLS = _numbers(("CALL", "CALL_FUNCTION_EX"))
_SILENT = _numbers(("CACHE", "PRECALL", "KW_NAMES", "NOP", "RESUME"))
_MAKE_A_VALUE = _CALLS | _numbers(("BINARY_SUBSCR", "BINARY_SLICE", "BINARY_OP"))


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
    found = operations(code)
    if not NULL_FOLLOWS and not _CALLS.isdisjoint(found) and _calls_result_of_name(code):
        return True
    if _NULL not in found:
        return False
    follows_name = False
    last = before_last = -1
    for operation in code.co_code[::2]:
        if operation in _NUMBERS_OF_TRANSPARENT:
            continue
        if operation == _NULL and not (follows_name and NULL_FOLLOWS):
            return True
        if operation in _NUMBERS_OF_GLOBALS:  # that of `(f or g)()` is one of two
            follows_name = last != _JUMP_FORWARD and not (
                last == _POP_TOP and before_last in _JUMPS
            )
        else:
            follows_name = follows_name and operation in _ATTRIBUTES
        last, before_last = operation, last
    return False


def _calls_result_of_name(code: CodeType) -> bool:
    """Tell whether code calls what it makes of a global: `HANDLERS[key]()`, `a.pick(key)()`, `(f or g)()`.

    Before Python 3.13 the NULL of a call comes first, and one operation loads it with a global. It is that
    global's own where the call is what takes it from the stack.
    """
    steps: list[tuple[int, int]] = []
    argument = 0
    for operation, low in zip(*[iter(code.co_code)] * 2, strict=True):
        argument = argument << 8 | low
        if operation == _EXTENDED:
            continue
        if operation not in _SILENT:
            steps.append((operation, argument))
        argument = 0
    return any(
        operation == _LOAD_GLOBAL and argument & 1 and _is_replaced(steps, index + 1)
        for index, (operation, argument) in enumerate(steps)
    )


def _is_replaced(steps: list[tuple[int, int]], start: int) -> bool:
    """Tell whether something else is called than what lies on the stack, and the attributes of that."""
    above = 0  # how much lies above it
    for operation, argument in steps[start:]:
        if operation in _CALLS:
            above -= argument + 1 if operation == _CALL else 2 + (argument & 1)
            if above < 0:
                return False
        elif above == 0 and operation in _ATTRIBUTES:
            if operation == _LOAD_METHOD or (_HAS_FLAG and argument & 1):
                return True
            continue
        elif operation == _JUMP_FORWARD:
            above -= 1  # the other branch of a condition leaves its value at the same place
            continue
        else:
            argument_of = argument if operation >= opcode.HAVE_ARGUMENT else None
            above += opcode.stack_effect(operation, argument_of, jump=False)
        if above < 0 or (above == 0 and operation in _MAKE_A_VALUE):
            return True
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
