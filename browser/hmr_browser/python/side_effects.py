"""What Python modules leave in the page, recorded in the ledger: listeners, timers, nodes, ….

The bootstrap watches the page's own functions (`addEventListener`, `setTimeout`, `append`, …) and
reports each use with a Python function in it, and how to remove it. The calling module is found:
`pyodide.ffi.wrappers`, `pyscript.when`, `target.addEventListener("click", create_proxy(f))`.

A module says what is to be kept when it is run again: `__hmr_keep__ = ("node", "listener")`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any, Protocol

from hmr_client.module_runner import Effect, Ledger

from .source import HOME

KEEP = "__hmr_keep__"
"""Name of a module's list of the kinds of effects that outlive it."""

_MAKERS = ("create_proxy", "create_once_callable")
_TIMERS = ("setTimeout", "clearTimeout", "setInterval", "clearInterval")
_SWEEP_EVERY = 256

Made = Callable[[str, Callable[[], object], "Callable[[], object] | None", Any], int]
Over = Callable[[int], None]


class Watch(Protocol):
    """The bootstrap's watch over the page, from its start to its stop."""

    evaluating: bool
    """Whether nodes are watched: only while modules are evaluated, as others append all the time."""

    def stop(self) -> None:
        """Put the page's functions back."""


class Replacements:
    """Attributes that are ours for a while."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, value: object) -> None:
        """Put a value in the place of an attribute.

        Args:
            owner: Whose it is.
            value: Ours.
        """
        self._before.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def replace_everywhere(
        self, modules: Sequence[ModuleType], original: object, value: object
    ) -> None:
        """Put a value in the place of another, under whatever names modules have it.

        Args:
            original: What they have.
            value: Ours.
        """
        for module in modules:
            for name in [key for key, known in vars(module).items() if known is original]:
                self.replace(module, name, value)

    def put_back(self) -> None:
        """Put all of them back, the last one first."""
        while self._before:
            owner, name, value = self._before.pop()
            setattr(owner, name, value)


class PageRecorder:
    """Tells the ledger about what the page's own functions were used for.

    Args:
        watch: Starts the bootstrap's watch, which reports new and ended effects.
        wrappers: `pyodide.ffi.wrappers`, whose tables are kept clean.
        page: The page's global object.
    """

    def __init__(
        self, watch: Callable[[Made, Over], Watch], wrappers: ModuleType, page: Any
    ) -> None:
        self._start = watch
        self._wrappers: Any = wrappers
        self._page = page
        self._watch: Watch | None = None
        self._evaluations = 0
        self._ledger: Ledger | None = None
        self._effects: dict[int, Effect] = {}
        self._count = 0
        self._replaced = Replacements()
        self._wrapped_key: object = None
        self._closed_keys: set[int] = set()  # hashes: a key would keep its listener

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        self._ledger = ledger
        self._watch = self._start(self._made, self._over)
        self._watch_nodes()
        original = self._wrappers.add_event_listener

        def add_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
            self._wrapped_key = (elt.js_id, event, listener)
            try:
                original(elt, event, listener)
            finally:
                self._wrapped_key = None

        remove = self._wrappers.remove_event_listener

        def remove_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
            key = (elt.js_id, event, listener)
            if key not in self._wrappers.EVENT_LISTENERS and hash(key) in self._closed_keys:
                # an object of the old program cleans up after itself
                self._closed_keys.discard(hash(key))
                return
            remove(elt, event, listener)

        # they have taken the page's functions when they were imported: before they were watched
        ours = {name: getattr(self._page, name) for name in _TIMERS}
        ours |= {
            "add_event_listener": add_event_listener,
            "remove_event_listener": remove_event_listener,
        }
        for name, value in ours.items():
            self._replaced.replace(self._wrappers, name, value)

    def uninstall(self) -> None:
        """See `Recorder`."""
        if self._watch is not None:
            self._watch.stop()
        self._replaced.put_back()

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Say that modules are evaluated until the context ends, or as long as their top level waits."""
        self._evaluations += 1
        self._watch_nodes()
        try:
            yield
        finally:
            self._evaluations -= 1
            self._watch_nodes()

    def _watch_nodes(self) -> None:
        if self._watch is not None and self._ledger is not None:
            self._watch.evaluating = self._evaluations > 0 or self._ledger.is_evaluating()

    def _made(
        self,
        kind: str,
        take_back: Callable[[], object],
        bring_back: Callable[[], object] | None = None,
        handle: Any = None,
    ) -> int:
        """Record a new effect; return its number, or 0 if no module owns it."""
        caller = sys._getframe().f_back  # noqa: SLF001  # None: JavaScript's own doing
        if self._ledger is None or not is_recorded(caller, kind):
            if kind == "node":
                self._watch_nodes()
            return 0
        self._count += 1
        number, key = self._count, self._wrapped_key

        def close() -> None:
            if self._effects.pop(number, None) is not None:
                take_back()
                self._clean_tables(kind, key, handle)

        suspend = take_back if bring_back is not None else None
        effect = Effect(kind, close, suspend, bring_back)
        # what a function appends later is the page's content, not the module's effect
        if not self._ledger.record(effect, depth=1, of_top_level=kind == "node"):
            return 0
        self._effects[number] = effect
        return number

    def _over(self, number: int) -> None:
        """Forget an effect that ended by itself: a timer fired, a listener was removed."""
        effect = self._effects.pop(number, None)
        if effect is not None and self._ledger is not None:
            self._ledger.discard(effect)

    def _clean_tables(self, kind: str, key: object, handle: Any) -> None:
        wrappers = self._wrappers
        if kind == "listener" and key is not None:
            if wrappers.EVENT_LISTENERS.pop(key, None) is not None:
                self._closed_keys.add(hash(key))
        elif kind == "timer" and isinstance(handle, int):
            wrappers.TIMEOUTS.pop(handle, None)
            wrappers.INTERVAL_CALLBACKS.pop(handle, None)


class ProxyRecorder:
    """Tells the ledger about proxies: they are destroyed with the module that made them.

    Args:
        modules: Returns the modules that may offer `create_proxy`, Pyodide's own first.
        is_destroyed: Tells whether a proxy is destroyed already.
    """

    def __init__(
        self, modules: Callable[[], Sequence[ModuleType]], is_destroyed: Callable[[Any], bool]
    ) -> None:
        self._modules = modules
        self._is_destroyed = is_destroyed
        self._replaced = Replacements()
        self._open: dict[Effect, Any] = {}

    def install(self, ledger: Ledger) -> None:
        """See `Recorder`."""
        modules = self._modules()
        for name in _MAKERS:
            original = getattr(modules[0], name)
            # PyScript has taken it under another name
            self._replaced.replace_everywhere(modules, original, self._make(ledger, original))

    def uninstall(self) -> None:
        """See `Recorder`."""
        self._replaced.put_back()

    def _make(self, ledger: Ledger, original: Callable[..., Any]) -> Callable[..., Any]:
        def create_proxy(value: Any, *args: Any, **options: Any) -> Any:
            proxy = original(value, *args, **options)
            if is_recorded(sys._getframe(1), "proxy"):  # noqa: SLF001  # the caller, without importing inspect

                def close() -> None:
                    self._open.pop(effect, None)
                    if not self._is_destroyed(proxy):
                        proxy.destroy()

                effect = Effect("proxy", close)
                if ledger.record(effect, depth=1):
                    self._open[effect] = proxy
                    if len(self._open) % _SWEEP_EVERY == 0:
                        self._sweep(ledger)
            return proxy

        create_proxy.__name__ = original.__name__
        create_proxy.__doc__ = original.__doc__
        return create_proxy

    def _sweep(self, ledger: Ledger) -> None:
        """Forget proxies that their owner destroyed."""
        for effect, proxy in tuple(self._open.items()):
            if self._is_destroyed(proxy):
                del self._open[effect]
                ledger.discard(effect)


def is_recorded(frame: FrameType | None, kind: str) -> bool:
    """Return whether an effect belongs to an application module, and the module does not keep it.

    What a library makes on a module's behalf is the module's; what it makes while it is imported
    itself is its own, and so is what the event loop makes.

    Args:
        frame: Where it is made.
        kind: Its kind. Nodes are the module's whose top level led to them, by whatever functions.
    """
    for caller in _callers(frame):
        if caller.f_code.co_filename.startswith(f"{HOME}/"):
            if kind in caller.f_globals.get(KEEP, ()):
                return False
            if kind != "node" or caller.f_code.co_name == "<module>":
                return True
            continue  # nodes are those of the top level
        name = caller.f_globals.get("__name__", "")
        if caller.f_code.co_name == "<module>" or name.startswith(("pyodide.webloop", "asyncio.")):
            return False
        if name != __name__ and name.startswith(("hmr_client.", "hmr_browser.")):
            return False
    return False


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
