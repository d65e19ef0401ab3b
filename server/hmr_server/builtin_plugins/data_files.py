"""Files that a page's Python reads: the page gets each change, and refreshes its copy.

Only then it tells its own listeners (`hmr:file-changed`), which find the new content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hmr_client.wire.payloads import Custom, JSONValue

from ..graph import module_url
from ..graph.module_graph import ModuleNode
from ..plugins import HotUpdateContext, Plugin
from ..python.project_files import DataFile, ProjectFiles, look_of

DATA_FILES = "hmr:data-files"


class DataFilesPlugin(Plugin):
    """Collects what has become of the data files of one batch.

    Args:
        project: Knows which files of the project are data files.

    Attributes:
        listed: How the files that pages have had listed look, by their absolute paths.
    """

    name = "hmr:data-files"

    def __init__(self, project: ProjectFiles) -> None:
        self._project = project
        self._files: set[Path] = set()
        self._is_listed = False
        self.listed: dict[str, DataFile] = {}
        self._changed: list[JSONValue] = []

    def register(self, files: Iterable[Path]) -> None:
        """Note files that a page has copied.

        Args:
            files: Absolute paths.
        """
        self._files.update(files)

    def has(self, file: Path) -> bool:
        """Say whether a page's Python has a copy of a file, or may open it.

        Args:
            file: Its absolute path.
        """
        return file in self._files

    def register_listing(self, listed: Mapping[str, DataFile]) -> None:
        """Note that a page can open the project's data files: also those that are to come.

        Args:
            listed: How they look, by their absolute paths.
        """
        self._is_listed = True
        self.listed.update(listed)

    def handle_hot_update(self, context: HotUpdateContext) -> Sequence[ModuleNode] | None:
        """Note a file's change."""
        file = context.file
        is_listed = self._is_listed and self._project.is_data_file(file)
        if not is_listed and file not in self._files:
            return None
        look = look_of(file)
        self.listed.pop(str(file), None)
        if is_listed and look is not None:
            self.listed[str(file)] = look
        url = context.environment.resolver.url_of(module_url.file_id(file.as_posix()))
        self._changed.append(
            {
                "path": module_url.url_to_path(url),
                "deleted": look is None,
                **({} if look is None else {"size": look.size, "modified": look.modified_ms}),
            }
        )
        return None

    def take(self) -> Custom | None:
        """Return what pages get for the batch; None where no page has a file of it."""
        if not self._changed:
            return None
        files, self._changed = self._changed, []
        return Custom(event=DATA_FILES, data={"files": files})
