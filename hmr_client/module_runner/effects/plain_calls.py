"""Calls that are known to do nothing but compute, or change a container."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any

from ..inspection import namespace_of

_CONTAINERS = (list, dict, set, deque, OrderedDict, defaultdict, Counter)
_PURE = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "chr",
        "dict",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "globals",
        "int",
        "locals",
        "isinstance",
        "len",
        "list",
        "map",
        "max",
        "min",
        "ord",
        "pow",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "vars",
        "zip",
    ]
)


def is_plain_call(chain: list[Any], name: str, rest: Sequence[str]) -> bool:
    """Tell whether a call does nothing but compute, or change a container.

    Args:
        chain: What the names lead to, as far as they lead to something.
        name: The first name.
        rest: What follows it; a last `()` is the call.
    """
    if not chain:
        return name in _PURE and len(rest) == 1
    return len(chain) == len(rest) - 1 and type(chain[-1]) in _CONTAINERS


def along(value: Any, attributes: Iterable[str]) -> list[Any]:
    """Return what a chain of attributes leads to, without running anything."""
    found: list[Any] = []
    for name in attributes:
        names = namespace_of(value)
        if names is None or name not in names:
            break
        value = names[name]
        found.append(value)
    return found
