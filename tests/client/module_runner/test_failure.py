"""All or nothing, and the ledger of side effects."""

from __future__ import annotations

import asyncio
import sys
import traceback
import weakref

import pytest

from hmr_client.module_runner import DictSource, DirectorySource, Effect, ModuleRunner

from .application import code, drive, running, tiers

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


# --- the ledger -------------------------------------------------------------------------------

TASKS = (
    HOT
    + """
import asyncio
hot.accept()
log = hot.data.setdefault("log", [])
VERSION = 1
async def forever(version):
    while True:
        log.append(version)
        await asyncio.sleep(1)
task = asyncio.create_task(forever(VERSION))
asyncio.get_running_loop().call_later(3.5, log.append, "timer of a function is gone")
"""
)


@drive
async def test_tasks_and_timers_end_with_the_module_that_made_them():
    async with running(m=TASKS) as app:
        log = app["m.py"].log
        await asyncio.sleep(2.5)
        assert log == [1, 1, 1]
        assert app.runner.ledger.counts() == {"task": 1, "timer": 1}
        await app.edit("m.py", "VERSION = 1", "VERSION = 2")
        await asyncio.sleep(2.5)
        assert log == [1, 1, 1, 2, 2, 2]
        assert app.runner.ledger.counts() == {"task": 1, "timer": 1}
    assert app.runner.ledger.counts() == {}


@pytest.mark.parametrize(
    "edit",
    [
        ("task = asyncio.ensure_future(work())\n", ""),
        ("task = asyncio.ensure_future(work())\n", "task = None\n"),
        ("task = asyncio.ensure_future(work())\n", "\n\nX = 1\n"),
    ],
)
@drive
async def test_a_task_ends_with_the_statement_that_made_it(edit):
    text = "import asyncio\nasync def work():\n    await asyncio.sleep(1000)\n"
    text += "task = asyncio.ensure_future(work())\n"
    async with running(m=text, main="import m\n") as app:
        task = app["m.py"].task
        failed = await app.update({"m.py": text.replace(*edit) + "raise RuntimeError\n"})
        assert failed.error is not None
        assert app.runner.ledger.counts() == {"task": 1}
        await app.edit("m.py", *edit)
        assert app.runner.ledger.counts() == {}
        await asyncio.sleep(0)
        assert task.cancelled()


@drive
async def test_a_task_under_another_name_is_no_second_one():
    text = "import asyncio\nasync def work():\n    await asyncio.sleep(1000)\n"
    text += "task = asyncio.ensure_future(work())\n"
    async with running(m=text, main="import m\n") as app:
        await app.edit("m.py", "task =", "job =")
        assert app.runner.ledger.counts() == {"task": 1}
        assert not app["m.py"].job.cancelled()


@drive
async def test_effects_go_on_after_a_failed_update():
    async with running(m=TASKS) as app:
        log = app["m.py"].log
        await asyncio.sleep(0.5)
        report = await app.update(m=app.files["m.py"] + "raise RuntimeError\n")
        assert report.error is not None
        await asyncio.sleep(4)
        assert log[:4] == [1, 1, 1, 1]
        assert "timer of a function is gone" in log
        assert app.runner.ledger.counts() == {"task": 1}


@drive
async def test_a_statement_that_runs_again_ends_what_it_had_started():
    m = """
        import asyncio
        log = []
        async def tick(text):
            while True:
                log.append(text)
                await asyncio.sleep(1)
        task = asyncio.create_task(tick("a"))
        """
    async with running(m=m) as app:
        log = app["m.py"].log
        await asyncio.sleep(1.5)
        report = await app.edit("m.py", 'tick("a")', 'tick("b")')
        assert tiers(report) == [("m.py", "PATCH")]
        await asyncio.sleep(1.5)
        assert log == ["a", "a", "b", "b"]
        assert app.runner.ledger.counts() == {"task": 1}


CLOCK = """
import asyncio
log = []
async def tick(text):
    while True:
        log.append(text)
        await asyncio.sleep(1)
def start(text):
    return asyncio.create_task(tick(text))
"""


@pytest.mark.parametrize(
    ("main", "changes", "tier"),
    [
        ('import clock\ntask = clock.start("a")\n', {"main.py": ('"a"', '"b"')}, "PATCH"),
        (
            "import clock, names\ntask = clock.start(names.NAME)\n",
            {"names.py": ('"a"', '"b"')},
            "PATCH",
        ),
        (
            f'{HOT}import clock\nhot.accept()\nclock.start("a")\n',
            {"main.py": ('"a"', '"b"')},
            "RERUN",
        ),
        (
            f'{HOT}import clock\nhot.accept("clock", lambda m: m.start("b"))\nclock.start("a")\n',
            {"clock.py": ("log = []", "log = log if 'log' in globals() else []\nlen('b')")},
            "RERUN",
        ),
    ],
)
@drive
async def test_what_a_statement_has_started_through_another_module_ends_with_both(
    main, changes, tier
):
    async with running(main=main, clock=CLOCK, names='NAME = "a"\n') as app:
        log = app["clock.py"].log
        await asyncio.sleep(1.5)
        report = None
        for path, (old, new) in changes.items():
            report = await app.edit(path, old, new)
        assert tier in [name for _, name in tiers(report)], report
        await asyncio.sleep(1.5)
        assert log == ["a", "a", "b", "b"]
        assert app.runner.ledger.counts() == {"task": 1}
    assert app.runner.ledger.counts() == {}


@drive
async def test_a_recorder_of_an_adapter():
    events = []

    class Listeners:
        def install(self, ledger):
            self.ledger = ledger

        def uninstall(self):
            events.append("uninstalled")

        def add(self, name):
            effect = Effect(
                "listener",
                close=lambda: events.append(f"close {name}"),
                suspend=lambda: events.append(f"suspend {name}"),
                resume=lambda: events.append(f"resume {name}"),
            )
            assert self.ledger.record(effect)

    import types

    recorder = Listeners()
    sys.modules["fake_dom"] = types.ModuleType("fake_dom")
    sys.modules["fake_dom"].add = recorder.add
    try:
        async with running(main="X = 1\n") as app:
            app.runner.ledger.add_recorder(recorder)
            m = HOT + "import fake_dom\nhot.accept()\nfake_dom.add('one')\nfake_dom.add('two')\n"
            await app.good({"m.py": m, "main.py": "X = 1\nimport m\n"})
            assert app.runner.ledger.counts() == {"listener": 2}
            await app.update(m=m + "raise RuntimeError\n")
            suspended = [x for x in events if x.endswith(("one", "two"))]
            assert suspended[:2] == ["suspend two", "suspend one"]
            assert "resume one" in suspended
            assert app.runner.ledger.counts() == {"listener": 2}
            events.clear()
            await app.good(m=m + "Y = 1\n")
            assert events == ["suspend two", "suspend one", "close two", "close one"]
            assert app.runner.ledger.counts() == {"listener": 2}
        assert events[-1] == "uninstalled"
    finally:
        del sys.modules["fake_dom"]


@drive
async def test_a_restart_lets_the_old_application_go():
    import gc

    m = TASKS.replace("hot.accept()", "") + "class Big: pass\nbig = Big()\n"
    async with running(m=m, main="import m\nprint('run 0')\n") as app:
        before = []
        for run in range(3):
            before.append(weakref.ref(app["m.py"].big))
            report = await app.edit("main.py", f"run {run}", f"run {run + 1}")
            assert tiers(report) == [("main.py", "RESTART")]
        await asyncio.sleep(9)  # the loop forgets timers when they are due
        gc.collect()
        assert [reference() for reference in before] == [None] * 3


@drive
async def test_a_thousand_updates_leave_nothing_behind():
    import gc

    async with running(m=TASKS, b="import m\ndef f():\n    return 1\nclass C:\n    k = 1\n") as app:
        text = code(TASKS)
        sizes = []
        for number in range(1000):
            await app.good(m=text.replace("VERSION = 1", f"VERSION = {number}"))
            if number % 10 == 0:
                await app.edit("b.py", "k = ", "k = 1 + " if number % 20 else "k = 0 or ")
            if number in (200, 999):
                await asyncio.sleep(9)  # the loop forgets timers when they are due
                gc.collect()
                sizes.append(len(gc.get_objects()))
        assert app.runner.ledger.counts() == {"task": 1}
        assert sizes[1] < sizes[0] * 1.05


@drive
async def test_a_syntax_error_shows_the_new_line_where_the_file_on_disk_is_the_old_one(tmp_path):
    file = tmp_path / "main.py"
    file.write_text("class A: pass\n")
    source = DirectorySource(str(tmp_path))
    runner = ModuleRunner(source, "main.py")
    await runner.start()
    for broken in ("class A\n", "class A: return\n"):  # the parser's, and the compiler's
        report = await runner.update({"main.py": broken})
        assert isinstance(report.error, SyntaxError)
        assert report.error.text == broken
        assert broken.strip() in report.traceback
    await runner.dispose()
