"""Files that are read in the middle of a save: truncated already, and not yet written.

The watcher waits for the end of a save (watcher.py); but who saves again at once may have truncated the
file again by the time it is read. What a module said would be gone for one update, and its state with it.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

SETTLE_S = 0.05
"""How long the watcher waits for the end of a save."""

_LONGEST_S = 0.25  # on a busy machine 50 ms may lie between truncating and writing
_STEP_S = 0.005


async def until_written(file: Path) -> None:
    """Wait while a file is empty that was truncated just now, 250 ms at most.

    Equal to `readModifiedFile` of Vite's server, but that a file which has been empty for longer is
    believed at once.

    Args:
        file: Its absolute path. It need not exist.
    """
    for _ in range(round(_LONGEST_S / _STEP_S)):
        if not _was_just_truncated(file):
            return
        await asyncio.sleep(_STEP_S)


def _was_just_truncated(file: Path) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False  # the reader reports it
    return status.st_size == 0 and abs(time.time() - status.st_mtime) <= _LONGEST_S
