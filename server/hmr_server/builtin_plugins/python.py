"""Python modules: a changed source goes to the pages that hold it, in the update itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hmr_client.wire.payloads import PyUpdate

from ..files.access import FileAccess
from ..files.reading import read_bytes
from ..graph import module_url
from ..graph.module_graph import ModuleNode
from ..plugins import HotUpdateContext, Plugin
from ..python.files import inline_script
from ..python.imports import decode, source_hash
from ..watch.file_change import ChangeKind


class PythonPlugin(Plugin):
    """Adds a `py-update` for each Python file that a page holds or may now import.

    Args:
        access: Knows which files may be sent.
    """

    name = "hmr:python"

    def __init__(self, access: FileAccess) -> None:
        self._access = access
        self._files: set[Path] = set()
        self._inline: set[Path] = set()
        self._readers = 0

    def register(self, files: Iterable[Path]) -> None:
        """Note files that a page holds.

        Args:
            files: Absolute paths; an inline script's is its page's, and a number (`inline_script`).
        """
        for file in files:
            (self._files if file.suffix == ".py" else self._inline).add(file)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Tell of every Python file while inside: which ones a page will hold is being found out."""
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1

    def runs_inline(self, page: Path, number: int) -> bool:
        """Return whether a page runs an inline script so that it can be replaced.

        Args:
            number: The script's.
        """
        return inline_script(page, number) in self._inline

    def handle_hot_update(self, context: HotUpdateContext) -> Sequence[ModuleNode] | None:
        """Add the update of a Python file."""
        file = context.file
        if file.suffix != ".py" or not self._concerns(file, context.kind):
            return None
        url = context.environment.resolver.url_of(module_url.file_id(file.as_posix()))
        source = None
        if context.kind is not ChangeKind.DELETE:
            try:
                source = decode(read_bytes(file))
            except FileNotFoundError:
                return None  # it was deleted again: the next batch has that
            self._files.add(file)
        context.updates.append(
            PyUpdate(
                path=url,
                accepted_path=url,
                timestamp=context.timestamp,
                source=source,
                hash=None if source is None else source_hash(source),
            )
        )
        return None

    def _concerns(self, file: Path, kind: ChangeKind) -> bool:
        if not self._access.is_allowed(file):
            return False  # a link may lead out of the project by now
        if file in self._files or self._readers:
            return True
        # A new file beside or below the page's modules may be the one that an import was missing
        return kind is ChangeKind.CREATE and any(
            file.is_relative_to(known.parent) for known in self._files
        )
