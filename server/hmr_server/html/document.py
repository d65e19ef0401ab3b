"""Reads what a dev server must know of an HTML page, and where it stands.

URLs in attributes, inline module scripts and styles, import maps, and where the client's script
goes. Nothing is rewritten here: the page's server makes edits from what was read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape

from .place_parser import PLAIN, PlaceParser

# Attributes that hold a URL, by tag; the list is Vite's (`node/plugins/html.ts`)
_URL_ATTRIBUTES = {
    "audio": ("src",),
    "embed": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src",),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
_ATTRIBUTE = re.compile(
    r"""[\s/](?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>]+)))?"""
)
_MOST_UNCLOSED = 50
_IGNORED_RELATIONS = frozenset({"canonical", "alternate", "preconnect", "dns-prefetch"})


@dataclass(frozen=True, slots=True)
class PageUrl:
    """A URL in an attribute.

    Attributes:
        value: The URL, character references resolved.
        start: Where the attribute's value starts, inside of its quotes.
        end: Where it ends.
        tag: The element's name.
        is_module: Whether it is the source of a module script.
    """

    value: str
    start: int
    end: int
    tag: str
    is_module: bool = False


@dataclass(frozen=True, slots=True)
class InlineElement:
    """A script or style with its text in the page.

    Attributes:
        text: What is between its tags.
        start: Where the element starts.
        text_start: Where its text starts.
        text_end: Where its text ends.
        end: Where the element ends.
        attributes: As written, without `type`.
        tag: Its tag's name.
    """

    text: str
    start: int
    text_start: int
    text_end: int
    end: int
    attributes: str = ""
    tag: str = "script"


@dataclass(frozen=True, slots=True)
class Page:
    """What was read.

    Attributes:
        urls: The URLs in attributes, in order.
        module_scripts: The inline module scripts, in order.
        styles: The inline styles, in order.
        python_scripts: PyScript's inline scripts, in order.
        import_maps: The scripts that hold import maps.
        import_map: The specifiers that import maps define, and where they lead.
        nonce: The nonce of the first script that has one: a policy may ask for it.
        client_place: Where the client's script goes: first in the head, after an import map.
    """

    urls: tuple[PageUrl, ...] = ()
    module_scripts: tuple[InlineElement, ...] = ()
    styles: tuple[InlineElement, ...] = ()
    python_scripts: tuple[InlineElement, ...] = ()
    import_maps: tuple[InlineElement, ...] = ()
    import_map: dict[str, str] = field(default_factory=dict)
    nonce: str | None = None
    client_place: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of text to be replaced.

    Attributes:
        start: Where it starts.
        end: Where it ends; the same place for an insertion.
        text: What comes there.
    """

    start: int
    end: int
    text: str


def read_page(html: str) -> Page:
    """Read a page.

    Args:
        html: Its text; it may be broken, as browsers allow.
    """
    reader = _Reader(html)
    reader.feed(_without_open_end(html))
    reader.close()
    return reader.page()


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made. They must not overlap."""
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def attribute_text(value: str) -> str:
    """Return a URL as it is written inside of an attribute's quotes."""
    return escape(value, quote=True)


def _without_open_end(html: str) -> str:
    """Return a page without what begins something at its end that nothing closes.

    The parser looks for the end again at each beginning, up to the end of the page.
    """
    html = html[: html.rfind(">") + 1]
    for opening, closing in (("<!--", "-->"), ("<![", "]>")):
        closed = html.rfind(closing) + 1
        if html.count(opening, closed) > _MOST_UNCLOSED:
            html = html[: html.find(opening, closed)]
    return html


class _Reader(PlaceParser):
    def __init__(self, html: str) -> None:
        super().__init__(html)
        self._urls: list[PageUrl] = []
        self._scripts: list[InlineElement] = []
        self._styles: list[InlineElement] = []
        self._python: list[InlineElement] = []
        self._import_maps: list[InlineElement] = []
        self._import_map: dict[str, str] = {}
        self._nonce: str | None = None
        self._open: tuple[str, str, int, int, str] | None = None  # tag, kind, start, text, attrs
        self._plain: str | None = None  # the open element that holds text and no elements
        self._doctype_end = 0
        self._html_end: int | None = None
        self._head_end: int | None = None
        self._import_map_end: int | None = None

    def page(self) -> Page:
        place = self._head_end if self._head_end is not None else self._html_end
        place = self._doctype_end if place is None else place
        return Page(
            tuple(self._urls),
            tuple(self._scripts),
            tuple(self._styles),
            tuple(self._python),
            tuple(self._import_maps),
            self._import_map,
            self._nonce,
            max(place, self._import_map_end or 0),
        )

    def handle_decl(self, decl: str) -> None:
        if decl.lower().startswith("doctype"):
            self._doctype_end = self.html.find(">", self.place()) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, attrs, self.place())  # `<script/>` is no end in HTML, but has no text here

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._plain is not None:
            return
        start = self.place()
        text = self._tag(tag, attrs, start)
        end = start + len(text)
        given = {name: value or "" for name, value in reversed(attrs)}  # the first one counts
        if tag == "html" and self._html_end is None:
            self._html_end = end
        elif tag == "head" and self._head_end is None:
            self._head_end = end
        elif tag == "style":
            self._open = (tag, "style", start, end, "")
        elif tag == "script" and "src" not in given:
            kind = given.get("type", "").strip().lower()
            self._open = (tag, kind, start, end, _without_type(text))
        elif tag == "py-script" and "src" not in given:
            self._open = (tag, "py", start, end, "")
        elif tag in PLAIN:
            self._plain = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._plain:
            self._plain = None
        if self._open is None or self._open[0] != tag:
            return
        _, kind, start, text_start, attributes = self._open
        self._open = None
        text_end = self.place()
        end = self.html.find(">", text_end) + 1 or len(self.html)
        text = self.html[text_start:text_end]
        element = InlineElement(text, start, text_start, text_end, end, attributes, tag)
        match kind:
            case "style":
                self._styles.append(element)
            case "py":
                self._python.append(element)
            case "module":
                self._scripts.append(element)
            case "importmap":
                self._import_map_end = end
                self._import_maps.append(element)
                self._read_import_map(text)

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]], start: int) -> str:
        text = self.get_starttag_text() or ""
        wanted = _URL_ATTRIBUTES.get(tag, ())
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "link" and given.get("rel", "").lower() in _IGNORED_RELATIONS:
            return text
        if tag == "script" and self._nonce is None:
            self._nonce = given.get("nonce") or None
        is_module = tag == "script" and given.get("type", "").strip().lower() == "module"
        seen: set[str] = set()
        for match in _ATTRIBUTE.finditer(text):
            name = match["name"].lower()
            if name not in wanted or name in seen:
                continue
            seen.add(name)
            for group in ("double", "single", "bare"):
                if match[group] is not None:
                    place = (start + match.start(group), start + match.end(group))
                    self._urls.append(PageUrl(unescape(match[group]), *place, tag, is_module))
        return text

    def _read_import_map(self, text: str) -> None:
        try:
            imports = json.loads(text).get("imports", {})
            self._import_map.update(
                (key, value) for key, value in imports.items() if isinstance(value, str)
            )
        except (ValueError, AttributeError):
            return  # the browser reports a broken import map better than we could


def _without_type(start_tag: str) -> str:
    """Return the attributes of a start tag as written, but for `type`."""
    inner = start_tag[len("<script") : -1].rstrip("/")
    return "".join(
        match[0] for match in _ATTRIBUTE.finditer(inner) if match["name"].lower() != "type"
    )
