"""The data of the custom events that client and server exchange themselves.

`vite:invalidate` is Vite's; `hmr:resume`, `hmr:applied` and `hmr:script-error` are ours, and another
server ignores them. `hmr:html-updated` stays in the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .exceptions import PayloadError
from .payloads import JSONValue

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
        first_invalidated_by: The module whose update began the chain.
    """

    path: str
    first_invalidated_by: str
    message: str | None = None

    def to_wire(self) -> dict[str, JSONValue]:
        """Return the event's data as a JSON object."""
        wire: dict[str, JSONValue] = {"path": self.path}
        if self.message is not None:
            wire["message"] = self.message
        wire["firstInvalidatedBy"] = self.first_invalidated_by
        return wire

    @classmethod
    def from_wire(cls, data: JSONValue) -> InvalidateData:
        """Read the event's data.

        Args:
            data: What arrived.

        Raises:
            PayloadError: If it isn't the data of this event.
        """
        fields = _object(data, INVALIDATE)
        path = _text(fields, "path", INVALIDATE)
        return cls(
            path=path,
            message=_text_or_none(fields, "message", INVALIDATE),
            first_invalidated_by=_text_or_none(fields, "firstInvalidatedBy", INVALIDATE) or path,
        )


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
    milliseconds: float
    error: str | None = None
    tier: str | None = None
    reason: str | None = None
    note: str | None = None

    def to_wire(self) -> dict[str, JSONValue]:
        """Return one entry of the event's `updates`."""
        wire: dict[str, JSONValue] = {
            "path": self.path,
            "acceptedPath": self.accepted_path,
            "milliseconds": round(self.milliseconds, 3),
        }
        for name in ("error", "tier", "reason", "note"):
            if (value := getattr(self, name)) is not None:
                wire[name] = shortened(value)
        return wire


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

    def to_wire(self) -> dict[str, JSONValue]:
        """Return the event's data as a JSON object."""
        wire: dict[str, JSONValue] = {
            "updates": [update.to_wire() for update in self.updates[:MOST_UPDATES]]
        }
        if self.sequence is not None:
            wire["sequence"] = self.sequence
        if self.is_worker:
            wire["worker"] = True
        return wire

    @classmethod
    def from_wire(cls, data: JSONValue) -> AppliedData:
        """Read the event's data.

        Args:
            data: What arrived.

        Raises:
            PayloadError: If it isn't the data of this event.
        """
        fields = _object(data, APPLIED)
        entries = fields.get("updates")
        if not isinstance(entries, list):
            raise PayloadError("must be an array", f"{APPLIED}.updates")
        return cls(
            updates=tuple(
                _applied(entry, f"{APPLIED}.updates[{i}]")
                for i, entry in enumerate(entries[:MOST_UPDATES])
            ),
            sequence=_integer_or_none(fields, "sequence", APPLIED),
            is_worker=fields.get("worker") is True,
        )


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

    def to_wire(self) -> dict[str, JSONValue]:
        """Return the event's data as a JSON object."""
        return {
            "path": self.path,
            "changed": self.changed,
            "added": self.added,
            "removed": self.removed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeData:
    """What a page that lost its connection holds.

    Attributes:
        session: The run of the server that it knew.
        sequence: The last push that it saw.
        hashes: The hash of each module that it holds, by URL; empty where it does not know them.
    """

    session: str
    sequence: int
    hashes: Mapping[str, str] = field(default_factory=dict)

    def to_wire(self) -> dict[str, JSONValue]:
        """Return the event's data as a JSON object."""
        return {"session": self.session, "sequence": self.sequence, "hashes": dict(self.hashes)}

    @classmethod
    def from_wire(cls, data: JSONValue) -> ResumeData:
        """Read the event's data.

        Args:
            data: What arrived.

        Raises:
            PayloadError: If it isn't the data of this event.
        """
        fields = _object(data, RESUME)
        hashes = _object(fields.get("hashes", {}), f"{RESUME}.hashes")
        return cls(
            session=_text(fields, "session", RESUME),
            sequence=_integer_or_none(fields, "sequence", RESUME) or 0,
            hashes={url: _text(hashes, url, f"{RESUME}.hashes") for url in hashes},
        )


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
    line: int
    column: int

    @classmethod
    def from_wire(cls, data: JSONValue) -> ScriptErrorData:
        """Read the event's data.

        Args:
            data: What arrived.

        Raises:
            PayloadError: If it isn't the data of this event.
        """
        fields = _object(data, SCRIPT_ERROR)
        return cls(
            path=_text(fields, "path", SCRIPT_ERROR),
            message=_text(fields, "message", SCRIPT_ERROR),
            line=_integer_or_none(fields, "line", SCRIPT_ERROR) or 1,
            column=_integer_or_none(fields, "column", SCRIPT_ERROR) or 1,
        )


def _applied(entry: JSONValue, where: str) -> AppliedUpdate:
    fields = _object(entry, where)
    milliseconds = fields.get("milliseconds", 0)
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        raise PayloadError("must be a number", f"{where}.milliseconds")
    return AppliedUpdate(
        path=_text(fields, "path", where),
        accepted_path=_text(fields, "acceptedPath", where),
        milliseconds=float(milliseconds),
        error=_text_or_none(fields, "error", where),
        tier=_text_or_none(fields, "tier", where),
        reason=_text_or_none(fields, "reason", where),
        note=_text_or_none(fields, "note", where),
    )


def _object(data: JSONValue, where: str) -> Mapping[str, JSONValue]:
    if not isinstance(data, Mapping):
        raise PayloadError("must be an object", where)
    return data


def _text(fields: Mapping[str, JSONValue], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise PayloadError("must be a string", f"{where}.{name}")
    return value


def _text_or_none(fields: Mapping[str, JSONValue], name: str, where: str) -> str | None:
    return None if fields.get(name) is None else shortened(_text(fields, name, where))


def _integer_or_none(fields: Mapping[str, JSONValue], name: str, where: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PayloadError("must be a whole number", f"{where}.{name}")
    return value
