"""A package index for the page's micropip, which works offline once a package has been used.

A wheel comes from the project's `wheels/` directory, or else from the user's cache, or else pip
downloads it into that cache when it is first asked for. pip knows the user's index and proxy, so
that we need not. Versions that were not downloaded yet are offered under the name that a pure
Python wheel has, because micropip chooses among names.

The answers follow PEP 503 (HTML) and PEP 691 (JSON).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import html
import importlib.util
import json
import logging
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from ..cache import cache_directory
from .wheel_names import wheel_name

JSON_TYPE = "application/vnd.pypi.simple.v1+json"

_LONGEST_NAME = 255
_VERSIONS = re.compile(r"^Available versions: (.+)$", re.MULTILINE)
_VERSIONS_KEPT_S = 24 * 3600
_FAILURE_KEPT_S = 30
_PATIENCE_S = 120  # also for those before it in the line
_MOST_AT_ONCE = 2
_MOST_FAILURES = 1000
_NO_PIP = (
    "pip is missing in {python}, and uv is not on the PATH. Install one of them: "
    "`uv pip install pip`, or `python -m ensurepip`."
)

_logger = logging.getLogger(__name__)


class PackageNotFound(Exception):
    """A package that is nowhere to be had.

    Attributes:
        name: The package.
        reason: What pip says.
        wheels: The directory to put a wheel into.
    """

    def __init__(self, name: str, reason: str, wheels: Path) -> None:
        super().__init__(name, reason, wheels)
        self.name = name
        self.reason = reason
        self.wheels = wheels

    @property
    def public(self) -> str:
        """What a page may see: no path of this machine."""
        return f'The package "{self.name[:100]}" is not to be had.'

    def __str__(self) -> str:
        return (
            f'The package "{self.name}" is not to be had: {self.reason}\n'
            f"Put a wheel of it into {self.wheels}, or check its name and the connection."
        )


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One wheel of a package.

    Attributes:
        name: Its file name.
        sha256: Its hash; None where it would have to be downloaded first.
    """

    name: str
    sha256: str | None = None


class PackageIndex:
    """The wheels that pages may ask for.

    Args:
        wheels: The project's directory of wheels; it need not exist.
        python: The version of the page's Python, as in `3.14`.
        platform: The page's platform tag, as in `pyodide_2026_0_wasm32`.
        cache: Where downloads are kept.
    """

    def __init__(
        self,
        wheels: Path,
        *,
        python: str = "3.14",
        platform: str = "pyodide_2026_0_wasm32",
        cache: Path | None = None,
    ) -> None:
        self._wheels = wheels
        self._target = ["--only-binary", ":all:", "--python-version", python]
        self._target += ["--platform", platform]
        self._cache = cache or cache_directory() / "wheels"
        # weak: a name without requests has no lock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running = asyncio.Semaphore(_MOST_AT_ONCE)
        self._failures: dict[str, tuple[float, PackageNotFound]] = {}

    async def files(self, name: str) -> list[IndexFile]:
        """Return the wheels of a package, real ones first.

        Raises:
            PackageNotFound: The package does not exist.
        """
        try:
            name = canonicalize_name(name, validate=True)
        except InvalidName:
            raise PackageNotFound(name, "that is no package's name.", self._wheels) from None
        own = await asyncio.to_thread(_wheels_in, self._wheels, name)
        if own:
            return own
        async with self._lock(name):
            versions = await self._versions(name)
            if versions and not _wheel_of(self._cache / name, versions[0]):
                await self._download(name, versions[0])
        real = await asyncio.to_thread(_wheels_in, self._cache / name, name)
        known = {_version_of(file.name) for file in real}
        others = [version for version in versions if _parsed(version) not in known]
        return [*real, *(IndexFile(_pure_wheel(name, version)) for version in others)]

    async def wheel(self, file_name: str) -> Path:
        """Return the wheel that `files` calls `file_name`.

        Raises:
            PackageNotFound: It is nowhere to be had.
        """
        if len(file_name) > _LONGEST_NAME or (wheel := wheel_name(file_name)) is None:
            raise PackageNotFound(file_name, "that is no wheel's name.", self._wheels)
        name, version = wheel.name, str(wheel.version)
        for place in (self._wheels / file_name, self._cache / name / file_name):
            if place.is_file():
                return place
        async with self._lock(name):
            if (there := _wheel_of(self._cache / name, version)) is not None:
                return there
            await self._download(name, version)
        if (there := _wheel_of(self._cache / name, version)) is None:
            raise PackageNotFound(name, f"pip left no wheel of {version}.", self._wheels)
        return there

    def _lock(self, name: str) -> asyncio.Lock:
        """Return what lets one request at a time ask for a package."""
        if (lock := self._locks.get(name)) is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock

    # --- pip -----------------------------------------------------------------------------------

    async def _versions(self, name: str) -> list[str]:
        """Return all versions, newest first: asked for once a day, and the old answer serves offline."""
        kept = self._cache / name / "versions.json"
        try:
            versions: list[str] = json.loads(kept.read_text("utf-8"))
            if time.time() - kept.stat().st_mtime < _VERSIONS_KEPT_S:
                return versions
        except (OSError, ValueError):
            versions = []
        try:
            output = await self._pip(name, ["index", "versions", name, *self._target])
            found = _VERSIONS.search(output)
            versions = found[1].replace(",", " ").split() if found else versions
        except PackageNotFound:
            if not versions:
                raise
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(versions), "utf-8")
        return versions

    async def _download(self, name: str, version: str) -> None:
        directory = self._cache / name
        what = ["--no-deps", *self._target, "--dest", str(directory)]
        await self._pip(f"{name}=={version}", ["download", *what, f"{name}=={version}"])

    async def _pip(self, what: str, arguments: Sequence[str]) -> str:
        at, failure = self._failures.get(what, (0.0, None))
        if failure is not None and time.monotonic() - at < _FAILURE_KEPT_S:
            raise failure
        _logger.debug("pip %s", " ".join(arguments))
        self._cache.mkdir(parents=True, exist_ok=True)
        try:
            async with asyncio.timeout(_PATIENCE_S), self._running:
                status, output, errors = await _run([*self._command(what), *arguments], self._cache)
        except TimeoutError:
            raise self._failed(what, f"pip did not answer within {_PATIENCE_S} s.") from None
        if status != 0:
            said = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
            problems = [line for line in said if line.startswith("ERROR")] or said
            raise self._failed(what, problems[-1] if problems else "pip failed without a word.")
        return output.decode(errors="replace")

    def _command(self, what: str) -> list[str]:
        """Return the command that runs pip: this environment's, or uv's where it has none.

        Raises:
            PackageNotFound: There is neither.
        """
        options = ["--disable-pip-version-check", "--no-input"]
        if importlib.util.find_spec("pip") is not None:
            return [sys.executable, "-P", "-m", "pip", *options]
        if (uv := shutil.which("uv")) is not None:
            return [uv, "tool", "run", "--quiet", "pip", *options]
        raise self._failed(what, _NO_PIP.format(python=sys.executable))

    def _failed(self, what: str, reason: str) -> PackageNotFound:
        failure = PackageNotFound(what, reason, self._wheels)
        while len(self._failures) >= _MOST_FAILURES:
            del self._failures[next(iter(self._failures))]
        self._failures[what] = (time.monotonic(), failure)
        return failure


def as_html(name: str, files: Iterable[IndexFile], url: str) -> str:
    """Return a package's page (PEP 503).

    Args:
        url: Where the wheels are; ends with a slash.
    """
    links = "".join(
        f'<a href="{html.escape(url + file.name)}{f"#sha256={file.sha256}" if file.sha256 else ""}">'
        f"{html.escape(file.name)}</a><br>\n"
        for file in files
    )
    title = html.escape(name)
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body>\n{links}</body></html>\n"
    )


def as_json(name: str, files: Iterable[IndexFile], url: str) -> str:
    """Return a package's page (PEP 691). Arguments as for `as_html`; micropip wants `url` absolute."""
    return json.dumps(
        {
            "meta": {"api-version": "1.0"},
            "name": name,
            "files": [
                {
                    "filename": file.name,
                    "url": url + file.name,
                    "hashes": {"sha256": file.sha256} if file.sha256 else {},
                }
                for file in files
            ],
        }
    )


def _wheels_in(directory: Path, name: str) -> list[IndexFile]:
    if not directory.is_dir():
        return []
    return [
        IndexFile(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted(directory.glob("*.whl"))
        if (wheel := wheel_name(file.name)) and wheel.name == name
    ]


def _wheel_of(directory: Path, version: str) -> Path | None:
    wanted = _parsed(version)
    for file in directory.glob("*.whl"):
        if wanted is not None and _version_of(file.name) == wanted:
            return file
    return None


def _version_of(file_name: str) -> Version | None:
    wheel = wheel_name(file_name)
    return wheel.version if wheel else None


def _parsed(version: str) -> Version | None:
    try:
        return Version(version)
    except InvalidVersion:
        return None


async def _run(command: Sequence[str], folder: Path) -> tuple[int, bytes, bytes]:
    """Run a command; end it, and its child processes, when the wait for it is cancelled.

    Args:
        folder: Where it runs: not in the project, whose files would be Python modules of its own.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            _end(process)
            await process.wait()
    return process.returncode or 0, output, errors


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _pure_wheel(name: str, version: str) -> str:
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
