"""What the code of a function reads, as far as its instructions say."""

from __future__ import annotations

import dis
import sys
import weakref
from dataclasses import dataclass
from types import CodeType

from .code_names import (
    GLOBALS,
    NAMESPACES,
    NULL_FOLLOWS,
    TRANSPARENT,
    calls_unknown,
    codes,
    names_in,
)
from .scan import Chain

COROUTINE = 0x80 | 0x200  # also an asynchronous generator: a call alone runs nothing of it
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "IMPORT_FROM")
# `json.dumps` within `json.dumps(x)` is a LOAD_GLOBAL with a NULL and an attribute; before 3.12 that one has no flag
_FLAGGED = (
    "LOAD_GLOBAL",
    "LOAD_SUPER_ATTR",
    *(("LOAD_ATTR",) if sys.version_info >= (3, 12) else ()),
)
_ENDS = ("STORE", "POP_TOP", "RETURN")
_OPERATORS = (
    "BINARY", "COMPARE", "CONTAINS", "UNARY", "GET_ITER", "FORMAT", "BEFORE_WITH", "LOAD_SPECIAL", "TO_BOOL",
)  # fmt: skip


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
    found = _Facts()
    for one in codes(code, only_direct=only_direct):
        found.read(one)
    return CodeFacts(
        frozenset(found.reads),
        frozenset(found.attributes),
        frozenset(found.called),
        frozenset(found.imports),
        found.calls_unknown,
        found.operates,
        frozenset(found.iterates),
    )


class _Facts:
    """Gathers facts, an instruction at a time."""

    def __init__(self) -> None:
        self.reads: set[Chain] = set()
        self.attributes: set[str] = set()
        self.called: set[str] = set()
        self.imports: set[tuple[int, str]] = set()
        self.iterates: set[Chain] = set()
        self.calls_unknown = self.operates = False
        self._chain: Chain = ()
        # how the chain ends: before its attributes, the instructions say that it is called
        self._ends: Chain = ()
        self._expression: set[Chain] = set()  # what it has read already
        self._before: list[object] = []  # the arguments of the last two instructions

    def read(self, code: CodeType) -> None:
        """Read a code object, without those in it."""
        self.calls_unknown = self.calls_unknown or calls_unknown(code)
        self._chain = self._ends = ()
        self._expression = set()
        self._before = []
        for instruction in dis.get_instructions(code):
            if instruction.opname in TRANSPARENT:
                continue
            if instruction.opname in _ATTRIBUTES:
                self._read_attribute(instruction)
            elif not self._end_chain(instruction):
                self._read_other(instruction)
                self._before = [*self._before[-1:], instruction.argval]
        if self._chain:
            self.reads.add(self._chain + self._ends)
        if not NAMESPACES.isdisjoint(code.co_names):
            named = {name for x in code.co_consts if isinstance(x, str) for name in names_in(x)}
            self.attributes |= named
            self.called |= named

    def _read_attribute(self, instruction: dis.Instruction) -> None:
        name, attribute = instruction.opname, str(instruction.argval)
        if self._chain and name != "LOAD_SUPER_ATTR":
            self._chain = (*self._chain, attribute)
            if _is_called(instruction):
                self._ends = ("()",)
            return
        self.attributes.add(attribute)
        self._expression.add(("", attribute))
        if name == "LOAD_SUPER_ATTR" or _is_called(instruction):
            self.called.add(attribute)

    def _end_chain(self, instruction: dis.Instruction) -> bool:
        """Note the chain that an instruction ends; tell whether the instruction only says that it is called."""
        chain, ends = self._chain, self._ends
        self._chain = self._ends = ()
        if not chain:
            return False
        is_callable = instruction.opname == "PUSH_NULL" and NULL_FOLLOWS
        self.reads.add(chain + (("()",) if is_callable else ends))
        self._expression.add(chain)
        return is_callable

    def _read_other(self, instruction: dis.Instruction) -> None:
        name = instruction.opname
        if name == "GET_ITER":
            self.iterates |= self._expression
        elif name.startswith(_ENDS):
            self._expression.clear()
        if name in GLOBALS:
            self._ends = ("()",) if _is_called(instruction) else ()
            self._chain = (instruction.argval,)
        elif name.startswith(_OPERATORS):
            self.operates = True
        elif name == "IMPORT_NAME":
            first = self._before[0] if len(self._before) > 1 else 0
            self.imports.add((first if isinstance(first, int) else 0, instruction.argval))


def _is_called(instruction: dis.Instruction) -> bool:
    name = instruction.opname
    return name == "LOAD_METHOD" or (name in _FLAGGED and bool((instruction.arg or 0) & 1))
