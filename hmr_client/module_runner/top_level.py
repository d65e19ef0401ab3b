"""Top-level `await`: an entry may wait, even for ever, and no update waits with it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hmr_client.eager import start

from .evaluated_modules import EvaluatedModule
from .ledger import Effect, Ledger

PATIENCE_S = 1.0
"""How long an update waits for a top level that it has started, in seconds."""


def begin(
    coroutine: Coroutine[Any, Any, Any], module: EvaluatedModule, ledger: Ledger
) -> asyncio.Future[Any]:
    """Run a top level up to its first wait.

    The rest is an effect of the module: the module's next run, if it is good, ends it.

    Args:
        coroutine: The module's code, which waits for something.
        module: The module.
        ledger: Writes it down.
    """
    running = start(coroutine)
    if not running.done():
        effect = Effect("top level", running.cancel)
        ledger.adopt(effect, module)
        running.add_done_callback(lambda _: ledger.discard(effect))
    return running


async def ended(running: asyncio.Future[Any], seconds: float | None = None) -> bool:
    """Wait for the end of a top level, and say whether it has come.

    Args:
        running: What `begin` returned.
        seconds: How long; None for ever. One that a newer run has taken the place of has ended.

    Raises:
        Exception: Whatever the module raises.
    """
    if not running.done():
        try:
            await asyncio.wait([running], timeout=seconds)
        except asyncio.CancelledError:
            running.cancel()
            raise
    if running.done() and not running.cancelled():
        running.result()
    return running.done()
