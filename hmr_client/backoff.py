"""How long to wait before the next attempt to connect."""

from __future__ import annotations

FIRST_DELAY = 0.15
"""Seconds before the first attempt: most losses are restarts, and those are short."""

LONGEST_DELAY = 2.0
"""Seconds between attempts, at most: somebody looks at the page and waits; asking costs nothing."""


def delay_before(attempt: int, jitter: float) -> float:
    """Return the seconds to wait before an attempt: doubled each time, and spread.

    Args:
        attempt: 0 for the first.
        jitter: From 0 to 1, at random: many pages should not come back in the same instant.
    """
    longest = min(FIRST_DELAY * 2.0 ** min(attempt, 16), LONGEST_DELAY)
    return longest * (0.5 + 0.5 * jitter)
