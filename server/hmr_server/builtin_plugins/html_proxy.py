"""Inline module scripts and styles of pages, as modules of their own.

`/page.html?html-proxy&index=0.js` is the first inline module script of `/page.html`. Which text that
is, is known from the last time the page was served; before that, the file is read.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..exceptions import ModuleNotFound
from ..files.page_reading import beside_loop, read_text
from ..graph import module_url
from ..html import document
from ..html.document import Page
from ..plugins import MaybeAwaitable, Plugin, PluginContext

_INDEX = re.compile(r"[?&]index=(\d+)\.(js|css)\b")


class HtmlProxyPlugin(Plugin):
    """Loads pieces of pages."""

    name = "hmr:html-inline-proxy"

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}

    def remember(self, file: str, page: Page) -> None:
        """Note the pieces of a page as it is served now.

        Args:
            file: The page's file.
            page: What was read of it.
        """
        self._pages[file] = page

    def known(self, file: str) -> Page | None:
        """Return the page as it was served last."""
        return self._pages.get(file)

    def load(
        self,
        context: PluginContext,
        id: str,
    ) -> MaybeAwaitable[str | None]:
        """Return the text of an inline script or style."""
        return self._text(context, id) if module_url.is_html_proxy(id) else None

    async def _text(self, context: PluginContext, id: str) -> str:
        file = module_url.file_of_id(id)
        match = _INDEX.search(id)
        page = self._pages.get(file)
        if page is None:
            context.environment.resolver.check(file)
            try:
                text = await read_text(Path(file))
            except OSError as error:
                raise ModuleNotFound(id) from error
            page = await beside_loop(len(text), document.read_page, text)
        pieces = page.styles if match and match[2] == "css" else page.module_scripts
        if match is None or int(match[1]) >= len(pieces):
            raise ModuleNotFound(id)
        return pieces[int(match[1])].text


def script_url(page_url: str, index: int) -> str:
    """Return the URL of an inline module script."""
    return f"{page_url}?html-proxy&index={index}.js"


def style_url(page_url: str, index: int) -> str:
    """Return the URL of an inline style."""
    return f"{page_url}?html-proxy&direct&index={index}.css"
