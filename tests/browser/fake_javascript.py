"""The few things of JavaScript that `_ffi.py` hands on, as small as they can be."""

import json
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar


class JsException(Exception):
    """An error of JavaScript's; `name` and `value` as the bootstrap sets them."""

    def __init__(self, message: str, name: str = "Error", value: object = None) -> None:
        super().__init__(message)
        self.name = name
        self.value = value


class Proxy:
    """A function of Python's that JavaScript holds. `alive` counts those that nobody destroyed."""

    alive = 0

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function: Callable[..., Any] | None = function
        Proxy.alive += 1

    def __call__(self, *args: Any) -> Any:
        assert self._function is not None, "this proxy is destroyed"
        return self._function(*args)

    def destroy(self) -> None:
        assert self._function is not None, "this proxy is destroyed already"
        self._function = None
        Proxy.alive -= 1


def create_proxy(function: Callable[..., Any]) -> Proxy:
    return Proxy(function)


def to_js(value: Any, *, depth: int = -1) -> Any:
    return value


class EventTarget:
    """Calls its listeners in the order in which they were added."""

    def __init__(self) -> None:
        self._listeners: list[tuple[str, Callable[[Any], Any]]] = []

    def addEventListener(  # noqa: N802  # JavaScript's name
        self, event: str, listener: Callable[[Any], Any]
    ) -> None:
        self._listeners.append((event, listener))

    def removeEventListener(  # noqa: N802  # JavaScript's name
        self, event: str, listener: Callable[[Any], Any]
    ) -> None:
        self._listeners.remove((event, listener))

    def fire(self, event: str, **fields: Any) -> None:
        for name, listener in tuple(self._listeners):
            if name == event:
                listener(SimpleNamespace(type=event, **fields))


class WebSocket(EventTarget):
    """A socket whose other end is the test."""

    opened: ClassVar["list[WebSocket]"] = []

    def __init__(self, url: str, protocol: str = "vite-hmr") -> None:
        super().__init__()
        self.url = url
        self.protocol = protocol
        self.readyState = 0
        self.sent: list[str] = []
        WebSocket.opened.append(self)

    @classmethod
    def new(cls, url: str, protocol: str) -> "WebSocket":
        return cls(url, protocol)

    def open(self) -> None:
        self.readyState = 1
        self.fire("open")

    def receive(self, message: object) -> None:
        self.fire("message", data=message if isinstance(message, str) else json.dumps(message))

    def drop(self) -> None:
        self.readyState = 3
        self.fire("close")

    def send(self, text: str) -> None:
        self.sent.append(text)

    def close(self) -> None:
        self.drop()


class Early:
    """The socket that the bootstrap opened, and what came over it until Python was there."""

    def __init__(self, socket: WebSocket, *messages: dict[str, Any]) -> None:
        self.socket = socket
        self._messages = [json.dumps(message) for message in messages]

    def take(self) -> list[str]:
        taken, self._messages = self._messages, []
        return taken


class Console:
    """Keeps what is said, as `(level, text)`."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __getattr__(self, level: str) -> Callable[..., None]:
        return lambda *words: self.lines.append((level, " ".join(map(str, words))))


class Map:
    """JavaScript's Map."""

    def __init__(self, **entries: Any) -> None:
        self._entries = entries

    @property
    def size(self) -> int:
        return len(self._entries)

    def has(self, key: str) -> bool:
        return key in self._entries

    def get(self, key: str) -> Any:
        return self._entries.get(key)

    def set(self, key: str, value: Any) -> None:
        self._entries[key] = value

    def delete(self, key: str) -> bool:
        return self._entries.pop(key, self) is not self

    def keys(self) -> Iterator[str]:
        return iter(tuple(self._entries))

    def clear(self) -> None:
        self._entries.clear()


class Page(ModuleType):
    """The page's globals, which `import js` gives."""

    def __init__(self) -> None:
        super().__init__("js")
        self.globalThis = EventTarget()
        self.WebSocket = WebSocket
        self.console = Console()
        self.performance = SimpleNamespace(now=lambda: 0.0)
        self.JSON = SimpleNamespace(parse=json.loads)
        self.Object = SimpleNamespace(fromEntries=dict)
        self.client_script: str | None = None

    async def fetch(self, _url: str, _options: Any) -> Any:
        """Answer with the client's script, if the server is there."""
        if self.client_script is None:
            raise JsException("Failed to fetch", name="TypeError")
        script = self.client_script

        async def text() -> str:
            return script

        return SimpleNamespace(ok=True, text=text)


page = Page()
