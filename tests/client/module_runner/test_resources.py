"""Data files beside application modules, in the file system: CPython's, or Emscripten's in Pyodide."""

from __future__ import annotations

import importlib.resources
import pkgutil
import sys
from contextlib import asynccontextmanager

import pytest

from hmr_client.module_runner import DictSource, DirectorySource, ModuleRunner

from .application import drive

FILES = {
    "main.py": "import pack.part\nimport spaced.inner\n",
    "pack/__init__.py": "",
    "pack/part.py": "X = 1\n",
    "pack/data.csv": "a,b\n",
    "spaced/inner.py": "def f(): return 1\n",
    "spaced/data.txt": "text",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path.resolve()


@asynccontextmanager
async def running(folder):
    runner = ModuleRunner(DirectorySource(str(folder)), "main.py")
    try:
        await runner.start()
        yield runner
    finally:
        await runner.dispose()


@drive
async def test_resources_of_a_package_are_found(folder):
    async with running(folder):
        for anchor in ("pack", sys.modules["pack"]):
            assert importlib.resources.files(anchor).joinpath("data.csv").read_text() == "a,b\n"
        with importlib.resources.as_file(importlib.resources.files("pack") / "data.csv") as path:
            assert path == folder / "pack/data.csv"


@drive
async def test_resources_of_a_package_without_init_are_found(folder):
    async with running(folder):
        assert (importlib.resources.files("spaced") / "data.txt").read_text() == "text"


@drive
async def test_get_data_reads_files_and_modules(folder):
    async with running(folder):
        assert pkgutil.get_data("pack", "data.csv") == b"a,b\n"
        assert pkgutil.get_data("pack", "part.py") == b"X = 1\n"
        with pytest.raises(OSError, match=r"none\.txt"):
            pkgutil.get_data("pack", "none.txt")


@drive
async def test_a_path_is_one_of_the_file_system(folder):
    async with running(folder):
        assert sys.modules["pack"].__path__ == [str(folder / "pack")]
        assert {module.name for module in pkgutil.iter_modules(sys.modules["pack"].__path__)} == {
            "part"
        }


@drive
async def test_modules_of_a_package_without_init_are_replaced_though_python_could_find_them(
    folder, monkeypatch
):
    monkeypatch.syspath_prepend(str(folder))
    async with running(folder) as runner:
        f = sys.modules["spaced.inner"].f
        assert sys.modules["spaced"].__file__ is None

        report = await runner.update({"spaced/inner.py": "def f(): return 2\n"})

        assert report.error is None
        assert f() == 2


@drive
async def test_a_package_without_init_keeps_its_folders_elsewhere(
    folder, tmp_path_factory, monkeypatch
):
    other = tmp_path_factory.mktemp("other")
    (other / "spaced").mkdir()
    (other / "spaced/other.py").write_text("X = 'other'\n")
    (other / "spaced/more.txt").write_text("more")
    monkeypatch.syspath_prepend(str(other))
    async with running(folder):
        from spaced import other as module  # type: ignore[import-not-found]

        assert module.X == "other"
        assert (importlib.resources.files("spaced") / "more.txt").read_text() == "more"
        assert (importlib.resources.files("spaced") / "data.txt").read_text() == "text"
        del sys.modules["spaced.other"]


@drive
async def test_a_module_that_no_file_has_is_data_all_the_same():
    files = {"main.py": "import pack", "pack/__init__.py": "X = 'é'"}
    runner = ModuleRunner(DictSource(files), "main.py")
    await runner.start()
    try:
        assert pkgutil.get_data("pack", "__init__.py") == "X = 'é'".encode()
        with pytest.raises(FileNotFoundError):
            (importlib.resources.files("pack") / "none.txt").read_text()
    finally:
        await runner.dispose()


@pytest.mark.parametrize("path", ["m.py", "pack/m.py", "pack"])
def test_a_file_name_leads_back_to_its_path(folder, path):
    source = DirectorySource(str(folder))

    assert source.path_of(source.filename(path)) == path
    assert source.path_of("/elsewhere/x.py") == "/elsewhere/x.py"
