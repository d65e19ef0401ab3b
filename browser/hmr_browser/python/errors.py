"""Errors of the user's Python, as the overlay, the console and the terminal show them."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from hmr_client.wire.payloads import ErrorDetails, ErrorLocation

from .source import HOME, shown_file

_OURS = re.compile(r"[/\\]hmr_(browser|client)[/\\]")

_FILE = re.compile(rf'File "({HOME}/[^"\n]+)"')

_CONTEXT = 2
"""Lines of code before and after the place of an error."""

_TIP = "The page keeps running the previous code. Fix the error to continue."


@dataclass(frozen=True, slots=True)
class _Place:
    filename: str
    line: int
    column: int  # from 0
    end: int  # of what is marked; on the same line


def details_of(
    error: BaseException,
    printed: str,
    source_of: Callable[[str], str | None],
    *,
    tip: str = _TIP,
) -> ErrorDetails:
    """Return an error as the overlay shows it.

    Args:
        error: What the user's code raised, or what the compiler said.
        printed: Its traceback as Python prints it, with the lines of the new source.
        source_of: Gives the new text of a file by its name, or None if it isn't the user's.
        tip: What to do now.
    """
    place = _place_of(error, source_of)
    message = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError):  # its place and line stand beside it already
        message = f"{type(error).__name__}: {error.msg}"
    if place is None:
        return ErrorDetails(message=message, stack=shown(printed, error), extra={"tip": tip})
    source = source_of(place.filename)
    return ErrorDetails(
        message=message,
        stack=shown(printed, error),
        id=shown_file(place.filename),
        loc=ErrorLocation(file=shown_file(place.filename), line=place.line, column=place.column),
        frame=None if source is None else code_frame(source, place.line, place.column, place.end),
        extra={"tip": tip},
    )


def print_error(error: BaseException) -> str:
    """Return an error as Python prints it, from the user's first frame on.

    Args:
        error: What the user's code raised.
    """
    frame = error.__traceback__
    while frame is not None and _OURS.search(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    error.__traceback__ = frame
    return "".join(traceback.format_exception(error))


def shown(printed: str, error: BaseException | None = None) -> str:
    """Return a traceback with the names that people know the project's files by.

    Args:
        printed: What Python prints.
        error: The error itself: of what the compiler refuses only the place counts, not who asked.
    """
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(f"{HOME}/"):
        printed = "".join(traceback.format_exception_only(error))
    return _FILE.sub(lambda found: f'File "{shown_file(found[1])}"', printed).rstrip()


def code_frame(source: str, line: int, column: int, end: int | None = None) -> str:
    """Return the lines around a place, with marks below it.

    Args:
        line: The line, from 1.
        column: The first marked column, from 0.
        end: The column after the last marked one, if more than one is marked.
    """
    lines = source.splitlines() or [""]
    line = min(max(line, 1), len(lines))
    first, last = max(1, line - _CONTEXT), min(len(lines), line + _CONTEXT)
    width = len(str(last))
    frame: list[str] = []
    for number in range(first, last + 1):
        text = lines[number - 1].expandtabs(4)
        marker = ">" if number == line else " "
        frame.append(f"{marker} {number:>{width}} | {text}".rstrip())
        if number == line:
            before = len(lines[number - 1][:column].expandtabs(4))
            marked = max(1, min(end or column + 1, len(lines[number - 1])) - column)
            frame.append(f"  {' ' * width} | {' ' * before}{'^' * marked}")
    return "\n".join(frame)


def _place_of(error: BaseException, source_of: Callable[[str], str | None]) -> _Place | None:
    """Return where to look: in the user's own code, as far in as the traceback goes."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        column = max((error.offset or 1) - 1, 0)
        same_line = error.end_lineno in {None, error.lineno}
        end = (error.end_offset or 0) - 1 if same_line else 0
        if source_of(error.filename) is not None:
            return _Place(error.filename, error.lineno, column, max(end, column + 1))
    place = None
    frame = error.__traceback__
    while frame is not None:
        filename = frame.tb_frame.f_code.co_filename
        if (source := source_of(filename)) is not None:
            place = _place_of_frame(frame, filename, source)
        frame = frame.tb_next
    return place


def _place_of_frame(frame: TracebackType, filename: str, source: str) -> _Place:
    positions = list(frame.tb_frame.f_code.co_positions())
    line, column, end = frame.tb_lineno, 0, 0
    index = frame.tb_lasti // 2
    if 0 <= index < len(positions):
        first, last, start, stop = positions[index]
        if first is not None and start is not None:
            text = (source.splitlines() or [""])[min(first, source.count("\n") + 1) - 1 :][:1]
            encoded = (text[0] if text else "").encode()
            line, column = first, len(encoded[:start].decode(errors="replace"))
            if last == first and stop is not None:
                end = len(encoded[:stop].decode(errors="replace"))
    return _Place(filename, line, column, max(end, column + 1))
