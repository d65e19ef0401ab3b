"""Python in a page: edit to applied beside an ES module's, and how soon the demo's Python is ready.

    python -m bench.python_page [EDITS] [VISITS]

Both edits are made in the same page, turn by turn: the body of a function in a Python module, and a
self-accepting ES module, of 1 kB each. The boot is the second and later visits of the demo page with one
browser profile on disk (a private window keeps less), from the navigation until its Python runs,
turn by turn with a page that does nothing but `loadPyodide()` with npm's files as a plain file
server serves them. The first visit of each lasts some seconds, as a user's does: Chromium keeps the
compiled WebAssembly when nothing more was compiled for 2 s, and the client sees to that after 4 s. The boot is counted once the server has
made its bytecode and its snapshot; the output says whether it has.
"""

import contextlib
import functools
import http.server
import io
import random
import re
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import Browser

from bench.harness.browser import chromium, profile
from bench.harness.figures import percentile
from bench.harness.page_edits import EDITS, WARM_UP, measure, module, row
from e2e.harness.hot_page import HotPage
from e2e.harness.process import PATIENCE_S
from e2e.harness.project import Project, html
from e2e.harness.server import Server
from hmr_server.pyodide.files import find_pyodide

VISITS = 15
FIRST_VISITS = 1  # nothing is cached there
FIRST_VISIT_S = 8
REPOSITORY = Path(__file__).resolve().parents[1]

TAKE_TIME = """\
addEventListener("DOMContentLoaded", async () => {
  if (!document.querySelector('script[src="/@hmr/client"]')) return;
  await (await import("/@hmr/client")).ready;
  globalThis.took = performance.now();
});
"""
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


def boots(folder: Path, visits: int) -> tuple[list[float], list[float], str]:
    """Milliseconds until the demo's Python runs, and until stock Pyodide does; of which archives."""
    for name in ("project", "stock", "profile"):
        folder.joinpath(name).mkdir()
    project = Project(folder / "project").copy(REPOSITORY, "index.html", "browser/demo")
    server = Server(Path(sys.executable), project.root)
    archives = wait_for_bytecode(server.url)
    times: tuple[list[float], list[float]] = ([], [])
    with profile(folder / "profile") as context, stock_server(folder / "stock") as stock:
        context.add_init_script(TAKE_TIME)
        for visit in range(FIRST_VISITS + visits):
            turn = list(zip((server.url, stock), times, strict=True))
            random.shuffle(turn)  # what comes after the other pays for its end
            for url, found in turn:
                page = HotPage(context.new_page()).open(url, until_ready=False)
                page.page.wait_for_function("globalThis.took", polling=50)  # not in each frame
                if visit >= FIRST_VISITS:
                    found.append(page.value("globalThis.took"))
                else:
                    time.sleep(FIRST_VISIT_S)
                page.page.close()
    server.stop()
    return *times, archives


def wait_for_bytecode(url: str) -> str:
    """What pages get by now: the server makes its bytecode in the background, given Node.js."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        settings = httpx.get(f"{url}@hmr/client").text
        paths = re.search(r'"pyodide": "/([^"]+)".*"wheel": "/([^"]+)"', settings)
        assert paths is not None, "the server has no Pyodide"
        places = {"stdlib": f"{paths[1]}python_stdlib.zip", "client": paths[2]}
        found = {name: has_bytecode(url + place) for name, place in places.items()}
        found["snapshot"] = '"snapshot": "' in settings
        if all(found.values()) or time.monotonic() > deadline:
            missing = ", ".join(name for name, is_made in found.items() if not is_made)
            return f"not made: {missing}: is Node.js missing?" if missing else "bytecode, snapshot"
        time.sleep(0.5)


def has_bytecode(url: str) -> bool:
    """Whether an archive holds any."""
    with zipfile.ZipFile(io.BytesIO(httpx.get(url).content)) as archive:
        return any(name.endswith(".pyc") for name in archive.namelist())


@contextlib.contextmanager
def stock_server(folder: Path) -> Iterator[str]:
    """npm's Pyodide and a page that boots it, as a plain file server serves them: its URL."""
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
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def main(count: int, visits: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, name) for name in ("edits", "boots")]
        for place in places:
            place.mkdir()
        with chromium() as browser:
            javascript, python = edits(browser, places[0], count)
        demo, stock, archives = boots(places[1], visits)

    head = f"  {'':<28} {'p50':>8} {'p95':>8} {'min':>8} {'max':>8}"
    ratio = percentile(python, 0.5) / percentile(javascript, 0.5)
    print(f"\n  edit to applied, {count} edits each in one page, milliseconds\n\n{head}")
    print(row("ES module, 1 kB", javascript))
    print(row("Python function's body, 1 kB", python))
    print(f"  p50: {ratio:.2f} times an ES module's (goal: at most 1)")
    ratio = percentile(demo, 0.5) / percentile(stock, 0.5)
    print(f"\n  Python ready, second to {visits + 1}th visit, milliseconds; {archives}\n\n{head}")
    print(row("the demo page", demo))
    print(row("loadPyodide() alone, stock", stock))
    print(f"  p50: {ratio:.2f} of stock Pyodide's (goal: 0.3)\n")


if __name__ == "__main__":
    main(*(list(map(int, sys.argv[1:])) + [EDITS, VISITS][len(sys.argv) - 1 :]))
