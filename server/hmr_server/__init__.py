"""The development server: Vite's hot module replacement in Python, without Node.js.

As a command: `hmr-server [ROOT]`. Inside an ASGI application: `HotReload`.
"""

from __future__ import annotations

from .hot_reload import HotReload

__all__ = ["HotReload"]
