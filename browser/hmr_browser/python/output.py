"""What the program prints while an update runs, marked as the update's, line by line.

    [hmr] app/words.py ↻ loaded 3 words

During the update a stream that marks lines replaces `sys.stdout` and `sys.stderr`.
Whose line it is, the context tells: event handlers, and tasks that ran before, print as ever, also
while the update waits for something. A program may keep the stream: after the update it marks nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import Any

from .source import HOME, shown_file

_NOT_THE_USERS = f"{HOME}/pyscript/"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class MarkedOutput:
    """Marks what is printed, from `with` to its end.

    Args:
        prefix: What each marked line begins with.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._is_running = False
        self._placed: list[tuple[str, MarkedStream]] = []

    def __enter__(self) -> None:
        self._is_running = True
        # never reset: another context may end the update than has begun it, and then it marks nothing
        _current.set(self)
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            while isinstance(stream, MarkedStream):  # an earlier update's, restored by the program
                stream = stream.inner
            if stream is not None:
                marked = MarkedStream(stream, self.mark)
                setattr(sys, name, marked)
                self._placed.append((name, marked))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self._is_running = False
        for name, marked in self._placed:
            if getattr(sys, name) is marked:  # else the program has put its own there
                setattr(sys, name, marked.inner)
        self._placed.clear()

    def mark(self) -> str | None:
        """Return what a line begins with that is printed now; None if it is not the update's."""
        if not self._is_running or _current.get() is not self:
            return None
        file = _printing_file()
        return f"{self._prefix} ↻ " if file is None else f"{self._prefix} {file} ↻ "


_current: ContextVar[MarkedOutput | None] = ContextVar("hmr update", default=None)


class MarkedStream:
    """A text stream in front of another one.

    Args:
        inner: The stream; whatever this one does not know is its own.
        mark: Returns what a line begins with, or None.
    """

    def __init__(self, inner: Any, mark: Callable[[], str | None]) -> None:
        self.inner = inner
        self._mark = mark
        self._is_in_line = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def write(self, text: str) -> int:
        """Write a text, each of its lines marked.

        Returns:
            Its length.
        """
        mark = self._mark()
        shown = text
        if mark is not None:
            lines = _LINE.findall(text)
            first = lines[:1] if self._is_in_line else []
            shown = "".join([*first, *(f"{mark}{line}" for line in lines[len(first) :])])
        if text:
            self._is_in_line = not text.endswith("\n")
        self.inner.write(shown)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)


def _printing_file() -> str | None:
    """Return the file of the user's that prints."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the caller, without importing inspect
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(f"{HOME}/") and not name.startswith(_NOT_THE_USERS):
            return shown_file(name)
        frame = frame.f_back
    return None
