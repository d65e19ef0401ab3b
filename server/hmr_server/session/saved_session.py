"""What one server leaves to the next, and what is different on disk since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..channel.journal import Entry
from ..files.reading import open_file
from ..python.project_files import DataFile, look_of
from ..watch.file_change import ChangeKind, FileChange
from .graph_snapshot import SavedModule


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """All that one server leaves to the next; or, for `SessionStore.save`, what is new of it.

    Attributes:
        fingerprint: What both must have in common.
        session: Its name.
        token: What its pages have: they go on with it.
        saved_ns: When this was written.
        sequence: The number of its last push.
        journal: Its last pushes, each with its number.
        files: The hashes of the files that pages know; empty for one that is gone.
        pages: The pages that were served: file and URL path.
        python_files: The Python files that pages hold.
        data_files: Other files that their Python has read.
        listed_files: How the data files that their Python may open look. There may be thousands, of
            any size: their contents are not hashed.
        modules: The module graph.
        forgotten: The ids of modules that are in it no longer.
    """

    fingerprint: str
    session: str
    token: str
    saved_ns: int
    sequence: int
    journal: tuple[Entry, ...]
    files: Mapping[str, str]
    pages: Mapping[str, str]
    python_files: tuple[str, ...]
    data_files: tuple[str, ...]
    listed_files: Mapping[str, DataFile]
    modules: tuple[SavedModule, ...]
    forgotten: tuple[str, ...] = ()

    def check(self) -> None:
        """Look whether everything is of its type: whoever has written the file, the server starts.

        Raises:
            TypeError: Something is not.
        """
        texts = (
            *(self.fingerprint, self.session, *self.python_files, *self.data_files),
            *(text for pair in (*self.files.items(), *self.pages.items()) for text in pair),
            *(entry.text for entry in self.journal),
            *self.listed_files,
        )
        numbers = (
            *(self.saved_ns, self.sequence, *(entry.sequence for entry in self.journal)),
            *(number for look in self.listed_files.values() for number in look),
        )
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("something is no text")
        if not all(isinstance(number, int) for number in numbers):
            raise TypeError("something is no number")

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


def hash_of(file: str) -> str | None:
    """Return the hash of a file's content; `None` where it cannot be read."""
    try:
        with open_file(file) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None
