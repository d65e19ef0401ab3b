"""Where a built page's Python has its data files from: the archive of its modules, or the copied assets.

What a program reads is mostly small and text: it comes with the modules, in one request, and is there
offline. Large files, pictures and sounds are in the folder anyway and need not come twice: they are
fetched when the program opens them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..config import PAGE_SUFFIXES
from ..files.reading import open_file
from ..files.static_files import media_type
from ..python.project_files import DataFile

_MOST_BYTES = 256 * 1024
_MOST_BYTES_IN_ALL = 4 * 1024 * 1024
_MEDIA = ("image/", "audio/", "video/", "font/")
# The built copy of a page is another one than the program shall read
_NOT_AS_COPIED = PAGE_SUFFIXES
# A page that waits for a file gets it as a text, which these would be taken to name the encoding of
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class BuiltData:
    """The data files of a build.

    Attributes:
        archived: The contents of those that come with the modules, by URL.
        fetched: How the others look, by URL.
    """

    archived: dict[str, bytes] = field(default_factory=dict)
    fetched: dict[str, DataFile] = field(default_factory=dict)


def sort_out(root: Path, data: Mapping[str, DataFile]) -> BuiltData:
    """Decide for each data file how it comes to the page.

    Args:
        root: The project's folder.
        data: How the files look, by URL.
    """
    result = BuiltData()
    room = _MOST_BYTES_IN_ALL
    for url, look in _smallest_first(data):
        file = root / url.lstrip("/")
        try:
            with open_file(file) as opened:
                start = opened.read(3)
                must = file.suffix.lower() in _NOT_AS_COPIED or start.startswith(_BYTE_ORDER_MARKS)
                may = look.size <= min(room, _MOST_BYTES) and not media_type(file).startswith(
                    _MEDIA
                )
                if must or may:
                    result.archived[url] = start + opened.read()
                    room -= look.size
                else:
                    result.fetched[url] = look
        except OSError:
            continue  # gone since it was listed
    return result


def _smallest_first(data: Mapping[str, DataFile]) -> Iterable[tuple[str, DataFile]]:
    return sorted(data.items(), key=lambda item: (item[1].size, item[0]))
