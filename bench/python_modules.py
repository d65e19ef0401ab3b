"""How soon an application of 200 Python modules has run, from the second visit on, beside stock Pyodide.

    python -m bench.python_modules [VISITS] [MODULES]

Stock is a page that does nothing but `loadPyodide()`, unpacks one archive of the same modules and imports
them, from a server whose answers browsers keep as they keep ours. One browser profile on disk each.
"""

import contextlib
import functools
import http.server
import io
import random
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.harness.browser import profile
from bench.harness.figures import percentile, ratio
from bench.harness.page_edits import row
from bench.python_page import REPOSITORY, wait_for_bytecode
from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project, html
from e2e.harness.server import Server
from hmr_server.pyodide.files import find_pyodide

VISITS = 11
MODULES = 200
FIRST_VISITS = 2  # nothing is kept at the first, and the second may come before all of it is
FIRST_VISIT_S = 8

MODULE = '''\
"""Module {number} of a generated application."""

import dataclasses
from functools import lru_cache

from app.registry import register

LIMITS = {{"small": {number}, "large": {number} * 10}}


@dataclasses.dataclass
class Item{number}:
    name: str
    amount: int = {number}

    def total(self, factor: float = 1.0) -> float:
        if self.amount > LIMITS["large"]:
            raise ValueError(f"too many of {{self.name}}")
        return sum(x * factor for x in range(self.amount))


@lru_cache(maxsize=32)
def names(count: int) -> tuple[str, ...]:
    found = []
    for index in range(count):
        try:
            found.append(f"item {{index}} of {number}")
        except KeyError as error:
            print(error)
    return tuple(found)


@register("view{number}")
def view(request: dict) -> dict:
    items = [Item{number}(name) for name in names(request.get("count", 3))]
    return {{"items": [item.name for item in items], "total": sum(item.total() for item in items)}}
'''
REGISTRY = """\
VIEWS = {}


def register(name):
    def add(function):
        VIEWS[name] = function
        return function

    return add
"""
PAGE = html(head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>')
STOCK = """\
<!doctype html>
<script type="module">
  import { loadPyodide } from "./pyodide.mjs";
  const archive = fetch("./app.zip").then((answer) => answer.arrayBuffer());
  const pyodide = await loadPyodide();
  pyodide.unpackArchive(await archive, "zip");
  pyodide.runPython("import main");
</script>
"""


def application(count: int) -> dict[str, str]:
    """The files of an application of so many modules."""
    imports = "".join(f"import app.part{number // 20}.m{number}\n" for number in range(count))
    told = f"js.globalThis.took = js.performance.now()\nassert len(VIEWS) == {count}\n"
    files = {
        "main.py": f"import js\n\nfrom app.registry import VIEWS\n{imports}\n{told}",
        "app/__init__.py": "",
        "app/registry.py": REGISTRY,
    }
    for number in range(count):
        files[f"app/part{number // 20}/__init__.py"] = ""
        files[f"app/part{number // 20}/m{number}.py"] = MODULE.format(number=number)
    return files


class _Kept(http.server.SimpleHTTPRequestHandler):
    """A file server whose answers browsers keep."""

    protocol_version = "HTTP/1.1"
    extensions_map = {".mjs": "text/javascript", ".wasm": "application/wasm", "": "text/html"}  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        kept = "no-cache" if self.path == "/" else "max-age=31536000, immutable"
        self.send_header("cache-control", kept)
        super().end_headers()


@contextlib.contextmanager
def stock_server(folder: Path, files: dict[str, str]) -> Iterator[str]:
    """npm's Pyodide, the application as one archive, and a page that runs it: its URL."""
    pyodide = find_pyodide(REPOSITORY)
    assert pyodide is not None, "run hmr-server once: it downloads Pyodide"
    for file in pyodide.directory.iterdir():
        if file.is_file():
            (folder / file.name).symlink_to(file)
    (folder / "index.html").write_text(STOCK)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for path, text in files.items():
            written.writestr(path, text)
    (folder / "app.zip").write_bytes(archive.getvalue())
    handler = functools.partial(_Kept, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def visits(folder: Path, count: int, modules: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the application has run: with hmr-server, and stock."""
    for name in ("project", "stock", "profile"):
        folder.joinpath(name).mkdir()
    files = application(modules)
    project = Project(folder / "project").create({"index.html": PAGE, **files})
    server = Server(Path(sys.executable), project.root)
    wait_for_bytecode(server.url)
    times: tuple[list[float], list[float]] = ([], [])
    with profile(folder / "profile") as context, stock_server(folder / "stock", files) as stock:
        for visit in range(FIRST_VISITS + count):
            turn = list(zip((server.url, stock), times, strict=True))
            random.shuffle(turn)
            for url, found in turn:
                page = HotPage(context.new_page()).open(url, until_ready=False)
                page.page.wait_for_function("globalThis.took", polling=50)
                if visit >= FIRST_VISITS:
                    found.append(page.value("globalThis.took"))
                else:
                    time.sleep(FIRST_VISIT_S)
                page.page.close()
    server.stop()
    return times


def main(count: int, modules: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = visits(Path(folder), count, modules)
    print(f"\n  {modules} Python modules have run, later visits, milliseconds\n")
    print(f"  {'':<28} {'p50':>8} {'p95':>8} {'min':>8} {'max':>8}")
    print(row("hmr-server", ours))
    print(row("loadPyodide() and one zip", stock))
    found = ratio(ours, stock)
    p50 = percentile(ours, 0.5) / percentile(stock, 0.5)
    print(f"  p50: {p50:.2f} of stock's ({found.low:.2f} to {found.high:.2f}; goal: 0.35)\n")


if __name__ == "__main__":
    main(*(list(map(int, sys.argv[1:])) + [VISITS, MODULES][len(sys.argv) - 1 :]))
