"""What a module sees as its hot context: `import.meta.hot` in JavaScript, `hot` in Python."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, Protocol

from .eager import report_unhandled
from .exceptions import InvalidAcceptUsage
from .hot_module import AcceptCallback
from .logger import HMRLogger
from .wire.custom_events import INVALIDATE, InvalidateData
from .wire.payloads import Custom, HotPayload, JSONValue
from .wire.serialisation import event_to_wire

ModuleCallback = Callable[[Any], Any]
Disposer = Callable[[Any], Any]
Listener = Callable[[Any], Any]


class ContextOwner(Protocol):
    """The client, as far as a hot context uses it: `HMRClient`.

    The client makes contexts, so a context names this protocol and never the client.
    """

    logger: HMRLogger
    data_map: MutableMapping[str, Any]
    dispose_map: dict[str, Disposer]
    prune_map: dict[str, Disposer]
    current_first_invalidated_by: str | None

    def begin_context(self, path: str, stamp: int = 0, *, has_data: bool = False) -> None:
        """Make room for a new version of a module."""

    def add_callback(self, path: str, deps: Sequence[str], fn: AcceptCallback) -> None:
        """Register what a module accepts."""

    def add_listener(self, path: str, event: str, listener: Listener) -> None:
        """Register a listener."""

    def remove_listener(self, path: str, event: str, listener: Listener) -> None:
        """Remove every registration of a listener."""

    def notify_listeners(self, event: str, data: object = None) -> asyncio.Future[None]:
        """Call an event's listeners."""

    def send(self, payload: HotPayload) -> None:
        """Send a payload to the server."""


class HMRContext:
    """The hot context of one version of one module.

    A new version of the module makes a new context with the same path. What the old one accepted
    and listened to is dropped then; its `data`, disposer and pruner stay until they are replaced.
    Callbacks may be plain or async functions.

    Equal to Vite's `HMRContext` (`shared/hmr.ts`).

    Args:
        hmr_client: The client that applies updates.
        owner_path: The module's path on the wire: its URL, or a Python module's.
        stamp: The timestamp of the update that made this version; 0 where it is unknown.
        has_data: Whether its `data` is there already.
    """

    def __init__(
        self,
        hmr_client: ContextOwner,
        owner_path: str,
        stamp: int = 0,
        *,
        has_data: bool = False,
    ) -> None:
        self._client = hmr_client
        self._path = owner_path
        hmr_client.begin_context(owner_path, stamp, has_data=has_data)

    @property
    def data(self) -> Any:
        """What the module keeps from one version to the next; a dict that it fills.

        None once the module is pruned, until a new version makes its context.
        """
        return self._client.data_map.get(self._path)

    @data.setter
    def data(self, value: Any) -> None:
        self._client.data_map[self._path] = value

    def accept(
        self,
        deps: str | Sequence[str] | ModuleCallback | None = None,
        callback: Callable[[Any], Any] | None = None,
    ) -> None:
        """Accept updates of the module itself, of a dependency, or of several.

        Args:
            deps: A callback that gets the new module, or nothing: the module accepts itself. A
                path, or a list of paths: it accepts these dependencies.
            callback: Called with the dependency's new module; for a list of paths with a list,
                which holds None for the dependencies that were not updated.

        Raises:
            InvalidAcceptUsage: If `deps` is none of these.
        """
        if deps is None or callable(deps):
            self._accept([self._path], _first(deps))
        elif isinstance(deps, str):
            self._accept([deps], _first(callback))
        elif isinstance(deps, list | tuple):
            self._accept(list(deps), _ignore if callback is None else callback)
        else:
            raise InvalidAcceptUsage

    def accept_exports(
        self,
        names: str | Sequence[str],  # noqa: ARG002  # read by the server, from the source
        callback: ModuleCallback | None = None,
    ) -> None:
        """Accept updates of the module itself as long as importers use just these exports.

        Which importers have to be updated is the server's decision; here it is a self-accept.

        Args:
            names: The exports, or one of them.
            callback: Called with the new module.
        """
        self._accept([self._path], _first(callback))

    def dispose(self, callback: Disposer) -> None:
        """Name what cleans up before a new version runs; the last one named counts.

        Args:
            callback: Called with `data`, to be filled for the next version; awaited if async.
        """
        self._client.dispose_map[self._path] = callback

    def prune(self, callback: Disposer) -> None:
        """Name what cleans up when no module imports this one any more; the last one counts.

        Args:
            callback: Called with `data`, after the disposer; awaited if async.
        """
        self._client.prune_map[self._path] = callback

    def decline(self) -> None:
        """Do nothing: kept by the specification for modules that call it."""

    def invalidate(self, message: str | None = None) -> None:
        """Say that the module can't handle its update after all: its importers shall.

        Args:
            message: Why, for the log.
        """
        data = InvalidateData(
            path=self._path,
            message=message,
            first_invalidated_by=self._client.current_first_invalidated_by or self._path,
        )
        report_unhandled(
            self._client.notify_listeners(INVALIDATE, data), f"a listener of {INVALIDATE!r}"
        )
        self.send(INVALIDATE, event_to_wire(data))
        self._client.logger.debug(f"invalidate {self._path}{f': {message}' if message else ''}")

    def on(self, event: str, callback: Listener) -> None:
        """Listen to an event, until the module's next version.

        Args:
            event: `vite:beforeUpdate` and its family, or a custom event of the server's.
            callback: Called with the event's data: a payload, or a JSON value.
        """
        self._client.add_listener(self._path, event, callback)

    def off(self, event: str, callback: Listener) -> None:
        """Stop calling a listener, however often and by whomever it was registered.

        Args:
            callback: The function that `on` was given.
        """
        self._client.remove_listener(self._path, event, callback)

    def send(self, event: str, data: JSONValue = None) -> None:
        """Send an event to the server, as soon as there is a connection.

        Args:
            data: Any JSON value.
        """
        self._client.send(Custom(event=event, data=data))

    def _accept(self, deps: Sequence[str], fn: Callable[[list[Any]], Any]) -> None:
        self._client.add_callback(self._path, deps, fn)


def _first(callback: Any) -> Callable[[list[Any]], Any]:
    """Unpack the one module of a callback's list; a missing callback does nothing."""
    if callback is None:
        return _ignore
    return lambda modules: callback(modules[0])


def _ignore(_modules: list[Any]) -> None:
    """Stand for the callback of an `accept` without one."""
