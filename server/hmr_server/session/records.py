"""A session as text: records that are added to a file, and read from it. Pure.

Each line is a record in JSON. Of records of the same thing the last one counts, and a "state" ends what
was written together: what comes behind the last one is not whole, because its writer was ended.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, fields
from typing import Any

from ..channel.journal import JournalEntry
from ..python.project_files import DataFile
from .graph_snapshot import SavedModule
from .saved_session import SavedSession

_FORMAT = 5
_MAX_JOURNAL_CHARACTERS = 2 * 1024 * 1024
_STATE = '{"state":'
_STATE_FIELDS = (
    "fingerprint",
    "session",
    "token",
    "saved_ns",
    "sequence",
    "pages",
    "python_files",
    "data_files",
    "without_reader",
)
_MODULE_FIELDS = tuple(item.name for item in fields(SavedModule))


class WrittenSession:
    """What the file holds: its records, as text, so that they can be written again without the void ones.

    Args:
        session: Its fingerprint and its name.

    Attributes:
        session: These.
        is_in_file: Whether it was written as a whole.
        outdated: How many characters of the file are void by now.
    """

    def __init__(self, session: tuple[str, str]) -> None:
        self.session = session
        self.is_in_file = False
        self.outdated = 0
        self._records: dict[tuple[str, str], str] = {}
        self._pushes: deque[str] = deque()
        self._characters = 0  # of the pushes
        self._state = ""

    def add(self, news: SavedSession) -> str:
        """Take over what is new, and return its records."""
        added = [self._forget("module", name) for name in news.forgotten]
        added += [self._record("module", module.name, _plain(module)) for module in news.modules]
        added += [self._record("file", file, hash_) for file, hash_ in news.files.items()]
        added += [
            self._record("served", file, list(look)) for file, look in news.served_files.items()
        ]
        listed = {file: list(look) for file, look in news.listed_files.items()}
        if listed or ("listed", "") in self._records:
            added.append(self._record("listed", "", listed))
        for entry in news.journal:
            line = _line("push", list(entry))
            self._pushes.append(line)
            self._characters += len(line)
            added.append(line)
        while self._characters > _MAX_JOURNAL_CHARACTERS:
            cut = len(self._pushes.popleft())
            self._characters -= cut
            self.outdated += cut
        self.outdated += len(self._state)
        self._state = _line("state", _state(news))
        return "".join([*added, self._state])

    def text(self) -> str:
        """All of it."""
        self.is_in_file = True
        self.outdated = 0
        first = json.dumps({"format": _FORMAT}) + "\n"
        return "".join([first, *self._records.values(), *self._pushes, self._state])

    def _forget(self, kind: str, name: str) -> str:
        line = _line(kind, [name, None])
        self.outdated += len(self._records.pop((kind, name), "")) + len(line)
        return line

    def _record(self, kind: str, name: str, value: object) -> str:
        line = _line(kind, [name, value])
        before = self._records.get((kind, name), "")
        if line == before:
            return ""
        self.outdated += len(before)
        self._records[kind, name] = line
        return line


@dataclass(slots=True)
class _Read:
    """What was read up to some record."""

    modules: dict[str, SavedModule] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    listed: dict[str, DataFile] = field(default_factory=dict)
    served: dict[str, DataFile] = field(default_factory=dict)
    pushes: list[JournalEntry] = field(default_factory=list)

    def add(self, kind: str, value: Any) -> None:
        match kind, value:
            case "module", [name, None]:
                self.modules.pop(name, None)
            case "module", [name, module]:
                self.modules[name] = SavedModule(**module)
            case "file", [name, ""]:
                self.files.pop(name, None)
            case "file", [name, hash_]:
                self.files[name] = hash_
            case "listed", [_, looks]:
                self.listed = {file: DataFile(*look) for file, look in looks.items()}
            case "served", [name, look]:
                self.served[name] = DataFile(*look)
            case "push", entry:
                self.pushes.append(JournalEntry(*entry))
            case _:
                raise ValueError(f"there are no records of {kind}")

    def session(self, state: dict[str, Any]) -> SavedSession:
        room = _MAX_JOURNAL_CHARACTERS
        journal: list[JournalEntry] = []
        for entry in reversed(self.pushes):
            room -= len(entry.text)
            if room < 0:
                break
            journal.append(entry)
        return SavedSession(
            **state,
            modules=tuple(self.modules.values()),
            files=dict(self.files),
            listed_files=dict(self.listed),
            served_files=dict(self.served),
            journal=tuple(journal[::-1]),
        )


def read_session(text: str) -> SavedSession:
    """Return the session that a file holds.

    Raises:
        ValueError: It holds no whole session, or one of another format.
        TypeError: It is another's.
        LookupError: It is another's.
    """
    lines = text.split("\n")[:-1]  # what has no end is not whole
    if not lines or json.loads(lines[0])["format"] != _FORMAT:
        raise ValueError("it has another format")
    last = max(
        (number for number, line in enumerate(lines) if line.startswith(_STATE)), default=None
    )
    if last is None:
        raise ValueError("it holds no whole session")
    found = _Read()
    for line in lines[1:last]:
        if not line.startswith(_STATE):
            [(kind, value)] = json.loads(line).items()
            found.add(kind, value)
    return found.session(json.loads(lines[last])["state"])


def _line(kind: str, value: object) -> str:
    return json.dumps({kind: value}, separators=(",", ":")) + "\n"


def _plain(module: SavedModule) -> dict[str, object]:
    return {name: getattr(module, name) for name in _MODULE_FIELDS}


def _state(session: SavedSession) -> dict[str, object]:
    return {name: getattr(session, name) for name in _STATE_FIELDS}
