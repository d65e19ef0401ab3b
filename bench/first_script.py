"""How early a page's own JavaScript runs, with the client and without.

    python -m bench.first_script [LOADS]

The same page, once from hmr-server and once from a server of the same kind that adds nothing, turn
by turn, each time in a browser context of its own (nothing cached). Must reach: the first script
within 10 % of the page without the client.
"""

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser
from starlette.staticfiles import StaticFiles

from bench.harness.browser import chromium
from bench.harness.figures import percentile
from bench.harness.local_server import LocalServer
from e2e.harness.project import Project, html
from e2e.harness.server import Server

LOADS = 40
WARM_UP = 3

MARK = "(globalThis.marks ??= {}).%s = performance.now();"
FILES = {
    "index.html": html(
        head=f"<script>{MARK % 'classic'}</script>",
        body="<p>A page</p>",
        modules=("/main.js",),
    ),
    "main.js": f'import {{ name }} from "./dep.js";\n{MARK % "module"}\nglobalThis.name = name;\n',
    "dep.js": 'export const name = "dep";\n',
}


def load(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds from the start of the navigation to each mark."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.wait_for_function("globalThis.marks?.module")
    marks: dict[str, float] = page.evaluate("globalThis.marks")
    paint = page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    )
    marks["paint"] = paint.json_value()
    context.close()
    return marks


def main(loads: int) -> None:
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        project = Project(Path(folder)).create(FILES)
        static = LocalServer(StaticFiles(directory=project.root, html=True))
        server = Server(Path(sys.executable), project.root)
        urls = {"without": static.start(), "with": server.url}
        for turn in range(WARM_UP + loads):
            for name, url in urls.items():
                for mark, value in load(browser, url).items():
                    if turn >= WARM_UP:
                        times[mark, name].append(value)
        server.stop()
        static.stop()

    print(f"\n  from navigation to the page's own scripts, {loads} cold loads, p50 in ms\n")
    print(f"  {'':<24} {'without':>9} {'with':>9} {'ratio':>7}")
    labels = {"classic": "first script", "module": "first module", "paint": "first paint"}
    for mark, label in labels.items():
        without, with_client = (percentile(times[mark, name], 0.5) for name in urls)
        print(f"  {label:<24} {without:>9.1f} {with_client:>9.1f} {with_client / without:>7.2f}")
    print()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LOADS)
