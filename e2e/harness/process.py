"""A process that runs in the background, known by what it prints."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# How long a state may be waited for until the test counts as failed. Nothing is ever waited for
# this long when all is well.
PATIENCE_S = 90.0

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Process:
    """A running process.

    Attributes:
        lines: what it has printed, without colours.
        ended: whether it has closed its output.
    """

    def __init__(
        self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self._name = Path(command[0]).name
        self.lines: list[str] = []
        self.ended = False
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for_line(self, pattern: str | re.Pattern[str], *, times: int = 1) -> str:
        """The n-th line that matches a regular expression, be it printed already or not."""
        expression = re.compile(pattern)

        def found() -> list[str]:
            return [line for line in self.lines if expression.search(line)]

        with self._changed:
            self._changed.wait_for(lambda: len(found()) >= times or self.ended, PATIENCE_S)
            lines = found()
        assert len(lines) >= times, (
            f"{self._name} {'ended' if self.ended else 'runs'} and did not print "
            f"{expression.pattern!r}:\n{self.output}"
        )
        return lines[times - 1]

    def end(self, how: signal.Signals) -> None:
        """Send it a signal; it has to end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self._name} did not end:\n{self.output}") from None
        finally:
            self._reader.join()
            assert self.process.stdout is not None
            self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(_ANSI.sub("", line.rstrip("\n")))
                self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()
