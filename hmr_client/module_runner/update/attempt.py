"""What one update has tried already, and which tier it takes next."""

from __future__ import annotations

import traceback
from collections.abc import Collection

from ..execution.escalation import Escalation, StatementRaised
from ..module_graph import EvaluatedModule


class Attempt:
    """The tiers of one update, from the cheapest up.

    A statement that raises in a running program may be right in a fresh one: a registry that refuses
    a second route of the same name. So the next tier is tried before the error is reported.

    Attributes:
        escalated: The modules that can't be patched, and why.
        restart: Why everything has to be started again, or None.
        modules: The changed modules of the plan that is being tried.
        rerun: Those of which that plan runs everything.
    """

    def __init__(self) -> None:
        self.escalated: dict[EvaluatedModule, str] = {}
        self.restart: str | None = None
        self.modules: Collection[EvaluatedModule] = ()
        self.rerun: Collection[EvaluatedModule] = ()
        self._raised: Exception | None = None

    @property
    def is_fallback(self) -> bool:
        """Whether a cheaper tier has raised."""
        return self._raised is not None

    def escalate(self, error: BaseException) -> bool:
        """Choose the next tier; return False if the error is to be reported.

        Args:
            error: What ended the tier that was tried.
        """
        match error:
            case Escalation() if error.module in self.rerun:
                self.restart = f"{error.module.path}: {error.reason}"
            case Escalation():
                self.escalated[error.module] = error.reason
            case StatementRaised():
                tier = "re-run" if self.rerun else "patch"
                reason = f"the {tier} raised {_summary(error.error)}"
                self._raised = self._raised or error.error
                if self.rerun or not self.modules:
                    self.restart = reason
                else:
                    self.escalated.update((module, reason) for module in self.modules)
            case _:
                return False
        return True

    def note(self, error: BaseException) -> None:
        """Let an error say what the cheaper tier had raised, if that was something else.

        Args:
            error: The last tier's error.
        """
        if self._raised is not None and _summary(self._raised) != _summary(error):
            error.add_note(
                f"This is the restart's error. The patch raised {_summary(self._raised)}"
            )


def _summary(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()
