"""Where the source text of application modules comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ModuleSource(Protocol):
    """Source text by path. Paths have forward slashes: `app/m.py`, `/app/m.py`.

    A source may look the text up, read it, or fetch it while the import waits.
    """

    def get(self, path: str) -> str | None:
        """Return the text of a module, or None if there is no such file.

        Args:
            path: The module's path.
        """

    def has_folder(self, path: str) -> bool:
        """Tell whether Python files lie below a folder: a package without `__init__.py`.

        Args:
            path: The folder, without a slash at its end.
        """

    def filename(self, path: str) -> str:
        """Return the name that tracebacks, `__file__` and `__path__` show.

        Args:
            path: The path of a module, or of a folder.
        """

    def path_of(self, filename: str) -> str:
        """Return the path of a file or a folder: the reverse of `filename`.

        Args:
            filename: Its name; one that is not of this source is returned as it is.
        """


class DictSource:
    """Modules in a dict: what tests, and a page with its bundle, use.

    Args:
        files: Source text by path; not copied, so later additions are seen.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def get(self, path: str) -> str | None:
        """See `ModuleSource`."""
        return self.files.get(path)

    def has_folder(self, path: str) -> bool:
        """See `ModuleSource`."""
        return any(name.startswith(f"{path}/") for name in self.files)

    def filename(self, path: str) -> str:
        """See `ModuleSource`."""
        return path

    def path_of(self, filename: str) -> str:
        """See `ModuleSource`."""
        return filename


class DirectorySource:
    """Modules in a directory of the file system.

    Args:
        root: The directory; paths are relative to it, and nothing outside of it is read.
    """

    def __init__(self, root: str) -> None:
        import os.path

        self._root = os.path.realpath(root)
        self._os_path = os.path

    def get(self, path: str) -> str | None:
        """See `ModuleSource`. The declared encoding counts.

        Raises:
            SyntaxError: If the text is not in its encoding.
        """
        name = self._os_path.realpath(self.filename(path))
        if not name.startswith(self._root + self._os_path.sep):
            return None
        try:
            with open(name, "rb") as file:  # noqa: PTH123  # pathlib costs 5 ms in a page's boot
                data = file.read()
        except OSError:
            return None  # no such file, or none that can be read: as if it were not there
        from importlib.util import decode_source

        return decode_source(data)

    def has_folder(self, path: str) -> bool:
        """See `ModuleSource`."""
        return self._os_path.isdir(self.filename(path))

    def filename(self, path: str) -> str:
        """See `ModuleSource`."""
        return self._os_path.join(self._root, *path.split("/"))

    def path_of(self, filename: str) -> str:
        """See `ModuleSource`."""
        sep = self._os_path.sep
        start = self._root + sep
        return (
            filename.removeprefix(start).replace(sep, "/")
            if filename.startswith(start)
            else filename
        )
