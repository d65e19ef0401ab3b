"""Pyodide's standard library with bytecode in it: pages boot two to three times as fast.

npm's archive holds sources only, and each page compiles 145 of them, twice. The better archive is
made once for each Pyodide, by that Pyodide's own Python in Node.js, while the first pages still
boot from the plain one; it is kept in the user's cache. Without Node.js nothing is lost but time.
"""

import asyncio
import logging
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from hmr_server.pyodide_download import cached_node
from hmr_server.pyodide_files import PyodideFiles, cache_directory

_SCRIPT = Path(__file__).with_name("compile_stdlib.mjs")
_PATIENCE_S = 300
_NICENESS = 10  # the first page boots meanwhile

_logger = logging.getLogger(__name__)


def cached_bytecode(pyodide: PyodideFiles) -> PyodideFiles | None:
    """``pyodide`` with the better archive, if that was made already."""
    archive = _archive_of(pyodide)
    return pyodide.with_stdlib(archive) if _is_whole(archive) else None


async def make_bytecode(pyodide: PyodideFiles) -> PyodideFiles | None:
    """Makes the better archive, which takes seconds. ``None`` where it cannot be made.

    Args:
        pyodide: As it came, with the plain archive.
    """
    node = shutil.which("node") or cached_node()
    if node is None:
        return None
    archive = _archive_of(pyodide)
    archive.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=archive.parent, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        if not await _run(node, str(_SCRIPT), str(pyodide.directory), str(part)):
            return None
        if not _is_whole(part):
            _logger.debug("%s is no archive", part)
            return None
        part.replace(archive)  # noqa: ASYNC240 - a rename
    finally:
        part.unlink(missing_ok=True)  # noqa: ASYNC240 - of a temporary file
    return pyodide.with_stdlib(archive)


def _archive_of(pyodide: PyodideFiles) -> Path:
    return cache_directory() / "bytecode" / f"{pyodide.hash}.zip"


def _is_whole(archive: Path) -> bool:
    try:
        with zipfile.ZipFile(archive) as content:
            return "os.pyc" in content.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


async def _run(*command: str) -> bool:
    nice = (
        ["nice", "-n", str(_NICENESS)] if shutil.which("nice") and sys.platform != "win32" else []
    )
    process = await asyncio.create_subprocess_exec(
        *nice,
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, errors = await process.communicate()
    except TimeoutError:
        _logger.debug("the standard library's bytecode took too long")
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        tail = errors.decode(errors="replace")[-1000:]
        _logger.debug("the standard library's bytecode could not be made: %s", tail)
    return process.returncode == 0
