"""Imports of every sort: packages, circles, names, conditions."""

from __future__ import annotations

import importlib
import pathlib
import sys
import tempfile

import pytest

from hmr_client.module_runner import DictSource, DirectorySource, ModuleRunner, Tier

from ..application import PACKAGE, code, drive, running


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
