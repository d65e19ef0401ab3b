"""New definitions enter the old objects, so that whoever holds those sees the new ones.

A function keeps its identity and gets code, defaults, annotations, `__doc__`, `__dict__`. A class
keeps its identity and gets attributes. Where that can't be done the reason says why.
"""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from types import (
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any

from .functions import adopt, contents, forward, is_version_of, same_function
from .scan import Chain
from .statements import class_body
from .transaction import MISSING, Transaction


class Refusal(Enum):
    """Why a class can't become its new version in place."""

    METACLASS = "its metaclass changed"
    SLOTS = "its __slots__ changed"
    BASES = "its bases changed and the layout of its instances does not allow it"
    ENUM_MEMBERS = "the members of the enum changed"
    TUPLE_FIELDS = "the fields of the named tuple changed"


class CannotKeepClass(Exception):  # control flow, never seen by users
    """A class has to be replaced.

    Attributes:
        name: The class.
        refusal: Why.
    """

    def __init__(self, name: str, refusal: Refusal) -> None:
        super().__init__(name, refusal)
        self.name = name
        self.refusal = refusal


class ClassChange:
    """What the source says about a class that has run again.

    Attributes:
        kept: The attributes whose initialisers have not changed: they keep their live values.
        bound: What the old class body bound; None if that is not known. Other attributes were set
            by the program and stay.
        is_held: Whether something got hold of the new class while it was made: a registry.
    """

    __slots__ = ("bound", "is_held", "kept")

    def __init__(
        self,
        kept: frozenset[str] = frozenset(),
        bound: frozenset[str] | None = None,
        *,
        is_held: bool = True,
    ) -> None:
        self.kept = kept
        self.bound = bound
        self.is_held = is_held


ClassReport = Callable[[type, set[str], bool], None]
"""Hears of a class, of its data attributes that changed, and whether `__init__` did."""

_PER_CLASS = frozenset(("__dict__", "__weakref__", "__slots__", "_abc_impl", "__qualname__"))
_ACCESSORS = (FunctionType, staticmethod, classmethod, property)
_SIMPLE = (int, float, str, bytes, bool, complex, type(None))


def is_changed(old: Any, new: Any) -> bool:
    """Tell whether readers of a value have to read it again.

    Args:
        old: What they have read.
        new: What is there now.
    """
    if old is new:
        return False
    if type(old) is not type(new):
        return True
    if isinstance(old, _SIMPLE) and type(old) in _SIMPLE:
        return bool(repr(old) != repr(new))
    if type(old) in (tuple, frozenset) and len(old) == len(new):
        if type(old) is tuple:
            return any(is_changed(x, y) for x, y in zip(old, new, strict=True))
        return not all(type(x) in _SIMPLE for x in (*old, *new)) or bool(old != new)
    return True


def reconcile(
    transaction: Transaction,
    old: Any,
    new: Any,
    change: ClassChange,
    report: ClassReport,
) -> Any:
    """Make an old object the new one where that can be done.

    Args:
        transaction: Can take it back.
        old: What the name was bound to.
        new: What it was bound to by the new code.
        change: What the source says, if it is a class.
        report: Hears what became of classes.

    Returns:
        What the name is to be bound to.

    Raises:
        CannotKeepClass: If a class has to be replaced.
    """
    if old is new or old is MISSING:
        return new
    if type(old) is FunctionType and type(new) is FunctionType:
        if _is_version_of_function(old, new):
            return old if adopt(transaction, old, new) else new
        forward(transaction, old, new)  # a decorator came or went
        return new
    if isinstance(old, type) and isinstance(new, type) and is_version_of(old, new):
        merge_class(transaction, old, new, change, report)
        return old
    if type(old) is FunctionType and callable(new):
        forward(transaction, old, new)
    return new


def _is_version_of_function(old: FunctionType, new: FunctionType) -> bool:
    same_code = old.__code__.co_qualname == new.__code__.co_qualname
    return old.__globals__ is new.__globals__ and (same_code or old.__code__.co_name == "forward")


# --- classes ----------------------------------------------------------------------------------


def merge_class(
    transaction: Transaction,
    old: type,
    new: type,
    change: ClassChange,
    report: ClassReport,
) -> None:
    """Let an old class be a new one: the same object, with the new attributes.

    Args:
        transaction: Can take it back.
        old: The class that instances, subclasses and importers know.
        new: The class that the new code has made; it is of no use afterwards.
        change: See `reconcile`.
        report: See `reconcile`.

    Raises:
        CannotKeepClass: If it can't be done.
    """
    if (refusal := _refusal(old, new)) is not None:
        raise CannotKeepClass(old.__name__, refusal)
    is_enum = _is_enum(old)
    members = set(getattr(old, "__members__", ())) if is_enum else set()
    old_names, new_names = dict(vars(old)), dict(vars(new))
    changed: set[str] = set()
    if old.__bases__ != new.__bases__:
        try:
            transaction.set(old, "__bases__", new.__bases__)
        except TypeError:
            raise CannotKeepClass(old.__name__, Refusal.BASES) from None
        changed.add("__bases__")
    for function in _functions(new):
        for cell in function.__closure__ or ():
            if contents(cell) is new:
                transaction.set_cell(cell, old)
    init_changed = False
    for name, value in new_names.items():
        if name in _PER_CLASS or type(value) in (GetSetDescriptorType, MemberDescriptorType):
            continue
        before = old_names.get(name, MISSING)
        if (
            is_enum
            and name != "__doc__"
            and (name in members or (name[0] == "_" and type(value) is not FunctionType))
        ):
            continue
        if (name in change.kept and before is not MISSING) or before is value:
            continue
        if name == "__init__" and not same_function(before, value):
            init_changed = True
        merged = value
        if type(before) is type(value) and type(value) in _ACCESSORS:
            pairs = zip(_accessed(before), _accessed(value), strict=True)
            if all(
                type(x) is FunctionType and type(y) is FunctionType and adopt(transaction, x, y)
                for x, y in pairs
                if x is not None or y is not None
            ):
                merged = before
        elif isinstance(before, type) and isinstance(value, type) and is_version_of(before, value):
            if before.__qualname__.startswith(f"{old.__qualname__}."):
                inner = ClassChange(is_held=held_elsewhere(new_names, name, known=2))
                merge_class(transaction, before, value, inner, report)
                merged = before
        elif (
            (not callable(value) or isinstance(value, type))
            and not name.startswith("__")
            and is_changed(before, value)
        ):
            changed.add(name)
        if merged is before:
            continue
        transaction.set_class(old, name, merged)
        if merged is value and hasattr(type(value), "__set_name__"):
            value.__set_name__(old, name)
        if type(before).__name__ == "cached_property":
            forget_cached(transaction, old, name)
    for name, value in old_names.items():
        if name in new_names or name in _PER_CLASS or (is_enum and not callable(value)):
            continue
        if type(value) in (GetSetDescriptorType, MemberDescriptorType):
            continue
        if change.bound is not None and name not in change.bound and name[:2] != "__":
            continue  # the program has set it
        transaction.set_class(old, name, MISSING)
        changed.add(name)
    if hasattr(old, "_abc_caches_clear"):
        old._abc_caches_clear()  # noqa: SLF001  # ABCMeta's own way to forget
    if "__dataclass_fields__" in new_names:
        _new_defaults(transaction, old, old_names.get("__dataclass_fields__", {}))
        if repr(old_names.get("__dataclass_fields__")) != repr(new_names["__dataclass_fields__"]):
            changed.add("__bases__")  # a subclass has made its constructor from these
            init_changed = True
    _retire(transaction, old, new, is_held=change.is_held)
    report(old, changed, init_changed)


def _accessed(attribute: Any) -> list[Any]:
    """The functions that an attribute of a class consists of."""
    if type(attribute) is FunctionType:
        return [attribute]
    if type(attribute) is property:
        return [attribute.fget, attribute.fset, attribute.fdel]
    return [attribute.__func__]


def _refusal(old: type, new: type) -> Refusal | None:
    if type(old) is not type(new) and not is_version_of(type(old), type(new)):
        return Refusal.METACLASS
    if _is_enum(old):
        values = [
            {name: member._value_ for name, member in cls.__members__.items()}  # type: ignore[attr-defined]
            for cls in (old, new)
        ]
        if list(values[0].items()) != list(values[1].items()):
            return Refusal.ENUM_MEMBERS
        return None
    if issubclass(old, tuple) and getattr(old, "_fields", None) != getattr(new, "_fields", None):
        return Refusal.TUPLE_FIELDS
    if _layout(old) != _layout(new):
        return Refusal.SLOTS if old.__bases__ == new.__bases__ else Refusal.BASES
    return None


def _layout(cls: type) -> Any:
    slots = vars(cls).get("__slots__", MISSING)
    return (
        sorted([slots] if isinstance(slots, str) else slots) if slots is not MISSING else None,
        "__dict__" in vars(cls),
        "__weakref__" in vars(cls),
    )


def _is_enum(cls: type) -> bool:
    enum = sys.modules.get("enum")
    return enum is not None and isinstance(cls, enum.EnumMeta)


def _functions(cls: type) -> Iterator[FunctionType]:
    """Yield the functions of a class body, also those in properties and wrappers."""
    seen: set[int] = set()
    pending = list(vars(cls).values())
    while pending:
        item = pending.pop()
        if id(item) in seen or isinstance(item, type | str | int | tuple | dict):
            continue
        seen.add(id(item))
        if type(item) is FunctionType:
            yield item
            pending.extend(x for x in map(contents, item.__closure__ or ()))
            pending.extend(item.__dict__.values())
        elif type(item).__module__ in ("builtins", "functools", "abc", "enum", "types"):
            pending.extend(x for x in gc.get_referents(item) if not isinstance(x, type))


def class_change(
    old: ast.ClassDef | None, new: ast.ClassDef | None, is_dirty: Callable[[Chain], bool]
) -> ClassChange:
    """Compare two versions of a class statement.

    Args:
        old: The class statement that the live class comes from.
        new: The new one.
        is_dirty: Tells whether something that a statement reads has a new value.
    """
    if old is None or new is None:
        return ClassChange()
    before: dict[str, int] = {}
    bound: set[str] = set()
    for statement in class_body(old):
        before[statement.dump] = before.get(statement.dump, 0) + 1
        bound |= statement.binds
    kept: set[str] = set()
    renewed: set[str] = set()
    for statement in class_body(new):
        if before.get(statement.dump) and not any(
            chain[0] in renewed or is_dirty(chain) for chain in statement.reads
        ):
            kept |= statement.binds
        else:
            renewed |= statement.binds
    return ClassChange(frozenset(kept - renewed), frozenset(bound))


def instances(cls: type) -> list[Any]:
    """Return the live instances of a class and its subclasses, by a scan of the heap.

    Args:
        cls: The class.
    """
    classes: list[type] = [cls]
    for item in classes:  # grows while it is walked
        below: list[type] = type.__subclasses__(item)
        classes.extend(x for x in below if x not in classes)
    return [x for x in gc.get_referrers(*classes) if type(x) in classes]


def _new_defaults(transaction: Transaction, cls: type, old_fields: dict[str, Any]) -> None:
    """Give instances made before what a new field's `default_factory` makes."""
    fields = vars(cls)["__dataclass_fields__"]
    missing = sys.modules["dataclasses"].MISSING
    added = {n: f for n, f in fields.items() if n not in old_fields}
    made = {n: f.default_factory for n, f in added.items() if f.default_factory is not missing}
    if made:
        for instance in instances(cls):
            for name, factory in made.items():
                if not hasattr(instance, name):
                    object.__setattr__(instance, name, factory())
                    transaction.on_rollback(
                        lambda i=instance, n=name: object.__delattr__(i, n)  # type: ignore[misc]
                    )


def forget_cached(transaction: Transaction, cls: type, name: str) -> None:
    """Drop what a `cached_property` computed with its old body.

    Args:
        transaction: Can take it back.
        cls: The class.
        name: The property.
    """
    for instance in instances(cls):
        values = getattr(instance, "__dict__", {})
        if name in values:
            transaction.keep(values)
            del values[name]


class _Retired:
    """The base of classes that were made only to be merged, so that `__subclasses__` is right."""


def _retire(transaction: Transaction, old: type, new: type, *, is_held: bool) -> None:
    """Let nothing lead to the new class: registries that got hold of it get the old one."""
    if is_held:
        for holder in gc.get_referrers(new):
            _replace_in(transaction, holder, old, new)
    for name in tuple(vars(new)):  # what it holds goes at once, not when the collector comes by
        with suppress(AttributeError, TypeError):
            type.__delattr__(new, name)
    with suppress(TypeError):  # its layout may be another one
        new.__bases__ = (_Retired,)


def held_elsewhere(names: Mapping[str, Any], name: str, known: int) -> bool:
    """Tell whether more than its namespace, and what only it leads to, refers to a new class.

    Args:
        names: The namespace.
        name: The class in it.
        known: How many more references the caller has.
    """
    count = _outside_references
    return count(names, name) - known > count({"Plain": type("Plain", (), {})}, "Plain")


def _outside_references(names: Mapping[str, Any], name: str) -> int:
    item = names[name]
    return sys.getrefcount(item) - _references_from_itself(item)


def _references_from_itself(cls: type) -> int:
    """Count the references to a class by what only the class leads to."""
    count = 0
    seen: set[int] = {id(cls)}
    pending: list[Any] = [cls]
    while pending:
        for item in gc.get_referents(pending.pop()):
            if item is cls:
                count += 1
            elif id(item) not in seen and not isinstance(item, type | ModuleType | CodeType | str):
                seen.add(id(item))
                if type(item) is not dict or not ("__name__" in item and "__doc__" in item):
                    pending.append(item)  # but not the globals and builtins of functions
        if len(seen) > 2000:
            return 0
    return count


def _replace_in(transaction: Transaction, holder: Any, old: type, new: type) -> None:
    if type(holder) is list:
        transaction.keep(holder)
        if any(x is old for x in holder):
            holder[:] = [x for x in holder if x is not new]
        else:
            holder[:] = [old if x is new else x for x in holder]
    elif type(holder) is set:
        transaction.keep(holder)
        holder.discard(new)
        holder.add(old)
    elif type(holder) is dict:
        if any(v is new for v in holder.values()):
            transaction.keep(holder)
            for key in [k for k, v in holder.items() if v is new]:
                holder[key] = old
        if any(k is new for k in holder):
            transaction.keep(holder)
            holder[old] = holder.pop(new)


def upgrade(classes: Iterable[type]) -> None:
    """Call `__hmr_upgrade__` once on each live instance of classes whose `__init__` changed.

    Args:
        classes: The classes.
    """
    done: set[int] = set()
    for cls in classes:
        if hasattr(cls, "__hmr_upgrade__"):
            for instance in instances(cls):
                if id(instance) not in done:
                    done.add(id(instance))
                    instance.__hmr_upgrade__()
