"""The CDN names that users write in their pages, answered with npm's packages.

    <script type="module" src="https://pyscript.net/releases/2024.1.1/core.js"></script>

PyScript then asks for its own files and for its Pyodide by these names, too. What npm does not have (Pyodide's
packages) is a 404. Packages are kept in the user's cache, outside of the tree.
"""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from playwright.sync_api import BrowserContext, Route

from e2e.harness.vite import npm

# a name, and the npm package if the name does not say it
_NAMES = (
    (re.compile(r"https://pyscript\.net/releases/(?P<version>[\w.]+)/(?P<file>[^?]+)"), "pyscript"),
    (
        re.compile(r"https://cdn\.jsdelivr\.net/pyodide/v(?P<version>[\w.]+)/full/(?P<file>[^?]+)"),
        "pyodide",
    ),
    (
        re.compile(
            r"https://cdn\.jsdelivr\.net/npm/(?P<package>(?:@[^/]+/)?[^/@]+)@(?P<version>[\w.-]+)/(?P<file>[^?]+)"
        ),
        None,
    ),
)
_RELEASES = {"2024.1.1": "0.3.23", "2024.8.2": "0.5.16", "2026.7.1": "0.7.31"}
"""PyScript's releases have other numbers than its package."""

_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".css": "text/css",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of releases.

    Attributes:
        core: The URL of PyScript's script.
        pyodide: The Pyodide that this PyScript has.
    """

    core: str
    pyodide: str

    def __str__(self) -> str:
        return self.pyodide


def _of_npm(version: str) -> str:
    return f"https://cdn.jsdelivr.net/npm/@pyscript/core@{version}/dist/core.js"


def _of_release(release: str) -> str:
    return f"https://pyscript.net/releases/{release}/core.js"


LINES = (
    Line(_of_release("2024.1.1"), "0.25.0"),
    Line(_of_release("2024.8.2"), "0.26.2"),
    Line(_of_npm("0.6.40"), "0.27.4"),
    Line(_of_npm("0.7.2"), "0.28.3"),
    Line(_of_npm("0.7.19"), "0.29.3"),
    Line(_of_release("2026.7.1"), "314.0.2"),
)
NEWEST = LINES[-1]
TOO_OLD = Line(_of_npm("0.2.9"), "0.24.1")


def answer(context: BrowserContext) -> None:
    """Answer every request of a browser context that leaves this machine."""
    context.route(re.compile(r"^https://"), _fulfill)


def _fulfill(route: Route) -> None:
    file = _file(route.request.url)
    # as these CDNs do: pages of any origin may have what they serve
    headers = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
    if file is None or not file.is_file():
        route.fulfill(status=404, headers=headers)
        return
    type_ = _TYPES.get(file.suffix, "application/octet-stream")
    route.fulfill(body=file.read_bytes(), headers={**headers, "content-type": type_})


def _file(url: str) -> Path | None:
    for name, known in _NAMES:
        if (found := name.match(url)) is None:
            continue
        parts = found.groupdict()
        if known == "pyscript":
            return (
                _package(f"@pyscript/core@{_RELEASES[parts['version']]}") / "dist" / parts["file"]
            )
        return _package(f"{known or parts['package']}@{parts['version']}") / parts["file"]
    return None


def _package(name: str) -> Path:
    """Return the folder of an npm package; it is downloaded when it is first asked for."""
    place = Path(platformdirs.user_cache_dir("hmr-e2e", appauthor=False)) / name
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as made:
            command = [npm() or "npm", "pack", "--silent", name]
            done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            with tarfile.open(next(Path(made).glob("*.tgz"))) as archive:
                archive.extractall(made, filter="data")
            try:
                os.rename(Path(made) / "package", place)
            except OSError:  # another run was faster
                assert place.is_dir()
    return place
