"""A pytest plugin for Pyodide under Node.js: `asyncio.run` works there.

Pyodide's own event loop can only block where the engine has JavaScript Promise Integration, which
Node.js 20 lacks. The core waits for nothing outside Python, so a loop that blocks is all that its
tests need.
"""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Selector:
    """Selects nothing: no files and no sockets are watched, only timers are waited for."""

    def select(self, timeout: float | None) -> list[object]:
        """Wait until the next timer is due."""
        if timeout is None:
            raise RuntimeError("the test waits for something that can't happen any more")
        time.sleep(timeout)
        return []


class BlockingLoop(asyncio.BaseEventLoop):
    """An event loop of callbacks and timers."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Selector()

    def _process_events(self, event_list: list[object]) -> None: ...

    def _write_to_self(self) -> None: ...


def _run(main: Coroutine[Any, Any, _T], *, debug: bool | None = None) -> _T:
    with asyncio.Runner(debug=debug, loop_factory=BlockingLoop) as runner:
        return runner.run(main)


asyncio.run = _run  # Pyodide has put its own there
asyncio.new_event_loop = asyncio.events.new_event_loop = BlockingLoop
asyncio.events._set_running_loop(None)  # Pyodide's is always running; nobody needs it here
