"""Which of a server's pushes have arrived, and which are applied.

A server numbers its pushes without a gap. A page that comes back names the last one up to which
everything is applied, and gets all that follow; what it knows already is not applied again.
"""

from __future__ import annotations

from enum import Enum


class Arrival(Enum):
    """What a push is for a page."""

    NEXT = "to be applied"
    KNOWN = "has arrived before"
    GAP = "others are missing before it: it will come again with them"


class Pushes:
    """The pushes of one run of a server, as one page sees them."""

    def __init__(self) -> None:
        self._arrived = 0
        self._unapplied: set[int] = set()

    @property
    def last_applied(self) -> int:
        """The number up to which all pushes are applied."""
        return min(self._unapplied) - 1 if self._unapplied else self._arrived

    def begin(self, sequence: int) -> None:
        """Begin with what a server greets a new page with.

        Args:
            sequence: The number of its last push; a page that is loaded now needs none before.
        """
        self._arrived = sequence
        self._unapplied.clear()

    def arrive(self, sequence: int) -> Arrival:
        """Take note of a push that has arrived.

        Returns:
            Whether to apply it; it counts as applied once `applied` is called.
        """
        if sequence <= self._arrived:
            return Arrival.KNOWN
        if sequence > self._arrived + 1:
            return Arrival.GAP
        self._arrived = sequence
        self._unapplied.add(sequence)
        return Arrival.NEXT

    def applied(self, sequence: int) -> None:
        """Take note that a push is applied, or can't be."""
        self._unapplied.discard(sequence)
