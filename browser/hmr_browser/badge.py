"""The quiet badge: what became of a Python update, and the plan behind a click.

It says one line for a few seconds and goes; it takes no clicks but its own, and no room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hmr_client.module_runner import Report, Tier

from . import _ffi
from .module_source import HOME

TAG = "hmr-badge"

_SHOWN_MS = 4000
_STYLE = """
:host { position: fixed; left: 14px; bottom: 14px; z-index: 2147483645; color-scheme: light dark; }
details {
  max-width: min(38rem, calc(100vw - 28px)); padding: 6px 13px; opacity: .94;
  font: 12.5px/1.5 system-ui, sans-serif; color: light-dark(#1c2028, #e6e8ee);
  background: light-dark(#ffffff, #1c1f26); border: 1px solid light-dark(#d9dde5, #343944);
  border-radius: 15px; box-shadow: 0 4px 16px rgb(0 0 0 / .12);
}
summary { list-style: none; cursor: pointer; display: flex; align-items: center; gap: 8px; }
summary::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: #3a9a5b; flex: none; }
details.restart summary::before { background: #e8912d; }
ol { margin: 6px 0 4px; padding: 0 0 0 17px; }
code { font: 12px ui-monospace, Menlo, Consolas, monospace; }
"""


class Badge:
    """Shows the last update in a corner of the page.

    Args:
        document: The page's document.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._element: Any = None
        self._details: Any = None
        self._stop_listening: Callable[[], None] | None = None
        self._shown = 0

    def show(self, report: Report) -> None:
        """Say what was done; what is shown already goes.

        Args:
            report: What the module runner did.
        """
        body = self._document.body
        if not body or not report.steps:
            return
        self.hide()
        create = self._document.createElement
        host, details, line, steps, style = (
            create(tag) for tag in (TAG, "details", "summary", "ol", "style")
        )
        style.textContent = _STYLE
        if nonce := self._document.querySelector("meta[property=csp-nonce]"):
            style.setAttribute("nonce", nonce.nonce)
        line.textContent = headline(report)
        line.title = "Click to see what was done, and why"
        for text in plan_lines(report):
            item = create("li")
            item.textContent = text
            steps.append(item)
        if any(step.tier is not Tier.PATCH for step in report.steps):
            details.className = "restart"
        details.append(line, steps)
        host.setAttribute("role", "status")
        host.attachShadow(_ffi.object_to_js(mode="open")).append(style, details)
        self._stop_listening = _ffi.listen(details, {"toggle": lambda _event: self._toggled()})
        self._element, self._details = host, details
        body.append(host)
        self._hide_later()

    def hide(self) -> None:
        """Take it away, if it is shown."""
        self._shown += 1
        if self._stop_listening is not None:
            self._stop_listening()
        if self._element is not None:
            self._element.remove()
        self._element = self._details = self._stop_listening = None

    def _hide_later(self) -> None:
        shown = self._shown

        def hide() -> None:
            if self._shown == shown and self._details is not None and not self._details.open:
                self.hide()

        _ffi.call_later(hide, _SHOWN_MS)

    def _toggled(self) -> None:
        """Somebody has read the plan and closed it: it goes."""
        if self._details is not None and not self._details.open:
            self._hide_later()


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
            return f"updated {_listed(names)} in {took} · state kept"
        case Tier.RERUN:
            files = [_name(step.module) for step in report.steps if step.tier is heaviest]
            return f"ran {_listed(files)} again in {took}"
        case Tier.RESTART:
            return f"restarted in {took}: {_reason(first.reason)}"
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
    if report.running:
        lines.append(f"{report.running} running coroutines and generators end with their old code")
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
