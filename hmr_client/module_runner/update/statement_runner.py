"""Runs one statement of a live module, and reconciles what it has bound with what was bound before."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from types import CodeType, FunctionType
from typing import Any

from ..analysis.class_change import ClassChange
from ..analysis.outline import Outline
from ..analysis.statements import Kind, Statement, same_decoration, without_decorators
from ..effects.contributions import Contribution, Contributions
from ..effects.ledger import Ledger
from ..effects.places import CannotTakeBack
from ..effects.reach import is_opaque
from ..imports.top_level import PATIENCE_S, run
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..names.readers import CALLED, SIGNATURE, Key, own_attributes
from ..names.removed_names import RemovedNames
from ..objects.annotations import ModuleAnnotations, have_annotations
from ..objects.class_building import Shape
from ..objects.classes import merge_class
from ..objects.functions import (
    adopt,
    carry_over,
    function_in,
    have_other_parameters,
    is_new_version,
    put_code,
)
from ..objects.members import ClassReport
from ..objects.reconcile import reconcile
from ..objects.refusal import CannotKeepClass
from ..objects.values import is_changed
from ..planning.plan import Change
from ..transaction import MISSING, Transaction
from .class_statements import ClassStatements
from .code_patch import CodePatch
from .escalation import Escalation, StatementRaised


class Execution:
    """Runs statements of modules that are being updated.

    Args:
        ledger: Knows what statements have registered.
        contributions: Knows what they have put into lists, dicts and objects.
        transaction: Rolls everything back on failure.
        changes: The changed modules.
        code: Has swapped the code of functions, and knows who holds it.
        dirty: Gets the names with new values.
        removed: Knows the removed names.
    """

    def __init__(
        self,
        ledger: Ledger,
        contributions: Contributions,
        transaction: Transaction,
        changes: Mapping[EvaluatedModule, Change],
        code: CodePatch,
        dirty: DirtyNames,
        removed: RemovedNames,
    ) -> None:
        self._ledger = ledger
        self._contributions = contributions
        self._transaction = transaction
        self._changes = changes
        self._code = code
        self._dirty = dirty
        self._removed = removed
        self._report = _reporter(dirty, code)
        self._classes = ClassStatements(
            dirty, transaction, code.refitted_in, contributions.made_with, self._report
        )
        self._originals: dict[Key, Any] = {}
        self._annotations: dict[EvaluatedModule, ModuleAnnotations | None] = {}

    async def run(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        everything: bool = False,
        is_dirty: bool = True,
    ) -> None:
        """Run a statement, and reconcile what it has bound with what was bound before.

        Args:
            module: Where it stands.
            outline: The module's source.
            everything: Whether the whole module runs again.
            is_dirty: Whether it reads something that has a new value.

        Raises:
            Escalation: If the module can't be patched.
            StatementRaised: If it raises.
        """
        try:
            await self._run(module, outline, statement, everything, is_dirty)
        except Escalation:
            raise
        except CannotKeepClass as refused:
            reason = f"class {refused.name} has to be replaced: {refused.refusal.value}"
            raise Escalation(module, reason) from None
        except Exception as error:  # noqa: BLE001  # the user's own
            raise StatementRaised(error) from None

    async def _run(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        everything: bool,
        is_dirty: bool,
    ) -> None:
        namespace = module.module.__dict__
        index = outline.statements.index(statement)
        before_star = self._removed.refresh_star(module, outline, statement, namespace)
        before = {name: namespace.get(name, MISSING) for name in statement.binds}
        self._close_effects(module, statement)
        new_code, holders = self._holders_of(module, statement)
        if (
            holders
            and not is_dirty
            and self._is_function_alone(module, outline, statement, holders)
        ):
            await self._run_function_alone(module, outline, statement, new_code, holders)
            return
        if not everything:
            self._check_look(module, outline, statement, index)
        carries_over = self._makes_only_closures(module, outline, statement)
        classes = self._classes.building(
            module,
            outline,
            statement,
            before,
            everything=everything,
            # its contributions are removed, so the whole statement has to make them again
            may_run_in_part=index not in self._contributions.of(module),
        )
        # before it runs: else each decorator registers a second time, or its registry refuses
        positions = self._take_back(module, statement, index)
        if statement.kind is Kind.DECLARATION:
            _unbind(outline, statement, namespace)
        self._contributions.begin(module, statement.scan, index)
        with classes or nullcontext():
            await self._execute(module, outline, statement, statement.node)
        for name, value in before.items():
            self._merge_class(module, outline, statement, name, value, everything)
        kept: dict[int, Any] = {}
        if classes is not None:
            classes.finish()
            kept = {id(made): lives for made, lives in classes.adopted}
        contribution = self._contributions.end(module, index)
        alive = _functions(before, namespace)
        for name, value in before.items():
            made = id(namespace.get(name))
            if self._is_one_of_several(module, outline, statement, name):
                kept[made] = self._settle_one_of_several(module, outline, statement, name, value)
            else:
                if carries_over:
                    carry_over(self._transaction, value, namespace.get(name))
                self._settle(module, outline, statement, name, value)
                kept[made] = namespace.get(name)
        if MISSING in before.values() and self._dirty.may_list_names():
            _put_in_order(outline, index, namespace)
        for name in before_star:
            if is_changed(before_star[name], namespace.get(name, MISSING)):
                self._dirty.mark(module, name)
        if contribution is not None:
            contribution.replace({made: x for made, x in kept.items() if made != id(x)})
            alive.clear()  # a weak set has let the new ones be replaced as well
            try:
                self._contributions.put_in_place(
                    module, index, contribution, positions, self._transaction
                )
            except CannotTakeBack:
                raise _cannot_take_back(module, f"line {statement.line}") from None
            self._mark_changed(contribution)
        self._mark_stored(statement, namespace)
        if not any(self._is_one_of_several(module, outline, statement, x) for x in before):
            self._adopt_inner(module, statement, holders)

    def _adopt_inner(
        self, module: EvaluatedModule, statement: Statement, holders: list[FunctionType]
    ) -> None:
        """Replace functions that other code holds past their decorators by the new one."""
        namespace = module.module.__dict__
        for holder in holders:
            name = statement.node.name  # type: ignore[attr-defined]
            function = function_in(namespace.get(name), name, namespace)
            if function not in (None, holder) and holder.__code__.co_freevars == ():
                self._mark_signature(module, holder, function)
                adopt(self._transaction, holder, function)

    async def _execute(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, node: ast.stmt
    ) -> None:
        index = outline.statements.index(statement)
        annotations = self.annotations_of(module, outline)
        if annotations is not None:
            annotations.executing(index)
        self._dirty.forget_reads()
        running = await run(outline.compile([node]), module, self._ledger, PATIENCE_S)
        if running is not None:
            running.cancel()
            raise Escalation(module, "its top level waits for something")
        if annotations is not None:
            annotations.executed(index)

    def _makes_only_closures(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> bool:
        """Whether a statement runs only because closures that it has made can't get their new code."""
        change = self._changes.get(module)
        has_changed = change is not None and outline.statements.index(statement) in (
            change.difference.run
        )
        return (
            statement.kind is Kind.DATA
            and not has_changed
            and not self._dirty.are_read_by(module, outline, statement, 0, but_closures=True)
        )

    # --- a function's definition without its decorators -----------------------------------------

    def _holders_of(
        self, module: EvaluatedModule, statement: Statement
    ) -> tuple[CodeType | None, list[FunctionType]]:
        if statement.kind is not Kind.FUNCTION:
            return None, []
        return self._code.holders_of(module, statement)

    def _is_function_alone(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        holders: list[FunctionType],
    ) -> bool:
        """Whether the decorators of a function have nothing to do with what has changed."""
        old = self._old_statement(module, outline, statement)
        names = {*statement.binds, *(chain[0] for chain in statement.reads)}
        if old is None or old.dump == statement.dump:
            return False
        # of several functions of a name another one than this may be bound to it
        if any(names & x.groups.keys() for x in (outline, self._dirty.old_outline(module))):
            return False
        contribution = self._contributions.of(module).get(outline.statements.index(statement))
        bound = [module.module.__dict__.get(name) for name in statement.binds]
        return (
            same_decoration(old.node, statement.node)
            and not self._dirty.may_look_at_parameters(module, statement.node)
            and without_decorators(statement.node) is not None
            and (contribution is None or contribution.holds_only([*holders, *bound]))
        )

    async def _run_function_alone(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        new_code: CodeType | None,
        holders: list[FunctionType],
    ) -> None:
        """Let the functions that the decorators have got be the new one."""
        namespace = module.module.__dict__
        name = statement.node.name  # type: ignore[attr-defined]
        before = namespace.get(name, MISSING)
        alone = without_decorators(statement.node)
        await self._execute(module, outline, statement, alone or statement.node)
        made = namespace[name]
        for holder in holders:
            self._mark_signature(module, holder, made)
            adopt(self._transaction, holder, made)
            put_code(self._transaction, holder, new_code or made.__code__)
        if before is not MISSING:
            namespace[name] = before
        if hasattr(before, "cache_clear"):
            before.cache_clear()

    # --- what it has put into lists, dicts and objects ------------------------------------------

    def take_back_gone(self, module: EvaluatedModule) -> None:
        """Undo what removed statements have put into other objects.

        Raises:
            Escalation: If that can't be done.
        """
        try:
            gone = self._contributions.take_back_gone(module, self._transaction)
        except CannotTakeBack:
            raise _cannot_take_back(module, "a removed statement") from None
        for contribution in gone:
            self._mark_changed(contribution)

    def _check_look(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, index: int
    ) -> None:
        """Escalate where a fresh start shows a statement less than it would see now."""
        if not statement.may_look:
            return
        later = self._contributions.changed_after(module, index)
        if later and not later.isdisjoint(self._dirty.objects_read_by(module, outline, statement)):
            reason = f"line {statement.line} reads what later statements have put something into"
            raise Escalation(module, reason)

    def _take_back(self, module: EvaluatedModule, statement: Statement, index: int) -> Any:
        try:
            old = self._contributions.of(module).get(index)
            positions = self._contributions.take_back(module, index, self._transaction)
        except CannotTakeBack:
            raise _cannot_take_back(module, f"line {statement.line}") from None
        if old is not None:
            self._mark_changed(old)
        return positions

    def _mark_changed(self, contribution: Contribution) -> None:
        for owner in contribution.owners():
            self._dirty.mark_object(owner)
        for delta in contribution.deltas.values():
            self._dirty.mark_place(delta.place, delta.keys())

    def _mark_stored(self, statement: Statement, namespace: dict[str, Any]) -> None:
        """Mark the readers of a library's object in which a statement has set something."""
        for name, *rest in statement.scan.stores:
            item = namespace.get(name, MISSING)
            for attribute in rest:
                item = own_attributes(item).get(attribute, MISSING)
            if item is not MISSING and is_opaque(item):
                self._dirty.mark_object(item)

    def annotations_of(self, module: EvaluatedModule, outline: Outline) -> ModuleAnnotations | None:
        """Return what keeps a module's annotations right, None if it has none."""
        if module not in self._annotations:
            namespace = module.module.__dict__
            change = self._changes.get(module)
            old = outline if change is None else change.old
            same = {index: index for index in range(len(outline.statements))}
            pairs = same if change is None else change.difference.pairs
            self._annotations[module] = (
                ModuleAnnotations(old, outline, pairs, namespace, self._transaction)
                if have_annotations(outline, namespace)
                else None
            )
        return self._annotations[module]

    def _merge_class(
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
            not isinstance(before, type)
            or not is_new_version(before, namespace.get(name))
            or outline.last_binder(name) is not statement
            or not self._defines(module, statement.kind, name)
        ):
            return
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

    def _settle(
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
            self._mark_signature(module, before, after)
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

    def _mark_signature(
        self, module: EvaluatedModule, before: FunctionType, after: FunctionType
    ) -> None:
        """Tell those who called a function, or looked at it, that it takes other arguments."""
        name = before.__qualname__
        # the code has been patched already: another line is another definition, in another branch
        is_other = before.__code__.co_firstlineno != after.__code__.co_firstlineno
        if is_changed(_defaults(before), _defaults(after)) or is_other:
            self._dirty.mark(module, f"{name}.{CALLED}")
        if have_other_parameters(before, after):
            self._dirty.mark(module, f"{name}.{SIGNATURE}")

    def _is_one_of_several(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, name: str
    ) -> bool:
        """Whether a function shares its name with unrelated ones."""
        outlines = (self._dirty.old_outline(module), outline)
        return (
            statement.kind is Kind.FUNCTION
            and any(name in x.groups for x in outlines)
            and all(x.are_separate(name) for x in outlines)
        )

    def _settle_one_of_several(
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
        _, holders = self._holders_of(module, statement)
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

    def _old_statement(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> Statement | None:
        change = self._changes.get(module)
        if change is None:
            return statement
        index = change.difference.pairs.get(outline.statements.index(statement))
        return None if index is None else change.old.statements[index]

    def _close_effects(self, module: EvaluatedModule, statement: Statement) -> None:
        """Close what the statement registered when it ran before."""
        lines = range(statement.line, statement.end_line + 1)
        self._ledger.close(self._ledger.of_lines(module, lines), self._transaction)


def _reporter(dirty: DirtyNames, code: CodePatch) -> Callable[[EvaluatedModule], ClassReport]:
    """Return what notes the changes of classes.

    It does not refer to the execution: in a circle, what counts the references to code objects finds
    those of the update before as well, and looks for their holders in the whole heap.
    """

    def report_of(module: EvaluatedModule) -> ClassReport:
        def report(cls: type, changed: set[str], init_changed: bool) -> None:
            for attribute in changed:
                dirty.mark(module, f"{cls.__qualname__}.{attribute}")
            if init_changed:
                code.upgrades.append(cls)

        return report

    return report_of


def _put_in_order(outline: Outline, index: int, namespace: dict[str, Any]) -> None:
    """Let the names of later statements stand behind those of a statement that is new."""
    earlier = {name for x in outline.statements[: index + 1] for name in x.binds}
    later = {name for x in outline.statements[index + 1 :] for name in x.binds} - earlier
    for name in [x for x in namespace if x in later]:
        namespace[name] = namespace.pop(name)


def _unbind(outline: Outline, statement: Statement, namespace: dict[str, Any]) -> None:
    """Remove the names of an `if` or `try`: another branch may run now, and bind others."""
    index = outline.statements.index(statement)
    for name in statement.binds - {chain[0] for chain in statement.reads}:
        if index == min(outline.groups.get(name, (index,))):  # the others of its group run as well
            namespace.pop(name, None)


def _defaults(function: FunctionType) -> tuple[Any, Any]:
    return function.__defaults__, function.__kwdefaults__


def _functions(names: Iterable[str], namespace: Mapping[str, Any]) -> list[FunctionType]:
    """Return the functions among some names; no class: its references are counted."""
    return [namespace[x] for x in names if type(namespace.get(x)) is FunctionType]


def _cannot_take_back(module: EvaluatedModule, what: str) -> Escalation:
    return Escalation(module, f"what {what} has put into other objects can't be taken back alone")
