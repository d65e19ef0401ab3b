"""`real_path` says what `os.path.realpath` says, whatever is there."""

import os
from pathlib import Path

import pytest

from hmr_server.files.real_path import real_path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path.resolve()
    (root / "real" / "deep").mkdir(parents=True)
    (root / "real" / "deep" / "a.js").write_text("1")
    (root / "real" / "name (deleted)").write_text("2")
    os.mkfifo(root / "real" / "pipe")
    for link, target in {
        "folder": "real/deep",
        "file.js": "folder/a.js",
        "again.js": "file.js",
        "nowhere.js": "real/none.js",
        "circle": "circle",
    }.items():
        (root / link).symlink_to(target)
    (root / "real" / "secret.js").write_text("3")
    (root / "real" / "secret.js").chmod(0)
    return root


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights there")
@pytest.mark.parametrize("has_proc", [True, False])
@pytest.mark.parametrize(
    "name",
    [
        "real/deep/a.js",
        "real/deep",
        "folder/a.js",
        "file.js",
        "again.js",
        "nowhere.js",
        "none/none.js",
        "circle",
        "circle/a.js",
        "real/pipe",
        "real/secret.js",
        "real/name (deleted)",
        "real/deep/a.js/b.js",
        "",
    ],
)
def test_is_what_realpath_says(
    tree: Path, name: str, has_proc: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = os.readlink

    def readlink(path: str) -> str:
        if path.startswith("/proc/"):
            raise FileNotFoundError(path)
        return read(path)

    expected = os.path.realpath(tree / name)
    if not has_proc:
        monkeypatch.setattr(os, "readlink", readlink)
    assert real_path(os.path.normpath(tree / name)) == expected


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="null"):
        real_path("/a\0b")
