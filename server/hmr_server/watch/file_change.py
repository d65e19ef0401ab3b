"""What happened to a file: the watcher says it, the module graph acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ChangeKind(StrEnum):
    """The three kinds, under the names that Vite's `hotUpdate` hook has for them."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that changed.

    Attributes:
        kind: What happened to it, as the sum of the events of one save.
        file: Absolute, with the symlinks of its directory resolved.
    """

    kind: ChangeKind
    file: Path
