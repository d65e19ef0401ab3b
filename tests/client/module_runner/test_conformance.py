"""The public conformance table: one edit of everything, a syntax error, a raise, a fix.

Every row is one check; no module has any accept code.
"""

from __future__ import annotations

import pytest

from .application import drive, running
from .conformance import (
    AFTER_A_RAISE,
    AFTER_A_SYNTAX_ERROR,
    AFTER_THE_EDIT,
    AFTER_THE_FIX,
    FIXED,
    M1,
    M2,
    RAISES,
    SYNTAX_ERROR,
    B,
    everything_works,
    hold,
)

ROWS = {**AFTER_THE_EDIT, **AFTER_A_SYNTAX_ERROR, **AFTER_A_RAISE, **AFTER_THE_FIX}


def test_the_table_has_28_rows():
    assert len(ROWS) == 28


@pytest.mark.parametrize("row", ROWS)
@drive
async def test_row(row):
    async with running(m=M1, b=B) as app:
        held = hold(app["m.py"], app["b.py"])
        report = await app.good(m=M2)
        assert [step.tier.name for step in report.steps] == ["PATCH", "PATCH"]
        if row in AFTER_THE_EDIT:
            assert ROWS[row](held)
            return
        report = await app.update(m=SYNTAX_ERROR)
        assert isinstance(report.error, SyntaxError)
        assert everything_works(held)
        if row in AFTER_A_SYNTAX_ERROR:
            assert ROWS[row](held)
            return
        report = await app.update(m=RAISES)
        assert isinstance(report.error, RuntimeError)
        assert "line 7" in report.traceback
        assert everything_works(held)
        if row in AFTER_A_RAISE:
            assert ROWS[row](held)
            return
        await app.good(m=FIXED)
        assert ROWS[row](held)


@drive
async def test_nothing_of_the_first_version_is_missing_after_a_raise():
    async with running(m=M1, b=B) as app:
        held = hold(app["m.py"], app["b.py"])
        await app.update(m=RAISES)
        assert held.b.call_plain() == held.plain() == "plain 1"
        assert held.bound() == "sub 1 > base 1 of old"
        assert held.m.removed() == "still here"
        assert (held.b.CONST, held.b.Y, held.m.CONST) == (2, 20, 2)
        assert held.m.Base is held.b.Base is held.Base
