"""Compiled modules that are kept from one run of a program to the next.

Most of the time to start a program of many modules goes into compiling them. Compiled code is valid
for the same text, file name and flags, in a Python of the same bytecode. The embedder decides where
it is kept.
"""

from __future__ import annotations

import ast
import gc
import marshal
from importlib.util import MAGIC_NUMBER
from typing import Any

from ..analysis.scan import Scan, scan
from .watched import Compiled


class KeptCode:
    """What an earlier run has compiled, and what this one compiles.

    Args:
        content: What `content` has returned in an earlier run; nothing, or anything else, is as good as
            nothing.
    """

    def __init__(self, content: bytes = b"") -> None:
        self._is_open = True
        self._count = 0
        self._before: dict[str, tuple[Any, ...]] = {}
        self._used: dict[str, tuple[Any, ...]] = {}
        self._new: dict[str, tuple[str, int, Compiled]] = {}
        if content.startswith(MAGIC_NUMBER):
            try:
                found = _loads(content[len(MAGIC_NUMBER) :])
            except (ValueError, EOFError, TypeError):
                return  # cut short: it is compiled again
            if isinstance(found, dict):
                self._before = found
        self._count = len(self._before)

    def find(self, filename: str, source: str, flags: int) -> Compiled | None:
        """Return a module that was compiled before; None if it is another by now.

        Args:
            filename: The name in its code.
            flags: As `compile` takes them.
        """
        # once: a module that runs again has code of its own
        if (kept := self._before.pop(filename, None)) is None:
            return None
        try:
            before, with_flags, code, facts = kept
            if before != source or with_flags != flags:
                return None
            found: dict[int, ast.stmt | Scan] = {
                index: Scan(*fact) for index, fact in facts.items()
            }
        except (TypeError, ValueError, AttributeError):
            return None  # another version of this client has kept it
        self._used[filename] = kept
        return Compiled(code, found)

    def note(self, filename: str, source: str, flags: int, compiled: Compiled) -> None:
        """Take a module that this run has compiled.

        Args:
            filename: The name in its code.
            flags: As `compile` takes them.
            compiled: What became of it.
        """
        if self._is_open:
            facts = dict(compiled.facts)  # the watch takes its own apart
            self._new[filename] = source, flags, Compiled(compiled.code, facts)

    def close(self) -> bytes | None:
        """Return what to keep for the next run; None if it is what was kept before.

        The program has started: what is compiled from now on belongs to updates.
        """
        new, used = self._new, self._used
        self._is_open = False
        self._new, self._used, self._before = {}, {}, {}
        if not new and len(used) == self._count:
            return None
        for filename, (source, flags, compiled) in new.items():
            facts = {index: _plain(fact) for index, fact in compiled.facts.items()}
            used[filename] = source, flags, compiled.code, facts
        return MAGIC_NUMBER + marshal.dumps(used)


def _loads(content: bytes) -> Any:
    """Read what was kept, without a search for garbage: there is none in it, and it is half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return marshal.loads(content)  # noqa: S302  # of this origin
    finally:
        if was_enabled:
            gc.enable()


def _plain(fact: Any) -> tuple[Any, ...]:
    return tuple(fact if isinstance(fact, Scan) else scan(fact, eager_annotations=True))
