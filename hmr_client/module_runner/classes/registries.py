"""The registries of a class: the lists that hold it. Each holds it once after the decorators have run again."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import partial
from types import CellType, FunctionType, MethodType
from typing import Any

from ..inspection import is_a
from ..objects.functions import contents
from ..transaction import Transaction
from .refusal import CannotKeepClass, Refusal

_OURS = f"{__name__.partition('.')[0]}."


class Registries:
    """The lists that hold a class, or tuples with it, before its statement registers it again.

    Args:
        transaction: Can take everything back.
        cls: The class that lives.
    """

    def __init__(self, transaction: Transaction, cls: type) -> None:
        self._cls = cls
        self._before = [(x, len(x), self._places(x)) for x in self._lists()]
        for items, _, _ in self._before:
            transaction.keep(items)

    def _lists(self) -> list[list[Any]]:
        holders = gc.get_referrers(self._cls)
        cells = [x for x in holders if type(x) is CellType]
        closures = gc.get_referrers(*cells) if cells else []
        methods = [x for x in holders if type(x) is MethodType]
        above = gc.get_referrers(*closures, *methods) if closures or methods else []
        entries = [x for x in (*holders, *above) if self._is_in(x)]
        found = {id(x): x for x in holders if type(x) is list}
        found |= {id(x): x for x in (gc.get_referrers(*entries) if entries else ())}
        ours = (holders, cells, closures, methods, above, entries)
        return [x for x in found.values() if type(x) is list and not any(x is y for y in ours)]

    def _places(self, items: list[Any]) -> list[int]:
        return [index for index, item in enumerate(items) if self._is_in(item)]

    def _is_in(self, item: Any) -> bool:
        """Whether something is the class, or an entry of a list that is about it."""
        parts: Iterable[Any] = (item,)
        if type(item) is tuple:
            parts = () if item is self._cls.__mro__ else item
        elif type(item) is FunctionType:
            is_ours = (item.__module__ or "").startswith(_OURS)  # what takes the update back
            parts = () if is_ours else map(contents, item.__closure__ or ())
        elif type(item) is partial:
            parts = (item.func, *item.args, *item.keywords.values())
        elif type(item) is dict:
            parts = () if "__name__" in item or "__module__" in item else item.values()
        elif not is_a(item, type) and type(values := getattr(item, "__dict__", None)) is dict:
            parts = values.values()
        return any(x is self._cls or getattr(x, "__self__", None) is self._cls for x in parts)

    def mend(self) -> None:
        """Let the class be in each list as often as before, with what was registered last.

        Raises:
            CannotKeepClass: If the new entries can't be told from the old ones.
        """
        for items, length, places in self._before:
            added = [index for index in self._places(items) if index >= length]
            if not added or not places:
                continue
            if len(added) != len(places):
                raise CannotKeepClass(self._cls.__name__, Refusal.REGISTERED)
            for place, index in zip(places, added, strict=True):
                items[place] = items[index]
            for index in reversed(added):
                del items[index]
