"""Reading pages: what takes more than a moment is done beside the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from ..text.charset import charset_of
from .reading import read_bytes

MOST_AT_ONCE = 32 * 1024
"""Bytes or characters of a page that are read in the event loop: a hop between threads takes a moment, too."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def beside_loop(
    size: int, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
) -> _T:
    """Call a function: in the event loop for what is small, in a thread for what is large.

    Args:
        size: Of what it works on, in bytes or characters.
    """
    if size <= MOST_AT_ONCE:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)


def real_path(file: Path) -> Path:
    """Return the path that names a page in the graph: without symlinks."""
    return file.resolve()


def look_of(file: Path) -> tuple[int, int, int]:
    """Return what differs when a file is saved while it is read: time, inode, size.

    Raises:
        OSError: It isn't there.
    """
    status = os.stat(file)  # noqa: PTH116  # cheaper
    return status.st_mtime_ns, status.st_ino, status.st_size


async def read_text(file: Path) -> str:
    """Return a page's text, in the encoding that browsers read it in.

    Raises:
        OSError: The file can't be read.
    """
    return await beside_loop(look_of(file)[2], _decoded, file)


def _decoded(file: Path) -> str:
    data = read_bytes(file)
    return data.decode(charset_of(data), "replace")
