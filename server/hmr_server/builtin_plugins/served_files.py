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


class ServedFilesPlugin(Plugin):
    """Adds an `asset-update` for each changed file that was served unchanged.

    Args:
        is_data_file: Whether a page's Python has a copy of a file, which is brought up to date otherwise.

    Attributes:
        files: These files, by their absolute paths.
    """

    name = "hmr:served-files"

    def __init__(self, is_data_file: Callable[[Path], bool]) -> None:
        self._is_data_file = is_data_file
        self.files: set[Path] = set()

    def register(self, file: Path) -> None:
        """Note a file that a page has got unchanged.

        Args:
            file: Its absolute path.
        """
        if file.suffix != ".py":  # the Python plugin's
            self.files.add(file)

    def handle_hot_update(self, context: HotUpdateContext) -> Sequence[ModuleNode] | None:
        """Add the update of a file."""
        if context.file in self.files:
            url = context.environment.resolver.file_url_of(context.file.as_posix())
            path = module_url.url_to_path(url)
            context.updates.append(
                AssetUpdate(
                    path=path,
                    accepted_path=path,
                    timestamp=context.timestamp,
                    is_data_file=self._is_data_file(context.file),
                    is_module=bool(context.modules),
                )
            )
        return None
