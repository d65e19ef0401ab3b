"""The lines around a place in a source, with a caret below it, as Vite's overlay shows them.

1  |  import { a } from './a.js'
2  |  const = 3
   |        ^
"""

from __future__ import annotations

from dataclasses import dataclass

from .plain_text import plain_text

_RANGE = 2  # lines shown before and after
_MAX_LINE = 400  # a minified line would hide the caret


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text: a line from 1, and a column from 0 in characters."""

    line: int
    column: int


def position_at(source: str, offset: int) -> Position:
    """Return the place of a character.

    Args:
        offset: The character's index.
    """
    before = source[:offset]
    line_start = before.rfind("\n") + 1
    return Position(before.count("\n") + 1, offset - line_start)


def position_at_byte(source: bytes, offset: int) -> Position:
    """Return the place of a byte.

    Args:
        source: The text in UTF-8.
        offset: The byte's index.
    """
    line_start = source.rfind(b"\n", 0, offset) + 1
    column = len(source[line_start:offset].decode("utf-8", "replace"))
    return Position(source.count(b"\n", 0, offset) + 1, column)


def code_frame(source: str, position: Position, length: int = 1) -> str:
    """Return the lines around a place.

    Args:
        length: How many characters the carets span, at most to the end of the line.
    """
    lines = source.replace("\r\n", "\n").split("\n")
    number = min(max(position.line, 1), len(lines))
    frame = []
    for index in range(max(1, number - _RANGE), min(len(lines), number + _RANGE) + 1):
        text = lines[index - 1]
        shift = 0
        if index == number and position.column > _MAX_LINE // 2:
            shift = position.column - _MAX_LINE // 2
        raw = text[shift : shift + _MAX_LINE]
        text = plain_text(raw)
        frame.append(f"{index:<3}|  {text}".rstrip())
        if index == number:
            place = min(max(position.column - shift, 0), len(raw))
            column = len(plain_text(raw[:place]))  # what is spelled out is longer
            # a tab stays a tab, so that the caret stands below its character
            pad = "".join("\t" if char == "\t" else " " for char in text[:column])
            carets = "^" * max(1, min(length, len(text) - column))
            frame.append(f"   |  {pad}{carets}")
    return "\n".join(frame)
