"""The runner itself: what it leaves behind, its entries, several runners and updates."""

from __future__ import annotations

import asyncio
import builtins
import importlib
import linecache
import sys

import pytest

from hmr_client.module_runner import DictSource, ModuleRunner, RunnerError

from .application import PACKAGE, drive, running


@drive
async def test_nothing_is_left_behind():
    before = (
        dict(sys.modules), list(sys.meta_path), set(linecache.cache), builtins.__import__,
        importlib.import_module, sys.modules["__main__"],
    )  # fmt: skip
    loop = dict(vars(asyncio.get_running_loop()))
    async with running({**PACKAGE, "app/sub/deep.py": "X = 1\n"}) as app:
        await app.edit("app/model.py", "RATE = 2", "RATE = 3")
    after = (
        dict(sys.modules), list(sys.meta_path), set(linecache.cache), builtins.__import__,
        importlib.import_module, sys.modules["__main__"],
    )  # fmt: skip
    assert set(after[0]) - set(before[0]) <= {x for x in after[0] if not x.startswith("app")}
    assert not [x for x in after[0] if x == "app" or x.startswith("app.")]
    assert after[1:] == before[1:]
    assert vars(asyncio.get_running_loop()).keys() == loop.keys()


@drive
async def test_a_second_runner_waits_for_the_first_to_be_disposed():
    async with running(m="X = 1\n"):
        second = ModuleRunner(DictSource({"main.py": ""}), entry="main.py")
        with pytest.raises(RunnerError, match="dispose it"):
            await second.start()
        with pytest.raises(RunnerError, match="start"):
            await second.update({})
    async with running(m="X = 2\n") as app:
        assert app["m.py"].X == 2


@drive
async def test_several_entries_share_a_namespace():
    async with running(main="X = 1\nimport m\n", m="V = 1\n") as app:
        module = await app.runner.run_entry("second.py", "import m\nY = X + m.V\n")
        assert module is app["main.py"]
        assert module.Y == 2
        await app.good({"second.py": "import m\nY = X + m.V * 10\n"})
        assert module.Y == 11
        assert module.X == 1
        await app.edit("m.py", "V = 1", "V = 2")
        assert module.Y == 21
        await app.good(main="Z = 1\nimport m\nX = 5\n")
        assert module.X == 5


@drive
async def test_an_entry_may_run_in_the_pages_own_main():
    page = sys.modules["__main__"]
    before = set(vars(page))
    runner = ModuleRunner(DictSource({}))
    await runner.start()
    try:
        module = await runner.run_entry("script.py", "hmr_test_value = 1\n", module=page)
        assert module is page
        assert page.hmr_test_value == 1
        await runner.update({"script.py": "hmr_test_value = 2\n"})
        assert page.hmr_test_value == 2
        await runner.update({"script.py": "hmr_test_value = 2\nprint(end='')\n"})
        assert page.hmr_test_value == 2
    finally:
        await runner.dispose()
        for name in set(vars(page)) - before:
            delattr(page, name)
    assert sys.modules["__main__"] is page


@drive
async def test_updates_are_applied_one_after_another():
    async with running(main="import asyncio\nX = 0\n") as app:
        text = "import asyncio\nX = {}\nawait asyncio.sleep({})\n"
        reports = await asyncio.gather(
            app.update({"main.py": text.format(1, 2)}), app.update({"main.py": text.format(2, 1)})
        )
        assert [r.error for r in reports] == [None, None]
        assert app["main.py"].X == 2


@drive
async def test_files_that_are_not_loaded_wait_until_they_are_imported():
    async with running(
        main="def f():\n    import lazy\n    return lazy.X\n", lazy="X = 1\n"
    ) as app:
        report = await app.good(lazy="X = 2\n")
        assert report.steps == []
        assert app["main.py"].f() == 2
