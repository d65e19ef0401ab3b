"""Programs as people write them: after each edit they show what a fresh start shows."""

from __future__ import annotations

import sys

import pytest

from .application import drive
from .programs import (
    applications,
    classes,
    functions,
    modules,
    reflection,
    registrations,
    standard_library,
    values,
)
from .programs.program import Program

PROGRAMS = [
    *applications.PROGRAMS,
    *classes.PROGRAMS,
    *functions.PROGRAMS,
    *modules.PROGRAMS,
    *reflection.PROGRAMS,
    *registrations.PROGRAMS,
    *standard_library.PROGRAMS,
    *values.PROGRAMS,
]
NOT_IN_A_PAGE = {"signal_atexit", "threads_hold_functions"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda x: x.name)
@drive
async def test_a_program_is_as_after_a_fresh_start(program: Program):
    if sys.platform == "emscripten" and program.name in NOT_IN_A_PAGE:
        pytest.skip("no threads and no signals in a page")
    await program.check()
