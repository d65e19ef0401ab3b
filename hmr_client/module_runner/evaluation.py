"""Brings changed statements, and whatever reads what they changed, up to date.

    m.py:  CONST = 2 ──▶ 3        runs, because it changed
    b.py:  from m import CONST    runs, because m.CONST has a new value
           Y = CONST * 10         runs, because b.CONST has one

A name is *dirty* when its value is another one than before. Modules are visited in dependency
order, statements in the order of the source, and only those run that changed or read a dirty name.
Functions and classes keep their identity, so whoever reads those has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from .annotations import ModuleAnnotations, have_annotations
from .class_change import ClassChange, class_change
from .classes import CannotKeepClass
from .code_patch import CodePatch
from .dirty_names import DirtyNames, Key
from .evaluated_modules import EvaluatedModule, EvaluatedModules
from .functions import adopt, function_in, put_code
from .importer import Importer
from .instances import upgrade as upgrade_instances
from .ledger import Ledger
from .outline import Outline, definition
from .plan import Change
from .reconcile import reconcile
from .retired_classes import held_elsewhere
from .statements import Kind, Statement, same_decoration, without_decorators
from .transaction import MISSING, Transaction
from .values import is_changed

_CO_COROUTINE = 0x80


class Escalation(Exception):  # control flow, never seen by users
    """A module can't be patched.

    Attributes:
        module: The module.
        reason: Why.
    """

    def __init__(self, module: EvaluatedModule, reason: str) -> None:
        super().__init__(module, reason)
        self.module = module
        self.reason = reason


class Evaluation:
    """One update's way through the modules.

    Args:
        graph: The modules.
        importer: Knows their sources.
        ledger: Knows what statements have registered.
        transaction: Can take everything back.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        importer: Importer,
        ledger: Ledger,
        transaction: Transaction,
    ) -> None:
        self._graph = graph
        self._importer = importer
        self._ledger = ledger
        self._transaction = transaction
        self._changes: dict[EvaluatedModule, Change] = {}
        self._dirty = DirtyNames(graph, importer, self._changes)
        self._code = CodePatch(self._dirty, transaction)
        self._removed: dict[Key, Any] = {}
        self._originals: dict[Key, Any] = {}
        self._runs_effects = True
        self._annotations: dict[EvaluatedModule, ModuleAnnotations | None] = {}

    def patch_code(self, change: Change) -> None:
        """Swap the code of every live function of a module; nothing of the user's runs.

        Args:
            change: The module's new version.
        """
        self._changes[change.module] = change
        self._code.apply(change)

    # --- statements ---------------------------------------------------------------------------

    async def run(
        self,
        modules: Iterable[EvaluatedModule],
        rerun: Iterable[EvaluatedModule],
        forced: Mapping[EvaluatedModule, set[int]],
    ) -> None:
        """Run what has changed, then what reads that, until nothing is dirty.

        Args:
            modules: Everything that may be concerned, in dependency order.
            rerun: The modules of which every statement runs.
            forced: More statements that have to run, by module.

        Raises:
            Escalation: If a module can't be patched.
            Exception: Whatever the user's code raises.
        """
        order, whole = list(modules), set(rerun)
        self._runs_effects = not whole
        seen: dict[EvaluatedModule, int] = {}
        for _ in range(10):  # more than one round only where imports go in circles
            before = self._dirty.now
            for module in order:
                first = module not in seen
                since = seen.get(module, 0)
                if first:
                    change = self._changes.get(module)
                    must = set(forced.get(module, ()))
                    if change is not None:
                        must |= change.difference.run
                    removed = self._remove_names(change)
                    if change is not None:
                        self._annotations_of(module, change.outline)
                    await self._visit(module, must, since, everything=module in whole)
                    self._mark_removed(module, removed)
                elif self._dirty.now >= since:
                    await self._visit(module, set(), since, everything=False)
                seen[module] = self._dirty.now + 1
            if self._dirty.now == before:
                return

    @property
    def running(self) -> int:
        """How many coroutines and generators go on with code that has changed."""
        return self._code.running

    @property
    def touched(self) -> Mapping[EvaluatedModule, set[str]]:
        """The names that got new values, by module."""
        return self._dirty.touched

    @property
    def upgrades(self) -> list[type]:
        """The classes whose `__init__` changed."""
        return self._code.upgrades

    @property
    def has_work(self) -> bool:
        """Whether something reads what patching the code could not bring up to date."""
        return bool(self._dirty)

    def upgrade(self) -> None:
        """Call `__hmr_upgrade__` on the instances of classes whose `__init__` changed."""
        upgrade_instances(self._code.upgrades)

    async def _visit(
        self, module: EvaluatedModule, must: set[int], since: int, *, everything: bool
    ) -> None:
        if not (must or everything or self._dirty.may_be_read_by(module, since)):
            return
        change = self._changes.get(module)
        outline = change.outline if change is not None else self._importer.outline(module)
        if outline.groups and not everything:
            self._complete_groups(module, outline, must, since)
        for index, statement in enumerate(outline.statements):
            if statement.kind is Kind.INERT:
                continue
            if everything or index in must:
                is_dirty = everything or self._dirty.are_read_by(module, outline, statement, since)
                await self._execute(module, outline, statement, everything, is_dirty)
            elif statement.kind is Kind.EFFECT and not self._runs_effects:
                pass  # beyond a boundary values are brought up to date, and that is all
            elif self._dirty.are_read_by(module, outline, statement, since):
                await self._execute(module, outline, statement)

    def _complete_groups(
        self, module: EvaluatedModule, outline: Outline, must: set[int], since: int
    ) -> None:
        """If one of the statements that make up a name's value may run, all of them have to."""
        may_run: set[int] = set()
        size = -1
        while size != len(may_run):
            size = len(may_run)
            names: set[str] = set()
            for index, statement in enumerate(outline.statements):
                if (
                    index in must
                    or index in may_run
                    or any(chain[0] in names for chain in statement.reads)
                    or self._dirty.are_read_by(module, outline, statement, since)
                ):
                    may_run.add(index)
                    names |= statement.binds
                    for source, attribute, _ in outline.imports_of(statement):
                        if attribute == "*":
                            names |= self._dirty.of(source)
            for group in outline.groups.values():
                if group & may_run:
                    must |= group
                    may_run |= group

    def _remove_names(self, change: Change | None) -> dict[str, Any]:
        """Take away what the new source does not bind, before a statement may miss it."""
        if change is None:
            return {}
        namespace = change.module.module.__dict__
        names = set(change.difference.removed)
        for star in set(change.old.stars) - set(change.outline.stars):
            if (source := self._graph.by_name(star)) is not None:
                brought = vars(source.module)
                public = brought.get("__all__") or [x for x in brought if not x.startswith("_")]
                gone = {key for module, key in self._removed if module == star}
                names |= {*public, *gone} - change.outline.names()
        return {name: namespace.pop(name) for name in names if name in namespace}

    def _mark_removed(self, module: EvaluatedModule, removed: Mapping[str, Any]) -> None:
        namespace = module.module.__dict__
        for name, value in removed.items():
            if name not in namespace:  # else a star import has brought it
                self._removed[module.name, name] = value
            if is_changed(value, namespace.get(name, MISSING)):
                self._dirty.mark(module, name)

    async def _execute(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        everything: bool = False,
        is_dirty: bool = True,
    ) -> None:
        namespace = module.module.__dict__
        before_star = self._stale_star_names(module, outline, statement, namespace)
        before = {name: namespace.get(name, MISSING) for name in statement.binds}
        old = self._old_statement(module, outline, statement)
        self._close_effects(module, statement)
        node = statement.node
        alone = None
        holders: list[FunctionType] = []
        if statement.kind is Kind.FUNCTION:
            new_code, holders = self._code.holders_of(module, statement)
            names = {*statement.binds, *(chain[0] for chain in statement.reads)}
            is_plain = not is_dirty and not names & outline.groups.keys()
            if is_plain and holders and old and same_decoration(old.node, node):
                alone = without_decorators(node)
        code = outline.compile([alone or node])
        annotations = self._annotations_of(module, outline)
        result = eval(code, namespace)  # noqa: S307  # the user's own statement
        if code.co_flags & _CO_COROUTINE:
            await result
        if annotations is not None:
            annotations.executed(outline.statements.index(statement))
        if alone is not None and new_code is not None:
            name = statement.node.name  # type: ignore[attr-defined]
            made = namespace[name]
            for holder in holders:
                adopt(self._transaction, holder, made)
                put_code(self._transaction, holder, new_code)
            if before[name] is not MISSING:
                namespace[name] = before[name]
            if hasattr(before[name], "cache_clear"):
                before[name].cache_clear()
            return
        for name, value in before.items():
            self._settle(module, outline, statement, name, value, everything)
        for name in before_star:
            if is_changed(before_star[name], namespace.get(name, MISSING)):
                self._dirty.mark(module, name)
        if holders:
            name = node.name  # type: ignore[attr-defined]
            made = function_in(namespace.get(name), name, namespace)
            for holder in holders:
                if made is not None and holder is not made and holder.__code__.co_freevars == ():
                    adopt(self._transaction, holder, made)

    def _annotations_of(
        self, module: EvaluatedModule, outline: Outline
    ) -> ModuleAnnotations | None:
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

    def _settle(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        name: str,
        before: Any,
        everything: bool,
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
        kept = after
        if type(before) is FunctionType and type(after) is FunctionType:
            defaults = (before.__defaults__, before.__kwdefaults__)
            if is_changed(defaults, (after.__defaults__, after.__kwdefaults__)):
                self._dirty.mark(module, f"{name}.()")  # for whoever has called it
        if after is not MISSING and self._defines(module, statement.kind, name):
            is_held = isinstance(after, type) and held_elsewhere(namespace, name, known=2)
            change = ClassChange()
            if statement.kind is Kind.CLASS and not everything:
                change = class_change(
                    definition(self._dirty.old_outline(module), name),
                    definition(outline, name),
                    lambda chain: (
                        chain[0] in outline.groups or self._dirty.is_dirty(module, outline, chain)
                    ),
                )
            change.is_held = is_held
            try:
                kept = reconcile(
                    self._transaction, before, after, change, self._reporter(module, name)
                )
            except CannotKeepClass as refused:
                if not everything:
                    reason = f"class {refused.name} has to be replaced: {refused.refusal.value}"
                    raise Escalation(module, reason) from None
        if kept is not after:
            namespace[name] = self._originals[module.name, name] = kept
        if is_changed(before, kept):
            self._dirty.mark(module, name)

    def _defines(self, module: EvaluatedModule, kind: Kind, name: str) -> bool:
        """Whether the name's old object was defined here, not just bound to by an assignment."""
        if kind not in (Kind.FUNCTION, Kind.CLASS, Kind.DECLARATION):
            return False
        binder = self._dirty.old_outline(module).last_binder(name)
        return binder is not None and binder.kind is kind

    def _reporter(
        self, module: EvaluatedModule, name: str
    ) -> Callable[[type, set[str], bool], None]:
        def report(cls: type, changed: set[str], init_changed: bool) -> None:
            for attribute in changed:
                self._dirty.mark(module, f"{name}.{attribute}")
            if init_changed:
                self._code.upgrades.append(cls)

        return report

    def _old_statement(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> Statement | None:
        change = self._changes.get(module)
        if change is None:
            return statement
        index = change.difference.pairs.get(outline.statements.index(statement))
        return None if index is None else change.old.statements[index]

    def _close_effects(self, module: EvaluatedModule, statement: Statement) -> None:
        """What the statement registered when it ran before is registered anew."""
        lines = range(statement.line, statement.end_line + 1)
        stale = [effect for effect in self._ledger.of(module) if effect.line in lines]
        self._ledger.close(stale, self._transaction)

    def _stale_star_names(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        namespace: dict[str, Any],
    ) -> dict[str, Any]:
        """Drop the names that a star import does not bring any more; return those it may change."""
        may_change: dict[str, Any] = {}
        for source, attribute, _ in outline.imports_of(statement):
            if attribute != "*":
                continue
            for (name, key), value in list(self._removed.items()):
                if name == source and namespace.get(key, MISSING) is value:
                    others = (self._graph.by_name(x) for x in outline.stars if x != source)
                    found = [vars(x.module)[key] for x in others if x and key in vars(x.module)]
                    if found:
                        namespace[key] = found[-1]
                    else:
                        del namespace[key]
                        self._removed[module.name, key] = value
                    self._dirty.mark(module, key)
            for key in self._dirty.of(source):
                if "." not in key:
                    may_change[key] = namespace.get(key, MISSING)
        may_change.pop("*", None)
        return may_change
