"""Stylesheets of `<link>`: swapped without a flash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from hmr_client.eager import start
from hmr_client.exceptions import HMRError
from hmr_client.logger import HMRLogger
from hmr_client.wire.payloads import CssUpdate

from .. import _ffi
from .urls import browser_url, with_timestamp

_REPLACED = "swapped"


class StylesheetError(HMRError):
    """A stylesheet that can't be loaded.

    Attributes:
        url: Its URL.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    def __str__(self) -> str:
        return f"{self.url} can't be loaded: the page keeps the stylesheet that it had."


class Stylesheets:
    """The page's linked stylesheets.

    Args:
        roots: Returns the document and the open shadow roots in it.
        refresh: Replaces what a sheet holds that no link names (`refreshSheet` in
            `bootstrap/loaded_files.js`).
        reload: Reloads the page, for a reason.
        logger: Logs the reference's line.
        base: The server's base.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
    """

    def __init__(
        self,
        roots: Callable[[], Iterable[Any]],
        refresh: Callable[[str, int], Awaitable[str]],
        reload: Callable[[str], None],
        logger: HMRLogger,
        base: str,
        wait_to_fetch_again: Callable[[str, str, int], Awaitable[bool]],
    ) -> None:
        self._wait_to_fetch_again = wait_to_fetch_again
        self._roots = roots
        self._refresh = refresh
        self._reload = reload
        self._logger = logger
        self._base = base
        # links whose successor is being loaded
        self._outdated: list[Any] = []

    async def swap(self, update: CssUpdate) -> None:
        """Load the new sheet beside the old one, then remove the old one.

        Args:
            update: Which sheet, and its timestamp. A sheet that the page doesn't have is ignored.
        """
        sheet = _clean(update.path, "direct")
        url = browser_url(with_timestamp(sheet, update.timestamp), self._base)
        links = self._links_of(sheet)
        # the links first: their sheet is on its way, or here (`bootstrap/preload.js`)
        replaced = [start(self._replace(link, url)) for link in links]
        done, *_ = await asyncio.gather(self._refresh(sheet, update.timestamp), *replaced)
        if done and done != _REPLACED:
            self._logger.debug(f"page reload: {sheet}: {done}")
            self._reload(f"{sheet}: {done}")
        elif links or done:
            self._logger.debug(f"css hot updated: {sheet}")

    def _links_of(self, sheet: str) -> Sequence[Any]:
        """Find the links of a sheet: those of exactly this URL, else the first that contains it.

        The reference takes the first that contains it (`client/client.ts`): that can be another
        sheet whose name ends the same way, and misses a sheet's second link. They are compared
        decoded: a page may encode more than it has to.
        """
        links = [
            link
            for root in self._roots()
            for link in root.querySelectorAll('link[rel~="stylesheet" i][href]')
            if link not in self._outdated
        ]
        wanted = unquote(browser_url(_clean(sheet, "t"), self._base))
        exact = [link for link in links if unquote(_clean(link.href, "direct", "t")) == wanted]
        return exact or [link for link in links if sheet in _clean(link.href, "direct")][:1]

    async def _replace(self, link: Any, url: str) -> None:
        """Put a link with a new URL in a link's place, once its sheet is loaded.

        Raises:
            StylesheetError: It can't be loaded: the page keeps what it has.
        """
        href = _ffi.parse_url(url, link.href).href
        if link.disabled:  # a disabled sheet is not fetched: there is no event to wait for
            new = link.cloneNode()
            new.href = href
            link.replaceWith(new)
            return
        self._outdated.append(link)
        tries = 0
        try:
            while not await self._load_beside(link, href):
                tries += 1
                if not await self._wait_to_fetch_again(href, "text/css", tries):
                    raise StylesheetError(href)
            link.remove()
        finally:
            self._outdated.remove(link)

    async def _load_beside(self, link: Any, href: str) -> bool:
        """Load a sheet beside an old one; say whether it came."""
        new = link.cloneNode()
        new.href = href
        loaded = _ffi.first_event(new, "load", "error")
        link.after(new)
        if await loaded == "load" and (new.sheet.cssRules.length or await self._is_empty(href)):
            return True
        new.remove()
        return False

    async def _is_empty(self, href: str) -> bool:
        """Say whether a sheet has no text: a reply that is cut in its headers counts as one."""
        text = await _ffi.fetch_text(href)
        return text is not None and not text.strip()


def _clean(url: str, *parameters: str) -> str:
    """Return a URL's path and query, without some parameters, as the browser writes them."""
    parsed = _ffi.parse_url(url, "http://localhost")
    for parameter in parameters:
        parsed.searchParams.delete(parameter)
    return f"{parsed.pathname}{parsed.search}"
