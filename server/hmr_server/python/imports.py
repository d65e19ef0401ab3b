"""Reads which modules a Python module imports, without running it.

For bundling what an entry needs ahead of time. The run-time graph in the page decides; what is
missed here is fetched when it is imported.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Iterator
from importlib.util import decode_source

_ENDLESS_NAME = re.compile(r"\b(?:\w+\.){1000}")


def read_imports(source: str, package: str = "") -> tuple[str, ...]:
    """Return the names of modules that a source may import, absolute, in order, each once.

    `from a import b` gives `a` and `a.b`, because `b` may be a module. Imports inside of functions
    count. A source with a syntax error imports nothing: the page will say so.

    Args:
        package: The package that relative imports start from; empty for a top-level module.
    """
    if _ENDLESS_NAME.search(source):
        return ()  # Python's parser is quadratic in the length of a name; no real module has such names
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the user's source, not of ours
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(dict.fromkeys(_names(tree, package)))


def decode(data: bytes) -> str:
    """Return the text of a Python file; bytes that are no text become marks, as an editor shows them.

    Args:
        data: The file's content.
    """
    try:
        return decode_source(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        # the page's compiler says what is wrong with it, and where
        return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def source_hash(source: str) -> str:
    """Return the hash of a Python source, as `py-update` entries and bundles carry it."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _names(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = _absolute(module or "", level, package)
                if base is None:
                    continue
                if base:
                    yield base
                for alias in names:
                    if alias.name != "*":
                        yield f"{base}.{alias.name}" if base else alias.name


def _absolute(module: str, level: int, package: str) -> str | None:
    if level == 0:
        return module
    parts = package.split(".") if package else []
    if level - 1 > len(parts) or (level > 1 and level - 1 == len(parts)):
        return None  # above the top-level package
    kept = parts[: len(parts) - (level - 1)]
    return ".".join([*kept, *([module] if module else [])])
