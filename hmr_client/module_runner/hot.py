"""`hmr_client.hot(__name__)`: how a Python module gets its hot context."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..context import HMRContext
    from .runner import ModuleRunner

_runner: ModuleRunner | None = None


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


def active_runner() -> ModuleRunner | None:
    """Return the runner that lives in this process, if there is one."""
    return _runner


def set_runner(runner: ModuleRunner | None) -> None:
    """Say which runner lives.

    Args:
        runner: It, or None when it is disposed.
    """
    global _runner  # one process has one sys.modules, so one runner
    _runner = runner
