"""hmr-server as a user runs it, or an application that has it: a process known by what it prints."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

# How long a state may be waited for until the test counts as failed. Nothing is ever waited for
# this long when all is well.
PATIENCE_S = 90.0

_URL = re.compile(r"https?://[\w.\[\]:-]+:\d+(?:/\S*)?")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Server:
    """A running hmr-server.

    Attributes:
        url: where its root page is.
        lines: what it has printed, without colours.
    """

    def __init__(
        self, python: Path, root: Path, *args: str, command: Sequence[str | Path] | None = None
    ) -> None:
        self.lines: list[str] = []
        self.url = ""
        self._changed = threading.Condition()
        self._ended = False
        command = command or [
            python.with_name("hmr-server"), root, "--port", "0", "--no-open", *args
        ]  # fmt: skip
        self.process = subprocess.Popen(
            list(map(str, command)),
            cwd=root,
            env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        line = self.wait_for_line(_URL)
        found = _URL.search(line)
        assert found
        self.url = found[0].rstrip("/") + "/"

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for_line(self, pattern: str | re.Pattern[str]) -> str:
        """The first line that matches a regular expression, be it printed already or not."""
        expression = re.compile(pattern)

        def find() -> str | None:
            return next((line for line in self.lines if expression.search(line)), None)

        with self._changed:
            self._changed.wait_for(lambda: find() is not None or self._ended, PATIENCE_S)
            line = find()
        assert line is not None, (
            f"hmr-server {'ended' if self._ended else 'runs'} and did not print "
            f"{expression.pattern!r}:\n{self.output}"
        )
        return line

    def stop(self) -> None:
        """End it as Ctrl-C does; it has to end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"hmr-server did not end:\n{self.output}") from None
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
            self._ended = True
            self._changed.notify_all()
