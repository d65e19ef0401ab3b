"""A page that continues from a Python that has started already: it can't be told from one that it starts."""

import json
import re
import time
from typing import Any

import httpx
import pytest

from e2e.harness.hot_page import HotPage
from e2e.harness.process import PATIENCE_S
from e2e.harness.project import html
from e2e.harness.server import Server
from hmr_server.pyodide.node import cached_node

SNAPSHOT = "**/snapshot-*.bin"
LIBRARY = "python_stdlib.zip"
PAGE = html(
    head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
    body='<p id="out"></p>',
    modules=(),
)
STATE = """\
import sys
modules = sorted(sys.modules)
import asyncio, json, locale, logging, os, random, time
import js
from pyodide.ffi import can_run_sync, run_sync


def classes(value):
    return [cls.__name__ for cls in type(value).__mro__]


def deep(count):
    return count and 1 + deep(count - 1)


async def waited():
    return run_sync(asyncio.sleep(0, "waited"))


try:
    deep(100_000)
except RecursionError as error:
    deepest = str(error)
same = {
    "modules": [name for name in modules if name != "hmr_browser.snapshot"],
    "environment": dict(os.environ),
    "path": sys.path,
    "argv": [sys.argv, sys.executable, sys.flags, os.getcwd(), sys.getrecursionlimit()],
    "files": [os.listdir("/lib"), os.listdir(".")],
    "locale": [locale.setlocale(locale.LC_ALL), sys.getfilesystemencoding()],
    "time": [time.tzname, time.timezone],
    "streams": [str(x) for x in (sys.stdin, sys.stdout, sys.stderr)],
    "terminal": [sys.stdout.isatty(), sys.stdout.line_buffering],
    "classes": [classes(x) for x in (js, js.window, js.document, sys.modules["pyodide_js"])],
    "hooks": [sys.excepthook.__name__, sys.displayhook.__name__, len(sys.meta_path)],
    "loop": type(asyncio.get_running_loop()).__name__,
    "suspends": can_run_sync(),
    "deepest": deepest,
    "waited": await asyncio.ensure_future(waited()),
}
record = logging.LogRecord("name", 1, "", 1, "", None, None)
own = {"random": random.random(), "age": record.relativeCreated}
js.document.querySelector("#out").textContent = json.dumps([same, own])
"""


def wait_for_snapshot(server: Server) -> None:
    """Pages get it once the server has made it in the background."""
    deadline = time.monotonic() + PATIENCE_S
    while not re.search(r'"snapshot": "', httpx.get(f"{server.url}@hmr/client").text):
        if cached_node() is None and time.monotonic() > deadline:
            pytest.skip("needs Node.js")
        assert time.monotonic() < deadline, "the server made no snapshot"
        time.sleep(0.1)


def requested(page: HotPage) -> list[str]:
    """The names of the files that a page requests from now on."""
    names: list[str] = []
    page.page.on("request", lambda request: names.append(request.url.rpartition("/")[2]))
    return names


def shown(page: HotPage) -> Any:
    """What the program has put into the page."""
    page.wait_for("document.querySelector('#out')?.textContent")
    return json.loads(page.value("document.querySelector('#out').textContent"))


def test_it_has_what_a_python_that_has_just_started_has(project, serve, new_page):
    project.create({"index.html": PAGE, "main.py": STATE})
    server = serve(project)
    wait_for_snapshot(server)
    page, again, plain = (new_page() for _ in range(3))
    plain.page.route(SNAPSHOT, lambda route: route.fulfill(status=200, body=b"damaged" * 9))

    # it comes first: later ones have the snapshot from where the browser keeps it
    (expected, _), (same, own), (same_again, own_again) = (
        shown(each.open(server.url)) for each in (plain, page, again)
    )

    assert "hmr_browser.python.page" in expected["modules"]
    assert same == same_again == expected
    assert own["random"] != own_again["random"]
    assert 0 <= own["age"] < 1000 * PATIENCE_S
    plain.wait_for_console_with("Python can't continue from its snapshot")


def test_the_library_comes_after_the_start_or_when_a_program_needs_it(project, serve, new_page):
    main = """\
import js


def show(text):
    js.document.querySelector("#out").textContent = f'"{text}"'


show("started")
"""
    project.create({"index.html": PAGE, "main.py": main})
    server = serve(project)
    wait_for_snapshot(server)
    page = new_page()
    names = requested(page)
    page.open(server.url)
    assert shown(page) == "started"
    page.wait_for(
        f"performance.getEntriesByType('resource').some((x) => x.name.endsWith('{LIBRARY}'))"
    )
    assert names.count(LIBRARY) == 1

    # an edit needs what no snapshot has: modules of the library, and its sources for a traceback
    project.edit("main.py", 'show("started")', "import colorsys\n\nshow(colorsys.__name__)")
    page.text("#out", '"colorsys"')
    project.edit("main.py", "colorsys.__name__", "__import__('json').loads('{')")
    page.wait_for_console_with("return _default_decoder.decode(s)")
    project.edit("main.py", "__import__('json').loads('{')", "'mended'")
    page.text("#out", '"mended"')
    page.assert_not_reloaded()

    # the next start imports it at once, and the one after that has it in time
    for turn in ("waits", "has it in time"):
        names.clear()
        page.page.reload()
        page.wait_for_load()
        assert shown(page) == "mended"
        assert LIBRARY in names
        order = page.value(
            "performance.getEntriesByType('resource').map((x) => x.initiatorType + x.name)"
        )
        assert any(f"xmlhttprequest{server.url}" in x and LIBRARY in x for x in order) == (
            turn == "waits"
        )


def page_that_shows(text: str, project, serve, new_page) -> HotPage:
    """A page whose program continues from the snapshot and shows a text."""
    main = f"import js\njs.document.querySelector('#out').textContent = '\"{text}\"'\n"
    project.create({"index.html": PAGE, "main.py": main})
    server = serve(project)
    wait_for_snapshot(server)
    page = new_page().open(server.url)
    assert shown(page) == text
    return page


KEPT = "caches.open('hmr-snapshot').then((cache) => cache.keys()).then((keys) => keys.length)"


def test_the_next_visit_has_it_from_where_the_browser_keeps_it(project, serve, new_page):
    page = page_that_shows("started", project, serve, new_page)
    page.wait_until(lambda: page.value(KEPT) == 1, page.report)

    names = requested(page)
    page.page.reload()
    page.wait_for_load()
    assert shown(page) == "started"
    assert not any(name.startswith("snapshot-") for name in names)

    # what is damaged there is not used, and not kept
    damage = "cache.keys().then(([key]) => cache.put(key, new Response('damaged'.repeat(9))))"
    page.value(f"caches.open('hmr-snapshot').then((cache) => {damage})")
    page.page.reload()
    page.wait_for_load()
    assert shown(page) == "started"
    page.wait_for_console_with("Python can't continue from its snapshot")
    assert page.value(KEPT) == 0


def test_compiled_webassembly_is_kept_once_and_the_program_runs_on(project, serve, new_page):
    page = page_that_shows("one", project, serve, new_page)

    note = "caches.match('/@hmr/notes/compiled').then((found) => found?.text())"
    page.wait_until(lambda: "pyodide.asm.wasm" in (page.value(note) or ""), page.report)
    assert page.value("localStorage.length") == 0

    project.edit("main.py", "one", "two")
    page.text("#out", '"two"')
    page.assert_not_reloaded()
