"""What is said of measured values: percentiles, and how sure a ratio of medians is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_RESAMPLES = 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


@dataclass(frozen=True)
class Ratio:
    """A ratio of two medians.

    Attributes:
        value: The ratio.
        low: Where 95 % of resampled ratios begin.
        high: Where they end.
    """

    value: float
    low: float
    high: float


def ratio(values: Sequence[float], others: Sequence[float]) -> Ratio:
    """How the medians of two measurements compare, with a bootstrap interval of 95 %."""
    chance = random.Random(0)

    def resampled(of: Sequence[float]) -> float:
        return percentile(chance.choices(of, k=len(of)), 0.5)

    found = [resampled(values) / max(resampled(others), 1e-9) for _ in range(_RESAMPLES)]
    value = percentile(values, 0.5) / max(percentile(others, 0.5), 1e-9)
    return Ratio(value, percentile(found, 0.025), percentile(found, 0.975))
