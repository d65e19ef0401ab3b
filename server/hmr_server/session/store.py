"""What a server has to know to continue where its predecessor ended, even by SIGKILL.

A page survives the restart of its server: it reconnects, and gets what it has missed. For that the
new process takes over the old one's session: its number and its last pushes, its module graph, and
the hashes of the files as the pages know them. What is different on disk is one more push.

A moment after something has changed it is added to a file in the user's cache: what is new, not all
again, so that an edit costs the same however many modules a project has (records.py).

It is taken over only by a server of the same version, project, port and settings; any doubt means a new
session, and pages reload.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from ..cache import cache_directory
from ..files.reading import read_text
from .records import WrittenSession, read_session
from .saved_session import SavedSession, hash_of

_MAX_AGE_S = 24 * 3600
_MOST_OUTDATED = 4 * 1024 * 1024  # characters in the file that later records have made void

_logger = logging.getLogger(__name__)


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
        self._written: WrittenSession | None = None
        self._sent: int | None = None  # the descriptor of the file with the last number

    def note_sent(self, session: str, sequence: int) -> None:
        """Write down the number of a push before it is sent: the rest of it is written later.

        A process that is killed in between must not have its numbers given again.
        """
        try:
            if self._sent is None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT
                self._sent = os.open(self._file.with_suffix(".sent"), flags, 0o600)
            os.lseek(self._sent, 0, os.SEEK_SET)
            os.write(self._sent, f"{sequence:020} {session}\n".encode())
        except OSError as error:
            _logger.debug("the number of a push cannot be kept: %s", error)

    def last_sent(self, session: str) -> int:
        """Return the number of the last push that a session has sent; 0 where it is not known."""
        try:
            number, _, name = read_text(self._file.with_suffix(".sent")).partition(" ")
            return int(number) if name.partition("\n")[0] == session else 0
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        """Close the file with the last number."""
        if self._sent is not None:
            os.close(self._sent)
            self._sent = None

    def load(self, fingerprint: str) -> SavedSession | None:
        """Return the session to take over; `None` if there is none, or it is not ours."""
        try:
            saved = read_session(read_text(self._file))
            saved.check()
        except FileNotFoundError:
            return None
        except (
            *(OSError, ValueError, TypeError, LookupError, AttributeError),
            RecursionError,  # of JSON that is nested deeper than anything of ours
        ) as error:
            _logger.debug("the last session cannot be read: %s", error)
            return None
        age_s = (time.time_ns() - saved.saved_ns) / 1e9
        is_ours = saved.fingerprint == fingerprint and 0 <= age_s < _MAX_AGE_S
        return saved if is_ours else None

    def save(self, news: SavedSession) -> None:
        """Write down what is new, so that it counts as a whole or not at all.

        Only its owner can read it: it holds sources.

        Args:
            news: The session, with only the modules, the files, and the pushes that were not saved yet or
                are different now.

        Raises:
            OSError: It cannot be written; the next time all has to be saved again.
        """
        written, self._written = self._written, None  # nothing counts as written if this fails
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._prune()
        if written is None or written.session != (news.fingerprint, news.session):
            written = WrittenSession((news.fingerprint, news.session))
        added = written.add(news)
        is_there = written.is_in_file and self._file.is_file()
        if is_there and written.outdated <= _MOST_OUTDATED:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(added)
        else:
            self._replace(written.text())
        self._written = written

    def _replace(self, text: str) -> None:
        handle, part = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(part).replace(self._file)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def _prune(self) -> None:
        """Remove the sessions of projects that were not opened for a day, once a process."""
        if self._is_pruned:
            return
        self._is_pruned = True
        for file in self._file.parent.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > _MAX_AGE_S:
                    file.unlink()

    def hashes(self, files: Iterable[str]) -> dict[str, str]:
        """Return the hashes of existing `files`; each is read again only when it looks changed."""
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
