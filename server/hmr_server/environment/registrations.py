"""The files that pages hold without importing them: a change of each is pushed.

Python modules of Pyodide, data files that a page's Python reads, files that were served as they are. Files
outside of the root are watched from when they are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from ..builtin_plugins.data_files import DataFilesPlugin
from ..builtin_plugins.python import PythonPlugin
from ..builtin_plugins.served_files import ServedFilesPlugin
from ..config import ServerConfig
from ..files.access import FileAccess
from ..graph.resolve import Resolver
from ..python.project_files import DataFile, ProjectFiles


class Registrations:
    """What pages hold, by kind; the next process restores it from the session.

    Args:
        config: The server's settings.
        access: Which files may be served.
        resolver: Knows which files are outside of the root.
        watch: Begins to watch a file outside of the root.

    Attributes:
        python: Pushes Python files.
        data: Pushes data files.
        served: Pushes files that were served as they are.
        python_files: The Python files that pages hold, in the order of their registration.
        data_files: The data files that pages have read, likewise.
        outside: The files outside of the root that were loaded.
        on_change: Called after each registration.
    """

    def __init__(
        self,
        config: ServerConfig,
        access: FileAccess,
        resolver: Resolver,
        watch: Callable[[Path], None] | None,
    ) -> None:
        self.python = PythonPlugin(access)
        self.data = DataFilesPlugin(ProjectFiles(config))
        self.served = ServedFilesPlugin(self.data.has)
        self.python_files: dict[Path, None] = {}
        self.data_files: dict[Path, None] = {}
        self.outside: set[Path] = set()
        self._held: set[Path] = set()
        self.on_change: Callable[[], object] = lambda: None
        self._resolver = resolver
        self._watch = watch

    @property
    def listed(self) -> Mapping[str, DataFile]:
        """How the data files look that a page may open, by their absolute paths."""
        return self.data.listed

    @property
    def served_files(self) -> Iterable[Path]:
        """The files that pages have got unchanged."""
        return self.served.files

    def reading_python(self) -> AbstractContextManager[None]:
        """Push every Python file while inside: which ones a page will hold is being found out."""
        return self.python.reading()

    def register_python(self, files: Iterable[Path], *, is_held: bool = True) -> None:
        """Register Python files that a page holds.

        Args:
            files: Absolute paths; an inline script's is `python.files.inline_script`'s.
            is_held: Whether a client of ours has asked for them, and replaces them.
        """
        for file in files:
            if is_held:
                self._hold(file)
            self.python_files[file] = None
            self.python.register([file])
            self.note_loaded(file.as_posix())
        self.on_change()

    def register_data(self, files: Iterable[Path]) -> None:
        """Register files that a page's Python reads.

        Args:
            files: Absolute paths.
        """
        for file in files:
            self._hold(file)
            self.data_files[file] = None
            self.data.register([file])
            self.note_loaded(file.as_posix())
        self.on_change()

    def register_listing(self, listed: Mapping[str, DataFile]) -> None:
        """Register the data files that a page may open, and those that are created later.

        Args:
            listed: How they look, by their absolute paths.
        """
        self.data.register_listing(listed)
        self.on_change()

    def register_served(self, file: Path) -> None:
        """Register a file that a page has got unchanged.

        Args:
            file: Its absolute path.
        """
        known = len(self.served.files)
        self.served.register(file)
        self.note_loaded(file.as_posix())
        if len(self.served.files) > known:
            self.on_change()

    def register_without_reader(self, file: Path) -> None:
        """Register a file that was fetched without a word about who reads it.

        Args:
            file: Its absolute path.
        """
        if file not in self._held and file not in self.served.without_reader:
            self.served.without_reader.add(file)
            self.on_change()

    def _hold(self, file: Path) -> None:
        """Note that a client of ours brings a file up to date."""
        self._held.add(file)
        self.served.without_reader.discard(file)

    def note_loaded(self, file: str) -> None:
        """Watch a file that was loaded, where it is outside of the root.

        Args:
            file: Its absolute path, with slashes.
        """
        if self._resolver.is_outside(file) and (path := Path(file)) not in self.outside:
            self.outside.add(path)
            if self._watch is not None:
                self._watch(path)
