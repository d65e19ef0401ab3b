"""Python modules in a Vite project's page, by `browser/vite_plugin`: replaced, state kept."""

import io
import json
import re
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from e2e.harness.hot_page import HotPage
from e2e.harness.process import PATIENCE_S
from e2e.harness.project import html
from e2e.harness.vite import (
    CONNECTED,
    ViteProject,
    ViteServer,
    free_port,
    install_vite,
    npm,
    write_config,
)
from hmr_server.config import ServerConfig
from hmr_server.python.bundle import bundle as python_bundle
from hmr_server.python.files import PythonFiles
from hmr_server.python.imports import source_hash

pytestmark = pytest.mark.skipif(npm() is None, reason="npm is missing: Vite comes from there")

FILES = {
    "index.html": html(
        head='<script type="module" src="/@vite/client" data-entry="/main.py"></script>',
        body='<button id="add">add</button><input id="name"><p id="out"></p>',
        modules=(),
    ),
    "main.py": """\
from js import document
from pyodide.ffi.wrappers import add_event_listener

from app import words

STATE = {"clicks": 0}


def show():
    document.querySelector("#out").textContent = words.text(STATE["clicks"])


def on_click(event):
    STATE["clicks"] += 1
    show()


add_event_listener(document.querySelector("#add"), "click", on_click)
show()
""",
    "app/__init__.py": "",
    "app/words.py": 'def text(clicks):\n    return f"one {clicks}"\n',
}


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_vite(tmp_path_factory.mktemp("vite"))


@pytest.fixture
def project(tmp_path: Path) -> ViteProject:
    root = tmp_path / "project"
    root.mkdir()
    project = ViteProject(root)
    write_config(project)
    project.create(FILES)
    return project


@pytest.fixture
def start_vite(project: ViteProject, node_modules: Path) -> Iterator[Callable[[], ViteServer]]:
    servers: list[ViteServer] = []

    def start() -> ViteServer:
        servers.append(ViteServer(project, node_modules, free_port()))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def server(start_vite: Callable[[], ViteServer]) -> ViteServer:
    return start_vite()


@pytest.fixture
def page(server: ViteServer, new_page: Callable[[], HotPage]) -> HotPage:
    """The application, clicked twice, with a name in its form."""
    page = new_page().open(server.url, until_ready=False)
    page.wait_for_console(CONNECTED)
    page.text("#out", "one 0")
    page.page.click("#add", click_count=2)
    page.page.fill("#name", "Ada")
    page.text("#out", "one 2")
    return page


def click(page: HotPage, expected: str) -> None:
    page.page.click("#add")
    page.text("#out", expected)


def kept(page: HotPage) -> None:
    expect(page.page.locator("#name")).to_have_value("Ada")
    page.assert_not_reloaded()


def wait_until_applied(page: HotPage, path: str, times: int = 1) -> None:
    """Wait until the console has said so."""
    line = f"[vite] hot updated: {path} ("
    while len([text for text in page.console if text.startswith(line)]) < times:
        page.page.wait_for_event("console", lambda message: message.text.startswith(line))


def test_the_entrys_body_is_replaced(
    project: ViteProject, page: HotPage, server: ViteServer
) -> None:
    """A listener that was registered before runs the new code, and the state is kept."""
    project.edit("main.py", '["clicks"] += 1', '["clicks"] += 10')
    wait_until_applied(page, "/main.py")
    click(page, "one 12")
    kept(page)
    page.assert_no_errors()
    server.wait_for_line(r"hmr update /main\.py")


def test_an_imported_module_is_replaced(project: ViteProject, page: HotPage) -> None:
    """A module of a package, more than once."""
    project.edit("app/words.py", "one", "two")
    wait_until_applied(page, "/app/words.py")
    click(page, "two 3")
    project.edit("app/words.py", "two", "three")
    wait_until_applied(page, "/app/words.py", times=2)
    click(page, "three 4")
    kept(page)


def test_a_syntax_error_is_shown_until_it_is_fixed(
    project: ViteProject, page: HotPage, server: ViteServer
) -> None:
    """The page goes on with the old code; the terminal has the error too."""
    project.edit("app/words.py", "(clicks):", "(clicks:")
    expect(page.overlay.locator(".message")).to_contain_text("SyntaxError")
    server.wait_for_line("SyntaxError")
    page.page.keyboard.press("Escape")
    click(page, "one 3")
    project.edit("app/words.py", "(clicks:", "(clicks) -> str:")
    wait_until_applied(page, "/app/words.py")
    expect(page.overlay).to_have_count(0)
    project.edit("app/words.py", "one", "two")
    wait_until_applied(page, "/app/words.py", times=2)
    click(page, "two 4")
    kept(page)


def test_a_new_module_is_imported_renamed_and_deleted(project: ViteProject, page: HotPage) -> None:
    """What was not there when the page was loaded."""
    project.write("app/extra.py", 'MARK = "+"\n')
    project.write(
        "app/words.py",
        'from app.extra import MARK\n\n\ndef text(clicks):\n    return f"one {clicks}{MARK}"\n',
    )
    wait_until_applied(page, "/app/words.py")
    click(page, "one 3+")

    project.path("app/extra.py").rename(project.path("app/more.py"))
    project.edit("app/words.py", "app.extra", "app.more")
    wait_until_applied(page, "/app/words.py", times=2)
    click(page, "one 4+")
    project.edit("app/more.py", "+", "!")
    wait_until_applied(page, "/app/more.py")
    click(page, "one 5!")

    project.write("app/words.py", FILES["app/words.py"])
    wait_until_applied(page, "/app/words.py", times=4)  # the third: it reads what has changed
    project.remove("app/more.py")
    click(page, "one 6")
    kept(page)
    expect(page.overlay).to_have_count(0)


def test_an_import_that_leads_nowhere_until_its_file_is_there(
    project: ViteProject, page: HotPage
) -> None:
    """The new file alone brings the page on."""
    project.edit("app/words.py", "def text", "from app.later import MARK\n\n\ndef text")
    expect(page.overlay.locator(".message")).to_contain_text("No module named 'app.later'")
    project.write("app/later.py", 'MARK = "later"\n')
    expect(page.overlay).to_have_count(0)
    project.edit("app/words.py", "one", "{MARK}")
    wait_until_applied(page, "/app/words.py", times=2)
    click(page, "later 3")
    kept(page)


def test_stylesheets_of_the_page_are_hot_as_well(
    project: ViteProject, start_vite: Callable[[], ViteServer], new_page: Callable[[], HotPage]
) -> None:
    """One client for all of them, also below a base, in one page."""
    write_config(project, more='base: "/deep/base/",')
    project.write(
        "index.html",
        FILES["index.html"].replace("</head>", '<link rel="stylesheet" href="/a.css"></head>'),
    )
    project.write("a.css", "#out { color: rgb(1, 1, 1) }")
    page = new_page().open(start_vite().url, until_ready=False)
    page.text("#out", "one 0")
    project.edit("a.css", "1, 1, 1", "2, 2, 2")
    page.css("#out", "color", "rgb(2, 2, 2)")
    project.edit("app/words.py", "one", "two")
    wait_until_applied(page, "/app/words.py")
    click(page, "two 1")
    page.assert_not_reloaded()


def ask(server: ViteServer, query: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"{server.url}@hmr/python?{query}") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_bundle_is_what_the_entry_imports(
    project: ViteProject, start_vite: Callable[[], ViteServer]
) -> None:
    """The same as of our own server, which has a parser."""
    main = """\
\"\"\"A text is no import:
import in_a_text
\"\"\"
import app.words as words, json; import numpy  # import in_a_comment
from app import (
    unused as other,  # import me
)
try: import yaml
except ImportError: yaml = None
"""
    relative = "from . import words\nfrom .words import text\nfrom ..above import no\n"
    project.create({"main.py": main, "app/unused.py": relative, "alone.py": ""})
    for ignored in (".hidden/a.py", "__pycache__/a.py", "env/lib/a.py"):
        project.write(ignored, "")
    project.write("env/pyvenv.cfg", "")
    project.write("app/latin.py", "# coding: latin-1\r\nNAME = 'é'\r\n".encode("latin-1"))
    server = start_vite()

    status, bundle = ask(server, "entry=/main.py")
    ours = PythonFiles(ServerConfig(root=project.root))
    expected = python_bundle(ours, "/main.py")
    assert status == 200
    assert expected is not None
    wanted = json.loads(expected.to_json())
    bundle["packages"].pop("json")  # the page knows what its Python brings
    assert bundle == {**wanted, "packages": {"numpy": "numpy", "yaml": "pyyaml"}}
    latin = ask(server, "file=/app/latin.py")[1]
    assert latin["source"] == "# coding: latin-1\nNAME = 'é'\n"
    assert latin["hash"] == source_hash(latin["source"])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("entry=/missing.py", 404),
        ("file=/app/missing.py", 404),
        ("nothing=", 404),
        ("file=/index.html", 403),
        ("file=" + quote("/../outside.py"), 404),
        ("file=" + quote("/..\\outside.py"), 403),
        ("file=/link.py", 403),
        ("file=/secret/key.py", 403),
        ("data=/missing.txt", 404),
        ("data=/app", 404),
        ("data=/link.py", 403),
        ("data=/secret/key.py", 403),
        ("data=" + quote("/..\\outside.py"), 403),
        ("entry=/secret/key.py", 403),
        ("watch=/secret/key.py", 403),
    ],
)
def test_only_python_files_that_vite_would_serve(
    project: ViteProject, start_vite: Callable[[], ViteServer], query: str, status: int
) -> None:
    """Vite's `server.fs` holds for Python modules too."""
    write_config(project, server={"fs": {"allow": ["."], "deny": ["**/secret/**"]}})
    outside = project.root.parent / "outside.py"
    outside.write_text("SECRET = 1\n", encoding="utf-8")
    project.path("link.py").symlink_to(outside)
    project.write("secret/key.py", "SECRET = 1\n")
    code, answer = ask(start_vite(), query)
    assert code == status
    assert "SECRET" not in json.dumps(answer)
    assert answer["error"]


def test_a_module_of_a_worker_is_replaced(
    project: ViteProject, start_vite: Callable[[], ViteServer], new_page: Callable[[], HotPage]
) -> None:
    project.create(
        {
            "index.html": html(body='<button id="add">add</button><p id="out"></p>'),
            "main.js": """\
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => (document.querySelector("#out").textContent = data);
document.querySelector("#add").onclick = () => worker.postMessage("add");
""",
            "worker.js": 'import { start } from "/@vite/client";\n\nawait start("/worker.py");\n',
            "worker.py": """\
from js import addEventListener, postMessage
from pyodide.ffi import create_proxy

from app import words

STATE = {"clicks": 0}


def add(event):
    STATE["clicks"] += 1
    postMessage(words.text(STATE["clicks"]))


addEventListener("message", create_proxy(add))
postMessage(words.text(0))
""",
        }
    )
    page = new_page().open(start_vite().url, until_ready=False)
    page.wait_for_console(CONNECTED, times=2)
    page.text("#out", "one 0")
    click(page, "one 1")

    project.edit("app/words.py", "one", "two")
    page.wait_for_console_with("hot updated: /app/words.py")

    click(page, "two 2")
    page.assert_not_reloaded()


def test_data_files_are_there_and_refreshed(
    project: ViteProject, start_vite: Callable[[], ViteServer], new_page: Callable[[], HotPage]
) -> None:
    project.create(
        {
            "names.json": '{"name": "one"}',
            "app/marked.csv": b"\xef\xbb\xbfa\xff",
            ".env": "SECRET=1",
            "main.py": """\
import os
from importlib.resources import files
from pathlib import Path

import hmr_client
from js import document

import app

told = []


def show(data=None):
    if data:
        told.append(data["path"])
    document.querySelector("#out").textContent = " ".join([
        *(Path(name).read_text() for name in ("names.json", "new.txt") if os.path.exists(name)),
        (files("app") / "marked.csv").read_bytes().hex(),
        str(os.path.exists(".env")),
        *told,
    ])


hmr_client.hot(__name__).on("hmr:file-changed", show)
show()
""",
        }
    )
    page = new_page().open(start_vite().url, until_ready=False)
    page.text("#out", '{"name": "one"} efbbbf61ff False')

    project.edit("names.json", "one", "two")
    page.text("#out", '{"name": "two"} efbbbf61ff False /names.json')
    project.write("new.txt", "new")
    page.text("#out", '{"name": "two"} new efbbbf61ff False /names.json /new.txt')
    project.remove("new.txt")
    page.text("#out", '{"name": "two"} efbbbf61ff False /names.json /new.txt /new.txt')
    page.assert_not_reloaded()


def test_a_page_gets_the_library_and_the_client_compiled(
    project: ViteProject, start_vite: Callable[[], ViteServer], new_page: Callable[[], HotPage]
) -> None:
    """Made once by Pyodide's own Python in Node.js; the next server has them from the start."""
    first = start_vite()
    page = new_page().open(first.url, until_ready=False)
    deadline = time.monotonic() + PATIENCE_S
    while '"bytecode":{' not in (script := get(f"{first.url}@vite/client").decode()):
        assert time.monotonic() < deadline, "they were not made"
        time.sleep(0.2)
    page.text("#out", "one 0")  # it began without, or with
    page.page.close()
    first.stop()
    second = start_vite()
    assert get(f"{second.url}@vite/client").decode().count('"bytecode":{') == 1
    settings = script[script.index('"wheel":') :]
    pyodide, wheel = (
        re.search(rf'"{name}":"(/[^"]+)"', settings)[1].lstrip("/") for name in ("pyodide", "wheel")
    )
    for path, name in ((f"{pyodide}python_stdlib.zip", "os"), (wheel, "hmr_client/client")):
        with zipfile.ZipFile(io.BytesIO(get(f"{second.url}{path}"))) as archive:
            assert {f"{name}.py", f"{name}.pyc"} <= set(archive.namelist())
    page = new_page().open(second.url, until_ready=False)
    page.wait_for_console(CONNECTED)
    page.text("#out", "one 0")
    project.write(
        "main.py",
        FILES["main.py"]
        + "import asyncio, hmr_client\nprint(hmr_client.__file__, asyncio.__file__)\n",
    )
    page.wait_for_console_with("/lib/hmr_client.whl/hmr_client/__init__.pyc")
    page.wait_for_console_with(".zip/asyncio/__init__.pyc")


def get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    return content
