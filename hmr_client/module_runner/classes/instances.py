"""The live instances of classes, and what an update does to them."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import Any

from ..transaction import Transaction

_HEAP_TYPE = 1 << 9  # it is written in Python


def instances(cls: type) -> list[Any]:
    """Return the live instances of a class and its subclasses, by a scan of the heap."""
    classes: list[type] = [cls]
    for item in classes:  # grows while it is walked
        below: list[type] = type.__subclasses__(item)
        classes.extend(x for x in below if x not in classes)
    return [x for x in gc.get_referrers(*classes) if type(x) in classes]


def caches_in_instances(attribute: Any) -> bool:
    """Tell whether an attribute of a class may keep what it computes in its instances' own attributes.

    Args:
        attribute: A `cached_property`, or a descriptor of the application's that does the same.
    """
    kind = type(attribute)
    if kind.__module__ == "functools":
        return kind.__name__ == "cached_property"
    is_data = hasattr(kind, "__set__") or hasattr(kind, "__delete__")
    return hasattr(kind, "__get__") and not is_data and bool(kind.__flags__ & _HEAP_TYPE)


def forget_cached(transaction: Transaction, cls: type, name: str) -> None:
    """Drop what a descriptor computed with its old body, and keeps in its instances.

    Args:
        transaction: Rolls it back on failure.
    """
    for instance in instances(cls):
        values = getattr(instance, "__dict__", {})
        if name in values:
            transaction.keep(values)
            del values[name]


def upgrade(classes: Iterable[type]) -> None:
    """Call `__hmr_upgrade__` once on each live instance of classes whose `__init__` changed."""
    done: set[int] = set()
    for cls in classes:
        if hasattr(cls, "__hmr_upgrade__"):
            for instance in instances(cls):
                if id(instance) not in done:
                    done.add(id(instance))
                    instance.__hmr_upgrade__()
