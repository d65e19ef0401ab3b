"""`python -m hmr_client.module_runner main.py`: run a script, and replace its modules as they are saved.

The files of the script's folder are watched: by watchfiles where it is installed, else by looking
at their times. Updates apply between awaits, so a script that waits does it in asyncio.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable
from importlib.util import find_spec
from pathlib import Path

from ..eager import start
from .imports.tracebacks import format_error, strip
from .planning.report import Report
from .runner import ModuleRunner
from .source import DirectorySource

_POLL_SECONDS = 0.25
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}

Changes = dict[str, str | None]


def main() -> None:
    """Run the command."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print("usage: python -m hmr_client.module_runner SCRIPT.py [ARGUMENT …]", file=sys.stderr)
        raise SystemExit(0 if len(sys.argv) > 1 else 2)
    script = Path(sys.argv[1]).resolve()
    if not script.is_file():
        print(f"there is no file {sys.argv[1]}: name the script to run", file=sys.stderr)
        raise SystemExit(2)
    sys.argv = sys.argv[1:]
    try:
        asyncio.run(_run(script))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


async def _run(script: Path) -> None:
    root = script.parent
    source = DirectorySource(str(root))
    runner = ModuleRunner(source, script.name)
    # up to its first wait: a script that waits for ever is updated while it does
    running = start(_start(runner))
    watching = _watch(root, source)
    try:
        following = start(_next(watching))  # what is saved from here on is seen
        print(f"hmr: watching {root}", file=sys.stderr)
        while True:
            _tell(await runner.update(await following))
            following = start(_next(watching))
    finally:
        running.cancel()
        await runner.dispose()


async def _next(watching: AsyncIterator[Changes]) -> Changes:
    return await anext(watching)


async def _start(runner: ModuleRunner) -> None:
    try:
        await runner.start()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the next save tries again
        strip(error)
        print(format_error(error), end="", file=sys.stderr)


def _tell(report: Report) -> None:
    for step in report.steps:
        names = f" ({', '.join(step.changed_names)})" if step.changed_names else ""
        line = f"hmr: {step.tier.value} {step.module}{names}: {step.reason}"
        print(f"{line} [{step.milliseconds:.1f} ms]", file=sys.stderr)
    if report.error is not None:
        print(f"{report.traceback}hmr: nothing has changed", file=sys.stderr)
    elif report.note:
        print(f"hmr: {report.note}", file=sys.stderr)


async def _watch(root: Path, source: DirectorySource) -> AsyncIterator[Changes]:
    """Yield batches of changed Python files."""
    if find_spec("watchfiles") is None:
        before = _times(root)
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            after = _times(root)
            changed = {path for path in before | after if before.get(path) != after.get(path)}
            if changed:
                before = after
                yield _read(source, changed)
    else:
        from watchfiles import PythonFilter, awatch

        async for events in awatch(root, watch_filter=PythonFilter(), debounce=50, step=10):
            yield _read(source, {Path(name).relative_to(root).as_posix() for _, name in events})


def _read(source: DirectorySource, paths: Iterable[str]) -> Changes:
    """Return the texts of changed files; a file that can't be read keeps its old text, with a message."""
    changes: Changes = {}
    for path in sorted(paths):
        try:
            changes[path] = source.get(path)
        except (SyntaxError, UnicodeDecodeError) as error:
            print(f"hmr: {path} is not in its encoding, and is left out: {error}", file=sys.stderr)
    return changes


def _times(root: Path) -> dict[str, tuple[int, int]]:
    times: dict[str, tuple[int, int]] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [x for x in folders if x not in _SKIPPED and not x.startswith(".")]
        for name in names:
            if name.endswith(".py"):
                path = Path(folder, name)
                try:
                    status = path.stat()
                except OSError:
                    continue  # it was deleted in this moment
                times[path.relative_to(root).as_posix()] = (status.st_mtime_ns, status.st_size)
    return times


if __name__ == "__main__":
    main()
