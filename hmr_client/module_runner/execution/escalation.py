"""What ends an update that can't go on: a higher tier has to be taken, or the user's code has raised."""

from __future__ import annotations

from ..module_graph import EvaluatedModule


class Escalation(Exception):  # control flow, never seen by users
    """A module can't be patched.

    Attributes:
        reason: Why.
    """

    def __init__(self, module: EvaluatedModule, reason: str) -> None:
        super().__init__(module, reason)
        self.module = module
        self.reason = reason


class StatementRaised(Exception):  # control flow, never seen by users
    """A statement of the user's raised while it ran for an update.

    Attributes:
        error: What it raised.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error
