"""What the page declares (`data-packages`, `[tool.hmr] packages`), installed by micropip."""

from __future__ import annotations

import importlib

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
    if not settings.packages:
        return
    await _ffi.load_package(settings.micropip or "micropip")
    importlib.invalidate_caches()
    micropip = importlib.import_module("micropip")
    index_urls = None if settings.index is None else [settings.index]
    await micropip.install(list(settings.packages), index_urls=index_urls)
