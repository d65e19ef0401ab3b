"""Pyodide's files on this machine: where they are, which version they are, what they hold.

They are looked for, in this order, in the directory that the user names, in `node_modules/pyodide`
of the project or of a directory above it, and in the user's cache; pyodide_download.py fetches
them where none of these has them. The files are served under a URL that carries the hash of what
is in them, so that browsers keep them for ever, and with them the compiled WebAssembly: its
cache is used only for responses that never change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from ..client_wheel.wheel import ClientWheel

VERSION = "314.0.7"

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
"""What Pyodide's documentation names; the page loads from it when nothing else is to be had."""

STDLIB = "python_stdlib.zip"

# The files that a page loads to boot, as they are in npm's pyodide of `VERSION`.
CORE_HASHES: Mapping[str, str] = {
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    STDLIB: "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
}

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
        has_bytecode: Whether `stdlib` has.
        client: The client's archives as its Python has compiled them, by the hash of the source.
    """

    directory: Path
    version: str
    hash: str
    stdlib: Path
    packages: Mapping[str, str]
    platform: str
    python: str
    origin: str
    has_bytecode: bool = False
    client: Mapping[str, ClientWheel] = field(default_factory=dict)

    @property
    def micropip(self) -> str | None:
        """The file name of the micropip that belongs to it."""
        return self.packages.get("micropip")

    def is_package(self, name: str) -> bool:
        """Return whether `name` is a file of its list of packages."""
        return name in self.packages.values()

    def file(self, name: str) -> Path | None:
        """Return the file that is served under `name`; `None` where there is none.

        Args:
            name: A file name; Pyodide's directory has no directories.
        """
        if name == STDLIB:
            return self.stdlib
        if "/" in name or "\\" in name or name.startswith("."):
            return None
        file = self.directory / name
        return file if file.is_file() else None

    def with_stdlib(self, archive: Path, *, has_bytecode: bool = False) -> PyodideFiles:
        """Return the same Pyodide with another archive of its standard library."""
        own = hashlib.sha256(f"{self.origin}{_hash_of(archive)}".encode()).hexdigest()[:16]
        return dataclasses.replace(self, stdlib=archive, hash=own, has_bytecode=has_bytecode)

    def with_client(self, compiled: Mapping[str, ClientWheel]) -> PyodideFiles:
        """Return the same Pyodide with what its Python has compiled of the client."""
        return dataclasses.replace(self, client=compiled)


def media_type(name: str) -> str:
    """Return the content type under which a file of Pyodide's is served."""
    return _MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


def cache_directory() -> Path:
    """Return where this user's caches of ours are; made when something is put there."""
    return Path(platformdirs.user_cache_dir("hmr-server", appauthor=False))


def find_pyodide(root: Path, named: Path | None = None) -> PyodideFiles | None:
    """Return a Pyodide on this machine; `None` when there is none and none was named.

    Args:
        root: The project.
        named: The directory that the user named. No other is looked at then.

    Raises:
        PyodideNotFound: The named directory does not hold one.
    """
    if named is not None:
        found = read_pyodide(named)
        if found is None:
            missing = [name for name in CORE_HASHES if not (named / name).is_file()]
            raise PyodideNotFound(
                f"{named} does not hold Pyodide: {', '.join(missing)} missing.\n"
                "Name a directory that npm's `pyodide` package or Pyodide's release was unpacked "
                "into, or leave --pyodide out to have it downloaded."
            )
        return found
    for directory in _installed(root):
        if (found := read_pyodide(directory)) is not None:
            return found
    return read_cached()


def read_pyodide(directory: Path) -> PyodideFiles | None:
    """Return the Pyodide in `directory`; `None` when a file of its core is missing or unreadable."""
    if not all((directory / name).is_file() for name in CORE_HASHES):
        return None
    hashes = "".join(_hash_of(directory / name) for name in CORE_HASHES)
    origin = hashlib.sha256(hashes.encode()).hexdigest()[:16]
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
            platform=f"pyodide_{info.get('abi_version', '')}_wasm32",
            python=".".join(str(info["python"]).split(".")[:2]),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # a lock file that is none: nothing can boot from it


def read_cached() -> PyodideFiles | None:
    """Return the Pyodide that was downloaded; `None` when there is none or it is damaged."""
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
    for directory in (root, *root.parents):
        yield directory / "node_modules" / "pyodide"


def _version_of(directory: Path) -> str | None:
    """Return the version in package.json; a release has none."""
    try:
        return str(json.loads((directory / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
