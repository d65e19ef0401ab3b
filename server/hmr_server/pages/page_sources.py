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
from dataclasses import dataclass
from functools import cache

from ..client.scripts import without_comments
from ..client_wheel.wheel import page_script
from ..config import ServerConfig
from ..graph.module_code import ContentType, ImportReference, ModuleCode, Stamped
from ..graph.module_graph import ModuleNode
from ..html.document import attribute_text

LONGEST = 200_000
"""Characters of one source: a browser's limit for what it becomes is 2 MB, with escapes."""

_LONGEST_PAGE = 8_000_000
_MOST_PAGES = 50
_MOST_WRITTEN = 20_000


@dataclass(frozen=True, slots=True)
class _Written:
    """A source as it is written into pages: most of them are the same at the next load.

    Attributes:
        code: What it was written of.
        named: The modules whose stamps are in it, and its own one.
        stamps: Their stamps.
        text: The source, as JSON.
    """

    code: ModuleCode
    named: tuple[Stamped, ...]
    stamps: tuple[int, ...]
    text: str

    def is_of(self, code: ModuleCode) -> bool:
        """Return whether it would be written the same now."""
        return self.code is code and self.stamps == _stamps(self.named)


class PageSources:
    """Puts the sources of modules into pages.

    Args:
        config: The server's settings.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._base = config.base
        self._is_on = config.push_sources and not config.has_policy
        self._sent: dict[str, frozenset[ModuleNode]] = {}
        self._written: dict[ModuleNode, _Written] = {}
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
        """Return the sources that a page gets, by the modules' names, each as JSON.

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
            if node not in eager or (text := self._text(node)) is None:
                continue
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
        """Return what goes into the page, in front of its first script.

        Args:
            texts: What `texts` has returned.
        """
        named = ",".join([f"{_json(name)}:{text}" for name, text in texts.items()])
        base = attribute_text(self._base)
        return (
            f'<script type="application/json" data-hmr-sources="{self._mark}" data-base="{base}">{{{named}}}</script>'
            f"<script>{_leading_script()}</script>"
        )

    def _text(self, node: ModuleNode) -> str | None:
        code = node.code
        if code is None:
            return None
        known = self._written.get(node)
        if known is not None and known.is_of(code):
            return known.text
        if not can_travel(code):
            return None
        imported = (piece.module for piece in code.pieces if isinstance(piece, ImportReference))
        named = (node, *imported)
        text = _json(code.render(self._mark, node.last_hmr_timestamp))
        if len(self._written) >= _MOST_WRITTEN:
            self._written.clear()  # there may be modules in it that nobody asks for any more
        self._written[node] = _Written(code, named, _stamps(named), text)
        return text


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


def _stamps(modules: Iterable[Stamped]) -> tuple[int, ...]:
    return tuple([module.last_hmr_timestamp for module in modules])


def _json(text: str) -> str:
    # ASCII: the page may have any charset; `<` could end the script
    return json.dumps(text).replace("<", "\\u003c")


@cache
def _leading_script() -> str:
    return without_comments(page_script("page_sources.js").read_text("utf-8"))
