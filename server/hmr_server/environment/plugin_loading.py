"""Finds the plugins that the configuration names, as `"package.module:name"`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from ..config import ConfigError, ServerConfig
from ..plugins import Plugin


def load_plugins(config: ServerConfig) -> list[Plugin]:
    """Import and make the configured plugins, in their order.

    A name is a `Plugin` class, a function that returns a `Plugin`, or a `Plugin`. The project's
    root is searched last, so that no file of the project shadows an installed module.

    Raises:
        ConfigError: One of them cannot be had; says why.
    """
    if config.plugins and str(config.root) not in sys.path:
        sys.path.append(str(config.root))
    return [_load(written, config.root) for written in config.plugins]


def _load(written: str, root: Path) -> Plugin:
    module_name, colon, name = written.partition(":")
    if not (module_name and colon and name):
        problem = f'names "{written}".'
        raise ConfigError("plugins", problem, hint='Write "package.module:name".')
    try:
        found: object = importlib.import_module(module_name)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # a plugin's module can raise anything while it is imported
        problem = f'names "{written}", which cannot be imported: {type(error).__name__}: {error}'
        hint = f"It is looked for in this Python's packages and in {root}."
        raise ConfigError("plugins", problem, hint=hint) from error
    if callable(found) and not isinstance(found, Plugin):
        try:
            found = found()
        except Exception as error:  # see above
            problem = f'names "{written}", which failed: {type(error).__name__}: {error}'
            raise ConfigError("plugins", problem) from error
    if not isinstance(found, Plugin):
        problem = f'names "{written}", which is no hmr_server.plugins.Plugin.'
        hint = "Name a Plugin class, or a function that returns a Plugin."
        raise ConfigError("plugins", problem, hint=hint)
    return found
