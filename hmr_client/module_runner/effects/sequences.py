"""Lists and deques: what a run has put where, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from operator import is_
from typing import Any

from ..transaction import Transaction
from .places import CannotTakeBack, Delta, Place, Replace, is_same


class Sequence(Place):
    """A list or a deque."""

    def copy(self) -> list[Any]:
        """See `Place`."""
        return list(self.owner)

    def restore(self, contents: list[Any]) -> None:
        """See `Place`."""
        if isinstance(self.owner, deque):
            self.owner.clear()
            self.owner.extend(contents)
        else:
            list.__setitem__(self.owner, slice(None), contents)

    def delta(self, before: list[Any]) -> Delta | None:
        """See `Place`."""
        after = self.copy()
        if len(before) == len(after) and all(map(is_, before, after)):
            return None
        start = _common(before, after)
        end = _common(before[start:][::-1], after[start:][::-1])
        removed, inserted = before[start : len(before) - end], after[start : len(after) - end]
        if not (removed or inserted):
            return None
        return SequenceDelta(self, start, removed, inserted, chooses=bool(end or removed))


class SequenceDelta(Delta):
    """What a run has put into a sequence, and what it has taken out."""

    place: Sequence

    def __init__(
        self,
        place: Sequence,
        index: int,
        removed: list[Any],
        inserted: list[Any],
        *,
        chooses: bool,
    ) -> None:
        super().__init__(place)
        self.index = index
        self._chooses = chooses
        self._removed = removed
        self._inserted = inserted

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> int:  # noqa: ARG002  # as `Delta` has it
        """See `Delta`."""
        live = self.place.copy()
        index = self._find(live)
        if index is None:
            if self._removed or any(x is y for x in self._inserted for y in live):
                raise CannotTakeBack
            return min(self.index, len(live))  # the program has taken it out
        self.place.keep(transaction)
        live[index : index + len(self._inserted)] = self._removed
        self.place.restore(live)
        return index

    def __len__(self) -> int:
        return len(self._inserted) - len(self._removed)

    @property
    def chooses(self) -> bool:
        """See `Delta`."""
        return self._chooses

    def shift(self, position: int, by: int, transaction: Transaction) -> None:
        """See `Delta`."""
        if by and self.index >= position:
            transaction.set(self, "index", self.index + by)

    def _find(self, live: list[Any]) -> int | None:
        """Find what was put there, as near to its old place as possible."""
        size = len(self._inserted)
        found = [
            i
            for i in range(len(live) - size + 1)
            if all(is_same(x, y) for x, y in zip(live[i : i + size], self._inserted, strict=True))
        ]
        return min(found, key=lambda i: abs(i - self.index), default=None)

    def put(self, position: int) -> None:
        """See `Delta`."""
        live = self.place.copy()
        index = self._find(live)
        if index is not None and index != position and not self._removed:
            del live[index : index + len(self._inserted)]
            live[position:position] = self._inserted
            self.index = position
            self.place.restore(live)

    def after(self) -> int | None:
        """See `Delta`."""
        index = self._find(self.place.copy())
        return None if index is None else index + len(self._inserted)

    def before(self) -> int | None:
        """See `Delta`."""
        return self._find(self.place.copy())

    def replace(self, replace: Replace) -> None:
        """See `Delta`."""
        live = self.place.copy()
        index = self._find(live)
        self._inserted = [replace(x) for x in self._inserted]
        index = self._find(live) if index is None else index  # it has been replaced there already
        if index is not None:
            live[index : index + len(self._inserted)] = self._inserted
            self.place.restore(live)

    def values(self) -> Iterable[Any]:
        """See `Delta`."""
        return self._inserted


def _common(one: list[Any], two: list[Any]) -> int:
    """Return how many objects are the same at the beginning."""
    count = 0
    for x, y in zip(one, two, strict=False):
        if x is not y:
            break
        count += 1
    return count
