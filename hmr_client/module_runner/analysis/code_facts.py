"""What the code of a function reads, as far as its instructions say."""

from __future__ import annotations

import dis
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from .scan import Chain

COROUTINE = 0x80 | 0x200  # also an asynchronous generator: a call alone runs nothing of it
_GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM")
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
    """

    reads: frozenset[Chain]
    attributes: frozenset[str]
    called: frozenset[str]
    imports: frozenset[tuple[int, str]]
    calls_unknown: bool
    operates: bool


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
    calls_unknown = operates = False
    for one in _codes(code, only_direct):
        chain: Chain = ()
        before: list[object] = []
        for instruction in dis.get_instructions(one):
            name = instruction.opname
            if name in _TRANSPARENT:
                continue
            is_called = bool((instruction.arg or 0) & 1) or name == "LOAD_METHOD"
            if name in _ATTRIBUTES:
                attribute = str(instruction.argval)
                if chain and chain[-1] != "()" and name != "LOAD_SUPER_ATTR":
                    chain = (*chain, attribute, "()") if is_called else (*chain, attribute)
                else:
                    attributes.add(attribute)
                    if is_called or name == "LOAD_SUPER_ATTR":
                        called.add(attribute)
                continue
            if chain:
                reads.add(chain)
            chain = ()
            if name in _GLOBALS:
                is_called = is_called and name == "LOAD_GLOBAL"
                chain = (instruction.argval, "()") if is_called else (instruction.argval,)
            elif name.startswith(_OPERATORS):
                operates = True
            elif name == "PUSH_NULL":
                calls_unknown = True
            elif name == "IMPORT_NAME":
                level = before[-2] if len(before) > 1 and isinstance(before[-2], int) else 0
                imports.add((level, instruction.argval))
            before = [*before[-1:], instruction.argval]
        if chain:
            reads.add(chain)
    return CodeFacts(
        frozenset(reads), frozenset(attributes), frozenset(called), frozenset(imports),
        calls_unknown, operates,
    )  # fmt: skip


def _codes(code: CodeType, only_direct: bool) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and (not only_direct or constant.co_name in _AT_ONCE):
            yield from _codes(constant, only_direct)
