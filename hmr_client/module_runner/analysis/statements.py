"""One statement of a module or of a class body: what it is, and what makes it equal to another.

Positions, comments and formatting do not count. A statement has three faces, the cheapest to compare
first: its text, its syntax tree, and its *skeleton*, the tree without the bodies of functions and
without docstrings. Equal skeletons mean that nothing has to run: only code objects differ.
"""

from __future__ import annotations

import ast
import weakref
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from enum import Enum
from typing import Any

from .code_names import names_in
from .scan import FUNCTIONS, TYPE_ALIAS, Chain, Scan, arguments, scan


class Kind(Enum):
    """What a top-level statement is, as far as running it again goes."""

    FUNCTION = "function"
    CLASS = "class"
    IMPORT = "import"
    DATA = "data"  # binds names to values
    DECLARATION = "declaration"  # an if or try that holds only the above
    INERT = "inert"  # a docstring, a pass
    EFFECT = "effect"  # does something that cannot be undone: a call, a with, a loop


class Statement:
    """One statement of a module or of a class body.

    Attributes:
        parsed: Its syntax tree, at the lines where the statement was parsed: `node` is at those where
            it stands now.
        kind: What it is.
        text: Its source text, with its column: equal texts are equal statements.
        line: The line it starts on, decorators included.
        end_line: The line it ends on.
        binds: The names it binds or deletes.
        reads: The names it reads when it runs, with the attributes read from them; a last `()`
            says that it calls what it reads.
    """

    __slots__ = (
        "_defines", "_dump", "_eager", "_has_moved", "_import_nodes", "_mentions", "_scan", "_skeleton",
        "end_line", "kind", "line", "parsed", "text",
    )  # fmt: skip

    def __init__(self, node: ast.stmt, lines: Sequence[str], eager: bool) -> None:
        self.parsed = node
        self.kind = _kind(node)
        first = getattr(node, "decorator_list", None)
        self.line = first[0].lineno if first else node.lineno
        self.end_line = node.end_lineno or self.line
        self.text = (node.col_offset, node.end_col_offset, lines[self.line - 1 : self.end_line])
        self._has_moved = False
        self._eager = eager
        self._scan: Scan | None = None
        self._import_nodes: list[ast.Import | ast.ImportFrom] | None = None
        self._mentions: frozenset[str] | None = None
        self._defines: frozenset[str] = frozenset()
        self._dump: str | None = None
        self._skeleton: str | None = None

    def moved(self, by: int) -> Statement:
        """Return the same statement at another place.

        Args:
            by: How many lines further down.
        """
        if not by:
            return self
        moved = copy(self)
        moved.line += by
        moved.end_line += by
        moved._has_moved = True  # noqa: SLF001  # its own kind
        return moved

    @property
    def node(self) -> ast.stmt:
        """Its syntax tree."""
        if self._has_moved:
            self.parsed, self._has_moved = self._parse(), False
        return self.parsed

    def _parse(self) -> ast.stmt:
        column, end_column, lines = self.text
        source = "\n" * (self.line - 1) + "\n".join(lines) + "\n"
        found = ast.parse(source).body
        # `a = 1; b = 2` are two of one line
        return next(x for x in found if (x.col_offset, x.end_col_offset) == (column, end_column))

    @property
    def scan(self) -> Scan:
        """What it does at once, not later in a function."""
        if self._scan is None:
            self._scan = scan(self.parsed, self._eager)
        return self._scan

    @property
    def import_nodes(self) -> list[ast.Import | ast.ImportFrom]:
        """The import statements in it that run with it."""
        if self._import_nodes is None:
            own = self.parsed
            nodes = own.body if isinstance(own, ast.ClassDef) else [own]
            every = (inner for outer in nodes for inner in at_module_level(outer))
            self._import_nodes = [x for x in every if isinstance(x, ast.Import | ast.ImportFrom)]
        return self._import_nodes

    @property
    def binds(self) -> frozenset[str]:
        """See the class."""
        return self.scan.binds

    @property
    def reads(self) -> frozenset[Chain]:
        """See the class."""
        return self.scan.reads

    @property
    def mentions(self) -> frozenset[str]:
        """Every name and attribute in it, also in functions."""
        if self._mentions is None:
            self._mentions, self._defines = _mentioned(self.parsed)
        return self._mentions

    @property
    def defines(self) -> frozenset[str]:
        """The functions and classes in it."""
        return self._defines if self.mentions is not None else frozenset()

    @property
    def may_look(self) -> bool:
        """Whether its value may be made of what an object holds."""
        calls = any(chain[-1] == "()" for chain in self.reads)
        binds = self.kind is Kind.DATA or (self.kind is Kind.EFFECT and bool(self.binds))
        return binds and (calls or self.scan.operates or self.scan.calls_unknown)

    @property
    def dump(self) -> str:
        """The syntax tree as text, without positions."""
        if self._dump is None:
            self._dump = ast.dump(self.parsed)
        return self._dump

    @property
    def skeleton(self) -> str:
        """The same without function bodies and docstrings."""
        if self._skeleton is None:
            self._skeleton = skeleton(self.parsed)
        return self._skeleton


def _mentioned(node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    mentions: set[str] = set()
    defines: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            mentions.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            mentions.add(inner.attr)
        elif isinstance(inner, ast.alias):
            mentions.update(inner.name.split("."))
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            mentions.update(names_in(inner.value) or (inner.value,))  # getattr(m, "N")
        elif isinstance(inner, (*FUNCTIONS, ast.ClassDef)):
            defines.add(inner.name)
    return frozenset(mentions), frozenset(defines)


def class_body(node: ast.ClassDef) -> list[Statement]:
    """Return the statements of a class body."""
    if (found := _BODIES.get(node)) is None:
        found = _BODIES[node] = [Statement(statement, (), eager=True) for statement in node.body]
    return found


# a constant of a thousand classes reads the same thousand bodies at each edit
_BODIES: weakref.WeakKeyDictionary[ast.ClassDef, list[Statement]] = weakref.WeakKeyDictionary()


def without_decorators(node: ast.stmt) -> ast.stmt | None:
    """Return a decorated function's definition alone, or None if it is no such thing."""
    if not isinstance(node, FUNCTIONS) or not node.decorator_list:
        return None
    fields = {name: value for name, value in ast.iter_fields(node) if name != "decorator_list"}
    return ast.copy_location(type(node)(**fields, decorator_list=[]), node)


def same_decoration(old: ast.stmt, new: ast.stmt) -> bool:
    """Tell whether decorators, names and annotations of two functions are the same.

    Args:
        old: The old definition.
        new: The new one.
    """

    def facts(node: ast.stmt) -> list[str]:
        if not isinstance(node, FUNCTIONS):
            return [repr(node)]
        annotations = [
            ast.dump(x.annotation) for x in arguments(node.args) if x.annotation is not None
        ]
        return [type(node).__name__, *map(ast.dump, node.decorator_list), *annotations]

    return facts(old) == facts(new)


def _seen_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """Return what of a function's body something else than a call can see: its decorators get it."""
    return node.body[:1] if node.decorator_list and is_docstring(node.body[0]) else []


_RUN_WITH_THE_CLASS = ("_generate_next_value_",)


def skeleton(node: ast.AST) -> str:
    """Return a syntax tree as text, without positions, function bodies and undecorated docstrings.

    Args:
        node: The tree; unchanged afterwards.
    """
    saved: list[tuple[Any, Any]] = []
    pending: list[ast.AST] = [node]
    while pending:
        inner: Any = pending.pop()
        if isinstance(inner, FUNCTIONS) and inner.name in _RUN_WITH_THE_CLASS:
            pass
        elif isinstance(inner, (*FUNCTIONS, ast.Lambda)):
            saved.append((inner, inner.body))
            inner.body = _seen_of(inner) if isinstance(inner, FUNCTIONS) else ast.Constant(None)
        elif (
            isinstance(inner, ast.ClassDef)
            and is_docstring(inner.body[0])
            and not inner.decorator_list
        ):
            saved.append((inner, inner.body))
            inner.body = inner.body[1:]
        pending.extend(ast.iter_child_nodes(inner))
    try:
        return ast.dump(node)
    finally:
        for inner, body in saved:
            inner.body = body


def _kind(node: ast.stmt) -> Kind:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return Kind.FUNCTION
        case ast.ClassDef():
            return Kind.CLASS
        case ast.Import() | ast.ImportFrom():
            return Kind.IMPORT
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Assert():
            return Kind.DATA
        case ast.Pass() | ast.Global() | ast.Expr(value=ast.Constant()):
            return Kind.INERT
        case ast.If() if not _calls(node.test):
            return _declares([*node.body, *node.orelse])
        case ast.Try() | ast.TryStar():
            handlers = [x for handler in node.handlers for x in handler.body]
            return _declares([*node.body, *handlers, *node.orelse, *node.finalbody])
    return Kind.DATA if type(node) is TYPE_ALIAS else Kind.EFFECT


def _declares(body: Iterable[ast.stmt]) -> Kind:
    kinds = {_kind(statement) for statement in body}
    return Kind.EFFECT if Kind.EFFECT in kinds else Kind.DECLARATION


def _calls(node: ast.AST) -> bool:
    return any(isinstance(x, ast.Call | ast.Await | ast.NamedExpr) for x in ast.walk(node))


def is_docstring(node: ast.stmt) -> bool:
    """Tell whether a statement is a string and nothing else.

    Args:
        node: The first statement of a body.
    """
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


_DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


def at_module_level(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with the module: not those in functions and classes.

    Args:
        tree: A module, or a statement of one.
    """
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.stmt | ast.Module | ast.excepthandler) and not isinstance(
            node, _DEFINITIONS
        ):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))
