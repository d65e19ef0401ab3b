"""Where the command begins, before anything is imported."""

from __future__ import annotations

import gc
import sys
from typing import Any


def main(**options: Any) -> None:
    """Run the command.

    What a start makes stays: to look for garbage among it, again and again, takes a tenth of a start. The
    command turns that on again when the server answers.

    Args:
        options: click's.
    """
    gc.disable()
    try:
        from .command import main as command  # imports nearly everything
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich", "uvicorn"}:
            raise
        sys.exit(f"hmr_server: the command needs {error.name}: pip install hmr-server")
    command(**options)
