"""The development server: Vite's hot module replacement in Python, without Node.js.

As a command: `hmr-server [ROOT]`. Inside an ASGI application: `HotReload`, or `create_app(load_config(root))`.
Plugins are classes on `Plugin`; `hmr_server.plugins` has the types of their hooks.

Each name is imported when it is used: the command, and an application that only builds, start without the rest.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app
    from .config import ConfigError, load_config
    from .hot_reload import HotReload
    from .plugins import Plugin, PluginError

_HOMES = {
    "ConfigError": "config",
    "HotReload": "hot_reload",
    "Plugin": "plugins",
    "PluginError": "plugins",
    "create_app": "app",
    "load_config": "config",
}

__all__ = ["ConfigError", "HotReload", "Plugin", "PluginError", "create_app", "load_config"]


def __getattr__(name: str) -> Any:
    """Import a public name (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # found without this function the next time
    return value


def __dir__() -> list[str]:
    """Return all names, imported or not."""
    return sorted({*globals(), *__all__})
