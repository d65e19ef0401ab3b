"""An event loop whose clock moves only when a test moves it: no test waits, and none is flaky.

It runs under CPython and inside Pyodide, where `asyncio.run` is not to be had.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.AbstractEventLoop):
    """Runs what is ready, in order; time is a number.

    Attributes:
        now: The time.
        turns: How often something was to be called soon.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.turns = 0
        self.unhandled: list[tuple[float, BaseException]] = []
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = itertools.count()

    # --- what the tests call ---

    @contextmanager
    def running(self) -> Iterator[VirtualLoop]:
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            yield self
        finally:
            asyncio._set_running_loop(outer)

    def drain(self) -> None:
        """Run what can run without the clock."""
        with self.running():
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()

    def advance(self, ticks: float) -> None:
        """Move the clock; everything due at one tick is released, then everything runs."""
        self.drain()
        end = self.now + ticks
        while self._timers and self._timers[0][0] <= end:
            self._release_next()
        self.now = end

    def settle(self) -> None:
        """Move the clock until no timer is left."""
        self.drain()
        while self._timers:
            self._release_next()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        with self.running():
            task = self.create_task(coroutine)
        self.drain()
        while self._timers and not task.done():
            self._release_next()
        assert task.done(), "waits for something that never happens"
        return task.result()

    def tick(self, ticks: float) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self.create_future()
        self.call_later(ticks, lambda: future.done() or future.set_result(None))
        return future

    def _release_next(self) -> None:
        self.now = max(self.now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self.now:
            handle = heapq.heappop(self._timers)[2]
            if not handle.cancelled():
                self._ready.append(handle)
        self.drain()

    # --- what asyncio calls ---

    def time(self) -> float:
        return self.now

    def call_soon(self, callback, *args, context=None):
        self.turns += 1
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._order), handle))
        return handle

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, **kwargs):
        return asyncio.Task(coro, loop=self, **kwargs)

    def call_exception_handler(self, context):
        if (error := context.get("exception")) is not None:
            self.unhandled.append((self.now, error))

    def _timer_handle_cancelled(self, handle):
        pass

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False
