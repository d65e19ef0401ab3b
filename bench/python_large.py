"""What an edit costs in a large file, and where a constant reaches a thousand modules.

    python -m bench.python_large

CPU milliseconds, medians, each beside what else would have to be done: compiling the whole file, and
starting the program again. Goals: an edit of 5,000 lines and 300 classes below 20 ms, and below half of
compiling the file; a constant in the class attributes of 1,000 modules without a scan of the heap.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from hmr_client.module_runner import DictSource, ModuleRunner

REPEATS = 9
CLASS = '''
class Item{n}:
    """A thing with a few methods."""

    kind = "item {n}"

    def __init__(self, value):
        self.value = value
        self.children = []

    def total(self):
        return self.value + sum(child.total() for child in self.children)

    def describe(self):
        return f"{{self.kind}} {{self.value}} of {n}"

    def number(self):
        return {n} + 0
'''
LARGE = "import functools\n" + "".join(CLASS.format(n=n) for n in range(300))
EDITS: dict[str, Callable[[int], str]] = {
    "a method's body": lambda i: LARGE.replace("return 150 + 0", f"return 150 + {i}"),
    "a comment above everything": lambda i: "# more\n" * (1 + i % 2) + LARGE,
    "a class attribute": lambda i: LARGE.replace('"item 150"', f'"item {i}"'),
}
USER = """
import config
from config import LIMIT
class View{n}:
    size = LIMIT
    def show(self):
        return self.size + {n}
def make(x):
    return x + config.LIMIT
"""


async def cpu(work: Awaitable[Any]) -> float:
    """CPU milliseconds of one update, which has to succeed."""
    gc.collect()
    started = time.process_time()
    report = await work
    took = (time.process_time() - started) * 1000
    assert report.error is None, report.traceback
    return took


async def large_file() -> None:
    runner = ModuleRunner(DictSource({"m.py": LARGE, "main.py": "import m\n"}), entry="main.py")
    await runner.start()
    await runner.update({"m.py": f"{LARGE}# first\n"})  # the file is parsed now
    for name, edit in EDITS.items():
        ours, whole = [], []
        for i in range(REPEATS):
            ours.append(await cpu(runner.update({"m.py": edit(i + 1)})))
            started = time.process_time()
            compile(edit(i + 1), "m.py", "exec")
            whole.append((time.process_time() - started) * 1000)
        show(f"{LARGE.count(chr(10)):,} lines: {name}", ours, "compiling the file", whole)
        await runner.update({"m.py": LARGE})
    await runner.dispose()


async def many_modules(count: int) -> None:
    files = {f"m{n}.py": USER.format(n=n) for n in range(count)}
    files |= {
        "config.py": "LIMIT = 1\n",
        "main.py": "".join(f"import m{n}\n" for n in range(count)),
    }
    runner = ModuleRunner(DictSource(files), entry="main.py")
    await runner.start()
    await runner.update({"config.py": "LIMIT = 2\n"})  # the modules are parsed now
    patched = []
    for i in range(REPEATS):
        patched.append(await cpu(runner.update({"config.py": f"LIMIT = {i + 3}\n"})))
        assert runner.module("m7.py").View7.size == i + 3
    restarting = "LIMIT = 1\nprint(end='{i}'[:0])\n"  # a statement with effects: all starts again
    restarted = [
        await cpu(runner.update({"config.py": restarting.format(i=i)})) for i in range(REPEATS)
    ]
    show(f"a constant in {count:,} modules' classes", patched, "a restart", restarted)
    await runner.dispose()


def show(name: str, ours: list[float], other: str, others: list[float]) -> None:
    a, b = statistics.median(ours), statistics.median(others)
    print(f"{name:46}{a:9.1f}   {other} {b:7.1f}   ratio {a / b:5.2f}")


async def main() -> None:
    print(f"Python {sys.version.split()[0]}; CPU milliseconds, medians of {REPEATS}\n")
    await large_file()
    await many_modules(1000)


if __name__ == "__main__":
    asyncio.run(main())
