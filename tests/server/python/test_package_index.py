"""The package index: the project's wheels, the cache, pip; and its two formats."""

import asyncio
import hashlib
import importlib.util
import json
import os
import sys
import time
import zipfile
from pathlib import Path

import pytest

from hmr_server.python import package_index
from hmr_server.python.package_index import (
    IndexFile,
    PackageIndex,
    PackageNotFound,
    as_html,
    as_json,
)


def make_wheel(directory: Path, name: str) -> str:
    directory.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(directory / name, "w") as archive:
        archive.writestr("module.py", f"name = {name!r}")
    return hashlib.sha256((directory / name).read_bytes()).hexdigest()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip as it is where there is no index."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")


@pytest.fixture
def online(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that pip takes for the world: what it finds there is "downloaded"."""
    world = tmp_path / "world"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(world))
    for version in ("1.0", "1.10", "1.9"):
        name = f"some_thing-{version}-py3-none-any.whl"
        info = f"some_thing-{version}.dist-info"
        world.mkdir(exist_ok=True)
        with zipfile.ZipFile(world / name, "w") as archive:
            metadata = f"Metadata-Version: 2.1\nName: some-thing\nVersion: {version}\n"
            archive.writestr(f"{info}/METADATA", metadata)
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
    return world


def index(tmp_path: Path) -> PackageIndex:
    return PackageIndex(tmp_path / "wheels", cache=tmp_path / "cache")


def files(tmp_path: Path, name: str) -> list[IndexFile]:
    return asyncio.run(index(tmp_path).files(name))


def wheel(tmp_path: Path, name: str) -> Path:
    return asyncio.run(index(tmp_path).wheel(name))


@pytest.mark.usefixtures("offline")
def test_the_project_s_own_wheels_come_first_and_alone(tmp_path: Path) -> None:
    own = "Some.Thing-2.0-py3-none-any.whl"
    digest = make_wheel(tmp_path / "wheels", own)
    make_wheel(tmp_path / "wheels", "other-1.0-py3-none-any.whl")
    make_wheel(tmp_path / "cache/some-thing", "some_thing-3.0-py3-none-any.whl")
    for spelling in ("some-thing", "Some_Thing", "some.thing"):
        assert files(tmp_path, spelling) == [IndexFile(own, digest)]
    assert wheel(tmp_path, own) == tmp_path / "wheels" / own


@pytest.mark.usefixtures("online")
def test_pip_downloads_the_newest_and_the_others_when_they_are_asked_for(tmp_path: Path) -> None:
    newest, *others = files(tmp_path, "Some_Thing")
    assert newest.name == "some_thing-1.10-py3-none-any.whl"
    assert newest.sha256 is not None
    assert [file.name for file in others] == [
        "some_thing-1.9-py3-none-any.whl",
        "some_thing-1.0-py3-none-any.whl",
    ]
    assert [file.sha256 for file in others] == [None, None]
    place = wheel(tmp_path, "some_thing-1.9-py3-none-any.whl")
    assert place == tmp_path / "cache/some-thing/some_thing-1.9-py3-none-any.whl"
    assert zipfile.is_zipfile(place)


def test_what_was_used_once_works_offline(
    tmp_path: Path, online: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(tmp_path, "some-thing")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert files(tmp_path, "some-thing") == before
    yesterday = time.time() - 48 * 3600
    os.utime(tmp_path / "cache/some-thing/versions.json", (yesterday, yesterday))
    assert files(tmp_path, "some-thing") == before
    assert wheel(tmp_path, before[0].name).is_file()


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "name", ["nowhere", "--index-url", "-r", "../etc", "a b", "", "http://evil.example/x.whl", "ü"]
)
def test_a_package_that_is_not_to_be_had_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackageNotFound) as caught:
        files(tmp_path, name)
    assert f'"{name}" is not to be had' in str(caught.value)
    assert str(tmp_path / "wheels") in str(caught.value)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "name",
    [
        "nowhere-1.0-py3-none-any.whl",
        "../../secret-1.0-py3-none-any.whl",
        "-e-1.0-py3-none-any.whl",
        "x.tar.gz",
        ".whl",
        "a/b-1.0-py3-none-any.whl",
    ],
)
def test_a_wheel_that_is_not_to_be_had(tmp_path: Path, name: str) -> None:
    make_wheel(tmp_path.parent, "secret-1.0-py3-none-any.whl")
    with pytest.raises(PackageNotFound):
        wheel(tmp_path, name)


@pytest.mark.usefixtures("offline")
def test_a_failure_is_not_asked_for_again_at_once(tmp_path: Path, online: Path) -> None:
    async def twice() -> None:
        packages = index(tmp_path)
        for _ in range(2):
            with pytest.raises(PackageNotFound):
                await packages.files("nowhere")
        make_wheel(tmp_path / "wheels", "nowhere-1.0-py3-none-any.whl")
        assert await packages.files("nowhere")

    asyncio.run(twice())


def test_many_pages_at_once_download_once(tmp_path: Path, online: Path) -> None:
    async def ask() -> None:
        packages = index(tmp_path)
        answers = await asyncio.gather(*(packages.files("some-thing") for _ in range(5)))
        assert all(answer == answers[0] for answer in answers)

    asyncio.run(ask())
    assert len(list((tmp_path / "cache/some-thing").glob("*.whl"))) == 1


def test_both_formats() -> None:
    listed = [IndexFile("a-1.0-py3-none-any.whl", "abc"), IndexFile("a-0.9-py3-none-any.whl")]
    page = as_html("a", listed, "../../wheels/")
    assert '<a href="../../wheels/a-1.0-py3-none-any.whl#sha256=abc">a-1.0-py3-none' in page
    assert '<a href="../../wheels/a-0.9-py3-none-any.whl">' in page
    assert json.loads(as_json("a", listed, "http://x/w/")) == {
        "meta": {"api-version": "1.0"},
        "name": "a",
        "files": [
            {
                "filename": "a-1.0-py3-none-any.whl",
                "url": "http://x/w/a-1.0-py3-none-any.whl",
                "hashes": {"sha256": "abc"},
            },
            {
                "filename": "a-0.9-py3-none-any.whl",
                "url": "http://x/w/a-0.9-py3-none-any.whl",
                "hashes": {},
            },
        ],
    }


FAKE_PIP = """\
import os, sys, time
folder = os.environ["HMR_FAKE_PIP"]
name = sys.argv[sys.argv.index("versions") + 1]
open(f"{folder}/{name}.begun", "a").write("x")
running = len([x for x in os.listdir(folder) if x.endswith(".running")])
open(f"{folder}/{name}.running", "w").close()
open(f"{folder}/most", "a").write(f"{running + 1} ")
time.sleep(0.2)  # what it would take: others have to be able to begin meanwhile
os.remove(f"{folder}/{name}.running")
sys.exit("ERROR: nothing here")
"""


def test_two_run_at_once_and_each_name_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HMR_FAKE_PIP", str(tmp_path))
    monkeypatch.setattr(
        PackageIndex, "_command", lambda _self, _what: [sys.executable, "-c", FAKE_PIP]
    )
    names = ["a", "b", "c", "d"]

    async def ask() -> None:
        packages = index(tmp_path)
        asked = [packages.files(name) for name in names * 3]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(answer, PackageNotFound) for answer in answers)

    asyncio.run(ask())
    assert max(map(int, (tmp_path / "most").read_text().split())) == 2
    assert [(tmp_path / f"{name}.begun").read_text() for name in names] == ["x"] * 4


def test_pip_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(1000)"
    monkeypatch.setattr(
        PackageIndex, "_command", lambda _self, _what: [sys.executable, "-c", hangs]
    )
    monkeypatch.setattr(package_index, "_PATIENCE_S", 1.5)
    with pytest.raises(PackageNotFound, match="did not answer"):
        files(tmp_path, "some-thing")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "cache/pid").read_text()), 0)


def test_without_pip_uv_runs_it_and_without_both_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageNotFound, match=r"pip is missing in .* `uv pip install pip`"):
        files(tmp_path, "some-thing")
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\necho "Available versions: 1.0"\necho "$@" >> "$0.log"\n')
    uv.chmod(0o755)
    with pytest.raises(PackageNotFound):  # this uv leaves no wheel
        asyncio.run(index(tmp_path).wheel("some_thing-1.0-py3-none-any.whl"))
    assert "tool run --quiet pip" in (tmp_path / "uv.log").read_text()


def test_the_project_s_files_are_no_modules_of_pip_s(
    tmp_path: Path, online: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m pip` would run a `json.py` of the folder that it is started in."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project/json.py").write_text("open('ran', 'w').close()")
    monkeypatch.chdir(tmp_path / "project")
    assert files(tmp_path, "some-thing")
    assert not list(tmp_path.rglob("ran"))
