"""Pyodide's runtime as a script that browsers compile beside the page's work.

`pyodide.asm.mjs` is one function of 1.2 MB. A browser that streams a script skips what is in functions, and reads it a
second time when they are called: this one on the main thread, for 20 ms. A function in parentheses is
expected to be called at once and compiled with the script. Nothing else in the file is different.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from ..cache import note_use
from .bytecode import kept_at
from .files import RUNTIME, PyodideFiles

_BEGIN, _END = b"async function _createPyodideModule(", b"}export default _createPyodideModule;"
_EARLY_BEGIN, _EARLY_END = (
    b"const _createPyodideModule=(",
    b"});export default _createPyodideModule;",
)

_logger = logging.getLogger(__name__)


def compiled_early(script: bytes) -> bytes | None:
    """Return the runtime with its function in parentheses; `None` where it looks different.

    Args:
        script: What the file holds.
    """
    if not script.startswith(_BEGIN) or script.count(_END) != 1:
        return None
    return _EARLY_BEGIN + script.replace(_END, _EARLY_END)


def with_early_runtime(pyodide: PyodideFiles) -> PyodideFiles:
    """Return `pyodide` with such a runtime, which is kept in the user's cache; as it is where there is none.

    Args:
        pyodide: One as it came.
    """
    how = (_EARLY_BEGIN + _EARLY_END).decode()
    place = kept_at("runtime", pyodide.origin, how, suffix=".mjs")
    try:
        if not place.is_file():
            script = compiled_early((pyodide.directory / RUNTIME).read_bytes())
            if script is None:
                return pyodide
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as made:
                whole = Path(made) / place.name  # it is there as a whole or not at all
                whole.write_bytes(script)
                whole.replace(place)
        note_use(place)
        return pyodide.with_runtime(place)
    except OSError as error:  # pages boot as they would without
        _logger.debug("Pyodide's runtime stays as it is: %s", error)
        return pyodide
