"""Gives a server the best Pyodide that there is now, and a better one as soon as there is one."""

from __future__ import annotations

import asyncio
import logging

from .client_wheel.wheel import build_python_wheel, client_wheels
from .config import ServerConfig
from .dev_server import DevServer
from .pyodide.bytecode import cached_bytecode, make_bytecode, read_once
from .pyodide.compiled_early import with_early_runtime
from .pyodide.files import PyodideFiles, PyodideNotFound, find_pyodide
from .pyodide.snapshot import make_snapshot, with_snapshot

_logger = logging.getLogger(__name__)


def quick_pyodide(config: ServerConfig) -> PyodideFiles | None:
    """Return the Pyodide on this machine, as fast as it is by now; downloads nothing.

    Raises:
        PyodideNotFound: The configured directory does not hold one.
    """
    plain = find_pyodide(config.root, config.pyodide)
    if plain is None:
        return None
    quick = cached_bytecode(read_once(with_early_runtime(plain)), client_wheels())
    return with_snapshot(quick, build_python_wheel())


async def improve_pyodide(server: DevServer, pyodide: PyodideFiles | None) -> None:
    """Download Pyodide where it is missing, make bytecode and a snapshot; pages get each when it is there.

    Args:
        server: Whose pages get it.
        pyodide: What they have now.
    """
    try:
        if pyodide is None:
            from .pyodide.download import download_pyodide  # most starts find it on this machine

            downloaded = await asyncio.to_thread(download_pyodide, _logger.debug)
            pyodide = read_once(with_early_runtime(downloaded))
            server.client_files.use_pyodide(pyodide)
        if (better := await make_bytecode(pyodide, client_wheels())) is not None:
            pyodide = with_snapshot(better, build_python_wheel())
            server.client_files.use_pyodide(pyodide)
        if (better := await make_snapshot(pyodide, build_python_wheel())) is not None:
            server.client_files.use_pyodide(better)
    except PyodideNotFound as error:
        _logger.warning("%s\nPages load Pyodide from its public CDN instead.", error)
    except OSError as error:  # the cache cannot be written: pages boot as they did
        _logger.debug("Pyodide stays as it is: %s", error)
