"""The development server: Vite's hot module replacement in Python, without Node.js.

As a command: `hmr-server [ROOT]`. Inside an ASGI application: `HotReload`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .hot_reload import HotReload

__all__ = ["HotReload"]


def __getattr__(name: str) -> object:
    """Import `HotReload` when it is asked for (PEP 562): the command starts without it."""
    if name != "HotReload":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .hot_reload import HotReload

    globals()[name] = HotReload
    return HotReload
