"""Watches the project, and says once for each save what happened to which files.

One thread waits for the file system's hints (watchfiles: inotify, FSEvents,
ReadDirectoryChangesW), lets a save come to its end, compares with the last look at the disk
(file_snapshot.py) and hands the changes to the event loop. When a save has come to its end:

- no hint for `_STEP_MS`: the smallest that still groups the events of one save;
- a file that is empty or gone may be in the middle of "truncate and write" or "move away and
  write again": it gets `SETTLE_S` to come back;
- many hints are a branch switch or the like, whose writer may pause: `_BURST_QUIET_MS` without
  a hint end it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# awatch() would put a thread pool and a task group between the event and us: 0.3 ms for nothing
from watchfiles._rust_notify import RustNotify

from ..files.globs import GlobSet
from .file_change import FileChange
from .snapshot import FileSnapshot
from .truncated_file import SETTLE_S

_STEP_MS = 2
_GROUP_MS = 50
_BURST_HINTS = 10
_BURST_QUIET_MS = 30
_BURST_S = 2.0
_WAKE_MS = 500  # how often a thread that waits looks whether the root is still there
_ROOT_GONE_S = 0.1

_logger = logging.getLogger(__name__)


class WatchError(Exception):
    """The operating system does not let us watch; says what to do about it."""


class Watcher:
    """The changes below `root`, and of single files elsewhere, batch by batch.

    An asynchronous context manager; it is iterated over inside of it::

        async with Watcher(root, ignored) as watcher:
            async for changes in watcher:
                ...

    When it has been entered, no later change is missed.

    Args:
        root: Directory to watch with all that is in it. It may disappear and come back: what is
            different then is one batch.
        ignored: Globs of what does not matter, relative to `root`.

    Raises:
        WatchError: On entering: the directory cannot be watched.
    """

    def __init__(self, root: Path, ignored: Sequence[str] = ()) -> None:
        self._root = root.resolve()
        self._snapshot = FileSnapshot(self._root, GlobSet(ignored))
        self._singles = FileSnapshot(None, GlobSet(()))
        self._batches: asyncio.Queue[list[FileChange]] = asyncio.Queue()
        self._stop = threading.Event()
        self._lock = threading.Lock()  # guards the two snapshots and what follows
        self._outside: dict[Path, _Thread] = {}
        self._inside: _Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._inside = await asyncio.to_thread(self._start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        threads = [*self._outside.values(), *([self._inside] if self._inside else [])]
        await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in threads))

    async def __aiter__(self) -> AsyncIterator[list[FileChange]]:
        while True:
            yield await self._batches.get()

    def newer_than(self, moment_ns: int) -> list[Path]:
        """Return the files of the root that were written after a moment, in nanoseconds since the epoch."""
        with self._lock:
            return self._snapshot.newer_than(moment_ns)

    def add(self, file: Path) -> None:
        """Watch one file more, for files outside of the root; inside it is no effect.

        Args:
            file: Absolute path; its directory must exist.
        """
        directory = Path(os.path.realpath(file.parent))
        if directory.is_relative_to(self._root):
            return
        with self._lock:
            self._singles.add(file)
            if directory in self._outside or self._stop.is_set():
                return
            try:
                notify = _notify(directory, recursive=False)
            except WatchError as error:
                _logger.warning("%s is not watched: %s", file, error)
                return
            thread = _Thread(target=self._watch_outside, args=(notify,), name=f"watch {directory}")
            self._outside[directory] = thread
            thread.start()

    # --- below runs in threads -----------------------------------------------------------------

    def _start(self) -> _Thread:
        notify = _notify(self._root)  # first, so that nothing is missed while we look
        self._snapshot.take()
        thread = _Thread(target=self._watch_root, args=(notify,), name=f"watch {self._root}")
        thread.start()
        return thread

    def _watch_root(self, notify: RustNotify) -> None:
        inode = _inode(self._root)
        while not self._stop.is_set():
            hints = self._collect(notify, self._snapshot)
            if _inode(self._root) == inode and str(self._root) not in hints:
                self._report(hints, self._snapshot)
                continue
            # It was moved or deleted, and the kernel's watches went with it. Nothing is said of
            # what is missing now: a tool that replaces a project puts one back.
            notify.close()
            if (fresh := self._await_root()) is None:
                return
            notify, inode = fresh, _inode(self._root)
            self._report([str(self._root)], self._snapshot)
        notify.close()

    def _await_root(self) -> RustNotify | None:
        """Watch the root again as soon as it is there; `None` when we are to stop."""
        while not self._stop.is_set():
            try:
                return _notify(self._root)
            except WatchError:
                self._stop.wait(_ROOT_GONE_S)
        return None

    def _watch_outside(self, notify: RustNotify) -> None:
        while not self._stop.is_set():
            self._report(self._collect(notify, self._singles), self._singles)
        notify.close()

    def _collect(self, notify: RustNotify, snapshot: FileSnapshot) -> list[str]:
        """Return the paths that one save touched; none when it is time to look around."""
        hints = self._wait(notify, snapshot, _WAKE_MS) or set()
        began = time.monotonic()
        while (waited := time.monotonic() - began) < _BURST_S and not self._stop.is_set():
            if len(hints) > _BURST_HINTS:
                patience = _BURST_QUIET_MS
            elif waited < SETTLE_S and self._is_unsettled(hints, snapshot):
                patience = max(1, round((SETTLE_S - waited) * 1000))
            else:
                break
            more = self._wait(notify, snapshot, patience)
            if more is None:
                break
            hints |= more
        return sorted(hints)

    def _wait(self, notify: RustNotify, snapshot: FileSnapshot, timeout_ms: int) -> set[str] | None:
        """Return the next hints; `None` when there were none in time."""
        match notify.watch(_GROUP_MS, _STEP_MS, timeout_ms, self._stop):
            case set() as changes:
                # What is ignored must not make us wait: a build writes next to an edit.
                return {path for _, path in changes if not snapshot.is_ignored(path)}
            case _:  # "timeout", "stop" or "signal"
                return None

    def _is_unsettled(self, hints: set[str], snapshot: FileSnapshot) -> bool:
        with self._lock:
            return snapshot.is_unsettled(hints)

    def _report(self, paths: Sequence[str], snapshot: FileSnapshot) -> None:
        if not paths:
            return
        with self._lock:
            changes = snapshot.difference(paths)
        if changes and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._batches.put_nowait, changes)


class _Thread(threading.Thread):
    """A thread that does not keep the process alive."""

    def __init__(self, **options: object) -> None:
        super().__init__(daemon=True, **options)  # type: ignore[arg-type]


def _notify(directory: Path, *, recursive: bool = True) -> RustNotify:
    polling = os.environ.get("WATCHFILES_FORCE_POLLING", "").lower() not in {"", "0", "false"}
    delay_ms = int(os.environ.get("WATCHFILES_POLL_DELAY_MS", "300"))
    if not directory.is_dir():  # watchfiles would wait for it in silence
        raise WatchError(f"{directory} cannot be watched: it is not a directory")
    try:
        return RustNotify([str(directory)], False, polling, delay_ms, recursive, True)
    except (OSError, RuntimeError) as error:  # RuntimeError: what watchfiles knows no name for
        if getattr(error, "errno", None) in {errno.ENOSPC, errno.EMFILE} or "limit" in str(error):
            raise WatchError(
                f"{directory} has more directories than the system lets us watch. "
                "Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288 "
                "fs.inotify.max_user_instances=512, or set WATCHFILES_FORCE_POLLING=1."
            ) from error
        raise WatchError(f"{directory} cannot be watched: {error}") from error


def _inode(directory: Path) -> tuple[int, int] | None:
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
