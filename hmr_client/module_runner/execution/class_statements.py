"""Class statements of an update: which live classes they concern, and which parts of them run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from ..analysis.class_change import ClassChange, class_change, class_definition, classes_in
from ..analysis.outline import Outline
from ..analysis.scan import FUNCTIONS
from ..analysis.statements import Kind, Statement
from ..classes.building import ClassBuilding, Shape, class_in
from ..classes.members import ClassReport
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..transaction import Transaction

_OF_METHODS = frozenset(
    (
        "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "deleter", "final", "getter",
        "lru_cache", "overload", "override", "property", "setter", "singledispatchmethod", "staticmethod",
    )
)  # fmt: skip
"""What decorates a method and puts nothing aside."""


class ClassStatements:
    """Compares class statements, and lets live classes get their bodies.

    Args:
        dirty: Knows the names with new values.
        transaction: Rolls everything back on failure.
        refitted_in: Returns the lines of a module's functions whose code does not fit the live ones.
        made_with: Returns the attributes that a class has got while its statement ran.
        report: Receives what became of the classes of a module.
    """

    def __init__(
        self,
        dirty: DirtyNames,
        transaction: Transaction,
        refitted_in: Callable[[EvaluatedModule], Collection[int]],
        made_with: Callable[[EvaluatedModule, str], frozenset[str]],
        report: Callable[[EvaluatedModule], ClassReport],
    ) -> None:
        self._dirty = dirty
        self._transaction = transaction
        self._refitted_in = refitted_in
        self._made_with = made_with
        self._report = report

    def building(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        before: Mapping[str, Any],
        *,
        everything: bool,
        may_run_in_part: bool,
    ) -> ClassBuilding | None:
        """Return what lets live classes get the bodies of a statement, None if there are none.

        Args:
            outline: The module's source.
            before: What the names that the statement binds are bound to.
            everything: Whether the whole module runs again.
            may_run_in_part: Whether parts of a class body may be left out.
        """
        if statement.kind not in (Kind.CLASS, Kind.DECLARATION):
            return None
        nodes = [x for x in classes_in(statement.node) if x.name in before]
        many = outline.groups.keys() | self._dirty.old_outline(module).groups.keys()
        name = module.module.__name__
        found = {
            x.name: class_in(before[x.name], x.name, name) for x in nodes if x.name not in many
        }
        live = {name: cls for name, cls in found.items() if cls is not None}
        if not live:
            return None

        def change_of(qualname: str, code: CodeType, shape: Shape) -> tuple[ClassChange, CodeType]:
            if everything:
                return ClassChange(), code
            change = self.change(module, outline, statement, qualname, shape)
            node = class_definition([statement.node], qualname)
            if not may_run_in_part or (node is not None and _collects(node)):
                change.body = None
            if change.body is not None and node is not None:
                code = outline.compile_body(node, code, change.body)
            return change, code

        return ClassBuilding(
            self._transaction,
            module.module.__dict__,
            live,
            {qualname: _decorators(x) for node in nodes for qualname, x in _with_nested(node)},
            change_of,
            self._report(module),
            may_replace=everything,
        )

    def change(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        qualname: str,
        shape: Shape,
    ) -> ClassChange:
        """Compare the versions of a class.

        Args:
            outline: The module's source.
            statement: The new statement.
            qualname: The class's qualified name.
            shape: The class that lives.
        """
        name = qualname.partition(".")[0]
        if name in outline.groups or name in self._dirty.old_outline(module).groups:
            return ClassChange()  # which of several statements has made what lives?
        old = self._dirty.old_outline(module).last_binder(name)
        before = None if old is None else class_definition([old.node], qualname)
        after = class_definition([statement.node], qualname)
        was_decorated = before is not None and bool(before.decorator_list)
        change = class_change(
            before,
            after,
            lambda part: (
                any(chain[0] in outline.groups for chain in part.reads)
                or self._dirty.are_read_by(module, outline, part, 0)
            ),
            lambda node, names: _is_live(shape, node, names, was_decorated),
            self._refitted_in(module),
        )
        made = self._made_with(module, qualname)
        is_decorated = was_decorated or (after is not None and after.decorator_list)
        change.made = made if is_decorated else frozenset(x for x in made if "." in x)
        return change


def _is_live(shape: Shape, node: ast.stmt, names: Collection[str], was_decorated: bool) -> bool:
    """Whether a class has what a statement of its body has made, and as the statement made it."""
    live = vars(shape.cls)
    if not any(name in live for name in names):
        return False
    if shape.decorators and isinstance(node, ast.AnnAssign):
        return node.value is None or "ClassVar" in ast.unparse(node.annotation)  # else a field
    if was_decorated and isinstance(node, ast.Assign):
        # `number = float`: the decorator may have put another one there
        return not any(callable(live.get(name)) for name in names)
    may_be_wrapped = shape.is_shaped or was_decorated
    if may_be_wrapped and isinstance(node, FUNCTIONS) and not node.decorator_list:
        function = live.get(next(iter(names)))
        qualname = f"{shape.cls.__qualname__}.{node.name}"
        return type(function) is FunctionType and function.__code__.co_qualname == qualname
    return True


def _with_nested(node: ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.ClassDef]]:
    yield f"{prefix}{node.name}", node
    for statement in node.body:
        for inner in classes_in(statement):
            yield from _with_nested(inner, f"{prefix}{node.name}.")


def _collects(node: ast.ClassDef) -> bool:
    """Whether the decorator of a class may use what those of its methods have put aside: all of them have to run."""
    return bool(node.decorator_list) and any(
        not _OF_METHODS.issuperset(_decorators(x)) for x in node.body if isinstance(x, FUNCTIONS)
    )


def _decorators(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    called = [x.func if isinstance(x, ast.Call) else x for x in node.decorator_list]
    return [ast.unparse(x).rpartition(".")[2] for x in called]
