"""`python -m tests.client.module_runner.real_packages.compare FOLDER SEED EDITS`: prints what went wrong.

The folder holds `main.py` and the package's source. A process of its own has the program that is edited, and each
fresh start is one, too: they have names in `sys.modules` that the tests use themselves.
"""

from __future__ import annotations

import asyncio
import random
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from hmr_client.module_runner import DirectorySource, ModuleRunner

from .edits import edit
from .fingerprint import Fingerprint, differences, fingerprint

_TRIES = 40
_FORK = get_context("fork")


async def _started(folder: Path) -> ModuleRunner:
    runner = ModuleRunner(DirectorySource(str(folder)), "main.py")
    await runner.start()
    return runner


def _look(runner: ModuleRunner) -> Fingerprint:
    return fingerprint({x.name: x.module for x in runner.modules if x.name != "__main__"})


def _start_fresh(folder: Path, pipe: Connection) -> None:
    async def start() -> None:
        pipe.send(_look(await _started(folder)))

    asyncio.run(start())


def _fresh(folder: Path) -> Fingerprint:
    here, there = _FORK.Pipe()
    process = _FORK.Process(target=_start_fresh, args=(folder, there))
    process.start()
    there.close()
    found: Fingerprint = here.recv()
    process.join()
    return found


def _run_hot(folder: Path, pipe: Connection) -> None:
    async def run() -> None:
        runner = await _started(folder)
        pipe.send(([x.path for x in runner.modules if x.name != "__main__"], _look(runner)))
        while True:
            changes: dict[str, str | None] | None = await asyncio.to_thread(pipe.recv)
            if changes is None:
                return
            report = await runner.update(changes)
            tiers = sorted({step.tier.name for step in report.steps})
            pipe.send((report.traceback, tiers, _look(runner)))

    asyncio.run(run())


def compare(folder: Path, seed: int, edits: int) -> list[str]:
    """Edit a program again and again; return what was other than in a fresh start."""
    choose = random.Random(seed)
    pipe, there = _FORK.Pipe()
    hot = _FORK.Process(target=_run_hot, args=(folder, there))
    hot.start()
    paths, before = pipe.recv()
    # what two starts of one source don't have in common says nothing
    known = {path for path, _, _ in differences(before, _fresh(folder))}
    wrong: list[str] = []
    for number in range(edits):
        found = (
            (path, made)
            for path in choose.choices(sorted(paths), k=_TRIES)
            if (made := edit((folder / path).read_text("utf-8"), choose))
        )
        path, (kind, new) = next(found)
        old = (folder / path).read_text("utf-8")
        (folder / path).write_text(new, "utf-8")
        pipe.send({path: new})
        error, tiers, now = pipe.recv()
        fresh = _fresh(folder)
        if error:  # right if a fresh start fails in that module, too; the program goes on as before
            if fresh.keys() == before.keys():
                wrong.append(f"{number}: {kind} in {path} failed: {error}")
            (folder / path).write_text(old, "utf-8")
            pipe.send({path: old})
            error, tiers, now = pipe.recv()
            fresh = _fresh(folder)
        for place, is_now, should_be in differences(now, fresh):
            if place not in known:
                wrong.append(
                    f"{number}: {kind} in {path} ({', '.join(tiers)}): {place}: {is_now}, not {should_be}"
                )
                known.add(place)
        before = fresh
    pipe.send(None)
    hot.join()
    return wrong


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    print("\n".join(compare(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
