"""The requests that pages answer an update with: their URLs are known when the update is pushed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from starlette.types import Scope

from hmr_client.wire.payloads import CssUpdate, JsUpdate, UpdatePayload

from ..graph import module_url
from ..graph.module_code import stamped

_OF_SCRIPTS = (b"sec-fetch-dest", b"script"), (b"sec-fetch-mode", b"cors")
_OF_STYLES = (b"sec-fetch-dest", b"style"), (b"sec-fetch-mode", b"no-cors")
_OF_US = (b"sec-fetch-site", b"same-origin")


class ExpectedRequest(NamedTuple):
    """A request that a page will make.

    Attributes:
        url: Path and query below the base, percent-encoded.
        is_style: Whether a `<link>` makes it, and not an `import()`.
    """

    url: str
    is_style: bool

    @property
    def accept(self) -> str:
        """What the `accept` header says."""
        return "text/css,*/*;q=0.1" if self.is_style else "*/*"

    def scope(self, base: str) -> Scope:
        """Return the request as ASGI has it.

        Args:
            base: The server's base.
        """
        path, query = module_url.split_url(base + self.url.removeprefix("/"))
        return {
            "type": "http",
            "method": "GET",
            "path": module_url.decode_url(path),
            "raw_path": path.encode(),
            "query_string": query[1:].encode(),
            "headers": [
                _OF_US,
                *(_OF_STYLES if self.is_style else _OF_SCRIPTS),
                (b"accept", self.accept.encode()),
            ],
        }


def expected_requests(payload: UpdatePayload) -> Iterator[ExpectedRequest]:
    """Yield what a page that has the updated modules asks for, each URL once, what has changed first."""
    seen: set[str] = set()
    for update in payload.updates:
        found: list[str]
        match update:
            case JsUpdate():
                request = module_url.to_request(update.accepted_path)
                explicit = update.explicit_import_required
                preload = update.extra.get("preload")
                found = [stamped(request, update.timestamp, explicit_import=explicit)]
                if isinstance(preload, Sequence):
                    found += [url for url in preload if isinstance(url, str)]
            case CssUpdate():
                sheet = module_url.remove_direct(update.path)
                found = [module_url.append_query(sheet, f"t={update.timestamp}")]
            case _:
                continue
        for url in map(module_url.encode_url, found):
            if url not in seen:
                seen.add(url)
                yield ExpectedRequest(url, is_style=isinstance(update, CssUpdate))
