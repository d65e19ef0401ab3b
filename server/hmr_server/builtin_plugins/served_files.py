"""Files that pages have got as they are: images, fonts, films, whatever they have fetched.

Each page knows what it has loaded and how: it swaps the file where it is shown, reloads where it has read it,
or does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hmr_client.wire.payloads import AssetUpdate

from ..graph import module_url
from ..graph.module_graph import ModuleNode
from ..plugins import HotUpdateContext, Plugin

WITHOUT_READER = "withoutReader"
"""Of an `asset-update`: nobody knows who has fetched the file."""


class ServedFilesPlugin(Plugin):
    """Adds an `asset-update` for each changed file that was served unchanged.

    Args:
        is_data_file: Whether a page's Python has a copy of a file, which is brought up to date otherwise.

    Attributes:
        files: These files, by their absolute paths.
        without_reader: The files that something of ours has fetched without a word about itself (no
            `Referer`): a page that has not fetched such a file itself may have a worker that has.
    """

    name = "hmr:served-files"

    def __init__(self, is_data_file: Callable[[Path], bool]) -> None:
        self._is_data_file = is_data_file
        self.files: set[Path] = set()
        self.without_reader: set[Path] = set()

    def register(self, file: Path) -> None:
        """Note a file that a page has got unchanged.

        Args:
            file: Its absolute path.
        """
        if file.suffix != ".py":  # the Python plugin's
            self.files.add(file)

    def handle_hot_update(self, context: HotUpdateContext) -> Sequence[ModuleNode] | None:
        """Add the update of a file."""
        is_hidden = context.file in self.without_reader
        if context.file in self.files or is_hidden:
            url = context.environment.resolver.file_url_of(context.file.as_posix())
            path = module_url.url_to_path(url)
            context.updates.append(
                AssetUpdate(
                    path=path,
                    accepted_path=path,
                    timestamp=context.timestamp,
                    is_data_file=self._is_data_file(context.file),
                    is_module=bool(context.modules),
                    extra={WITHOUT_READER: True} if is_hidden else {},
                )
            )
        return None
