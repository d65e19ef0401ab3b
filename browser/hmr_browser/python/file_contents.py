"""Files of the page's own file system: read, written, compared."""

from __future__ import annotations

import os
from zlib import crc32


def content_name(content: bytes | None) -> str | None:
    """Name what a file holds, as the server does.

    Args:
        content: Its bytes; None if there is no file.
    """
    return None if content is None else f"{len(content)}-{crc32(content):08x}"


def read_file(name: str) -> bytes | None:
    """Read a file of the page's file system; None if it isn't there.

    Args:
        name: Its name there.
    """
    try:
        with open(name, "rb") as file:  # noqa: PTH123  # pathlib costs 5 ms in a page's boot
            return file.read()
    except OSError:
        return None


def write_file(name: str, content: str | bytes | None) -> None:
    """Write a file into the page's file system, or remove it.

    Args:
        name: Its name there.
        content: What it holds; None removes it.
    """
    if content is None:
        if os.path.exists(name):  # noqa: PTH110  # pathlib costs 5 ms in a page's boot
            os.remove(name)  # noqa: PTH107  # pathlib is not imported in a page for this
        return
    os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120  # pathlib is not imported in a page for this
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    with open(name, "wb") as file:  # noqa: PTH123  # pathlib is not imported in a page for this
        file.write(data)
