"""The JavaScript face of hot contexts.

`import.meta.hot` is a small JavaScript object that knows its owner's path (bootstrap.js). What modules
call on it arrives at one function here, through one proxy that lives as long as the page, so a
replaced module leaves no proxy behind. Callbacks of the page are held here and called with
JavaScript's own values; they are let go of when the core drops them, which it does as soon as the
module's next version makes its context.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from hmr_client.client import HMRClient
from hmr_client.context import HMRContext
from hmr_client.eager import start
from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import Custom
from hmr_client.wire.serialisation import event_to_wire, payload_to_wire

from . import _ffi
from .javascript_errors import thrown
from .transport.native import ConnectionEvent

if TYPE_CHECKING:
    from .bridge import KeptData

CallCallback = Callable[..., Any]
"""Calls a function of JavaScript's; returns an awaitable where it returned a promise, else None."""


class JsCallback:
    """A function of the page's, called from Python.

    Two of them are equal where the function is the same: `hot.off` finds what `hot.on` was given.

    Args:
        call: Calls it.
        convert: Turns an argument into JavaScript's own.
    """

    __slots__ = ("_call", "_convert", "_function")

    def __init__(self, function: Any, call: CallCallback, convert: Callable[[Any], Any]) -> None:
        self._function = function
        self._call = call
        self._convert = convert

    def __call__(self, argument: Any = None) -> Any:
        """Call the function.

        Args:
            argument: Its only argument.

        Returns:
            An awaitable if the function is async, else None.

        Raises:
            JsException: What the function threw.
            ThrownValue: What it threw, if that is no `Error`.
        """
        try:
            return self._call(self._function, self._convert(argument))
        except _ffi.JsException as error:
            raise thrown(error) from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsCallback) and bool(self._function == other._function)

    __hash__ = None  # type: ignore[assignment]  # JavaScript's objects have no hash


class HotContexts:
    """Brings calls on `import.meta.hot` to the core.

    Args:
        call: Calls a function of the page's.
    """

    def __init__(self, client: HMRClient, call: CallCallback) -> None:
        self._client = client
        self._call = call
        self._contexts: dict[str, HMRContext] = {}
        # the last event's data in both worlds: all listeners of an event get the same object
        self._converted: tuple[object, Any] = (None, None)

    def dispatch(self, method: str, owner: str, argument: Any = None, callback: Any = None) -> None:
        """Take one call.

        Args:
            method: The method of the hot context; `create` for a new one, and `forward` for an
                event of the page's own, which belongs to none.
            owner: The module whose context it is; the event's name for `forward`.
            argument: JSON text (`accept`, `send`), a plain text (`on`, `off`, `invalidate`), the
                stamp of the module's text (`create`), or the callback of the methods that take
                nothing else.
            callback: The callback of `accept`, `accept_exports`, `on` and `off`.
        """
        if method == "create":
            # JavaScript has made the data: to look for it takes longer than all else here
            self._contexts[owner] = HMRContext(
                self._client, owner, int(argument or 0), has_data=True
            )
            return
        if method == "forward":
            self._forward(owner, argument)
            return
        hot = self._contexts[owner]
        match method:
            case "accept" if argument is None:
                hot.accept(None if callback is None else self._wrap(callback))
            case "accept":
                deps = json.loads(argument)
                hot.accept(deps, None if callback is None else self._wrap(callback, deps))
            case "accept_exports":
                hot.accept_exports(
                    json.loads(argument), None if callback is None else self._wrap(callback)
                )
            case "dispose":
                hot.dispose(self._wrap(argument))
            case "prune":
                hot.prune(self._wrap(argument))
            case "on":
                hot.on(argument, self._wrap(callback))
            case "off":
                hot.off(argument, self._wrap(callback))
            case "invalidate":
                hot.invalidate(argument)
            case "send":
                hot.send(
                    *(() if argument is None else (argument, callback and json.loads(callback)))
                )
            case _:
                raise ValueError(f"hot contexts have no method {method!r}")

    def _forward(self, event: str, data: str) -> None:
        """Send an event to the server, if there is one to send it to."""
        payload = Custom(event=event, data=json.loads(data))
        start(self._client.transport.send(payload)).add_done_callback(_ignore_failure)

    def _wrap(self, function: Any, deps: object = None) -> JsCallback:
        # accept([...], callback) gets a list of modules; whatever else arrives is one value
        convert = _ffi.array_to_js if isinstance(deps, list) else self._to_js
        return JsCallback(function, self._call, convert)

    def _to_js(self, value: Any) -> Any:
        match value:
            case None | bool() | int() | float() | str():
                return value
            case dict() | list() | tuple():
                wire: Any = value
            case ConnectionEvent():
                return _ffi.object_to_js(webSocket=value.socket)
            case InvalidateData():
                wire = event_to_wire(value)
            case _ if is_dataclass(value):
                wire = payload_to_wire(value)  # type: ignore[arg-type]
            case _:
                return value  # a module's namespace, hot.data: JavaScript's own
        original, converted = self._converted
        if original is not value:
            converted = _ffi.json_to_js(wire)
            self._converted = (value, converted)
        return converted


def _ignore_failure(sent: asyncio.Future[None]) -> None:
    """Say nothing of a console line that can't be sent: that would be the next console line."""
    if not sent.cancelled():
        sent.exception()


def dispose_all(client: HMRClient) -> None:
    """Have all modules put into `hot.data` what they put there when they are disposed.

    Args:
        client: The page's client; the page goes.
    """
    for path, disposer in tuple(client.dispose_map.items()):
        try:
            if isinstance(result := disposer(client.data_map.get(path)), Awaitable):
                start(result)  # no code awaits it
        except Exception as error:  # noqa: BLE001  # whatever the user's code raises is logged
            client.logger.error(error)


class HotData(MutableMapping[str, Any]):
    """`hot.data` by owner path: of ES modules in the page's own Map, of Python modules in a dict.

    JavaScript reads and fills its objects at any time, before Python is there as well; pruning a
    path drops the object on both sides.

    Args:
        shared: The page's Map.

    Attributes:
        own: The Python modules'.
        kept: What the page before this one has kept for them.
    """

    def __init__(self, shared: Any) -> None:
        self._shared = shared
        self.kept: KeptData | None = None
        self.own: dict[str, Any] = {}

    def __getitem__(self, path: str) -> Any:
        if self._shared.has(path):
            return self._shared.get(path)
        if self.kept is not None and path in self.kept:
            self.kept.give_back(path, self.own.setdefault(path, {}))
        return self.own[path]

    def __setitem__(self, path: str, value: Any) -> None:
        if self._shared.has(path):
            self._shared.set(path, value)
        else:
            self.own[path] = value

    def __delitem__(self, path: str) -> None:
        if not self._shared.delete(path):
            del self.own[path]

    def __iter__(self) -> Iterator[str]:
        yield from self._shared.keys()
        yield from self.own

    def __len__(self) -> int:
        return int(self._shared.size) + len(self.own)

    def clear(self) -> None:
        """Forget everything, on both sides."""
        self._shared.clear()
        self.own.clear()
