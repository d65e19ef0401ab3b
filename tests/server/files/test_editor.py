"""Opening a file in the editor: how it gets the line, and who may ask."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmr_server.config import ServerConfig
from hmr_server.files.editor import Place, editor_command, find_editor
from tests.server.running import Start


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a/b.js", Place(Path("/a/b.js"))),
        ("/a/b.js:3", Place(Path("/a/b.js"), 3)),
        ("/a/b.js:3:7", Place(Path("/a/b.js"), 3, 7)),
        ("file:///a/b.js:3:7", Place(Path("/a/b.js"), 3, 7)),
        ("C:\\a\\b.js:3:7", Place(Path("C:\\a\\b.js"), 3, 7)),
        ("/a:b.js", Place(Path("/a:b.js"))),
        ("", Place(Path())),
    ],
)
def test_places(text: str, expected: Place) -> None:
    assert Place.parse(text) == expected


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        (["code"], ["code", "--goto", "/x.js:3:7"]),
        (["/usr/bin/code.exe", "-r"], ["/usr/bin/code.exe", "-r", "--goto", "/x.js:3:7"]),
        (["subl"], ["subl", "/x.js:3:7"]),
        (["nvim"], ["nvim", "+3", "/x.js"]),
        (["pycharm"], ["pycharm", "--line", "3", "/x.js"]),
        (["mine"], ["mine", "/x.js"]),
    ],
)
def test_the_line_in_the_editor_s_own_way(editor: list[str], expected: list[str]) -> None:
    assert editor_command(editor, Place(Path("/x.js"), 3, 7)) == expected
    assert editor_command(editor, Place(Path("/x.js")))[-1] == "/x.js"


def test_which_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mine", "visual", "plain"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    variables = {"VISUAL": "visual --wait", "EDITOR": "plain"}
    config = ServerConfig(root=tmp_path)
    assert find_editor(ServerConfig(root=tmp_path, editor="mine -x"), variables) == ["mine", "-x"]
    assert find_editor(config, variables) == ["visual", "--wait"]
    assert find_editor(config, variables | {"VISUAL": "not-there"}) == ["plain"]
    assert find_editor(config, {}) is None
    (tmp_path / "code").write_text("#!/bin/sh\n")
    (tmp_path / "code").chmod(0o755)
    assert find_editor(config, {}) == ["code"]


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An editor that writes down its arguments."""
    script, told = tmp_path / "code", tmp_path / "told.txt"
    script.write_text(f'#!/bin/sh\necho "$@" > {told}.part && mv {told}.part {told}\n')
    script.chmod(0o755)
    yield str(script), told
    for thread in threading.enumerate():
        if thread.name == "editor":
            thread.join()


def test_the_page_opens_the_editor(start: Start, editor: tuple[str, Path]) -> None:
    command, told = editor
    running = start(editor=command)
    root = running.config.root
    path = f"/__open-in-editor?file={root}/main.js:3:7"
    assert running.get(path, sec_fetch_site="same-origin").status_code == 204
    running.wait_until(told.exists)
    assert told.read_text() == f"--goto {root}/main.js:3:7\n"
    assert '"openInEditor": true' in running.get("/@hmr/client").text


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("file={root}/main.js", {"sec-fetch-site": "cross-site"}, 403),
        ("file={root}/main.js", {"sec-fetch-site": "same-site"}, 403),
        ("file={root}/main.js", {}, 403),
        ("file={root}/main.js&token=wrong", {}, 403),
        ("file={root}/main.js&token={token}", {}, 204),
        ("file={root}/nowhere.js", {"sec-fetch-site": "same-origin"}, 404),
        ("file={root}", {"sec-fetch-site": "same-origin"}, 404),
        ("file=/etc/passwd", {"sec-fetch-site": "same-origin"}, 403),
        ("file={root}/.env", {"sec-fetch-site": "same-origin"}, 403),
        ("file={root}/../x", {"sec-fetch-site": "same-origin"}, 403),
        ("", {"sec-fetch-site": "same-origin"}, 404),
    ],
)
def test_only_its_own_pages_and_only_the_project_s_files(
    start: Start,
    editor: tuple[str, Path],
    query: str,
    headers: dict[str, str],
    status: int,
) -> None:
    running = start(editor=editor[0])
    path = query.format(root=running.config.root, token=running.config.token)
    assert running.get(f"/__open-in-editor?{path}", **headers).status_code == status


def test_without_an_editor_it_says_what_to_do(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    running = start()
    path = f"/__open-in-editor?file={running.config.root}/main.js"
    answer = running.get(path, sec_fetch_site="same-origin")
    assert answer.status_code == 501
    assert "--editor" in answer.text
    assert "--editor" in running.printed
