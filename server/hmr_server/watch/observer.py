"""Hints from watchdog: FSEvents of macOS, ReadDirectoryChangesW of Windows. Both block in the system."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterable

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from .hints import Hints, WatchError

# Both systems drop events when there are too many, and watchdog does not tell: look for oneself
_LOOK_AGAIN_S = 30.0


class Observed:
    """Watches a directory with all that is in it.

    Args:
        root: Absolute path of the directory.

    Raises:
        WatchError: The system does not let us.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._said: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        self._is_stopped = False
        self._next_look = time.monotonic() + _LOOK_AGAIN_S
        self._observer = Observer()
        self._handler = _Handler(self._said)
        try:
            self._observer.schedule(self._handler, root, recursive=True)
            self._observer.start()
        except (OSError, RuntimeError) as error:  # RuntimeError: what watchdog knows no name for
            raise WatchError(f"{root} cannot be watched: {error}") from error

    @property
    def limitation(self) -> str:
        """Return nothing: all is watched."""
        return ""

    @property
    def descriptor(self) -> None:
        """Return nothing: watchdog's threads say what happens."""
        return

    def wait(self, seconds: float) -> Hints:
        """Return the next hints, or none when the time is over or `stop` was called.

        Args:
            seconds: How long to wait, at most. 0 returns the pending hints.
        """
        now = time.monotonic()
        paths: set[str] = set()
        if not self._is_stopped:
            patience = min(seconds, max(0.0, self._next_look - now))
            try:
                paths.update(self._said.get(timeout=patience) if patience else ())
                while True:
                    paths.update(self._said.get_nowait())
            except queue.Empty:
                pass
        if now >= self._next_look:
            self._next_look = now + _LOOK_AGAIN_S
            paths.add(self._root)
        return Hints(frozenset(paths))

    def is_being_written(self, _paths: Iterable[str]) -> bool:
        """Return False: these systems do not tell."""
        return False

    def add(self, directory: str) -> None:
        """Watch one directory more, without those below it.

        Args:
            directory: Its absolute path, outside of the root.

        Raises:
            OSError: It can't be watched.
        """
        self._observer.schedule(self._handler, directory, recursive=False)

    def stop(self) -> None:
        """End the wait, now and from now on."""
        self._is_stopped = True
        self._said.put(())

    def close(self) -> None:
        """Let go of the watches."""
        self._observer.stop()
        self._observer.join()


class _Handler(FileSystemEventHandler):
    def __init__(self, said: queue.SimpleQueue[tuple[str, ...]]) -> None:
        self._said = said

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"opened", "closed_no_write"}:
            return
        places = (event.src_path, event.dest_path)
        self._said.put(tuple(os.fsdecode(place) for place in places if place))
