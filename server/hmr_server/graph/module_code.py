"""The code of a module, cut where it names other modules, so that stamps can change without parsing.

When a module changes, its importers' texts change only in the `?t=` of one import. They are not
parsed, loaded or transformed again for that: their code is kept in pieces, and joined again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, TypeAlias

from . import module_url

# made once: `json.dumps` makes an encoder for each call that is not of its defaults
_quoted = json.JSONEncoder(ensure_ascii=False).encode


class Stamped(Protocol):
    """A module, as far as its code has to know it: `ModuleNode`.

    Attributes:
        last_hmr_timestamp: The stamp of its last update in milliseconds, 0 before the first.
        analysed_generation: Below 0 until a page has requested it.
    """

    last_hmr_timestamp: int
    analysed_generation: int


class ContentType(Enum):
    """What the answer to a request for a module can be."""

    JAVASCRIPT = "text/javascript; charset=utf-8"
    CSS = "text/css; charset=utf-8"


@dataclass(frozen=True, slots=True)
class TransformResult:
    """The answer to a request for a module.

    Attributes:
        body: What is sent; empty where `not_modified`.
        content_type: With charset.
        etag: A weak one, for `If-None-Match`.
        cache_control: The header's value.
        not_modified: The client has this very body: answer 304.
        file: What is sent in place of `body`: a file that is too large to be read.
    """

    body: bytes
    content_type: str
    etag: str
    cache_control: str = "no-cache"
    not_modified: bool = False
    file: str | None = None

    def for_client(self, if_none_match: str | None) -> TransformResult:
        """Return the answer to a client that has a version already.

        Args:
            if_none_match: The request's header.
        """
        if if_none_match is None:
            return self
        known = {tag.strip() for tag in if_none_match.split(",")}
        if self.etag not in known and "*" not in known:
            return self
        return replace(self, body=b"", not_modified=True)


@dataclass(frozen=True, slots=True)
class ImportReference:
    """The place of an import in a module's code.

    Attributes:
        module: What is imported.
        url: The request URL to write there, without base and stamp.
    """

    module: Stamped
    url: str


@dataclass(frozen=True, slots=True)
class OwnStamp:
    """The place of a module's own stamp, as one more argument: its hot context says what it is of."""


@dataclass(frozen=True, slots=True)
class OwnReference:
    """The place of an import that names no module of the graph, but a URL of this server.

    Attributes:
        url: Path and query below the base.
    """

    url: str


Piece: TypeAlias = str | ImportReference | OwnStamp | OwnReference


@dataclass(frozen=True, slots=True)
class ModuleCode:
    """A module's code in pieces.

    Attributes:
        pieces: Text as it is, and the places of stamps.
        content_type: What it is sent as.
        eager_imports: The modules that are requested with it: those that it imports by statements.
        is_portable: Whether it runs alike from another URL, if it is rendered with the server's whole URL as
            its base: it does not see its own URL, and imports nothing relative to that.
    """

    pieces: tuple[Piece, ...]
    content_type: ContentType = ContentType.JAVASCRIPT
    eager_imports: frozenset[Stamped] = frozenset()
    is_portable: bool = False

    def render(self, base: str, stamp: int = 0) -> str:
        """Return the code with the stamps of now.

        Args:
            base: The server's base path, with slashes around it; or its URL, up to there.
            stamp: The module's own stamp, of the time at which its file was read; 0 for none.
        """
        return "".join(_rendered(piece, base, stamp) for piece in self.pieces)


def stamped(url: str, timestamp: int, *, explicit_import: bool = False) -> str:
    """Return the URL with its stamp: `?import&t=…`, the order in which clients write it.

    Vite writes `?t=…&import` where it only updates stamps; for a browser that is another module,
    so ours has one order everywhere.

    Args:
        url: A request URL.
        timestamp: Milliseconds since the epoch; 0 means none.
        explicit_import: Whether `?import` is needed.
    """
    if timestamp:
        url = module_url.inject_query(url, f"t={timestamp}")
    return module_url.inject_query(url, "import") if explicit_import else url


def imported_as(url: str, timestamp: int) -> str:
    """Return the URL that modules are imported by, with its stamp; arguments as for `stamped`."""
    explicit = module_url.is_explicit_import_required(url)
    return stamped(url, timestamp, explicit_import=explicit)


def import_url(reference: ImportReference, base: str) -> str:
    """Return the URL that is written in place of an import, with base and stamp."""
    url = imported_as(reference.url, reference.module.last_hmr_timestamp)
    return base + url.removeprefix("/")


def js_string(text: str) -> str:
    """Return the text as a JavaScript string literal in double quotes."""
    # JSON is JavaScript; these two would end a line for tools that read it as older JavaScript
    quoted = _quoted(text)
    return quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces without empty ones."""
    return tuple(piece for piece in pieces if piece != "")


def _rendered(piece: Piece, base: str, stamp: int) -> str:
    match piece:
        case str():
            return piece
        case OwnStamp():
            return f", {stamp}" if stamp else ""
        case OwnReference(url):
            return js_string(base + url.removeprefix("/"))
        case _:
            return js_string(import_url(piece, base))
