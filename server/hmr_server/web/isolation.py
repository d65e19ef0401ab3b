"""Cross-origin isolation of pages with PyScript workers.

Such a worker reaches the page through shared memory, which browsers give to isolated pages only. The two
headers are set where a page needs them, or where the settings say so. `credentialless` lets images and the
like of other origins through, where `require-corp` would need these origins' consent.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from ..config import Isolation, ServerConfig
from ..files.access import AccessDenied, FileAccess
from ..files.page_reading import beside_loop
from ..files.reading import read_text
from ..html.workers import makes_workers, python_scripts

_OPENER = "cross-origin-opener-policy"
_EMBEDDER = "cross-origin-embedder-policy"
# what an isolated page may only load with an embedder policy of its own
_EMBEDDED = frozenset({"iframe", "frame", "worker", "sharedworker"})
_NOTE = (
    "A page with PyScript workers is cross-origin isolated, as they need it: no window of another origin "
    "can reach it, what it loads from other origins comes without cookies, and an iframe of another origin "
    'needs the attribute `credentialless`. The setting cross-origin-isolation = "off" ends this.'
)


class CrossOriginIsolation:
    """Sets the headers that isolate a page.

    Args:
        config: The server's configuration. Headers that it names stay as it says.
        note: Says something to the person at the terminal.
    """

    def __init__(self, config: ServerConfig, note: Callable[[str], object]) -> None:
        self._setting = config.cross_origin_isolation
        self._base = config.base
        self._access = FileAccess.of(config)
        self._given = frozenset(name.lower() for name in config.headers)
        self._note = note
        self._has_said = False
        self._is_active = self._setting not in {Isolation.AUTO, Isolation.OFF}

    async def add_to_page(self, headers: MutableHeaders, page: str, url: str) -> None:
        """Isolate a page that needs it.

        Args:
            headers: The answer's.
            page: The HTML.
            url: The page's path below the base.
        """
        if self._setting is Isolation.OFF:
            return
        if self._setting is Isolation.AUTO:
            if not await beside_loop(len(page), self._needs_isolation, page, url):
                return
            self._is_active = True
            if not self._has_said and _EMBEDDER not in self._given:
                self._has_said = True
                self._note(_NOTE)
        self._set(headers, _OPENER, "same-origin")
        self._set(headers, _EMBEDDER, self._policy)

    def add(self, request: Request, headers: MutableHeaders) -> None:
        """Let isolated pages load a worker's script or a frame.

        Args:
            headers: The answer's.
        """
        if self._is_active and request.headers.get("sec-fetch-dest") in _EMBEDDED:
            self._set(headers, _EMBEDDER, self._policy)

    @property
    def _policy(self) -> str:
        is_strict = self._setting is Isolation.REQUIRE_CORP
        return "require-corp" if is_strict else "credentialless"

    def _set(self, headers: MutableHeaders, name: str, value: str) -> None:
        if name not in self._given:
            headers.setdefault(name, value)

    def _needs_isolation(self, page: str, url: str) -> bool:
        scripts = python_scripts(page)
        return scripts.has_worker or any(
            makes_workers(self._read(urljoin(url, source)))
            for source in scripts.sources
            if not urlsplit(source).netloc
        )

    def _read(self, url: str) -> str:
        path = urlsplit(url).path
        if path.startswith(self._base):
            path = "/" + path.removeprefix(self._base)
        try:
            return read_text(self._access.resolve_url(path), "utf-8", "replace")
        except (AccessDenied, OSError):
            return ""  # the page says what is wrong with it
