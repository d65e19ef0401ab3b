"""What Pyodide's memory holds once Python has started and has imported the client: pages continue from it.

A Python that starts imports 295 modules, which are two thirds of a page's boot even where all have bytecode.
Node.js starts one, once for each standard library and client, and the page copies 10 MB instead. Pyodide's
`_makeSnapshot` and `_loadSnapshot` are no public interface, so they are used with the one version that this
server downloads, and a page that can't continue from a snapshot starts Python as ever.

The demo page, from its second visit on: 0.48 of stock Pyodide's time without it, 0.33 with it, and 0.3 where the
browser has had time to keep it and the compiled WebAssembly (`later_visits.js`). Tried and dropped:
- all of the memory that is not zero, 14 MB, with the library beside it, restored by Pyodide: 0.41. What each
  Pyodide has in its memory before anything runs is left out, and nothing is copied twice;
- to fetch the snapshot and the library as soon as the page's first script runs: what arrives keeps the main
  thread from the page's own scripts, which were 100 ms later, and Python was no sooner. Only Pyodide's two
  scripts, which browsers compile beside the page's work, come that early;
- to begin the WebAssembly as early: it was ready 50 ms sooner, and Python was not;
- to begin without a wait for the page's first frame: the main thread has no time to spare then;
- the library in the same breath: 9 MB that most programs do not read while they start.
Not made in the first page, in a worker: that would take its second core for seconds, and each browser's storage.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import tempfile
from pathlib import Path

from ..cache import findings, note_use
from ..client_wheel.wheel import ClientWheel, page_script
from .bytecode import copy_of, kept_at, run
from .files import VERSION, PyodideFiles
from .node import cached_node

_SCRIPT = "make_snapshot.mjs"
_MAGIC = 0x53524D48
_HEAD = struct.Struct("<11I")  # as the page reads them
_PART = struct.Struct("<2I")  # where it is in memory, its length

_YES = "yes"


def with_snapshot(pyodide: PyodideFiles, client: ClientWheel) -> PyodideFiles:
    """Return `pyodide` with the snapshot that was made for it; as it is where there is none.

    Args:
        client: The wheel of pages with Python modules, as it is in source.
    """
    file = _snapshot_of(pyodide, client)
    if file is None:
        return pyodide
    with contextlib.suppress(OSError):  # not there, or another user's
        note_use(file)
    try:
        is_whole = findings().get("is a whole snapshot", file, _is_whole) == _YES
    except OSError:
        is_whole = False
    return pyodide.with_snapshot(file if is_whole else None)


async def make_snapshot(pyodide: PyodideFiles, client: ClientWheel) -> PyodideFiles | None:
    """Make the snapshot if it is missing, which takes a second.

    Args:
        client: The wheel of pages with Python modules, as it is in source.

    Returns:
        `pyodide` with it; `None` where it is there, or cannot be made.
    """
    file = _snapshot_of(pyodide, client)
    node = shutil.which("node") or cached_node()
    if file is None or node is None or pyodide.snapshot is not None or not pyodide.is_trusted:
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, ignore_cleanup_errors=True) as name:
        made = Path(name)
        wheel, target = made / "client.whl", made / file.name
        wheel.write_bytes(pyodide.client[client.hash].content)
        copy = copy_of(pyodide, made / "pyodide")
        work = (str(copy), str(pyodide.stdlib), str(wheel), str(target))
        if copy is None or not await run(node, str(page_script(_SCRIPT)), *work, folder=made):
            return None
        if _is_whole(target) != _YES:
            return None
        target.replace(file)
    return with_snapshot(pyodide, client)


def _snapshot_of(pyodide: PyodideFiles, client: ClientWheel) -> Path | None:
    """Return where a snapshot is kept; `None` where none is made."""
    compiled = pyodide.client.get(client.hash)
    if pyodide.version != VERSION or not pyodide.has_bytecode or compiled is None:
        return None
    how = page_script(_SCRIPT).read_text("utf-8")
    return kept_at("snapshot", pyodide.hash, compiled.hash, how, suffix=".bin")


def _is_whole(file: Path) -> str:
    """Return whether a file is as long as its head says."""
    try:
        with file.open("rb") as content:
            magic, *_, head, left_out, count = _HEAD.unpack(content.read(_HEAD.size))
            content.seek(left_out * _PART.size, os.SEEK_CUR)
            parts = content.read(count * _PART.size)
            length = content.tell() + head + sum(part[1] for part in _PART.iter_unpack(parts))
        return _YES if magic == _MAGIC and file.stat().st_size == length else ""
    except struct.error:
        return ""
