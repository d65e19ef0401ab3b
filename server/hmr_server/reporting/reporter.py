"""The receiver of the server's events: a protocol, so that no part of the server formats lines itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import ErrorDetails

from ..channel.hot_channel import Push


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a push in the pages.

    Attributes:
        files: What was saved, relative to the root.
        milliseconds: From the save to the last page's answer, or to the push where none answered.
        pages: How many pages applied it, or are reloaded; None where none has said so.
        answered: How many pages have said what became of it, those among them that do not have the file.
        workers: How many workers applied it.
        tiers: How Python modules were applied, by path.
        notes: What the user has to know besides.
        errors: What went wrong in a page.
    """

    files: tuple[str, ...] = ()
    milliseconds: float = 0
    pages: int | None = None
    answered: int = 0
    workers: int = 0
    tiers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class Reporter(Protocol):
    """Shows a person what a server and its pages do; `Terminal` is the one that we have."""

    def note(self, text: str) -> None:
        """Print a line that no one needs to act on."""

    def warn(self, text: str) -> None:
        """Say something that needs attention."""

    def pushed(self, payload: Push, outcome: Outcome) -> None:
        """Say what a save led to."""

    def configured(self, path: str, what: str) -> None:
        """Say what a page has done about a new configuration of PyScript's.

        Args:
            path: The configuration's.
            what: What the page has done.
        """

    def invalidated(self, data: InvalidateData) -> None:
        """Say that a module could not handle its own update."""

    def error(self, details: ErrorDetails) -> None:
        """Say what went wrong and where."""

    def page_error(self, text: str) -> None:
        """Say what went wrong in a page."""

    def page_console(self, level: str, text: str) -> None:
        """Repeat a line of a page's console (`--forward-console`)."""
