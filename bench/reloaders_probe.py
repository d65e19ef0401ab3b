"""What looks into the program of the reloaders' table: a thread that answers the bench's questions.

The program calls `start(globals())` at its top; the reloader does not watch this file.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from multiprocessing.connection import Client
from typing import Any

from tests.client.module_runner import conformance

PHASES = (
    conformance.AFTER_THE_EDIT,
    conformance.AFTER_A_SYNTAX_ERROR,
    conformance.AFTER_A_RAISE,
    conformance.AFTER_THE_FIX,
)
KEPT = ["by the page"]
_main: dict[str, Any] = {}
_threads: list[threading.Thread] = []


def start(main: dict[str, Any]) -> None:
    """Look at this program from now on; a reloader that runs its entry again calls this again."""
    global _main
    _main = main
    if not _threads:
        _threads.append(threading.Thread(target=_answer, daemon=True))
        _threads[0].start()


def _states() -> list[list[str]]:
    """Return the state of every module."""
    m, b = (sys.modules.get(name, vars(_main["held"])[name]) for name in ("m", "b"))
    return [m.STATE["kept"], b.SEEN, _main["VISITS"]]


def _touch() -> None:
    """Put state into every module, as a user of the program does."""
    for state in _states():
        state[:] = KEPT


def _look(phase: int) -> tuple[dict[str, bool], bool]:
    """Return what passes, and whether every module still has its state."""
    found = {}
    held = _main.get("held")
    if held is not None:
        held.m, held.b = sys.modules.get("m", held.m), sys.modules.get("b", held.b)
    for row, check in PHASES[phase].items():
        try:
            found[row] = bool(check(held))
        except Exception:  # noqa: BLE001  # a check that raises has failed
            found[row] = False
    try:
        kept = all(state == KEPT for state in _states())
    except Exception:  # noqa: BLE001  # a state that is not there is not kept
        kept = False
    return found, kept


def _answer() -> None:
    with Client(os.environ["RELOADERS_PROBE"]) as bench:
        while True:
            try:
                phase = bench.recv()
            except EOFError:  # the bench has finished with this program
                os._exit(0)
            try:
                bench.send(_touch() if phase is None else _look(phase))
            except Exception:  # noqa: BLE001  # the program may be half replaced
                bench.send(traceback.format_exc())
