"""What the page declares (`data-packages`, `[tool.hmr] packages`), installed by micropip."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from hmr_client.logger import HMRLogger
from hmr_client.wire.payloads import ErrorDetails, ErrorPayload

from .. import _ffi
from ..page.overlay import ErrorOverlay
from ..page.settings import Settings


async def install_declared(
    settings: Settings, logger: HMRLogger, overlay: ErrorOverlay | None
) -> None:
    """Install the declared packages; one that can't be is named in the page and in the console.

    Args:
        settings: The server's settings.
        overlay: Where the page shows errors; None where there is no document.
    """
    if not settings.packages:
        return
    try:
        await install(settings.packages, settings)
    except Exception as error:  # noqa: BLE001  # whatever micropip or a wheel raises: the page continues
        message = f"Not installed: {', '.join(settings.packages)} (the page's packages).\n{error}"
        logger.error(message)
        if overlay is not None:
            overlay.show(ErrorPayload(err=ErrorDetails(message=message)), of_python=True)


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
