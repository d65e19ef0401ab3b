"""Random edits of a real source, each one that somebody may make."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, TypeVar

_T = TypeVar("_T")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """A source that is about to be edited."""

    def __init__(self, text: str, choose: random.Random) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.tree = ast.parse(text)
        self.choose = choose
        every = list(ast.walk(self.tree))
        self.functions = [x for x in every if isinstance(x, _FUNCTIONS)]
        self.classes = [x for x in every if isinstance(x, ast.ClassDef)]

    def one_of(self, items: Iterable[_T]) -> _T:
        """Choose one; LookupError if there is none."""
        found = list(items)
        if not found:
            raise LookupError
        return self.choose.choice(found)

    def number(self) -> int:
        return self.choose.randrange(1000)

    def with_lines(self, start: int, end: int, *new: str) -> str:
        """Replace lines, counted from 0."""
        return "\n".join([*self.lines[:start], *new, *self.lines[end:]])

    def replaced(self, node: Any, new: str) -> str:
        """Replace an expression of one line."""
        if node.lineno != node.end_lineno:
            raise LookupError
        line = self.lines[node.lineno - 1].encode()
        changed = line[: node.col_offset] + new.encode() + line[node.end_col_offset :]
        return self.with_lines(node.lineno - 1, node.lineno, changed.decode())


def edit(text: str, choose: random.Random) -> tuple[str, str] | None:
    """Return the kind of an edit, and the edited source; None where that kind does not fit."""
    make = choose.choice(_EDITS)
    try:
        new = make(Source(text, choose))
        ast.parse(new)
    except (LookupError, SyntaxError):
        return None
    return (make.__name__.strip("_"), new) if new != text else None


def _another(value: Any) -> str:
    if isinstance(value, bool):
        return repr(not value)
    if isinstance(value, (int, float)):
        return repr(value + 1)
    if isinstance(value, str) and value:
        return repr(f"{value}x")
    raise LookupError


def _assignments(body: Iterable[ast.stmt]) -> list[Any]:
    return [
        x
        for x in body
        if isinstance(x, ast.Assign | ast.AnnAssign)
        and x.value is not None
        and not ast.unparse(x).startswith("__")
    ]


def _constant(source: Source) -> str:
    bodies = [source.tree.body, *(x.body for x in source.classes)]
    found = [x for body in bodies for x in _assignments(body) if isinstance(x.value, ast.Constant)]
    node = source.one_of(found)
    return source.replaced(node.value, _another(node.value.value))


def _part_of_a_value(source: Source) -> str:
    node = source.one_of(_assignments(source.tree.body))
    part = source.one_of(x for x in ast.walk(node.value) if isinstance(x, ast.Constant))
    return source.replaced(part, _another(part.value))


def _none(source: Source) -> str:
    return source.replaced(source.one_of(_assignments(source.tree.body)).value, "None")


def _body(source: Source) -> str:
    function = source.one_of(x for x in source.functions if x.body[-1].lineno > x.lineno)
    last = function.body[-1]
    new = f"{' ' * last.col_offset}hot_{source.number()} = {source.number()}"
    return source.with_lines(last.lineno - 1, last.lineno - 1, new)


def _default(source: Source) -> str:
    defaults = [y for x in source.functions for y in (*x.args.defaults, *x.args.kw_defaults)]
    node = source.one_of(x for x in defaults if isinstance(x, ast.Constant))
    return source.replaced(node, _another(node.value))


def _new_member(source: Source) -> str:
    last = source.one_of(x.body[-1] for x in source.classes if x.body[-1].lineno > x.lineno)
    indent, end = " " * last.col_offset, last.end_lineno or last.lineno
    method = (f"{indent}def hot_{source.number()}(self, a=1):", f"{indent}    return self, a")
    constant = (f"{indent}HOT_{source.number()} = {source.number()}",)
    return source.with_lines(end, end, *source.one_of((method, constant)))


def _without_method(source: Source) -> str:
    method = source.one_of(
        y
        for x in source.classes
        for y in x.body
        if isinstance(y, _FUNCTIONS) and len(x.body) > 1 and not y.decorator_list
    )
    return source.with_lines(method.lineno - 1, method.end_lineno or method.lineno)


def _without_decorator(source: Source) -> str:
    found = [y for x in (*source.functions, *source.classes) for y in x.decorator_list[:1]]
    node = source.one_of(x for x in found if x.lineno == x.end_lineno)
    return source.with_lines(node.lineno - 1, node.lineno)


def _other_base(source: Source) -> str:
    plain = [x for x in source.classes if len(x.bases) == 1 and not x.keywords]
    base = source.one_of(x.bases[0] for x in plain if not isinstance(x.bases[0], ast.Subscript))
    return source.replaced(base, "object")


def _other_name(source: Source) -> str:
    named = (*_FUNCTIONS, ast.ClassDef)
    name = source.one_of(x.name for x in source.tree.body if isinstance(x, named))
    return re.sub(rf"\b{name}\b", f"{name}_hot", source.text)


def _other_order(source: Source) -> str:
    body = source.tree.body
    pairs = [
        (one, two)
        for one, two in pairwise(body)
        if all(isinstance(x, ast.Assign | ast.FunctionDef) for x in (one, two))
        and not any(getattr(x, "decorator_list", ()) for x in (one, two))
        and (one.end_lineno or 0) < two.lineno
    ]
    one, two = source.one_of(pairs)
    first = source.lines[one.lineno - 1 : one.end_lineno]
    between = source.lines[one.end_lineno : two.lineno - 1]
    second = source.lines[two.lineno - 1 : two.end_lineno]
    end = two.end_lineno or two.lineno
    return source.with_lines(one.lineno - 1, end, *second, *between, *first)


def _comment(source: Source) -> str:
    plain = [x for x in (*source.functions, *source.classes) if not x.decorator_list]
    node = source.one_of(plain)
    return source.with_lines(node.lineno - 1, node.lineno - 1, f"{' ' * node.col_offset}# hot")


_EDITS: tuple[Callable[[Source], str], ...] = (
    _constant, _part_of_a_value, _none, _body, _default, _new_member, _without_method, _without_decorator,
    _other_base, _other_name, _other_order, _comment,
)  # fmt: skip
