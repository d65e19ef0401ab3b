"""How long an edited Python module takes to be live: the module runner alone, without a server.

    python bench/python_update.py

`everything()` needs nothing but hmr_client, so the same file runs in Pyodide.

An application of 200 modules and 100,000 live objects is edited in the ways that the table names.
The goal: a body-only edit below 2 ms on CPython and below 10 ms in Pyodide in Chromium (medians).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
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
    """Medians and 95th percentiles, in milliseconds, by edit."""
    from hmr_client.module_runner import DictSource, ModuleRunner

    files = application(modules)
    runner = ModuleRunner(DictSource(files), entry="main.py")
    started = time.perf_counter()
    await runner.start()
    results: dict[str, Any] = {"start": (time.perf_counter() - started) * 1000}
    n = modules // 3 + 1
    path, module = f"mod{n}.py", runner.module(f"mod{n}.py")
    held: list[Any] = []
    for i in range(objects // 3):  # an Item is three objects: itself, its list, its place in ours
        item = runner.module(f"mod{i % modules}.py").Item(i)
        item.children.append({"id": i})
        held.append(item)
    held.append([module.make_handler(i) for i in range(20)])
    gc.collect()
    results["objects"] = len(gc.get_objects())
    for name, (old, new) in EDITS.items():
        times = []
        for i in range(repeats + 2):
            text = files[path]
            before = old.format(n=n, i=i)
            assert before in text, (before, path)
            changed = text.replace(before, new.format(n=n, i=i + 10))
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
        await runner.update({path: files[path]})
    await runner.dispose()
    return results


async def curve(sizes: list[int], repeats: int) -> dict[int, float]:
    """The median of a body-only edit by the number of modules."""
    name = "a function's body"
    return {size: (await measure_one(size, repeats))[name] for size in sizes}


async def measure_one(modules: int, repeats: int) -> dict[str, float]:
    result = await measure(modules, 3000, repeats)
    return {name: result[name]["median"] for name in EDITS}


def show(results: dict[str, Any], sizes: dict[int, float]) -> None:
    print(f"\nPython {results['python']}, 200 modules, {results['objects']:,} objects; ms\n")
    print(f"{'edit':48}{'first':>8}{'median':>8}{'p95':>8}")
    for name in EDITS:
        row = results[name]
        print(f"{name:48}{row['first']:8.2f}{row['median']:8.2f}{row['p95']:8.2f}")
    print(f"\n{'modules':>10}{'a body, median':>18}")
    for size, median in sizes.items():
        print(f"{int(size):10}{median:18.2f}")


async def everything(repeats: int) -> dict[str, Any]:
    results = await measure(200, 100_000, repeats)
    results["python"] = f"{sys.version.split()[0]} on {sys.platform}"
    return {"results": results, "curve": await curve([10, 50, 200, 1000, 2000], repeats)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(everything(options.repeats))
    print(json.dumps(found)) if options.json else show(found["results"], found["curve"])


if __name__ == "__main__":
    main()
