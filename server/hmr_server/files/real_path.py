"""The real path of a file: what its symlinks lead to.

`os.path.realpath` asks the disk about each directory on the way, ten system calls for a usual project. Linux
says of an open file where it is, in three. A server asks about each module that it reads.
"""

from __future__ import annotations

import os
import sys

# opens nothing: no right to read is needed, and a pipe or a device does not notice
_PATH_ONLY = getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0)
_DELETED = " (deleted)"  # what the system puts behind the path of a file that is gone


def real_path(path: str) -> str:
    """Return a path without symlinks, as `os.path.realpath` does.

    Args:
        path: An absolute path. It need not exist.

    Raises:
        ValueError: It has a NUL in it.
    """
    found = _as_linux_says(path) if sys.platform == "linux" else None
    return os.path.realpath(path) if found is None else found


def _as_linux_says(path: str) -> str | None:
    """Return where a file is that can be opened; None where Linux can't say it."""
    try:
        descriptor = os.open(path, _PATH_ONLY)
    except OSError:  # it does not exist, in whole or in part
        return None
    try:
        found = os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115  # text
    except OSError:  # there is no /proc here, or the path is too long for it
        return None
    finally:
        os.close(descriptor)
    # another mount namespace's file has no path that begins at our root
    return found if found.startswith("/") and not found.endswith(_DELETED) else None
