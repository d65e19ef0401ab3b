"""Modules among themselves: imports of every sort, values that travel, files that come and go."""

from __future__ import annotations

import asyncio
import builtins
import importlib
import linecache
import pathlib
import sys
import tempfile
import types

import pytest

from hmr_client.module_runner import DictSource, DirectorySource, ModuleRunner, RunnerError, Tier

from .application import code, drive, running, tiers

# --- values -----------------------------------------------------------------------------------


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


# --- imports ----------------------------------------------------------------------------------

PACKAGE = {
    "app/__init__.py": "from .model import Item, RATE\nfrom . import util\n",
    "app/model.py": "from .util import double\nRATE = 2\nclass Item:\n    price = double(RATE)\n",
    "app/util.py": "def double(x):\n    return x * 2\n",
    "app/sub/__init__.py": "from ..model import RATE\n",
    "app/sub/deep.py": "from ...app.model import Item\nfrom .. import util\nfrom . import RATE\n",
    "main.py": "import app.sub.deep\nfrom app import Item\nTOTAL = app.RATE * 100\n",
}


@drive
async def test_packages_relative_imports_and_re_exports():
    files = dict(PACKAGE)
    files["app/sub/deep.py"] = "from ..model import Item\nfrom .. import util\nfrom . import RATE\n"
    async with running(files) as app:
        main, deep = app["main.py"], app["app/sub/deep.py"]
        await app.edit("app/model.py", "RATE = 2", "RATE = 3")
        assert main.TOTAL == 300
        assert deep.RATE == 3 == main.app.RATE
        assert main.Item.price == 6
        assert main.Item is deep.Item
        await app.edit("app/util.py", "x * 2", "x * 4")
        assert deep.util.double(1) == 4
        names = {x.path for x in app.runner.modules.by_path("app/model.py")[0].importers}
        assert names == {"app/__init__.py", "app/sub/__init__.py", "app/sub/deep.py"}


@drive
async def test_circular_imports():
    a = "import b\nX = 1\ndef fa():\n    return b.fb()\n"
    b = "import a\ndef fb():\n    return a.X\n"
    async with running(a=a, b=b, main="import a\n") as app:
        await app.edit("a.py", "X = 1", "X = 2")
        assert app["a.py"].fa() == 2
        await app.edit("b.py", "return a.X", "return a.X * 10")
        assert app["a.py"].fa() == 20


@drive
async def test_circular_values_settle():
    a = "X = 1\nimport b\nZ = b.Y + 1\n"
    b = "from a import X\nY = X * 10\n"
    async with running(a=a, b=b, main="import a\n") as app:
        await app.edit("a.py", "X = 1", "X = 2")
        assert (app["b.py"].Y, app["a.py"].Z) == (20, 21)


@drive
async def test_imports_inside_functions_and_import_module_are_edges():
    main = """
        import importlib
        def late():
            import m
            return m.f()
        def later():
            return importlib.import_module("n").g()
        late(), later()
        """
    async with running(m="def f(): return 1\n", n="def g(): return 1\n", main=main) as app:
        (entry,) = app.runner.modules.by_path("main.py")
        assert [x.path for x in entry.imports] == ["m.py", "n.py"]
        await app.edit("m.py", "return 1", "return 2")
        await app.edit("n.py", "return 1", "return 3")
        assert (app["main.py"].late(), app["main.py"].later()) == (2, 3)


class Foreign:
    """What stands in `sys.modules` for a module of PyScript's `js_modules`."""

    __slots__ = ("inner",)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return "foreign"


@drive
async def test_what_is_imported_need_not_be_a_module(monkeypatch):
    monkeypatch.setitem(sys.modules, "foreign", Foreign())
    monkeypatch.setitem(sys.modules, "foreign.inner", Foreign())
    async with running(
        m="""
        from importlib import import_module
        import foreign
        import foreign.inner as inner
        from foreign import one
        from foreign.inner import two
        three = import_module("foreign.inner").three
        def f(): return 1
        """
    ) as app:
        await app.edit("m.py", "return 1", "return 2")
        m = app["m.py"]
        assert (m.f(), m.one, m.two, m.three) == (2, "foreign", "foreign", "foreign")


@pytest.mark.parametrize("package", ["", None])
@drive
async def test_a_module_that_puts_an_object_in_its_place(package):
    """Also where the package is none of ours, and lives on."""
    me = """
        import sys
        LIMIT = 1
        class Me:
            def __getattr__(self, name):
                if name == "value":
                    return LIMIT
                raise AttributeError(name)
        sys.modules[__name__] = Me()
    """
    files = {
        "pack/me.py": code(me),
        "pack/user.py": "from . import me\nfrom .me import value\ndef f(): return me.value\n",
        "main.py": "import time\nfrom pack import user\ntime.time()\n",
    }
    if package is not None:
        files["pack/__init__.py"] = package
    async with running(files) as app:
        (user,) = app.runner.modules.by_path("pack/user.py")
        assert "pack/me.py" in [x.path for x in user.imports]
        first = app["pack/user.py"].me
        await app.edit("pack/me.py", "LIMIT = 1", "LIMIT = 2")
        assert app["pack/user.py"].f() == 2

        failed = await app.update(main="import time\nfrom pack import user\ntime.time(1)\n")
        assert failed.error is not None
        assert app["pack/user.py"].me is first is sys.modules["pack.me"]

        await app.good(
            main="import time\nfrom pack import user\ntime.time()  # again\ntime.time()\n"
        )
        assert app["pack/user.py"].me is not first
        assert app["pack/user.py"].f() == app["pack/user.py"].value == 2
    assert "pack.me" not in sys.modules


@drive
async def test_a_module_under_two_names():
    files = {
        "app/m.py": "X = 1\ndef f():\n    return X\n",
        "app/main.py": "import m\nimport app.m\n",
    }
    texts = {path: code(text) for path, text in files.items()}
    runner = ModuleRunner(DictSource(texts), entry="app/main.py", roots=("app", ""))
    await runner.start()
    try:
        one, two = (x.module for x in runner.modules.by_path("app/m.py"))
        assert (one.__name__, two.__name__) == ("m", "app.m")
        report = await runner.update({"app/m.py": "X = 2\ndef f():\n    return X * 10\n"})
        assert report.error is None
        assert one.f() == two.f() == 20
    finally:
        await runner.dispose()


@drive
async def test_an_entry_that_is_imported_by_its_name_too():
    main = "def f():\n    return 1\nimport helper\n"
    async with running(main=main, helper="import main\ndef g():\n    return main.f()\n") as app:
        await app.edit("main.py", "return 1", "return 2")
        assert app["main.py"].f() == 2 == app["helper.py"].g()


@drive
async def test_name_equals_main_and_top_level_await():
    main = """
        import asyncio
        async def load():
            return 1
        DATA = await load()
        RAN = False
        if __name__ == "__main__":
            RAN = True
        """
    async with running(main=main) as app:
        main_module = app["main.py"]
        assert (main_module.__name__, main_module.RAN, main_module.DATA) == ("__main__", True, 1)
        await app.edit("main.py", "return 1", "return 2")
        assert main_module.DATA == 1
        assert await main_module.load() == 2
        await app.edit("main.py", "await load()", "await load() + 1")
        assert main_module.DATA == 3


@drive
async def test_namespace_packages():
    async with running({"ns/m.py": "X = 1\n", "main.py": "import ns.m\n"}) as app:
        await app.edit("ns/m.py", "X = 1", "X = 2")
        assert app["main.py"].ns.m.X == 2
    assert "ns" not in sys.modules


class AbsoluteSource(DirectorySource):
    """Paths are names of files, as Python's own importer has them."""

    def filename(self, path):
        return path

    def path_of(self, filename):
        return filename


def namespace_package(folder):
    file = pathlib.Path(folder, "hmr_test_ns", "m.py")
    file.parent.mkdir()
    file.write_text("X = 1\n", encoding="utf-8")
    return str(file)


@drive
async def test_a_package_of_pythons_own_does_not_hand_out_modules_from_before_a_restart():
    """A folder on `sys.path` without `__init__.py`: Python makes the package, and keeps it."""
    with tempfile.TemporaryDirectory() as folder:
        path = namespace_package(folder)
        sys.path.insert(0, folder)
        importlib.import_module("hmr_test_ns")
        runner = ModuleRunner(AbsoluteSource(folder), roots=(folder,))
        await runner.start()
        try:
            await runner.run_entry("main.py", "from hmr_test_ns import m\n")
            report = await runner.update({path: "X = 2\nprint(end='')\n"})
            assert report.steps[-1].tier is Tier.RESTART
            assert runner.module("main.py").m.X == 2
            report = await runner.update({path: "X = 3\nprint(end=1 / 0)\n"})
            assert report.error is not None
            assert runner.module("main.py").m.X == sys.modules["hmr_test_ns"].m.X == 2
            report = await runner.update({path: "X = 4\nprint(end='')\n"})
            assert runner.module("main.py").m.X == 4
        finally:
            await runner.dispose()
            sys.path.remove(folder)
            sys.modules.pop("hmr_test_ns", None)


# --- files that come and go -------------------------------------------------------------------


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


# --- the runner -------------------------------------------------------------------------------


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
