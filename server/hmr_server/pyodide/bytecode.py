"""Archives that boot faster than they came: Pyodide's standard library, and the client.

npm's archive holds sources only, and each page compiles 145 of them, twice, and then the client's.
That it is not twice (zipimport_once.py) is done at once, and takes a third off the boot. Archives with
bytecode, which take off two thirds, are made once for each Pyodide, by that Pyodide's own Python in
Node.js, while the first pages boot without. Both are kept in the user's cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import logging
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from ..cache import cache_directory, findings, is_unused, note_use
from ..client_wheel.wheel import ClientWheel, named_by_content, page_script
from . import zipimport_once
from .files import PyodideFiles, read_pyodide
from .node import cached_node

_SCRIPT = "compile_archives.mjs"
_SITECUSTOMIZE = "sitecustomize.py"
_PATIENCE_S = 300
_KEPT_S = 30 * 24 * 3600  # since a server has used it
_NICENESS = 10  # the first page boots meanwhile

_YES = "yes"

_logger = logging.getLogger(__name__)


def read_once(pyodide: PyodideFiles) -> PyodideFiles:
    """`pyodide` with a standard library of which each module is read once, and not twice.

    Args:
        pyodide: One as it came.
    """
    source = Path(zipimport_once.__file__).read_text("utf-8")
    sitecustomize = f"{source}\n\n{zipimport_once.read_modules_once.__name__}()\n"
    place = kept_at("once", pyodide.origin, sitecustomize)
    try:
        if not zipfile.is_zipfile(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as made:
                copy = shutil.copy(pyodide.stdlib, made)
                with zipfile.ZipFile(copy, "a") as archive:
                    if _SITECUSTOMIZE not in archive.namelist():  # one that the archive has is kept
                        archive.writestr(zipfile.ZipInfo(_SITECUSTOMIZE), sitecustomize)
                Path(copy).replace(place)
        note_use(place)
        return pyodide.with_stdlib(place)
    except (OSError, zipfile.BadZipFile) as error:  # pages boot as they would without
        _logger.debug("The standard library stays as it is: %s", error)
        return pyodide


def cached_bytecode(pyodide: PyodideFiles, client: Sequence[ClientWheel] = ()) -> PyodideFiles:
    """`pyodide` with what was made already of the better archives.

    Args:
        pyodide: One that has them, or has not.
        client: The client's archives, as they are in source.
    """
    files = [_compiled_of(pyodide, archive) for archive in client]
    if not pyodide.has_bytecode:
        library = _library_of(pyodide)
        files.append(library)
        if _is_whole(library):
            pyodide = pyodide.with_stdlib(library, has_bytecode=True)
    for file in files:
        with contextlib.suppress(OSError):  # not there, or another user's
            note_use(file)
    compiled = {
        archive.hash: better
        for archive in client
        if (better := _read_compiled(archive, _compiled_of(pyodide, archive))) is not None
    }
    return pyodide.with_client(compiled)


async def make_bytecode(
    pyodide: PyodideFiles, client: Sequence[ClientWheel] = ()
) -> PyodideFiles | None:
    """Make the better archives that are missing, which takes seconds.

    Args:
        pyodide: What there is now.
        client: The client's archives, as they are in source.

    Returns:
        `pyodide` with them; `None` where nothing is missing, or it cannot be made.
    """
    missing = [archive for archive in client if archive.hash not in pyodide.client]
    node = shutil.which("node") or cached_node()
    if node is None or not pyodide.is_trusted or (pyodide.has_bytecode and not missing):
        return None
    directory = cache_directory() / "bytecode"
    directory.mkdir(parents=True, exist_ok=True)
    # a directory beside them, so that each is there as a whole or not at all
    with tempfile.TemporaryDirectory(dir=directory, ignore_cleanup_errors=True) as name:
        work, made, targets = [], Path(name), {}
        if not pyodide.has_bytecode:
            targets[made / "stdlib.zip"] = _library_of(pyodide)
            work += ["library", str(pyodide.stdlib), str(made / "stdlib.zip")]
        for archive in missing:
            source, target = made / f"{archive.hash}.source", made / f"{archive.hash}.zip"
            source.write_bytes(archive.content)
            targets[target] = _compiled_of(pyodide, archive)
            work += ["client", str(source), str(target)]
        copy = await asyncio.to_thread(copy_of, pyodide, made / "pyodide")
        if copy is None or not await run(
            node, str(page_script(_SCRIPT)), str(copy), str(pyodide.stdlib), *work, folder=made
        ):
            return None
        for target, place in targets.items():
            if not zipfile.is_zipfile(target):
                _logger.debug("%s is no archive", target)
                return None
            target.replace(place)
    _remove_unused(directory)
    return cached_bytecode(pyodide, client)


def copy_of(pyodide: PyodideFiles, directory: Path) -> Path | None:
    """Copy what Node.js runs to a private directory; `None` where it is not what was checked."""
    directory.mkdir(mode=0o700)
    for name in pyodide.core:
        shutil.copyfile(pyodide.directory / name, directory / name)
    copied = read_pyodide(directory)
    return directory if copied is not None and copied.origin == pyodide.origin else None


def _library_of(pyodide: PyodideFiles) -> Path:
    return kept_at("library", pyodide.hash, _how())


def _compiled_of(pyodide: PyodideFiles, archive: ClientWheel) -> Path:
    return kept_at("client", pyodide.origin, archive.hash, _how())


def _how() -> str:
    return page_script(_SCRIPT).read_text("utf-8")


def kept_at(kind: str, *made_of: str, suffix: str = ".zip") -> Path:
    """Return where something is kept: it is named by all that it is made of.

    Args:
        kind: What it is, for a person.
        made_of: Hashes and texts.
        suffix: The file's.
    """
    name = hashlib.sha256("|".join(made_of).encode()).hexdigest()[:16]
    return cache_directory() / "bytecode" / f"{kind}-{name}{suffix}"


def _remove_unused(directory: Path) -> None:
    """Remove what other versions have left."""
    for file in (x for kind in ("*.zip", "*.bin", "*.mjs") for x in directory.glob(kind)):
        with contextlib.suppress(OSError):  # another server has removed it
            if is_unused(file, _KEPT_S):
                file.unlink()


def _is_whole(archive: Path) -> bool:
    try:
        return findings().get("has bytecode", archive, _has_bytecode) == _YES
    except OSError:
        return False


def _has_bytecode(archive: Path) -> str:
    try:
        with zipfile.ZipFile(archive) as content:
            return _YES if "os.pyc" in content.namelist() else ""
    except zipfile.BadZipFile:
        return ""


def _read_compiled(archive: ClientWheel, file: Path) -> ClientWheel | None:
    """Return what `archive` was compiled to; `None` where it was not, or that is damaged."""
    question = f"is compiled of {archive.hash}"
    try:
        if findings().get(question, file, lambda file: _is_compiled(archive, file)) != _YES:
            return None
        return named_by_content(archive.name, file.read_bytes())
    except OSError:
        return None


def _is_compiled(archive: ClientWheel, file: Path) -> str:
    try:
        content = file.read_bytes()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as compiled,
            zipfile.ZipFile(io.BytesIO(archive.content)) as source,
        ):
            sources, found = _checksums(source), _checksums(compiled)
            modules, bytecode = (
                sum(name.endswith(suffix) for name in found) for suffix in (".py", ".pyc")
            )
            is_whole = sources.items() <= found.items() and modules == bytecode
            return _YES if is_whole and compiled.testzip() is None else ""
    except (ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""  # zipfile raises any of these at bytes that are no archive


def _checksums(archive: zipfile.ZipFile) -> dict[str, int]:
    return {entry.filename: entry.CRC for entry in archive.infolist()}


async def run(*command: str, folder: Path) -> bool:
    """Run Node.js beside the server, where the first pages are served; return whether it succeeded.

    Args:
        command: Node.js, the script and its arguments.
        folder: Where it runs.
    """
    nice = (
        ["nice", "-n", str(_NICENESS)] if shutil.which("nice") and sys.platform != "win32" else []
    )
    process = await asyncio.create_subprocess_exec(
        *nice,
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, errors = await process.communicate()
    except TimeoutError:
        _logger.debug("bytecode took too long")
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        tail = errors.decode(errors="replace")[-1000:]
        _logger.debug("bytecode could not be made: %s", tail)
    return process.returncode == 0
