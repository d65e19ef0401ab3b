"""hmr-server as a user runs it, or an application that has it."""

import re
import signal
from collections.abc import Sequence
from pathlib import Path

from e2e.harness.process import Process

_URL = re.compile(r"https?://[\w.\[\]:-]+:\d+(?:/\S*)?")


class Server(Process):
    """A running hmr-server.

    Attributes:
        url: where its root page is.
    """

    def __init__(
        self, python: Path, root: Path, *args: str, command: Sequence[str | Path] | None = None
    ) -> None:
        command = command or [
            python.with_name("hmr-server"), root, "--port", "0", "--no-open", *args
        ]  # fmt: skip
        super().__init__(command, cwd=root, env={"COLUMNS": "200", "PYTHONUNBUFFERED": "1"})
        found = _URL.search(self.wait_for_line(_URL))
        assert found
        self.url = found[0].rstrip("/") + "/"

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.end(signal.SIGINT)
