"""Which files of a project its Python may have: modules to import, and data files to open.

One walk finds both. A page lays data files out in its file system as they are here, and fetches each
when it is opened; so a name costs little, and this lists all that may be served but what is plainly
not the program's: hidden files, installed packages, the sources of the page's JavaScript.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..config import ServerConfig
from ..files.access import FileAccess
from ..files.globs import GlobSet

LEFT_OUT = (
    "is left out: it is a link to a file that may not be served, or to none. `fs-allow` names "
    "further directories to serve."
)
"""What is said of a Python file that is a link to nowhere, or out of the project."""

MOST_DATA_FILES = 4000
"""So many are listed: a project with more has a folder that no program wants to have listed."""

SETTINGS_FILES = frozenset({"hmr.toml", "pyproject.toml"})
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages"})
_NO_DATA = (
    ".py", ".pyc", ".pyi", ".whl",
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx", ".map", ".vue", ".svelte",
)  # fmt: skip
_NO_DATA_AT_ROOT = frozenset({*SETTINGS_FILES, "wheels"})


class DataFile(NamedTuple):
    """How a file looks.

    Attributes:
        size: Its bytes.
        modified_ms: When it was written, in milliseconds since the epoch.
    """

    size: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a project.

    Attributes:
        python: The URLs of the Python files, in order.
        data: The data files, by URL.
        is_complete: Whether there are no more data files than are listed.
        left_out: The URLs of Python files that are links to what may not be served, or to nothing.
    """

    python: tuple[str, ...] = ()
    data: Mapping[str, DataFile] = field(default_factory=dict)
    is_complete: bool = True
    left_out: tuple[str, ...] = ()


class ProjectFiles:
    """Looks for the files.

    Args:
        config: The server's configuration.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._root = config.root
        self._access = FileAccess.of(config)
        self._ignored = GlobSet(config.watch_ignore)

    def list(self, folder: str) -> Listing:
        """Return the Python files below a folder, where an entry's imports are looked for; all data files.

        The folder's own data files come first, where not all can be listed.

        Args:
            folder: The folder's URL.
        """
        python: list[str] = []
        data: dict[str, DataFile] = {}
        left_out: list[str] = []
        is_complete = True
        first = folder.strip("/")
        for start, without in [(first, None), *([("", first)] if first else [])]:
            for path, entry in self._walk(start, without):
                if path.endswith(".py"):
                    if without is not None:
                        continue
                    if self._may_be_served(path, entry):
                        python.append(f"/{path}")
                    elif entry.is_symlink():
                        left_out.append(f"/{path}")
                elif not self._is_data_name(path) or not self._may_be_served(path, entry):
                    continue
                elif len(data) == MOST_DATA_FILES:
                    is_complete = False
                    if without is not None:  # no Python file is looked for any more
                        break
                elif (look := look_of(entry)) is not None:
                    data[f"/{path}"] = look
            if not is_complete:
                break
        return Listing(tuple(sorted(python)), data, is_complete, tuple(left_out))

    def is_data_file(self, file: Path) -> bool:
        """Return whether `list` lists a file, if it exists.

        Args:
            file: Its absolute path. It need not exist.
        """
        if not file.is_relative_to(self._root):
            return False
        path = file.relative_to(self._root).as_posix()
        folders = path.split("/")[:-1]
        places = ["/".join(folders[: end + 1]) for end in range(len(folders))]
        if any(self._is_skipped(place) or _is_foreign(self._root / place) for place in places):
            return False
        return self._is_data_name(path) and self._access.is_allowed(file)

    def _walk(self, start: str, without: str | None) -> Iterator[tuple[str, os.DirEntry[str]]]:
        folders = [start]
        for folder in folders:  # grows meanwhile
            place = self._root / folder
            try:
                with os.scandir(place) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError:
                continue  # gone meanwhile, or not to be read: as if it were not there
            if any(entry.name == "pyvenv.cfg" for entry in entries) or _is_build(place):
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not entry.is_dir(follow_symlinks=False):
                    yield path, entry
                elif path != without and not self._is_skipped(path):
                    folders.append(path)

    def _is_skipped(self, folder: str) -> bool:
        name = folder.rpartition("/")[2]
        return (
            name in _SKIPPED_FOLDERS or name.startswith(".") or self._ignored.matches(f"{folder}/x")
        )

    def _is_data_name(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return (
            not name.startswith(".")
            and not name.lower().endswith(_NO_DATA)
            and path.partition("/")[0] not in _NO_DATA_AT_ROOT
            and name.isprintable()  # neither control characters nor halves of a character
            and "\\" not in path
            and not self._ignored.matches(path)
        )

    def _may_be_served(self, path: str, entry: os.DirEntry[str]) -> bool:
        # only a link can lead out of the root
        if entry.is_symlink():
            return self._access.is_allowed(self._root / path)
        return not self._access.is_denied(self._root / path)


def _is_foreign(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").exists() or _is_build(folder)


def _is_build(folder: Path) -> bool:
    """Return whether `hmr-server build` has written a folder: it holds copies."""
    return (folder / "assets" / ".hmr-build").exists()


def look_of(file: os.DirEntry[str] | Path) -> DataFile | None:
    """Return how a file looks now; None if it does not exist."""
    try:
        status = file.stat()
        is_file = file.is_file()
    except OSError:
        return None  # gone meanwhile, or a link to nowhere
    return DataFile(status.st_size, status.st_mtime_ns // 1_000_000) if is_file else None
