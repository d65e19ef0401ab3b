"""What the client says, and to whom: two levels, as the specification has them."""

from __future__ import annotations

from typing import Protocol


class HMRLogger(Protocol):
    """Where the client's words go. The adapter puts the prefix before them."""

    def error(self, message: str | BaseException) -> None:
        """Report what went wrong.

        Args:
            message: A sentence, or the error itself.
        """

    def debug(self, message: str) -> None:
        """Report what happened.

        Args:
            message: One of the reference's lines (`hot updated: /a.js`).
        """
