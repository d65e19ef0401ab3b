"""The code objects of two versions of a module, paired: what a live function held, and shall hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any

_CO_OPTIMIZED = 0x1


class Pair:
    """A code object and its successor.

    Attributes:
        old: The code that live functions hold.
        new: The code that they shall hold.
        is_direct: Whether it is a function of the module or of a class, not one in a function.
    """

    __slots__ = ("is_direct", "new", "old")

    def __init__(self, old: CodeType, new: CodeType, is_direct: bool) -> None:
        self.old = old
        self.new = new
        self.is_direct = is_direct

    @property
    def fits(self) -> bool:
        """Whether the new code can be put into a function that has the old one."""
        return bool(self.old.co_freevars == self.new.co_freevars)

    @property
    def is_changed(self) -> bool:
        """Whether more than line numbers differ, in the function itself or in one within it."""
        return _differ(self.old, self.new)


def pair_codes(old: CodeType, new: CodeType, lines: Mapping[int, int]) -> list[Pair]:
    """Match every code object below one version with its successor below the other.

    Code that both versions share is left out: nothing is to be done about it.

    Args:
        lines: The new first line of a statement of the module by its old one.
        old: The old module's code.
        new: The new module's code.
    """
    pairs: list[Pair] = []
    pending = [(old, new, True)]
    while pending:
        before, after, is_direct = pending.pop()
        groups: dict[str, tuple[list[CodeType], list[CodeType]]] = {}
        shared = {*map(id, before.co_consts)}.intersection(map(id, after.co_consts))
        for side, code in enumerate((before, after)):
            for constant in code.co_consts:
                if isinstance(constant, CodeType) and id(constant) not in shared:
                    groups.setdefault(constant.co_name, ([], []))[side].append(constant)
        for olds, news in groups.values():
            same = _match_lines(olds, news, lines) if before is old else []
            for inner_old, inner_new in [*same, *_match(olds, news)]:
                pairs.append(Pair(inner_old, inner_new, is_direct))
                inner_direct = is_direct and not inner_old.co_flags & _CO_OPTIMIZED
                pending.append((inner_old, inner_new, inner_direct))
    return pairs


def _match_lines(
    olds: list[CodeType], news: list[CodeType], lines: Mapping[int, int]
) -> list[tuple[CodeType, CodeType]]:
    """Take out the pairs whose statements are known to be versions of one: of several `def _`."""
    if len(olds) == len(news) == 1:
        return []
    by_line = {code.co_firstlineno: code for code in news}
    pairs: list[tuple[CodeType, CodeType]] = []
    if len(by_line) < len(news) or len({x.co_firstlineno for x in olds}) < len(olds):
        return pairs  # lambdas of one line
    for old in tuple(olds):
        new = by_line.get(lines.get(old.co_firstlineno, 0))
        if new is not None:
            pairs.append((old, new))
            olds.remove(old)
            news.remove(new)
    return pairs


def _match(olds: list[CodeType], news: list[CodeType]) -> Iterator[tuple[CodeType, CodeType]]:
    """Pair code objects of one name: the only ones, equal ones, then the rest if it is clear."""
    if len(olds) == len(news) == 1:
        yield olds[0], news[0]
        return
    olds.sort(key=position)
    news.sort(key=position)
    if len(olds) == len(news):
        in_place = [i for i, code in enumerate(olds) if _shape(code) == _shape(news[i])]
        yield from [(olds[i], news[i]) for i in in_place]
        olds = [code for i, code in enumerate(olds) if i not in in_place]
        news = [code for i, code in enumerate(news) if i not in in_place]
    rest: list[CodeType] = []
    shapes: dict[Any, list[CodeType]] = {}
    for code in news:
        shapes.setdefault(_shape(code), []).append(code)
    for code in olds:
        if same := shapes.get(_shape(code)):
            yield code, same.pop(0)
        else:
            rest.append(code)
    left = sorted((code for same in shapes.values() for code in same), key=position)
    if len(rest) == len(left):
        yield from zip(rest, left, strict=True)


def position(code: CodeType) -> Any:
    """Return where a code object begins; for sorting and comparing.

    What a closure does before its first line has no position, and what each function does has column 0.
    """
    return code.co_firstlineno, min((x for x in code.co_positions() if x[3]), default=())


def _differ(old: CodeType, new: CodeType) -> bool:
    if old.co_code != new.co_code or _signature(old) != _signature(new):
        return True
    if len(old.co_consts) != len(new.co_consts):
        return True
    for a, b in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(a, CodeType) and isinstance(b, CodeType):
            if _differ(a, b):
                return True
        elif a is not b and _constant(a) != _constant(b):
            return True
    return False


def _shape(code: CodeType) -> Any:
    """Return what a code object does, wherever it stands."""
    constants = tuple(
        _shape(x) if isinstance(x, CodeType) else _constant(x) for x in code.co_consts
    )
    return code.co_name, code.co_code, constants, *_signature(code)


def _constant(value: Any) -> Any:
    """Return what tells a constant from others: 0.0 equals -0.0, and sets have no order."""
    if isinstance(value, tuple | frozenset):
        items = [_constant(x) for x in value]
        return type(value), tuple(
            sorted(items, key=repr) if isinstance(value, frozenset) else items
        )
    return type(value), repr(value)


def _signature(code: CodeType) -> Any:
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    return names, counts, code.co_exceptiontable


def is_class_body(code: CodeType) -> bool:
    """Tell whether code is the body of a class."""
    return not code.co_flags & _CO_OPTIMIZED


def static_attributes(old: CodeType, new: CodeType) -> tuple[str, ...] | None:
    """Return the attributes that the methods of a class set on `self`, as Python 3.13 knows them.

    Args:
        old: The code of the old body.
        new: That of the new one.

    Returns:
        None if they have not changed.
    """
    if [x for x in old.co_consts if type(x) is tuple] == [
        x for x in new.co_consts if type(x) is tuple
    ]:
        return None
    import dis

    before = None
    for instruction in dis.get_instructions(new):
        if instruction.argval == "__static_attributes__":
            return before if isinstance(before, tuple) else None
        before = instruction.argval
    return None
