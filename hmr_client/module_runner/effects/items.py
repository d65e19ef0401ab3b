"""Mappings: dicts, and the attributes of instances."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from itertools import islice
from operator import is_
from typing import Any
from weakref import WeakKeyDictionary

from ..transaction import MISSING, Transaction
from .made_of import is_made_of
from .places import PLAIN, CannotTakeBack, Delta, Place, Replace, is_same


class Items(Place):
    """A dict."""

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        return dict(self.owner)

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        self.owner.clear()
        for key, value in contents.items():
            self.owner[key] = value

    def delta(self, before: dict[Any, Any]) -> Delta | None:
        """See `Place`."""
        after = self.owner if type(self) is Items and type(self.owner) is dict else self.copy()
        if (
            len(before) <= len(after)
            and all(map(is_, before, after))
            and all(map(is_, before.values(), after.values()))
        ):  # as most places that are looked at; in another order they are compared below
            added = {key: (MISSING, after[key]) for key in islice(after, len(before), None)}
            return ItemsDelta(self, added) if added else None
        after = self.copy()  # keys of a program's own may run its code below
        changed = {
            key: (value, after.get(key, MISSING))
            for key, value in before.items()
            if not is_same(after.get(key, MISSING), value)
        }
        changed |= {key: (MISSING, value) for key, value in after.items() if key not in before}
        return ItemsDelta(self, changed) if changed else None

    def put(self, key: Any, value: Any) -> None:
        """Set an item, or delete it."""
        if value is MISSING:
            self.owner.pop(key, None)
        else:
            self.owner[key] = value


class WeakItems(Items):
    """A `weakref.WeakKeyDictionary`: what is written down keeps nothing alive."""

    def delta(self, before: dict[Any, Any]) -> Delta | None:
        """See `Place`."""
        found = super().delta(before)
        if isinstance(found, ItemsDelta):
            found.hold_weakly()
        return found


class ItemsDelta(Delta):
    """Which items of a mapping a run has changed, from what, to what."""

    place: Items

    def __init__(self, place: Items, changed: dict[Any, tuple[Any, Any]]) -> None:
        super().__init__(place)
        self._changed: MutableMapping[Any, tuple[Any, Any]] = changed

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> int | None:
        """See `Delta`."""
        live = self.place.copy()
        chained: list[tuple[ItemsDelta, Any]] = []
        for key, (_, after) in self._changed.items():
            now = live.get(key, MISSING)
            # equal to what a later statement has put there, it may well be that one's
            is_last = not any(isinstance(x, ItemsDelta) and key in x._changed for x in later)  # noqa: SLF001  # of its own class
            if is_last and (is_same(now, after) or now is MISSING):
                continue
            over = self._written_over(key, after, later)
            is_first = self._changed[key][0] is MISSING  # it gave the key its place in the dict
            if over is None or (is_first and type(self.place) is Items):
                raise CannotTakeBack
            chained.append((over, key))
        self.place.keep(transaction)
        position = self.before()
        for delta, key in chained:
            self._pass_on(delta, key, transaction)
        for key, (before, _) in self._changed.items():
            if not any(key == other for _, other in chained):
                self.place.put(key, before)
        return position

    def _written_over(self, key: Any, after: Any, later: Iterable[Delta]) -> ItemsDelta | None:
        """Find the later statement that has put something else there, and has not made it of this."""
        for delta in later:
            if isinstance(delta, ItemsDelta) and type(after) not in PLAIN:
                before, last = delta._changed.get(key, (MISSING, MISSING))  # noqa: SLF001  # of its own class
                if before is after:
                    return None if is_made_of(last, before) else delta
        return None

    def _pass_on(self, delta: ItemsDelta, key: Any, transaction: Transaction) -> None:
        """Let a later statement have found what this one has found."""
        changed = delta._changed
        was = changed[key]
        changed[key] = self._changed[key][0], was[1]
        transaction.on_rollback(lambda: changed.__setitem__(key, was))

    def yield_to(self, later: Iterable[Delta], transaction: Transaction) -> None:
        """Give way where a later statement has the last word in a fresh start."""
        for delta in later:
            if not isinstance(delta, ItemsDelta):
                continue
            for key in [x for x in self._changed if x in delta._changed]:  # noqa: SLF001  # of its own class
                before, after = self._changed[key]
                was, last = delta._changed[key]  # noqa: SLF001  # of its own class
                if before is last and (type(last) in PLAIN or is_made_of(after, last)):
                    raise CannotTakeBack  # a number that was counted up, or the last one's name?
                if before is last and last is not MISSING:
                    self._changed[key] = was, after
                    delta._changed[key] = after, last  # noqa: SLF001  # of its own class
                    changed = delta._changed  # noqa: SLF001  # of its own class
                    transaction.on_rollback(
                        lambda c=changed, k=key, w=was, x=last: c.__setitem__(k, (w, x))  # type: ignore[misc]
                    )
                    self.place.put(key, last)

    def _new(self) -> list[Any]:
        return [key for key, (before, _) in self._changed.items() if before is MISSING]

    def put(self, position: int) -> None:
        """See `Delta`."""
        live = self.place.copy()
        moved = [key for key in self._new() if key in live]
        keys = [key for key in live if key not in moved]
        if moved and list(live)[position : position + len(moved)] != moved:
            keys[position:position] = moved
            self.place.restore({key: live[key] for key in keys})

    def after(self) -> int | None:
        """See `Delta`."""
        found = [i for i, key in enumerate(self.place.copy()) if key in self._new()]
        return found[-1] + 1 if found else None

    def before(self) -> int | None:
        """See `Delta`."""
        found = [i for i, key in enumerate(self.place.copy()) if key in self._new()]
        return found[0] if found else None

    def replace(self, replace: Replace) -> None:
        """See `Delta`."""
        live = self.place.copy()
        changed: dict[Any, tuple[Any, Any]] = {}
        for key, (before, after) in self._changed.items():
            changed[replace(key)] = before, replace(after)
        if [*changed] != [*self._changed] and type(self.place) in (Items, WeakItems):
            self.place.restore({replace(key): value for key, value in live.items()})
        for key, (_, after) in changed.items():
            if after is not MISSING and self.place.copy().get(key, MISSING) is not after:
                self.place.put(key, after)
        self._changed = changed
        if type(self.place) is WeakItems:
            self.hold_weakly()

    def hold_weakly(self) -> None:
        """Hold the keys weakly, as the place does."""
        self._changed = WeakKeyDictionary(self._changed)

    def values(self) -> Iterable[Any]:
        """See `Delta`."""
        for key, (_, after) in self._changed.items():
            yield from (key, after)

    def keys(self) -> Iterable[Any]:
        """See `Delta`."""
        return self._changed.keys()

    def made_of_what_was_there(self) -> Iterable[Any]:
        """See `Delta`."""
        return [x for x, (before, after) in self._changed.items() if is_made_of(after, before)]
