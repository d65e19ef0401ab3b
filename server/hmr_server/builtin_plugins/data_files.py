"""Files that a page's Python reads: the page hears of a change, and refreshes its copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmr_client.payloads import Custom
from hmr_server.file_change import ChangeKind
from hmr_server.plugins import HotUpdateContext, Plugin

if TYPE_CHECKING:
    from hmr_server.module_graph import ModuleNode

FILE_CHANGED = "hmr:file-changed"


class DataFilesPlugin(Plugin):
    """Sends `hmr:file-changed` for each file that a page has copied into its file system."""

    name = "hmr:data-files"

    def __init__(self) -> None:
        self._files: set[Path] = set()

    def register(self, files: Iterable[Path]) -> None:
        """Notes files that a page has copied.

        Args:
            files: Absolute paths.
        """
        self._files.update(files)

    def handle_hot_update(self, context: HotUpdateContext) -> Sequence[ModuleNode] | None:
        """Tells of a file's change."""
        if context.file not in self._files:
            return None
        context.send(
            Custom(
                event=FILE_CHANGED,
                data={
                    "path": context.environment.resolver.url_of(context.file.as_posix()),
                    "timestamp": context.timestamp,
                    "deleted": context.kind is ChangeKind.DELETE,
                },
            )
        )
        return None
