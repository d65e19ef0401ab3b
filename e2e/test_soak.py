"""Random edits and faults: afterwards the page equals a fresh load of the same disk, or it was reloaded.

A sequence is drawn from a seed, which a failure names: `HMR_SOAK_SEED=1234 make e2e ARGS="e2e/test_soak.py"`
repeats it. CI runs a few sequences; `make soak` goes on for `HMR_SOAK_SECONDS` with new seeds. What it
finds becomes a short test of its own (test_faults.py).
"""

import itertools
import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from e2e.harness import vite
from e2e.harness.cutting_proxy import CuttingProxy
from e2e.harness.hot_page import CONNECTED, HotPage
from e2e.harness.process import PATIENCE_S
from e2e.harness.project import Project, html
from e2e.harness.server import Server

SECONDS = float(os.environ.get("HMR_SOAK_SECONDS", "0"))
SEED = os.environ.get("HMR_SOAK_SEED")
STEPS = 8

STATE = """() => JSON.stringify({
  texts: [...document.querySelectorAll("[data-shown]")].map((x) => `${x.id}=${x.textContent}`),
  styles: ["color", "background-color", "border-top-color"].map((name) =>
    getComputedStyle(document.querySelector("#main")).getPropertyValue(name)),
})"""

# our script defines the overlay's element, as the first thing that a page's modules do
HAS_NO_CLIENT = (
    """() => document.readyState === "complete" && !customElements.get("vite-error-overlay")"""
)


ALL_SAVES = ("in place", "renamed", "moved away", "slowly", "broken", "gone")


@dataclass(frozen=True)
class Kind:
    """A kind of page.

    Attributes:
        files: Its files; `VERSION` in one is what an edit changes.
        broken: What makes a file with an ending no code, put in front of it.
        sequences: How many are drawn where there is no time to fill.
        project: The fixture that has a project for it.
        server: The fixture that starts its server.
        saves: The ways of saving.
        updates: What the paths of replies match that may be cut.
        connected: What the console says when Python handles updates.
        reasons: What the console says before a reload.
    """

    files: dict[str, str]
    broken: dict[str, str]
    sequences: int
    project: str = "project"
    server: str = "serve"
    saves: tuple[str, ...] = ALL_SAVES
    updates: str = r"\?t=|@hmr/python"
    connected: str = CONNECTED
    reasons: tuple[str, ...] = ("reload",)


SHOWN = "".join(
    f'<p id="{name}" data-shown></p>' for name in ("main", "dep", "leaf", "json", "py", "js")
)
SHOW = "const show = (id, text) => { document.querySelector(`#${id}`).textContent = text; };\n"
ES_MODULES = Kind(
    files={
        "index.html": html(head='<link rel="stylesheet" href="/linked.css" />', body=SHOWN),
        "linked.css": "#main { color: rgb(VERSION, 0, 0); }\n",
        "imported.css": '@import "./nested.css";\n#main { border: 1px solid rgb(0, VERSION, 0); }\n',
        "nested.css": "#main { background-color: rgb(0, 0, VERSION); }\n",
        "main.js": SHOW
        + 'import "./imported.css";\nimport "./dep.js";\nimport data from "./data.json";\n'
        'show("main", "VERSION");\nshow("json", data.value);\nimport.meta.hot.accept();\n',
        "data.json": '{ "value": "VERSION" }\n',
        "dep.js": SHOW
        + 'import { text } from "./leaf.js";\nshow("dep", "VERSION");\nshow("leaf", text);\n'
        "import.meta.hot.accept();\n"
        'import.meta.hot.accept("./leaf.js", (leaf) => show("leaf", leaf.text));\n',
        "leaf.js": 'export const text = "VERSION";\n',
    },
    broken={".js": "let = ;\n", ".json": "{ x", ".css": "/* "},
    sequences=5,
)
PYTHON = Kind(
    files={
        "index.html": html(
            head='<script type="module" src="/@hmr/client" data-entry="/main.py"></script>',
            body=SHOWN,
            modules=(),
        ),
        "main.py": "from js import document\nfrom app import words\n\n\n"
        "def show(id, text):\n    document.getElementById(id).textContent = text\n\n\n"
        'show("main", "VERSION")\nshow("py", words.TEXT)\n',
        "app/__init__.py": "",
        "app/words.py": 'from app.leaf import NAME\n\nTEXT = "VERSION " + NAME\n',
        "app/leaf.py": 'NAME = "VERSION"\n',
    },
    broken={".py": "def (\n"},
    sequences=2,
)
WORKER = Kind(
    files={
        "index.html": html(body=SHOWN, modules=("/main.js",)),
        "main.js": SHOW + 'const worker = new Worker("/worker.js", { type: "module" });\n'
        "worker.onmessage = ({ data: [id, text] }) => show(id, text);\n",
        "worker.js": 'import { start } from "/@hmr/client";\n\nawait start("/counter.py");\n',
        "counter.py": "from js import postMessage\nfrom pyodide.ffi import to_js\n\n"
        "from words import TEXT\n\n"
        'postMessage(to_js(["main", "VERSION"]))\npostMessage(to_js(["py", TEXT]))\n',
        "words.py": 'TEXT = "VERSION"\n',
    },
    broken={".py": "def (\n"},
    sequences=0,
)
PYSCRIPT = Kind(
    files={
        "index.html": html(
            head='<script type="module" src="/pyscript/core.js"></script>',
            body=SHOWN + '<script type="py" src="./main.py" config="./pyscript.toml"></script>',
            modules=(),
        ),
        "pyscript.toml": 'interpreter = "/pyodide/pyodide.mjs"\n\n[files]\n'
        '"./words.py" = "app/words.py"\n"./name.txt" = ""\n',
        "main.py": "from pyscript import document\n\nfrom app import words\n\n\n"
        "def show(id, text):\n    document.getElementById(id).textContent = text\n\n\n"
        'show("main", "VERSION")\nshow("py", words.TEXT)\n',
        "words.py": 'TEXT = "VERSION"\n',
        "name.txt": "of no effect",
    },
    broken={".py": "def (\n"},
    sequences=0,
    project="pyscript",
)
VITE = Kind(
    files=ES_MODULES.files
    | PYTHON.files
    | {
        "index.html": html(
            head='<script type="module" src="/@vite/client" data-entry="/main.py"></script>'
            '<link rel="stylesheet" href="/linked.css" />',
            body=SHOWN,
        ),
        "main.js": ES_MODULES.files["main.js"].replace('show("main",', 'show("js",'),
    },
    broken=ES_MODULES.broken | PYTHON.broken,
    sequences=1,
    project="vite_project",
    server="serve_vite",
    # Vite reads a file that is written in parts when its first part is there, and drops the event of the
    # second: without our client it shows the half, too
    saves=tuple(way for way in ALL_SAVES if way != "slowly"),
    updates=r"[?&]t=|@hmr/python",
    connected=vite.CONNECTED,
    reasons=("reload", "server connection lost"),  # Vite's own words
)
ALL_KINDS = {
    "es modules": ES_MODULES,
    "python": PYTHON,
    "worker": WORKER,
    "pyscript": PYSCRIPT,
    "vite": VITE,
}
KINDS = {name: kind for name, kind in ALL_KINDS.items() if SECONDS or SEED or kind.sequences}


class Soak:
    """One page, through one sequence of edits and faults."""

    def __init__(
        self,
        kind: Kind,
        seed: int,
        project: Project,
        serve: Callable[..., Server | vite.ViteServer],
        new_page: Callable[[], HotPage],
    ) -> None:
        self.random = random.Random(seed)
        self.kind = kind
        self.project = project
        self.serve = serve
        self.done: list[str] = []
        self.versions = dict.fromkeys(kind.files, 1)
        self.editable = [name for name, text in kind.files.items() if "VERSION" in text]
        for name in kind.files:
            self.write(name)
        self.server = serve(project)
        self.port = int(re.search(r":(\d+)/", self.server.url)[1])
        self.proxy = CuttingProxy(self.port)
        self.page = new_page()
        self.page.open(self.proxy.url, until_ready=False)
        self.page.wait_for_console(kind.connected)
        self.tabs: list[Page] = []
        self.has_left = False

    # --- edits ----------------------------------------------------------------------------------

    def text(self, name: str) -> str:
        return self.kind.files[name].replace("VERSION", str(self.versions[name]))

    def write(self, name: str) -> None:
        self.project.write(name, self.text(name))

    def edit(self) -> None:
        name = self.random.choice(self.editable)
        self.versions[name] += 1
        path = self.project.path(name)
        match self.random.choice(self.kind.saves):
            case "in place":
                self.write(name)
            case "renamed":
                self.project.replace(name, self.text(name))
            case "moved away":
                path.rename(path.with_name("backup~"))
                self.write(name)
                path.with_name("backup~").unlink()
            case "slowly":
                with path.open("w") as file:
                    for part in (self.text(name)[:10], self.text(name)[10:]):
                        file.write(part)
                        file.flush()
                        time.sleep(0.02)
            case "broken":
                ending = path.suffix
                self.project.write(name, self.kind.broken.get(ending, "") + self.text(name))
                self.pause()
                self.write(name)
            case _:
                self.project.remove(name)
                self.pause()
                self.write(name)

    def switch_branch(self) -> None:
        for name in self.random.sample(self.editable, k=min(4, len(self.editable))):
            self.versions[name] += 1
            self.write(name)

    # --- faults ---------------------------------------------------------------------------------

    def cut_sockets(self) -> None:
        self.proxy.cut_all()

    def cut_replies(self) -> None:
        count = self.random.randint(1, 3)
        self.proxy.cut_replies(self.kind.updates, after=self.random.randint(0, 900), count=count)

    def lose_network(self) -> None:
        self.proxy.is_down = True
        self.proxy.cut_all()
        self.edit()
        self.pause()
        self.proxy.is_down = False

    def slow_down(self) -> None:
        self.proxy.delay = self.random.choice([0, 0.02, 0.1])

    def stop_and_go_on(self) -> None:
        self.server.process.send_signal(signal.SIGSTOP)
        self.edit()
        self.pause()
        self.server.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        if self.random.random() < 0.7:
            self.edit()
        self.server = self.serve(self.project, "--port", str(self.port), "--strict-port")

    def open_tab(self) -> None:
        tab = self.page.page.context.new_page()
        self.tabs.append(tab)
        tab.goto(self.proxy.url, wait_until="commit")

    def leave_and_come_back(self) -> None:
        page = self.page.page
        self.has_left = True
        try:
            page.goto("about:blank")
            self.pause()
            page.go_back(wait_until="commit")
        except Error:
            page.goto(self.proxy.url, wait_until="commit")  # the history's entry is an error page

    def hide(self) -> None:
        """Show another tab while something is saved."""
        tab = self.page.page.context.new_page()
        tab.bring_to_front()
        self.edit()
        self.pause()
        tab.close()
        self.page.page.bring_to_front()

    def close_tab(self) -> None:
        if self.tabs:
            self.tabs.pop().close()
            self.page.page.bring_to_front()

    def pause(self) -> None:
        self.page.page.wait_for_timeout(self.random.choice([0, 5, 30, 150, 500]))

    # --- what must hold ---------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        edits = [self.edit] * 5 + [self.switch_branch]
        faults = [
            *(self.cut_sockets, self.cut_replies, self.lose_network, self.slow_down),
            *(self.stop_and_go_on, self.kill, self.open_tab, self.close_tab),
        ]
        if SECONDS or SEED:  # what is still open with these holds up nobody else's work
            faults += [self.leave_and_come_back, self.hide]
        for _ in range(steps):
            action = self.random.choice(edits if self.random.random() < 0.6 else faults)
            self.done.append(action.__name__)
            action()
            self.pause()
        self.proxy.calm()
        while self.tabs:
            self.close_tab()
        self.page.page.bring_to_front()
        self.check()

    def check(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (shown := self.state(self.page.page)) != (fresh := self.fresh()):
            assert time.monotonic() < deadline, (
                f"{self.done}\npage:  {shown} ({self.visibility()})\nfresh: {fresh}"
            )
            self.page.page.wait_for_timeout(200)
        if self.page.loads > self.page._expected_loads and not self.has_left:
            assert any(
                words in line for line in self.page.console for words in self.kind.reasons
            ), "it did not say why"
        self.page._expected_loads = self.page.loads

    def visibility(self) -> str:
        try:
            return str(self.page.value("document.visibilityState"))
        except Error:
            return "it is being loaded"

    def state(self, page: Page) -> str | None:
        try:
            if page.evaluate("location.protocol") == "chrome-error:":
                # it was reloaded while the network was down: the browser says so, and a person goes on
                page.goto(self.proxy.url, wait_until="commit")
            if page.evaluate(HAS_NO_CLIENT):
                # the network has cut off our own script: none of the page's modules runs, as without us where
                # a script is cut off, and nobody is there to notice it. A person loads the page again
                page.goto(self.proxy.url, wait_until="commit")
            return page.evaluate(STATE)
        except Error:
            return None  # it is being loaded

    def fresh(self) -> str | None:
        tab = self.page.page.context.new_page()
        try:
            tab.goto(self.server.url, wait_until="load")
            tab.wait_for_function("document.querySelector('#main').textContent !== ''")
            return self.state(tab)
        finally:
            tab.close()
            self.page.page.bring_to_front()  # a hidden tab does not connect again

    def close(self) -> None:
        self.proxy.close()


def seeds(kind: Kind) -> Iterator[int]:
    if SEED:
        yield int(SEED)
        return
    if not SECONDS:
        yield from range(kind.sequences)
        return
    end = time.monotonic() + SECONDS / len(KINDS)
    for _ in itertools.takewhile(lambda _: time.monotonic() < end, itertools.count()):
        yield random.SystemRandom().randrange(1 << 30)


@pytest.fixture
def vite_project(tmp_path: Path) -> vite.ViteProject:
    if vite.npm() is None:
        pytest.skip("npm is missing: Vite comes from there")
    root = tmp_path / "project"
    root.mkdir()
    project = vite.ViteProject(root)
    vite.write_config(project)
    return project


@pytest.fixture
def serve_vite(tmp_path: Path) -> Iterator[Callable[..., vite.ViteServer]]:
    """Starts Vite as `serve` starts our server."""
    folder = tmp_path / "vite"
    folder.mkdir()
    node_modules = vite.install_vite(folder)
    servers: list[vite.ViteServer] = []

    def start(project: Project, *options: str) -> vite.ViteServer:
        for server in servers:  # Vite refuses to be the second one of a project
            server.stop()
        port = int(options[1]) if options else vite.free_port()
        servers.append(vite.ViteServer(project, node_modules, port))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.mark.parametrize("name", KINDS)
def test_the_page_equals_a_fresh_load(name, request, new_page):
    kind = KINDS[name]
    project = request.getfixturevalue(kind.project)
    serve = request.getfixturevalue(kind.server)
    for seed in seeds(kind):
        soak = Soak(kind, seed, project, serve, new_page)
        try:
            soak.run(STEPS)
        except BaseException as error:
            error.add_note(f"HMR_SOAK_SEED={seed}: {soak.done}")
            raise
        finally:
            soak.close()
            # a plain close may wait for ever for a page that is just being loaded
            with soak.page.page.expect_event("close"):
                soak.page.page.close(run_before_unload=True)
