"""Files that a page's Python reads: the page hears of a change, and refreshes its copy.

Only then it tells its own listeners (`hmr:file-changed`), which find the new content.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmr_client.payloads import Custom
from hmr_server.file_change import ChangeKind
from hmr_server.plugins import HotUpdateContext, Plugin

if TYPE_CHECKING:
    from hmr_server.module_graph import ModuleNode

DATA_FILE = "hmr:data-file"


class DataFilesPlugin(Plugin):
    """Sends `hmr:data-file` for each file that a page has copied into its file system."""

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
                event=DATA_FILE,
                data={
                    "path": context.environment.resolver.url_of(context.file.as_posix()),
                    "timestamp": context.timestamp,
                    "deleted": context.kind is ChangeKind.DELETE,
                },
            )
        )
        return None
