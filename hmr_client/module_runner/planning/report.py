"""What became of an update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..module_graph import EvaluatedModule
from .steps import Step, Tier


@dataclass(slots=True)
class Report:
    """What became of an update.

    Attributes:
        steps: What was done to which module, or would have been.
        error: What went wrong; then nothing has changed. None if all is well.
        traceback: The error as Python shows it, with the lines of the new source.
        running: How many coroutines and generators still run replaced code.
        pending: Paths whose new source could not be applied yet; the next update tries again.
        milliseconds: From the call to the end.
    """

    steps: list[Step] = field(default_factory=list)
    error: BaseException | None = None
    traceback: str = ""
    running: int = 0
    pending: tuple[str, ...] = ()
    milliseconds: float = 0.0

    @property
    def note(self) -> str:
        """What the user has to know besides; empty text if nothing."""
        match self.running:
            case 0:
                return ""
            case 1:
                return "1 coroutine runs on with its old code"
            case running:
                return f"{running} coroutines run on with their old code"


def add_touched(report: Report, touched: Mapping[EvaluatedModule, set[str]]) -> None:
    """Tell of modules that did not change themselves but read something that did.

    Args:
        touched: The names that got new values, by module.
    """
    steps = {step.module: step for step in report.steps}
    for module, names in touched.items():
        step = steps.get(module.path)
        if step is None:
            step = Step(module.path, Tier.PATCH, "reads what has changed")
            report.steps.append(step)
        if step.tier is Tier.PATCH:
            step.changed_names = tuple(sorted({*step.changed_names, *names}))
