"""Where this user's caches are, and how a file gets there as a whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_RACY_NS = (
    2_000_000_000  # two saves in one tick of a file system's clock look the same; FAT's is 2 s
)
_MOST_REMEMBERED = 500
_KEPT_S = 30 * 24 * 3600  # since its last use


def cache_directory() -> Path:
    """Return where this user's caches of ours are; made when something is put there."""
    import platformdirs  # half of a start's time goes into imports

    return Path(platformdirs.user_cache_dir("hmr-server", appauthor=False))


def read_kept(file: Path) -> bytes | None:
    """Return what `keep` has put there; `None` where it is missing or damaged."""
    try:
        kept = file.read_bytes()
        note_use(file)
    except OSError:
        return None
    digest, content = kept[:32], kept[32:]
    return content if hashlib.sha256(content).digest() == digest else None


def note_use(file: Path) -> None:
    """Note that a file is used; how it looks to `Findings` stays the same.

    Raises:
        OSError: It is not there, or another user's.
    """
    os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))


def is_unused(file: Path, seconds: float) -> bool:
    """Return whether a file was neither written nor used for so long.

    Raises:
        OSError: It is not there.
    """
    status = file.stat()
    return time.time() - max(status.st_atime, status.st_mtime) > seconds


def keep(file: Path, content: bytes) -> None:
    """Write a file with its digest, and remove files beside it that were not used for a month.

    Raises:
        OSError: It cannot be written.
    """
    _replace(file, hashlib.sha256(content).digest() + content)
    for other in file.parent.iterdir():
        try:
            if is_unused(other, _KEPT_S):
                other.unlink()
        except OSError:
            continue  # another server has removed it


class Findings:
    """Facts about files that took reading them as a whole, for the next process.

    Hashing Pyodide and testing its archives takes longer than all else that a start does. What was found
    counts as long as the file's size, time stamp and inode are the same.

    Args:
        file: Where it is kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, list[object]] | None = None

    def get(self, what: str, file: Path, find: Callable[[Path], str]) -> str:
        """Return what `find` returns for a file, without asking it where that is known.

        Args:
            what: Names the question.
            find: Answers it.

        Raises:
            OSError: The file is not there.
        """
        known = self._read()
        status = file.stat()
        look = [status.st_size, status.st_mtime_ns, status.st_ino]
        key = f"{what} {file}"
        match known.get(key):
            case [before, str(found)] if before == look:
                return found
        found = find(file)
        if time.time_ns() - status.st_mtime_ns > _RACY_NS:
            known[key] = [look, found]
            self._write(known)
        return found

    def _read(self) -> dict[str, list[object]]:
        if self._known is None:
            self._known = {}
            with contextlib.suppress(OSError, ValueError):
                found = json.loads(self._file.read_text("utf-8"))
                if isinstance(found, dict):
                    self._known = found
        return self._known

    def _write(self, known: dict[str, list[object]]) -> None:
        while len(known) > _MOST_REMEMBERED:
            del known[next(iter(known))]
        with contextlib.suppress(OSError):  # then the next process finds it out again
            _replace(self._file, json.dumps(known).encode())


def findings() -> Findings:
    """Return what processes of this user have found out."""
    file = cache_directory() / "findings.json"
    return _FINDINGS.setdefault(file, Findings(file))


_FINDINGS: dict[Path, Findings] = {}


def _replace(file: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
