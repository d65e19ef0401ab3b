"""The client's wheels with bytecode, made by the Python that runs the server.

A page whose Pyodide has the same Python, be it a CDN's, imports them without compiling anything. For the Pyodide
that this server serves `pyodide.bytecode` makes them.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import marshal
import zipfile

from .wheel import ClientWheel, named_by_content

PLACE = "/lib/hmr_client.whl"
"""Where a page has the wheel, which is what tracebacks name."""

OWN_MAGIC = importlib.util.MAGIC_NUMBER.hex()
"""What bytecode of this Python begins with: the same in all Pythons that can run it."""

_UNCHECKED_HASH = (1).to_bytes(4, "little")


def magic_of(wheel: ClientWheel) -> str | None:
    """Return what the bytecode in a wheel begins with; `None` if it has none."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheel.content)) as archive:
            names = (name for name in archive.namelist() if name.endswith(".pyc"))
            return next((archive.read(name)[:4].hex() for name in names), None)
    except zipfile.BadZipFile:
        return None


@functools.lru_cache(maxsize=4)
def compiled(wheel: ClientWheel) -> ClientWheel:
    """Return a wheel with bytecode beside each source, where zipimport looks.

    Args:
        wheel: One with sources only.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(wheel.content)) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for name in old.namelist():
            source = old.read(name)
            new.writestr(zipfile.ZipInfo(name), source, zipfile.ZIP_DEFLATED)
            if name.endswith(".py"):
                code = compile(source, f"{PLACE}/{name}", "exec", dont_inherit=True)
                head = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH
                head += importlib.util.source_hash(source)
                new.writestr(zipfile.ZipInfo(f"{name}c"), head + marshal.dumps(code))
    return named_by_content(wheel.name, buffer.getvalue())
