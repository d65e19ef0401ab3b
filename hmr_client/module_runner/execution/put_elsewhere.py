"""What a statement has put into lists, dicts and objects: undone before it runs again, and put in place after."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from types import ModuleType
from typing import Any

from ..analysis.outline import Outline
from ..analysis.statements import Statement
from ..effects.contribution import Contribution
from ..effects.contributions import Contributions
from ..effects.copies import ChangedPlaces
from ..effects.places import CannotTakeBack, Place
from ..effects.reach import is_opaque
from ..inspection import is_a, own_attributes
from ..module_graph import EvaluatedModule
from ..names.dirty_names import DirtyNames
from ..objects.values import is_changed
from ..transaction import MISSING, Transaction
from .escalation import Escalation


class PutElsewhere:
    """The contributions of statements that are run by an update.

    Args:
        contributions: Knows what statements have put where.
        dirty: Gets the places that have changed.
        transaction: Rolls everything back on failure.
    """

    def __init__(
        self, contributions: Contributions, dirty: DirtyNames, transaction: Transaction
    ) -> None:
        self._contributions = contributions
        self._dirty = dirty
        self._transaction = transaction
        self._changed = ChangedPlaces(dirty.graph)

    def take_back_gone(self, module: EvaluatedModule) -> None:
        """Undo what removed statements have put into other objects.

        Raises:
            Escalation: If that can't be done.
        """
        for contribution in self._contributions.gone(module):
            self._changed.note(module, contribution)
        try:
            gone = self._contributions.take_back_gone(module, self._transaction)
        except CannotTakeBack:
            raise _cannot_take_back(module, "a removed statement") from None
        for contribution in gone:
            self._mark_changed(contribution)

    def check_look(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, index: int
    ) -> None:
        """Escalate where a fresh start shows a statement less than it would see now.

        Raises:
            Escalation: If it reads what later statements have put something into.
        """
        if not statement.may_look:
            return
        later = self._contributions.changed_after(module, index)
        if later and not later.isdisjoint(self._dirty.objects_read_by(module, outline, statement)):
            reason = f"line {statement.line} reads what later statements have put something into"
            raise Escalation(module, reason)

    def set_by_others(
        self, module: EvaluatedModule, index: int, before: Mapping[str, Any]
    ) -> list[tuple[Place, str, Any]]:
        """Return what other statements have set that one which is about to run may set to something else.

        Args:
            before: What the names that it binds are bound to.
        """
        own = self._contributions.of(module).get(index)
        found = self._contributions.set_in("globals", module.module.__dict__, own)
        found = [x for x in found if x[1] in before]
        for value in before.values():
            if is_a(value, type):
                found += self._contributions.set_in("class", value, own)
        return [(x.place, name, x.place.copy().get(name, MISSING)) for x, name in found]

    def check_set(
        self,
        module: EvaluatedModule,
        statement: Statement,
        noted: Iterable[tuple[Place, str, Any]],
    ) -> None:
        """Check that a statement has not undone what others have set, and would set after it in a fresh start.

        Args:
            noted: What `set_by_others` returned.

        Raises:
            Escalation: If it has.
        """
        for place, name, value in noted:
            if is_changed(value, place.copy().get(name, MISSING)):
                reason = f"line {statement.line} gives {name} a value, and a later statement has given it another"
                raise Escalation(module, reason)

    def take_back(self, module: EvaluatedModule, statement: Statement, index: int) -> Any:
        """Undo what a statement has put elsewhere, and return where the next run's contents belong.

        Raises:
            Escalation: If that can't be done.
        """
        old = self._contributions.of(module).get(index)
        if old is not None:
            self._changed.note(module, old)
        try:
            positions = self._contributions.take_back(module, index, self._transaction)
        except CannotTakeBack:
            raise _cannot_take_back(module, f"line {statement.line}") from None
        if old is not None:
            self._mark_changed(old)
        return positions

    def check_copies(self) -> None:
        """Check that the program has made nothing of what was put elsewhere before the update.

        Raises:
            Escalation: If it has, as a stack of middlewares at the first request.
        """
        module = self._changed.copied(self._contributions.every())
        if module is not None:
            raise Escalation(module, "the program has made a copy of what was registered")

    def _mark_changed(self, contribution: Contribution) -> None:
        for owner in contribution.owners():
            self._dirty.mark_object(owner)
        for delta in contribution.deltas.values():
            self._dirty.mark_place(delta.place, delta.keys())

    def check_imported(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        before: Collection[EvaluatedModule],
        loaded: Collection[EvaluatedModule],
    ) -> None:
        """Check that what modules have registered is what a fresh start has, in its order.

        Args:
            before: What the statement had imported by name.
            loaded: The modules that it has made.

        Raises:
            Escalation: If one is not imported any more, or was imported before others that have been there.
        """
        now = self._contributions.imported_by(module, statement.binds)
        for gone in before:
            if gone not in now and self._contributions.of(gone):
                reason = f"{gone.path}, which has registered something, is not imported any more"
                raise Escalation(module, reason)
        later: list[EvaluatedModule | None] = []
        if now:
            first = next((index for index, x in enumerate(now) if x in loaded), len(now))
            later += now[first:]
        for other in (
            outline.statements[outline.statements.index(statement) + 1 :] if loaded else ()
        ):
            for name, attribute, _ in outline.imports_of(other):
                later += map(self._dirty.graph.by_name, (name, f"{name}.{attribute}"))
        registering = [x for x in loaded if self._contributions.of(x)]
        known = [x for x in later if x is not None and x not in loaded]
        behind = next((x for x in known if self._contributions.of(x)), None)
        if registering and behind is not None:
            reason = f"{registering[0].path} registers before {behind.path} in a fresh start"
            raise Escalation(module, reason)
        for new in registering:
            self._mark_loaded(new)

    def _mark_loaded(self, module: EvaluatedModule) -> None:
        """Mark the readers of what a module has put elsewhere that was imported during the update."""
        for contribution in self._contributions.of(module).values():
            self._mark_changed(contribution)

    def mark_stored(self, statement: Statement, namespace: dict[str, Any]) -> None:
        """Mark the readers of a library's object in which a statement has set something."""
        is_bare = isinstance(statement.node, ast.Expr)
        chains = statement.reads if is_bare else statement.scan.stores
        for name, *rest in chains:
            item = namespace.get(name, MISSING)
            if rest[-1:] == ["()"] and is_a(item, ModuleType):
                # decimal.getcontext().prec = N, locale.setlocale(…): what it does from now on
                self._dirty.mark_module(item)
            if is_bare:
                continue
            for attribute in rest:
                item = own_attributes(item).get(attribute, MISSING)
            if item is not MISSING and is_opaque(item):
                self._dirty.mark_object(item)

    def put_in_place(
        self,
        module: EvaluatedModule,
        statement: Statement,
        index: int,
        contribution: Contribution,
        positions: Any,
    ) -> None:
        """Move what a statement has put elsewhere to where a fresh start would have it.

        Raises:
            Escalation: If that is not clear.
        """
        self._changed.note_new(module, contribution)
        try:
            self._contributions.put_in_place(
                module, index, contribution, positions, self._transaction
            )
        except CannotTakeBack:
            raise _cannot_take_back(module, f"line {statement.line}") from None
        self._mark_changed(contribution)


def _cannot_take_back(module: EvaluatedModule, what: str) -> Escalation:
    return Escalation(module, f"what {what} has put into other objects can't be undone alone")
