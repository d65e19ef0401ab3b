"""Modules that were answered before and are the same since: found by the bytes of their request.

A reload asks for every module of the page. Nothing has to be read, resolved or compared for one whose
answer is still the graph's: not the URL, not the disk, not the access rules, which it has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Scope, Send

from ..graph.module_code import TransformResult
from ..graph.module_graph import ModuleGraph, ModuleNode

_Headers = list[tuple[bytes, bytes]]
_Key = tuple[bytes, bytes, bytes, bytes]  # path, query, `Sec-Fetch-Dest`, `Sec-Fetch-Mode`

_OF_US = frozenset({b"same-origin", b"none"})  # others' answers have other headers, or are refused
# fetch(), or what a service worker passes on: which of them is a module changes with the page
_MAY_BE_A_FILE = b"empty"
_OF_A_BODY = frozenset({b"content-length"})
_OF_AN_ORIGIN = b"access-control-allow-origin"
_FEWEST_KEPT = 1000


class _Known(NamedTuple):
    node: ModuleNode
    answer: TransformResult
    etag: bytes
    headers: _Headers


class Warm(NamedTuple):
    """An answer, ready to be sent.

    Attributes:
        status: 200 or 304.
        headers: As ASGI has them.
        body: What is sent.
    """

    status: int
    headers: _Headers
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it by ASGI."""
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


class WarmAnswers:
    """The answers of one server, by path and query as they came.

    Args:
        graph: The module graph; an answer counts as long as it is its module's.
        is_host_allowed: Whether a `Host` header may be answered.
        cors_origin: The origin that may read answers across origins; None for all others.
    """

    def __init__(
        self,
        graph: ModuleGraph,
        is_host_allowed: Callable[[bytes], bool],
        cors_origin: Callable[[bytes], bytes | None],
    ) -> None:
        self._graph = graph
        self._is_host_allowed = is_host_allowed
        self._cors_origin = cors_origin
        self._known: dict[_Key, _Known] = {}
        self._targets_changed = graph.targets_changed

    def remember(
        self, scope: Scope, node: ModuleNode, answer: TransformResult, headers: _Headers
    ) -> None:
        """Keep what a GET was answered with, until files come or go.

        Args:
            scope: The request's.
            node: The module that it names, whatever its headers say but for `Sec-Fetch-*`.
            answer: The module's.
            headers: The response's, with all that settings add to them.
        """
        self._forget_outdated()
        given = dict(scope["headers"])
        destination = given.get(b"sec-fetch-dest", b"")
        if destination == _MAY_BE_A_FILE:
            return
        headers = [header for header in headers if header[0] != _OF_AN_ORIGIN]
        known = _Known(node, answer, answer.etag.encode(), headers)
        self._known[_key(scope, destination, given.get(b"sec-fetch-mode", b""))] = known

    def find(self, scope: Scope) -> Warm | None:
        """Return the answer to a request; None where it has to be looked at closely."""
        if scope["method"] != "GET":
            return None
        if self._targets_changed != self._graph.targets_changed:
            return None
        asked = _asked(scope["headers"])
        if asked is None:
            return None
        host, origin, tags, destination, mode = asked
        known = self._known.get(_key(scope, destination, mode))
        if known is None or known.node.answer is not known.answer:
            return None
        if not self._is_host_allowed(host):
            return None
        headers = known.headers
        allowed = None if origin is None else self._cors_origin(origin)
        if allowed is not None:
            headers = [*headers, (_OF_AN_ORIGIN, allowed)]
        if tags is None or not _names(tags, known.etag):
            return Warm(200, headers, known.answer.body)
        return Warm(304, [header for header in headers if header[0] not in _OF_A_BODY], b"")

    def _forget_outdated(self) -> None:
        # each update gives its modules new URLs, for ever
        is_full = len(self._known) > max(_FEWEST_KEPT, 4 * len(self._graph))
        if is_full or self._targets_changed != self._graph.targets_changed:
            self._known.clear()
            self._targets_changed = self._graph.targets_changed


def _asked(headers: _Headers) -> tuple[bytes, bytes | None, bytes | None, bytes, bytes] | None:
    """Read a request's headers, once: a plain tuple, since a reload has one for each module.

    Returns:
        Host, origin, `If-None-Match`, `Sec-Fetch-Dest` and `Sec-Fetch-Mode`; None where the slow path has
        to refuse the request, or to say more: two hosts, or the page of another site.
    """
    host = site = destination = mode = b""
    origin = tags = None
    is_of_a_page = False
    for name, value in headers:
        match name:
            case b"host" if host:
                return None
            case b"host":
                host = value
            case b"origin":
                origin, is_of_a_page = value, True
            case b"referer":
                is_of_a_page = True
            case b"if-none-match":
                tags = value
            case b"sec-fetch-site":
                site = value
            case b"sec-fetch-dest":
                destination = value
            case b"sec-fetch-mode":
                mode = value
    if site not in _OF_US and (site or is_of_a_page):
        return None
    return host, origin, tags, destination, mode


def _key(scope: Scope, destination: bytes, mode: bytes) -> _Key:
    return scope.get("raw_path") or b"", scope.get("query_string") or b"", destination, mode


def _names(tags: bytes, etag: bytes) -> bool:
    return tags == etag or any(tag.strip() in {etag, b"*"} for tag in tags.split(b","))
