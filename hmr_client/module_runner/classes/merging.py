"""Classes that were made a second time are merged into the ones that live, or the reason why not.

This is for classes whose metaclass makes them in a way of its own: enums, named tuples, models. All
others get their new members in place, see `class_building`. To merge every class was tried and
dropped: decorators and `__init_subclass__` got the second class, so that registries, closures and weak
containers held it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

from ..analysis.class_change import ClassChange
from ..effects.made_of import held_by
from ..inspection import is_a
from ..objects.functions import contents, is_version_of
from ..transaction import Transaction
from .enums import have_same_members, is_enum, names_besides_members, renew_members
from .members import ClassReport, LiveClass, layout_of
from .numbering import is_order_lost
from .refusal import CannotKeepClass, Refusal
from .retired import is_held, replace_everywhere, retire, strip

_HEAP_TYPE = 1 << 9
_NO_TABLES = (
    FunctionType,
    MethodType,
    ModuleType,
    type,
    property,
    staticmethod,
    classmethod,
    str,
    int,
)
_DEEPEST = 12  # objects within attributes: state, transitions, callbacks …
_MOST = 3000


def merge_class(
    transaction: Transaction,
    old: type,
    names: dict[str, Any],
    name: str,
    change: ClassChange,
    report: ClassReport,
) -> None:
    """Let an old class be a new one: the same object, with the new attributes.

    Args:
        transaction: Can undo it.
        old: The class that instances, subclasses and importers know.
        names: The namespace that has the new class, and nothing else should; the caller replaces
            it there.
        name: The new class's name in it.
        change: What the source says.
        report: Receives what changed.

    Raises:
        CannotKeepClass: If it can't be done.
    """
    live_class = LiveClass(transaction, old, change, is_shaped=True)
    refusal = _refusal(old, names[name])
    if refusal is None and not live_class.set_bases(names[name].__bases__):
        refusal = Refusal.BASES
    if refusal is None and is_order_lost(old, vars(names[name]), change.kept):
        refusal = Refusal.NUMBERED
    if refusal is not None:
        raise CannotKeepClass(old.__name__, refusal)
    try:
        _bring_in(transaction, live_class, names, name, report)
    except (AttributeError, TypeError) as error:
        raise CannotKeepClass(old.__name__, Refusal.READ_ONLY, is_spoiled=True) from error
    live_class.finish(report)


def holds_methods(cls: type) -> bool:
    """Tell whether other attributes of a class hold its methods, as the transitions of a state machine do.

    A library may compare them with the class's own, which keep their identity and would be others.
    """
    methods = {id(x) for x in vars(cls).values() if type(x) is FunctionType}
    level = [x for x in vars(cls).values() if not is_a(x, _NO_TABLES)]
    seen: set[int] = set()
    for _ in range(_DEEPEST):
        held = {id(x): x for item in level for x in held_by(item)}
        if not methods.isdisjoint(held):
            return True
        level = [x for key, x in held.items() if key not in seen and not is_a(x, _NO_TABLES)]
        seen.update(held)
        if len(seen) > _MOST:
            return False
    return False


def _bring_in(
    transaction: Transaction,
    live_class: LiveClass,
    names: dict[str, Any],
    name: str,
    report: ClassReport,
) -> None:
    old = live_class.cls
    for function in _functions(names[name]):
        for cell in function.__closure__ or ():
            if contents(cell) is names[name]:  # `__class__`, which `super()` reads
                cell.cell_contents = old
    made: list[Any] = []
    if is_enum(old):
        members = names_besides_members(names[name])
        made = renew_members(transaction, old, names[name])
    else:
        members = dict(vars(names[name]))
    strip(names[name])
    for inner in live_class.nested_versions(members):
        merge_class(transaction, vars(old)[inner], members, inner, ClassChange(), report)
        members[inner] = vars(old)[inner]
    live_class.complete(members)
    live_class.bring_in(members)
    if is_held(names, name, made):
        replace_everywhere(old, names, name)
        if is_held(names, name, made):  # its holder would continue with a second class
            raise CannotKeepClass(old.__name__, Refusal.HELD, is_spoiled=True)
    retire(transaction, names[name])


def _refusal(old: type, new: type) -> Refusal | None:
    if type(old) is not type(new) and not is_version_of(type(old), type(new)):
        return Refusal.METACLASS
    if _is_opaque(type(old)):
        return Refusal.OPAQUE
    if is_enum(old):
        return None if have_same_members(old, new) else Refusal.ENUM_MEMBERS
    # an old instance would have another number of items than its class has fields
    if issubclass(old, tuple) and getattr(old, "_fields", None) != getattr(new, "_fields", None):
        return Refusal.TUPLE_FIELDS
    if _layout(old) != _layout(new):
        return Refusal.SLOTS if old.__bases__ == new.__bases__ else Refusal.BASES
    return None


def _is_opaque(metaclass: type) -> bool:
    """Whether classes of a metaclass have more than `type` knows of: it is written in C."""
    if metaclass is type:
        return False
    is_static = not metaclass.__flags__ & _HEAP_TYPE
    return is_static or int(metaclass.__basicsize__) > int(type.__basicsize__)  # type: ignore[call-overload]


def _layout(cls: type) -> Any:
    return layout_of(vars(cls)), "__dict__" in vars(cls), "__weakref__" in vars(cls)


def _functions(cls: type) -> Iterator[FunctionType]:
    """Yield the functions of a class body, also those in properties and wrappers."""
    seen: set[int] = set()
    pending = list(vars(cls).values())
    while pending:
        item = pending.pop()
        if id(item) in seen or is_a(item, type | str | int | tuple | dict):
            continue
        seen.add(id(item))
        if type(item) is FunctionType:
            yield item
            pending.extend(x for x in map(contents, item.__closure__ or ()))
            pending.extend(item.__dict__.values())
        elif type(item).__module__ in ("builtins", "functools", "abc", "enum", "types"):
            pending.extend(x for x in gc.get_referents(item) if not is_a(x, type))
