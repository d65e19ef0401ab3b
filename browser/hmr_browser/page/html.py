"""The page's own HTML, saved: html_update.js does the work; this knows when, and says what became of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from hmr_client.client import HMRClient
from hmr_client.wire.custom_events import HTML_UPDATED, AppliedUpdate, HtmlUpdatedData
from hmr_client.wire.payloads import FullReload

from .. import _ffi
from .urls import reload_concerns_page


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlUpdate:
    """What became of a page's new text.

    Attributes:
        changed: How many texts and attributes have changed, or elements have moved.
        added: How many elements were added.
        removed: How many were removed.
        summary: That in words, with what the program has changed too, and keeps.
        reload: Why the page has to reload; None if it need not.
        error: What has to be fixed in the text first; None if nothing has.
    """

    changed: int = 0
    added: int = 0
    removed: int = 0
    summary: str = ""
    reload: str | None = None
    error: str | None = None

    @classmethod
    def from_json(cls, text: str) -> HtmlUpdate:
        """Read the answer of html_update.js.

        Args:
            text: JSON text.
        """
        return cls(**json.loads(text))


class LiveHtml:
    """The document, whose text the server has.

    Args:
        client: The page's client: it knows who listens, and tells the server what became of an edit.
        location: The page's location.
        base: The server's base.
        update_html: Brings the page's new text into the document (`Bridge.updateHtml`).
    """

    def __init__(
        self,
        client: HMRClient,
        location: Any,
        base: str,
        update_html: Callable[[str, bool], Awaitable[str]],
    ) -> None:
        self._client = client
        self._location = location
        self._base = base
        self._update_html = update_html

    async def update(self, payload: FullReload) -> HtmlUpdatedData | FullReload | None:
        """Bring the page's new text into the document, where the payload asks for that.

        Args:
            payload: Which page.

        Returns:
            What was changed; None if there is nothing to change, or not yet; the reload that is
            to be made, where nothing else is right.
        """
        # Vite's payload says no more than that, and only where the page itself has changed
        is_vites = payload.sequence is None and (payload.path or "").endswith(".html")
        if payload.extra.get("html") is not True and not is_vites:
            return payload
        if not reload_concerns_page(payload.path, self._base, self._location.pathname):
            self._tell(payload)
            return None
        began = _ffi.now()
        listens = bool(self._client.custom_listeners_map.get(HTML_UPDATED))
        update = HtmlUpdate.from_json(await self._update_html(payload.triggered_by or "", listens))
        path = str(self._location.pathname)
        tier, reason = ("RELOAD", update.reload) if update.reload else ("HTML", update.summary)
        applied = AppliedUpdate(
            path=path,
            accepted_path=path,
            milliseconds=_ffi.now() - began,
            error=update.error,
            tier=None if update.error else tier,
            reason=reason,
        )
        self._tell(payload, applied)
        if update.reload is not None:
            return replace(payload, extra={**payload.extra, "reason": f"{path}: {update.reload}"})
        if update.error is not None:
            self._client.logger.error(f"{path} stays as it was. {update.error}")
            return None
        if not (update.changed or update.added or update.removed):
            return None
        self._client.logger.debug(f"html updated: {path} ({update.summary})")
        return HtmlUpdatedData(
            path=path, changed=update.changed, added=update.added, removed=update.removed
        )

    def _tell(self, payload: FullReload, *applied: AppliedUpdate) -> None:
        """Tell the server, which waits for it, what became of the page; nothing, if it is another."""
        self._client.acknowledge(applied, payload.sequence)
