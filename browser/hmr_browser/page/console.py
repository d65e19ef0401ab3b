"""What the page's console shows: the reference's lines, with the server's prefix, and no others."""

from __future__ import annotations

from .. import _ffi
from ..javascript_errors import error_to_js


class ConsoleLogger:
    """An `HMRLogger` over the browser's console.

    Args:
        prefix: What each line begins with.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._console = _ffi.console()

    def error(self, message: str | BaseException) -> None:
        """Show an error; one of JavaScript's with its own stack, one of Python's with its traceback.

        Args:
            message: A sentence, or the error itself.
        """
        self._console.error(self._prefix, error_to_js(message))

    def debug(self, message: str) -> None:
        """Show one of the reference's lines."""
        self._console.debug(self._prefix, message)

    def log(self, message: str) -> None:
        """Say something about the connection, or why the page is reloaded."""
        self._console.log(f"{self._prefix} {message}")
