"""The data of the custom events that client and server exchange themselves.

`vite:invalidate` is Vite's; `hmr:resume`, `hmr:applied` and `hmr:script-error` are ours, and another
server ignores them. `hmr:html-updated` stays in the page. How each one travels is in `wire`'s table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INVALIDATE = "vite:invalidate"
INVOKE = "vite:invoke"
APPLIED = "hmr:applied"
RESUME = "hmr:resume"
HTML_UPDATED = "hmr:html-updated"
SCRIPT_ERROR = "hmr:script-error"

MOST_UPDATES = 500
"""Entries of one acknowledgement; more are left out: it is read by people."""

_MOST_CHARACTERS = 20_000


def shortened(text: str) -> str:
    """Return a text as long as people read it: the middle of a longer one is left out."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    half = _MOST_CHARACTERS // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters …\n{text[-half:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidateData:
    """A module can't handle its own update: the importers shall.

    Attributes:
        path: The module.
        message: Why, in the user's words.
        first_invalidated_by: The module whose update began the chain; this one when not given.
    """

    path: str
    first_invalidated_by: str = ""
    message: str | None = None

    def __post_init__(self) -> None:
        """Begin the chain here where no module is named."""
        if not self.first_invalidated_by:
            object.__setattr__(self, "first_invalidated_by", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedUpdate:
    """What became of one update in the page.

    Attributes:
        path: The boundary.
        accepted_path: The accepted module.
        milliseconds: From the message's arrival to its end.
        error: What went wrong, in words, with the user's traceback or stack; None if nothing did.
        tier: For a Python module, how it was applied (`PATCH`, `RERUN`, `RESTART`, `RELOAD`).
        reason: Why that tier, as a person reads it.
        note: What a person has to know besides.
    """

    path: str
    accepted_path: str
    milliseconds: float = 0
    error: str | None = None
    tier: str | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedData:
    """The page's answer to one batch: it is applied, or why it is not.

    Attributes:
        updates: One entry an update, in the order of the batch.
        sequence: The number of the push that carried the batch, where the server counts them.
        is_worker: Whether it is a worker's answer, and no page's.
    """

    updates: tuple[AppliedUpdate, ...]
    sequence: int | None = None
    is_worker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlUpdatedData:
    """A new text of the page has come into the document, without a reload.

    Attributes:
        path: The page's path, as the browser shows it.
        changed: How many texts and attributes have changed, or elements have moved.
        added: How many elements were added, those inside of them not counted.
        removed: How many were removed.
    """

    path: str
    changed: int = 0
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeData:
    """What a page that lost its connection holds.

    Attributes:
        session: The run of the server that it knew.
        sequence: The last push that it saw.
        hashes: The hash of each module that it holds, by URL; empty where it does not know them.
    """

    session: str
    sequence: int = 0
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptErrorData:
    """A script that the browser can't read.

    Attributes:
        path: Its path and query below the base, percent-encoded.
        message: What the browser says.
        line: Where in the code that was served, from 1.
        column: Where in the line, from 1.
    """

    path: str
    message: str
    line: int = 1
    column: int = 1
