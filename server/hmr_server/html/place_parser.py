"""The standard library's HTML parser, with the places of what it finds in the text."""

from __future__ import annotations

from html.parser import HTMLParser

PLAIN = frozenset({"textarea", "title"})
"""What looks like a tag in these is text."""


class PlaceParser(HTMLParser):
    """Parses a text; character references stay as they are written.

    Args:
        html: What `feed` gets; it may be broken.

    Attributes:
        html: The same.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self._line_starts = [0]
        for line in html.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)

    def place(self) -> int:
        """Return where the tag or declaration starts that is handled now."""
        line, column = self.getpos()
        return self._line_starts[line - 1] + column
