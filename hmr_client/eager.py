"""Coroutines that start at once, as a JavaScript function does.

The specification is written for promises: when the call returns, the code before the first `await`
has run. Python's coroutines start later, with the event loop's next round. An update would begin to
fetch late, and an async listener would run after the line that reports it. So everything that the
specification starts goes through `start`.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

_T = TypeVar("_T")


def start(awaitable: Awaitable[_T]) -> asyncio.Future[_T]:
    """Run an awaitable up to its first real wait, now, and return the future of the rest.

    Args:
        awaitable: A coroutine, or anything else that can be awaited.

    Returns:
        Its future, done already if nothing had to be waited for. An exception is in the future.

    Raises:
        RuntimeError: If no event loop runs.
    """
    if not asyncio.iscoroutine(awaitable):  # quicker than the ABC
        return asyncio.ensure_future(awaitable)
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(awaitable, loop=loop, eager_start=True)
    return _start_by_hand(awaitable, loop)


class EagerFuture(Generic[_T]):
    """A future whose task goes on in the call that sets its result, as close as that can be to a promise.

    asyncio's own has the event loop call the task later, and in a page each turn of the loop costs a quarter
    of a millisecond; Pyodide's loop spends one on each future that it makes, even if nobody waits for it.
    Where a task runs already, this one has to wait for the loop, too. An exception that nobody asks for is lost.
    """

    _asyncio_future_blocking = False  # what tasks ask of a future

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        # what came: it is called for the result, and returns or raises it
        self._outcome: Callable[[], _T] | None = None
        self._waiting: list[tuple[Callable[[Any], object], contextvars.Context | None]] = []

    def __await__(self) -> Generator[Any, None, _T]:
        if self._outcome is None:
            self._asyncio_future_blocking = True
            yield self
        return self.result()

    def set_result(self, result: _T) -> None:
        """Go on with a result; does nothing where it is done, as by a cancelled task."""
        self._go_on(lambda: result)

    def set_exception(self, error: BaseException) -> None:
        """Go on with an exception; does nothing where it is done."""

        def fail() -> NoReturn:
            raise error

        self._go_on(fail)

    def done(self) -> bool:
        """Return whether it has a result, or an exception, or is cancelled."""
        return self._outcome is not None

    def result(self) -> _T:
        """Return the result of one that is done, or raise its exception."""
        if self._outcome is None:
            raise asyncio.InvalidStateError
        return self._outcome()

    # what else tasks call

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop that it belongs to."""
        return self._loop

    def cancel(self, msg: Any = None) -> bool:
        """Cancel it; return whether it was not done yet."""
        was_done = self.done()
        self.set_exception(asyncio.CancelledError(msg))
        return not was_done

    def add_done_callback(
        self, fn: Callable[[Any], object], *, context: contextvars.Context | None = None
    ) -> None:
        """Call a function when it is done; nobody asks for that who could see that it is."""
        self._waiting.append((fn, context))

    def _go_on(self, outcome: Callable[[], _T]) -> None:
        if self._outcome is not None:
            return
        self._outcome = outcome
        for fn, context in self._waiting:
            # a loop that is being closed runs no task outside of its own calls
            if context is None or not self._loop.is_running() or asyncio.current_task(self._loop):
                self._loop.call_soon(fn, self, context=context)
            else:
                context.run(fn, self)


def report_unhandled(future: asyncio.Future[Any], what: str) -> None:
    """Hand a failure that no code awaits to the event loop, as a browser reports a rejection.

    Args:
        future: A future that no code awaits.
        what: Names it in the report.
    """

    def settled(done: asyncio.Future[Any]) -> None:
        if done.cancelled() or (error := done.exception()) is None:
            return
        done.get_loop().call_exception_handler(
            {"message": f"{what} failed", "exception": error, "future": done}
        )

    # a callback of the future's own: the loop holds it, so it can't be lost before it settles
    future.add_done_callback(settled)


def _start_by_hand(
    coroutine: Coroutine[Any, Any, _T], loop: asyncio.AbstractEventLoop
) -> asyncio.Future[_T]:
    """Do what `eager_start` does from Python 3.12 on.

    Python 3.11 is needed: Pyodide 0.25 has it. There is no public way to run the first part of a
    coroutine as a task of its own. Without one, that part would run in the caller's task, and an
    `asyncio.timeout` in it would cancel the caller. So asyncio's private `_enter_task` and
    `_leave_task`, which set the current task, are used here, and nowhere else.
    """
    first: list[Any] = []
    task = loop.create_task(_resume(coroutine, first))
    outer = asyncio.current_task(loop)
    # `_enter_task` refuses a second task in a loop; 3.12 swaps the two in the same way
    if outer is not None:
        asyncio.tasks._leave_task(loop, outer)  # noqa: SLF001  # see above: 3.11 has no public way
    asyncio.tasks._enter_task(loop, task)  # noqa: SLF001  # see above: 3.11 has no public way
    try:
        first.append(coroutine.send(None))
    except (Exception, asyncio.CancelledError) as ended:  # noqa: BLE001  # every failure belongs into the future
        future: asyncio.Future[_T] = loop.create_future()
        match ended:
            case StopIteration():
                future.set_result(ended.value)
            case asyncio.CancelledError():
                future.cancel()
            case _:
                future.set_exception(ended)
        return future
    finally:
        asyncio.tasks._leave_task(loop, task)  # noqa: SLF001  # see above: 3.11 has no public way
        if outer is not None:
            asyncio.tasks._enter_task(loop, outer)  # noqa: SLF001  # see above: 3.11 has no public way
    return task


@types.coroutine
def _resume(coroutine: Coroutine[Any, Any, _T], first: list[Any]) -> Generator[Any, Any, Any]:
    """Go on with a coroutine that has stopped at `first`; without one it has ended already."""
    if not first:
        return None
    waiting_for = first.pop()
    while True:
        try:
            sent = yield waiting_for
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as thrown:  # noqa: BLE001  # the task's, handed on to the coroutine
            step = partial(coroutine.throw, thrown)
        else:
            step = partial(coroutine.send, sent)
        try:
            waiting_for = step()
        except StopIteration as finished:
            return finished.value
