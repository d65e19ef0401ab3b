"""Whether a value is another one than before."""

from __future__ import annotations

from typing import Any

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
