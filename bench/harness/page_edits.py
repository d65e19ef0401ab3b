"""Edits of one module in one page: what measurements of a page share."""

import time

from bench.harness.figures import percentile
from e2e.harness.hot_page import HotPage
from e2e.harness.project import Project

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
