"""What one server leaves to the next, and what is different on disk since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..channel.journal import JournalEntry
from ..files.reading import open_file
from ..python.project_files import DataFile, look_of
from ..watch.file_change import ChangeKind, FileChange
from .graph_snapshot import SavedModule

_MOST = 1 << 63

GONE = DataFile(0, 0)
"""How a file looks that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """All that one server leaves to the next; or, for `SessionStore.save`, what is new of it.

    Attributes:
        fingerprint: What both must have in common.
        session: Its name.
        token: The token that its pages have, and keep.
        saved_ns: When this was written.
        sequence: The number of its last push.
        journal: Its last pushes, each with its number.
        files: The hashes of the files that pages know; empty for a deleted one.
        pages: The pages that were served: file and URL path.
        python_files: The Python files that pages hold.
        data_files: Other files that their Python has read.
        listed_files: How the data files that their Python may open look. There may be thousands, of
            any size: their contents are not hashed.
        served_files: How the files look that pages have got unchanged: images, films, what they have
            fetched. They may be as large, too.
        without_reader: Files that were fetched without a word about who reads them.
        modules: The module graph.
        forgotten: The ids of modules that are in it no longer.
    """

    fingerprint: str
    session: str
    token: str
    saved_ns: int
    sequence: int
    journal: tuple[JournalEntry, ...]
    files: Mapping[str, str]
    pages: Mapping[str, str]
    python_files: tuple[str, ...]
    data_files: tuple[str, ...]
    listed_files: Mapping[str, DataFile]
    served_files: Mapping[str, DataFile]
    without_reader: tuple[str, ...]
    modules: tuple[SavedModule, ...]
    forgotten: tuple[str, ...] = ()

    def check(self) -> None:
        """Check all types: whatever the file contains, the server starts.

        Raises:
            TypeError: Something is not.
            ValueError: A path is invalid, or a number is too large.
        """
        paths = (
            *(*self.python_files, *self.data_files, *self.files, *self.pages),
            *(*self.listed_files, *self.served_files, *self.without_reader),
            *(module.file for module in self.modules if module.file is not None),
        )
        texts = (
            *(self.fingerprint, self.session, self.token),
            *(*self.files.values(), *self.pages.values()),
            *(entry.text for entry in self.journal),
            *(text for module in self.modules for text in _texts(module)),
            *paths,
        )
        numbers = (
            *(self.saved_ns, self.sequence, *(entry.sequence for entry in self.journal)),
            *(number for look in self.listed_files.values() for number in look),
            *(number for look in self.served_files.values() for number in look),
            *(module.last_hmr_timestamp for module in self.modules),
        )
        flags = [flag for module in self.modules for flag in _flags(module)]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("something is no text")
        if not all(isinstance(number, int) for number in numbers):
            raise TypeError("something is no number")
        if not all(flag in {None, True, False} for flag in flags):
            raise TypeError("something is no flag")
        if any("\0" in path for path in paths) or any(not 0 <= n < _MOST for n in numbers):
            raise ValueError("something is out of range")
        for path in paths:
            os.fsencode(path)
        for text in (self.session, self.token):
            text.encode("ascii")
        if not self.token:
            raise ValueError("there is no token")

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
        looked_at = {**self.listed_files, **self.served_files}
        for file, before in looked_at.items():
            look = look_of(Path(file))
            if (look or GONE) == before or file in self.files:
                continue
            kind = ChangeKind.DELETE if look is None else ChangeKind.UPDATE
            changes.append(FileChange(kind, Path(file)))
        known = self.files.keys() | looked_at.keys()
        new = (path for path in newer if str(path) not in known)
        return [*changes, *(FileChange(ChangeKind.CREATE, path) for path in new)]


def _texts(module: SavedModule) -> Iterator[str]:
    yield from (module.name, module.url)
    yield from (text for text in (module.id,) if text is not None)
    bindings = module.imported_bindings or {}
    for names in (
        *(module.importers, module.imported_modules, module.static_imports, module.accepted_deps),
        *(module.accepted_exports or (), module.unresolved, bindings, *bindings.values()),
    ):
        yield from names


def _flags(module: SavedModule) -> tuple[bool | None, ...]:
    return module.is_self_accepting, module.failed_on_load


def hash_of(file: str) -> str | None:
    """Return the hash of a file's content; `None` where it cannot be read."""
    try:
        with open_file(file) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None
