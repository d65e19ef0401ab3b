"""Archives with bytecode, made by a real Pyodide where there is one."""

import asyncio
import dataclasses
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from hmr_server.client_wheel.wheel import ClientWheel, client_wheels, named_by_content
from hmr_server.pyodide import bytecode
from hmr_server.pyodide import download as pyodide_download
from hmr_server.pyodide import files as pyodide_files
from hmr_server.pyodide.bytecode import cached_bytecode, make_bytecode, read_once
from hmr_server.pyodide.files import PyodideFiles, find_pyodide, read_pyodide
from tests.server.pyodide_folder import make_pyodide


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
    assert cached_bytecode(real) == real
    better = asyncio.run(make_bytecode(real))
    assert better is not None
    assert better.hash != real.hash
    assert cached_bytecode(real) == better
    assert asyncio.run(make_bytecode(better)) is None  # nothing is missing
    assert [*(cache / "bytecode").iterdir()] == [bytecode._library_of(real)]
    with zipfile.ZipFile(real.stdlib) as plain, zipfile.ZipFile(better.stdlib) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert set(plain.namelist()) <= names
        assert {"os.py", "os.pyc", "asyncio/__init__.pyc", "re/_parser.pyc"} <= names
        assert archive.read("os.py") == plain.read("os.py")
        # flags of PEP 552: by hash, and not checked
        assert archive.read("os.pyc")[4:8] == (1).to_bytes(4, "little")
        methods = {name: archive.getinfo(name).compress_type for name in archive.namelist()}
        assert methods["asyncio/__init__.pyc"] == zipfile.ZIP_STORED  # which each boot reads
        assert methods["csv.pyc"] == methods["asyncio/__init__.py"] == zipfile.ZIP_DEFLATED


def test_a_library_that_is_read_once_is_there_at_once(
    real: PyodideFiles, cache: Path, tmp_path: Path
) -> None:
    once = read_once(real)
    assert read_once(real) == once
    assert once.hash != real.hash
    added = "sitecustomize.py"
    with zipfile.ZipFile(real.stdlib) as plain, zipfile.ZipFile(once.stdlib) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*plain.namelist(), added]
    damaged = once.stdlib
    damaged.write_bytes(damaged.read_bytes()[:-30])
    assert read_once(real) == once  # made again
    shutil.rmtree(cache)
    cache.write_text("no directory")
    assert read_once(real) == real

    own = tmp_path / "own.zip"
    shutil.copy(real.stdlib, own)
    with zipfile.ZipFile(own, "a") as archive:
        archive.writestr(added, "own")
    cache.unlink()
    with zipfile.ZipFile(read_once(dataclasses.replace(real, stdlib=own)).stdlib) as archive:
        assert archive.read(added) == b"own"


def test_a_page_boots_from_it(real: PyodideFiles, cache: Path, tmp_path: Path) -> None:
    once = read_once(real)
    better = asyncio.run(make_bytecode(once))
    assert better is not None
    assert better.has_bytecode
    directory = tmp_path / "pyodide"
    shutil.copytree(real.directory, directory)
    script = (
        "const { loadPyodide } = await import(process.argv[1] + '/pyodide.mjs');"
        "const pyodide = await loadPyodide({ indexURL: process.argv[1] });"
        "console.log(pyodide.runPython(`import json, traceback, zipimport\n"
        "try: json.loads('{')\nexcept ValueError: said = traceback.format_exc()\n"
        "f'{json.__file__}|{zipimport.zipimporter.get_code.__name__}|{said}'`)); process.exit(0)"
    )

    async def boot() -> str:
        process = await asyncio.create_subprocess_exec(
            "node", "--input-type=module", "-e", script, str(directory),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate()
        return output.decode()

    for stdlib, suffix in ((once.stdlib, "py"), (better.stdlib, "pyc")):
        shutil.copy(stdlib, directory / "python_stdlib.zip")
        printed = asyncio.run(boot())
        assert f"/json/__init__.{suffix}|get_code_once|Traceback" in printed
        assert "return _default_decoder.decode(s)" in printed  # the source is there for tracebacks


def test_a_damaged_archive_does_not_count(cache: Path, tmp_path: Path) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    source = archive_of({"m.py": b"1"}, "client.zip")
    good = archive_of({"m.py": b"1", "m.pyc": b"1" * 50}, "client.zip").content
    broken = good.replace(b"1" * 50, b"1" * 49 + b"2")
    foreign = archive_of({"m.py": b"2", "m.pyc": b"1"}, "client.zip").content
    plain = source.content
    files = (bytecode._library_of(pyodide), bytecode._compiled_of(pyodide, source))
    files[0].parent.mkdir(parents=True)
    for content in (b"", b"PK\x03\x04 half of an archive", good[:-30], broken, foreign, plain):
        for file in files:
            file.write_bytes(content)
        assert cached_bytecode(pyodide, (source,)) == pyodide
    files[1].write_bytes(good)
    assert cached_bytecode(pyodide, (source,)).client[source.hash].content == good


@pytest.mark.parametrize("script", ["exit 1", "exit 0", 'echo no > "$3"'])
def test_what_cannot_be_made_is_not_missed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    pyodide = dataclasses.replace(pyodide, is_trusted=True)
    node = tmp_path / "bin/node"
    node.parent.mkdir()
    node.write_text(f"#!/bin/sh\n{script}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}:/usr/bin:/bin")
    assert asyncio.run(make_bytecode(pyodide)) is None
    assert list((cache / "bytecode").iterdir()) == []


@pytest.mark.parametrize("is_trusted", [True, False])
def test_nothing_runs_that_nobody_has_checked(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    """Files of no known version; and files that were exchanged after they were checked."""
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    pyodide = dataclasses.replace(pyodide, is_trusted=is_trusted)
    if is_trusted:
        (pyodide.directory / "pyodide.mjs").write_text("import('node:child_process')")
    node = tmp_path / "bin/node"
    node.parent.mkdir()
    node.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}:/usr/bin:/bin")
    assert asyncio.run(make_bytecode(pyodide)) is None
    assert not (tmp_path / "ran").exists()


def archive_of(files: dict[str, bytes], name: str) -> ClientWheel:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return named_by_content(name, buffer.getvalue())


def test_the_client_is_compiled_for_one_pyodide_and_one_content(
    real: PyodideFiles, cache: Path
) -> None:
    shutil.copy(real.stdlib, cache.parent / "stdlib.zip")
    # only the client is missing
    compiled_library = real.with_stdlib(cache.parent / "stdlib.zip", has_bytecode=True)
    archives = client_wheels()
    assert cached_bytecode(compiled_library, archives).client == {}
    better = asyncio.run(make_bytecode(compiled_library, archives))
    assert better is not None
    assert (better.hash, better.stdlib) == (compiled_library.hash, compiled_library.stdlib)
    assert cached_bytecode(compiled_library, archives) == better
    assert asyncio.run(make_bytecode(better, archives)) is None
    for archive in archives:
        compiled = better.client[archive.hash]
        assert compiled.name == archive.name
        assert compiled.hash != archive.hash
        with (
            zipfile.ZipFile(io.BytesIO(archive.content)) as source,
            zipfile.ZipFile(io.BytesIO(compiled.content)) as content,
        ):
            names = source.namelist()
            assert all(content.read(name) == source.read(name) for name in names)
            bytecode = set(content.namelist()) - set(names)
            assert bytecode == {f"{name}c" for name in names if name.endswith(".py")}
            assert {content.read(name)[4:8] for name in bytecode} == {(1).to_bytes(4, "little")}
            assert {content.getinfo(name).compress_type for name in bytecode} == {
                zipfile.ZIP_STORED
            }

    edited = named_by_content(archives[1].name, archives[1].content + b"edited")
    assert cached_bytecode(compiled_library, (edited,)).client == {}
    other = dataclasses.replace(compiled_library, origin="another")
    assert cached_bytecode(other, archives).client == {}


def test_another_python_takes_the_sources(real: PyodideFiles, cache: Path, tmp_path: Path) -> None:
    (archive, _) = client_wheels()
    better = asyncio.run(make_bytecode(real, (archive,)))
    assert better is not None
    wheel = tmp_path / "hmr_client.whl"
    wheel.write_bytes(better.client[archive.hash].content)
    code = "import hmr_client.client as c; print(c.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == f"{wheel}/hmr_client/client.py", said.stderr


def test_a_client_that_does_not_compile_is_served_as_it_is(real: PyodideFiles, cache: Path) -> None:
    broken = archive_of({"m.py": b"def"}, "client.zip")
    assert asyncio.run(make_bytecode(real, (broken,))) is None
    assert list((cache / "bytecode").iterdir()) == []


def test_archives_that_no_server_has_used_for_long_are_removed(
    real: PyodideFiles, cache: Path
) -> None:
    directory = cache / "bytecode"
    directory.mkdir(parents=True)
    times = {"library-old.zip": 31, "library-new.zip": 29}
    for name, days in times.items():
        (directory / name).touch()
        os.utime(directory / name, (time.time() - days * 86400,) * 2)
    assert asyncio.run(make_bytecode(real)) is not None
    made = bytecode._library_of(real)
    assert set(directory.iterdir()) == {made, directory / "library-new.zip"}
    os.utime(made, (0, 0))
    cached_bytecode(real)
    assert time.time() - made.stat().st_atime < 86400


def test_without_node_nothing_is_tried(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    monkeypatch.setenv("PATH", "/nowhere")
    assert asyncio.run(make_bytecode(pyodide)) is None
    assert not cache.exists()
