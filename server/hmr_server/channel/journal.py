"""The last pushes, for clients that lost their connection and come back.

Bounded by count and by size, so that a server that runs for a week holds what a client may have
missed in a lift, and not a week.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple


class JournalEntry(NamedTuple):
    """One push.

    Attributes:
        sequence: Its number.
        text: It as it travelled.
        at: When, by `time.monotonic()`, which all processes of a machine share; 0 where that is unknown.
    """

    sequence: int
    text: str
    at: float = 0.0


class Journal:
    """Keeps pushes with rising numbers.

    Args:
        max_count: How many pushes are kept.
        max_characters: How many characters of them are kept, in all.
    """

    def __init__(self, *, max_count: int = 1000, max_characters: int = 16 * 1024 * 1024) -> None:
        self._max_count = max_count
        self._max_characters = max_characters
        self._entries: deque[JournalEntry] = deque()
        self._characters = 0
        self._last = 0

    @property
    def last(self) -> int:
        """The number of the last push; 0 before the first."""
        return self._last

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """What is kept, in order."""
        return tuple(self._entries)

    def last_before(self, moment: float) -> int:
        """Return the number of the last push before a moment, by `time.monotonic()`."""
        return self._last - sum(entry.at >= moment for entry in self._entries)

    def take_over(self, entries: Iterable[JournalEntry], last: int) -> None:
        """Continue where another journal ended.

        Args:
            entries: What it kept, in order.
            last: The number of its last push.
        """
        kept = list(entries)
        self._last = last - len(kept)
        for entry in kept:
            self.append(entry)

    def append(self, entry: JournalEntry) -> None:
        """Keep a push, and forget the oldest ones where there are too many.

        Raises:
            ValueError: Its number is not the next one.
        """
        if entry.sequence != self._last + 1:
            raise ValueError(f"{entry.sequence} does not follow {self._last}")
        self._last = entry.sequence
        self._entries.append(entry)
        self._characters += len(entry.text)
        while len(self._entries) > self._max_count or self._characters > self._max_characters:
            self._characters -= len(self._entries.popleft().text)

    def since(self, sequence: int) -> list[JournalEntry] | None:
        """Return the pushes after the one with number `sequence`, in order.

        Returns:
            `None` where some of them are forgotten, or `sequence` is not from this journal.
        """
        if sequence > self._last or sequence < 0:
            return None
        missed = self._last - sequence
        if missed > len(self._entries):
            return None
        return list(self._entries)[len(self._entries) - missed :]
