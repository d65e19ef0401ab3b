"""The document, as the core's message handler needs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import AssetUpdate, CssUpdate, ErrorPayload, FullReload, UpdatePayload

from .. import _ffi
from .assets import Assets
from .console import ConsoleLogger
from .overlay import ErrorOverlay
from .stylesheets import Stylesheets
from .urls import reload_concerns_page


class BrowserPage:
    """A `Page` over the browser's document.

    Args:
        location: The page's location.
        reload: Reloads the page, for a reason and for scripts that the browser has to be able to read;
            several calls in a row are one.
        overlay: Where errors are shown.
        stylesheets: The linked stylesheets.
        assets: Files that are no modules.
        base: The server's base.
        logger: The console; logs the server's reason, if there is one.
    """

    def __init__(
        self,
        location: Any,
        reload: Callable[[str, Any], None],
        overlay: ErrorOverlay,
        stylesheets: Stylesheets,
        assets: Assets,
        base: str,
        logger: ConsoleLogger,
    ) -> None:
        self._logger = logger
        self._reload = reload
        self._overlay = overlay
        self._stylesheets = stylesheets
        self._assets = assets
        self._base = base
        self._location = location
        self._is_first_update = True

    def begin_update(self, payload: UpdatePayload) -> bool:
        """Close the error overlay before a batch; say whether the batch is still wanted.

        Returns:
            False if the page reloads instead: a page that began with an error has
            modules that never ran, so an update alone can't repair it.
        """
        if self._is_first_update and self._overlay.needs_reload:
            self._reload("it began with an error", _ffi.json_to_js([]))
            return False
        self._overlay.begin_update(max((update.timestamp for update in payload.updates), default=0))
        self._is_first_update = False
        return True

    def swap_stylesheet(self, update: CssUpdate) -> Awaitable[None]:
        """Swap a `<link>`.

        Args:
            update: Which, and its timestamp.

        Returns:
            What is done when the new sheet is loaded, or has failed to.
        """
        return self._stylesheets.swap(update)

    def refresh_file(self, update: AssetUpdate) -> Awaitable[AppliedUpdate | None]:
        """Show the new version of a file that is no module.

        Args:
            update: Which file, and its timestamp.

        Returns:
            What was done; None where the page does not have the file.
        """
        return self._assets.refresh(update)

    def full_reload(self, payload: FullReload) -> None:
        """Reload the page, if it is the one concerned.

        Args:
            payload: Which page, and why.
        """
        if not reload_concerns_page(payload.path, self._base, self._location.pathname):
            return
        reason = payload.extra.get("reason")
        if reason is not None:
            self._logger.log(f"page reload: {reason}")
        changed = (payload.triggered_by or payload.path or "").rpartition("/")[2].strip("*")
        scripts = payload.extra.get("scripts")
        self._reload(
            str(reason) if reason else f"{changed} has changed" if changed else "",
            _ffi.json_to_js(scripts if isinstance(scripts, list) else []),
        )

    def close_error(self) -> None:
        """Close what `show_error` shows: it has ended by itself."""
        self._overlay.close()

    def show_error(self, payload: ErrorPayload) -> None:
        """Show an error of the server's.

        Args:
            payload: What went wrong.
        """
        self._overlay.show(payload)
