"""How much pages may make the server do."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """What is done at once, and what is added a second: a flood is cut, a burst is not.

    Args:
        most: How often at once.
        a_second: How often a second, for as long as it goes on.
        clock: Seconds, for differences.

    Attributes:
        refused: How often it was too much since the last time that it was not.
    """

    def __init__(self, most: int, a_second: int, clock: Callable[[], float]) -> None:
        self.refused = 0
        self._most = most
        self._a_second = a_second
        self._clock = clock
        self._counted_at = clock()
        self._left: float = most

    def take(self) -> bool:
        """Return whether it may be done once more."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._counted_at) * self._a_second)
        self._counted_at = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        return True
