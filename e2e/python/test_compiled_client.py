"""A page whose client came compiled: it runs, and its tracebacks are those of the sources."""

import io
import json
import re
import shutil
import time
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from e2e.harness.process import PATIENCE_S
from e2e.harness.project import html

CLIENT = Path(__file__).resolve().parents[2] / "browser/hmr_browser"

PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<p id="out"></p>',
    modules=(),
)
MAIN = """\
import hmr_client
from js import document

hot = hmr_client.hot(__name__)
hot.data["runs"] = hot.data.get("runs", 0) + 1


def shown():
    return "one"


document.querySelector("#out").textContent = f"{shown()}, run {hot.data['runs']}"
hot.accept()
"""
IN_THE_PAGE = """\
import importlib.metadata, json, sys, traceback
from hmr_browser.python.source import Bundle
try:
    Bundle.from_json("no bundle")
except ValueError:
    said = traceback.format_exc()
ours = [m for n, m in sys.modules.items() if n.partition(".")[0] in ("hmr_client", "hmr_browser")]
def is_compiled(module):
    return module.__file__.endswith(".pyc")
json.dumps({
    "sources": [m.__name__ for m in ours if not is_compiled(m)],
    "said": said,
    "version": importlib.metadata.version("hmr-client"),
})
"""


def wait_for_compiled_archives(url: str) -> set[str]:
    """The URLs of the client's archives, once the server has compiled them in the background."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        settings = httpx.get(f"{url}@hmr/client").text
        paths = re.findall(r'"(?:wheel|pythonWheel)": "/([^"]+)"', settings)
        assert len(paths) == 2
        if all(is_compiled(httpx.get(url + path).content) for path in paths):
            return {url + path for path in paths}
        assert time.monotonic() < deadline, "the client was not compiled"
        time.sleep(0.2)


def is_compiled(archive: bytes) -> bool:
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    return any(name.endswith(".pyc") for name in names)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js compiles the client")
def test_a_page_runs_the_compiled_client_and_its_tracebacks_are_right(project, serve, new_page):
    project.create({"index.html": PAGE, "main.py": MAIN})
    server = serve(project)
    archives = wait_for_compiled_archives(server.url)
    page = new_page()
    loaded: list[str] = []
    page.page.on("request", lambda request: loaded.append(request.url))
    page.open(server.url)
    page.text("#out", "one, run 1")
    assert len(archives & set(loaded)) == 1

    project.edit("main.py", '"one"', '"two"')
    page.text("#out", "two, run 2")
    project.edit("main.py", 'return "two"', "return 1 / 0")
    expect(page.overlay.locator(".message")).to_contain_text("ZeroDivisionError")
    expect(page.overlay.locator(".frame")).to_contain_text("return 1 / 0")
    stack = page.overlay.locator(".stack")
    expect(stack).to_contain_text('File "main.py", line 9, in shown')
    expect(stack).not_to_contain_text("hmr_client/")

    found = json.loads(
        page.value(
            "import('/@hmr/client').then(({ ready }) => ready)"
            f".then((pyodide) => pyodide.runPython({json.dumps(IN_THE_PAGE)}))"
        )
    )
    assert found["sources"] == []
    assert found["version"]
    lines = (CLIENT / "python" / "source.py").read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "does not serve Python modules" in text)
    place = f'/lib/hmr_client.whl/hmr_browser/python/source.py", line {line}, in from_json'
    assert f"{place}\n    {lines[line - 1].strip()}" in found["said"]
    page.assert_not_reloaded()
