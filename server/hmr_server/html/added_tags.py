"""Tags that a plugin adds to a page, and where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import escape

from .place_parser import PLAIN, PlaceParser

_WITHOUT_END = frozenset({"base", "link", "meta"})


class TagPlace(Enum):
    """Where a tag goes in a page."""

    HEAD_START = "first in the head"
    HEAD_END = "last in the head"
    BODY_START = "first in the body"
    BODY_END = "last in the body"


@dataclass(frozen=True, slots=True)
class HtmlTag:
    """A tag that `transform_index_html` adds to a page.

    Attributes:
        tag: The element's name.
        attributes: With their values; True for one without a value, False for none.
        text: Its contents, as HTML.
        place: Where it goes.
    """

    tag: str
    attributes: Mapping[str, str | bool] = field(default_factory=dict)
    text: str = ""
    place: TagPlace = TagPlace.HEAD_START

    def __str__(self) -> str:
        written = "".join(
            f" {name}" if value is True else f' {name}="{escape(value, quote=True)}"'
            for name, value in self.attributes.items()
            if value is not False
        )
        end = "" if self.tag in _WITHOUT_END else f"{self.text}</{self.tag}>"
        return f"<{self.tag}{written}>{end}"


def with_tags(html: str, tags: Sequence[HtmlTag]) -> str:
    """Return a page with tags added, each at its place, in their order.

    A page that leaves out `<head>` or `<body>`, as HTML allows, gets them where these would be.

    Args:
        html: The page's text.
        tags: What is added.
    """
    places = _Places(html)
    places.feed(html)
    places.close()
    added: dict[int, str] = {}
    for tag in tags:
        place = places.of(tag.place)
        added[place] = added.get(place, "") + str(tag)
    for place in sorted(added, reverse=True):
        html = html[:place] + added[place] + html[place:]
    return html


class _Places(PlaceParser):
    """Finds where head and body start and end."""

    def __init__(self, html: str) -> None:
        super().__init__(html)
        self._start = 0  # after the doctype and `<html>`
        self._found: dict[TagPlace, int] = {}
        self._plain = ""

    def of(self, place: TagPlace) -> int:
        found = self._found
        match place:
            case TagPlace.HEAD_START:
                return found.get(place, self._start)
            case TagPlace.HEAD_END:
                return found.get(place, found.get(TagPlace.HEAD_START, self._start))
            case TagPlace.BODY_START:
                return found.get(place, found.get(TagPlace.HEAD_END, self._start))
            case TagPlace.BODY_END:
                return found.get(place, len(self.html))

    def handle_decl(self, decl: str) -> None:
        self._start = self.place() + len(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # HTMLParser's
        end = self.place() + len(self.get_starttag_text() or "")
        if self._plain:
            return
        match tag:
            case "html":
                self._start = end
            case "head":
                self._found.setdefault(TagPlace.HEAD_START, end)
            case "body":
                self._found.setdefault(TagPlace.BODY_START, end)
            case _ if tag in PLAIN:
                self._plain = tag

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "head" if not self._plain:
                self._found.setdefault(TagPlace.HEAD_END, self.place())
            case "body" if not self._plain:
                self._found[TagPlace.BODY_END] = self.place()  # the last one counts
            case self._plain:
                self._plain = ""
