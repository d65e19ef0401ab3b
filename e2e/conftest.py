"""Fixtures: a project's files, a running hmr-server, tabs of a real Chromium.

    def test_something(project, serve, open_page):
        project.create({"index.html": html(), "main.js": "…"})
        page = open_page(serve(project).url)
        project.edit("main.js", "old", "new")
        page.text("#out", "new")
        page.assert_not_reloaded()

Two variables choose what is tested; `make test` and `make e2e` set them:

    HMR_E2E_PYTHON   the Python that has hmr-server: the clean environment with the built wheels,
                     else the one that runs the tests
    HMR_CHROMIUM     the browser, else Playwright's own
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from e2e.harness import pyscript as pyscript_project
from e2e.harness.chromium import FLAGS, chosen_chromium
from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project
from e2e.harness.server import Server
from e2e.harness.vite import npm

# The server's own, with files of this machine; a page's Python has names of its own.
_OWN_TRACEBACK = re.compile(r'File "/(?!lib/python)')

_REPORTED = pytest.StashKey[list[Server | HotPage]]()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--screenshot") == "off":
        config.option.screenshot = "only-on-failure"  # test-results/


def pytest_report_header() -> list[str]:
    return [
        f"hmr-server of {_server_python()}",
        f"Chromium: {chosen_chromium() or 'of Playwright'}",
    ]


def _server_python() -> Path:
    return Path(os.environ.get("HMR_E2E_PYTHON") or sys.executable)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test shows what its server printed and what happened in its pages."""
    report: pytest.TestReport = yield  # type: ignore[misc]
    if report.failed and report.when == "call":
        for number, thing in enumerate(item.stash.get(_REPORTED, [])):
            match thing:
                case Server():
                    report.sections.append((f"{number} hmr-server", thing.output))
                case HotPage():
                    report.sections.append((f"{number} page", thing.report()))
    return report  # type: ignore[return-value]


@pytest.fixture
def _reported(request: pytest.FixtureRequest) -> list[Server | HotPage]:
    return request.node.stash.setdefault(_REPORTED, [])


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright asks for these when it starts the browser."""
    chosen = {"executable_path": chromium} if (chromium := chosen_chromium()) else {}
    return {**browser_type_launch_args, **chosen, "args": FLAGS}


@pytest.fixture(scope="session")
def server_python() -> Path:
    """The Python whose environment holds hmr-server."""
    return _server_python()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    root = tmp_path / "project"
    root.mkdir()
    return Project(root)


@pytest.fixture(scope="session")
def pyscript_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PyScript and Pyodide from npm."""
    if npm() is None:
        pytest.skip("npm is needed to get PyScript")
    return pyscript_project.get_packages(tmp_path_factory.mktemp("npm"))


@pytest.fixture
def pyscript(project: Project, pyscript_packages: Path) -> Project:
    """A project whose page is PyScript's (`e2e/pyscript.py`)."""
    return pyscript_project.create(project, pyscript_packages)


@pytest.fixture
def serve(
    server_python: Path, _reported: list[Server | HotPage]
) -> Iterator[Callable[..., Server]]:
    """Starts hmr-server on a project: `serve(project, "--option", …)`."""
    servers: list[Server] = []

    def start(project: Project, *args: str) -> Server:
        server = Server(server_python, project.root, *args)
        servers.append(server)
        _reported.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
        assert not _OWN_TRACEBACK.search(server.output), server.output


@pytest.fixture
def build(server_python: Path) -> Callable[..., str]:
    """Builds a project: `build(project)` returns what the command printed."""

    def build(project: Project, *options: str, fails: bool = False) -> str:
        command = [server_python.with_name("hmr-server"), "build", project.root, *options]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return build


@pytest.fixture
def serve_static() -> Iterator[Callable[[Path], str]]:
    """Serves a folder with `python -m http.server`; returns its URL."""
    processes = []

    def serve(folder: Path) -> str:
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        processes.append(process)
        assert process.stdout
        found = re.search(r"port (\d+)", process.stdout.readline())
        assert found
        threading.Thread(target=process.stdout.read, daemon=True).start()
        return f"http://127.0.0.1:{found[1]}/"

    yield serve
    for process in processes:
        process.terminate()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def new_page(
    context: BrowserContext, _reported: list[Server | HotPage]
) -> Iterator[Callable[[], HotPage]]:
    """Makes a new tab; all tabs share one browser context.

    A tab that is reloaded without a test having waited for that fails the test.
    """
    pages: list[HotPage] = []

    def new_page() -> HotPage:
        page = HotPage(context.new_page())
        pages.append(page)
        _reported.append(page)
        return page

    yield new_page
    for page in pages:
        if not page.page.is_closed():
            page.assert_not_reloaded()


@pytest.fixture
def open_page(new_page: Callable[[], HotPage]) -> Callable[[str], HotPage]:
    """Opens a URL in a new tab and waits until Python handles its hot updates."""
    return lambda url: new_page().open(url)
