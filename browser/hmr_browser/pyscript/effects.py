"""What PyScript itself does for a module, recorded in the ledger: `pyscript.Event` holds its listeners in
Python, and workers are made by functions of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from hmr_client.module_runner import Effect, Ledger

from ..python.side_effects import Replacements, is_recorded


class PyScriptRecorder:
    """Tells the ledger about listeners and workers that PyScript has made for a module.

    Args:
        events: Returns `pyscript.events`, once a script runs.
        modules: Returns the modules that offer PyScript's functions.
        reload: Reloads the page, for a reason.
    """

    def __init__(
        self,
        events: Callable[[], ModuleType | None],
        modules: Callable[[], Sequence[ModuleType]],
        reload: Callable[[str], object],
    ) -> None:
        self._events = events
        self._modules = modules
        self._reload = reload
        self._named: dict[str, tuple[object, ...]] = {}  # a worker's name → how it was made
        self._replaced = Replacements()

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        events: Any = self._events()
        if events is not None:
            ours = self._listener_adder(ledger, events.Event.add_listener)
            self._replaced.replace(events.Event, "add_listener", ours)
        modules = self._modules()
        for name, make in {
            "PyWorker": self._worker_maker,
            "create_named_worker": self._named_worker_maker,
        }.items():
            original = getattr(sys.modules.get("pyscript"), name, None)
            if original is not None:
                self._replaced.replace_everywhere(modules, original, make(ledger, original))

    def uninstall(self) -> None:
        """See `Recorder`."""
        self._replaced.put_back()

    def _listener_adder(self, ledger: Ledger, add: Callable[..., object]) -> Callable[..., None]:
        def add_listener(event: Any, listener: Callable[..., object]) -> None:
            add(event, listener)
            if is_recorded(sys._getframe(1), "listener"):  # noqa: SLF001  # the caller, without importing inspect
                ledger.record(Effect("listener", lambda: event.remove_listener(listener)), depth=1)

        return add_listener

    def _worker_maker(self, ledger: Ledger, original: Callable[..., Any]) -> Callable[..., Any]:
        def PyWorker(url: str, **options: Any) -> Any:  # noqa: N802  # PyScript's name for it
            worker = original(url, **options)
            if is_recorded(sys._getframe(1), "worker"):  # noqa: SLF001  # the caller, without importing inspect
                ledger.record(Effect("worker", worker.terminate), depth=1)
            return worker

        return PyWorker

    def _named_worker_maker(self, _: Ledger, original: Callable[..., Any]) -> Callable[..., Any]:
        """For PyScript, a name is the first worker of that name as long as the page lives: it runs on."""

        async def create_named_worker(
            src: str,
            name: str,
            config: Any = None,
            type: str = "py",  # noqa: A002  # PyScript's
        ) -> Any:
            made = (src, config, type)
            if self._named.get(name, made) != made:
                self._reload(f"the worker {name!r} is made in another way")
            if name in self._named:
                return await sys.modules["pyscript"].workers[name]
            worker = await original(src, name, config, type)
            self._named[name] = made
            return worker

        return create_named_worker
