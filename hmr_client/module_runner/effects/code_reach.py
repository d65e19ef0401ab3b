"""What the code of a function says of the places that it may write to: found out once for each code object."""

from __future__ import annotations

import builtins
import opcode
import sys
import weakref
from collections.abc import Collection, Iterator
from types import CodeType
from typing import NamedTuple

from ..analysis.code_names import calls_unknown, code_names, codes, operations
from .library_places import SETTERS, stores_attributes

COUNTS = frozenset(("len", "count", "index", "enumerate", "max", "min", "sum", "sorted"))
LOGGING = frozenset(("addHandler", "addFilter", "basicConfig", "dictConfig", "fileConfig"))
IMPORTS = frozenset(("import_module", "__import__"))
OF_PROCESS = LOGGING | {"environ"}
_WRITE_NAMES = frozenset(("globals", "vars", "locals", "exec", "eval"))
_EVALUATES = frozenset(("exec", "eval", "globals"))
_CALLS = frozenset(
    (
        "map",
        "filter",
        "sorted",
        "sort",
        "min",
        "max",
        "reduce",
        "partial",
        "next",
        "iter",
        "__call__",
    )
)
_EXTENDED = opcode.opmap["EXTENDED_ARG"]
_LOAD_ATTR, _LOAD_METHOD = opcode.opmap["LOAD_ATTR"], opcode.opmap.get("LOAD_METHOD")
_FLAGS_OF_ATTR = 1 if sys.version_info >= (3, 12) else 0  # one bit: whether it is called
_STORE_GLOBAL = opcode.opmap["STORE_GLOBAL"]
# what gets no object out of a container, in the Pythons that there are; any other operation may
_NEVER_TAKES_OUT = frozenset(
    number
    for name, number in opcode.opmap.items()
    if name.startswith(("LOAD_FAST", "STORE_FAST", "JUMP", "POP_JUMP"))
    or name in (
        "CACHE", "RESUME", "NOP", "NOT_TAKEN", "EXTENDED_ARG", "PRECALL", "KW_NAMES", "PUSH_NULL", "POP_TOP", "COPY",
        "SWAP", "COPY_FREE_VARS", "MAKE_CELL", "MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE", "BUILD_TUPLE", "BUILD_STRING",
        "FORMAT_VALUE", "FORMAT_SIMPLE", "CONVERT_VALUE", "LOAD_CLOSURE", "LOAD_CONST", "LOAD_SMALL_INT", "LOAD_DEREF",
        "STORE_DEREF", "LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD", "STORE_SUBSCR", "CALL", "CALL_KW", "IS_OP",
        "CONTAINS_OP", "TO_BOOL", "UNARY_NOT", "RAISE_VARARGS", "RETURN_VALUE", "RETURN_CONST",
    )
)  # fmt: skip
_PUTS_IN = frozenset(("append", "appendleft", "add", "insert"))
_KNOWN = _PUTS_IN.union(
    ("len", "isinstance", "callable"),
    (x for x, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, Exception)),
)  # fmt: skip


class CodeReach(NamedTuple):
    """What the code of a function, and of those in it, may do.

    Attributes:
        names: Every name in it.
        calls_stored: Whether it may call functions that lie in containers.
        calls_given: Whether it may call what it gets, itself and not in a function that it makes.
        result_calls_given: Whether a function that it makes may do so: `def on(key): def add(f): …`.
        counts: Whether it may read what a container holds already, for example its size.
        is_of_process: Whether it names what the process has one of.
        stores_attributes: Whether it may set attributes of something.
        sets_any: Whether it may set attributes whose names it does not say.
        calls_by_text: Whether it may call any global, by its name in a text.
        writes_any_name: Whether it may bind any global.
        imports: Whether it imports modules.
        imports_by_name: Whether it may import any module, by its name in a text.
        writes_globals: Whether it declares names as global.
        takes_out: Whether it may get hold of what lies in a list, dict, set or tuple.
        strange: The names that have to be globals, or else it may.
    """

    names: frozenset[str]
    calls_stored: bool
    calls_given: bool
    result_calls_given: bool
    counts: bool
    is_of_process: bool
    stores_attributes: bool
    sets_any: bool
    calls_by_text: bool
    writes_any_name: bool
    imports: bool
    imports_by_name: bool
    writes_globals: bool
    takes_out: bool
    strange: frozenset[str]


# by the code's id: a code object's hash is made of all of its instructions, each time
_FOUND: dict[int, tuple[weakref.ref[CodeType], CodeReach]] = {}


def code_reach(code: CodeType) -> CodeReach:
    """Return what the code of a function may do.

    Args:
        code: A function's code.
    """
    key = id(code)
    if (found := _FOUND.get(key)) is None:
        # it goes with its code, before another one can have the id
        reference = weakref.ref(code, lambda _, forget=_FOUND.pop: forget(key, None))  # type: ignore[misc]
        found = _FOUND[key] = reference, _code_reach(code)
    return found[1]


def _code_reach(code: CodeType) -> CodeReach:
    names, does = code_names(code), operations(code)
    attributes = {x for inner in codes(code) for x in _attributes(inner)}
    return CodeReach(
        names=names,
        calls_stored=not _CALLS.isdisjoint(names) or any(map(calls_unknown, codes(code))),
        calls_given=_calls_given(code),
        result_calls_given=any(_calls_given(x) for x in code.co_consts if isinstance(x, CodeType)),
        counts=not COUNTS.isdisjoint(names),
        is_of_process=not OF_PROCESS.isdisjoint(names),
        stores_attributes=stores_attributes(names, does),
        sets_any=not SETTERS.isdisjoint(names),
        calls_by_text=calls_by_text(names),
        writes_any_name=writes_any_name(names),
        imports=opcode.opmap["IMPORT_NAME"] in does,
        imports_by_name=not IMPORTS.isdisjoint(names),
        writes_globals=_STORE_GLOBAL in does,
        takes_out=not (does <= _NEVER_TAKES_OUT and attributes <= _PUTS_IN),
        strange=frozenset(x for inner in codes(code) for x in inner.co_names) - _KNOWN,
    )


def _calls_given(code: CodeType) -> bool:
    direct = codes(code, only_direct=True)
    return any(calls_unknown(x) or not _CALLS.isdisjoint(x.co_names) for x in direct)


def _attributes(code: CodeType) -> Iterator[str]:
    """Yield the attributes that a code object reads, without those in it: `dis` takes a millisecond."""
    argument = 0
    for operation, low in zip(*[iter(code.co_code)] * 2, strict=True):
        argument = argument << 8 | low
        if operation == _EXTENDED:
            continue
        if operation == _LOAD_ATTR:
            yield code.co_names[argument >> _FLAGS_OF_ATTR]
        elif operation == _LOAD_METHOD:
            yield code.co_names[argument]
        argument = 0


def writes_any_name(called: Collection[str]) -> bool:
    """Tell whether code that calls functions of these names may bind any global."""
    return not _WRITE_NAMES.isdisjoint(called)


def calls_by_text(called: Collection[str]) -> bool:
    """Tell whether code that calls functions of these names may call any global."""
    return not _EVALUATES.isdisjoint(called)
