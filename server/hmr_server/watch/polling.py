"""Hints without the system's help: look at everything again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from .hints import Hints

_MOST_BUSY = 0.1  # the share of a core that looking may take


class Polling:
    """Hints at the root and at the directories that were added, at intervals.

    Args:
        root: Absolute path of the directory.
        seconds: How long to wait between two looks; longer, where looking takes long.
        why: Why there is nothing better.
    """

    def __init__(self, root: str, seconds: float, why: str) -> None:
        self._paths = {root}
        self._seconds = seconds
        self._why = why
        self._stop = threading.Event()
        # when the last look began, how long it kept the thread that waits, when that thread left `wait`
        self._looked = self._returned = time.monotonic()
        self._busy = 0.0

    @property
    def limitation(self) -> str:
        """What is polled and why, in a few words."""
        return f"by polling, every {self._seconds * 1000:.0f} ms ({self._why})"

    @property
    def descriptor(self) -> None:
        """Return nothing: there is no event to wait for."""
        return

    def wait(self, seconds: float) -> Hints:
        """Return hints at everything when it is time to look, else none.

        Args:
            seconds: How long to wait, at most. 0 returns the pending hints.
        """
        now = time.monotonic()
        self._busy = max(self._busy, now - self._returned)
        due = self._looked + max(self._seconds, self._busy / _MOST_BUSY)
        self._stop.wait(min(seconds, max(0.0, due - now)))
        self._returned = time.monotonic()
        if self._returned < due or self._stop.is_set():
            return Hints()
        self._looked, self._busy = self._returned, 0.0
        return Hints(frozenset(self._paths))

    def is_being_written(self, _paths: Iterable[str]) -> bool:
        """Return False: nothing tells."""
        return False

    def add(self, directory: str) -> None:
        """Look at one directory more.

        Args:
            directory: Its absolute path, outside of the root.
        """
        self._paths = self._paths | {directory}

    def stop(self) -> None:
        """End the wait, now and from now on."""
        self._stop.set()

    def close(self) -> None:
        """Do nothing: nothing was lent."""
