"""What `hmr-server new` writes: each project is started as it says, and edited."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from e2e.harness import cdn
from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project
from e2e.harness.server import Server

# the flower's diagonal, but for its middle: a right angle leaves it free
BETWEEN_ARMS = (
    "[...Array(470).keys()].some((x) => flower.getContext('2d').getImageData(x, x, 1, 1).data[3])"
)


@pytest.fixture
def new(tmp_path: Path, server_python: Path):
    """Writes a project from a template."""

    def write(template: str) -> Project:
        command = [server_python.with_name("hmr-server"), "new", "made", "--template", template]
        subprocess.run(list(map(str, command)), cwd=tmp_path, check=True, capture_output=True)
        return Project(tmp_path / "made")

    return write


@pytest.fixture
def answered(context) -> None:
    cdn.answer(context)


def test_a_page_whose_program_is_python(new, serve, open_page):
    project = new("pyodide")
    page = open_page(serve(project).url)
    page.wait_for(f"parseInt(seeds.textContent) > 20 && {BETWEEN_ARMS}")

    project.edit("main.py", 'f"{seeds} seeds"', 'f"{seeds} grains"')
    page.wait_for("/^\\d\\d+ grains$/.test(seeds.textContent)")
    project.edit("flower.py", "ANGLE = 137.508", "ANGLE = 90")
    page.wait_for("parseInt(seeds.textContent) > 100")
    page.wait_for(f"!({BETWEEN_ARMS})")
    assert int(page.value("parseInt(seeds.textContent)")) > 20
    _is_right(page)


@pytest.mark.usefixtures("answered")
def test_a_page_of_pyscript(new, serve, open_page):
    project = new("pyscript")
    page = open_page(serve(project).url)
    page.text("#count", "0 written")
    page.page.click("#write")
    page.text("#count", "1 written")

    project.edit(
        "words.py", '"A heron", "The last train", "My old teapot", "A quiet printer"', '"A crab"'
    )
    page.wait_for("(write.click(), poems.firstChild.textContent.startsWith('A crab'))")
    assert not page.value("poems.lastChild.textContent").startswith("A crab")
    _is_right(page)


@pytest.mark.usefixtures("answered")
def test_a_worker_of_pyscript(new, serve, open_page):
    project = new("pyscript-worker")
    page = open_page(serve(project).url)
    page.wait_for("parseInt(found.textContent) > 20")
    page.page.fill("input", "still here")

    project.edit("numbers_wanted.py", "return is_prime(number)  #", "return number > 10**9 #")
    page.wait_for("(window.before = window.now, window.now = found.textContent, before === now)")
    project.edit("worker.py", 'f"{last:,}"', 'f"number {last:,}"')
    project.edit("numbers_wanted.py", "10**9", "1")
    page.wait_for("number.textContent.startsWith('number ')")
    assert page.page.input_value("input") == "still here"
    _is_right(page)


def test_an_api_and_its_front_end(new, new_page):
    pytest.importorskip("fastapi")
    project = new("fastapi")
    uvicorn = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"]
    server = Server(Path(sys.executable), project.root, command=uvicorn)
    try:
        page = new_page().open(server.url)
        page.text("li:last-child", "Save frontend/main.js")
        page.page.fill("#text", "third")
        page.page.click("form button")
        page.text("li:last-child", "third")
        page.page.fill("#text", "half a no")

        project.edit("frontend/view.js", "= text;", "= `* ${text}`;")
        page.text("li:last-child", "* third")
        project.edit("frontend/style.css", "  list-style: none;", "  list-style: square;")
        page.css("#notes", "list-style-type", "square")
        assert page.page.input_value("#text") == "half a no"
        _is_right(page)
    finally:
        server.stop()


def _is_right(page: HotPage) -> None:
    page.assert_not_reloaded()
    page.assert_no_errors()
