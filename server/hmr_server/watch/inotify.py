"""Hints from Linux' inotify: a read that blocks in the kernel, without a wake-up while nothing happens.

watchfiles' step costs 490 wake-ups a second and 2 ms a save, or 50 ms a save; watchdog blocks as well,
but watches `node_modules` and everything else below the root, and gives up at the first directory
that the system has no watch left for. Here each directory that matters has a watch. Those that the system
refuses one are polled, with all that is in them.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import select
import struct
import time
from collections import deque
from collections.abc import Iterable, Iterator

from .hints import Hints, IsIgnored, WatchError
from .truncated_file import SETTLE_S

_MODIFY = 0x2
_ATTRIB = 0x4
_CLOSE_WRITE = 0x8
_MOVED_FROM = 0x40
_MOVED_TO = 0x80
_CREATE = 0x100
_DELETE = 0x200
_DELETE_SELF = 0x400
_MOVE_SELF = 0x800
_UNMOUNT = 0x2000
_OVERFLOW = 0x4000
_IGNORED = 0x8000
_ONLY_DIRECTORIES = 0x0100_0000
_NO_LINKS = 0x0200_0000
_IS_DIRECTORY = 0x4000_0000

_EVENTS = (
    _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF
) | _MOVE_SELF
_HEAD = struct.Struct("iIII")
_BUFFER = 1 << 16
_STEP_S = 0.001
_MOST_SELECTED = 1000  # select() takes no descriptor from 1,024 on

_logger = logging.getLogger(__name__)

LIMIT_HINT = (
    "More of them: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
)


class Inotify:
    """Watches a directory with all that is in it, except what is ignored.

    Args:
        root: Absolute path of the directory.
        is_ignored: Says which paths do not matter: an ignored directory needs no watch.
        poll_s: How often to look at what can't be watched, in seconds.

    Raises:
        WatchError: The system has no inotify instance left, or the root is no directory.
    """

    def __init__(self, root: str, is_ignored: IsIgnored, poll_s: float) -> None:
        self._root = root
        self._is_ignored = is_ignored
        self._poll_s = poll_s
        self._next_poll = 0.0
        self._libc = ctypes.CDLL(None, use_errno=True)
        # where each watch is; a directory outside of the root is in here as well
        self._paths: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._polled: dict[str, None] = {}
        # the files that were written to and are not closed yet, with the time of the first write
        self._being_written: dict[str, float] = {}
        self._descriptor = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._descriptor < 0:
            raise WatchError(
                f"the system lets this user have no more inotify instances ({_last_error()}). "
                + LIMIT_HINT
            )
        self._stop_read, self._stop_write = os.pipe()
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)
        self._poll.register(self._stop_read, select.POLLIN)
        try:
            self._watch_tree(root)
            if root not in self._watches and root not in self._polled:
                raise WatchError(f"{root} cannot be watched: it is no directory that can be read")
        except BaseException:
            self.close()
            raise

    @property
    def limitation(self) -> str:
        """What is polled and why, in a few words; empty where nothing is."""
        if not self._polled:
            return ""
        what = "all" if self._root in self._polled else f"{len(self._polled)} folders"
        return f"{what} by polling (the system has no inotify watches left)"

    @property
    def descriptor(self) -> int | None:
        """What an event loop can wait for; None where something is polled."""
        return None if self._polled else self._descriptor

    def wait(self, seconds: float) -> Hints:
        """Return the next hints, or none when the time is over or `stop` was called.

        Args:
            seconds: How long to wait, at most. 0 returns the pending hints.

        Raises:
            OSError: inotify does not work any more.
        """
        if self._polled:
            seconds = min(seconds, max(0.0, self._next_poll - time.monotonic()))
        if 0 < seconds < _STEP_S and self._descriptor < _MOST_SELECTED:  # poll() would round it up
            select.select((self._descriptor, self._stop_read), (), (), seconds)
            seconds = 0
        ready = self._poll.poll(seconds * 1000)
        paths: set[str] = set()
        is_root_lost = False
        if any(descriptor == self._descriptor for descriptor, _ in ready):
            for watch, mask, name in self._read():
                is_root_lost |= self._take(watch, mask, name, paths)
        if self._polled and time.monotonic() >= self._next_poll:
            paths.update(self._polled)
            self._next_poll = time.monotonic() + self._poll_s
        return Hints(frozenset(paths), is_root_lost)

    def is_being_written(self, paths: Iterable[str]) -> bool:
        """Return whether the writer of one of these files has begun just now, and not closed it.

        A log file is kept open for ever: what takes longer than a save is not waited for again.
        """
        if not self._being_written:
            return False
        latest = time.monotonic() - SETTLE_S
        return any(self._being_written.get(path, 0.0) > latest for path in paths)

    def add(self, directory: str) -> None:
        """Watch one directory more, without those below it.

        Args:
            directory: Its absolute path, outside of the root.

        Raises:
            OSError: It can't be watched.
        """
        self._watch(directory)

    def stop(self) -> None:
        """End the wait, now and from now on."""
        os.write(self._stop_write, b"x")

    def close(self) -> None:
        """Let go of the watches."""
        for descriptor in (self._descriptor, self._stop_read, self._stop_write):
            os.close(descriptor)

    def _read(self) -> Iterator[tuple[int, int, str]]:
        """Yield the pending events: watch, mask, name."""
        while True:
            try:
                data = os.read(self._descriptor, _BUFFER)
            except BlockingIOError:
                return
            position = 0
            while position < len(data):
                watch, mask, _, length = _HEAD.unpack_from(data, position)
                position += _HEAD.size + length
                yield watch, mask, os.fsdecode(data[position - length : position].rstrip(b"\0"))
            if len(data) < _BUFFER // 2:
                return  # those were all: an event has 272 bytes at most

    def _take(self, watch: int, mask: int, name: str, paths: set[str]) -> bool:
        """Take one event in; say whether it means that the root is lost."""
        if mask & _OVERFLOW:
            _logger.debug("inotify's queue was full: everything is compared")
            self._watch_tree(self._root)
            paths.add(self._root)
            paths.update(self._watches)  # the directories outside of the root
            return False
        directory = self._paths.get(watch)
        if directory is None:
            return False  # of a watch that was removed meanwhile
        if mask & _IGNORED:
            del self._paths[watch]
            if self._watches.get(directory) == watch:
                del self._watches[directory]
            return False
        if mask & (_DELETE_SELF | _MOVE_SELF | _UNMOUNT):
            return directory == self._root  # of all others their parents tell
        path = os.path.join(directory, name)  # noqa: PTH118  # thousands of them
        is_inside = directory == self._root or directory.startswith(self._root + os.sep)
        if mask & _IS_DIRECTORY and is_inside and not self._is_ignored(path):
            if mask & (_MOVED_FROM | _DELETE):
                self._forget(path)
            elif mask & (_MOVED_TO | _CREATE):
                self._watch_tree(path)
            elif mask & _ATTRIB:
                self._watch_tree(path)  # it may be readable now
        if mask & _MODIFY:
            self._being_written.setdefault(path, time.monotonic())
        elif mask & (_CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _DELETE):
            self._being_written.pop(path, None)
        paths.add(path)
        return False

    def _watch_tree(self, top: str) -> None:
        """Watch a directory and those below it; what the system has no watch for is polled."""
        pending = deque([top])  # the outer ones first: those are edited, if watches are scarce
        while pending:
            directory = pending.popleft()
            try:
                self._watch(directory)
                with os.scandir(directory) as entries:
                    found = [x.path for x in entries if x.is_dir(follow_symlinks=False)]
            except OSError as error:
                if error.errno in {errno.ENOSPC, errno.EMFILE, errno.ENOMEM}:
                    self._poll_instead(directory)
                continue  # gone meanwhile, no directory, or not to be read: nothing is seen there
            pending.extend(path for path in found if not self._is_ignored(path))

    def _poll_instead(self, directory: str) -> None:
        if not self._polled:
            _logger.warning(
                "The system has no inotify watches left: what can't be watched is polled, every "
                "%.0f ms. %s",
                self._poll_s * 1000,
                LIMIT_HINT,
            )
        self._polled[directory] = None

    def _watch(self, directory: str) -> None:
        if directory in self._watches:
            return
        flags = _EVENTS | _ONLY_DIRECTORIES | (0 if directory == self._root else _NO_LINKS)
        watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(directory), flags)
        if watch < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), directory)
        if (before := self._paths.get(watch)) is not None:
            self._watches.pop(before, None)  # the same directory under its former name
        self._paths[watch] = directory
        self._watches[directory] = watch
        self._polled.pop(directory, None)

    def _forget(self, directory: str) -> None:
        """Remove the watches of a directory that was moved away, or deleted."""
        prefix = directory + os.sep
        for path in [x for x in self._watches if x == directory or x.startswith(prefix)]:
            watch = self._watches.pop(path)
            del self._paths[watch]
            self._libc.inotify_rm_watch(self._descriptor, watch)  # fails if it was removed
        for path in [x for x in self._polled if x == directory or x.startswith(prefix)]:
            del self._polled[path]


def _last_error() -> str:
    return os.strerror(ctypes.get_errno())
