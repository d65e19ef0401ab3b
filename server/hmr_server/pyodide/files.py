"""Pyodide's files on this machine: where they are, which version they are, what they hold.

They are looked for, in this order, in the directory that the user names, in `node_modules/pyodide`
of the root and of the project that it is in, and in the user's cache; download.py fetches them where
none of these has them. What is installed is JavaScript that Node.js runs here to make bytecode
(bytecode.py), so no other folder above the root is looked at, and only files are run that the user has
named or whose hashes are known. The files are served under a URL that carries the hash of what
is in them, so that browsers keep them for ever, and with them the compiled WebAssembly: its
cache is used only for responses that never change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..cache import cache_directory, findings
from ..client_wheel.wheel import ClientWheel
from .known_hashes import KNOWN_HASHES

VERSION = "314.0.7"

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
"""What Pyodide's documentation names; the page loads from it when nothing else is to be had."""

STDLIB = "python_stdlib.zip"
RUNTIME = "pyodide.asm.mjs"

# The files that a page loads to boot, as they are in npm's pyodide of `VERSION`.
CORE_HASHES: Mapping[str, str] = KNOWN_HASHES[VERSION]

_PROJECT_SIGNS = ("package.json", ".git", "pyproject.toml")

_logger = logging.getLogger(__name__)

_NAMES_BEFORE_314 = {"pyodide.asm.mjs": "pyodide.asm.js"}
_OLDEST = (0, 25)

_MEDIA_TYPES = {
    ".wasm": "application/wasm",  # with any other, loadPyodide waits for ever
    ".mjs": "text/javascript; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".whl": "application/zip",
    ".map": "application/json",
}


class PyodideNotFound(Exception):
    """No usable Pyodide; says where it was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class PyodideFiles:
    """One Pyodide.

    Attributes:
        directory: Where its files are.
        hash: Names in URLs what its files hold.
        stdlib: The standard library's archive, which may be a better one than the directory's.
        packages: The file names in its list of packages, by package.
        platform: The tag that compiled wheels for it have.
        python: Its Python's version, as in `3.14`.
        origin: `hash`, as it was when the files came.
        core: The names of the files that a page loads to boot.
        has_bytecode: Whether `stdlib` has.
        is_trusted: Whether Node.js may run it here: its files are those of a version that is known, or
            the user has named it.
        client: The client's archives as its Python has compiled them, by the hash of the source.
        snapshot: A Python that has started already, with the client; `None` if there is none.
        runtime: What is served as its `pyodide.asm.mjs`; `None` for the directory's.
    """

    directory: Path
    version: str
    hash: str
    stdlib: Path
    packages: Mapping[str, str]
    platform: str
    python: str
    origin: str
    core: tuple[str, ...]
    has_bytecode: bool = False
    is_trusted: bool = False
    client: Mapping[str, ClientWheel] = field(default_factory=dict)
    snapshot: Path | None = None
    runtime: Path | None = None

    @property
    def micropip(self) -> str | None:
        """The file name of the micropip that belongs to it."""
        return self.packages.get("micropip")

    def is_package(self, name: str) -> bool:
        """Return whether `name` is a file of its list of packages."""
        return name in self.packages.values()

    def file(self, name: str) -> Path | None:
        """Return the file that is served under `name`, or `None`.

        Args:
            name: A file name; Pyodide's directory has no directories.
        """
        if name == STDLIB:
            return self.stdlib
        if self.snapshot is not None and name == self.snapshot.name:
            return self.snapshot
        if self.runtime is not None and name == RUNTIME:
            return self.runtime
        if "/" in name or "\\" in name or name.startswith("."):
            return None
        file = self.directory / name
        return file if file.is_file() else None

    def with_stdlib(self, archive: Path, *, has_bytecode: bool = False) -> PyodideFiles:
        """Return the same Pyodide with another archive of its standard library."""
        runtime = "" if self.runtime is None else self.runtime.name
        own = hashlib.sha256(f"{self.origin}{_hash_of(archive)}{runtime}".encode()).hexdigest()[:16]
        return dataclasses.replace(self, stdlib=archive, hash=own, has_bytecode=has_bytecode)

    def with_runtime(self, script: Path) -> PyodideFiles:
        """Return the same Pyodide with another `pyodide.asm.mjs`, whose file name says what is in it."""
        return dataclasses.replace(self, runtime=script).with_stdlib(
            self.stdlib, has_bytecode=self.has_bytecode
        )

    def with_client(self, compiled: Mapping[str, ClientWheel]) -> PyodideFiles:
        """Return the same Pyodide with what its Python has compiled of the client."""
        return dataclasses.replace(self, client=compiled)

    def with_snapshot(self, snapshot: Path | None) -> PyodideFiles:
        """Return the same Pyodide with a Python that has started already."""
        return dataclasses.replace(self, snapshot=snapshot)


def media_type(name: str) -> str:
    """Return the content type under which a file of Pyodide's is served."""
    return _MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


def find_pyodide(root: Path, named: Path | None = None) -> PyodideFiles | None:
    """Return a Pyodide on this machine; `None` if none was found, and none was named.

    Args:
        named: The directory that the user named. No other is looked at then.

    Raises:
        PyodideNotFound: The named directory does not hold one.
    """
    if named is not None:
        found = read_pyodide(named)
        if found is None:
            missing = [name for name in CORE_HASHES if _core_file(named, name) is None]
            what = f": {', '.join(missing)} missing" if missing else ""
            raise PyodideNotFound(
                f"{named} does not hold Pyodide 0.25 or later{what}.\n"
                "Name a directory that npm's `pyodide` package or Pyodide's release was unpacked "
                "into, or leave --pyodide out to have it downloaded."
            )
        return dataclasses.replace(found, is_trusted=True)
    for directory in _installed(root):
        found = read_pyodide(directory)
        if found is None:
            continue
        if found.is_trusted or found.version not in KNOWN_HASHES:
            return found
        _logger.warning(
            "%s is not used: it says that it is Pyodide %s, and its files are not those of that "
            "version. Install it again, or name it with --pyodide if you have changed it yourself.",
            directory,
            found.version,
        )
    return read_cached()


def read_pyodide(directory: Path) -> PyodideFiles | None:
    """Return the Pyodide in `directory`; `None` when a file of its core is missing or unreadable."""
    core = [file for name in CORE_HASHES if (file := _core_file(directory, name)) is not None]
    if len(core) < len(CORE_HASHES) or not _is_supported(_version_of(directory)):
        return None
    hashes = {name: _hash_of(file) for name, file in zip(CORE_HASHES, core, strict=True)}
    origin = hashlib.sha256("".join(hashes.values()).encode()).hexdigest()[:16]
    try:
        lock = json.loads((directory / "pyodide-lock.json").read_text("utf-8"))
        info = lock["info"]
        return PyodideFiles(
            directory=directory,
            version=_version_of(directory) or str(info["python"]),
            hash=origin,
            origin=origin,
            stdlib=directory / STDLIB,
            packages={name: str(entry["file_name"]) for name, entry in lock["packages"].items()},
            platform=_platform_of(info),
            core=tuple(file.name for file in core),
            python=".".join(str(info["python"]).split(".")[:2]),
            is_trusted=hashes in KNOWN_HASHES.values(),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # not a lock file: nothing can boot from it


def read_cached() -> PyodideFiles | None:
    """Return the downloaded Pyodide; `None` if it is missing or damaged."""
    directory = cached_pyodide()
    return read_pyodide(directory) if is_genuine(directory) else None


def cached_pyodide() -> Path:
    """Return where a downloaded Pyodide is kept."""
    return cache_directory() / f"pyodide-{VERSION}"


def is_genuine(directory: Path) -> bool:
    """Return whether the core's files in `directory` are those of `VERSION`, byte by byte."""
    return all(
        (directory / name).is_file() and _hash_of(directory / name) == expected
        for name, expected in CORE_HASHES.items()
    )


def _installed(root: Path) -> Iterator[Path]:
    project = project_of(root)
    for directory in dict.fromkeys((root, *([project] if project else []))):
        yield directory / "node_modules" / "pyodide"


def project_of(root: Path) -> Path | None:
    """Return the project that `root` is in: the nearest folder that says that it is one.

    `None` where that folder is another user's: who may write there must not run code as this one.
    """
    for directory in (root, *root.parents):
        if any((directory / sign).exists() for sign in _PROJECT_SIGNS):
            return directory if _is_ours(directory) else None
    return None


def _is_ours(directory: Path) -> bool:
    if not hasattr(os, "getuid"):  # Windows' folders have their own rights
        return True
    status = directory.stat()
    return status.st_uid == os.getuid() and not status.st_mode & stat.S_IWOTH


def _core_file(directory: Path, name: str) -> Path | None:
    """Return a file of the core, which may have the name of before; `None` if it is missing."""
    names = (name, _NAMES_BEFORE_314.get(name, name))
    return next((directory / x for x in names if (directory / x).is_file()), None)


def _is_supported(version: str | None) -> bool:
    numbers = (version or "").split(".")[:2]
    return not all(x.isdigit() for x in numbers) or tuple(map(int, numbers)) >= _OLDEST


def _platform_of(info: Mapping[str, object]) -> str:
    """Return the tag of compiled wheels, which Pyodides before 0.26 call by their compiler."""
    abi = info.get("abi_version")
    before = abi is None or str(info.get("version", "")).startswith("0.25.")
    return f"{info.get('platform')}_wasm32" if before else f"pyodide_{abi}_wasm32"


def _version_of(directory: Path) -> str | None:
    """Return the version in package.json; a release has none."""
    try:
        return str(json.loads((directory / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _hash_of(file: Path) -> str:
    return findings().get("sha256", file, _read_hash)


def _read_hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
