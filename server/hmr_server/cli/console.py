"""The terminal's lines in colour, by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reporting.terminal import Line, Printer

if TYPE_CHECKING:
    from rich.console import Console


def rich_printer(console: Console | None = None) -> Printer:
    """Return what prints lines by rich: it knows what the terminal can show, and Windows' too.

    Args:
        console: Where to print; the standard output when not given.
    """
    used = console

    def print_line(line: Line) -> None:
        from rich.text import Text  # the first page is answered before the first line

        nonlocal used
        used = used or _console()
        used.print(Text.assemble(*line), markup=False)

    return print_line


def _console() -> Console:
    from rich.console import Console

    # soft_wrap: a URL or a path that is broken over two lines cannot be clicked
    return Console(highlight=False, soft_wrap=True, emoji=False)
