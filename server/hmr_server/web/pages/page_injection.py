"""The answers of another application on their way to the browser: its pages get the client.

An answer is held back when it is a page, until it is whole, and when it is a 404, until it is
known whether there is a file of that name. Everything else passes as it comes, and so does a page that
is too long or comes too slowly to be held: one that is streamed may have no end.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

from ...text.charset import bom_charset_of, charset_of

_PAGE_DESTINATIONS = frozenset({"", "document", "iframe", "frame"})
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_-]+=*)'", re.IGNORECASE)
_MAX_PAGE = 8 * 1024 * 1024
_LONGEST_S = 2.0
_OF_A_PAGE = ((b"sec-fetch-dest", b"document"), (b"sec-fetch-mode", b"navigate"))
_OF_A_FETCH = frozenset({b"sec-fetch-dest", b"sec-fetch-mode", b"x-hmr-page"})
_PAGE_SIGNS = ("<!doctype", "<html", "<head", "<body")

_logger = logging.getLogger(__name__)


class HeldResponse:
    """Stands between an application and the server.

    Args:
        scope: The request's.
        send: The server's.
        add_client: Returns a page with the client's script in it, which has a nonce where the page's
            policy asks for one.
        isolate: Gets the headers of a page, and the page.

    Attributes:
        is_missing: The answer is a 404, and is held.
    """

    def __init__(
        self,
        scope: Scope,
        send: Send,
        add_client: Callable[[str, str | None], Awaitable[str]],
        isolate: Callable[[MutableHeaders, str], Awaitable[None]],
    ) -> None:
        headers = Headers(scope=scope)
        self._is_get = scope["method"] == "GET"
        destination = headers.get("sec-fetch-dest", "")
        self._may_be_page = destination in _PAGE_DESTINATIONS
        self._is_page = self._may_be_page and destination != ""
        self._send = send
        self._add_client = add_client
        self._isolate = isolate
        self._path: str = scope["path"]
        self._start: Message | None = None
        self._since = 0.0
        self._body = bytearray()
        self.is_missing = False

    async def send(self, message: Message) -> None:
        """Take what the application sends."""
        match message["type"]:
            case "http.response.start" if self._is_held(message):
                self._start, self._since = message, time.monotonic()
            case "http.response.body" if self._start is not None:
                self._body += message.get("body", b"")
                is_whole = not message.get("more_body", False)
                if len(self._body) > _MAX_PAGE:
                    await self._give_up(message)
                elif is_whole and not self.is_missing:
                    await self.release()
                elif not is_whole and time.monotonic() - self._since > _LONGEST_S:
                    await self._give_up(message)
            case _:
                await self._send(message)

    async def release(self) -> None:
        """Send on what is held."""
        if self._start is None:
            return
        start, self._start = self._start, None
        headers = MutableHeaders(raw=_headers_of(start))
        body = bytes(self._body)
        charset = _charset_of(headers, body) if _is_html(headers) else ""
        if charset and (self._is_page or _looks_like_page(body, charset)):
            text = body.decode(charset, "surrogateescape")
            page = await self._add_client(text, nonce_of(headers))
            await self._isolate(headers, page)
            body = page.encode(charset, "surrogateescape")
            headers["content-length"] = str(len(body))
            # Its validators are for the page as the application made it.
            for name in ("etag", "last-modified"):
                if name in headers:
                    del headers[name]
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})

    def _is_held(self, start: Message) -> bool:
        headers = Headers(raw=_headers_of(start))
        self.is_missing = self._is_get and start["status"] == 404
        is_page = self._is_get and self._may_be_page and _is_html(headers)
        return self.is_missing or is_page

    async def _give_up(self, message: Message) -> None:
        """Let an answer pass that is too long to be held, or too slow."""
        assert self._start is not None  # noqa: S101  # the caller has seen it
        _logger.warning(
            "%s is too long or too slow to get hot updates: reload it by hand", self._path
        )
        await self._send(self._start)
        self._start, self.is_missing = None, False
        await self._send({**message, "body": bytes(self._body)})


def as_page_load(scope: Scope, *, again: bool) -> Scope:
    """Return the same request from a browser that knows no compression: a page has to be read here.

    Args:
        scope: The request's.
        again: Whether a page that is open asks for its new text: the application shall answer as it
            did when the page was loaded.
    """
    left_out = {b"accept-encoding", *(_OF_A_FETCH if again else ())}
    headers = [(name, value) for name, value in scope["headers"] if name not in left_out]
    return {**scope, "headers": [*headers, *(_OF_A_PAGE if again else ())]}


def _headers_of(start: Message) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with their names in lower case: Django writes them as HTTP/1.1 does."""
    return [(name.lower(), value) for name, value in start.get("headers", ())]


def nonce_of(headers: Headers) -> str | None:
    """Return the nonce that a page's Content-Security-Policy asks scripts for."""
    for policy in headers.getlist("content-security-policy"):
        directives = {
            name.lower(): sources
            for directive in re.split("[;,]", policy)
            for name, _, sources in [directive.strip().partition(" ")]
        }
        for name in ("script-src-elem", "script-src", "default-src"):
            if name in directives:
                if (found := _NONCE.search(directives[name])) is not None:
                    return found[1]
                break  # the others do not count
    return None


def _is_html(headers: Headers) -> bool:
    """Return whether an answer is HTML that can be read, and not a file to be kept."""
    return (
        headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html"
        and headers.get("content-encoding", "identity") == "identity"
        and not headers.get("content-disposition", "").lower().startswith("attachment")
    )


def _looks_like_page(body: bytes, charset: str) -> bool:
    """Return whether HTML is a page, where the browser has not said it: else it is a piece of one."""
    beginning = body[:4096].decode(charset, "ignore").lower()
    return any(sign in beginning for sign in _PAGE_SIGNS)


def _charset_of(headers: Headers, body: bytes) -> str:
    """Return the encoding that a browser reads an answer in, as Python calls it."""
    _, _, charset = headers.get("content-type", "").lower().partition("charset=")
    name = bom_charset_of(body) or charset.partition(";")[0].strip(" \"'")
    try:
        "".encode(name)
    except LookupError:  # browsers ignore it, too
        return charset_of(body)
    return name
