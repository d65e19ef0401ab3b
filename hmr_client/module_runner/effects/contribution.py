"""What one statement has put into lists, dicts and objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ..transaction import Transaction
from .places import PLAIN, CannotTakeBack, Delta, replaced
from .reach import Key, Reach

CHOSEN = object()
"""Instead of a position: the statement has chosen it itself."""


class Contribution:
    """What one statement has put where.

    Attributes:
        deltas: What it has changed, by place.
        containing: What the places are in, by place: a list in a dict.
        is_complete: Whether that is certainly all.
        is_plain: Whether the statement has done nothing else.
        is_hidden: Whether it has put something so deep into a library's object that it can't be told what.
        counts: Whether it may have read the place's earlier contents, for example their number.
    """

    def __init__(
        self,
        deltas: dict[Key, Delta],
        containing: dict[Key, list[Any]],
        reach: Reach,
        *,
        is_hidden: bool,
    ) -> None:
        self.is_hidden = is_hidden
        self.deltas = deltas
        self.containing = containing
        self.is_complete = reach.is_complete
        self.is_plain = reach.is_plain
        self.counts = reach.counts
        self._dispatchers = reach.dispatchers

    def take_back(
        self, transaction: Transaction, later: Callable[[Key], list[Delta]]
    ) -> dict[Key, Any]:
        """Take all of it back.

        Args:
            later: Returns what later statements have changed in a place.

        Returns:
            Where the next run's contents belong, by place.

        Raises:
            CannotTakeBack: If that is not clear.
        """
        if not self.is_complete or (self.counts and any(map(later, self.deltas))):
            raise CannotTakeBack
        try:
            positions = {
                key: delta.take_back(transaction, later(key))
                for key, delta in reversed(self.deltas.items())
            }
        except (AttributeError, TypeError):  # a container that refuses to be changed
            raise CannotTakeBack from None
        self._forget_dispatched()
        return positions

    def take_back_what_can_be(self, transaction: Transaction) -> None:
        """Undo what can be undone safely, and leave the rest: the program restarts."""
        for delta in reversed(self.deltas.values()):
            with suppress(CannotTakeBack, AttributeError, TypeError):
                delta.take_back(transaction)
        self._forget_dispatched()

    def replace(self, instead: Mapping[int, Any]) -> None:
        """Replace objects in what was put somewhere: the update's new objects by the live ones.

        Args:
            instead: The other objects by the ids of these.
        """
        for delta in self.deltas.values():
            delta.replace(lambda item: replaced(item, instead))

    def holds_only(self, objects: list[Any]) -> bool:
        """Tell whether nothing but some objects and plain values was put anywhere."""
        known = {id(x) for x in objects}
        pending = [x for delta in self.deltas.values() for x in delta.values()]
        for item in pending:
            if type(item) is tuple:
                pending.extend(item)
            elif id(item) not in known and type(item) not in PLAIN:
                return False
        return True

    def owners(self) -> list[Any]:
        """Return the objects that it has changed, and those that these are in."""
        return [
            x
            for key, delta in self.deltas.items()
            for x in (delta.place.subject, *self.containing[key])
        ]

    def _forget_dispatched(self) -> None:
        """Let functools.singledispatch look again: it caches what it has found."""
        for function in self._dispatchers:
            function.__dict__["_clear_cache"]()
