"""What holds objects by name: classes, modules, the cells of closures."""

from __future__ import annotations

from types import CellType, ModuleType
from typing import Any

from ..inspection import is_a, slots_of
from ..transaction import MISSING
from .items import Items


class Attributes(Items):
    """The attributes of a class."""

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        return {key: value for key, value in vars(self.owner).items() if key not in _OF_ABC}

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        live = self.copy()
        for key in [*live, *contents]:
            if live.get(key, MISSING) is not contents.get(key, MISSING):
                self.put(key, contents.get(key, MISSING))

    def put(self, key: Any, value: Any) -> None:
        """See `Items`."""
        if value is not MISSING:
            type.__setattr__(self.owner, key, value)
        elif key in vars(self.owner):
            type.__delattr__(self.owner, key)


class Names(Items):
    """Some globals of a module: those that a function declares as global.

    Args:
        names: Which of them; None for all present and future ones.
    """

    def __init__(self, owner: dict[str, Any], names: frozenset[str] | None) -> None:
        super().__init__(owner)
        self.names = names
        self._without: frozenset[str] = frozenset()

    def leave_out(self, names: frozenset[str]) -> None:
        """Leave some names out: those that the statement itself binds."""
        self._without = names

    def _is_in(self, name: str) -> bool:
        is_any = name[:2] != "__" if self.names is None else name in self.names
        return is_any and name not in self._without

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        keys = self.owner if self.names is None else self.names & self.owner.keys()
        found = {key: self.owner[key] for key in tuple(keys) if self._is_in(key)}
        # a package gets its modules from Python itself
        return {key: value for key, value in found.items() if not is_a(value, ModuleType)}

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        for key in {*self.copy(), *contents}:
            self.put(key, contents.get(key, MISSING))


class Slots(Items):
    """What an instance has in its slots."""

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        return dict(slots_of(self.owner))

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        for slot in {*self.copy(), *contents}:
            self.put(slot, contents.get(slot, MISSING))

    def put(self, key: Any, value: Any) -> None:
        """See `Items`."""
        if value is MISSING:
            key.__delete__(self.owner)
        else:
            key.__set__(self.owner, value)


class Cell(Items):
    """What a closure's cell holds."""

    owner: CellType

    def copy(self) -> dict[Any, Any]:
        """See `Place`."""
        try:
            return {"": self.owner.cell_contents}
        except ValueError:
            return {}

    def restore(self, contents: dict[Any, Any]) -> None:
        """See `Place`."""
        self.put("", contents.get("", MISSING))

    def put(self, key: Any, value: Any) -> None:  # noqa: ARG002  # as `Items` has it
        """See `Items`."""
        if value is MISSING:
            del self.owner.cell_contents
        else:
            self.owner.cell_contents = value


_OF_ABC = frozenset(("_abc_impl", "__abstractmethods__"))
