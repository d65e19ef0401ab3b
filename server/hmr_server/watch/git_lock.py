"""Whether Git is about to write more files: it holds a lock for as long as a switch of branches takes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# Seconds. What is older was left behind by a Git that was killed: Git itself asks to remove it
_OLDEST = 10.0


@dataclass(frozen=True, slots=True)
class GitLock:
    """The lock of a work tree's index.

    Attributes:
        path: Its file; None where there is no work tree.
    """

    path: str | None

    @classmethod
    def of(cls, directory: Path) -> Self:
        """Return the lock of the work tree that a directory is in, or one that nobody holds.

        Args:
            directory: An absolute path.
        """
        for parent in (directory, *directory.parents):
            git = parent / ".git"
            if git.is_dir():
                return cls(str(git / "index.lock"))
            try:
                named = git.read_text("utf-8").partition("gitdir:")[2].strip()
            except (OSError, UnicodeDecodeError):
                continue
            if named:  # a work tree of its own, or a submodule
                return cls(str(parent / named / "index.lock"))
        return cls(None)

    def is_held(self) -> bool:
        """Return whether Git writes files now, as far as can be told."""
        if self.path is None:
            return False
        try:
            age = time.time() - os.stat(self.path).st_mtime  # noqa: PTH116  # text
        except OSError:
            return False
        return age < _OLDEST
