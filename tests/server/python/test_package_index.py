"""The package index: the project's wheels, the cache, pip; and its two formats."""

import asyncio
import hashlib
import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from hmr_server.python.package_index import (
    IndexFile,
    PackageIndex,
    PackageNotFound,
    as_html,
    as_json,
    normalised,
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


@pytest.mark.parametrize(
    ("name", "expected"), [("Some_Thing", "some-thing"), ("a.-_b", "a-b"), ("plain", "plain")]
)
def test_names_are_normalised(name: str, expected: str) -> None:
    assert normalised(name) == expected
