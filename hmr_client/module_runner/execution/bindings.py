"""What a statement binds: reconciled with what was bound before, so that its holders keep using it."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from ..analysis.class_change import ClassChange
from ..analysis.outline import Outline
from ..analysis.statements import Kind, Statement
from ..classes.building import Shape
from ..classes.members import ClassReport
from ..classes.merging import holds_methods, merge_class
from ..classes.refusal import CannotKeepClass, Refusal
from ..inspection import is_a, is_standard
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..names.keys import CALLED, Key
from ..names.removed_names import RemovedNames
from ..objects.functions import (
    SIGNATURE,
    adopt,
    closed_over,
    function_in,
    have_other_parameters,
    is_new_version,
)
from ..objects.reconcile import reconcile
from ..objects.values import is_changed
from ..transaction import MISSING, Transaction
from .class_statements import ClassStatements
from .code_patch import CodePatch


class Bindings:
    """The names that statements bind while an update runs them.

    Args:
        code: Knows who holds the code of functions.
        dirty: Gets the names with new values.
        removed: Knows the removed names.
        classes: Knows what has changed in class statements.
        report: Returns what notes the changes of a module's classes.
        transaction: Rolls everything back on failure.
    """

    def __init__(
        self,
        code: CodePatch,
        dirty: DirtyNames,
        removed: RemovedNames,
        classes: ClassStatements,
        report: Callable[[EvaluatedModule], ClassReport],
        transaction: Transaction,
    ) -> None:
        self._code = code
        self._dirty = dirty
        self._removed = removed
        self._classes = classes
        self._report = report
        self._transaction = transaction
        self._originals: dict[Key, Any] = {}

    def merge_class(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        name: str,
        before: Any,
        everything: bool,
    ) -> None:
        """Merge a class that was made a second time into the one that lives."""
        namespace = module.module.__dict__
        before = self._originals.get((module.name, name), before)
        if (
            not is_a(before, type)
            or not is_new_version(before, namespace.get(name))
            or outline.last_binder(name) is not statement
            or not self._defines(module, statement.kind, name)
        ):
            return
        if not everything and self._is_of_library(type(before)) and holds_methods(namespace[name]):
            raise CannotKeepClass(name, Refusal.HELD)
        change = ClassChange()
        if statement.kind is Kind.CLASS and not everything:
            change = self._classes.change(module, outline, statement, name, Shape(before, ()))
        try:
            # nothing else may hold the new class here, this frame included
            merge_class(self._transaction, before, namespace, name, change, self._report(module))
        except CannotKeepClass as refused:
            if refused.is_spoiled or not everything:
                raise
        else:
            namespace[name] = before

    def _is_of_library(self, metaclass: type) -> bool:
        return self._dirty.module_of(metaclass) is None and not is_standard(metaclass.__module__)

    def settle(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        name: str,
        before: Any,
    ) -> None:
        """Reconcile what a statement has bound with what was bound before."""
        namespace = module.module.__dict__
        after = namespace.get(name, MISSING)
        # what others know is the value before this update, not what an earlier binder has made
        before = self._originals.setdefault((module.name, name), before)
        if outline.last_binder(name) is not statement:
            return
        self._originals[module.name, name] = after
        if after is before:
            return
        if after is MISSING:
            self._removed.settle(module, {name: before})
            return
        kept = after
        if type(before) is FunctionType and type(after) is FunctionType:
            self.mark_signature(module, before, after)
            self._dirty.taints.mark(module, name)
        # what a branch imports belongs to others: they have it from where it is defined
        is_own = statement.kind is not Kind.DECLARATION or (
            function_in(before, name, namespace) is not None
        )
        if self._defines(module, statement.kind, name) and is_own:
            is_class = statement.kind is Kind.CLASS
            kept = reconcile(self._transaction, before, after, keeps_filled=is_class)
        if kept is not after:
            namespace[name] = self._originals[module.name, name] = kept
        if is_changed(before, kept):
            self._dirty.mark(module, name)
            if statement.kind is Kind.CLASS:
                self._dirty.mark_subclass(before)
                self._dirty.mark_subclass(kept)

    def mark_signature(
        self, module: EvaluatedModule, before: FunctionType, after: FunctionType
    ) -> None:
        """Tell those who called a function, or looked at it, that it takes other arguments."""
        name = before.__qualname__
        # the code has been patched already: another line is another definition, in another branch
        is_other = before.__code__.co_firstlineno != after.__code__.co_firstlineno
        owner = (
            self._dirty.graph.maker_of(before) or module
        )  # a decorator's wrapper is made elsewhere
        if is_changed(_defaults(before), _defaults(after)) or is_other:
            self._dirty.mark(owner, f"{name}.{CALLED}")
            self._dirty.taints.mark(module, name)
        if have_other_parameters(before, after):
            self._dirty.mark(owner, f"{name}.{SIGNATURE}")
            self._dirty.taints.mark(module, name)

    def is_one_of_several(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, name: str
    ) -> bool:
        """Whether a function shares its name with unrelated ones."""
        outlines = (self._dirty.old_outline(module), outline)
        return (
            statement.kind is Kind.FUNCTION
            and any(name in x.groups for x in outlines)
            and all(x.are_separate(name) for x in outlines)
        )

    def settle_one_of_several(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        name: str,
        before: Any,
    ) -> Any:
        """Let the function that the same definition has made before be the new one."""
        namespace = module.module.__dict__
        kept = made = namespace.get(name)
        _, holders = self.holders_of(module, statement)
        inner = function_in(made, name, namespace)
        if inner is made is not None and len(holders) == 1:
            kept = reconcile(self._transaction, holders[0], made)
        elif inner is not None:
            for holder in holders:
                adopt(self._transaction, holder, inner)
        is_last = outline.last_binder(name) is statement
        namespace[name] = kept if is_last or before is MISSING else before
        if is_last and is_changed(before, kept):
            self._dirty.mark(module, name)
        return kept

    def _defines(self, module: EvaluatedModule, kind: Kind, name: str) -> bool:
        """Return whether the name's old object was defined here, not just bound to by an assignment."""
        if kind not in (Kind.FUNCTION, Kind.CLASS, Kind.DECLARATION):
            return False
        binder = self._dirty.old_outline(module).last_binder(name)
        return binder is not None and binder.kind is kind

    def adopt_inner(
        self, module: EvaluatedModule, statement: Statement, holders: list[FunctionType]
    ) -> None:
        """Replace functions that other code holds past their decorators by the new one."""
        namespace = module.module.__dict__
        for holder in holders:
            name = statement.node.name  # type: ignore[attr-defined]
            function = function_in(namespace.get(name), name, namespace)
            if function not in (None, holder) and holder.__code__.co_freevars == ():
                self.mark_signature(module, holder, function)
                adopt(self._transaction, holder, function)

    def holders_of(
        self, module: EvaluatedModule, statement: Statement
    ) -> tuple[CodeType | None, list[FunctionType]]:
        """Return the new code of a function definition, and the functions that hold its old one."""
        if statement.kind is not Kind.FUNCTION:
            return None, []
        return self._code.holders_of(module, statement)


def _defaults(function: FunctionType) -> tuple[Any, ...]:
    return function.__defaults__, function.__kwdefaults__, tuple(closed_over(function))
