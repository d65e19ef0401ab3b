"""Pages whose Content-Security-Policy lets nothing run that has not its nonce."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.harness.project import Project, html
from e2e.harness.server import Server

_APPLICATION = """\
import secrets
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from hmr_server import HotReload

PAGE = '''<!doctype html><html><head><title>theirs</title>
<link rel="stylesheet" href="/static/page.css" nonce="NONCE">
<script type="module" nonce="NONCE" src="/static/main.js"></script>
<script type="module" nonce="NONCE" src="/static/@hmr/client" data-entry="/static/main.py"></script>
</head><body><p id="out"></p><p id="python"></p></body></html>'''
CLIENT = '<script type="module" nonce="NONCE" src="/static/@hmr/client" data-entry="/static/main.py"></script>'

async def home(request):
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; "
        f"style-src 'nonce-{nonce}'; object-src 'none'; base-uri 'none'"
    )
    page = PAGE if request.url.path == "/" else PAGE.replace(CLIENT, "")
    return HTMLResponse(page.replace("NONCE", nonce), headers={"content-security-policy": policy})

app = Starlette(routes=[Route("/", home), Route("/plain", home)])
app.add_middleware(HotReload, root="frontend", base="/static/")
"""

_FILES = {
    "application.py": _APPLICATION,
    "frontend/main.js": """\
import "./own.css";
import { text } from "./text.js";
document.querySelector("#out").textContent = text;
import.meta.hot.accept("./text.js", ({ text }) => (document.querySelector("#out").textContent = text));
""",
    "frontend/text.js": 'export const text = "one";\n',
    "frontend/own.css": "#out { color: rgb(1, 2, 3) }\n",
    "frontend/page.css": "#out { margin-top: 7px }\n",
    "frontend/main.py": """\
from js import document

document.querySelector("#python").textContent = "python one"
""",
}


@pytest.fixture
def application(project: Project) -> Iterator[Server]:
    project.create(_FILES)
    uvicorn = [sys.executable, "-m", "uvicorn", "application:app", "--port", "0"]
    server = Server(Path(sys.executable), project.root, command=uvicorn)
    yield server
    server.stop()


@pytest.mark.parametrize("path", ["", "plain"])
def test_hot_updates_under_a_policy_with_a_nonce(
    project: Project, application: Server, open_page: Callable, path: str
) -> None:
    """Without a tag of its own (`plain`) the page gets the client with its nonce."""
    page = open_page(application.url + path)
    page.text("#out", "one")
    page.css("#out", "color", "rgb(1, 2, 3)")
    project.edit("frontend/text.js", "one", "two")
    page.text("#out", "two")
    project.edit("frontend/own.css", "1, 2, 3", "4, 5, 6")
    page.css("#out", "color", "rgb(4, 5, 6)")
    project.edit("frontend/page.css", "7px", "9px")
    page.css("#out", "margin-top", "9px")
    if not path:
        page.text("#python", "python one")
        project.edit("frontend/main.py", "python one", "python two")
        page.text("#python", "python two")
    project.edit("frontend/text.js", "export const", "export constant")
    page.overlay.wait_for()
    project.edit("frontend/text.js", "export constant", "export const")
    page.overlay.wait_for(state="detached")
    assert not any("Content Security Policy" in line for line in page.console)


def test_a_policy_that_allows_no_webassembly_is_named_and_the_page_is_reloaded_on_each_change(
    project, serve, new_page
):
    policy = "script-src 'self'"
    project.create(
        {
            "index.html": html(
                head=f'<meta http-equiv="Content-Security-Policy" content="{policy}" />',
                body='<p id="out"></p>',
            ),
            "main.js": """\
import { name } from "./dep.js";
document.querySelector("#out").textContent = name;
import.meta.hot.accept();
""",
            "dep.js": 'export const name = "one";\n',
        }
    )
    page = new_page().open(serve(project).url, until_ready=False)
    page.text("#out", "one")
    page.wait_for_console_with("needs 'wasm-unsafe-eval'")

    project.edit("dep.js", "one", "two")
    page.wait_for_load(until_ready=False)

    page.text("#out", "two")
