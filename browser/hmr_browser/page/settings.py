"""What the server tells the page, once, in the bootstrap."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The server's settings, as the bootstrap hands them on.

    Attributes:
        base: The path that the server's URLs begin with; ends with a slash.
        since: The number of the last push before the page was read; None: no server of ours has said it.
        token: What the server lets its own pages in by.
        socket_url: The WebSocket's URL, without the token; None: the server is asked to have none.
        direct_socket_url: Another way to the same server, for when the first is blocked by a proxy.
        events_url: Where the server sends events, without the token; None: it has none.
        client_url: The bootstrap's own URL: a server that was restarted tells its new token there.
        overlay: Whether errors are shown in the page.
        log_prefix: What each console line begins with.
        timeout: Milliseconds between two pings.
        packages: What micropip installs for the page.
        index: The simple index that the packages come from.
        micropip: The URL of micropip's wheel; None: Pyodide knows where it is.
        entry: The Python module that the page runs, if it runs one.
        pyscript: Whether PyScript runs the page's Python.
        unpatched: PyScript's scripts that can't be patched: each one's `path`, its `config` or the `url`
            of that, and `why`.
    """

    base: str
    token: str = ""
    since: str | None = None
    socket_url: str | None = None
    direct_socket_url: str | None = None
    events_url: str | None = None
    client_url: str = ""
    overlay: bool = True
    log_prefix: str = "[hmr]"
    timeout: float = 30_000
    packages: tuple[str, ...] = ()
    index: str | None = None
    micropip: str | None = None
    entry: str | None = None
    pyscript: bool = False
    unpatched: tuple[dict[str, str | None], ...] = ()
    extra: dict[str, object] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Return the URL of something of the server's: a worker's own one may not lead there.

        Args:
            path: Its path below the base, percent-encoded, without a slash at its start.
        """
        return urljoin(self.client_url, f"{self.base}{path}")

    def path_of(self, url: str, page: str) -> str | None:
        """Return a URL's path below the base; None if it is another server's.

        Args:
            url: The URL.
            page: The page's URL.
        """
        asked, own = urlsplit(url), urlsplit(page)
        if asked.netloc != own.netloc:
            return None
        return "/" + unquote(asked.path).removeprefix(self.base)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Read the settings.

        Args:
            text: JSON text of an object; what is null or missing gets its default.
        """
        given = {name: value for name, value in json.loads(text).items() if value is not None}
        names = {
            "base": "base",
            "token": "token",
            "since": "since",
            "socketUrl": "socket_url",
            "directSocketUrl": "direct_socket_url",
            "eventsUrl": "events_url",
            "clientUrl": "client_url",
            "overlay": "overlay",
            "logPrefix": "log_prefix",
            "timeout": "timeout",
            "index": "index",
            "micropip": "micropip",
            "entry": "entry",
            "pyscript": "pyscript",
        }
        known = {ours: given.pop(theirs) for theirs, ours in names.items() if theirs in given}
        packages = tuple(given.pop("packages", ()))
        unpatched = tuple(given.pop("unpatched", ()))
        return cls(**known, packages=packages, unpatched=unpatched, extra=given)
