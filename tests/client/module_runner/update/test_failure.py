"""All or nothing: an update that fails leaves the application as it was."""

from __future__ import annotations

import asyncio
import sys
import traceback

import pytest

from hmr_client.module_runner import DictSource, ModuleRunner

from ..application import drive, running, tiers

HOT = "import hmr_client\nhot = hmr_client.hot(__name__)\n"


def facts(app):
    """Everything that an update may change, as it looks now."""
    return {
        module.name: (
            module.source,
            {k: v for k, v in vars(module.module).items() if k != "__builtins__"},
            {k: v.__code__ for k, v in vars(module.module).items() if hasattr(v, "__code__")},
            [x.path for x in module.imports],
            sys.modules.get(module.name) is module.module,
        )
        for module in app.runner.modules
    }


@pytest.mark.parametrize(
    "bad",
    [
        "def f(:\n",
        "return 1\n",
        "raise RuntimeError\n",
        "X = 1 / 0\n",
        "import not_there\n",
        "from b import not_there\n",
        "import broken\n",
        "class C:\n    raise LookupError\n",
        "import sys\nsys.exit(1)\n",
        "import b\ndel b.Y\nraise RuntimeError\n",
        "STATE = {}\nimport fresh\nraise RuntimeError\n",
    ],
)
@drive
async def test_a_batch_that_fails_changes_nothing(bad):
    files = {
        "m": "X = 1\ndef f(): return X\nclass C:\n    k = 1\n",
        "b": "from m import X, f\nY = X\n",
    }
    async with running(**files, broken="oops(\n", fresh="Z = 1\n", main="import b\n") as app:
        held = app["m.py"].C()
        before = facts(app)
        good = "from m import X, f\nY = X + 1\ndef g(): pass\n"
        batch = {"m.py": files["m"].replace("X = 1", "X = 2").replace("k = 1", "k = 2") + bad}
        report = await app.update({**batch, "b.py": good})
        assert report.error is not None
        assert report.traceback
        assert facts(app) == before
        assert held.k == 1
        assert "fresh" not in sys.modules
        assert "broken" not in sys.modules
        report = await app.good({"m.py": batch["m.py"].removesuffix(bad)})
        assert (app["b.py"].Y, held.k, hasattr(app["b.py"], "g")) == (3, 2, True)


@drive
async def test_an_entry_that_does_not_compile_is_fixed_by_a_save():
    source = DictSource({"main.py": "x = 1 +\n"})
    runner = ModuleRunner(source, entry="main.py")
    with pytest.raises(SyntaxError):
        await runner.start()
    try:
        for _ in range(3):
            report = await runner.update({"main.py": "x = 1 + +\n"})
            assert isinstance(report.error, SyntaxError)
            assert "x = 1 + +" in report.traceback
            assert report.steps == []
        report = await runner.update({"main.py": "x = 2\n"})
        assert report.error is None
        assert runner.module("main.py").x == 2
        report = await runner.update({"main.py": "x = 3\n"})
        assert tiers(report) == [("main.py", "PATCH")]
        assert runner.module("main.py").x == 3
    finally:
        await runner.dispose()


REFUSES = """
TAKEN = {}
def route(path):
    def decorate(function):
        if function.__name__ in TAKEN:
            raise RuntimeError(f"{function.__name__} is taken")
        TAKEN[function.__name__] = path, function
        return function
    return decorate
"""
USES = "from lib import route\n@route('/a')\ndef page(): return 1\n"


@pytest.mark.parametrize("edit", [("'/a'", "'/b'"), ("def page", "async def page")])
@drive
async def test_what_raises_in_the_running_program_is_started_again(edit):
    async with running(lib=REFUSES, m=USES, main="import m\n") as app:
        report = await app.edit("m.py", *edit)
        assert list(app["lib.py"].TAKEN) == ["page"]
        assert app["lib.py"].TAKEN["page"][1] is app["m.py"].page
        if tiers(report) == [("m.py", "RESTART")]:
            assert "the patch raised RuntimeError: page is taken" in report.steps[0].reason


@drive
async def test_what_raises_runs_again_up_to_the_boundary_first():
    main = HOT + "import m\nhot.accept('m')\n"
    m = "import sys\nassert not hasattr(sys, 'hmr_test'), 'not twice'\nsys.hmr_test = True\nX = 1\n"
    text = HOT + "hot.dispose(lambda data: delattr(sys, 'hmr_test'))\n" + m
    async with running(m=text, main=main) as app:
        report = await app.good(m=text.replace("X = 1", "X = [sys.hmr_test] = 2,"))
        assert tiers(report) == [("m.py", "RERUN")]
        del sys.hmr_test


@drive
async def test_an_error_that_a_restart_has_too_is_reported_once_and_asks_for_no_reload():
    async with running(m="X = 1\n", main="import m\n") as app:
        for _ in range(3):
            report = await app.update(m="X = 1 / 0\n")
            assert isinstance(report.error, ZeroDivisionError)
            assert tiers(report) == [("m.py", "RESTART")]
            assert "The patch raised" not in report.traceback
        assert app["m.py"].X == 1


@drive
async def test_another_error_of_the_restart_is_reported_beside_that_of_the_patch():
    m = "import lib\n@lib.route('/a')\ndef page(): return 1\n"
    async with running(lib=REFUSES, m=m, main="import m\n") as app:
        bad = m.replace("'/a'", "'/b'") + "UNKNOWN\n"
        app["lib.py"].TAKEN["page"] = None  # whatever could take it back, it stays
        report = await app.update(m=bad)
        assert report.error is not None
        assert app["m.py"].page() == 1
        assert app["lib.py"].TAKEN == {"page": None}


@drive
async def test_the_error_shows_the_users_lines_and_none_of_ours():
    async with running(m="X = 1\n", main="import m\n") as app:
        report = await app.update(m="X = 1\n\ndef f():\n    raise KeyError('here')\nf()\n")
        assert "module_runner" not in report.traceback
        assert "importlib" not in report.traceback
        assert 'File "m.py", line 4, in f' in report.traceback
        assert "raise KeyError('here')" in report.traceback
        frames = traceback.extract_tb(report.error.__traceback__)
        assert [frame.lineno for frame in frames] == [1, 5, 4]


@drive
async def test_what_is_broken_does_not_block_the_rest():
    async with running(m="X = 1\n", b="Y = 1\n") as app:
        report = await app.update(m="X = (\n")
        assert report.pending == ("m.py",)
        report = await app.good(b="Y = 2\n")
        assert app["b.py"].Y == 2
        assert report.pending == ("m.py",)
        report = await app.good(m="X = 2\n")
        assert app["m.py"].X == 2
        assert report.pending == ()


@drive
async def test_a_disposer_that_raises_fails_once_and_does_not_block_for_ever():
    m = HOT + "hot.accept()\nX = 1\nhot.dispose(lambda data: 1 / 0)\n"
    async with running(m=m) as app:
        text = app.runner.modules.by_path("m.py")[0].source
        report = await app.update(m=text.replace("X = 1", "X = 2"))
        assert isinstance(report.error, ZeroDivisionError)
        assert app["m.py"].X == 1
        await app.good(m=text.replace("X = 1", "X = 3"))
        assert app["m.py"].X == 3


@drive
async def test_an_accept_callback_that_raises_rolls_back():
    main = HOT + "import m\nhot.accept('m', lambda new: 1 / (new.X - 2))\n"
    async with running(m="X = 1\n", main=main) as app:
        report = await app.update(m="X = 2\n")
        assert isinstance(report.error, ZeroDivisionError)
        assert app["m.py"].X == 1
        await app.good(m="X = 3\n")
        assert app["m.py"].X == 3


@drive
async def test_registrations_are_put_back():
    m = (
        HOT
        + "log = hot.data.setdefault('log', [])\nhot.accept()\nhot.on('e', log.append)\nhot.dispose(lambda d: d.update(disposed=1))\n"
    )
    async with running(m=m) as app:
        report = await app.update(m=app.files["m.py"] + "raise RuntimeError\n")
        assert isinstance(report.error, RuntimeError)
        client = app.runner.client
        assert set(client.data_map["m.py"]) == {"log"}
        client.notify_listeners("e", 1)
        assert app["m.py"].log == [1]
        await app.good(m=app.files["m.py"] + "X = 1\n")
        assert client.data_map["m.py"]["disposed"] == 1


@drive
async def test_a_soft_restart_that_fails_twice_asks_for_a_page_reload():
    async with running(m="X = 1\n") as app:
        bad = "X = 1\nprint(end='')\nraise RuntimeError\n"
        assert tiers(await app.update(m=bad)) == [("m.py", "RESTART")]
        report = await app.update(m=bad + "\n")
        assert tiers(report) == [("m.py", "RELOAD")]
        assert "twice" in report.steps[0].reason
        assert app["m.py"].X == 1
        await app.good(m="X = 2\n")
        assert tiers(await app.update(m=bad)) == [("m.py", "RESTART")]


@drive
async def test_reading_a_name_before_it_is_bound_fails_as_a_fresh_start_does():
    async with running(m="def f(): return 1\nX = f()\n") as app:
        report = await app.update(m="X = f()\ndef f(): return 1\n")
        assert isinstance(report.error, NameError)
        assert app["m.py"].X == 1


@drive
async def test_an_update_that_is_cancelled_is_rolled_back():
    async with running(main="import asyncio\nX = 1\n") as app:
        update = asyncio.ensure_future(
            app.update(main="import asyncio\nX = 2\nawait asyncio.sleep(99)\n")
        )
        for _ in range(5):
            await asyncio.sleep(0)
        update.cancel()
        with pytest.raises(asyncio.CancelledError):
            await update
        assert app["main.py"].X == 1
        await app.good(main="import asyncio\nX = 3\n")
        assert app["main.py"].X == 3


@pytest.mark.parametrize(
    ("removed", "kept"),
    [
        ("n = 1\n", "x = n + 1\n"),
        ("f = lambda: 1\n", "x = f()\n"),
        ("n = 1\n", "def f(): return n\nx = f()\n"),
        ("n = 1\n", "class C:\n    x = n\n"),
        ("class A: pass\n", "class C(A):\n    x = 1\n"),
        ("def on(f): return f\n", "@on\ndef f(): return 1\n"),
        ("n = 1\n", "def f(x=n): return x\n"),
        ("import math\n", "x = math.pi\n"),
        ("n = 1\n", "print(n)\n"),
        ("n = [1]\n", "x = []\nfor y in n: x.append(y)\n"),
    ],
)
@drive
async def test_a_removed_name_that_its_module_still_reads_is_told(removed, kept):
    async with running(m=removed + kept + "z = 1\n") as app:
        before = facts(app)
        report = await app.update(m=kept + "z = 1\n")
        assert isinstance(report.error, NameError)
        assert facts(app) == before


@drive
async def test_a_removed_name_may_have_hidden_a_builtin():
    async with running(m="list = tuple\nx = list('ab')\n") as app:
        await app.edit("m.py", "list = tuple\n", "")
        assert app["m.py"].x == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("n = 1\n", "x = f()\n"),
        ("def n(): return 1\n", "x = f()\n"),
        ("class n: pass\n", "x = g(f)\n"),
        ("n = 1\n", "@g\ndef x(): pass\n"),
    ],
)
@drive
async def test_a_call_that_comes_before_what_it_reads_is_told(first, then):
    functions = "def f(): return n\ndef g(h): return f()\n"
    async with running(m=functions + first + then) as app:
        before = facts(app)
        report = await app.update(m=functions + then + first)
        assert isinstance(report.error, NameError)
        assert facts(app) == before
        await app.good(m=functions + "z = 1\n" + first + then)  # a new line changes no order


@drive
async def test_a_new_call_that_comes_before_what_it_reads_is_told():
    source = "def f(): return n\nn = 1\n"
    async with running(m=source) as app:
        report = await app.update(m=source.replace("n = 1", "x = f()\nn = 1"))
        assert isinstance(report.error, NameError)
        assert tiers(await app.good(m=source + "x = f()\n")) == [("m.py", "PATCH")]
