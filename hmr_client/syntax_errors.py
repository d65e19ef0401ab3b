"""The line that a SyntaxError shows.

The compiler takes it from the file of that name on the disk, wherever there is one. In a page that is often
the version before.
"""

from __future__ import annotations


def quote_source(error: SyntaxError, source: str, filename: str) -> None:
    """Let an error show the line of the source that was compiled.

    Args:
        error: What the compiler has raised.
    """
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if error.filename == filename and error.lineno and error.lineno <= len(lines):
        error.text = f"{lines[error.lineno - 1]}\n"
