"""A package index for the page's micropip, which works offline once a package has been used.

A wheel comes from the project's `wheels/` directory, or else from the user's cache, or else pip
downloads it into that cache when it is first asked for. pip knows the user's index and proxy, so
that we need not. Versions that were not downloaded yet are offered under the name that a pure
Python wheel has, because micropip chooses among names.

The answers follow PEP 503 (HTML) and PEP 691 (JSON).
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import logging
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..pyodide.files import cache_directory

JSON_TYPE = "application/vnd.pypi.simple.v1+json"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_WHEEL = re.compile(r"(?P<name>[A-Za-z0-9][\w.]*)-(?P<version>\d[\w.!+]*)(?:-[\w.]+){3,4}\.whl")
_VERSIONS = re.compile(r"^Available versions: (.+)$", re.MULTILINE)
_VERSIONS_KEPT_S = 24 * 3600
_FAILURE_KEPT_S = 30
_PATIENCE_S = 120

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
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failures: dict[str, tuple[float, PackageNotFound]] = {}

    async def files(self, name: str) -> list[IndexFile]:
        """Return the wheels of a package, real ones first.

        Raises:
            PackageNotFound: There are none.
        """
        if not _NAME.fullmatch(name):
            raise PackageNotFound(name, "that is no package's name.", self._wheels)
        name = normalised(name)
        own = await asyncio.to_thread(_wheels_in, self._wheels, name)
        if own:
            return own
        async with self._locks[name]:
            versions = await self._versions(name)
            if versions and not _wheel_of(self._cache / name, versions[0]):
                await self._download(name, versions[0])
        real = await asyncio.to_thread(_wheels_in, self._cache / name, name)
        known = {_version_of(file.name) for file in real}
        others = [version for version in versions if version not in known]
        return [*real, *(IndexFile(_pure_wheel(name, version)) for version in others)]

    async def wheel(self, file_name: str) -> Path:
        """Return the wheel that `files` calls `file_name`.

        Raises:
            PackageNotFound: It is nowhere to be had.
        """
        parsed = _WHEEL.fullmatch(file_name)
        if parsed is None:
            raise PackageNotFound(file_name, "that is no wheel's name.", self._wheels)
        name, version = normalised(parsed["name"]), parsed["version"]
        for place in (self._wheels / file_name, self._cache / name / file_name):
            if place.is_file():
                return place
        async with self._locks[name]:
            if (there := _wheel_of(self._cache / name, version)) is not None:
                return there
            await self._download(name, version)
        if (there := _wheel_of(self._cache / name, version)) is None:
            raise PackageNotFound(name, f"pip left no wheel of {version}.", self._wheels)
        return there

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
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
        _logger.debug("pip %s", " ".join(arguments))
        process = await asyncio.create_subprocess_exec(
            *command,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                output, errors = await process.communicate()
        except TimeoutError:
            raise self._failed(what, f"pip did not answer within {_PATIENCE_S} s.") from None
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode != 0:
            said = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
            problems = [line for line in said if line.startswith("ERROR")] or said
            raise self._failed(what, problems[-1] if problems else "pip failed without a word.")
        return output.decode(errors="replace")

    def _failed(self, what: str, reason: str) -> PackageNotFound:
        failure = PackageNotFound(what, reason, self._wheels)
        self._failures[what] = (time.monotonic(), failure)
        return failure


def normalised(name: str) -> str:
    """Return a package's name as indexes write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def as_html(name: str, files: Iterable[IndexFile], url: str) -> str:
    """Return a package's page (PEP 503).

    Args:
        name: The package.
        files: Its wheels.
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
        if (parsed := _WHEEL.fullmatch(file.name)) and normalised(parsed["name"]) == name
    ]


def _wheel_of(directory: Path, version: str) -> Path | None:
    for file in directory.glob("*.whl"):
        if _version_of(file.name) == version:
            return file
    return None


def _version_of(file_name: str) -> str | None:
    parsed = _WHEEL.fullmatch(file_name)
    return parsed["version"] if parsed else None


def _pure_wheel(name: str, version: str) -> str:
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
