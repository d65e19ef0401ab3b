"""The command in a process of its own, until it has printed its URL."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.server.running import PATIENCE_S

COMMAND = [sys.executable, "-m", "hmr_server"]
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "100"}


@contextlib.contextmanager
def run(
    *args: str | Path, env: dict[str, str] = ENVIRONMENT
) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A server that has said its URL; ended by Ctrl-C when nobody else has ended it."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, args)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    timer = threading.Timer(PATIENCE_S, process.kill)
    timer.start()
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if found := re.search(r"Local: +(http\S+)", line):
                yield process, found[1], lines
                break
        else:
            raise AssertionError("\n".join(lines))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        lines += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        timer.cancel()
