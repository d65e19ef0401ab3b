"""Data files beside application modules, for `importlib.resources` and `pkgutil.get_data`.

The modules come from a source; what lies beside them is read from the file system, where `__file__` and
`__path__` say that it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Resources:
    """What a package holds besides modules: the part of a resource reader that Python asks for.

    Args:
        folders: The package's folders, as names of the file system.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders

    def files(self) -> Any:
        """Return the package's folder; where it has several, all of them as one."""
        from importlib.readers import MultiplexedPath
        from pathlib import Path

        places = [Path(folder) for folder in self._folders]
        there = [place for place in places if place.is_dir()]
        return MultiplexedPath(*there) if len(there) > 1 else (there or places)[0]


class NamespaceLoader:
    """Loads a package without `__init__.py`: Python's own one takes the folders of its finders only.

    Args:
        folders: The package's folders, as names of the file system.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002  # the loader protocol's arguments
        """Let Python make an ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing; set `__file__` as in other namespace packages."""
        module.__file__ = None

    def is_package(self, name: str) -> bool:  # noqa: ARG002  # the loader protocol's arguments
        """Return True: the loader's protocol asks."""
        return True

    def get_source(self, name: str) -> str:  # noqa: ARG002  # the loader protocol's arguments
        """Return no text: the loader's protocol."""
        return ""

    def get_resource_reader(self, name: str) -> Resources:  # noqa: ARG002  # the loader protocol's arguments
        """Return what reads the package's data files: the loader's protocol."""
        return Resources(self._folders)
