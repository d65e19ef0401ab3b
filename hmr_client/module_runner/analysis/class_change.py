"""What the source says about a class whose statement runs again: which parts of its body have to run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from .scan import FUNCTIONS
from .statements import Kind, Statement, class_body, is_docstring

_NO_LINES: frozenset[int] = frozenset()


class ClassChange:
    """What the source says about a class whose statement runs again.

    Attributes:
        kept: The attributes whose statements do not have to run: they keep their live values.
        bound: What the old class body bound; None if that is not known. Other attributes were set
            by the program and stay.
        body: The statements that have to run, for a body that can run in part; else None.
        several: The names that several functions of the body share, `_` say.
        made: The attributes that decorators have made, besides the body.
        order: All names of a body that can run in part, in their order in the source.
    """

    __slots__ = ("body", "bound", "kept", "made", "order", "several")

    def __init__(
        self,
        kept: frozenset[str] = frozenset(),
        bound: frozenset[str] | None = None,
        body: list[ast.stmt] | None = None,
        several: frozenset[str] = frozenset(),
        order: tuple[str, ...] = (),
    ) -> None:
        self.kept = kept
        self.bound = bound
        self.body = body
        self.several = several
        self.order = order
        self.made: frozenset[str] = frozenset()


def class_change(
    old: ast.ClassDef | None,
    new: ast.ClassDef | None,
    is_dirty: Callable[[Statement], bool],
    is_live: Callable[[ast.stmt, Collection[str]], bool],
    refitted: Collection[int] = _NO_LINES,
) -> ClassChange:
    """Compare two versions of a class statement.

    Args:
        old: The class statement that the live class comes from.
        new: The new one.
        is_dirty: Tells whether a statement reads something that has a new value.
        is_live: Tells whether the live class has what a statement made, as the statement made it.
        refitted: The lines of functions whose new code can't be put into the live ones.
    """
    if old is None or new is None:
        return ClassChange()
    before = class_body(old)
    after = before if new is old else class_body(new)
    bound = _mangled(old, {name for x in before for name in x.binds})
    unchanged: dict[Any, int] = {}
    key = id if new is old else _skeleton
    for statement in before:
        unchanged[key(statement)] = unchanged.get(key(statement), 0) + 1
    runs: set[int] = set()
    for index, statement in enumerate(after):
        names = {mangled(new.name, name) for name in statement.binds}
        count = unchanged.get(key(statement), 0)
        lines = range(statement.line, statement.end_line + 1)
        if (
            not count
            or is_dirty(statement)
            or any(line in lines for line in refitted)
            or (names and not is_live(statement.node, names))
        ):
            runs.add(index)
        else:
            unchanged[key(statement)] = count - 1
    gone = [x for x in before if unchanged.get(key(x), 0) > 0]
    lost = {name for x in gone for name in (*x.binds, *_changed_by(x))}
    lost |= {name for index in runs for name in _changed_by(after[index])}
    runs |= {index for index, x in enumerate(after) if not lost.isdisjoint(x.binds)}
    _add_readers(after, runs)
    renewed = {name for index in runs for name in after[index].binds}
    kept = {name for statement in after for name in statement.binds} - renewed
    body = _part(new, after, runs) if _can_run_in_part(after, runs) else None
    several = {name for part in (before, after) for name in _several(part)}
    order = () if body is None else _in_order(new, after)
    return ClassChange(_mangled(new, kept), bound, body, _mangled(new, several), order)


def _in_order(cls: ast.ClassDef, statements: Iterable[Statement]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for statement in statements:
        bound = list(statement.binds)
        if len(bound) > 1:  # `a, b = 1, 2`
            seen = [_bound(x) for x in ast.walk(statement.node)]
            bound = sorted(bound, key=lambda name: seen.index(name) if name in seen else len(seen))
        names.update((mangled(cls.name, name), None) for name in bound)
    return tuple(names)


def _bound(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None


def _skeleton(statement: Statement) -> str:
    return statement.skeleton


def _mangled(cls: ast.ClassDef, names: Iterable[str]) -> frozenset[str]:
    return frozenset(mangled(cls.name, name) for name in names)


def mangled(cls: str, name: str) -> str:
    """Return a name as the body of a class stores it.

    Args:
        name: The name in the source.
    """
    owner = cls.lstrip("_")
    is_private = name.startswith("__") and not name.endswith("__") and owner
    return f"_{owner}{name}" if is_private else name


def _changed_by(statement: Statement) -> Iterator[str]:
    """Yield the names whose objects a statement may change: `@go.register`, `table.update(…)`."""
    if statement.kind in (Kind.FUNCTION, Kind.EFFECT):
        yield from (x[0] for x in statement.reads if len(x) > 2 and x[-1] == "()")


def _several(statements: list[Statement]) -> Iterator[str]:
    """Yield the names that more than one function definition binds."""
    names = [name for x in statements if x.kind is Kind.FUNCTION for name in x.binds]
    yield from (name for name in names if names.count(name) > 1)


def _add_readers(statements: list[Statement], runs: set[int]) -> None:
    """Whatever reads a name that gets a new value runs, and all statements that bind one name do."""
    size = -1
    while size != len(runs):
        size = len(runs)
        renewed = {name for index in runs for name in statements[index].binds}
        for index, statement in enumerate(statements):
            if statement.binds & renewed or any(chain[0] in renewed for chain in statement.reads):
                runs.add(index)


def _can_run_in_part(statements: list[Statement], runs: set[int]) -> bool:
    first: dict[str, int] = {}
    for index, statement in enumerate(statements):
        if statement.kind is Kind.EFFECT and statement.binds:
            return False  # a loop, say, may bind what no name in the source tells
        if any(chain[0] in ("locals", "vars", "exec") for chain in statement.reads):
            return False
        if sys.version_info >= (3, 14) and any(_nested_annotations(statement.node)):
            return False  # counted by their order in the whole body
        for name in statement.binds:
            first.setdefault(name, index)
    for index, statement in enumerate(statements):
        is_kept_annotation = index not in runs and isinstance(statement.node, ast.AnnAssign)
        if index in runs or is_kept_annotation:
            for chain in statement.reads:
                if first.get(chain[0], -1) >= index + is_kept_annotation:
                    return False  # it means a global name, and would read the live class's own
    return True


def _nested_annotations(node: ast.stmt) -> Iterator[ast.AnnAssign]:
    if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.AnnAssign)):
        yield from (x for x in ast.walk(node) if isinstance(x, ast.AnnAssign))


def _part(new: ast.ClassDef, statements: list[Statement], runs: set[int]) -> list[ast.stmt]:
    """Return the statements that run; of the others only docstring and annotations."""
    body: list[ast.stmt] = []
    for index, statement in enumerate(statements):
        node = statement.node
        if index in runs or (index == 0 and is_docstring(node)):
            body.append(node)
        elif isinstance(node, ast.AnnAssign):
            alone = ast.AnnAssign(node.target, node.annotation, None, node.simple)
            body.append(ast.copy_location(alone, node))
    return body or [ast.copy_location(ast.Pass(), new.body[0])]


def class_definition(nodes: Iterable[ast.AST], qualname: str) -> ast.ClassDef | None:
    """Return the class statement of a qualified name, if there is exactly one.

    Args:
        nodes: The statements of the module in which it may be.
    """
    found: ast.ClassDef | None = None
    for name in qualname.split("."):
        same = [x for node in nodes for x in classes_in(node) if x.name == name]
        if len(same) != 1:
            return None
        found = same[0]
        nodes = found.body
    return found


def classes_in(node: ast.AST) -> Iterator[ast.ClassDef]:
    """Yield the class statements in a scope, also those in branches."""
    if isinstance(node, ast.ClassDef):
        yield node
    elif isinstance(node, ast.If | ast.Try | ast.TryStar | ast.ExceptHandler | ast.With):
        for inner in ast.iter_child_nodes(node):
            yield from classes_in(inner)
