"""Places that hold objects: what a run has changed in one, and how that is undone in place.

A list and a deque are sequences; a dict, an instance, a class and a module's globals are mappings; a
set is neither. What a run has changed in a place is a *delta*: it can be undone as long as what
the run has put there is still there, or has been removed already.
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from operator import is_
from types import CellType, FunctionType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from ..transaction import MISSING, Transaction

Replace = Callable[[Any], Any]
"""Gives an object, or what it is to be replaced by."""


class CannotTakeBack(Exception):  # control flow, never seen by users
    """Something else has changed the place since: only a fresh start shows what it would hold."""


class Delta:
    """What a run has changed in a place.

    Attributes:
        place: Where.
    """

    def __init__(self, place: Place) -> None:
        self.place = place

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> Any:
        """Undo it, and return where the next run's contents belong.

        Args:
            later: What later statements have changed in the same place.

        Raises:
            CannotTakeBack: If that is not clear.
        """
        raise NotImplementedError

    def put(self, position: Any) -> None:
        """Move what the run has put there to a position, as `take_back` and `after` return them."""

    def after(self) -> Any:
        """Return the position behind what the run has put there; None if there is none."""

    def before(self) -> Any:
        """Return the position in front of what the run has put there; None if there is none."""

    def __len__(self) -> int:
        """Return how much longer the place has become."""
        return 0

    def __bool__(self) -> bool:
        return True

    @property
    def chooses(self) -> bool:
        """Whether the run has chosen the position itself: it has not just appended."""
        return False

    def shift(self, position: Any, by: int, transaction: Transaction) -> None:
        """Remember where it is after something has come or gone at a position."""

    def yield_to(self, later: Iterable[Delta], transaction: Transaction) -> None:
        """Give way where a later statement has the last word in a fresh start.

        Raises:
            CannotTakeBack: If that is not clear.
        """

    def replace(self, replace: Replace) -> None:
        """Replace what the run has put there."""

    def values(self) -> Iterable[Any]:
        """Return what the run has put there."""
        return ()

    def keys(self) -> Iterable[Any]:
        """Return the keys of a mapping whose values the run has changed."""
        return ()


class Place:
    """Something that holds other objects.

    Attributes:
        owner: The list, dict, class …
        subject: What a program knows it by: the instance whose attributes a dict holds.
    """

    def __init__(self, owner: Any, subject: Any = None) -> None:
        self.owner = owner
        self.subject = owner if subject is None else subject

    def copy(self) -> Any:
        """Return what it holds."""
        raise NotImplementedError

    def restore(self, contents: Any) -> None:
        """Let it hold what it held."""
        raise NotImplementedError

    def delta(self, before: Any) -> Delta | None:
        """Return what is different from what it held before."""
        raise NotImplementedError

    def keep(self, transaction: Transaction) -> None:
        """Remember what it holds for the rollback."""
        contents = self.copy()
        transaction.on_rollback(lambda: self.restore(contents))


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

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> int:  # noqa: ARG002
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
            if all(_is_same(x, y) for x, y in zip(live[i : i + size], self._inserted, strict=True))
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


class Advancing(Place):
    """A counter or a generator: what it has handed out can't be handed out again."""

    def copy(self) -> str:
        """See `Place`."""
        frame = getattr(self.owner, "gi_frame", None)
        if frame is None:
            return repr(self.owner)
        plain = {name: x for name, x in frame.f_locals.items() if type(x) in PLAIN}
        return f"{frame.f_lasti} {plain}"

    def restore(self, contents: str) -> None:
        """See `Place`."""

    def delta(self, before: str) -> Delta | None:
        """See `Place`."""
        return None if self.copy() == before else _Advanced(self)


class _Advanced(Delta):
    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> Any:  # noqa: ARG002
        raise CannotTakeBack


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
        registry: Iterable[weakref.ref[type]] = sys.modules["abc"]._get_dump(self.owner)[0]  # noqa: SLF001
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

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> None:  # noqa: ARG002
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
        after = self.copy()
        if before.keys() == after.keys() and all(map(is_, before.values(), after.values())):
            return (
                None  # as most places that are looked at; in another order they are compared below
            )
        changed = {
            key: (value, after.get(key, MISSING))
            for key, value in before.items()
            if not _is_same(after.get(key, MISSING), value)
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
            is_last = not any(isinstance(x, ItemsDelta) and key in x._changed for x in later)  # noqa: SLF001
            if is_last and (_is_same(now, after) or now is MISSING):
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
                before, _ = delta._changed.get(key, (MISSING, MISSING))  # noqa: SLF001
                if before is after:
                    return delta
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
            for key in [x for x in self._changed if x in delta._changed]:  # noqa: SLF001
                before, after = self._changed[key]
                was, last = delta._changed[key]  # noqa: SLF001
                if before is last and type(last) in PLAIN:
                    raise CannotTakeBack  # a number that was counted up, or the last one's name?
                if before is last and last is not MISSING:
                    self._changed[key] = was, after
                    delta._changed[key] = after, last  # noqa: SLF001
                    changed = delta._changed  # noqa: SLF001
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


class Attributes(Items):
    """The attributes of a class."""

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        return {key: value for key, value in vars(self.owner).items() if key not in _OF_ABC}

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        live = self.copy()
        for key in [*live, *contents]:
            if live.get(key, MISSING) is not contents.get(key, MISSING):
                self.put(key, contents.get(key, MISSING))

    def put(self, key: Any, value: Any) -> None:
        """See `Items`."""
        if value is not MISSING:
            type.__setattr__(self.owner, key, value)
        elif key in vars(self.owner):
            type.__delattr__(self.owner, key)


class Names(Items):
    """Some globals of a module: those that a function declares as global.

    Args:
        names: Which of them; None for all present and future ones.
    """

    def __init__(self, owner: dict[str, Any], names: frozenset[str] | None) -> None:
        super().__init__(owner)
        self.names = names
        self._without: frozenset[str] = frozenset()

    def leave_out(self, names: frozenset[str]) -> None:
        """Leave some names out: those that the statement itself binds."""
        self._without = names

    def _is_in(self, name: str) -> bool:
        is_any = name[:2] != "__" if self.names is None else name in self.names
        return is_any and name not in self._without

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        # a package gets its modules from Python itself
        return {
            key: value
            for key, value in self.owner.items()
            if self._is_in(key) and not isinstance(value, ModuleType)
        }

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        for key in {*self.copy(), *contents}:
            self.put(key, contents.get(key, MISSING))


class Cell(Items):
    """What a closure's cell holds."""

    owner: CellType

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        try:
            return {"": self.owner.cell_contents}
        except ValueError:
            return {}

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        self.put("", contents.get("", MISSING))

    def put(self, key: Any, value: Any) -> None:  # noqa: ARG002
        """See `Items`."""
        if value is MISSING:
            del self.owner.cell_contents
        else:
            self.owner.cell_contents = value


_OF_ABC = frozenset(("_abc_impl", "__abstractmethods__"))


def replaced(item: Any, instead: Mapping[int, Any], depth: int = 3) -> Any:
    """Return an object, or what it is to be replaced by; also within new tuples, lists, instances, references.

    Args:
        instead: The other objects by the ids of these.
        depth: How far to look into it.
    """
    if id(item) in instead:
        return instead[id(item)]
    if type(item) is weakref.ref:  # nothing else may hold what has been made
        found = instead.get(id(item()))
        return item if found is None else weakref.ref(found, item.__callback__)
    if not depth or type(item) in PLAIN:
        return item
    if type(item) is tuple:
        inner = tuple(replaced(x, instead, depth - 1) for x in item)
        return item if all(x is y for x, y in zip(inner, item, strict=True)) else inner
    if type(item) is list:
        item[:] = [replaced(x, instead, depth - 1) for x in item]
    names = item if type(item) is dict else getattr(item, "__dict__", None)
    if type(names) is dict and not isinstance(item, type | FunctionType | ModuleType):
        for key, value in names.items():
            if (other := replaced(value, instead, depth - 1)) is not value:
                names[key] = other
    return item


def _common(one: list[Any], two: list[Any]) -> int:
    """Return how many objects are the same at the beginning."""
    count = 0
    for x, y in zip(one, two, strict=False):
        if x is not y:
            break
        count += 1
    return count


def _is_same(one: Any, two: Any) -> bool:
    return one is two or (type(one) in PLAIN and type(one) is type(two) and bool(one == two))


PLAIN = frozenset((int, float, str, bytes, bool, complex, type(None)))
