"""Which files a page's Python gets: modules and data, cheap to list, and nothing that is not served."""

import os

import pytest

from hmr_server.config import ServerConfig
from hmr_server.python import project_files
from hmr_server.python.project_files import ProjectFiles, look_of

PYTHON = ("app/main.py", "app/deep/words.py", "setup.py")
DATA = (
    "app/data.csv",
    "app/deep/template.html",
    "app/deep/PICTURE.PNG",
    "app/style.css",
    "data/é 100%.json",
    "public/logo.svg",
    "LICENSE",
)
OTHER = (
    ".env",
    "app/.env.local",
    "app/server.key",
    ".git/config",
    "app/.hidden",
    "app/.cache/x.json",
    "node_modules/left-pad/package.json",
    "app/__pycache__/words.pyc",
    "env/pyvenv.cfg",
    "env/share/x.json",
    "dist/assets/.hmr-build",
    "dist/app/data.csv",
    "app/main.js",
    "app/view.tsx",
    "app/main.js.map",
    "wheels/x.whl",
    "wheels/notes.txt",
    "pyproject.toml",
    "hmr.toml",
    "logs/today.log",
    "private/x.json",
    "app/new\nline.txt",
)


@pytest.fixture
def root(tmp_path):
    for name in (*PYTHON, *DATA, *OTHER):
        file = tmp_path / "root" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path / "root"


@pytest.fixture
def files(root):
    config = ServerConfig(root=root, watch_ignore=("*.log",), fs_deny=("private/**",))
    return ProjectFiles(config)


def test_all_data_files_are_listed_and_the_python_files_of_the_folder(files):
    listing = files.list("/app")

    assert listing.python == ("/app/deep/words.py", "/app/main.py")
    assert set(listing.data) == {f"/{name}" for name in DATA}
    assert listing.is_complete


@pytest.mark.parametrize("name", [*DATA, *OTHER, *PYTHON])
def test_a_file_that_changes_is_told_of_if_it_is_one_that_is_listed(files, root, name):
    assert files.is_data_file(root / name) is (name in DATA)


def test_what_is_not_there_yet_or_not_in_the_project_is_judged_by_its_name(files, root):
    assert files.is_data_file(root / "app/new/file.txt")
    assert not files.is_data_file(root / "new/.env")
    assert not files.is_data_file(root.parent / "x.txt")


def test_a_listed_file_comes_with_its_size_and_time(files, root):
    os.utime(root / "LICENSE", ns=(0, 1_700_000_000_123_456_789))

    assert files.list("/").data["/LICENSE"] == (len("LICENSE"), 1_700_000_000_123)


def test_links_are_listed_where_what_they_lead_to_may_be_served(files, root):
    (root.parent / "outside.txt").write_text("")
    for name, target in {
        "app/inside.txt": root / "LICENSE",
        "app/outside.txt": root.parent / "outside.txt",
        "app/secret.txt": root / ".env",
        "app/broken.txt": root / "nowhere",
        "app/folder": root.parent,
    }.items():
        (root / name).symlink_to(target)

    listed = {url for url in files.list("/").data if url.startswith("/app/")}

    assert listed - {f"/{name}" for name in DATA} == {"/app/inside.txt"}
    assert not files.is_data_file(root / "app/outside.txt")


def test_too_many_files_are_cut_and_those_of_the_entrys_folder_come_first(files, root, monkeypatch):
    monkeypatch.setattr(project_files, "MOST_DATA_FILES", 5)
    (root / "app/zzz.txt").write_text("")

    listing = files.list("/app")

    assert not listing.is_complete
    assert len(listing.data) == 5
    assert set(listing.data) == {f"/{x}" for x in DATA if x.startswith("app/")} | {"/app/zzz.txt"}
    assert listing.python == ("/app/deep/words.py", "/app/main.py")


def test_a_folder_is_no_file(root):
    assert look_of(root) is None
    assert look_of(root / "nothing") is None
