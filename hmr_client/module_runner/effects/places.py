"""Places that hold objects: what a run has changed in one, and how that is undone in place.

A list and a deque are sequences; a dict, an instance, a class and a module's globals are mappings; a
set is neither. What a run has changed in a place is a *delta*: it can be undone as long as what
the run has put there is still there, or has been removed already.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from types import FunctionType, ModuleType
from typing import Any

from ..inspection import is_a
from ..transaction import Transaction

PLAIN = frozenset((int, float, str, bytes, bool, complex, type(None)))
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

    def made_of_what_was_there(self) -> Iterable[Any]:
        """Return those of these keys whose new values were made of the old ones."""
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


class Advancing(Place):
    """A counter or a generator: what it has handed out can't be handed out again.

    Also a context variable: an update does not run in the context in which it was set.
    """

    def copy(self) -> str:
        """See `Place`."""
        if isinstance(self.owner, ContextVar):
            return str(id(self.owner.get(None)))
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
    @property
    def chooses(self) -> bool:
        """See `Delta`: where later statements have advanced it too, they come after this one."""
        return True

    def take_back(self, transaction: Transaction, later: Iterable[Delta] = ()) -> Any:  # noqa: ARG002  # as `Delta` has it
        raise CannotTakeBack


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
    if type(names) is dict and not is_a(item, type | FunctionType | ModuleType):
        for key, value in names.items():
            if (other := replaced(value, instead, depth - 1)) is not value:
                names[key] = other
    return item


def is_same(one: Any, two: Any) -> bool:
    """Tell whether two objects are one, or equal and plain."""
    return one is two or (type(one) in PLAIN and type(one) is type(two) and bool(one == two))
