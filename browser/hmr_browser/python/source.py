"""Where the page's Python modules come from: the server's bundle, and the server for the rest."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

HOME = "/home/pyodide"
"""The page's working directory: modules are where they are in production, so `__file__` is too."""

_INLINE = re.compile(r"#py-\d+$")


class DataFile(NamedTuple):
    """How a data file looks.

    Attributes:
        size: Its bytes.
        modified: When it was written, in milliseconds since the epoch.
    """

    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the server knows of an entry before it runs.

    Attributes:
        entry: The entry's path: its URL below the base.
        root: The folder in which its imports are looked for.
        sources: The text of the modules that it will import, by path.
        files: The paths of all Python files below the root.
        packages: What to install for its imports, by the imported name.
        data: The data files that it may open, by path.
    """

    entry: str
    root: str
    sources: Mapping[str, str]
    files: frozenset[str] = frozenset()
    packages: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, DataFile] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str) -> Bundle:
        """Read the server's answer.

        Args:
            text: JSON text.

        Raises:
            ValueError: If it is not a bundle; says what the server has said instead.
        """
        try:
            answer = json.loads(text)
        except ValueError:
            raise ValueError("this dev server does not serve Python modules") from None
        if error := answer.get("error"):
            raise ValueError(error)
        return cls(
            entry=answer["entry"],
            root=answer["root"],
            sources={path: module["source"] for path, module in answer["modules"].items()},
            files=frozenset(answer["files"]),
            packages=answer["packages"],
            data={path: DataFile(*look) for path, look in answer.get("data", {}).items()},
        )


class BundleSource:
    """A `ModuleSource` over bundles; what is in none of them is fetched while the import waits.

    Args:
        fetch: Returns the text of a module from the server, or None.
    """

    def __init__(self, fetch: Callable[[str], str | None]) -> None:
        self._fetch = fetch
        self._texts: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, bundle: Bundle) -> None:
        """Take over what a bundle holds."""
        self._texts.update(bundle.sources)
        for path in (*bundle.files, *bundle.sources):
            self._files.add(path)
            folder = posixpath.dirname(path)
            while folder not in self._folders:
                self._folders.add(folder)
                folder = posixpath.dirname(folder)

    def get(self, path: str) -> str | None:
        """Return the text of a module, or None if there is no such file.

        Args:
            path: The module's path.
        """
        text = self._texts.get(path)
        if text is None and path in self._files:
            text = self._fetch(path)
            if text is not None:
                self._texts[path] = text
        return text

    def has_folder(self, path: str) -> bool:
        """Tell whether Python files lie below a folder: a package without `__init__.py`.

        Args:
            path: The folder, without a slash at its end.
        """
        return path in self._folders

    def filename(self, path: str) -> str:
        """Return the name that tracebacks and `__file__` show.

        Args:
            path: The module's path.
        """
        return HOME + path

    def path_of(self, filename: str) -> str:
        """Return the path of a file: the reverse of `filename`."""
        return filename.removeprefix(HOME)


def shown_name(filename: str) -> str:
    """Return a file's name as people know it: relative to the project.

    Args:
        filename: A name as `BundleSource.filename` makes it, or any other.
    """
    return filename.removeprefix(f"{HOME}/")


def is_inline(path: str) -> bool:
    """Tell whether a path is an inline script's: its page's, and a number.

    Args:
        path: The script's path, or the name that its tracebacks show.
    """
    return _INLINE.search(path) is not None


def shown_file(filename: str) -> str:
    """Return the name of the file that holds a module: an inline script's is its page.

    Args:
        filename: A module's name, as `shown_name` takes it.
    """
    return _INLINE.sub("", shown_name(filename))
