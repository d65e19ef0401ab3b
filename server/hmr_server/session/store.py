"""What a server has to know to go on where its predecessor was ended, even by SIGKILL.

A page survives the restart of its server: it reconnects, and gets what it has missed. For that the
new process takes over the old one's session: its number and its last pushes, its module graph, and
the hashes of the files as the pages know them. What is different on disk is one more push.

It is written to the user's cache a moment after something has changed. It is taken over only by a
server of the same version, project, port and settings; any doubt means a new session, and pages
reload.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ..channel.journal import Entry
from ..pyodide.files import cache_directory
from ..python.project_files import DataFile, look_of
from ..watch.file_change import ChangeKind, FileChange
from .graph_snapshot import SavedModule

_FORMAT = 2
_MAX_AGE_S = 24 * 3600
_MAX_JOURNAL_CHARACTERS = 2 * 1024 * 1024

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """All that one server leaves to the next.

    Attributes:
        fingerprint: What both must have in common.
        session: Its name.
        saved_ns: When this was written.
        sequence: The number of its last push.
        journal: Its last pushes, each with its number.
        files: The hashes of the files that pages know.
        pages: The pages that were served: file and URL path.
        python_files: The Python files that pages hold.
        data_files: Other files that their Python has read.
        listed_files: How the data files that their Python may open look. There may be thousands, of
            any size: their contents are not hashed.
        modules: The module graph.
    """

    fingerprint: str
    session: str
    saved_ns: int
    sequence: int
    journal: tuple[Entry, ...]
    files: Mapping[str, str]
    pages: Mapping[str, str]
    python_files: tuple[str, ...]
    data_files: tuple[str, ...]
    listed_files: Mapping[str, DataFile]
    modules: tuple[SavedModule, ...]

    def changes(self, newer: Iterable[Path]) -> list[FileChange]:
        """Return what is different on disk. Reads all files that pages know.

        Args:
            newer: The files that were written after this was saved.
        """
        changes = []
        for file, hash_ in self.files.items():
            now = hash_of(file)
            if now is None:
                changes.append(FileChange(ChangeKind.DELETE, Path(file)))
            elif now != hash_:
                changes.append(FileChange(ChangeKind.UPDATE, Path(file)))
        for file, before in self.listed_files.items():
            look = look_of(Path(file))
            if look == before or file in self.files:
                continue
            kind = ChangeKind.DELETE if look is None else ChangeKind.UPDATE
            changes.append(FileChange(kind, Path(file)))
        known = self.files.keys() | self.listed_files.keys()
        new = (path for path in newer if str(path) not in known)
        return [*changes, *(FileChange(ChangeKind.CREATE, path) for path in new)]


class SessionStore:
    """The place of one project's session.

    Args:
        place: What tells it from others: the root and the port.
        directory: Where sessions are kept; in the user's cache when not given.
    """

    def __init__(self, *place: object, directory: Path | None = None) -> None:
        key = hashlib.sha256(json.dumps([str(part) for part in place]).encode()).hexdigest()[:16]
        self._file = (directory or cache_directory() / "sessions") / f"{key}.json"
        self._is_pruned = False
        self._hashes: dict[str, tuple[tuple[int, int, int], str]] = {}

    def load(self, fingerprint: str) -> SavedSession | None:
        """Return the session to take over; `None` where there is none, or it is not ours."""
        try:
            raw = json.loads(self._file.read_text("utf-8"))
            saved = _from_json(raw)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, LookupError) as error:
            _logger.debug("the last session cannot be read: %s", error)
            return None
        age_s = (time.time_ns() - saved.saved_ns) / 1e9
        is_ours = saved.fingerprint == fingerprint and 0 <= age_s < _MAX_AGE_S
        return saved if is_ours else None

    def save(self, session: SavedSession) -> None:
        """Write `session` in one step. Only its owner can read it: it holds sources."""
        entries: list[Entry] = []
        room = _MAX_JOURNAL_CHARACTERS
        for entry in reversed(session.journal):
            room -= len(entry.text)
            if room < 0:
                break
            entries.append(entry)
        raw = {**asdict(session), "format": _FORMAT, "journal": entries[::-1]}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._prune()
        handle, part = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(raw, file)
            Path(part).replace(self._file)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        """Remove the sessions of projects that nobody has opened for a day, once a process."""
        if self._is_pruned:
            return
        self._is_pruned = True
        for file in self._file.parent.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > _MAX_AGE_S:
                    file.unlink()

    def hashes(self, files: Iterable[str]) -> dict[str, str]:
        """Return the hashes of `files` that are there; each is read again only when it looks changed."""
        found = {}
        for file in files:
            try:
                status = Path(file).stat()
            except OSError:
                continue
            look = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._hashes.get(file)
            if known is None or known[0] != look:
                if (hash_ := hash_of(file)) is None:
                    continue
                known = self._hashes[file] = (look, hash_)
            found[file] = known[1]
        return found


def hash_of(file: str) -> str | None:
    """Return the hash of a file's content; `None` where it cannot be read."""
    try:
        with Path(file).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None


def _from_json(raw: dict[str, object]) -> SavedSession:
    if raw.pop("format", None) != _FORMAT:
        raise ValueError("it has another format")
    modules = tuple(SavedModule(**module) for module in raw.pop("modules"))  # type: ignore[attr-defined]
    journal = tuple(Entry(*entry) for entry in raw.pop("journal"))  # type: ignore[attr-defined]
    looks: Mapping[str, list[int]] = raw.pop("listed_files")  # type: ignore[assignment]
    listed = {file: DataFile(*look) for file, look in looks.items()}
    return SavedSession(**raw, modules=modules, journal=journal, listed_files=listed)  # type: ignore[arg-type]
