"""A module's source, parsed and compiled: its statements, its imports, its names."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable
from types import CodeType
from typing import Any

from ...syntax_errors import quote_source
from .asyncio_run import await_runs, may_run_a_loop
from .code_objects import is_class_body, position
from .last_value import valued_statement, with_value
from .revision import Revision, revise, split_lines
from .statements import Kind, Statement, at_module_level, is_docstring

_CO_OPTIMIZED = 0x1
_FUTURES = 0x1FE0000  # the CO_FUTURE_* flags, which compile() takes as they are
_ANNOTATIONS_FUTURE = 0x1000000
_LAZY_ANNOTATIONS = sys.version_info >= (3, 14)


class Outline:
    """A module's source, parsed and compiled.

    Attributes:
        statements: Its top-level statements.
        code: Its code object; it runs only where the whole text was compiled.
        compiled: How many statements were compiled.
        age: How many versions ago the whole text was compiled.
        eager_annotations: Whether annotations are evaluated where they stand.
        imports: Local name → (absolute module name, attribute or None), from top-level imports.
        stars: The modules it star-imports.
        valued: The last expression, if its value counts.

    Args:
        filename: The name for the code objects.
        package: What relative imports start from.
        top_level_await: Whether the module may await at its top level, as entries may.
        awaits_value: Whether the value of its last expression counts.
        code: Its code object, if it is compiled already.
        after: The version before, if there is one: what both have is not compiled again.

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
        awaits_value: bool = False,
        code: CodeType | None = None,
        after: Outline | None = None,
    ) -> None:
        self.source = source
        self.filename = filename
        self.package = package
        self._awaits_value = awaits_value
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0
        self._runs_a_loop = top_level_await and may_run_a_loop(source)
        self.valued: ast.Expr | None = None
        lines = split_lines(source)
        revision = None if after is None else self._revise(after, lines)
        if after is not None and revision is not None:
            self.age: int = after.age + 1
            self._flags = after._flags  # noqa: SLF001  # its own kind
            self.eager_annotations: bool = after.eager_annotations
            self.statements, self.code, self.compiled = revision
            if awaits_value and self.statements:
                last = ast.Module([self.statements[-1].node], [])
                self.valued = valued_statement(last, source)
        else:
            self.age = 0
            self._compile_whole(lines, code)
        self._imports: dict[str, tuple[str, str | None]] | None = None
        self._stars: list[str] = []
        self._groups: dict[str, set[int]] | None = None

    def _revise(self, after: Outline, lines: list[str]) -> Revision | None:
        if (
            (after.filename, after._awaits_value) != (self.filename, self._awaits_value)
            or after._flags & ~_FUTURES != self._flags
            or after._flags & _FUTURES & ~_ANNOTATIONS_FUTURE
            # a loop that is awaited changes more than the statement that runs it
            or after._runs_a_loop
            or self._runs_a_loop
        ):
            return None
        return revise(after, lines, after._flags)

    def _compile_whole(self, lines: list[str], code: CodeType | None) -> None:
        # as ast.parse does, but without a frame of its own in the traceback of a SyntaxError
        parse = self._flags | ast.PyCF_ONLY_AST
        try:
            tree: ast.Module = compile(self.source, self.filename, "exec", parse, dont_inherit=True)
            if self._runs_a_loop:
                await_runs(tree)
            if self._awaits_value:
                self.valued = valued_statement(tree, self.source)
            whole = ast.Module(with_value(tree.body, self.valued), tree.type_ignores)
            self.code = code or compile(
                whole, self.filename, "exec", self._flags, dont_inherit=True
            )
        except SyntaxError as error:
            quote_source(error, self.source, self.filename)
            raise
        self._flags |= self.code.co_flags & _FUTURES
        self.eager_annotations = not (_LAZY_ANNOTATIONS or self._flags & _ANNOTATIONS_FUTURE)
        self.statements = [Statement(x, lines, self.eager_annotations) for x in tree.body]
        self.compiled = len(tree.body)

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree; the lines in it may be those of an earlier version."""
        return ast.Module([statement.parsed for statement in self.statements], [])

    @property
    def imports(self) -> dict[str, tuple[str, str | None]]:
        """See the class."""
        if self._imports is None:
            self._imports = {}
            for node in at_module_level(self.tree):
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
        """Return the absolute name of the module that an import statement names."""
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
        for node in statement.import_nodes:
            if isinstance(node, ast.Import):
                found += [(x.name, None, x.asname or x.name) for x in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self.absolute(node)
                found += [(base, x.name, x.asname or x.name) for x in node.names]
        return found

    def star_statements(self) -> set[int]:
        """Return the statements that import with `*`."""
        if not self.stars:
            return set()
        return {
            index
            for index, x in enumerate(self.statements)
            if any(attribute == "*" for _, attribute, _ in self.imports_of(x))
        }

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

    def are_separate(self, name: str) -> bool:
        """Tell whether functions of one name, as `def _` after decorators, are independent."""
        return all(
            self.statements[index].kind is Kind.FUNCTION
            and all(chain[0] != name for chain in self.statements[index].reads)
            for index in self.groups.get(name, ())
        )

    def last_binder(self, name: str) -> Statement | None:
        """Return the statement that gives a name its final value."""
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
        if not body or not is_docstring(body[0]):
            return None
        namespace: dict[str, Any] = {}
        exec(self._compile_alone(body[:1]), namespace)  # noqa: S102  # a string constant
        return namespace.get("__doc__")

    def compile(self, body: list[ast.stmt]) -> CodeType:
        """Compile some of the module's statements on their own.

        What they define gets the very code objects of the whole module, so that the next update
        finds the functions that hold them. They are known by their places: the compiler makes other
        code of `words.text()` where it sees the import of `words`.
        """
        return _with_code_of(self._compile_alone(body), self.code)

    def compile_body(self, cls: ast.ClassDef, whole: CodeType, body: list[ast.stmt]) -> CodeType:
        """Compile a part of a class body; what it defines gets the code objects of the whole one.

        Args:
            whole: The code of its whole body.
        """
        fields = {name: value for name, value in ast.iter_fields(cls) if name != "body"}
        tree: ast.stmt = ast.copy_location(ast.ClassDef(**fields, body=body), cls)
        for name in reversed(whole.co_qualname.split(".")[:-1]):
            options: dict[str, Any] = {"type_params": []} if sys.version_info >= (3, 12) else {}
            outer = ast.ClassDef(
                name=name, bases=[], keywords=[], body=[tree], decorator_list=[], **options
            )
            tree = ast.copy_location(outer, cls)
        return _with_code_of(_class_code(self._compile_alone([tree]), whole.co_qualname), whole)

    def with_value(self) -> ast.Module:
        """Return the tree that runs: it keeps the value of the last expression where that counts."""
        body = [statement.node for statement in self.statements]
        return ast.Module(with_value(body, self.valued), [])

    def _compile_alone(self, body: list[ast.stmt]) -> CodeType:
        tree = ast.Module(body=with_value(body, self.valued), type_ignores=[])
        code: CodeType = compile(tree, self.filename, "exec", self._flags, dont_inherit=True)
        return code


def _with_code_of(alone: CodeType, whole: CodeType) -> CodeType:
    """Let code that was compiled alone make functions of the very code objects of the whole."""
    # not kept: references to code objects tell how many functions hold them
    codes: dict[tuple[str, int], list[CodeType]] = {}
    for one in whole.co_consts:
        if isinstance(one, CodeType):
            codes.setdefault((one.co_qualname, one.co_firstlineno), []).append(one)

    def of_whole(code: CodeType) -> CodeType:
        same = codes.get((code.co_qualname, code.co_firstlineno), [])
        if len(same) > 1:  # lambdas of one line
            same = [x for x in same if position(x) == position(code)]
        if len(same) == 1 and is_class_body(code):
            # it runs at its new line, which is one of its constants since Python 3.13
            return _with_code_of(code, same[0])
        # several only where the interpreter keeps no columns
        return next((x for x in same if len(same) == 1 or x == code), code)

    return alone.replace(
        co_consts=tuple(of_whole(x) if isinstance(x, CodeType) else x for x in alone.co_consts)
    )


def _class_code(code: CodeType, qualname: str) -> CodeType:
    """Return the code of a class body, somewhere below other code."""
    pending = [code]
    for item in pending:  # grows while it is walked
        if item.co_qualname == qualname and not item.co_flags & _CO_OPTIMIZED:
            return item
        pending.extend(x for x in item.co_consts if isinstance(x, CodeType))
    raise LookupError(qualname)


def read_before_bound(outline: Outline) -> Statement | None:
    """Return the first statement that would raise NameError because the order is wrong."""
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


def definition(outline: Outline | None, name: str) -> ast.ClassDef | None:
    """Return the top-level class statement of a name, if exactly one binds it."""
    found = [
        x.node for x in (outline.statements if outline else ()) if x.kind is Kind.CLASS
        and isinstance(x.node, ast.ClassDef) and x.node.name == name
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None
