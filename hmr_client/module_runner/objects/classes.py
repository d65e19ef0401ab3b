"""Classes keep their identity: an old class gets a new one's attributes, or the reason why it can't."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from ..analysis.class_change import ClassChange
from ..transaction import MISSING, Transaction
from .functions import adopt, contents, is_version_of, same_function
from .instances import forget_cached, instances
from .retired_classes import held_elsewhere, retire
from .values import is_changed


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


ClassReport = Callable[[type, set[str], bool], None]
"""Called with a class, its data attributes that changed, and whether `__init__` did."""
_PER_CLASS = frozenset(("__dict__", "__weakref__", "__slots__", "_abc_impl", "__qualname__"))
_ACCESSORS = (FunctionType, staticmethod, classmethod, property)


def merge_class(
    transaction: Transaction,
    old: type,
    new: type,
    change: ClassChange,
    report: ClassReport,
) -> None:
    """Let an old class be a new one: the same object, with the new attributes.

    Args:
        transaction: Rolls it back on failure.
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
    retire(transaction, old, new, is_held=change.is_held)
    report(old, changed, init_changed)


def _accessed(attribute: Any) -> list[Any]:
    """Return the functions that an attribute of a class consists of."""
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
