"""A class that was made only to be merged into the old one: nothing may lead to it afterwards."""

from __future__ import annotations

import functools
import gc
import sys
import weakref
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from types import CellType, FrameType, FunctionType, MemberDescriptorType, MethodType
from typing import Any

from ..inspection import is_a
from ..transaction import Transaction
from .members import is_layout

_SCANS = 40  # of the heap; what is held in more places is not found, and the class not kept


class Retired:
    """The base of classes that were made only to be merged, so that `__subclasses__` is right."""


def strip(new: type) -> None:
    """Take from a class what leads to it or what it leads to."""
    for name, value in tuple(vars(new).items()):
        if not is_layout(value):
            with suppress(AttributeError, TypeError):  # `__module__` can't be deleted
                type.__delattr__(new, name)


def retire(transaction: Transaction, new: type) -> None:
    """Let the bases of a class that was stripped, and that nothing holds, not know it any more.

    Args:
        transaction: Collects it at the end where nothing less helps.
    """
    for name in tuple(vars(new)):
        with suppress(AttributeError, TypeError):
            type.__delattr__(new, name)
    try:
        new.__bases__ = (Retired,)
    except TypeError:  # its layout is another one: its bases know it while it lives
        reference = weakref.ref(new)
        transaction.on_commit(lambda: _collect(reference))


def _collect(reference: weakref.ref[type]) -> None:
    for generation in range(1, 3):
        if reference() is not None:
            gc.collect(generation)


def is_held(names: dict[str, Any], name: str, members: Sequence[Any] = ()) -> bool:
    """Tell whether more than its namespace refers to a class that was stripped.

    Args:
        name: The class in it.
        members: Its instances that go with it.
    """
    by_members = 0
    for member in members:
        by_members += 1 + sum(value is names[name] for value in vars(member).values())
    return _references(names, name) - by_members > _references(_plain(), "Plain")


def _references(names: dict[str, Any], name: str) -> int:
    known = sum(is_layout(value) for value in vars(names[name]).values())
    return sys.getrefcount(names[name]) - known


@functools.cache
def _plain() -> dict[str, Any]:
    names = {"Plain": type("Plain", (), {})}
    strip(names["Plain"])
    return names


def replace_everywhere(old: type, names: dict[str, Any], name: str) -> None:
    """Let whatever refers to a new class refer to the old one, as far as that can be done.

    A failed update does not undo it: before it, nothing referred to the new class.

    Args:
        old: The class that lives.
        names: The namespace that has the new one; it stays there.
        name: The new class's name in it.
    """
    replacement = _Replacement(names, names[name])
    for reference in weakref.getweakrefs(names[name]):
        if (copy := _weakref_to(old, reference)) is not None:
            replacement.replace(reference, copy)
    replacement.replace(names[name], old)


class _Replacement:
    def __init__(self, names: dict[str, Any], new: type) -> None:
        self._names = names
        self._mro = new.__mro__
        self._id = id(new)
        self._scans = 0

    def replace(self, target: Any, by: Any) -> None:
        self._scans += 1
        if self._scans > _SCANS:
            return
        holders = gc.get_referrers(target)
        ours = (self._names, self._mro)
        for holder in holders:
            if any(holder is x for x in ours):
                continue
            if (copy := _immutable_with(holder, target, by)) is not None:
                self.replace(holder, copy)
            else:
                self._replace_in(holder, target, by)

    def _replace_in(self, holder: Any, target: Any, by: Any) -> None:
        if is_a(holder, list | deque):
            _replace_in_sequence(holder, target, by)
        elif is_a(holder, set):
            holder.discard(target)
            holder.add(by)
        elif is_a(holder, dict):
            if self._id not in holder:  # the table of its base's subclasses
                _replace_in_dict(holder, target, by)
        elif type(holder) is CellType:
            holder.cell_contents = by
        elif type(holder) is FunctionType:
            if holder.__defaults__ is target:
                holder.__defaults__ = by
        elif type(holder) is functools.partial:
            partial: Any = holder  # typeshed knows nothing of its pickling
            function, args = (by if x is target else x for x in (partial.func, partial.args))
            partial.__setstate__((function, args, partial.keywords, vars(partial)))
        elif type(holder) is target:
            holder.__class__ = by
        elif not is_a(holder, type | FrameType):
            _replace_in_instance(holder, target, by)


def _replace_in_dict(holder: dict[Any, Any], target: Any, by: Any) -> None:
    if "__module__" in holder and (owner := _class_of(holder)) is not None:
        for key in [key for key, value in holder.items() if value is target]:
            type.__setattr__(owner, key, by)
        return
    if any(key is target for key in holder):
        items = [(by if key is target else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)
    for key in [key for key, value in holder.items() if value is target]:
        holder[key] = by


def _replace_in_instance(holder: Any, target: Any, by: Any) -> None:
    values = getattr(holder, "__dict__", None)
    if type(values) is dict and any(x is target for x in values.values()):
        _replace_in_dict(values, target, by)
    for cls in type(holder).__mro__:
        for slot in tuple(vars(cls).values()):
            if type(slot) is MemberDescriptorType and _slot_value(slot, holder) is target:
                with suppress(AttributeError, TypeError):  # read-only, of a type in C
                    slot.__set__(holder, by)


def _weakref_to(old: type, reference: Any) -> Any:
    if type(reference) is weakref.ref:
        return weakref.ref(old, reference.__callback__)
    if type(reference) is weakref.KeyedRef:
        return weakref.KeyedRef(old, reference.__callback__, reference.key)
    return None


def _immutable_with(holder: Any, target: Any, by: Any) -> Any:
    """Return a copy of an immutable holder that holds something else, None if it can be changed."""
    if is_a(holder, tuple):
        return tuple.__new__(type(holder), [by if x is target else x for x in holder])
    if type(holder) is frozenset:
        return frozenset(by if x is target else x for x in holder)
    if type(holder) is MethodType:
        owner = by if holder.__self__ is target else holder.__self__
        return MethodType(by if holder.__func__ is target else holder.__func__, owner)
    return None


def _replace_in_sequence(items: Any, target: Any, by: Any) -> None:
    for index, item in enumerate(items):
        if item is target:
            items[index] = by


def _class_of(namespace: dict[Any, Any]) -> type | None:
    """Return the class whose namespace a dict is: that must be changed by way of the class."""
    for item in gc.get_referrers(namespace):
        if isinstance(item, type) and any(x is namespace for x in gc.get_referents(item)):
            return item
    return None


def _slot_value(slot: Any, instance: Any) -> Any:
    try:
        return slot.__get__(instance)
    except AttributeError:
        return None
