"""What is done for a change, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Tier(Enum):
    """How much is done for a change, the cheapest first."""

    PATCH = "patch"
    RERUN = "re-run"
    RESTART = "soft restart"
    RELOAD = "page reload"


@dataclass(slots=True)
class Step:
    """What is done to one module.

    Attributes:
        module: Its path.
        tier: How much.
        reason: Why, for a person to read.
        changed_names: The names whose definition or value changed.
        milliseconds: How long it took, once it is done.
    """

    module: str
    tier: Tier
    reason: str
    changed_names: tuple[str, ...] = ()
    milliseconds: float = 0.0
