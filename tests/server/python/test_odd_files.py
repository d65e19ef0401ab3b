"""Files that are none, and links that lead nowhere: left out, with a line that says so."""

import os
import threading
from pathlib import Path

import httpx
import pytest

from hmr_server.config import ServerConfig
from hmr_server.files.reading import NotAFile, read_bytes, read_text
from hmr_server.python.bundle import bundle
from hmr_server.python.files import PythonFiles
from tests.server.running import Start


def test_a_pipe_a_device_and_a_directory_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.js")
    for path in (tmp_path / "pipe.js", Path("/dev/zero")):
        with pytest.raises(NotAFile, match="no regular file"):
            read_bytes(path)
    with pytest.raises(IsADirectoryError):
        read_bytes(tmp_path)
    (tmp_path / "text").write_bytes(b"a\r\nb\rc\n")
    assert read_text(tmp_path / "text") == "a\nb\nc\n"


def test_a_python_file_that_is_a_link_out_of_the_project_is_left_out(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.py").write_text("x = 1")
    (root / "main.py").write_text("import linked, circle, nowhere, inner")
    (root / "inner.py").write_text("")
    (root / "linked.py").symlink_to("../outside.py")
    (root / "circle.py").symlink_to("circle.py")
    (root / "nowhere.py").symlink_to("gone.py")
    (root / "alias.py").symlink_to("inner.py")
    found = bundle(PythonFiles(ServerConfig(root=root)), "/main.py")
    assert found is not None
    assert {module.url for module in found.modules} == {"/main.py", "/inner.py"}
    assert set(found.left_out) == {"/linked.py", "/circle.py"}
    assert "/alias.py" in found.files


@pytest.mark.parametrize("name", ["pipe.js", "pipe.css", "pipe.json", "pipe.py", "pipe.png", "p"])
def test_a_request_for_a_pipe_is_answered(start: Start, name: str) -> None:
    running = start()
    os.mkfifo(running.config.root / name)
    for url in (name, f"{name}?import", f"@hmr/python?file=/{name}", f"@hmr/python?data=/{name}"):
        assert httpx.get(f"{running.url}{url}", timeout=10).status_code < 600
    assert threading.active_count() < 50


def test_a_page_that_names_a_pipe_as_its_python_is_answered(start: Start) -> None:
    """Whether it makes workers is read in its scripts."""
    running = start()
    os.mkfifo(running.config.root / "pipe.py")
    page = '<script type="py" src="pipe.py"></script>'
    (running.config.root / "index.html").write_text(page)
    assert "pipe.py" in httpx.get(running.url, headers={"accept": "text/html"}, timeout=10).text
