"""What PyScript itself keeps for a module, told to the ledger: `pyscript.Event` holds its listeners in Python."""

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
    """

    def __init__(self, events: Callable[[], ModuleType | None]) -> None:
        self._events = events
        self._replaced = Replacements()

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        events: Any = self._events()
        if events is None:
            return
        add = events.Event.add_listener

        def add_listener(event: Any, listener: Callable[..., object]) -> None:
            add(event, listener)
            if is_recorded(sys._getframe(1), "listener"):  # noqa: SLF001
                ledger.record(Effect("listener", lambda: event.remove_listener(listener)), depth=1)

        self._replaced.replace(events.Event, "add_listener", add_listener)

    def uninstall(self) -> None:
        """See `Recorder`."""
        self._replaced.put_back()
