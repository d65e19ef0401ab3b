"""Snapshots of a Python that has started, made by a real Pyodide where there is one."""

import asyncio
import dataclasses
import shutil
from pathlib import Path

import pytest

from hmr_server.client_wheel.wheel import build_python_wheel
from hmr_server.pyodide import bytecode, snapshot
from hmr_server.pyodide.bytecode import make_bytecode
from hmr_server.pyodide.files import PyodideFiles, find_pyodide, read_pyodide
from hmr_server.pyodide.snapshot import make_snapshot, with_snapshot
from tests.server.pyodide_folder import make_pyodide

CLIENT = build_python_wheel()


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PyodideFiles:
    found = find_pyodide(Path.cwd())
    if found is None or shutil.which("node") is None:
        pytest.skip("needs Node.js, and Pyodide in the user's cache (`make demo` gets it)")
    monkeypatch.setattr(bytecode, "cache_directory", lambda: tmp_path / "cache")
    better = asyncio.run(make_bytecode(found, [CLIENT]))
    assert better is not None
    return better


def test_it_is_made_once_and_its_name_says_of_what(compiled: PyodideFiles) -> None:
    assert with_snapshot(compiled, CLIENT) == compiled
    made = asyncio.run(make_snapshot(compiled, CLIENT))
    assert made is not None
    assert made.snapshot is not None
    assert made.file(made.snapshot.name) == made.snapshot
    assert with_snapshot(compiled, CLIENT) == made
    assert asyncio.run(make_snapshot(made, CLIENT)) is None
    other = compiled.with_client({CLIENT.hash: dataclasses.replace(CLIENT, hash="other")})
    assert with_snapshot(other, CLIENT).snapshot is None
    assert with_snapshot(dataclasses.replace(compiled, hash="other"), CLIENT).snapshot is None


def test_a_damaged_one_is_made_again(compiled: PyodideFiles) -> None:
    made = asyncio.run(make_snapshot(compiled, CLIENT))
    assert made is not None
    assert made.snapshot is not None
    for content in (made.snapshot.read_bytes()[:-1], b"", b"no snapshot" * 9):
        made.snapshot.write_bytes(content)
        assert with_snapshot(compiled, CLIENT).snapshot is None
    assert asyncio.run(make_snapshot(compiled, CLIENT)) == made


def test_none_is_made_of_what_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "run", None)  # it would be called
    pyodide = read_pyodide(make_pyodide(tmp_path / "pyodide"))
    assert pyodide is not None
    clients = {CLIENT.hash: CLIENT}
    for candidate in (
        pyodide,  # without bytecode
        dataclasses.replace(pyodide, has_bytecode=True),  # without the client's
        dataclasses.replace(pyodide, has_bytecode=True, client=clients, version="0.26.4"),
        dataclasses.replace(pyodide, has_bytecode=True, client=clients, is_trusted=False),
    ):
        assert asyncio.run(make_snapshot(candidate, CLIENT)) is None
