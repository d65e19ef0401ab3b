"""What application modules register with the process, and a restart does not make again."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .ledger import Effect

if TYPE_CHECKING:
    from .ledger import Ledger


EXIT_FUNCTION = "exit function"
"""The kind of what runs when the process ends: also when the runner is disposed before that."""


class ProcessRecorder:
    """Records exit functions and signal handlers, and what is hung into `sys`.

    Threads can't be ended from outside: they keep running their old code, as coroutines do. The rest
    of what a process has one of, import paths, warning filters and the handlers of loggers, is held
    in lists: `Contributions` looks at those.
    """

    def __init__(self) -> None:
        self._hooks: list[tuple[Any, str, Any, Any]] = []

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        self._hook(atexit, "register", self._make_register(ledger))
        self._hook(signal, "signal", self._make_signal(ledger))

    def uninstall(self) -> None:
        """See `Recorder`."""
        for owner, name, original, ours in reversed(self._hooks):
            if getattr(owner, name) is ours:  # else other code has wrapped ours: it passes on
                setattr(owner, name, original)
        self._hooks.clear()

    def _hook(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        original = getattr(owner, name)
        ours = make(original)
        setattr(owner, name, ours)
        self._hooks.append((owner, name, original, ours))

    def _make_register(self, ledger: Ledger) -> Callable[[Any], Any]:
        def make(original: Any) -> Any:
            def register(func: Any, *args: Any, **options: Any) -> Any:
                effect = Effect(
                    EXIT_FUNCTION,
                    lambda: None,
                    suspend=lambda: atexit.unregister(func),
                    resume=lambda: original(func, *args, **options),
                )
                ledger.record(effect, only_direct=True)
                return original(func, *args, **options)

            return register

        return make

    def _make_signal(self, ledger: Ledger) -> Callable[[Any], Any]:
        def make(original: Any) -> Any:
            def set_handler(number: int, handler: Any) -> Any:
                before = original(number, handler)

                def restore() -> None:
                    if signal.getsignal(number) is handler:
                        original(number, before)

                effect = Effect(
                    "signal handler",
                    lambda: None,
                    suspend=restore,
                    resume=lambda: original(number, handler),
                )
                ledger.record(effect, only_direct=True)
                return before

            return set_handler

        return make
