"""The one file that crosses into JavaScript: no other file imports `js` or `pyodide`.

What crosses, crosses as cheaply as it can: text, numbers and functions. A `JsProxy` that Python holds
is let go of by Python's reference count; a proxy of a Python function that JavaScript holds has an
owner here who destroys it: `listen` returns what does, and `long_lived` says in its name that nothing
will.
"""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import js
import pyodide_js
from pyodide.ffi import JsException as JsException  # everybody else catches it from here
from pyodide.ffi import create_once_callable, create_proxy
from pyodide.ffi import to_js as to_js  # of bytes: a Uint8Array with a copy

from hmr_client.eager import EagerFuture
from hmr_client.wire.payloads import JSONValue

Handler = Callable[[Any], object]


def page_global(name: str) -> Any:
    """Return a global of the page, or None."""
    return getattr(js, name, None)


def is_worker() -> bool:
    """Say whether this is a worker, even if the page's document is lent to it."""
    return hasattr(js, "WorkerGlobalScope")


def page() -> Any:
    """Return the page's global object, the target of the events of the page's life."""
    return js.globalThis


def console() -> Any:
    """Return the page's console."""
    return js.console


def now() -> float:
    """Return the milliseconds of a clock that only rises."""
    return time.perf_counter() * 1000


def listen(target: Any, handlers: Mapping[str, Handler]) -> Callable[[], None]:
    """Listen to events until the returned function is called.

    Args:
        target: An EventTarget.
        handlers: What is called with each event, by the event's name.

    Returns:
        A function that stops it and destroys the proxies; calling it again does nothing.
    """
    proxies = {event: create_proxy(handler) for event, handler in handlers.items()}
    for event, proxy in proxies.items():
        target.addEventListener(event, proxy)

    def stop() -> None:
        while proxies:
            event, proxy = proxies.popitem()
            target.removeEventListener(event, proxy)
            proxy.destroy()

    return stop


def first_event(target: Any, *events: str) -> asyncio.Future[str]:
    """Listen for the first of some events, from now on.

    Args:
        target: An EventTarget.
        events: The events' names.

    Returns:
        A future of the name of the event that came. Nothing listens once it is done, or cancelled.
    """
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_event(event: Any) -> None:
        if not came.done():
            came.set_result(event.type)

    stop = listen(target, dict.fromkeys(events, on_event))
    came.add_done_callback(lambda _: stop())
    return came


class Promises:
    """Waits for promises, so that the task which awaits one goes on in the promise's own callback.

    Pyodide's way takes turns of the event loop and makes two proxies for each promise; this is one for all. It lives
    as long as the page.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, EagerFuture[Any]] = {}
        self._numbers = itertools.count()
        self._settle = create_proxy(self._settled)

    def wait(self, begin: Callable[[int, Any], object]) -> EagerFuture[Any]:
        """Return a promise's future.

        Args:
            begin: Gets a number, and the function of JavaScript's that is to be called with it, whether the promise
                is fulfilled, and its value, which is an Error if not.
        """
        number = next(self._numbers)
        future = self._waiting[number] = EagerFuture()
        begin(number, self._settle)
        return future

    def _settled(self, number: int, is_fulfilled: bool, value: Any) -> None:  # JavaScript's call
        future = self._waiting.pop(number)
        if is_fulfilled:
            future.set_result(value)
        else:
            # an old Pyodide hands over the error itself
            future.set_exception(value if isinstance(value, BaseException) else JsException(value))


def call_later(function: Callable[[], object], milliseconds: float) -> None:
    """Call a function once, after a while, beside the event loop that modules use.

    Args:
        milliseconds: How long to wait.
    """
    js.setTimeout(create_once_callable(function), milliseconds)


def long_lived(function: Callable[..., object]) -> Any:
    """Make a function callable for JavaScript as long as the page lives."""
    return create_proxy(function)


def json_to_js(value: JSONValue) -> Any:
    """Turn a JSON value into JavaScript's own: objects, not Maps; null, not undefined."""
    return js.JSON.parse(json.dumps(value))


def array_to_js(values: list[Any]) -> Any:
    """Make an array of values that are JavaScript's already, or None (`undefined`)."""
    return to_js(values, depth=1)


def object_to_js(**fields: Any) -> Any:
    """Make an object of values that are JavaScript's already.

    Args:
        fields: The values by name.
    """
    return js.Object.fromEntries(to_js([[name, value] for name, value in fields.items()]))


def open_socket(url: str, protocol: str) -> Any:
    """Open a native WebSocket.

    Args:
        url: Where to.
    """
    return js.WebSocket.new(url, protocol)


def open_event_source(url: str) -> Any:
    """Open a native EventSource.

    Args:
        url: Where to.
    """
    return js.EventSource.new(url)


async def post_text(url: str, text: str) -> bool:
    """Post a text; say whether it was taken.

    Args:
        url: Where to.
    """
    try:
        response = await js.fetch(url, object_to_js(method="POST", body=text))
    except JsException:
        return False
    return bool(response.ok)


def parse_url(url: str, base: str) -> Any:
    """Return a native URL object.

    Args:
        url: A URL, possibly relative.
        base: What it is relative to.
    """
    return js.URL.new(url, base)


async def fetch_text(url: str) -> str | None:
    """Ask the server for a text, past every cache.

    Args:
        url: Where it is.

    Returns:
        The text; None without an answer, or with one of failure.
    """
    try:
        response = await js.fetch(url, object_to_js(cache="no-store"))
        return str(await response.text()) if response.ok else None
    except JsException:
        return None  # no server answers: what the caller wanted to know


async def fetch_status(url: str, accept: str) -> int | None:
    """Ask the server for something, past every cache; return the answer's status.

    Args:
        url: Where it is.
        accept: Its media type: a server may answer `fetch()` with a file that it compiles for `import`.

    Returns:
        None without an answer.
    """
    try:
        headers = object_to_js(accept=accept)
        response = await js.fetch(url, object_to_js(cache="no-store", headers=headers))
        if response.body:
            response.body.cancel()
    except JsException:
        return None
    return int(response.status)


class IncompleteReplyError(Exception):
    """A reply without a body that does not say that it has none: it was cut in its headers."""


async def fetch_answer(url: str) -> str:
    """Ask the server for JSON text, past every cache; an answer that tells of a failure is one too.

    Args:
        url: Where it is.

    Raises:
        JsException: If no server answers.
        IncompleteReplyError: If the reply was cut.
    """
    response = await js.fetch(url, object_to_js(cache="no-store"))
    if not (text := str(await response.text())):
        raise IncompleteReplyError(f"{url}: the reply was cut")
    return text


async def fetch_file(url: str) -> bytes | None:
    """Fetch a file, past every cache; None if it isn't there.

    Args:
        url: Where it is.

    Raises:
        JsException: If no server answers.
        IncompleteReplyError: If the reply may have been cut.
    """
    # a page is no answer: servers of single-page applications have one for everything
    headers = object_to_js(accept="application/octet-stream")
    response = await js.fetch(url, object_to_js(cache="no-store", headers=headers))
    if not response.ok:
        return None
    content = bytes((await response.arrayBuffer()).to_bytes())
    if not content and not response.headers.has("content-length"):
        raise IncompleteReplyError(f"{url}: the reply was cut")
    return content


def fetch_text_now(url: str) -> str | None:
    """Ask the server for a text while everything waits: an import can't wait in any other way.

    Args:
        url: Where it is.

    Returns:
        The text; None without an answer, or with one of failure.
    """
    for _ in range(2):  # one reply may be cut
        request = js.XMLHttpRequest.new()
        request.open("GET", url, False)
        try:
            request.send()
        except JsException:
            continue  # no server answers: what the caller wanted to know
        return str(request.responseText) if request.status == 200 else None
    return None


def event_wrappers() -> ModuleType:
    """Return `pyodide.ffi.wrappers`."""
    return importlib.import_module("pyodide.ffi.wrappers")


def runtime_modules() -> list[ModuleType]:
    """Return the modules of Pyodide and of PyScript, `pyodide.ffi` first."""
    own = importlib.import_module("pyodide.ffi")
    others = [
        module
        for name, module in tuple(sys.modules.items())
        if name.startswith(("pyodide", "_pyodide", "pyscript", "polyscript"))
        and isinstance(module, ModuleType)  # and no JavaScript object
        and module is not own
    ]
    return [own, *others]


def pyscript_events() -> ModuleType | None:
    """Return `pyscript.events`, or None where PyScript has none."""
    try:
        return importlib.import_module("pyscript.events")
    except ImportError:
        return None  # an older PyScript


def is_destroyed(proxy: Any) -> bool:
    """Tell whether a proxy that JavaScript holds is destroyed.

    Args:
        proxy: What `create_proxy` has returned.
    """
    try:
        proxy.toString()
    except JsException:
        return True
    return False


def load_package(url: str) -> Any:
    """Let Pyodide load a package.

    Args:
        url: The wheel's URL, or the name of a package of Pyodide's own.

    Returns:
        A future, done when the package can be imported.
    """
    return pyodide_js.loadPackage(url)
