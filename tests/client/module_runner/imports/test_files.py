"""Files that come and go."""

from __future__ import annotations

import asyncio
import sys

import pytest

from hmr_client.module_runner import DictSource, ModuleRunner

from ..application import drive, running


@drive
async def test_a_new_file_is_importable_at_once():
    async with running(main="X = 1\n") as app:
        await app.good({"new.py": "Y = 2\n", "main.py": "from new import Y\nX = Y\n"})
        assert app["main.py"].X == 2


@drive
async def test_a_failed_import_is_retried_when_the_file_appears():
    main = "try:\n    import extra\nexcept ImportError:\n    extra = None\n"
    async with running(main=main) as app:
        assert app["main.py"].extra is None
        await app.good(extra="X = 1\n")
        assert app["main.py"].extra.X == 1


@drive
async def test_an_entry_that_had_failed_runs_again():
    source = DictSource({"main.py": "import missing\n"})
    runner = ModuleRunner(source, entry="main.py")
    with pytest.raises(ModuleNotFoundError):
        await runner.start()
    try:
        report = await runner.update({"missing.py": "X = 1\n"})
        assert report.error is None
        assert runner.module("main.py").missing.X == 1
    finally:
        await runner.dispose()


@drive
async def test_a_deleted_file_lives_until_nothing_imports_it():
    m = """
        import hmr_client
        log = []
        hot = hmr_client.hot(__name__)
        hot.dispose(lambda data: log.append("dispose"))
        hot.prune(lambda data: log.append("prune"))
        """
    async with running(m=m, main="import m\n") as app:
        log = app["m.py"].log
        report = await app.good({"m.py": None})
        assert "main.py" in report.steps[0].reason
        assert "m" in sys.modules
        assert log == []
        report = await app.good(main="X = 1\n")
        assert log == ["dispose", "prune"]
        assert "m" not in sys.modules
        assert any("pruned" in step.reason for step in report.steps)
        with pytest.raises(KeyError):
            app.runner.module("m.py")


@drive
async def test_a_file_deleted_and_restored_is_an_edit():
    async with running(m="X = []\ndef f(): return 1\n", main="import m\n") as app:
        m = app["m.py"]
        m.X.append(1)
        await app.good({"m.py": None})
        await app.good(m="X = []\ndef f(): return 2\n")
        assert app["m.py"] is m
        assert m.X == [1]
        assert m.f() == 2


@drive
async def test_a_module_becomes_a_package_and_a_module_again():
    async with running(m="X = []\ndef f(): return 1\n", main="import m\n") as app:
        m, f = app["m.py"], app["m.py"].f
        m.X.append(1)
        changes = {
            "m.py": None,
            "m/__init__.py": "from .part import P\nX = []\ndef f(): return P\n",
        }
        await app.good({**changes, "m/part.py": "P = 2\n"})
        assert app["m/__init__.py"] is m
        assert m.X == [1]
        assert f() == 2
        assert m.__file__ == f.__code__.co_filename == "m/__init__.py"
        assert m.__package__ == "m"
        await app.good(
            {"m/__init__.py": None, "m/part.py": None, "m.py": "X = []\ndef f(): return 3\n"}
        )
        assert app["m.py"] is m
        assert f() == 3
        assert not hasattr(m, "__path__")
        assert "m.part" not in sys.modules


@drive
async def test_code_moves_from_one_module_to_another_in_one_batch():
    files = {
        "one": "STATE = []\ndef moved(): return 1\ndef stays(): return moved()\n",
        "two": "X = 1\n",
        "main": "from one import moved, stays\nimport two\n",
    }
    async with running(**files) as app:
        stays = app["main.py"].stays
        app["one.py"].STATE.append(1)
        await app.good(
            one="STATE = []\nfrom two import moved\ndef stays(): return moved()\n",
            two="X = 1\ndef moved(): return 2\n",
            main="from one import stays\nfrom two import moved\nimport two\n",
        )
        assert stays() == 2 == app["main.py"].moved()
        assert app["one.py"].STATE == [1]
        assert app["main.py"].moved is app["two.py"].moved


@drive
async def test_a_module_that_is_not_imported_any_more_is_pruned():
    m = "import asyncio\nasync def forever():\n    await asyncio.sleep(9)\nT = asyncio.create_task(forever())\n"
    async with running(m=m, main="import m\n") as app:
        task = app["m.py"].T
        await app.good(main="X = 1\n")
        await asyncio.sleep(0)
        assert task.cancelled()
        assert "m" not in sys.modules
        assert app.runner.ledger.counts() == {}
