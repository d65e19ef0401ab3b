"""What a statement binds, and what it reads at once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .code_names import NAMESPACES, names_in

Chain = tuple[str, ...]
"""A name and the attributes read from it: `app.m.CONST` is `("app", "m", "CONST")`.

The attributes are kept, so that readers are found by following a chain through the live objects. An
earlier version looked only at import statements: it missed aliases, nested classes, and modules that are
passed on.
"""
TYPE_ALIAS: Any = getattr(ast, "TypeAlias", ast.Pass)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Scope = frozenset[str] | None
"""The names that are bound between a node and the module's scope; None in the module's own."""


class Scan(NamedTuple):
    """What a statement does at once, not later in a function.

    Attributes:
        binds: The names it binds or deletes.
        reads: The names it reads, with the attributes read from them; a last `()` says that it
            calls what it reads.
        attributes: The attributes it reads from something else than a name.
        operates: Whether operators or iteration may call special methods.
        calls_unknown: Whether it calls something that no name of the module leads to.
        awaits: Whether it waits for something.
        lambda_reads: What the lambdas in it read when they are called.
        lambda_attributes: The attributes that these read from something else than a name.
        names: Attributes that strings name in it: `getattr(m, "N")`.
        calls_only_results: Whether each unknown thing that it calls is what another call has returned: `@on("key")`.
        stores: What it sets items or attributes of: `os.environ["A"] = …`.
    """

    binds: frozenset[str]
    reads: frozenset[Chain]
    attributes: frozenset[str]
    operates: bool
    calls_unknown: bool
    awaits: bool
    lambda_reads: frozenset[Chain]
    lambda_attributes: frozenset[str]
    stores: frozenset[Chain]
    names: frozenset[str]
    calls_only_results: bool


def scan(node: ast.stmt, eager_annotations: bool) -> Scan:
    """Return what a statement does at once.

    Args:
        eager_annotations: Whether annotations are evaluated where they stand.
    """
    return _Scanner(eager_annotations).scan(node)


class _Scanner:
    """Visits the nodes that run with a statement, each with its scope.

    It does not recurse: a sum of thousands of terms is a tree that is as deep. It does not visit the
    bodies of functions: they run later, and calls are followed through the live functions.
    """

    def __init__(self, eager_annotations: bool) -> None:
        self._eager = eager_annotations
        self._binds: set[str] = set()
        self._reads: set[Chain] = set()
        self._attributes: set[str] = set()
        self._operates = False
        self._calls_unknown = False
        self._calls_only_results = True
        self._awaits = False
        self._lambda_reads: set[Chain] = set()
        self._lambda_attributes: set[str] = set()
        self._stores: set[Chain] = set()
        self._names: set[str] = set()
        self._pending: list[tuple[ast.AST, _Scope]] = []

    def scan(self, node: ast.stmt) -> Scan:
        """Visit a statement."""
        self._pending.append((node, None))
        return self.run()

    def run(self) -> Scan:
        """Visit what is pending, and what is in that."""
        while self._pending:
            item, scope = self._pending.pop()
            visit = _VISITORS.get(type(item), _Scanner._other)
            visit(self, item, scope)
        return Scan(
            frozenset(self._binds),
            frozenset(self._reads),
            frozenset(self._attributes),
            self._operates,
            self._calls_unknown,
            self._awaits,
            frozenset(self._lambda_reads),
            frozenset(self._lambda_attributes),
            frozenset(self._stores),
            frozenset(self._names),
            self._calls_only_results,
        )

    def _later(self, nodes: Iterable[ast.AST | None], scope: _Scope) -> None:
        self._pending.extend((node, scope) for node in nodes if node is not None)

    def _bind(self, name: str | None, scope: _Scope) -> None:
        if name is not None and scope is None:
            self._binds.add(name)

    def _other(self, node: ast.AST, scope: _Scope) -> None:
        self._operates |= isinstance(node, _OPERATES) or _unpacks(node)
        self._awaits |= isinstance(node, ast.Await)
        # except … as name, case … as name, case {**rest}
        for field in ("name", "rest"):
            if isinstance(bound := getattr(node, field, None), str):
                self._bind(bound, scope)
        self._later(ast.iter_child_nodes(node), scope)

    def _name(self, node: ast.Name, scope: _Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, scope)
        elif node.id not in (scope or ()):
            self._reads.add((node.id,))

    def _attribute(self, node: ast.Attribute, scope: _Scope) -> None:
        self._store(node, scope)
        chain, rest = _chain(node)
        if rest is not None:
            self._attributes.update(chain)
            self._later([rest], scope)
        elif chain[0] in (scope or ()):
            self._attributes.update(chain[1:])
        else:
            self._reads.add(chain)

    def _subscript(self, node: ast.Subscript, scope: _Scope) -> None:
        self._operates = True
        self._store(node, scope)
        self._later(ast.iter_child_nodes(node), scope)

    def _store(self, node: ast.Attribute | ast.Subscript, scope: _Scope) -> None:
        if not isinstance(node.ctx, ast.Load):
            chain, rest = _chain(node.value)
            if isinstance(rest, ast.Call) and not chain:  # decimal.getcontext().prec = 5
                chain, rest = _chain(rest.func)
                chain = (*chain, "()")
            if rest is None and chain[0] not in (scope or ()):
                self._stores.add(chain)

    def _call(self, node: ast.Call, scope: _Scope) -> None:
        # what is called by its name is not passed on by it
        is_named = self._called(node.func, scope)
        self._later([*([] if is_named else [node.func]), *node.args, *node.keywords], scope)
        if (
            getattr(node.func, "attr", None) in NAMESPACES
            or getattr(node.func, "id", None) in NAMESPACES
        ):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    self._names |= names_in(argument.value)

    def _called(self, node: ast.AST, scope: _Scope) -> bool:
        """Note a call; return whether a name leads to what is called."""
        chain, rest = _chain(node)
        if rest is None and chain[0] not in (scope or ()):
            self._reads.add((*chain, "()"))
            return True
        self._calls_unknown = True
        self._calls_only_results &= isinstance(rest, ast.Call) and not chain
        return False

    def _lambda(self, node: ast.Lambda, scope: _Scope) -> None:
        self._later([*node.args.defaults, *node.args.kw_defaults], scope)
        own = frozenset(x.arg for x in arguments(node.args)) | (scope or frozenset())
        # kept apart: a lambda runs only when it is called, which its statement may do
        inner = _Scanner(self._eager)
        inner._pending.append((node.body, own))  # its own kind
        found = inner.run()
        self._lambda_reads |= found.reads | found.lambda_reads
        self._lambda_attributes |= found.attributes | found.lambda_attributes

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> None:
        self._bind(node.name, scope)
        self._decorators(node.decorator_list, scope)
        if self._eager:
            self._later([node.returns, *(x.annotation for x in arguments(node.args))], scope)
        self._later([*node.args.defaults, *node.args.kw_defaults], scope)

    def _decorators(self, decorators: list[ast.expr], scope: _Scope) -> None:
        self._later(decorators, scope)
        for decorator in decorators:
            self._called(decorator, scope)

    def _class(self, node: ast.ClassDef, scope: _Scope) -> None:
        self._bind(node.name, scope)
        self._decorators(node.decorator_list, scope)
        self._later([*node.bases, *node.keywords], scope)
        inner: set[str] = set(scope or ())
        for statement in node.body:  # in order: a name is read from outside until it is bound
            self._pending.append((statement, frozenset(inner)))
            inner |= scan(statement, self._eager).binds

    def _comprehension(self, node: Any, scope: _Scope) -> None:
        self._operates = True
        targets = {
            x.id for g in node.generators for x in ast.walk(g.target) if isinstance(x, ast.Name)
        }
        for inner in ast.walk(node):  # `:=` binds outside of the comprehension (PEP 572)
            if isinstance(inner, ast.NamedExpr):
                self._bind(inner.target.id, scope)
        self._later(ast.iter_child_nodes(node), frozenset(targets) | (scope or frozenset()))

    def _import(self, node: ast.Import, scope: _Scope) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], scope)

    def _import_from(self, node: ast.ImportFrom, scope: _Scope) -> None:
        for alias in node.names:
            self._bind(None if alias.name == "*" else alias.asname or alias.name, scope)

    def _annotated(self, node: ast.AnnAssign, scope: _Scope) -> None:
        self._later([node.value], scope)
        # `x: int` alone binds nothing
        if node.value is not None or not isinstance(node.target, ast.Name):
            self._later([node.target], scope)
        if self._eager:
            self._later([node.annotation], scope)

    def _augmented(self, node: ast.AugAssign, scope: _Scope) -> None:
        self._operates = True
        if isinstance(node.target, ast.Name) and node.target.id not in (scope or ()):
            self._reads.add((node.target.id,))
        self._later(ast.iter_child_nodes(node), scope)

    def _type_alias(self, node: Any, scope: _Scope) -> None:
        # its value is evaluated lazily (PEP 695)
        self._later([getattr(node, "name", None)], scope)


_OPERATES = (
    ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.JoinedStr, ast.For,
    ast.AsyncFor, ast.With, ast.AsyncWith, ast.Await, ast.Starred, ast.If, ast.IfExp, ast.While, ast.Assert, ast.Match,
)  # fmt: skip
_VISITORS: dict[type, Callable[[_Scanner, Any, _Scope], None]] = {
    ast.Name: _Scanner._name,  # noqa: SLF001  # a table of the class's own methods
    ast.Attribute: _Scanner._attribute,  # noqa: SLF001  # a table of the class's own methods
    ast.Call: _Scanner._call,  # noqa: SLF001  # a table of the class's own methods
    ast.Subscript: _Scanner._subscript,  # noqa: SLF001  # a table of the class's own methods
    ast.Lambda: _Scanner._lambda,  # noqa: SLF001  # a table of the class's own methods
    ast.FunctionDef: _Scanner._function,  # noqa: SLF001  # a table of the class's own methods
    ast.AsyncFunctionDef: _Scanner._function,  # noqa: SLF001  # a table of the class's own methods
    ast.ClassDef: _Scanner._class,  # noqa: SLF001  # a table of the class's own methods
    ast.ListComp: _Scanner._comprehension,  # noqa: SLF001  # a table of the class's own methods
    ast.SetComp: _Scanner._comprehension,  # noqa: SLF001  # a table of the class's own methods
    ast.DictComp: _Scanner._comprehension,  # noqa: SLF001  # a table of the class's own methods
    ast.GeneratorExp: _Scanner._comprehension,  # noqa: SLF001  # a table of the class's own methods
    ast.Import: _Scanner._import,  # noqa: SLF001  # a table of the class's own methods
    ast.ImportFrom: _Scanner._import_from,  # noqa: SLF001  # a table of the class's own methods
    ast.AnnAssign: _Scanner._annotated,  # noqa: SLF001  # a table of the class's own methods
    ast.AugAssign: _Scanner._augmented,  # noqa: SLF001  # a table of the class's own methods
    TYPE_ALIAS: _Scanner._type_alias,  # noqa: SLF001  # a table of the class's own methods
}


def arguments(node: ast.arguments) -> list[ast.arg]:
    """Return every parameter of a function."""
    every = (*node.posonlyargs, *node.args, *node.kwonlyargs, node.vararg, node.kwarg)
    return [x for x in every if x is not None]


def _unpacks(node: ast.AST) -> bool:
    """Tell whether something is iterated over without an operator: `a, b = pair`, `f(**options)`, `{**options}`."""
    match node:
        case ast.Tuple(ctx=ast.Store()) | ast.List(ctx=ast.Store()) | ast.keyword(arg=None):
            return True
        case ast.Dict(keys=keys):
            return None in keys
    return False


def _chain(node: ast.AST) -> tuple[Chain, ast.AST | None]:
    """Return `a.b.c` as a chain; or the attributes alone, and what they are read from."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    attributes.reverse()
    if isinstance(node, ast.Name):
        return (node.id, *attributes), None
    return tuple(attributes), node
