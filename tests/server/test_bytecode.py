"""The standard library with bytecode, made by a real Pyodide where there is one."""

import asyncio
import shutil
import zipfile
from pathlib import Path

import pytest

from hmr_server import bytecode, pyodide_download, pyodide_files
from hmr_server.bytecode import cached_bytecode, make_bytecode
from hmr_server.pyodide_files import PyodideFiles, find_pyodide, read_pyodide
from tests.server.test_pyodide_files import make_pyodide


@pytest.fixture
def real() -> PyodideFiles:
    found = find_pyodide(Path.cwd())
    if found is None or shutil.which("node") is None:
        pytest.skip("needs Node.js, and Pyodide in the user's cache (`make demo` gets it)")
    return found


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (bytecode, pyodide_download, pyodide_files):
        monkeypatch.setattr(module, "cache_directory", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_every_source_gets_its_bytecode_once(real: PyodideFiles, cache: Path) -> None:
    assert cached_bytecode(real) is None
    better = asyncio.run(make_bytecode(real))
    assert better is not None
    assert better.hash != real.hash
    assert cached_bytecode(real) == better
    assert [path.name for path in (cache / "bytecode").iterdir()] == [f"{real.hash}.zip"]
    with zipfile.ZipFile(real.stdlib) as plain, zipfile.ZipFile(better.stdlib) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert set(plain.namelist()) <= names
        assert {"os.py", "os.pyc", "asyncio/__init__.pyc", "re/_parser.pyc"} <= names
        assert archive.read("os.py") == plain.read("os.py")
        # flags of PEP 552: by hash, and not checked
        assert archive.read("os.pyc")[4:8] == (1).to_bytes(4, "little")


def test_a_page_boots_from_it(real: PyodideFiles, cache: Path, tmp_path: Path) -> None:
    better = asyncio.run(make_bytecode(real))
    assert better is not None
    directory = tmp_path / "pyodide"
    shutil.copytree(real.directory, directory)
    shutil.copy(better.stdlib, directory / "python_stdlib.zip")
    script = (
        "const { loadPyodide } = await import(process.argv[1] + '/pyodide.mjs');"
        "const pyodide = await loadPyodide({ indexURL: process.argv[1] });"
        "console.log(pyodide.runPython(`import json, traceback\n"
        "try: json.loads('{')\nexcept ValueError: said = traceback.format_exc()\n"
        "f'{json.__file__}|{said}'`)); process.exit(0)"
    )

    async def boot() -> str:
        process = await asyncio.create_subprocess_exec(
            "node", "--input-type=module", "-e", script, str(directory),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate()
        return output.decode()

    printed = asyncio.run(boot())
    assert "/json/__init__.pyc|Traceback" in printed
    assert "return _default_decoder.decode(s)" in printed  # the source is there for tracebacks


def test_a_damaged_archive_does_not_count(cache: Path, tmp_path: Path) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    archive = cache / "bytecode" / f"{pyodide.hash}.zip"
    archive.parent.mkdir(parents=True)
    for content in (b"", b"PK\x03\x04 half of an archive"):
        archive.write_bytes(content)
        assert cached_bytecode(pyodide) is None


@pytest.mark.parametrize("script", ["exit 1", "exit 0", 'echo no > "$3"'])
def test_what_cannot_be_made_is_not_missed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    node = tmp_path / "bin/node"
    node.parent.mkdir()
    node.write_text(f"#!/bin/sh\n{script}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}:/usr/bin:/bin")
    assert asyncio.run(make_bytecode(pyodide)) is None
    assert list((cache / "bytecode").iterdir()) == []


def test_without_node_nothing_is_tried(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    monkeypatch.setenv("PATH", "/nowhere")
    assert asyncio.run(make_bytecode(pyodide)) is None
    assert not cache.exists()
