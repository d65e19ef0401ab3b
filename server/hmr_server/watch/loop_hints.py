"""Waits for hints in the event loop, so that the save of one file needs no other thread.

Each hop between two threads is a tenth of a millisecond, and while one of them works the other one waits for the
interpreter's lock: a save that is seen, read and pushed by one thread takes half a millisecond less. What may take
longer, as a directory or a burst, the watcher's own thread takes over, with the source; then it gives it back.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable

from .hints import Hints, HintSource

_LOOK_S = 2.0

Take = Callable[[HintSource], Hints | None]
"""Takes what a source has to say; returns what it leaves to the thread, or None."""


class LoopHints:
    """Lends a source of hints to the event loop.

    Args:
        loop: The event loop.
        take: Called in the loop when the source has something to say. What it raises, the thread gets.
        is_root_there: Asked now and then: no event tells of a root that was moved with the directory above it.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, take: Take, is_root_there: Callable[[], bool]
    ) -> None:
        self._loop = loop
        self._take = take
        self._is_root_there = is_root_there
        self._handed: queue.SimpleQueue[Hints | Exception] = queue.SimpleQueue()
        self._descriptor = -1  # what the loop waits for
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def wait(self, source: HintSource, descriptor: int) -> Hints:
        """Lend a source to the loop; return the first hints that it leaves to the thread which calls this.

        Args:
            source: The source; nobody else uses it until this returns.
            descriptor: Its own.

        Raises:
            Exception: What `take` has raised.
        """
        self._loop.call_soon_threadsafe(self._listen, source, descriptor)
        handed = self._handed.get()
        if isinstance(handed, Exception):
            raise handed
        return handed

    def stop(self) -> None:
        """End the wait, now and from now on; to be called in the loop."""
        self._is_stopped = True
        self._hand_over(Hints())

    def _listen(self, source: HintSource, descriptor: int) -> None:
        if self._is_stopped:
            self._handed.put(Hints())
            return
        self._descriptor = descriptor
        self._loop.add_reader(descriptor, self._hinted, source)
        self._timer = self._loop.call_later(_LOOK_S, self._look_at_root)

    def _hinted(self, source: HintSource) -> None:
        try:
            left = self._take(source)
        except Exception as error:  # noqa: BLE001  # whatever it is, the thread begins anew
            self._hand_over(error)
        else:
            if left is not None:
                self._hand_over(left)

    def _look_at_root(self) -> None:
        if self._is_root_there():
            self._timer = self._loop.call_later(_LOOK_S, self._look_at_root)
        else:
            self._hand_over(Hints(is_root_lost=True))

    def _hand_over(self, hints: Hints | Exception) -> None:
        if self._descriptor < 0:
            return  # the thread has the source
        self._loop.remove_reader(self._descriptor)
        self._descriptor = -1
        if self._timer is not None:
            self._timer.cancel()
        self._handed.put(hints)
