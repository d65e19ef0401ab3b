"""Values that travel from module to module."""

from __future__ import annotations

import pytest

from ..application import drive, running, tiers


@pytest.mark.parametrize(
    "importer",
    [
        "from m import CONST\nY = CONST * 10",
        "from m import CONST as C\nY = C * 10",
        "from m import *\nY = CONST * 10",
        "import m\nY = m.CONST * 10",
        "import m as other\nY = other.CONST * 10",
        "import importlib\nm = importlib.import_module('m')\nfrom m import CONST\nY = CONST * 10",
        "from m import CONST\nX = CONST\nY = 0\nY += X * 10",
        "from m import CONST\nif CONST:\n    Y = CONST * 10\nelse:\n    Y = None",
        "try:\n    from m import CONST\nexcept ImportError:\n    CONST = None\nY = CONST * 10",
        "from m import CONST\nclass K:\n    A = CONST\n    B = A * 10\nY = K.B",
        "from m import CONST\nY = [x * 10 for x in [CONST]][0]",
        "from m import Limits\nY = Limits.LOW * 10",
        "import m\nY = m.Limits.LOW * 10",
        "from reexport import CONST\nY = CONST * 10",
        "from reexport import Limits\nY = Limits.LOW * 10",
        "from chain import Z\nY = Z",
    ],
)
@drive
async def test_a_changed_value_reaches_what_reads_it_at_once(importer):
    files = {
        "m": "CONST = 2\nclass Limits:\n    LOW = 2\n",
        "reexport": "from m import *\nfrom m import Limits as Limits\n",
        "chain": "from reexport import CONST as c\nZ = c * 10\n",
        "b": importer,
        "main": "import b, reexport\n",
    }
    async with running(**files) as app:
        assert app["b.py"].Y == 20
        report = await app.good(m="CONST = 3\nclass Limits:\n    LOW = 3\n")
        assert app["b.py"].Y == 30
        assert {tier for _, tier in tiers(report)} == {"PATCH"}


@drive
async def test_what_does_not_read_the_value_does_not_run():
    async with running(m="A = 1\nB = 1\n", b="from m import A, B\nlist_of_b = [B]\nY = A\n") as app:
        kept = app["b.py"].list_of_b
        kept.append("by the page")
        await app.edit("m.py", "A = 1", "A = 2")
        assert app["b.py"].Y == 2
        assert app["b.py"].list_of_b is kept


@drive
async def test_an_equal_value_runs_nothing():
    async with running(m="A = 1 + 1\n", b="from m import A\nlog = [A]\n") as app:
        log = app["b.py"].log
        report = await app.edit("m.py", "1 + 1", "2")
        assert app["b.py"].log is log
        assert tiers(report) == [("m.py", "PATCH")]


@drive
async def test_an_effect_that_reads_a_changed_value_runs_again():
    async with running(m="A = 1\n", b="from m import A\nlog = []\nlog.append(A)\n") as app:
        log = app["b.py"].log
        await app.edit("m.py", "A = 1", "A = 2")
        assert log == [2]


@drive
async def test_values_travel_in_the_module_itself():
    async with running(m="A = 1\nB = A + 1\nC = {'b': B}\nD = []\n") as app:
        d = app["m.py"].D
        await app.edit("m.py", "A = 1", "A = 10")
        assert (app["m.py"].B, app["m.py"].C) == (11, {"b": 11})
        assert app["m.py"].D is d


@drive
async def test_a_name_that_several_statements_bind_is_computed_from_all_of_them():
    async with running(m="items = [1]\nitems += [2]\nitems = items + [3]\n") as app:
        await app.edit("m.py", "[2]", "[20]")
        assert app["m.py"].items == [1, 20, 3]


@drive
async def test_a_statement_moves_without_losing_its_state():
    async with running(m="STATE = {}\nA = 1\ndef f(): return A\n") as app:
        app["m.py"].STATE["x"] = 1
        await app.good(m="A = 1\ndef f(): return A + 1\nSTATE = {}\n")
        assert app["m.py"].STATE == {"x": 1}
        assert app["m.py"].f() == 2


@drive
async def test_an_importer_of_a_removed_name_makes_the_update_fail_until_both_are_right():
    async with running(m="def old(): return 1\n", b="from m import old\n") as app:
        report = await app.update(m="def new(): return 1\n")
        assert isinstance(report.error, ImportError)
        assert app["m.py"].old() == 1
        assert report.pending == ("m.py",)
        report = await app.good(b="from m import new\n")
        assert app["b.py"].new() == 1
        assert not hasattr(app["m.py"], "old")
        assert report.pending == ()


@drive
async def test_a_star_import_follows_additions_and_removals():
    async with running(m="a = 1\nb = 2\n_private = 3\n", b="from m import *\n") as app:
        await app.good(m="a = 1\nc = 3\n_private = 4\n")
        b = app["b.py"]
        assert (b.a, b.c) == (1, 3)
        assert not hasattr(b, "b")
        assert not hasattr(b, "_private")
        await app.good(m="__all__ = ['_private']\na = 1\nc = 3\n_private = 4\n")
        assert b._private == 4


@drive
async def test_module_getattr():
    source = """
        def __getattr__(name):
            if name == "dynamic":
                return "old"
            raise AttributeError(name)
        """
    async with running(m=source, b="import m\ndef f():\n    return m.dynamic\n") as app:
        await app.edit("m.py", "old", "new")
        assert app["b.py"].f() == "new"


@drive
async def test_values_that_never_come_to_rest_in_a_circle_restart():
    """Each run makes the other module's values old; a fresh start runs each statement once."""
    files = {
        "a": "STEP = 1\nimport b\nX = getattr(b, 'Y', 0) + STEP\n",
        "b": "import a\nY = getattr(a, 'X', 0) + a.STEP\n",
        "main": "import a\n",
    }
    async with running(**files) as app:
        assert (app["a.py"].X, app["b.py"].Y) == (2, 1)
        report = await app.good(a=files["a"].replace("STEP = 1", "STEP = 2"))
        assert (app["a.py"].X, app["b.py"].Y) == (4, 2)
        assert tiers(report) == [("a.py", "RESTART")]
