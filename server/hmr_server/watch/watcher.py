"""Watches the project, and says once for each save what happened to which files.

One thread waits for hints (hints.py), lets a save come to its end, compares with the last look at the
disk (snapshot.py) and hands the changes to the event loop. Where the loop can wait itself (loop_hints.py), it
handles the save of one file that it knows, and leaves all else to the thread. When a save has come to its end:

- no hint for `_GROUP_S` (after one of a new file, which may be about to replace another one,
  `_NEW_FILE_S`), which groups the files of a branch switch or of a formatter: these write one
  in less than 0.1 ms. Where the system tells when a file is closed, nothing else has to be waited for.
  Meanwhile the files are looked at, and the event loop reads them ahead. (To do that in the thread was
  tried: it takes longer than the wait, and the save came later);
- a file that is open for writing may be half written: it gets `SETTLE_S` to be closed;
- a file that is empty or gone may be in the middle of "truncate and write" or "move away and
  write again": it gets `SETTLE_S` to come back;
- many hints mean a branch switch or similar, whose writer may pause: `_BURST_QUIET_S` without
  a hint end it, but not while Git holds its lock (git_lock.py). That is time to have files read ahead. There is
  one look in `_BURST_STEP_S`: to wake up for each file would hold up the program that writes them.

Whatever goes wrong in the thread, it continues: with a new source of hints, by polling if there is none,
and with a look at everything, so that nothing is missed.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from hmr_client.eager import EagerFuture

from ..files.globs import GlobSet
from .file_change import FileChange
from .file_systems import why_polling
from .git_lock import GitLock
from .hints import Hints, HintSource, IsIgnored, WatchError
from .loop_hints import LoopHints
from .snapshot import FileSnapshot, Look
from .truncated_file import SETTLE_S

_GROUP_S = 0.0002 if sys.platform == "linux" else 0.001
_NEW_FILE_S = 0.001
_BURST_HINTS = 10
_BURST_STEP_S = 0.005
_BURST_QUIET_S = 0.015
_BURST_S = 2.0
_WAKE_S = 2.0  # how often a thread that waits looks whether the root is still there
_ROOT_GONE_S = 0.1
_POLL_S = 0.3
_FEW_FAILURES = 3
_T = TypeVar("_T")

POLLING_VARIABLES = ("HMR_WATCH_POLLING", "WATCHFILES_FORCE_POLLING")
"""Environment variables that turn polling on (`1`) or off (`0`); the second is watchfiles' own."""

_logger = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class _Save:
    """What one save has touched.

    Attributes:
        paths: The paths that were hinted at.
        looks: How known files of them looked after the last hint at each.
        is_burst: Whether there were so many that they were told as a burst.
    """

    paths: set[str]
    looks: dict[str, Look] = dataclasses.field(default_factory=dict)
    is_burst: bool = False


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
        polling: Whether to look at everything again and again, instead of waiting for the system's
            events; None leaves it to the environment and to the file system.
        read_ahead: Called by the event loop with each path of a save while the watcher waits for its end: what is
            there already may be read. It takes some milliseconds at most, and raises nothing.
        burst_ahead: The same for many paths, all of which were written after what it was called with before.

    Raises:
        WatchError: On entering: the directory cannot be watched.
    """

    def __init__(
        self,
        root: Path,
        ignored: Sequence[str] = (),
        *,
        polling: bool | None = None,
        read_ahead: Callable[[str], object] = lambda _: None,
        burst_ahead: Callable[[Collection[str]], object] = lambda _: None,
    ) -> None:
        self._root = root.resolve()
        self._read_ahead = read_ahead
        self._burst_ahead = burst_ahead
        self._polling = polling
        self._git_lock = GitLock.of(self._root)
        self._snapshot = FileSnapshot(self._root, GlobSet(ignored))
        self._singles = FileSnapshot(None, GlobSet(()))
        self._batches: deque[list[FileChange]] = deque()
        self._more: EagerFuture[None] | None = None  # done when there is one
        self._stop = threading.Event()
        self._lock = threading.Lock()  # guards the two snapshots and what follows
        self._outside: set[str] = set()
        self._source: HintSource | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_hints: LoopHints | None = None
        self._inode: tuple[int, int] | None = None  # the root's
        self._failures = 0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._loop_hints = LoopHints(self._loop, self._take_at_once, self._is_root_there)
        await asyncio.to_thread(self._start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        with self._lock:
            if self._source is not None:
                self._source.stop()
        if self._loop_hints is not None:
            self._loop_hints.stop()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    async def __aiter__(self) -> AsyncIterator[list[FileChange]]:
        while True:
            while self._batches:
                yield self._batches.popleft()
            self._more = EagerFuture()
            await self._more

    @property
    def limitation(self) -> str:
        """What is polled and why, in a few words; empty where nothing is."""
        with self._lock:
            return "" if self._source is None else self._source.limitation

    def newer_than(self, moment_ns: int) -> list[Path]:
        """Return the files of the root that were written after a moment.

        Args:
            moment_ns: Nanoseconds since the epoch.
        """
        with self._lock:
            return self._snapshot.newer_than(moment_ns)

    def add(self, file: Path) -> None:
        """Watch one file more, for files outside of the root; inside it is no effect.

        Args:
            file: Absolute path; its directory must exist.
        """
        directory = os.path.realpath(file.parent)
        if Path(directory).is_relative_to(self._root):
            return
        with self._lock:
            self._singles.add(file)
            if directory in self._outside or self._stop.is_set():
                return
            self._outside.add(directory)
            if self._source is not None:
                self._add(self._source, directory)

    def _add(self, source: HintSource, directory: str) -> None:
        try:
            source.add(directory)
        except OSError as error:
            _logger.warning("The files in %s are not watched: %s", directory, error)

    # --- below runs in the event loop -----------------------------------------------------------

    def _take_at_once(self, source: HintSource) -> Hints | None:
        """Handle the save of one known file that is at its end; return the hints of all else."""
        hints = source.wait(0)
        began = time.monotonic()
        save = _Save(self._relevant(hints.paths))
        if not save.paths and not hints.is_root_lost:
            return None
        is_lost = hints.is_root_lost or not self._is_root_there()
        if is_lost or len(save.paths) > 1 or source.is_being_written(save.paths):
            return hints
        self._look_ahead(source, save, save.paths)
        if not save.looks:
            return hints  # a new file, or a directory: to look at all that is in it takes longer
        more = source.wait(max(0.0, began + _GROUP_S - time.monotonic()))
        if more.paths or more.is_root_lost or self._is_unsettled(save):
            return Hints(hints.paths | more.paths, more.is_root_lost)
        self._report(save)
        return None

    def _add_batch(self, changes: list[FileChange]) -> None:
        self._batches.append(changes)
        if self._more is not None:
            self._more.set_result(None)  # what waits for it goes on in this call

    def _is_root_there(self) -> bool:
        return self._inode is not None and _inode(self._root) == self._inode

    # --- below runs in the thread, unless it is called from above -------------------------------

    def _start(self) -> None:
        self._open()  # first, so that nothing is missed while we look
        with self._lock:
            self._snapshot.take()
        self._thread = threading.Thread(target=self._run, name=f"watch {self._root}", daemon=True)
        self._thread.start()

    def _open(self) -> HintSource:
        """Open a source of hints, in place of the one before.

        Raises:
            WatchError: The root is no directory.
        """
        if not self._root.is_dir():
            raise WatchError(f"{self._root} cannot be watched: it is not a directory")
        self._inode = _inode(self._root)
        source = self._new_source()
        with self._lock:
            before, self._source = self._source, source
            for directory in self._outside:
                self._add(source, directory)
            if self._stop.is_set():
                source.stop()
        if before is not None:
            before.close()
        return source

    def _new_source(self) -> HintSource:
        root = str(self._root)
        if (why := _why_polling(root, self._polling)) is not None:
            return self._poll(why)
        if self._failures >= _FEW_FAILURES:
            return self._poll("the system's events failed again and again")
        try:
            return _native(root, self._snapshot.is_ignored)
        except WatchError as error:
            _logger.warning("The project is polled: %s", error)
            return self._poll(str(error).partition(". ")[0])

    def _poll(self, why: str) -> HintSource:
        from .polling import Polling  # few projects need it

        self._snapshot.expect_no_hints()
        return Polling(str(self._root), _poll_s(), why)

    def _run(self) -> None:
        source = self._source
        while source is not None and not self._stop.is_set():
            try:
                save = self._collect(source, self._first_hints(source))
                if save is not None and self._is_root_there():
                    self._report(save)
                    continue
                # It was moved or deleted, and the kernel's watches with it. Missing files are not
                # reported now: a tool that replaces a project puts a new root here.
                source = self._await_root()
                self._report(_Save({str(self._root)}))
            except Exception:  # the thread must not end: no save would be seen any more
                self._failures += 1
                _logger.exception("Watching failed. It starts again, and nothing is missed")
                self._stop.wait(_ROOT_GONE_S)
                source = self._await_root()
                self._report(_Save({str(self._root), *self._outside}))
        with self._lock:
            source, self._source = self._source, None
        if source is not None:
            source.close()

    def _await_root(self) -> HintSource | None:
        """Watch the root again as soon as it exists; return None after `stop`."""
        while not self._stop.is_set():
            try:
                return self._open()
            except WatchError:
                self._stop.wait(_ROOT_GONE_S)
        return None

    def _first_hints(self, source: HintSource) -> Hints:
        """Wait for the first hints of a save, or for a moment to look whether the root is still there."""
        is_running = self._loop is not None and not self._loop.is_closed()
        if self._loop_hints is None or not is_running or (number := source.descriptor) is None:
            return source.wait(_WAKE_S)
        return self._loop_hints.wait(source, number)

    def _collect(self, source: HintSource, hints: Hints) -> _Save | None:
        """Return what one save touched, from its first hints on; None when the root was deleted."""
        save = _Save(paths := self._relevant(hints.paths))
        is_lost = hints.is_root_lost
        began = time.monotonic()
        patience = self._group_s(paths) if paths else 0.0
        more = set(paths)
        while patience and not self._stop.is_set():
            self._look_ahead(source, save, more)
            if save.is_burst:
                self._stop.wait(_BURST_STEP_S)
            hints = source.wait(patience)
            is_lost |= hints.is_root_lost
            paths |= (more := self._relevant(hints.paths))
            waited = time.monotonic() - began
            if len(paths) > _BURST_HINTS and waited < _BURST_S:
                # the first look after the tenth hint is too early to say that it is quiet
                is_over = save.is_burst and not more and not self._git_lock.is_held()
                patience = 0.0 if is_over else _BURST_QUIET_S
            elif more and waited < SETTLE_S:
                patience = self._group_s(more)
            elif waited < SETTLE_S and (source.is_being_written(paths) or self._is_unsettled(save)):
                patience = max(_GROUP_S, SETTLE_S - waited)
            else:
                patience = 0.0
        return None if is_lost else save

    def _look_ahead(self, source: HintSource, save: _Save, hinted: Collection[str]) -> None:
        """Do what is due at the end of a save, in case that it is at its end."""
        for path in hinted:
            save.looks.pop(path, None)
        is_single = len(save.paths) <= _BURST_HINTS
        if not is_single and (told := hinted if save.is_burst else save.paths):
            save.is_burst = True
            # also what is being written: what was made of it is out of date
            self._in_loop(self._burst_ahead, tuple(told))
        if source.is_being_written(hinted):
            return
        with self._lock:
            save.looks |= self._snapshot.look_ahead(hinted)
        if is_single:
            for path in hinted:
                self._in_loop(self._read_ahead, path)

    def _group_s(self, paths: Iterable[str]) -> float:
        """Return how long to wait for more, in seconds: a new file may be about to replace another one."""
        with self._lock:
            is_known = any(self._snapshot.is_known(path) for path in paths)
        return _GROUP_S if is_known else _NEW_FILE_S

    def _relevant(self, paths: Iterable[str]) -> set[str]:
        # What is ignored must not make us wait: a build writes next to an edit.
        return {path for path in paths if not self._snapshot.is_ignored(path)}

    def _is_unsettled(self, save: _Save) -> bool:
        with self._lock:
            return self._snapshot.is_unsettled(
                save.paths, save.looks
            ) or self._singles.is_unsettled(save.paths)

    def _report(self, save: _Save) -> None:
        ordered = sorted(save.paths)
        if not ordered:
            return
        with self._lock:
            changes = [
                *self._snapshot.difference(ordered, save.looks),
                *self._singles.difference(ordered),
            ]
        if changes:
            self._in_loop(self._add_batch, changes)

    def _in_loop(self, function: Callable[[_T], object], argument: _T) -> None:
        if threading.current_thread() is not self._thread:
            function(argument)
        elif self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, argument)


def _native(root: str, is_ignored: IsIgnored) -> HintSource:
    """Return the source of hints that fits the system.

    Two libraries were tried on Linux and dropped. watchfiles wakes the process 20 to 490 times a
    second, and the less often, the later a save arrives; a name that is not UTF-8 ends its thread, and
    it hides refused watches. watchdog watches `node_modules`, too, and gives up at the first refused
    watch.

    Raises:
        WatchError: The system has none that works here.
    """
    if sys.platform == "linux":
        from .inotify import Inotify  # no other system has it

        return Inotify(root, is_ignored, _poll_s())
    from .observer import Observed  # needs a package that Linux does without

    return Observed(root)


def _why_polling(root: str, wanted: bool | None) -> str | None:
    """Say why to poll; None where the system's events can be trusted."""
    if wanted is not None:
        return "as you asked" if wanted else None
    for name in POLLING_VARIABLES:
        if (value := os.environ.get(name, "").strip().lower()) != "":
            return f"{name}={value}" if value not in {"0", "false", "no", "off"} else None
    return why_polling(root)


def _poll_s() -> float:
    """Return the seconds between two looks; watchfiles' variable sets them."""
    try:
        return max(10, int(os.environ["WATCHFILES_POLL_DELAY_MS"])) / 1000
    except (KeyError, ValueError):
        return _POLL_S


def _inode(directory: Path) -> tuple[int, int] | None:
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
