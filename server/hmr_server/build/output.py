"""What `hmr-server build` writes: the folder, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ASSETS: Final = "assets"
CLIENT: Final = f"{ASSETS}/client.js"


class BuildError(Exception):
    """The folder can't be written; says why."""


@dataclass(slots=True)
class Build:
    """What was written.

    Attributes:
        out: The folder.
        pages: The pages, relative to it.
        entries: The Python entries that pages start.
        warnings: What will not work as it does on the dev server.
        left_out: The files that no page uses, relative to the root.
        secrets: The files and folders that may hold secrets: they are never built.
    """

    out: Path
    pages: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


def public_name(name: Path) -> Path:
    """Return where a file is in the folder: those of `public/` are served at the root.

    Args:
        name: Its path below the root.
    """
    return Path(*name.parts[1:]) if name.parts[0] == "public" and len(name.parts) > 1 else name
