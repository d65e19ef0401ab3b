"""What several of the server's tests need."""

import contextlib
import inspect
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings
from rich.console import Console

from hmr_server.cli.console import rich_printer
from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer
from hmr_server.reporting.terminal import Terminal
from hmr_server.watch import truncated_file
from tests.server.project import Project
from tests.server.running import PATIENCE_S, RunningServer, Start

# A machine that is busy is no failure
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def httpx_is_patient() -> Iterator[None]:
    """By default it gives up after five seconds, which a first answer takes on a busy machine."""
    default = inspect.signature(httpx.get).parameters["timeout"].default
    with pytest.MonkeyPatch.context() as patch:
        for part in ("connect", "read", "write", "pool"):
            patch.setattr(default, part, PATIENCE_S)
        yield


@pytest.fixture(scope="session", autouse=True)
def empty_files_are_believed() -> Iterator[None]:
    """Tests write many of them just before they are read, and in one go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(truncated_file, "_LONGEST_S", 0.0)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """Makes a project of files; ends its environment after the test."""
    made: list[Project] = []

    def make(files: dict[str, str | bytes], **settings: Any) -> Project:
        made.append(Project(tmp_path, files, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small project on disk, for servers on real sockets."""
    root = tmp_path / "site"
    root.mkdir()
    (root / "index.html").write_text(
        '<!doctype html><html><head></head><body><script type="module" src="/main.js"></script>'
        "</body></html>"
    )
    (root / "main.js").write_text("import './dep.js';\nimport.meta.hot.accept();\n")
    (root / "dep.js").write_text("export const value = 1;\n")
    (root / "style.css").write_text("h1 { color: red }\n")
    (root / "logo.png").write_bytes(bytes(range(256)))
    return root


@pytest.fixture
def start(site: Path) -> Iterator[Start]:
    """Starts servers of the site; options are `ServerConfig`'s and `DevServer`'s."""
    with contextlib.ExitStack() as stack:

        def begin(
            *, pyodide: Any = None, plugins: Any = (), store: Any = None, **options: Any
        ) -> RunningServer:
            config = ServerConfig(**({"root": site, "port": 0} | options))
            console = Console(record=True, width=200, file=io.StringIO())
            server = DevServer(config, Terminal(rich_printer(console)), pyodide, plugins, store)
            return stack.enter_context(RunningServer(config, server, console))

        yield begin


@pytest.fixture
def running(start: Start) -> RunningServer:
    """A server of the site with nothing set."""
    return start()
