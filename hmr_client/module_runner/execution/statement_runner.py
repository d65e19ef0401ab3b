"""Runs one statement of a live module, and reconciles what it has bound with what was bound before."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from types import CodeType, FunctionType
from typing import Any

from ..analysis.outline import Outline
from ..analysis.statements import Kind, Statement, same_decoration, without_decorators
from ..classes.members import ClassReport
from ..classes.refusal import CannotKeepClass
from ..effects.contributions import Contributions
from ..effects.ledger import Ledger
from ..effects.places import Place
from ..imports.top_level import PATIENCE_S, run
from ..inspection import is_a
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..names.removed_names import RemovedNames
from ..objects.annotations import ModuleAnnotations, have_annotations
from ..objects.functions import (
    SIGNATURE,
    adopt,
    carry_over,
    marks_of,
    put_code,
    remove_marks,
)
from ..objects.values import is_changed
from ..planning.plan import Change
from ..transaction import MISSING, Transaction
from .bindings import Bindings
from .class_statements import ClassStatements
from .code_patch import CodePatch
from .escalation import Escalation, StatementRaised
from .listed_classes import check_order
from .put_elsewhere import PutElsewhere
from .rebinding import StarImports, may_bind_nothing, unbind
from .unseen import registers_unseen


class StatementRunner:
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
        report = _reporter(dirty, code)
        self._classes = ClassStatements(
            dirty, transaction, code.refitted_in, contributions.made_with, report
        )
        self._bindings = Bindings(code, dirty, removed, self._classes, report, transaction)
        self.put_elsewhere = PutElsewhere(contributions, dirty, transaction)
        self.stars = StarImports(dirty)
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
        bases = {id(x): x.__bases__ for x in before.values() if is_a(x, type)}
        self._close_effects(module, statement)
        new_code, holders = self._bindings.holders_of(module, statement)
        if (
            holders
            and not is_dirty
            and self._is_function_alone(module, outline, statement, holders)
        ):
            await self._run_function_alone(module, outline, statement, new_code, holders)
            return
        old = self._old_statement(module, outline, statement)
        if old is not None and not everything and index not in self._contributions.of(module):
            self._check_unseen(module, old)
        set_by_others: list[tuple[Place, str, Any]] = []
        if not everything:
            self.put_elsewhere.check_look(module, outline, statement, index)
            set_by_others = self.put_elsewhere.set_by_others(module, index, before)
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
        positions = self.put_elsewhere.take_back(module, statement, index)
        marks = [
            (name, x, made, marks_of(x, made))
            for name, x in before.items()
            if type(x) is FunctionType
            for made in (self._contributions.made_with(module, name),)
        ]
        _unbind_before(outline, statement, namespace)
        self._contributions.begin(module, statement.scan, index)
        starred = self.stars.before(module, outline, statement)
        loaded = len(self._dirty.graph)
        imported = self._contributions.imported_by(module, statement.binds)
        with classes or nullcontext():
            await self._execute(module, outline, statement, statement.node)
        made = tuple(self._dirty.graph)[loaded:] if len(self._dirty.graph) > loaded else ()
        if starred is not None:
            self.stars.after(module, outline, statement, starred)
        for name, value in before.items():
            self._bindings.merge_class(module, outline, statement, name, value, everything)
        kept: dict[int, Any] = {}
        if classes is not None:
            classes.finish()
            kept = {id(made): lives for made, lives in classes.adopted}
        contribution = self._contributions.end(module, index)
        if imported or made:
            self.put_elsewhere.check_imported(module, outline, statement, imported, made)
        alive = _functions(before, namespace)
        kept |= self._settle(module, outline, statement, before, carries_over)
        for name, function, made_with, noted in marks:
            if namespace.get(name) is not function:
                continue
            now = self._contributions.made_with(module, name)
            if made_with != now:
                remove_marks(self._transaction, function, made_with - now)
                self._dirty.mark(module, name)
            elif marks_of(function, now) != noted:
                self._dirty.mark(module, f"{function.__qualname__}.{SIGNATURE}")
        if not everything:
            self.put_elsewhere.check_set(module, statement, set_by_others)
            self._check_order(module, outline, statement, bases)
        is_new = any(x is MISSING for x in before.values()) or (
            starred is not None and starred.keys() < namespace.keys()
        )
        if is_new and self._dirty.may_list_names():
            _put_in_order(outline, index, namespace)
        for name in before_star:
            if is_changed(before_star[name], namespace.get(name, MISSING)):
                self._dirty.mark(module, name)
        if contribution is not None:
            contribution.replace({made: x for made, x in kept.items() if made != id(x)})
            alive.clear()  # a weak set has let the new ones be replaced as well
            self.put_elsewhere.put_in_place(module, statement, index, contribution, positions)
        self.put_elsewhere.mark_stored(statement, namespace)
        if not any(self._bindings.is_one_of_several(module, outline, statement, x) for x in before):
            self._bindings.adopt_inner(module, statement, holders)

    def check_removed(self, change: Change) -> None:
        """Check that what removed statements have registered was seen, so that it can be undone.

        Raises:
            Escalation: If it was not.
        """
        if not self._contributions.gone(change.module):
            stay = {*change.difference.pairs.values()}
            for index, statement in enumerate(change.old.statements):
                if index not in stay:
                    self._check_unseen(change.module, statement)

    def _check_unseen(self, module: EvaluatedModule, statement: Statement) -> None:
        if registers_unseen(self._dirty.graph, module, statement):
            reason = f"a library may hold the function of line {statement.line}"
            raise Escalation(module, reason)

    def _check_order(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        bases: Mapping[int, tuple[type, ...]],
    ) -> None:
        """Refuse a class with new bases that would stand elsewhere among their subclasses."""
        namespace = module.module.__dict__
        for cls in map(namespace.get, statement.binds):
            if not isinstance(cls, type) or cls.__module__ != module.module.__name__:
                continue
            if bases.get(id(cls)) != cls.__bases__:
                check_order(self._dirty.graph, module, outline, cls)

    def _settle(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        before: Mapping[str, Any],
        carries_over: bool,
    ) -> dict[int, Any]:
        """Reconcile each name with what was bound before; return what lives on, by what was made."""
        namespace, bindings = module.module.__dict__, self._bindings
        kept: dict[int, Any] = {}
        for name, value in before.items():
            made = id(namespace.get(name))
            if bindings.is_one_of_several(module, outline, statement, name):
                kept[made] = bindings.settle_one_of_several(module, outline, statement, name, value)
            else:
                if carries_over:
                    carry_over(self._transaction, value, namespace.get(name))
                bindings.settle(module, outline, statement, name, value)
                kept[made] = namespace.get(name)
        return kept

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
            self._bindings.mark_signature(module, holder, made)
            adopt(self._transaction, holder, made)
            put_code(self._transaction, holder, new_code or made.__code__)
        if before is not MISSING:
            namespace[name] = before
        if hasattr(before, "cache_clear"):
            before.cache_clear()

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
            owner = module if cls.__module__ == module.name else dirty.module_of(cls)
            for attribute in changed:
                dirty.mark(owner or module, f"{cls.__qualname__}.{attribute}")
            if init_changed:
                code.upgrades.append(cls)

        return report

    return report_of


def _unbind_before(outline: Outline, statement: Statement, namespace: dict[str, Any]) -> None:
    """Remove the names that a statement may not bind when it runs again."""
    if statement.kind is Kind.DECLARATION or isinstance(statement.node, ast.Try | ast.TryStar):
        unbind(outline, statement, statement.binds - {x[0] for x in statement.reads}, namespace)
    elif may_bind_nothing(statement):
        unbind(outline, statement, statement.binds, namespace)


def _put_in_order(outline: Outline, index: int, namespace: dict[str, Any]) -> None:
    """Let the names of later statements stand behind those of a statement that is new."""
    earlier = {name for x in outline.statements[: index + 1] for name in x.binds}
    later = {name for x in outline.statements[index + 1 :] for name in x.binds} - earlier
    for name in [x for x in namespace if x in later]:
        namespace[name] = namespace.pop(name)


def _functions(names: Iterable[str], namespace: Mapping[str, Any]) -> list[FunctionType]:
    """Return the functions among some names; no class: its references are counted."""
    return [namespace[x] for x in names if type(namespace.get(x)) is FunctionType]
