"""All or nothing: what one update has changed, and how it is put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MISSING: Any = type("Missing", (), {"__repr__": lambda _: "<missing>"})()
"""Marks a name or attribute that does not exist."""


class Transaction:
    """Changes that can be rolled back, in reverse order."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], Any]] = []
        self._finish: list[Callable[[], Any]] = []

    def on_rollback(self, undo: Callable[[], Any]) -> None:
        """Remember how to undo a change.

        Args:
            undo: Undoes it.
        """
        self._undo.append(undo)

    def on_commit(self, finish: Callable[[], Any]) -> None:
        """Put off what can't be undone until the update is known to be good.

        Args:
            finish: Does it.
        """
        self._finish.append(finish)

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute.

        Args:
            value: Its new value.
        """
        before = getattr(owner, name)
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, before))

    def set_class(self, owner: type, name: str, value: Any) -> None:
        """Set or delete an attribute of a class, past what its metaclass makes of it.

        Args:
            value: Its new value; MISSING deletes it.
        """
        before = vars(owner).get(name, MISSING)
        _set_class(owner, name, value)
        self._undo.append(lambda: _set_class(owner, name, before))

    def set_cell(self, cell: Any, value: Any) -> None:
        """Set what a closure's cell holds.

        Args:
            value: The new contents.
        """
        try:
            before = cell.cell_contents
        except ValueError:  # empty

            def empty() -> None:
                del cell.cell_contents

            self._undo.append(empty)
        else:
            self._undo.append(lambda: setattr(cell, "cell_contents", before))
        cell.cell_contents = value

    def keep(self, container: Any) -> None:
        """Remember the contents of a dict, list or set.

        Args:
            container: It; the same object gets its contents back.
        """
        copy = container.copy()

        def restore() -> None:
            container.clear()
            container.extend(copy) if isinstance(container, list) else container.update(copy)

        self._undo.append(restore)

    def roll_back(self) -> None:
        """Take everything back. What can't be is skipped: the rest matters more."""
        while self._undo:
            undo = self._undo.pop()
            try:
                undo()
            except (AttributeError, TypeError, KeyError, ValueError):
                continue  # an object that refuses to be what it was
        self._finish.clear()

    def commit(self) -> None:
        """Run the postponed actions; nothing can be undone after that."""
        self._undo.clear()
        finish, self._finish = self._finish, []
        for action in finish:
            action()


def _set_class(owner: type, name: str, value: Any) -> None:
    if value is not MISSING:
        type.__setattr__(owner, name, value)
    elif name in vars(owner):
        type.__delattr__(owner, name)
