"""The one file that crosses into JavaScript: nobody else imports `js` or `pyodide`.

What crosses, crosses as cheaply as it can: text, numbers and functions. A `JsProxy` that Python holds
is let go of by Python's reference count; a proxy of a Python function that JavaScript holds has an
owner here who destroys it: `listen` returns what does, and `long_lived` says in its name that nobody
will.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Protocol

import js
import pyodide_js
from pyodide.ffi import JsException as JsException  # everybody else catches it from here
from pyodide.ffi import create_once_callable, create_proxy, to_js

from hmr_client.exceptions import HMRError, ThrownValue
from hmr_client.payloads import JSONValue

Handler = Callable[[Any], object]


class EarlySocket(Protocol):
    """The connection that the bootstrap opened before Python was there.

    Attributes:
        socket: The native WebSocket or EventSource, in whatever state it is by now.
        isStream: Whether it is an EventSource.
    """

    socket: Any
    isStream: bool  # noqa: N815  # JavaScript's name

    def take(self) -> Any:
        """Return the messages that were kept, as an array of texts, and keep no more."""


class Overlay(Protocol):
    """The error overlay, which lives in the bootstrap because errors come before Python does."""

    def needsReload(self) -> bool:  # noqa: N802  # JavaScript's name
        """Say whether one is shown that only a reload repairs, if the page began with it."""

    def close(self) -> None:
        """Close it."""

    def show(self, error: Any, mendable: bool) -> None:
        """Show an error, in place of one that is shown.

        Args:
            error: What went wrong.
            mendable: Whether it is a Python module's, which is run again without a reload.
        """


class Badge(Protocol):
    """The quiet line in a corner of the page."""

    def show(self, text: str) -> None:
        """Show what became of an update.

        Args:
            text: `badge_text`'s.
        """

    def hide(self) -> None:
        """Take it away, if it is shown."""


class Bridge(Protocol):
    """What the bootstrap hands to `start`.

    Attributes:
        settings: The server's settings, as JSON text.
        hotData: A JavaScript Map: `hot.data` by owner path.
        early: The connection that is open already.
        overlay: The error overlay; in a worker, the page's.
        badge: The quiet badge; in a worker, the page's.
    """

    settings: str
    hotData: Any  # noqa: N815  # JavaScript's name
    early: EarlySocket
    overlay: Overlay
    badge: Badge

    def heldHashes(self) -> str:  # noqa: N802  # JavaScript's name
        """Return the server's names of the contents that the page has loaded, as JSON text."""

    def reload(self) -> None:
        """Load the page anew, in a worker the page around it; several calls within 20 ms are one."""

    def watchEffects(self, made: Any, over: Any) -> Any:  # noqa: N802  # JavaScript's name
        """Watch what Python modules leave in the page.

        Args:
            made: Told of each effect: its kind, what takes it back, what brings it back, and its
                handle; returns a number, or 0 if it is not recorded.
            over: Told the number of an effect that has ended by itself.

        Returns:
            What stops the watch, and destroys both proxies.
        """

    def dataFiles(self, url: str) -> Any:  # noqa: N802  # JavaScript's name
        """Make the page's file system ready for files whose content the server has.

        Args:
            url: What a file's name is put behind to fetch it; one byte is in front of the content.

        Returns:
            A `FileSystem`.
        """

    def importModule(self, url: str) -> Any:  # noqa: N802  # JavaScript's name
        """Import an ES module: a promise of its namespace, rejected with an Error if at all."""

    def call(self, callback: Any, *arguments: Any) -> Any:
        """Call a callback of the page's.

        Returns:
            A promise, rejected with an Error if at all, where the callback returned one; else
            None. (A promise rejected with anything but an Error would break Pyodide's future.)
        """


def page_global(name: str) -> Any:
    """Return a global of the page, or None where there is none.

    Args:
        name: Its name.
    """
    return getattr(js, name, None)


def is_worker() -> bool:
    """Say whether this is a worker, even if the page's document is lent to it."""
    return hasattr(js, "WorkerGlobalScope")


def page() -> Any:
    """Return the page's global object, which hears about the page's life."""
    return js.globalThis


def console() -> Any:
    """Return the page's console."""
    return js.console


def now() -> float:
    """Return the milliseconds of a clock that only rises."""
    return float(js.performance.now())


def listen(target: Any, handlers: Mapping[str, Handler]) -> Callable[[], None]:
    """Listen to events until told not to.

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


async def first_event(target: Any, *events: str) -> str:
    """Wait for the first of some events.

    Args:
        target: An EventTarget.
        events: The events' names.

    Returns:
        The name of the event that came.
    """
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_event(event: Any) -> None:
        if not came.done():
            came.set_result(event.type)

    stop = listen(target, dict.fromkeys(events, on_event))
    try:
        return await came
    finally:
        stop()


def call_later(function: Callable[[], object], milliseconds: float) -> None:
    """Call a function once, after a while, beside the event loop that modules use.

    Args:
        function: The function.
        milliseconds: How long to wait.
    """
    js.setTimeout(create_once_callable(function), milliseconds)


def long_lived(function: Callable[..., object]) -> Any:
    """Make a function callable for JavaScript as long as the page lives.

    Args:
        function: The function.
    """
    return create_proxy(function)


def json_to_js(value: JSONValue) -> Any:
    """Turn a JSON value into JavaScript's own: objects, not Maps; null, not undefined.

    Args:
        value: The value.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case _:
            return js.JSON.parse(json.dumps(value))


def array_to_js(values: list[Any]) -> Any:
    """Make an array of values that are JavaScript's already, or None (`undefined`).

    Args:
        values: The values.
    """
    return to_js(values, depth=1)


def object_to_js(**fields: Any) -> Any:
    """Make an object of values that are JavaScript's already.

    Args:
        fields: The values by name.
    """
    return js.Object.fromEntries(to_js([[name, value] for name, value in fields.items()]))


def new_object() -> Any:
    """Make an empty object."""
    return js.Object.new()


def open_socket(url: str, protocol: str) -> Any:
    """Open a native WebSocket.

    Args:
        url: Where to.
        protocol: The subprotocol.
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
        text: The text.
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
        The text; None if nobody answers, or not with success.
    """
    try:
        response = await js.fetch(url, object_to_js(cache="no-store"))
        return str(await response.text()) if response.ok else None
    except JsException:
        return None  # nobody is there: what the caller wanted to know


async def fetch_answer(url: str) -> str:
    """Ask the server for a text, past every cache; an answer that tells of a failure is one too.

    Args:
        url: Where it is.

    Raises:
        JsException: If nobody answers.
    """
    response = await js.fetch(url, object_to_js(cache="no-store"))
    return str(await response.text())


async def fetch_file(url: str) -> bytes | None:
    """Fetch a file, past every cache; None if it isn't there.

    Args:
        url: Where it is.

    Raises:
        JsException: If nobody answers.
    """
    # a page is no answer: servers of single-page applications have one for everything
    headers = object_to_js(accept="application/octet-stream")
    response = await js.fetch(url, object_to_js(cache="no-store", headers=headers))
    return bytes((await response.arrayBuffer()).to_bytes()) if response.ok else None


def read_file(name: str) -> bytes | None:
    """Read a file of the page's file system; None if it isn't there.

    Args:
        name: Its name there.
    """
    try:
        with open(name, "rb") as file:  # noqa: PTH123  # pathlib costs 5 ms in a page's boot
            return file.read()
    except OSError:
        return None


def write_file(name: str, content: str | bytes | None) -> None:
    """Write a file into the page's file system, or remove it.

    Args:
        name: Its name there.
        content: What it holds; None removes it.
    """
    if content is None:
        if os.path.exists(name):  # noqa: PTH110  # pathlib costs 5 ms in a page's boot
            os.remove(name)  # noqa: PTH107
        return
    os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(data)


def fetch_text_now(url: str) -> str | None:
    """Ask the server for a text while everything waits: an import can't wait in any other way.

    Args:
        url: Where it is.

    Returns:
        The text; None if nobody answers, or not with success.
    """
    request = js.XMLHttpRequest.new()
    request.open("GET", url, False)
    try:
        request.send()
    except JsException:
        return None  # nobody is there: what the caller wanted to know
    return str(request.responseText) if request.status == 200 else None


def thrown(error: BaseException) -> BaseException:
    """Return what JavaScript threw as the core knows it.

    Args:
        error: An exception that came out of JavaScript.

    Returns:
        A `ThrownValue` where no `Error` was thrown; else the same exception, which the console
        shows with JavaScript's own stack.
    """
    if isinstance(error, JsException) and getattr(error, "name", None) == "ThrownValue":
        return ThrownValue(getattr(error, "value", None))
    return error


def event_wrappers() -> ModuleType:
    """Return `pyodide.ffi.wrappers`."""
    return importlib.import_module("pyodide.ffi.wrappers")


def proxy_makers() -> list[ModuleType]:
    """Return the modules that offer `create_proxy`, Pyodide's own first."""
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


_NOT_THE_USERS = re.compile(r"/@hmr/|/@vite/client|pyodide\.asm|wasm:|<anonymous>")


def describe_error(error: BaseException) -> str:
    """Say what went wrong as a person at a terminal reads it: with the user's own frames.

    Args:
        error: An error of JavaScript's or of Python's.
    """
    match error:
        case ThrownValue() | HMRError():
            return str(error)
        case JsException():
            lines = str(getattr(error, "stack", None) or error).splitlines()
            frames = [line for line in lines[1:] if not _NOT_THE_USERS.search(line)]
            return "\n".join([str(error), *(line for line in frames if line.startswith("    at "))])
        case _:
            return "".join(traceback.format_exception(error)).rstrip()


def error_to_js(error: str | BaseException) -> Any:
    """Return an error as the console shows it best.

    Args:
        error: A sentence; an error of JavaScript's, which comes with its stack; or a Python one,
            which becomes its traceback, or its message where it is one of ours that explains itself.
    """
    match error:
        case ThrownValue():
            return error.value
        case str() | JsException():
            return error
        case HMRError():
            return str(error)
        case _:
            return "".join(traceback.format_exception(error))
