"""Looks at objects without running anything of theirs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import MemberDescriptorType
from typing import Any


def namespace_of(value: Any) -> Any:
    """Return what an object has as `__dict__`, past what its class makes of attribute access.

    Returns:
        A dict; of a class a mapping proxy; None if there is none, as of an instance with `__slots__`.
    """
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


def is_a(value: Any, kinds: Any) -> bool:
    """Tell whether an object's class is one of some kinds.

    `isinstance` asks a lazy proxy for its `__class__`: Django's `settings` raises there before they are configured.
    """
    return issubclass(type(value), kinds)


def slots_of(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the slots of an instance, with what is in them."""
    for cls in type(value).__mro__:
        for slot in vars(cls).values():
            if type(slot) is MemberDescriptorType:
                try:
                    yield slot, slot.__get__(value)
                except AttributeError:  # nothing yet
                    continue


def own_attributes(value: Any) -> dict[str, Any]:
    """Return an instance's own attributes; of a class, and of an instance without `__dict__`, none."""
    names = namespace_of(value)
    return names if isinstance(names, dict) else {}


def is_standard(module: str) -> bool:
    """Tell whether a module, or the package that it is in, is of the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names
