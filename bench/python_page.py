"""Python in a page: edit to applied beside an ES module's, and how soon the demo's Python is ready.

    python -m bench.python_page [EDITS] [VISITS]

Both edits are made in the same page, turn by turn: the body of a function in a Python module, and a
self-accepting ES module, of 1 kB each. The boot is the second and later visits of the demo page in
one browser, from the navigation until its Python runs, beside a page that does nothing but
`loadPyodide()` with npm's files as a plain file server serves them.
"""

import functools
import http.server
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser

from bench.browser import chromium, percentile
from bench.latency import EDITS, WARM_UP, measure, module, row
from e2e.hot_page import HotPage
from e2e.project import Project, html
from e2e.server import Server
from hmr_server.pyodide_files import find_pyodide

VISITS = 15
REPOSITORY = Path(__file__).resolve().parents[1]

PAGE = html(head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>')
LISTEN = """\
import.meta.hot.on("hmr:applied", ({ updates }) => {
  if (updates[0].tier) globalThis.python = performance.timeOrigin + performance.now();
});
"""
STOCK = """\
<!doctype html>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  const pyodide = await loadPyodide();
  pyodide.runPython("1");
  globalThis.took = performance.now();
</script>
"""


def python_module(version: int) -> str:
    """A module of 1 kB whose function says its version."""
    text = f"def version():\n    return {version}\n\n\n"
    function = "def helper_{0}(a, b):\n    return [a, b, {0}]\n\n\n"
    number = 0
    while len(text) < 1024:
        text += function.format(number)
        number += 1
    return text


def measure_python(page: HotPage, project: Project, version: int) -> float:
    """Milliseconds from the edit to the page's running it."""
    page.value("globalThis.python = undefined")
    before = time.time() * 1000
    project.write("main.py", python_module(version))
    page.wait_for("globalThis.python")
    return page.value("globalThis.python") - before


def edits(browser: Browser, folder: Path, count: int) -> tuple[list[float], list[float]]:
    """The milliseconds of edits of an ES module, and of a Python module."""
    project = Project(folder).create(
        {
            "index.html": PAGE.replace(
                "</body>", '<script type="module" src="/l.js"></script></body>'
            ),
            "main.js": module(0),
            "main.py": python_module(0),
            "l.js": LISTEN,
        }
    )
    server = Server(Path(sys.executable), project.root)
    page = HotPage(browser.new_page()).open(server.url)
    times: tuple[list[float], list[float]] = ([], [])
    for version in range(1, WARM_UP + count + 1):
        took = measure(page, project, version), measure_python(page, project, version)
        if version > WARM_UP:
            times[0].append(took[0])
            times[1].append(took[1])
        time.sleep(random.uniform(0.02, 0.08))
    server.stop()
    return times


def demo_boots(browser: Browser, folder: Path, visits: int) -> list[float]:
    """Milliseconds until the demo's Python runs, from the second visit on."""
    project = Project(folder).copy(REPOSITORY, "index.html", "browser/demo")
    server = Server(Path(sys.executable), project.root)
    context = browser.new_context()
    times = []
    for _ in range(visits + 1):
        page = HotPage(context.new_page()).open(server.url)
        code = "import('/@hmr/client').then(({ ready }) => ready).then(() => performance.now())"
        times.append(page.value(code))
        page.page.close()
    context.close()
    server.stop()
    return times[1:]


def stock_boots(browser: Browser, folder: Path, visits: int) -> list[float]:
    """Milliseconds until npm's Pyodide runs a line, from the second visit on."""
    pyodide = find_pyodide(REPOSITORY)
    assert pyodide is not None, "run hmr-server once: it downloads Pyodide"
    for file in pyodide.directory.iterdir():
        if file.is_file():
            (folder / file.name).symlink_to(file)
    (folder / "index.html").write_text(STOCK)
    handler = type(
        "Quiet",
        (http.server.SimpleHTTPRequestHandler,),
        {
            "log_message": lambda *_: None,
            "extensions_map": {
                ".mjs": "text/javascript",
                ".wasm": "application/wasm",
                "": "text/html",
            },
        },
    )
    context = browser.new_context()
    times = []
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(visits + 1):
            page = HotPage(context.new_page())
            page.open(f"http://127.0.0.1:{server.server_port}/", until_ready=False)
            page.wait_for("globalThis.took")
            times.append(page.value("globalThis.took"))
            page.page.close()
        context.close()
        server.shutdown()
    return times[1:]


def main(count: int, visits: int) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        places = [Path(folder, name) for name in ("edits", "demo", "stock")]
        for place in places:
            place.mkdir()
        javascript, python = edits(browser, places[0], count)
        demo = demo_boots(browser, places[1], visits)
        stock = stock_boots(browser, places[2], visits)

    head = f"  {'':<28} {'p50':>8} {'p95':>8} {'min':>8} {'max':>8}"
    ratio = percentile(python, 0.5) / percentile(javascript, 0.5)
    print(f"\n  edit to applied, {count} edits each in one page, milliseconds\n\n{head}")
    print(row("ES module, 1 kB", javascript))
    print(row("Python function's body, 1 kB", python))
    print(f"  p50: {ratio:.2f} times an ES module's (goal: less than 3)")
    ratio = percentile(demo, 0.5) / percentile(stock, 0.5)
    print(f"\n  Python ready, second to {visits + 1}th visit, milliseconds\n\n{head}")
    print(row("the demo page", demo))
    print(row("loadPyodide() alone, stock", stock))
    print(f"  p50: {ratio:.2f} of stock Pyodide's (goal: less than 0.5)\n")


if __name__ == "__main__":
    main(*(list(map(int, sys.argv[1:])) + [EDITS, VISITS][len(sys.argv) - 1 :]))
