"""What the badge says: what became of a Python update in one line, and the plan. badge.js shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hmr_client.module_runner import Report, Tier

from .source import HOME

_STAYS = "what event handlers have changed in the page stays: reload it to begin with its HTML"


def badge_text(report: Report) -> str:
    """Return all that the badge shows, as JSON text.

    Args:
        report: What was done.
    """
    is_patch = all(step.tier is Tier.PATCH for step in report.steps)
    said = {"headline": headline(report), "lines": plan_lines(report), "isPatch": is_patch}
    return json.dumps(said)


def headline(report: Report) -> str:
    """Return an update as one line.

    Args:
        report: What was done.
    """
    took = f"{report.milliseconds:.0f} ms"
    heaviest = max((step.tier for step in report.steps), key=list(Tier).index)
    first = next(step for step in report.steps if step.tier is heaviest)
    match heaviest:
        case Tier.PATCH:
            names = [name for step in report.steps for name in step.changed_names]
            return f"updated {_listed(names)} in {took} · {report.note or 'state kept'}"
        case Tier.RERUN:
            files = [_name(step.module) for step in report.steps if step.tier is heaviest]
            return f"ran {_listed(files)} again in {took}"
        case Tier.RESTART:
            return f"restarted in {took}, in the page as it is: {_reason(first.reason)}"
        case Tier.RELOAD:
            return f"reloading: {_reason(first.reason)}"


def plan_lines(report: Report) -> list[str]:
    """Return an update's plan, one line a module.

    Args:
        report: What was done.
    """
    lines = []
    for step in report.steps:
        names = f" ({', '.join(step.changed_names)})" if step.changed_names else ""
        lines.append(f"{_name(step.module)}: {step.tier.value}, {_reason(step.reason)}{names}")
    if any(step.tier is Tier.RESTART for step in report.steps):
        lines.append(_STAYS)
    if report.note:
        lines.append(report.note)
    return lines


def _listed(names: Sequence[str]) -> str:
    match list(dict.fromkeys(names)):
        case []:
            return "line numbers"
        case [one]:
            return one
        case [one, other]:
            return f"{one} and {other}"
        case [one, *others]:
            return f"{one} and {len(others)} more"
        case _:
            return ""


def _name(path: str) -> str:
    return path.removeprefix(HOME).lstrip("/")


def _reason(reason: str) -> str:
    return reason.replace(f"{HOME}/", "").replace(" /", " ").lstrip("/")
