"""The start tags of an HTML text, by the standard library's parser: comments do not count."""

from __future__ import annotations

from dataclasses import dataclass

from .place_parser import PLAIN, PlaceParser

_RAW = frozenset({"script", "style"})  # their text is no HTML


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, and the text of a script or style.

    Attributes:
        name: The element's, in lower case.
        attributes: Character references resolved; empty where there is no value. The first counts.
        start: Where the tag starts.
        source: The tag as written.
        text: What stands between a script's or a style's tags; empty for other elements.
        end: Where the element ends, for a script or style; else where the tag ends.
    """

    name: str
    attributes: dict[str, str]
    start: int
    source: str
    text: str = ""
    end: int = 0


def read_tags(html: str) -> list[Tag]:
    """Return the start tags of a page, in order.

    Args:
        html: The page's text; it may be broken.
    """
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.finish()


class _Reader(PlaceParser):
    def __init__(self, html: str) -> None:
        super().__init__(html)
        self._tags: list[Tag] = []
        self._open: Tag | None = None
        self._plain = ""

    def finish(self) -> list[Tag]:
        self._close(len(self.html), len(self.html))
        return self._tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._plain:
            return
        if tag in PLAIN:
            self._plain = tag
        start = self.place()
        source = self.get_starttag_text() or ""
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        found = Tag(tag, attributes, start, source, end=start + len(source))
        if tag in _RAW:
            self._open = found
        else:
            self._tags.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._plain:
            self._plain = ""
        if self._open is not None and tag == self._open.name:
            start = self.place()
            end = self.html.find(">", start) + 1 or len(self.html)
            self._close(start, end)

    def _close(self, text_end: int, end: int) -> None:
        if (tag := self._open) is not None:
            self._open = None
            text = self.html[tag.end : text_end]
            self._tags.append(Tag(tag.name, tag.attributes, tag.start, tag.source, text, end))
