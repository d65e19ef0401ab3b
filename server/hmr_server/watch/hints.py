"""Where hints come from that something may have changed on disk.

A hint is only a reason to look: what happened is the difference to the last look (snapshot.py). So a
source may say too much, but never too little.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Protocol

IsIgnored = Callable[[str], bool]


class WatchError(Exception):
    """The operating system does not let us watch; says what to do about it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Hints:
    """What one wait has brought.

    Attributes:
        paths: Absolute paths to look at, directories with all that is in them.
        is_root_lost: Whether the root was moved or deleted, and its watches with it.
    """

    paths: frozenset[str] = frozenset()
    is_root_lost: bool = False


class HintSource(Protocol):
    """Waits for hints. One thread waits; `add` and `stop` may be called from others."""

    @property
    def limitation(self) -> str:
        """What is polled and why, in a few words; empty where nothing is."""

    @property
    def descriptor(self) -> int | None:
        """What an event loop can wait for in place of a thread; None where it can't."""

    def wait(self, seconds: float) -> Hints:
        """Return the next hints, or none when the time is over or `stop` was called.

        Args:
            seconds: How long to wait, at most. 0 returns the pending hints.

        Raises:
            OSError: The source does not work any more.
        """

    def is_being_written(self, paths: Iterable[str]) -> bool:
        """Return whether a writer of one of these files has not come to its end, as far as can be told."""

    def add(self, directory: str) -> None:
        """Watch one directory more, without those below it.

        Args:
            directory: Its absolute path, outside of the root.

        Raises:
            OSError: It can't be watched.
        """

    def stop(self) -> None:
        """End the wait, now and from now on."""

    def close(self) -> None:
        """Let go of what the system lent. The thread that waits calls it."""
