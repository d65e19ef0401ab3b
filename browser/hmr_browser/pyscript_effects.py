"""What PyScript itself keeps for a module, told to the ledger.

`pyscript.Event` holds its listeners in Python. In a worker `@when` listens to elements of the page, which
the worker reaches through PyScript only: the bootstrap's watch over the worker sees nothing of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hmr_client.module_runner import Effect, Ledger

from .side_effects import Replacements, is_recorded


class PyScriptRecorder:
    """Tells the ledger about listeners that PyScript has registered for a module.

    Args:
        events: Returns `pyscript.events`, once a script runs.
        in_worker: Whether the elements are the page's, and this is a worker.
    """

    def __init__(self, events: Callable[[], ModuleType | None], *, in_worker: bool) -> None:
        self._events = events
        self._in_worker = in_worker
        self._replaced = Replacements()

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        events: Any = self._events()
        if events is None:
            return
        add = events.Event.add_listener

        def add_listener(event: Any, listener: Callable[..., object]) -> None:
            add(event, listener)
            _record(ledger, lambda: event.remove_listener(listener))

        self._replaced.replace(events.Event, "add_listener", add_listener)
        # internal to PyScript; without it there is one thing less to watch
        find = getattr(events, "_get_elements", None)
        if self._in_worker and find is not None:
            self._replaced.replace(
                events,
                "_get_elements",
                lambda selector: [_PageElement(element, ledger) for element in find(selector)],
            )

    def uninstall(self) -> None:
        """See `Recorder`."""
        self._replaced.put_back()


class _PageElement:
    """An element of the page, as `@when` in a worker knows it."""

    def __init__(self, element: Any, ledger: Ledger) -> None:
        self._element = element
        self._ledger = ledger

    def addEventListener(self, event: str, listener: Any, options: Any) -> None:  # noqa: N802  # JavaScript's name
        """Listen, and write down how to stop.

        Args:
            event: The event's name.
            listener: A proxy of the handler.
            options: JavaScript's.
        """
        self._element.addEventListener(event, listener, options)
        _record(
            self._ledger, lambda: self._element.removeEventListener(event, listener, options), 1
        )


def _record(ledger: Ledger, close: Callable[[], object], depth: int = 0) -> None:
    if is_recorded(sys._getframe(2 + depth), "listener"):  # noqa: SLF001
        ledger.record(Effect("listener", close), depth=2 + depth)
