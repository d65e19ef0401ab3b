"""Another site's page in the same browser: it reads nothing of ours, and shows nothing in our pages."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext

from e2e.harness.chromium import FOREIGN_HOST
from e2e.harness.project import Project, html

_EVIL = """<!doctype html><script>window.found = {};</script>
<script src="{url}classic.js"></script>
<link rel="stylesheet" href="{url}style.css">
<link rel="stylesheet" href="{url}main.py?x.css">
<p id="out">text</p>
<img src="{url}{long}"><img src="{url}LICENSE">
<img id="picture" src="{url}picture.svg">
<iframe src="{url}frame.html"></iframe>"""


def test_another_site_reads_nothing_and_shows_nothing(
    project: Project,
    serve: Callable,
    serve_static: Callable,
    open_page: Callable,
    context: BrowserContext,
    tmp_path: Path,
) -> None:
    project.create(
        {
            "index.html": html(body='<p id="out"></p><iframe src="/frame.html"></iframe>'),
            "main.js": "import './style.css';\nimport.meta.hot.accept();\n"
            "document.querySelector('#out').textContent = 'one';\n",
            "frame.html": "<p id='own'>own frame</p><img id='picture' src='/picture.svg'>",
            "classic.js": "var secret = 'a secret';\n",
            "style.css": "#out { color: rgb(1, 2, 3) }\n",
            "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
            "main.py": "#out { color: rgb(4, 5, 6) }\n",
            "LICENSE": "this is no JavaScript\n",
        }
    )
    server = serve(project)
    page = open_page(server.url)
    page.text("#out", "one")
    page.css("#out", "color", "rgb(1, 2, 3)")
    frame = page.page.frame_locator("iframe")
    frame.locator("#own").wait_for()
    assert frame.locator("#picture").evaluate("(picture) => picture.naturalWidth") == 10

    evil = context.new_page()
    body = _EVIL.replace("{url}", server.url).replace("{long}", "a" * 300)
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/index.html").write_text(body)
    there = serve_static(tmp_path / "evil").replace("127.0.0.1", FOREIGN_HOST)
    evil.goto(there, wait_until="load")
    assert evil.evaluate("typeof secret") == "undefined"
    assert evil.evaluate("getComputedStyle(out).color") == "rgb(0, 0, 0)"
    assert evil.evaluate("picture.naturalWidth") == 0

    project.edit("main.js", "one", "two")
    page.text("#out", "two")
    assert page.overlay.count() == 0
    page.assert_not_reloaded()
    assert "error" not in server.output
    evil.close()
