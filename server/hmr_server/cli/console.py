"""The terminal's lines in colour, by rich."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ..reporting.terminal import Line, Printer


def rich_printer(console: Console | None = None) -> Printer:
    """Return what prints lines by rich: it knows what the terminal can show, and Windows' too.

    Args:
        console: Where to print; the standard output when not given.
    """
    # soft_wrap: a URL or a path that is broken over two lines cannot be clicked
    used = console or Console(highlight=False, soft_wrap=True, emoji=False)

    def print_line(line: Line) -> None:
        used.print(Text.assemble(*line), markup=False)

    return print_line
