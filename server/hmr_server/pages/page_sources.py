"""The sources of a page's modules, sent with the page: the browser asks for none of them.

A browser spends more than a millisecond on each request, and learns of a module's imports only from its text. So the page
contains the texts, and its import map leads each module's URL to its text (`browser/page_sources.js`): one instance of
each module under its own URL, as with updates (`web/source_pushes.py`).

Sent are the modules that are loaded with the page for certain: what its scripts import by statements. What is imported
later would be out of date by then. Left out are those that `HashedModules` leaves out, and those that would run otherwise
from a text (`ModuleCode.is_portable`); the page requests them as before.

Tried and dropped: one response with all modules as `blob:` URLs, which takes as long as the requests, and
`modulepreload` links, which gain nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from functools import cache

from ..client.scripts import without_comments
from ..client_wheel.wheel import page_script
from ..config import ServerConfig
from ..graph.module_code import ContentType, ModuleCode
from ..graph.module_graph import ModuleNode

LONGEST = 200_000
"""Characters of one source: a browser's limit for what it becomes is 2 MB, with escapes."""

_LONGEST_PAGE = 8_000_000
_MOST_PAGES = 50


class PageSources:
    """Puts the sources of modules into pages.

    Args:
        config: The server's settings.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._base = config.base
        self._is_on = config.push_sources and not config.has_policy
        self._sent: dict[str, frozenset[ModuleNode]] = {}
        # the page puts the server's URL in its place; nobody writes that by chance
        self._mark = f"hmr-{secrets.token_hex(8)}:/"

    @property
    def is_on(self) -> bool:
        """Whether pages may get sources at all."""
        return self._is_on

    def is_sent(self, page: str, module: ModuleNode) -> bool:
        """Return whether a page has got a module's source when it was loaded last.

        Args:
            page: The path that was asked for, without the base; "" for any page.
        """
        if page:
            return module in self._sent.get(page, ())
        return any(module in sent for sent in self._sent.values())

    def texts(
        self, page: str, scripts: Iterable[ModuleNode], modules: Iterable[tuple[str, ModuleNode]]
    ) -> dict[str, str]:
        """Return the sources that a page gets, by the modules' names.

        Args:
            page: The path that was asked for, without the base.
            scripts: The page's own module scripts.
            modules: What may be sent, with the names that importers write.
        """
        eager = set(_eager(scripts))
        texts = {}
        sent = []
        room = _LONGEST_PAGE
        for name, node in modules:
            code = node.code
            if node not in eager or code is None or not can_travel(code):
                continue
            text = code.render(self._mark, node.last_hmr_timestamp)
            if len(text) <= min(LONGEST, room):
                texts[name] = text
                room -= len(text)
                sent.append(node)
        self._sent.pop(page, None)
        self._sent[page] = frozenset(sent)
        if len(self._sent) > _MOST_PAGES:
            del self._sent[next(iter(self._sent))]
        return texts

    def markup(self, texts: dict[str, str]) -> str:
        """Return what goes into the page, in front of its first script."""
        # ASCII: the page may have any charset; `<` could end the script
        content = json.dumps({"base": self._base, "mark": self._mark, "texts": texts})
        written = content.replace("<", "\\u003c")
        return (
            f'<script type="application/json" data-hmr-sources>{written}</script>'
            f"<script>{_leading_script()}</script>"
        )


def can_travel(code: ModuleCode) -> bool:
    """Return whether a page may run a module from its text."""
    if not code.is_portable or code.content_type is not ContentType.JAVASCRIPT:
        return False
    # the request of what it imports does not say which module asks: only known ones may be asked for
    return all(imported.analysed_generation >= 0 for imported in code.eager_imports)


def _eager(scripts: Iterable[ModuleNode]) -> Iterator[ModuleNode]:
    """Yield the modules that are loaded with scripts, without these."""
    seen = set(scripts)
    found = list(seen)
    for node in found:
        eager = node.code.eager_imports if node.code is not None else ()
        new = [module for module in node.imported_modules if module in eager and module not in seen]
        seen.update(new)
        found += new
        yield from new


@cache
def _leading_script() -> str:
    return without_comments(page_script("page_sources.js").read_text("utf-8"))
