"""Finds the plugins that the configuration names, as `"package.module:name"`, with their options."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from ..config import ConfigError, PluginSetting, ServerConfig
from ..plugins import Plugin


def load_plugins(config: ServerConfig) -> list[Plugin]:
    """Import and make the configured plugins, in their order.

    A name is a `Plugin` class, a function that returns a `Plugin`, or a `Plugin`. Options that stand
    beside the name in the configuration are the class's or the function's arguments. The project's
    root is searched last, so that no file of the project shadows an installed module.

    Raises:
        ConfigError: One of them cannot be had; says why.
    """
    if config.plugins and str(config.root) not in sys.path:
        sys.path.append(str(config.root))
    return [_load(plugin, config.root) for plugin in config.plugins]


def _load(plugin: PluginSetting | str, root: Path) -> Plugin:
    if isinstance(plugin, str):
        plugin = PluginSetting(plugin)
    written, options = plugin.use, plugin.options
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
            found = found(**options)
        except Exception as error:  # see above
            problem = f'names "{written}", which failed: {type(error).__name__}: {error}'
            raise ConfigError("plugins", problem) from error
    elif options:
        problem = f'gives options to "{written}", which takes none: it is a Plugin already.'
        raise ConfigError("plugins", problem, hint="Name the class, or a function that makes it.")
    if not isinstance(found, Plugin):
        problem = f'names "{written}", which is no hmr_server.plugins.Plugin.'
        hint = "Name a Plugin class, or a function that returns a Plugin."
        raise ConfigError("plugins", problem, hint=hint)
    return found
