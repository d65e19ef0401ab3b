"""Enums: the members that live stay, and get what a new version of their class makes of them."""

from __future__ import annotations

import sys
from typing import Any

from ..transaction import Transaction

_OF_THE_MEMBER = frozenset(("_value_", "_name_", "__objclass__", "_sort_order_", "_inverted_"))


def is_enum(cls: type) -> bool:
    """Tell whether a class is an enum, without importing `enum`."""
    enum = sys.modules.get("enum")
    return enum is not None and isinstance(cls, enum.EnumMeta)


def have_same_members(old: Any, new: Any) -> bool:
    """Tell whether two enums have the same members, in the same order."""
    return _values(old) == _values(new)


def _values(cls: Any) -> list[tuple[str, Any]]:
    return [(name, member._value_) for name, member in cls.__members__.items()]


def names_besides_members(new: Any) -> dict[str, Any]:
    """Return the attributes of an enum without its members and the tables of them."""
    return {
        name: value
        for name, value in vars(new).items()
        if name not in new.__members__ and not (_is_sunder(name) and type(value) in (list, dict))
    }


def _is_sunder(name: str) -> bool:
    return name[0] == name[-1] == "_" and name[:2] != "__"


def renew_members(transaction: Transaction, old: Any, new: Any) -> list[Any]:
    """Give the members that live what `__init__` and `__new__` have set on the new ones.

    Args:
        transaction: Can undo it.
        old: The enum that lives.
        new: Its new version.

    Returns:
        The new members, which are of no use.
    """
    for name, member in new.__members__.items():
        live, made = vars(old.__members__[name]), vars(member)
        fresh = {key: value for key, value in made.items() if key not in _OF_THE_MEMBER}
        if fresh:
            transaction.keep(live)
            live.update(fresh)
    return list({id(x): x for x in new.__members__.values()}.values())
