"""How long an edited Python module takes to be live: the module runner alone, without a server.

    python -m bench.python_update                  # this Python
    python -m bench.python_update --chromium       # Pyodide in Chromium as well

An application of 200 modules and 100,000 live objects is edited in the ways that the table names.
The goal: a body-only edit below 2 ms on CPython and below 10 ms in Pyodide in Chromium (medians).

In Chromium it is hmr-server's page that runs the application, with the client and its module
runner; this file runs in that page too and gives the runner the edits. The time is the runner's
own, from the new text to the end of the update; `bench/python_page.py` has the way from the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MODULE = '''
"""Module number {n}."""
import functools
{imports}

LIMIT_{n} = {n}
STATE = {{}}


class Item:
    """A thing with a few methods."""

    kind = "item"

    def __init__(self, value):
        self.value = value
        self.children = []

    def total(self):
        return self.value + sum(child.total() for child in self.children)

    def describe(self):
        return f"{{self.kind}} {{self.value}} of {n}"

    @property
    def half(self):
        return self.value / 2


class Special(Item):
    kind = "special"

    def total(self):
        return super().total() * 2


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@decorate
def compute(x):
    result = x + LIMIT_{n}
    return result * 1


def make_handler(name):
    def handler(event):
        return (name, event, {n})

    return handler


def unrelated(a, b=2, *args):
    for item in args:
        a += item
    return a - b
'''


def application(modules: int) -> dict[str, str]:
    """A chain of packages' worth of modules, each importing up to three earlier ones."""
    files = {}
    for n in range(modules):
        imports = [
            f"from mod{i} import LIMIT_{i}, compute as c{i}"
            for i in (n - 1, n // 2, n // 3)
            if 0 <= i < n
        ]
        files[f"mod{n}.py"] = MODULE.format(n=n, imports="\n".join(dict.fromkeys(imports)))
    files["main.py"] = "".join(f"import mod{n}\n" for n in range(modules))
    return files


EDITS = {
    "a function's body": ("return result * 1", "return result * {i}"),
    "a body, and a line more above everything": ('"""Module', '# {i}\n"""Module'),
    "a method's body": ("return self.value / 2", "return self.value / {i}"),
    "a closure's body (held by listeners alone)": (
        "return (name, event, {n})",
        "return (name, event, {i})",
    ),
    "a default argument": ("def unrelated(a, b=2", "def unrelated(a, b={i}"),
    "a class attribute": ('kind = "item"', 'kind = "item {i}"'),
    "a constant that three modules import": ("LIMIT_{n} = {n}", "LIMIT_{n} = {i}"),
}


async def measure(modules: int, objects: int, repeats: int) -> dict[str, Any]:
    """Start an application and measure the edits: see `measure_edits`."""
    from hmr_client.module_runner import DictSource, ModuleRunner

    runner = ModuleRunner(DictSource(application(modules)), entry="main.py")
    started = time.perf_counter()
    await runner.start()
    took = (time.perf_counter() - started) * 1000
    results = await measure_edits(runner, modules, objects, repeats)
    await runner.dispose()
    return {"start": took, **results}


async def measure_edits(runner: Any, modules: int, objects: int, repeats: int) -> dict[str, Any]:
    """First time, median and 95th percentile, in milliseconds, by edit.

    Args:
        runner: Runs `application(modules)`.
        modules: How many modules it has.
        objects: How many objects its modules shall hold.
        repeats: How often each edit is made.
    """
    n = modules // 3 + 1
    live = [runner.modules.by_name(f"mod{i}") for i in range(modules)]
    path, original = live[n].path, live[n].source
    held: list[Any] = []
    for i in range(objects // 3):  # an Item is three objects: itself, its list, its place in ours
        item = live[i % modules].module.Item(i)
        item.children.append({"id": i})
        held.append(item)
    held.append([live[n].module.make_handler(i) for i in range(20)])
    gc.collect()
    results: dict[str, Any] = {"objects": len(gc.get_objects())}
    for name, (old, new) in EDITS.items():
        times = []
        for i in range(repeats + 2):
            before = old.format(n=n, i=i)
            assert before in original, (before, path)
            changed = original.replace(before, new.format(n=n, i=i + 10))
            report = await runner.update({path: changed})
            assert report.error is None, report.traceback
            assert all(step.tier.name == "PATCH" for step in report.steps), report.steps
            times.append(report.milliseconds)
        first, times = times[0], sorted(times[2:])
        results[name] = {
            "first": first,
            "median": statistics.median(times),
            "p95": times[int(len(times) * 0.95)],
        }
        await runner.update({path: original})
    return results


async def curve(sizes: list[int], repeats: int) -> dict[int, float]:
    """The median of a body-only edit by the number of modules."""
    name = "a function's body"
    return {size: (await measure_one(size, repeats))[name] for size in sizes}


async def measure_one(modules: int, repeats: int) -> dict[str, float]:
    result = await measure(modules, 3000, repeats)
    return {name: result[name]["median"] for name in EDITS}


def show(results: dict[str, Any], sizes: dict[int, float]) -> None:
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"\n{results['python']}, 200 modules, {results['objects']:,} objects; ms; load {load}\n")
    print(f"{'edit':48}{'first':>8}{'median':>8}{'p95':>8}")
    for name in EDITS:
        row = results[name]
        print(f"{name:48}{row['first']:8.2f}{row['median']:8.2f}{row['p95']:8.2f}")
    if sizes:
        print(f"\n{'modules':>10}{'a body, median':>18}")
    for size, median in sizes.items():
        print(f"{int(size):10}{median:18.2f}")


async def everything(repeats: int) -> tuple[dict[str, Any], dict[int, float]]:
    """The edits and the curve, on this Python."""
    results = await measure(200, 100_000, repeats)
    return named(results), await curve([10, 50, 200, 1000, 2000], repeats)


async def measure_page(repeats: int) -> str:
    """The edits, in the page that runs the application; as JSON."""
    from hmr_client.module_runner.hot import active_runner

    return json.dumps(named(await measure_edits(active_runner(), 200, 100_000, repeats)))


def named(results: dict[str, Any]) -> dict[str, Any]:
    return {**results, "python": f"Python {sys.version.split()[0]} on {sys.platform}"}


def chromium_page(repeats: int) -> dict[str, Any]:
    """The edits in Pyodide in Chromium, in a page of hmr-server."""
    from bench.harness.browser import chromium
    from e2e.harness.hot_page import HotPage
    from e2e.harness.project import Project, html
    from e2e.harness.server import Server

    code = f"""async (source) => {{
        const pyodide = await (await import("/@hmr/client")).ready;
        const globals = pyodide.toPy({{ __name__: "python_update" }});
        await pyodide.runPythonAsync(source, {{ globals }});
        const found = await pyodide.runPythonAsync("await measure_page({repeats})", {{ globals }});
        globals.destroy();
        return found;
    }}"""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        head = '<script type="module" src="/@hmr/client" data-entry="/main.py"></script>'
        files = {"index.html": html(head=head, modules=()), **application(200)}
        project = Project(Path(folder)).create(files)
        server = Server(Path(sys.executable), project.root)
        try:
            page = HotPage(browser.new_page()).open(server.url)
            found: str = page.page.evaluate(code, Path(__file__).read_text(encoding="utf-8"))
            results: dict[str, Any] = json.loads(found)
            results["python"] += f", Chromium {browser.version}"
        finally:
            server.stop()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--chromium", action="store_true", help="measure in Chromium as well")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measured = [asyncio.run(everything(options.repeats))]
    if options.chromium:
        measured.append((chromium_page(options.repeats), {}))
    if options.json:
        print(json.dumps(measured))
        return
    for results, sizes in measured:
        show(results, sizes)


if __name__ == "__main__":
    main()
