"""What the code of a function reads, as far as its instructions say."""

from __future__ import annotations

import dis
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from .code_names import NAMESPACES, names_in
from .scan import Chain

COROUTINE = 0x80 | 0x200  # also an asynchronous generator: a call alone runs nothing of it
_GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM")
_NULL_FOLLOWS = sys.version_info >= (3, 13)  # what is called comes before the NULL, not after it
# `json.dumps` within `json.dumps(x)` is a LOAD_GLOBAL with a NULL and an attribute; before 3.12 that one has no flag
_FLAGGED = (
    "LOAD_GLOBAL",
    "LOAD_SUPER_ATTR",
    *(("LOAD_ATTR",) if sys.version_info >= (3, 12) else ()),
)
_ENDS = ("STORE", "POP_TOP", "RETURN")
_TRANSPARENT = ("CACHE", "EXTENDED_ARG", "NOT_TAKEN")
_OPERATORS = (
    "BINARY", "COMPARE", "CONTAINS", "UNARY", "GET_ITER", "FORMAT", "BEFORE_WITH", "LOAD_SPECIAL", "TO_BOOL",
)  # fmt: skip
_AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What the code of a function reads.

    Attributes:
        reads: The globals it reads, with the attributes read from them; a last `()` says that it
            calls what it reads.
        attributes: The attributes it reads from something else.
        called: Those of them that it calls.
        imports: The modules it imports, as (level, name).
        calls_unknown: Whether it calls what it has been given, or what another call has returned.
        operates: Whether operators or iteration may call special methods.
        iterates: The globals, with attributes, that it may iterate over; attributes of something else
            as `("", name)`.
    """

    reads: frozenset[Chain]
    attributes: frozenset[str]
    called: frozenset[str]
    imports: frozenset[tuple[int, str]]
    calls_unknown: bool
    operates: bool
    iterates: frozenset[Chain]


_CACHES: tuple[weakref.WeakKeyDictionary[CodeType, CodeFacts], ...] = (
    weakref.WeakKeyDictionary(),
    weakref.WeakKeyDictionary(),
)


def code_facts(code: CodeType, *, only_direct: bool = False) -> CodeFacts:
    """Return what a code object reads.

    Args:
        code: A function's code.
        only_direct: Whether the functions that it defines do not count: they may run later.
    """
    cache = _CACHES[only_direct]
    if (facts := cache.get(code)) is None:
        facts = cache[code] = _facts(code, only_direct)
    return facts


def _facts(code: CodeType, only_direct: bool) -> CodeFacts:
    reads: set[Chain] = set()
    attributes: set[str] = set()
    called: set[str] = set()
    imports: set[tuple[int, str]] = set()
    iterates: set[Chain] = set()
    calls_unknown = operates = False
    for one in _codes(code, only_direct):
        chain: Chain = ()
        ends: Chain = ()  # how the chain ends: before its attributes, the instructions say that it is called
        expression: set[Chain] = set()  # what it has read already
        before: list[object] = []
        for instruction in dis.get_instructions(one):
            name = instruction.opname
            if name in _TRANSPARENT:
                continue
            has_flag = name in _FLAGGED and bool((instruction.arg or 0) & 1)
            is_called = has_flag or name == "LOAD_METHOD"
            if name in _ATTRIBUTES:
                attribute = str(instruction.argval)
                if chain and name != "LOAD_SUPER_ATTR":
                    chain = (*chain, attribute)
                    ends = ("()",) if is_called else ends
                else:
                    attributes.add(attribute)
                    expression.add(("", attribute))
                    if is_called or name == "LOAD_SUPER_ATTR":
                        called.add(attribute)
                continue
            if chain:
                is_callable = name == "PUSH_NULL" and _NULL_FOLLOWS
                reads.add(chain + (("()",) if is_callable else ends))
                expression.add(chain)
                if is_callable:
                    chain = ends = ()
                    continue
            chain = ends = ()
            if name == "GET_ITER":
                iterates |= expression
            elif name.startswith(_ENDS):
                expression.clear()
            if name in _GLOBALS:
                ends = ("()",) if is_called else ()
                chain = (instruction.argval,)
            elif name.startswith(_OPERATORS):
                operates = True
            elif name == "PUSH_NULL":
                calls_unknown = True
            elif name == "IMPORT_NAME":
                level = before[-2] if len(before) > 1 and isinstance(before[-2], int) else 0
                imports.add((level, instruction.argval))
            before = [*before[-1:], instruction.argval]
        if chain:
            reads.add(chain + ends)
        if not NAMESPACES.isdisjoint(one.co_names):
            named = {name for x in one.co_consts if isinstance(x, str) for name in names_in(x)}
            attributes |= named
            called |= named
    return CodeFacts(
        frozenset(reads), frozenset(attributes), frozenset(called), frozenset(imports),
        calls_unknown, operates, frozenset(iterates),
    )  # fmt: skip


def _codes(code: CodeType, only_direct: bool) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and (not only_direct or constant.co_name in _AT_ONCE):
            yield from _codes(constant, only_direct)
