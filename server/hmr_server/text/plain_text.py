"""Text from elsewhere as it may be shown: in a terminal, in a page, in an editor's pane.

A file name, a compiler's message or a page may hold characters that do something instead of being
seen: they set the terminal's title or clipboard, clear the screen, or turn the order of letters round,
so that code reads as something else than it is (CVE-2021-42574). They are spelled out.
"""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")  # compilers colour their messages; that hides nothing
# The bidirectional marks (U+200E, U+200F, U+061C) stay: they reorder nothing but neighbours that are
# neutral, and right-to-left text needs them. Half a surrogate pair can't be written to a terminal.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain_text(text: str) -> str:
    r"""Return `text` with what would do something spelled out, as `\x1b` or `\u202e`.

    Newlines and tabs stay; colours are removed.
    """
    if text.isprintable():
        return text
    return _ACTIVE.sub(_spelled, _COLOURS.sub("", text).replace("\r\n", "\n"))


def _spelled(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
