"""`hmr_client.hot(__name__)`: how a Python module gets its hot context."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..context import HMRContext


class Runner(Protocol):
    """The module runner, as far as hot contexts need it: production loads no more than this file."""

    def context(self, name: str, namespace: dict[str, Any], filename: str) -> HMRContext | None:
        """Return the hot context of the module that has these globals and this file name."""


_runner: Runner | None = None


def hot(name: str) -> HMRContext | None:
    """Return the hot context of a module, or None where nothing is hot-replaced (in production).

        if hot := hmr_client.hot(__name__):
            hot.accept()

    Args:
        name: The module's `__name__`.
    """
    if _runner is None:
        return None
    frame = sys._getframe(1)  # noqa: SLF001  # several entries may be called __main__
    return _runner.context(name, frame.f_globals, frame.f_code.co_filename)


def active_runner() -> Runner | None:
    """Return the runner that lives in this process, if there is one."""
    return _runner


def set_runner(runner: Runner | None) -> None:
    """Say which runner lives.

    Args:
        runner: It, or None when it is disposed.
    """
    global _runner  # one process has one sys.modules, so one runner
    _runner = runner
