"""Top-level `await`: an entry may wait, even for ever, without delaying updates.

So may what its last expression has returned, where that is awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import CodeType
from typing import Any

from ...eager import start
from ..analysis.last_value import take_value
from ..effects.ledger import TOP_LEVEL, Effect, Ledger
from ..module_graph import EvaluatedModule

_CO_COROUTINE = 0x80

PATIENCE_S = 1.0
"""How long an update waits for a top level that it has started, in seconds."""


async def run(
    code: CodeType, module: EvaluatedModule, ledger: Ledger, patience: float | None
) -> asyncio.Future[Any] | None:
    """Run code of a module's top level, and wait for its end if it waits for something.

    The waiting top level is an effect of the module: the module's next successful run ends it.

    Args:
        code: The compiled code.
        ledger: Records the waiting top level.
        patience: How many seconds to wait; None for ever. A run that a newer one has taken the
            place of has ended.

    Returns:
        The top level that still waits, or None.

    Raises:
        Exception: Whatever the module raises.
    """
    namespace = module.module.__dict__
    running = _start(eval(code, namespace), code, module)  # noqa: S307  # the user's own module
    if running is None:
        return None
    if not running.done():
        effect = Effect(TOP_LEVEL, running.cancel)
        ledger.adopt(effect, module)
        running.add_done_callback(lambda _: ledger.discard(effect))
        try:
            await asyncio.wait([running], timeout=patience)
        except asyncio.CancelledError:
            running.cancel()
            raise
    if not running.done():
        return running
    if not running.cancelled():
        running.result()
    return None


def _start(result: Any, code: CodeType, module: EvaluatedModule) -> asyncio.Future[Any] | None:
    """Start what is to be awaited after a top level's code was evaluated, if anything is."""
    if code.co_flags & _CO_COROUTINE:
        return start(_to_the_end(result, module) if module.awaits_value else result)
    value = take_value(module.module.__dict__)
    return start(value) if _is_awaited(value, module) else None


async def _to_the_end(top_level: Awaitable[Any], module: EvaluatedModule) -> None:
    await top_level
    value = take_value(module.module.__dict__)
    if _is_awaited(value, module):
        await value


def _is_awaited(value: object, module: EvaluatedModule) -> bool:
    is_awaited = isinstance(value, Awaitable)
    module.was_awaited = module.was_awaited or is_awaited
    return is_awaited
