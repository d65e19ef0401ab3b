"""The live instances of classes, and what an update does to them."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import Any

from ..transaction import Transaction


def instances(cls: type) -> list[Any]:
    """Return the live instances of a class and its subclasses, by a scan of the heap."""
    classes: list[type] = [cls]
    for item in classes:  # grows while it is walked
        below: list[type] = type.__subclasses__(item)
        classes.extend(x for x in below if x not in classes)
    return [x for x in gc.get_referrers(*classes) if type(x) in classes]


def forget_cached(transaction: Transaction, cls: type, name: str) -> None:
    """Drop what a `cached_property` computed with its old body.

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
