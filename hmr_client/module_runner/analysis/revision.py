"""A module's next version, made of the one before: only what is new in its text is parsed and compiled.

    old                    new
    import a               import a               kept
    def f(): return 1      def f(): return 2      a gap: parsed and compiled
                           X = 3
    class C: …             class C: …             kept; its code moves by one line

What is kept is parsed already. Each gap has to parse alone, and none may go on with the statement before
it (`else:`, an indented line): then the whole text parses to the same statements. What depends on more
than a statement makes the caller compile the whole: `from __future__`, `global`, Python 3.14's annotations.

Nothing runs the code of the module itself after it was imported, so it is not compiled: code that
can't run has its names and the code objects of its functions and classes.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple

from .code_objects import is_class_body
from .statements import Statement, at_module_level

if TYPE_CHECKING:
    from .outline import Outline

_MOST_GAPS = 20
_OLDEST = 100  # the names that a module does not have any more are kept until then
_CONTINUES = (" ", "\t", "\f", "else", "elif", "except", "finally")
_CLASSES_KNOW_THEIR_LINE = sys.version_info >= (3, 13)


class Revision(NamedTuple):
    """What a new text leads to.

    Attributes:
        statements: Its statements; those that have not moved are the old ones.
        code: What stands for the module's code.
        compiled: How many statements were compiled.
    """

    statements: list[Statement]
    code: CodeType
    compiled: int


class _WholeNeeded(Exception):  # control flow
    """The whole text has to be compiled."""


class _Unit(NamedTuple):
    """Statements that share lines: `a = 1; b = 2`. Lines count from 0, and `end` is not included."""

    first: int
    end: int
    statements: list[int]


class _Kept(NamedTuple):
    """A unit that the new text has as well, from a line on."""

    unit: _Unit
    position: int

    @property
    def end(self) -> int:
        return self.position + self.unit.end - self.unit.first

    @property
    def by(self) -> int:
        return self.position - self.unit.first


def split_lines(source: str) -> list[str]:
    """Return the lines of a text as Python counts them.

    Args:
        source: The text.
    """
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def revise(old: Outline, lines: Sequence[str], flags: int) -> Revision | None:
    """Return what a new text leads to; None if the whole of it has to be compiled.

    Args:
        old: The version before.
        lines: The new text.
        flags: As `compile` takes them.
    """
    if old.age >= _OLDEST:
        return None
    try:
        return _revise(old, lines, flags)
    except (SyntaxError, ValueError, RecursionError, MemoryError, _WholeNeeded):
        return None  # to compile the whole says what is wrong, and where


def _revise(old: Outline, lines: Sequence[str], flags: int) -> Revision:
    kept = _unfinished(_kept(old, split_lines(old.source), lines), lines)
    gaps = [
        _parse(lines[start:end], start, end < len(lines), old.filename, flags)
        for start, end in _between(kept, lines)
    ]
    added = [node for nodes in gaps for node in nodes]
    same = [
        node
        for x in kept
        for index in x.unit.statements
        for node in at_module_level(old.statements[index].parsed)
    ]
    _check(old, kept, same, gaps)
    imports = [x for x in same if isinstance(x, ast.Import | ast.ImportFrom)]
    alone = compile(
        # where a name is imported, the compiler makes other code for its methods
        ast.Module([*(x for x in imports if not _is_future(x)), *added], []),
        old.filename, "exec", flags, dont_inherit=True,
    )  # fmt: skip
    statements: list[Statement] = []
    for place, nodes in enumerate(gaps):
        statements += [Statement(node, lines, old.eager_annotations) for node in nodes]
        if place < len(kept):
            moved = kept[place]
            statements += [old.statements[i].moved(moved.by) for i in moved.unit.statements]
    codes = [*_kept_codes(old, kept), *_codes(alone)]
    return Revision(statements, _stand_in(old.code, alone, codes), len(added))


# --- which statements are kept ----------------------------------------------------------------------


def _kept(old: Outline, before: Sequence[str], now: Sequence[str]) -> Iterator[_Kept]:
    """Yield the units that the new text has as well, in their order."""
    start = end = 0
    shortest = min(len(before), len(now))
    while start < shortest and before[start] == now[start]:
        start += 1
    while end < shortest - start and before[-1 - end] == now[-1 - end]:
        end += 1
    places: dict[str, list[int]] = {}
    for index in range(start, len(now) - end):
        places.setdefault(now[index], []).append(index)
    cursor = start
    for unit in _units(old.statements):
        if unit.end <= start:
            yield _Kept(unit, unit.first)
        elif unit.first >= len(before) - end:
            yield _Kept(unit, unit.first + len(now) - len(before))
        else:
            text = before[unit.first : unit.end]
            for place in places.get(text[0], ()):
                if place >= cursor and now[place : place + len(text)] == text:
                    cursor = place + len(text)
                    yield _Kept(unit, place)
                    break


def _units(statements: Iterable[Statement]) -> list[_Unit]:
    units: list[_Unit] = []
    for index, statement in enumerate(statements):
        if units and statement.line <= units[-1].end:
            last = units.pop()
            units.append(_Unit(last.first, statement.end_line, [*last.statements, index]))
        else:
            units.append(_Unit(statement.line - 1, statement.end_line, [index]))
    return units


def _unfinished(kept: Iterable[_Kept], lines: Sequence[str]) -> list[_Kept]:
    """Leave out the units that go on in what follows them."""
    found = list(kept)
    ends = [*(x.position for x in found[1:]), len(lines)]
    return [
        x for x, end in zip(found, ends, strict=True)
        if not _first_line(lines[x.end : end]).startswith(_CONTINUES)
    ]  # fmt: skip


def _first_line(lines: Sequence[str]) -> str:
    return next((x for x in lines if x.strip() and not x.lstrip().startswith("#")), "")


def _between(kept: Sequence[_Kept], lines: Sequence[str]) -> list[tuple[int, int]]:
    starts = [0, *(x.end for x in kept)]
    ends = [*(x.position for x in kept), len(lines)]
    return list(zip(starts, ends, strict=True))


# --- what is new ------------------------------------------------------------------------------------


def _parse(
    gap: Sequence[str], start: int, is_before_more: bool, filename: str, flags: int
) -> list[ast.stmt]:
    if not _first_line(gap):
        return []
    text = "\n".join(gap)
    if "\ufeff" in text:
        raise _WholeNeeded
    # at its own place: its lines count, in warnings too
    source = "\n" * start + text + "\n" * is_before_more
    parse = flags | ast.PyCF_ONLY_AST
    tree: ast.Module = compile(source, filename, "exec", parse, dont_inherit=True)
    return tree.body


def _check(
    old: Outline,
    kept: Sequence[_Kept],
    same: Sequence[ast.AST],
    gaps: Sequence[Sequence[ast.stmt]],
) -> None:
    """Find what makes one statement depend on others.

    Args:
        same: The nodes that are kept and run with the module.

    Raises:
        _WholeNeeded: If something does.
    """
    left = set(range(len(old.statements))).difference(*(x.unit.statements for x in kept))
    new = [node for nodes in gaps for outer in nodes for node in at_module_level(outer)]
    futures = [place for place, x in enumerate(kept) for index in x.unit.statements
               if _is_future(old.statements[index].parsed)]  # fmt: skip
    if (
        sum(map(bool, gaps)) > _MOST_GAPS
        or any(isinstance(node, ast.Global) for node in (*new, *same))
        or any(map(_is_future, (*new, *(old.statements[index].parsed for index in left))))
        # it may not stand behind other statements
        or (futures and any(gaps[: futures[-1] + 1]))
    ):
        raise _WholeNeeded


def _is_future(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


# --- code -------------------------------------------------------------------------------------------


def _kept_codes(old: Outline, kept: Sequence[_Kept]) -> Iterator[CodeType]:
    """Yield the code of what is kept, at its new lines."""
    starts = [x.unit.first for x in kept]
    for code in _codes(old.code):
        place = bisect_right(starts, code.co_firstlineno - 1) - 1
        if place >= 0 and code.co_firstlineno <= kept[place].unit.end:
            by = kept[place].by
            yield _moved(code, by) if by else code


def _codes(code: CodeType) -> list[CodeType]:
    codes = [x for x in code.co_consts if isinstance(x, CodeType)]
    if any(x.co_name == "__annotate__" for x in codes):
        raise _WholeNeeded  # since Python 3.14 one function makes all annotations of a module
    return codes


def _moved(code: CodeType, by: int) -> CodeType:
    """Return code that is the same, some lines further down: the lines in it count from its first."""
    inner = [x for x in code.co_consts if isinstance(x, CodeType)]
    line = code.co_firstlineno + by
    if not inner:
        return code.replace(co_firstlineno=line)
    if _CLASSES_KNOW_THEIR_LINE and not is_class_body(code) and any(map(is_class_body, inner)):
        raise _WholeNeeded  # the line is a constant of a class body, which runs when its function does
    constants = tuple(_moved(x, by) if isinstance(x, CodeType) else x for x in code.co_consts)
    return code.replace(co_firstlineno=line, co_consts=constants)


def _stand_in(old: CodeType, alone: CodeType, codes: Iterable[CodeType]) -> CodeType:
    """Return code that has the names of two others, and some code objects; it can't run."""
    told = [x for code in (old, alone) for x in code.co_consts if isinstance(x, str | tuple)]
    names = tuple(dict.fromkeys((*old.co_names, *alone.co_names)))
    return old.replace(co_names=names, co_consts=(*dict.fromkeys(told), *codes))
