"""The data files of the page's Python: there when it starts, brought up to date when they change.

What lies in the page's file system are names. The content of a file comes when the program opens it
(data_files.js), and again when it opens it after a change; so a listener that gets a change reads what is
on disk by then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from hmr_client.client import HMRClient
from hmr_client.wire.payloads import JSONValue

from .source import DataFile, shown_name

DATA_FILES = "hmr:data-files"
"""The server's: files have changed."""

FILE_CHANGED = "hmr:file-changed"
"""The page's own: the application's copy of a file is up to date."""

_OWNER = "\0data-files"  # our own listener; no module has such a path
_MOST_NAMES = 3


class FileSystem(Protocol):
    """The part of the page's file system that is the server's."""

    def add(self, listing: str) -> None:
        """Add files; what is there already stays.

        Args:
            listing: JSON text: for each place the server's name of the file, its size in bytes, and
                when it was modified, in milliseconds.
        """

    def renew(self, place: str, name: str, size: int, modified: int) -> bool:
        """Have a file's content fetched when it is opened next.

        Args:
            place: Where it is.
            name: The server's name of it.
            modified: When it was modified, in milliseconds.

        Returns:
            Whether the program has had its content before.
        """

    def remove(self, place: str) -> bool:
        """Take a file away; say whether the program has had its content."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """What has become of a file.

    Attributes:
        path: Its path below the base.
        now: How it looks; None: it is deleted.
    """

    path: str
    now: DataFile | None


def changed_files(data: JSONValue) -> Iterator[ChangedFile]:
    """Read the data of `hmr:data-files`; what is no file is left out.

    Args:
        data: What arrived.
    """
    files = data.get("files") if isinstance(data, Mapping) else None
    for file in files if isinstance(files, list) else ():
        if not isinstance(file, Mapping) or not isinstance(path := file.get("path"), str):
            continue
        match file:
            case {"deleted": True}:
                yield ChangedFile(path, None)
            case {"size": int(size), "modified": int(modified)}:
                yield ChangedFile(path, DataFile(size, modified))


class DataFiles:
    """Keeps the files, and tells the application of their changes.

    Args:
        client: The page's client.
        open_file_system: Makes the file system ready; called when the first file is there.
        place: Where a file is in the page, by its path below the base; None: it is not the page's.
        log: Shows a line in the badge.
    """

    def __init__(
        self,
        client: HMRClient,
        open_file_system: Callable[[], FileSystem],
        place: Callable[[str], str | None],
        log: Callable[[str], object],
    ) -> None:
        self._client = client
        self._open_file_system = open_file_system
        self._file_system: FileSystem | None = None
        self._place = place
        self._log = log
        # what the server's listing may still name
        self._deleted: set[str] = set()
        client.add_listener(_OWNER, DATA_FILES, self._changed)

    def add(self, listing: Mapping[str, DataFile]) -> None:
        """Add the files that the server has listed.

        Args:
            listing: How they look, by their paths.
        """
        found = [
            (place, path, *look)
            for path, look in listing.items()
            if path not in self._deleted and (place := self._place(path)) is not None
        ]
        if found:
            self._files().add(json.dumps(found))

    def _files(self) -> FileSystem:
        if self._file_system is None:
            self._file_system = self._open_file_system()
        return self._file_system

    async def _changed(self, data: JSONValue) -> None:
        told: list[dict[str, JSONValue]] = []
        had: list[str] = []
        for file in changed_files(data):
            place = self._place(file.path)
            if place is None:
                continue
            files = self._files()
            if file.now is None:
                self._deleted.add(file.path)
                was_read = files.remove(place)
            else:
                self._deleted.discard(file.path)
                was_read = files.renew(place, file.path, *file.now)
            if was_read:
                had.append(shown_name(place))
            told.append({"path": file.path, "file": place, "deleted": file.now is None})
        if had:
            more = f" and {len(had) - _MOST_NAMES} more" if len(had) > _MOST_NAMES else ""
            # without a listener nothing reads it again now: what was made of it is of the old content
            is_heard = self._client.custom_listeners_map.get(FILE_CHANGED)
            when = "" if is_heard else " (the program gets it when it opens it again)"
            self._log(f"file refreshed: {', '.join(had[:_MOST_NAMES])}{more}{when}")
        for one in told:
            try:
                await self._client.notify_listeners(FILE_CHANGED, one)
            except Exception as error:  # noqa: BLE001  # whatever the user's listener raises is shown
                self._client.logger.error(error)
