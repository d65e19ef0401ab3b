"""A project's files as its Python may have them: texts of modules, and places of data files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..config import ServerConfig
from ..files.access import AccessDenied, BadPath, FileAccess
from ..files.reading import read_bytes
from .imports import decode, read_imports, source_hash
from .project_files import DataFile, Listing, ProjectFiles


@dataclass(frozen=True, slots=True)
class PythonModule:
    r"""The text of one file.

    Attributes:
        url: Its path below the base, decoded.
        source: Its text, in whatever encoding the file declares, with `\n` as line ends.
        hash: Names the text.
    """

    url: str
    source: str
    hash: str


class PythonFiles:
    """Reads a project's files for its Python, and only such as may be served.

    Args:
        config: The server's configuration.
    """

    def __init__(self, config: ServerConfig) -> None:
        self._root = config.root
        self._access = FileAccess.of(config)
        self._project = ProjectFiles(config)
        self._imports: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}

    def path(self, url: str) -> Path:
        """Return the file of a URL. It need not exist.

        Args:
            url: A path below the base, decoded.

        Raises:
            AccessDenied: It may not be served, or is no Python file of the project.
        """
        asked = Path(os.path.normpath(self._root / url.lstrip("/")))
        if not asked.is_relative_to(self._root):
            raise AccessDenied(url, "it is outside of the project.")
        if asked.suffix != ".py":
            raise AccessDenied(url, "it is no Python file.")
        self._access.check(asked)
        return asked

    def data_path(self, url: str) -> Path:
        """Return the file of a URL, of whatever sort. It need not exist.

        Args:
            url: A path below the base, decoded.

        Raises:
            AccessDenied: It may not be served.
        """
        if not url.isprintable():
            raise BadPath(url[:200], "its path holds a character that no file of ours has.")
        asked = Path(os.path.normpath(self._root / url.lstrip("/")))
        self._access.check(asked)
        return asked

    def url(self, file: Path) -> str:
        """Return the URL of a file of the project.

        Args:
            file: Its absolute path.
        """
        return f"/{file.relative_to(self._root).as_posix()}"

    def absolute(self, listed: Mapping[str, DataFile]) -> dict[str, DataFile]:
        """Return a listing by absolute paths.

        Args:
            listed: It by URLs.
        """
        return {f"{self._root}{url}": look for url, look in listed.items()}

    def read(self, url: str) -> PythonModule | None:
        """Return a file's text; None where there is no such file, or it can't be read.

        Args:
            url: Its path below the base, decoded.

        Raises:
            AccessDenied: It may not be served.
        """
        try:
            data = read_bytes(self.path(url))
        except OSError:
            return None
        source = decode(data)
        return PythonModule(url, source, source_hash(source))

    def imports(self, module: PythonModule, package: str) -> tuple[str, ...]:
        """Return the names of modules that a module may import, as `read_imports` does.

        Each visit of a page asks for those of all its modules: they are read once for each text.

        Args:
            package: The package that relative imports start from.
        """
        text, names = self._imports.get((module.url, package), (None, ()))
        if text != module.hash:
            names = read_imports(module.source, package)
            self._imports[module.url, package] = module.hash, names
        return names

    def list(self, folder: str) -> Listing:
        """Return the URLs of all Python files below a folder, and the project's data files.

        Virtual environments and similar folders are left out.

        Args:
            folder: The folder's URL.
        """
        return self._project.list(folder)


def inline_script(page: Path, number: int | str) -> Path:
    """Return the path that names an inline script among the files that a page holds.

    Args:
        page: The page's file.
        number: The script's.
    """
    return page.with_name(f"{page.name}#py-{number}")
