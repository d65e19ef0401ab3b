"""Edit to applied: from the moment before a file is saved until the page runs the new code.

    python -m bench.latency [EDITS]

A self-accepting ES module of 1 kB. The floor (file event, WebSocket, import() and nothing else) is
measured in the same run, turn by turn with hmr-server, because machines are noisy: what counts is
what lies between the two. The clocks are the machine's, read in Python and in the page.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from bench.browser import chromium, percentile
from bench.floor import Floor
from e2e.hot_page import HotPage
from e2e.project import Project, html
from e2e.server import Server

EDITS = 100
WARM_UP = 10

MODULE = "export const version = 0;\n"
ACCEPT = """\
import.meta.hot?.accept((module) => {
  globalThis.applied = [module.version, performance.timeOrigin + performance.now()];
});
"""


def module(version: int) -> str:
    """A module of 1 kB."""
    text = MODULE.replace("0", str(version)) + ACCEPT
    filler = "// what a module of this size has to say, in words that stand for code\n"
    text += filler * ((1024 - len(text)) // len(filler))
    return text + "/" * (1023 - len(text)) + "\n"


def measure(page: HotPage, project: Project, version: int) -> float:
    """Milliseconds from the edit to the page's running it."""
    before = time.time() * 1000
    project.write("main.js", module(version))
    page.wait_for("version => globalThis.applied?.[0] === version", version)
    return page.value("globalThis.applied[1]") - before


def row(name: str, values: list[float]) -> str:
    p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
    return f"  {name:<28} {p50:>8.1f} {p95:>8.1f} {min(values):>8.1f} {max(values):>8.1f}"


def main(edits: int) -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        projects = []
        for name in ("floor", "hmr-server"):
            (root := Path(folder, name)).mkdir()
            projects.append(Project(root).create({"index.html": html(), "main.js": module(0)}))
        floor = Floor(projects[0].root)
        server = Server(Path(sys.executable), projects[1].root)
        pages = [HotPage(browser.new_page()), HotPage(browser.new_page())]
        pages[0].open(floor.start(), until_ready=False).wait_for("globalThis.isReady")
        pages[1].open(server.url)

        times: list[list[float]] = [[], []]
        for version in range(1, WARM_UP + edits + 1):
            for turn in (0, 1):
                took = measure(pages[turn], projects[turn], version)
                if version > WARM_UP:
                    times[turn].append(took)
                time.sleep(random.uniform(0.02, 0.08))  # edits come at any phase of a poll
        server.stop()
        floor.stop()

    above = [ours - least for least, ours in zip(*times, strict=True)]
    print(f"\n  edit to applied, {edits} edits of a 1 kB self-accepting module, milliseconds\n")
    print(f"  {'':<28} {'p50':>8} {'p95':>8} {'min':>8} {'max':>8}")
    print(row("file event + socket + import", times[0]))
    print(row("hmr-server, client in Python", times[1]))
    print(row("the difference, edit by edit", above))
    print()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EDITS)
