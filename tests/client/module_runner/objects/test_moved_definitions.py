"""Definitions that move, and names and annotations of which there are several."""

from __future__ import annotations

import types

import pytest

from ..application import drive, running


@pytest.mark.parametrize("imports", ["from two import moved\n", ""])
@pytest.mark.parametrize("is_new_file", [False, True])
@drive
async def test_a_held_function_that_moves_runs_the_new_code(imports, is_new_file):
    """Re-exported from where it was or not; into a module that is loaded, or into a new file."""
    files = {"one": "def moved(x=1):\n    return x\n", "main": "from one import moved\n"}
    files["two"] = "FACTOR = 10\n" if not is_new_file else "raise AssertionError"
    files["main"] += "" if is_new_file else "import two\n"
    async with running(**files) as app:
        held = app["one.py"].moved
        await app.good(
            one=f"{imports}X = 1\n",
            two="FACTOR = 10\ndef moved(x=2):\n    return x * FACTOR\n",
            main="from two import moved\nimport one\n",
        )
        assert (held(), held(3)) == (20, 30)
        await app.edit("two.py", "x * FACTOR", "x + FACTOR")
        assert held(3) == 13
        report = await app.update(two="def moved(x=2):\n    return x\nraise LookupError\n")
        assert isinstance(report.error, LookupError)
        assert held(3) == 13


@drive
async def test_held_functions_of_a_renamed_file_run_the_new_code():
    plain = "def go():\n    return {}\n"
    async with running(one=plain.format(1), main="import one\n") as app:
        held = app["one.py"].go
        await app.good({"one.py": None}, two=plain.format(2), main="import two\n")
        assert held() == 2
        assert [module.path for module in app.runner.modules] == ["main.py", "two.py"]


@drive
async def test_it_is_not_guessed_which_function_has_moved():
    plain = "def go():\n    return {}\n"
    async with running(one=plain.format(1), two=plain.format(2), three="") as app:
        held = app["one.py"].go, app["two.py"].go
        await app.good(one="", two="", three=plain.format(3))
        assert (held[0](), held[1]()) == (1, 2)


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
@drive
async def test_the_annotations_of_a_module_are_those_of_its_source(future):
    source = "FIRST: int = 1\nBARE: str\nif FIRST:\n    YES: int = 1\nelse:\n    NO: int = 2\nLAST: bytes = b''\n"
    edits = [
        ("FIRST: int = 1", "FIRST: int = 2"),
        ("LAST: bytes = b''", "ADDED: list = []\nLAST: bytes = b''"),
        ("LAST: bytes", "LAST: bytearray"),
        ("BARE: str\n", ""),
        ("FIRST: int", "FIRST"),
        ("LAST: bytearray = b''\n", ""),
        ("ADDED: list = []\n", ""),
    ]
    async with running(m=future + source) as app:
        for old, new in edits:
            await app.edit("m.py", old, new)
            fresh = types.ModuleType("m")
            text = app.runner.modules.by_path("m.py")[0].source
            exec(compile(text, "m.py", "exec", dont_inherit=True), vars(fresh))
            assert app["m.py"].__annotations__ == fresh.__annotations__, (old, new)


@drive
async def test_an_alias_that_moves_behind_the_second_definition_is_of_that_one():
    """Random programs found it: both definitions and the alias are as before, but for the order."""
    first, second, alias = "def f(): return 1\n", "def f(): return 2\n", "g = f\n"
    async with running(m=first + alias + second) as app:
        await app.good(m=first + second + alias)
        assert (app["m.py"].f(), app["m.py"].g()) == (2, 2)
        await app.good(m=first + alias + second)
        assert (app["m.py"].f(), app["m.py"].g()) == (2, 1)
        await app.good(m=second + alias)
        assert (app["m.py"].f(), app["m.py"].g()) == (2, 2)


@drive
async def test_annotations_are_as_before_after_a_failure():
    async with running(m="X: int = 1\n") as app:
        report = await app.update(m="X: str = ''\nY: int = 1\nZ: int = 1 / 0\n")
        assert isinstance(report.error, ZeroDivisionError)
        assert app["m.py"].__annotations__ == {"X": int}


@drive
async def test_names_of_the_branch_that_is_not_taken_any_more_are_gone():
    m = "DEBUG = True\nif DEBUG:\n    LEVEL = 1\n    def trace():\n        return 1\nelse:\n    QUIET = 1\n"
    m += "try:\n    STATE = STATE\nexcept NameError:\n    STATE = []\n"
    async with running(m=m, b="from m import *\n", main="import b\n") as app:
        app["m.py"].STATE.append(1)
        trace = app["m.py"].trace
        await app.edit("m.py", "True", "False")
        for path in ("m.py", "b.py"):
            names = vars(app[path])
            assert "QUIET" in names
            assert not {"LEVEL", "trace"} & names.keys()
        await app.edit("m.py", "False", "True")
        assert app["b.py"].trace() == 1 == trace()
        assert not hasattr(app["m.py"], "QUIET")
        assert app["m.py"].STATE == [1]


@drive
async def test_a_name_that_another_entry_binds_as_well_stays():
    async with running(main="import json\ndef dump(): return json.dumps(1)\n") as app:
        await app.runner.run_entry("second.py", "import json, sys\n")
        await app.good({"second.py": "import os\n"})
        assert app["main.py"].dump() == "1"
        assert not hasattr(app["main.py"], "sys")
