"""A module that accepts updates, and its callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

AcceptCallback = Callable[[list[Any]], Any]
"""Gets one entry a dependency: the new module, or None where another dependency was updated."""


@dataclass(frozen=True, slots=True, eq=False)
class HotCallback:
    """One `accept` of a module.

    Attributes:
        deps: The paths whose updates it accepts.
        fn: What is called then; plain or async.
    """

    deps: Sequence[str]
    fn: AcceptCallback


@dataclass(slots=True, eq=False)
class HotModule:
    """A module that called `accept` at least once.

    Attributes:
        id: Its path.
        callbacks: What it accepts, in the order of the calls.
    """

    id: str
    callbacks: list[HotCallback] = field(default_factory=list)
