"""What the page declares (`data-packages`, `[tool.hmr] packages`), installed by micropip."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from . import _ffi
from .settings import Settings


async def install_declared(settings: Settings) -> None:
    """Install the declared packages from the dev server's own index.

    Args:
        settings: The server's settings.

    Raises:
        ImportError: If micropip can't be loaded.
        ValueError: If a package can't be found.
    """
    if settings.packages:
        await install(settings.packages, settings)


async def install(packages: Sequence[str], settings: Settings) -> None:
    """Install packages from the dev server's own index.

    Args:
        packages: Their names, as micropip takes them.
        settings: The server's settings.

    Raises:
        ImportError: If micropip can't be loaded.
        ValueError: If a package can't be found.
    """
    await _ffi.load_package(settings.micropip or "micropip")
    importlib.invalidate_caches()
    micropip = importlib.import_module("micropip")
    index_urls = None if settings.index is None else [settings.index]
    await micropip.install(list(packages), index_urls=index_urls)
