"""What the disk held when we last looked, and what is different now.

A file system's events are only hints: editors rename, truncate and move in their own ways, a
renamed directory is one event, a new directory's first files come without any. So each hint is
answered by looking, and the difference to the last look is what happened.
"""

# ruff: noqa: PTH112, PTH114, PTH116, PTH118, PTH123, PTH208
# Strings and os.path rather than Path: a burst makes thousands of them.
from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from ..files.globs import GlobSet
from .file_change import ChangeKind, FileChange

# A file written twice within one tick of the file system's clock has the same time stamp twice
# (git calls this "racily clean"), so its content is compared as well: hints of one save may come one
# after the other, and one update is due. Ticks are 10 ms at most.
_RACY_NS = 20_000_000
_MOST_COMPARED = 1 << 20
# Other systems' files have coarser clocks, up to FAT's 2 s
_COARSE_NS = 2_500_000_000


class _Look(NamedTuple):
    """A file as it was seen."""

    modified_ns: int
    size: int
    inode: int
    content: (
        bytes | None
    )  # its digest, if modified so shortly before that equal looks prove nothing


Look: TypeAlias = "_Look | list[str] | None"
"""How a path looked: a file, the names in a directory, or nothing of the two."""

Looks: TypeAlias = Mapping[str, Look]
"""How paths looked, for a difference that comes later: nothing has hinted at them since."""

_NO_LOOKS: Looks = MappingProxyType({})


class FileSnapshot:
    """The files below one directory, or single files of any directories.

    Not thread-safe: one thread owns it, or a lock guards it.

    Args:
        root: The directory; `None` for single files, that are added by name.
        ignored: Globs of what is not looked at, relative to `root`.
    """

    def __init__(self, root: Path | None, ignored: GlobSet) -> None:
        self._root = os.path.realpath(root) if root else None
        self._prefix = os.path.join(self._root, "") if self._root else os.devnull
        self._ignored = ignored
        # directory -> name -> how the file looked; None for a directory, which has its own entry
        self._tree: dict[str, dict[str, _Look | None]] = {}
        self._racy_ns = _RACY_NS
        self._has_hints = True

    def take(self) -> None:
        """Look at everything, from nothing."""
        self._tree.clear()
        if self._root:
            self.difference([self._root])

    def expect_no_hints(self) -> None:
        """Compare what was written lately by its content: time stamps may be coarse.

        For watchers that poll whole directories: a file that is written twice within one
        tick of a network's clock has no hint of its own.
        """
        self._racy_ns = _COARSE_NS
        self._has_hints = False

    def add(self, file: Path) -> None:
        """Look at one file."""
        for path in self._real([str(file)]):
            deque(self._compare(path, is_hinted=True), maxlen=0)

    def newer_than(self, moment_ns: int) -> list[Path]:
        """Return the files that were written after a moment, in nanoseconds since the epoch."""
        return [
            Path(directory, name)
            for directory, looks in self._tree.items()
            for name, look in looks.items()
            if look is not None and look.modified_ns > moment_ns
        ]

    def is_ignored(self, path: str) -> bool:
        """Return whether a glob covers `path`; nothing outside of the root is."""
        if not path.startswith(self._prefix):
            return False
        return self._ignored.matches(path.removeprefix(self._prefix).replace(os.sep, "/"))

    def is_unsettled(self, paths: Iterable[str], looks: Looks = _NO_LOOKS) -> bool:
        """Return whether a known file of `paths` is missing or empty now: a save may be under way.

        Args:
            looks: As for `difference`.
        """
        for path in paths:
            directory, name = os.path.split(path)
            known = self._tree.get(directory, {}).get(name)
            if known is not None and known.size:
                now = looks[path] if path in looks else _look(path)
                if not isinstance(now, _Look) or now.size == 0:
                    return True
        return False

    def look_ahead(self, paths: Iterable[str]) -> Looks:
        """Look at known files, for a difference: while their save may not have come to its end.

        Args:
            paths: As for `difference`; what is no known file, or has a symlink on its way, is looked at then.
        """
        looks: dict[str, Look] = {}
        for path in paths:
            directory, name = os.path.split(path)
            if self._tree.get(directory, {}).get(name) is not None:
                looks[path] = _look(path, self._racy_ns)
        return looks

    def difference(self, paths: Iterable[str], looks: Looks = _NO_LOOKS) -> list[FileChange]:
        """Look at `paths` again, at whole directories too, and return what changed.

        Args:
            paths: Absolute paths; what they were or are makes no difference. One that is neither
                below the root nor was added does not count.
            looks: What `look_ahead` has seen since the last hint at each of them.

        Returns:
            One change for each file, in the order of paths and of names.
        """
        changes: dict[str, ChangeKind] = {}
        for path in self._real(paths, looks):
            if self.is_ignored(path) or not (self._is_inside(path) or self.is_known(path)):
                continue
            for hinted in self._singles_of(path):
                for file, kind in self._compare(hinted, is_hinted=True, looks=looks):
                    changes.setdefault(file, kind)
        return [FileChange(kind, Path(file)) for file, kind in changes.items()]

    def _real(self, paths: Iterable[str], looks: Looks = _NO_LOOKS) -> list[str]:
        """`paths` without the symlinks that lead to them, each once."""
        parents: dict[str, str] = {}
        real: dict[str, None] = {}
        for path in paths:
            if path in looks:  # known by this path, which has none
                real[path] = None
                continue
            directory, name = os.path.split(path)
            if directory not in parents:
                parents[directory] = os.path.realpath(directory)
            real[os.path.join(parents[directory], name)] = None
        return list(real)

    def _is_inside(self, path: str) -> bool:
        return path == self._root or path.startswith(self._prefix)

    def is_known(self, path: str) -> bool:
        """Return whether a path was a file, or a directory, when it was looked at last."""
        directory, name = os.path.split(path)
        return name in self._tree.get(directory, ()) or path in self._tree

    def _singles_of(self, path: str) -> list[str]:
        """Return the files that a hint at a directory means where single files are watched."""
        if self._root is not None or path not in self._tree:
            return [path]
        return [os.path.join(path, name) for name in self._tree[path]]

    def _compare(
        self, path: str, *, is_hinted: bool, looks: Looks = _NO_LOOKS
    ) -> Iterator[tuple[str, ChangeKind]]:
        directory, name = os.path.split(path)
        known = self._tree.get(directory, {}).get(name)
        now = looks[path] if path in looks else _look(path, self._racy_ns)
        if now is None:
            yield from self._forget(path)
            return
        if isinstance(now, _Look):
            if path in self._tree:  # a directory became a file
                yield from self._forget(path)
            self._tree.setdefault(directory, {})[name] = now
            if known is None:
                yield path, ChangeKind.CREATE
            elif known[:3] != now[:3] or (is_hinted and self._has_new_content(path, known, now)):
                yield path, ChangeKind.UPDATE
            return
        if known is not None:  # a file became a directory
            yield path, ChangeKind.DELETE
        self._tree.setdefault(directory, {})[name] = None
        yield from self._compare_directory(path, now)

    def _has_new_content(self, path: str, known: _Look, now: _Look) -> bool:
        """Return whether a file was written again so soon that it looks the same."""
        if known.content is None or (not self._has_hints and now.size > _MOST_COMPARED):
            return False
        return known.content != (now.content or _digest(path, now.size))

    def _compare_directory(self, path: str, names: list[str]) -> Iterator[tuple[str, ChangeKind]]:
        known = self._tree.setdefault(path, {})
        for gone in known.keys() - set(names):
            yield from self._forget(os.path.join(path, gone))
        for name in names:
            child = os.path.join(path, name)
            # What a linked directory holds is seen where it really is, or was added by name.
            if not self.is_ignored(child) and not _is_linked_directory(child):
                yield from self._compare(child, is_hinted=not self._has_hints)

    def _forget(self, path: str) -> Iterator[tuple[str, ChangeKind]]:
        directory, name = os.path.split(path)
        known = self._tree.get(directory, {}).pop(name, None)
        if known is not None:
            yield path, ChangeKind.DELETE
        for child in list(self._tree.get(path, ())):
            yield from self._forget(os.path.join(path, child))
        self._tree.pop(path, None)


def _look(path: str, racy_ns: int = 0) -> Look:
    """Return how a path looks now."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            return sorted(os.listdir(path))
    except OSError:  # gone, a broken link, or unreadable: for the page it is not there
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    is_racy = time.time_ns() - status.st_mtime_ns < racy_ns
    content = _digest(path, status.st_size) if is_racy else None
    return _Look(status.st_mtime_ns, status.st_size, status.st_ino, content)


def _digest(path: str, size: int) -> bytes:
    """Name what a file holds; of one that is too large, or can't be read, no two names are equal."""
    if size <= _MOST_COMPARED:
        try:
            with open(path, "rb") as content:
                return hashlib.blake2b(content.read(), digest_size=16).digest()
        except OSError:
            pass  # gone by now: the next hint says so
    return os.urandom(16)


def _is_linked_directory(path: str) -> bool:
    return os.path.islink(path) and os.path.isdir(path)
