"""The ledger: what a module leaves in the running program is removed before it runs again."""

from __future__ import annotations

import asyncio
import sys
import weakref

import pytest

from hmr_client.module_runner import DirectorySource, Effect, ModuleRunner

from ..application import code, drive, running, tiers

HOT = "import hmr_client\nhot = hmr_client.hot(__name__)\n"
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
