"""How soon the first edit of a page without Python is in the page: its Python may not be there yet.

    python -m bench.first_edit [VISITS]

An ES module that accepts itself is saved as soon as the page has loaded, and in other visits once its
Python is ready, from the second visit on with one browser profile on disk. Must reach: 0.7 s at most.
"""

import sys
import tempfile
import time
from pathlib import Path

from bench.harness.browser import profile
from bench.harness.page_edits import measure, module, row
from bench.python_page import FIRST_VISIT_S, wait_for_bytecode
from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project, html
from e2e.harness.server import Server

VISITS = 11
FIRST_VISITS = 2  # nothing is kept at the first, and the second may come before all of it is
PAUSE_S = 0.5
HAS_LOADED = "document.readyState === 'complete'"
IS_READY = "globalThis.isReady"
TELL_READY = """\
addEventListener("DOMContentLoaded", async () => {
  await (await import("/@hmr/client")).ready;
  globalThis.isReady = true;
});
"""


def first_edits(folder: Path, visits: int) -> dict[str, list[float]]:
    """Milliseconds from the save to the module's run, by what the page had done before."""
    for name in ("project", "profile"):
        folder.joinpath(name).mkdir()
    project = Project(folder / "project").create({"index.html": html(), "main.js": module(0)})
    server = Server(Path(sys.executable), project.root)
    print(f"  {wait_for_bytecode(server.url)}")
    times: dict[str, list[float]] = {HAS_LOADED: [], IS_READY: []}
    with profile(folder / "profile") as context:
        context.add_init_script(TELL_READY)
        version = 0
        for visit in range(FIRST_VISITS + visits):
            for state, found in times.items():
                page = HotPage(context.new_page())
                page.page.goto(server.url, wait_until="commit")
                page.page.wait_for_function(state, polling=1)
                version += 1
                took = measure(page, project, version)
                if visit >= FIRST_VISITS:
                    found.append(took)
                time.sleep(PAUSE_S if visit >= FIRST_VISITS else FIRST_VISIT_S)
                page.page.close()
    server.stop()
    return times


def main(visits: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        times = first_edits(Path(folder), visits)
    print(f"\n  a page's first edit, from the save to its run, {visits} visits, milliseconds\n")
    print(f"  {'':<28} {'p50':>8} {'p95':>8} {'min':>8} {'max':>8}")
    print(row("as soon as it has loaded", times[HAS_LOADED]))
    print(row("once its Python is ready", times[IS_READY]))
    print("  the first: 700 at most\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VISITS)
