"""What changed between two versions of a module, statement by statement.

Positions, comments and formatting do not count. A statement is compared three times, the cheap way
first: its text, its syntax tree, and its *skeleton*, the tree without the bodies of functions and
without docstrings. Equal skeletons mean that nothing has to run: only code objects differ.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from types import CodeType
from typing import Any, TypeVar

PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
Chain = tuple[str, ...]
"""A name and the attributes read from it: `app.m.CONST` is `("app", "m", "CONST")`."""

_FUTURES = 0x1FE0000  # the CO_FUTURE_* flags, which compile() takes as they are
_ANNOTATIONS_FUTURE = 0x1000000
_LAZY_ANNOTATIONS = sys.version_info >= (3, 14)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TYPE_ALIAS: Any = getattr(ast, "TypeAlias", ())
_T = TypeVar("_T")


class Kind(Enum):
    """What a top-level statement is, as far as running it again goes."""

    FUNCTION = "function"
    CLASS = "class"
    IMPORT = "import"
    DATA = "data"  # binds names to values
    DECLARATION = "declaration"  # an if or try that holds only the above
    INERT = "inert"  # a docstring, a pass
    EFFECT = "effect"  # does something that cannot be taken back: a call, a with, a loop


class Statement:
    """One statement of a module or of a class body.

    Attributes:
        node: Its syntax tree.
        kind: What it is.
        text: Its source text, with its column: equal texts are equal statements.
        line: The line it starts on, decorators included.
        binds: The names it binds or deletes.
        reads: The names it reads when it runs, with the attributes read from them; a last `()`
            says that it calls what it reads.
    """

    __slots__ = ("_binds", "_dump", "_eager", "_reads", "_skeleton", "kind", "line", "node", "text")

    def __init__(self, node: ast.stmt, lines: Sequence[str], eager: bool) -> None:
        self.node = node
        self.kind = _kind(node)
        first = getattr(node, "decorator_list", None)
        self.line = first[0].lineno if first else node.lineno
        self.text = (node.col_offset, node.end_col_offset, lines[self.line - 1 : node.end_lineno])
        self._eager = eager
        self._binds: frozenset[str] | None = None
        self._reads: frozenset[Chain] = frozenset()
        self._dump: str | None = None
        self._skeleton: str | None = None

    @property
    def end_line(self) -> int:
        """The line it ends on."""
        return self.node.end_lineno or self.line

    @property
    def binds(self) -> frozenset[str]:
        """See the class."""
        if self._binds is None:
            self._binds, self._reads = scan(self.node, self._eager)
        return self._binds

    @property
    def reads(self) -> frozenset[Chain]:
        """See the class."""
        return self._reads if self.binds is not None else frozenset()

    @property
    def dump(self) -> str:
        """The syntax tree as text, without positions."""
        if self._dump is None:
            self._dump = ast.dump(self.node)
        return self._dump

    @property
    def skeleton(self) -> str:
        """The same without function bodies and docstrings."""
        if self._skeleton is None:
            self._skeleton = skeleton(self.node)
        return self._skeleton


class Outline:
    """A module's source, parsed and compiled.

    Attributes:
        statements: Its top-level statements.
        code: Its code object.
        imports: Local name → (absolute module name, attribute or None), from top-level imports.
        stars: The modules it star-imports.

    Args:
        source: The text.
        filename: The name for the code objects.
        package: What relative imports start from.
        top_level_await: Whether the module may await at its top level, as entries may.
        code: Its code object, if it is compiled already.

    Raises:
        SyntaxError: If it does not compile.
    """

    def __init__(
        self,
        source: str,
        filename: str,
        package: str,
        *,
        top_level_await: bool = False,
        code: CodeType | None = None,
    ) -> None:
        self.source = source
        self.filename = filename
        self.package = package
        flags = PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0
        # as ast.parse does, but without a frame of its own in the traceback of a SyntaxError
        parse = flags | ast.PyCF_ONLY_AST
        self.tree: ast.Module = compile(source, filename, "exec", parse, dont_inherit=True)
        self.code = code or compile(self.tree, filename, "exec", flags, dont_inherit=True)
        self._flags = flags | (self.code.co_flags & _FUTURES)
        self.eager_annotations = not (_LAZY_ANNOTATIONS or self._flags & _ANNOTATIONS_FUTURE)
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.statements = [Statement(x, lines, self.eager_annotations) for x in self.tree.body]
        self._imports: dict[str, tuple[str, str | None]] | None = None
        self._stars: list[str] = []
        self._groups: dict[str, set[int]] | None = None

    @property
    def imports(self) -> dict[str, tuple[str, str | None]]:
        """See the class."""
        if self._imports is None:
            self._imports = {}
            for node in _at_module_level(self.tree):
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        name = alias.name if alias.asname else alias.name.partition(".")[0]
                        self._imports[alias.asname or name] = (name, None)
                elif isinstance(node, ast.ImportFrom):
                    base = self.absolute(node)
                    for alias in node.names:
                        if alias.name == "*":
                            self._stars.append(base)
                        else:
                            self._imports[alias.asname or alias.name] = (base, alias.name)
        return self._imports

    @property
    def stars(self) -> list[str]:
        """See the class."""
        return self._stars if self.imports is not None else []

    def absolute(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module that an import statement names.

        Args:
            node: The statement.
        """
        if not node.level:
            return node.module or ""
        base = self.package.rsplit(".", node.level - 1)[0] if node.level > 1 else self.package
        return f"{base}.{node.module}" if node.module else base

    def imported_names(self, nodes: Iterable[ast.AST]) -> set[str]:
        """Return every module name that import statements may import, also those in functions.

        Args:
            nodes: Where to look.
        """
        names: set[str] = set()
        for node in (inner for outer in nodes for inner in ast.walk(outer)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    parts = alias.name.split(".")
                    names.update(".".join(parts[: i + 1]) for i in range(len(parts)))
            elif isinstance(node, ast.ImportFrom):
                base = self.absolute(node)
                names.add(base)
                names.update(f"{base}.{alias.name}" for alias in node.names)
        return names

    def imports_of(self, statement: Statement) -> list[tuple[str, str | None, str]]:
        """Return what a statement imports at once: module, attribute or None, local name.

        Args:
            statement: One of the module's statements.
        """
        found: list[tuple[str, str | None, str]] = []
        for node in _at_module_level(statement.node):
            if isinstance(node, ast.Import):
                found += [(x.name, None, x.asname or x.name) for x in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self.absolute(node)
                found += [(base, x.name, x.asname or x.name) for x in node.names]
        return found

    @property
    def groups(self) -> dict[str, set[int]]:
        """Names that several statements bind → these, and those that read the name in between."""
        if self._groups is None:
            binders: dict[str, list[int]] = {}
            for index, statement in enumerate(self.statements):
                for name in statement.binds:
                    binders.setdefault(name, []).append(index)
            self._groups = {
                name: {
                    *found,
                    *(
                        i
                        for i in range(found[0], found[-1])
                        if any(chain[0] == name for chain in self.statements[i].reads)
                    ),
                }
                for name, found in binders.items()
                if len(found) > 1
            }
        return self._groups

    def last_binder(self, name: str) -> Statement | None:
        """Return the statement that gives a name its final value.

        Args:
            name: The name.
        """
        found = [statement for statement in self.statements if name in statement.binds]
        return found[-1] if found else None

    def names(self) -> set[str]:
        """Return every name that the module's statements bind."""
        return {name for statement in self.statements for name in statement.binds}

    def statement_at(self, line: int) -> int | None:
        """Return the index of the statement that a line belongs to.

        Args:
            line: The line, from 1.
        """
        for index, statement in enumerate(self.statements):
            if statement.line <= line <= statement.end_line:
                return index
        return None

    def docstring(self, node: ast.AST | None = None) -> str | None:
        """Return the docstring of the module, or of a class in it, as this Python cleans it.

        Args:
            node: A class; the module if it is None.
        """
        body = (self.tree if node is None else node).body  # type: ignore[attr-defined]
        if not body or not _is_docstring(body[0]):
            return None
        namespace: dict[str, Any] = {}
        exec(self._compile_alone(body[:1]), namespace)  # noqa: S102  # a string constant
        return namespace.get("__doc__")

    def compile(self, body: list[ast.stmt]) -> CodeType:
        """Compile some of the module's statements on their own.

        What they define gets the very code objects of the whole module, so that the next update
        finds the functions that hold them.

        Args:
            body: The statements.
        """
        code = self._compile_alone(body)
        # not kept: references to code objects tell how many functions hold them
        codes = {(x.co_qualname, x): x for x in self.code.co_consts if isinstance(x, CodeType)}
        return code.replace(
            co_consts=tuple(
                codes.get((x.co_qualname, x), x) if isinstance(x, CodeType) else x
                for x in code.co_consts
            )
        )

    def _compile_alone(self, body: list[ast.stmt]) -> CodeType:
        tree = ast.Module(body=body, type_ignores=[])
        code: CodeType = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        return code


class Difference:
    """What has to be done to turn one version into the other.

    Attributes:
        run: Indices of the new statements that have to run.
        effects: New or old statements whose effects cannot be brought about by running a part.
        pairs: Old statement by index of the new one, where there is one.
        removed: Names that the new version does not bind any more.
        changed: Names whose definition or value differs, also where only a body does.
        unimported: Modules that no import statement names any more.
        is_unannotated: Whether an annotation without a value, `x: int`, has gone.
    """

    def __init__(self, old: Outline, new: Outline) -> None:
        self.pairs: dict[int, int] = _pair(old.statements, new.statements)
        self.run: set[int] = set()
        self.effects: list[Statement] = []
        self.removed: set[str] = set()
        self.changed: set[str] = set()
        self.unimported: set[str] = set()
        self.is_unannotated = False
        gone = set(range(len(old.statements))).difference(self.pairs.values())
        for index, statement in enumerate(new.statements):
            before = self.pairs.get(index)
            if before is None:
                self._must_run(index, statement)
            elif (was := old.statements[before]).text != statement.text:
                if was.skeleton == statement.skeleton:
                    if was.dump != statement.dump:
                        self.changed |= statement.binds
                else:
                    self._must_run(index, statement)
        for index in gone:
            was = old.statements[index]
            if isinstance(was.node, ast.AnnAssign) and not was.binds:
                self.is_unannotated = True
            elif was.kind is Kind.EFFECT or (was.kind is Kind.DATA and not was.binds):
                self.effects.append(was)
        self._check_order(new)
        self._find_unimported(old, new, gone)
        if self.run or gone or self.is_reordered:
            self.removed = old.names() - new.names()
            self._bind_again(old, new)

    @property
    def runs_nothing(self) -> bool:
        """Whether only code objects, line numbers and docstrings differ."""
        return not (self.run or self.effects or self.removed or self.is_unannotated)

    @property
    def is_reordered(self) -> bool:
        """Whether statements have changed places."""
        order = [self.pairs[index] for index in sorted(self.pairs)]
        return order != sorted(order)

    def _must_run(self, index: int, statement: Statement) -> None:
        if index in self.run:
            return
        if statement.kind is Kind.EFFECT:
            self.effects.append(statement)
        if statement.kind is not Kind.INERT:
            self.run.add(index)
            self.changed |= statement.binds

    def _check_order(self, new: Outline) -> None:
        """Effects that have changed places are effects that have changed."""
        last = -1
        for index, statement in enumerate(new.statements):
            before = self.pairs.get(index)
            if statement.kind is Kind.EFFECT and before is not None:
                if before < last:
                    self.effects.append(statement)
                last = max(before, last)

    def _find_unimported(self, old: Outline, new: Outline, gone: set[int]) -> None:
        before = [old.statements[index] for index in gone]
        after = [x for i, x in enumerate(new.statements) if i not in self.pairs]
        for index, was in self.pairs.items():
            if old.statements[was].text != new.statements[index].text:
                before.append(old.statements[was])
                after.append(new.statements[index])
        names = old.imported_names(x.node for x in before)
        if names and (names := names - new.imported_names(x.node for x in after)):
            self.unimported = names - new.imported_names([new.tree])

    def _bind_again(self, old: Outline, new: Outline) -> None:
        """A name that several statements bind gets its value from all of them, in order."""
        before = old.groups
        now = {was: index for index, was in self.pairs.items()}
        pending = True
        while pending:
            pending = False
            for name, group in new.groups.items():
                if group <= self.run:
                    continue
                was = [self.pairs.get(i) for i in sorted(group)]
                if self.run & group or was != sorted(before.get(name, ())):
                    pending = True
                    # whoever read it in between, and does so no more, reads another value
                    read = {now[i] for i in before.get(name, ()) if i in now}
                    for index in group | read:
                        self._must_run(index, new.statements[index])
        for name in before.keys() - new.groups.keys():
            read = {now[i] for i in before[name] if i in now}
            for index, statement in enumerate(new.statements):
                if name in statement.binds or index in read:
                    self._must_run(index, statement)


def read_before_bound(outline: Outline) -> Statement | None:
    """Return the first statement that would raise NameError because the order is wrong.

    Args:
        outline: The module.
    """
    first: dict[str, int] = {}
    for index, statement in enumerate(outline.statements):
        for name in statement.binds:
            first.setdefault(name, index)
    for index, statement in enumerate(outline.statements):
        if statement.kind is Kind.DECLARATION:
            continue
        for chain in statement.reads:
            if first.get(chain[0], -1) > index and not hasattr(builtins, chain[0]):
                return statement
    return None


def class_body(node: ast.ClassDef) -> list[Statement]:
    """Return the statements of a class body.

    Args:
        node: The class.
    """
    return [Statement(statement, (), eager=True) for statement in node.body]


def definition(outline: Outline | None, name: str) -> ast.ClassDef | None:
    """Return the top-level class statement of a name, if exactly one binds it.

    Args:
        outline: The module.
        name: The class.
    """
    found = [
        x.node for x in (outline.statements if outline else ()) if x.kind is Kind.CLASS
        and isinstance(x.node, ast.ClassDef) and x.node.name == name
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def without_decorators(node: ast.stmt) -> ast.stmt | None:
    """Return a decorated function's definition alone, or None if it is no such thing.

    Args:
        node: The statement.
    """
    if not isinstance(node, _FUNCTIONS) or not node.decorator_list:
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
        if not isinstance(node, _FUNCTIONS):
            return [repr(node)]
        args = node.args
        return [type(node).__name__, *map(ast.dump, node.decorator_list)] + [
            ast.dump(x.annotation)
            for x in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
            if x is not None and x.annotation is not None
        ]

    return facts(old) == facts(new)


# --- statements -------------------------------------------------------------------------------


def skeleton(node: ast.AST) -> str:
    """Return a syntax tree as text, without positions, function bodies and docstrings.

    Args:
        node: The tree; unchanged afterwards.
    """
    saved: list[tuple[Any, Any]] = []
    pending: list[ast.AST] = [node]
    while pending:
        inner: Any = pending.pop()
        if isinstance(inner, (*_FUNCTIONS, ast.Lambda)):
            saved.append((inner, inner.body))
            inner.body = [] if isinstance(inner, _FUNCTIONS) else ast.Constant(None)
        elif isinstance(inner, ast.ClassDef) and _is_docstring(inner.body[0]):
            saved.append((inner, inner.body))
            inner.body = inner.body[1:]
        pending.extend(ast.iter_child_nodes(inner))
    try:
        return ast.dump(node)
    finally:
        for inner, body in saved:
            inner.body = body


def scan(node: ast.stmt, eager_annotations: bool) -> tuple[frozenset[str], frozenset[Chain]]:
    """Return what a statement binds and what it reads at once, not later in a function.

    Args:
        node: The statement.
        eager_annotations: Whether annotations are evaluated where they stand.
    """
    binds: set[str] = set()
    reads: set[Chain] = set()
    pending: list[tuple[Any, frozenset[str] | None]] = [
        (node, None)
    ]  # node, names bound in a scope
    while pending:
        item, scope = pending.pop()
        if item is None:
            continue
        if isinstance(item, list):
            pending.extend((x, scope) for x in item)
            continue
        called = _chain(item.func) if isinstance(item, ast.Call) else ()
        if called and called[0] not in (scope or ()):
            reads.add((*called, "()"))
        if isinstance(item, ast.Attribute):
            attributes: list[str] = []
            inner: Any = item
            while isinstance(inner, ast.Attribute):
                attributes.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                if scope is None or inner.id not in scope:
                    reads.add((inner.id, *reversed(attributes)))
            else:
                pending.append((inner, scope))
        elif isinstance(item, ast.Name):
            if isinstance(item.ctx, ast.Load):
                if scope is None or item.id not in scope:
                    reads.add((item.id,))
            elif scope is None:
                binds.add(item.id)
        elif isinstance(item, (*_FUNCTIONS, ast.Lambda)):
            args = item.args
            if isinstance(item, _FUNCTIONS):
                if scope is None:
                    binds.add(item.name)
                pending.append((item.decorator_list, scope))
                reads.update((*c, "()") for x in item.decorator_list if (c := _chain(x)))
                if eager_annotations:
                    pending.append((item.returns, scope))
                    every = (
                        *args.posonlyargs,
                        *args.args,
                        *args.kwonlyargs,
                        args.vararg,
                        args.kwarg,
                    )
                    pending.extend((x.annotation, scope) for x in every if x is not None)
            pending.extend(((args.defaults, scope), (args.kw_defaults, scope)))
        elif isinstance(item, ast.ClassDef):
            if scope is None:
                binds.add(item.name)
            pending.append(([*item.decorator_list, *item.bases, *item.keywords], scope))
            inner_names: set[str] = set(scope or ())
            for statement in item.body:  # in order: a name is read from outside until it is bound
                pending.append((statement, frozenset(inner_names)))
                inner_names |= scan(statement, eager_annotations)[0]
        elif isinstance(item, _COMPREHENSIONS):
            targets = {
                x.id for g in item.generators for x in ast.walk(g.target) if isinstance(x, ast.Name)
            }
            for walrus in ast.walk(item):
                if isinstance(walrus, ast.NamedExpr) and scope is None:
                    binds.add(walrus.target.id)
            pending.extend(
                (x, frozenset(targets) | (scope or frozenset())) for x in ast.iter_child_nodes(item)
            )
        elif isinstance(item, ast.Import | ast.ImportFrom):
            if scope is None:
                binds.update(
                    x.asname or (x.name if isinstance(item, ast.ImportFrom) else x.name.partition(".")[0])
                    for x in item.names if x.name != "*"
                )  # fmt: skip
        elif isinstance(item, ast.AnnAssign):
            pending.append((item.value, scope))
            if item.value is not None or not isinstance(item.target, ast.Name):
                pending.append((item.target, scope))
            if eager_annotations:
                pending.append((item.annotation, scope))
        elif isinstance(item, _TYPE_ALIAS):
            pending.append((item.name, scope))
        else:
            if (
                isinstance(item, ast.AugAssign)
                and isinstance(item.target, ast.Name)
                and (scope is None or item.target.id not in scope)
            ):
                reads.add((item.target.id,))
            bound = getattr(item, "name", None)  # except … as name, case … as name
            if isinstance(bound, str) and scope is None:
                binds.add(bound)
            if isinstance(rest := getattr(item, "rest", None), str) and scope is None:
                binds.add(rest)  # case {**rest}
            pending.extend((x, scope) for x in ast.iter_child_nodes(item))
    return frozenset(binds), frozenset(reads)


def _chain(node: ast.AST) -> Chain:
    """Return `a.b.c` as a chain, nothing if it is no such thing."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()


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
    return Kind.DATA if isinstance(node, _TYPE_ALIAS) else Kind.EFFECT


def _declares(body: Iterable[ast.stmt]) -> Kind:
    kinds = {_kind(statement) for statement in body}
    return Kind.EFFECT if Kind.EFFECT in kinds else Kind.DECLARATION


def _calls(node: ast.AST) -> bool:
    return any(isinstance(x, ast.Call | ast.Await | ast.NamedExpr) for x in ast.walk(node))


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _at_module_level(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with the module: not those in functions and classes."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.stmt | ast.Module | ast.excepthandler) and not isinstance(
            node, _DEFINITIONS
        ):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _pair(old: Sequence[Statement], new: Sequence[Statement]) -> dict[int, int]:
    """Match statements: equal ones first, then those that define the same thing."""
    pairs: dict[int, int] = {}
    free_old, free_new = list(range(len(old))), list(range(len(new)))
    keys: list[Callable[[Statement], Any]] = [
        lambda x: (*x.text[:2], *x.text[2]),
        lambda x: x.dump,
        _identity,
    ]
    for key in keys:
        if not free_old or not free_new:
            break
        waiting: dict[Any, list[int]] = {}
        for index in reversed(free_old):
            if (found := key(old[index])) is not None:
                waiting.setdefault(found, []).append(index)
        for index in free_new:
            if (found := key(new[index])) is not None and waiting.get(found):
                pairs[index] = waiting[found].pop()
        free_new = [index for index in free_new if index not in pairs]
        taken = set(pairs.values())
        free_old = [index for index in free_old if index not in taken]
    return pairs


def _identity(statement: Statement) -> Any:
    """What makes two different statements versions of one."""
    match statement.kind:
        case Kind.FUNCTION | Kind.CLASS:
            return statement.node.name  # type: ignore[attr-defined]
        case Kind.DATA | Kind.DECLARATION if statement.binds:
            return statement.binds
        case Kind.IMPORT | Kind.INERT:
            return None
    return statement.skeleton
