"""Pyodide's runtime, in the form that browsers compile before it is called."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from hmr_server.pyodide import bytecode
from hmr_server.pyodide.compiled_early import compiled_early, with_early_runtime
from hmr_server.pyodide.files import RUNTIME, PyodideFiles, find_pyodide

SCRIPT = (
    b"async function _createPyodideModule(x={}){return x}export default _createPyodideModule;\n"
)


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PyodideFiles:
    found = find_pyodide(Path.cwd())
    if found is None:
        pytest.skip("needs Pyodide in the user's cache (`make demo` gets it)")
    monkeypatch.setattr(bytecode, "cache_directory", lambda: tmp_path / "cache")
    return found


def test_its_function_stands_in_parentheses() -> None:
    assert compiled_early(SCRIPT) == (
        b"const _createPyodideModule=(async function _createPyodideModule(x={}){return x});"
        b"export default _createPyodideModule;\n"
    )


@pytest.mark.parametrize(
    "script", [b"", b"var x;" + SCRIPT, SCRIPT + SCRIPT, SCRIPT.replace(b"}export", b"} export")]
)
def test_what_looks_different_stays_as_it_is(script: bytes) -> None:
    assert compiled_early(script) is None


def test_it_is_made_once_and_has_another_url(real: PyodideFiles, tmp_path: Path) -> None:
    early = with_early_runtime(real)
    assert with_early_runtime(real) == early
    assert early.hash != real.hash
    served, plain = early.file(RUNTIME), real.file(RUNTIME)
    assert served is not None
    assert plain is not None
    assert served.read_bytes() == compiled_early(plain.read_bytes())
    assert early.with_stdlib(real.stdlib).hash == early.hash

    other = tmp_path / "other"
    shutil.copytree(real.directory, other)
    (other / RUNTIME).write_bytes(b"// something else")
    different = dataclasses.replace(real, directory=other, origin="other")
    assert with_early_runtime(different) == different


def test_without_a_cache_pages_get_the_plain_one(real: PyodideFiles, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no directory")
    assert with_early_runtime(real) == real
