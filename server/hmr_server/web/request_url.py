"""What a request asks for: its path, and whether a page that is open asks for itself."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request

from ..config import ServerConfig
from ..environment.purpose import Purpose, purpose_of

AGAIN = "x-hmr-page"
"""The header of a request by which a page that is open asks for its new text."""


def raw_path(request: Request) -> str:
    """Return the path as it came, percent-encoded: what is decoded twice can be fooled."""
    raw: bytes | None = request.scope.get("raw_path")
    if raw:
        return raw.partition(b"?")[0].decode("latin-1")
    return quote(request.scope["path"])


def path_of(request: Request, config: ServerConfig) -> str:
    """Return the path below the base, percent-encoded."""
    return below_base(raw_path(request), config)


def below_base(path: str, config: ServerConfig) -> str:
    """Return a path without the base."""
    return "/" + path.removeprefix(config.base)


def with_query(request: Request, url: str) -> str:
    """Return a URL with the request's query, as it came."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{url}?{query}" if query else url


def is_again(request: Request) -> bool:
    """Return whether a page that is open asks for its new text (`html_update.js`)."""
    return AGAIN in request.headers


def shows_page(request: Request) -> bool:
    """Return whether an HTML file is shown as a page, and not read by a script."""
    return is_again(request) or purpose_of(request.headers) in {
        Purpose.NAVIGATION,
        Purpose.UNKNOWN,
    }
