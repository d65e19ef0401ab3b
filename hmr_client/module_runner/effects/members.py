"""Sets, and what is like one: the classes that are registered with an abstract class."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable
from typing import Any
from weakref import WeakSet

from ..transaction import Transaction
from .places import Delta, Place, Replace


class Members(Place):
    """A set."""

    def copy(self) -> set[Any]:
        """See `Place`."""
        return set(self.owner)

    def restore(self, contents: set[Any]) -> None:
        """See `Place`."""
        self.owner.clear()
        self.owner.update(contents)

    def delta(self, before: set[Any]) -> Delta | None:
        """See `Place`."""
        after = self.copy()
        return MembersDelta(self, before - after, after - before) if before != after else None

    def add(self, items: Iterable[Any]) -> None:
        """Put items into it."""
        self.owner.update(items)

    def remove(self, items: set[Any]) -> None:
        """Take items out of it."""
        self.owner.difference_update(items)


class WeakMembers(Members):
    """A `weakref.WeakSet`: what is written down keeps nothing alive."""

    def delta(self, before: set[Any]) -> Delta | None:
        """See `Place`."""
        found = super().delta(before)
        if isinstance(found, MembersDelta):
            found.hold_weakly()
        return found


class VirtualSubclasses(WeakMembers):
    """The classes that are registered with an abstract one, by `@Shape.register`."""

    def copy(self) -> set[Any]:
        """See `Place`."""
        registry: Iterable[weakref.ref[type]] = sys.modules["abc"]._get_dump(self.owner)[0]  # noqa: SLF001  # `abc` has no public way
        return {cls for reference in registry if (cls := reference()) is not None}

    def restore(self, contents: set[Any]) -> None:
        """See `Place`."""
        self.owner._abc_registry_clear()  # noqa: SLF001  # there is no other way
        for cls in self.owner.__mro__:
            if hasattr(cls, "_abc_caches_clear"):
                cls._abc_caches_clear()
        self.add(contents)

    def add(self, items: Iterable[Any]) -> None:
        """See `Members`."""
        for cls in items:
            self.owner.register(cls)

    def remove(self, items: set[Any]) -> None:
        """See `Members`."""
        if items:
            self.restore(self.copy() - items)


class MembersDelta(Delta):
    """What a run has put into a set, and what it has taken out."""

    place: Members

    def __init__(self, place: Members, removed: set[Any], added: set[Any]) -> None:
        super().__init__(place)
        self._removed: Any = removed
        self._added: Any = added

    def hold_weakly(self) -> None:
        """Hold what has been put there weakly, as the set does."""
        self._removed, self._added = WeakSet(self._removed), WeakSet(self._added)

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> None:  # noqa: ARG002  # as `Delta` has it
        """See `Delta`."""
        self.place.keep(transaction)
        self.place.remove(set(self._added))
        self.place.add(self._removed)

    def replace(self, replace: Replace) -> None:
        """See `Delta`."""
        live = self.place.copy() & set(self._added)
        self.place.remove(live)
        self.place.add(map(replace, live))
        self._added = type(self._added)(map(replace, self._added))

    def values(self) -> Iterable[Any]:
        """See `Delta`."""
        yield from self._added
