"""Files that the page has got as they are: images, fonts, films, what it has fetched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import AssetUpdate

from .console import ConsoleLogger

_SWAPPED = "swapped"


class Assets:
    """Brings them up to date, or reloads the page.

    Args:
        refresh: Swaps a file in the page (`refreshFile` in `bootstrap/loaded_files.js`).
        has_copy: Whether the page's Python has a copy of a path's file, which it brings up to date
            itself. The server does not know that before the page has read its configuration.
        reload: Reloads the page, for a reason.
        clock: Milliseconds.
    """

    def __init__(
        self,
        refresh: Callable[[str, int, bool, bool, bool], Awaitable[str]],
        has_copy: Callable[[str], Awaitable[bool]],
        reload: Callable[[str], None],
        logger: ConsoleLogger,
        clock: Callable[[], float],
    ) -> None:
        self._refresh = refresh
        self._has_copy = has_copy
        self._reload = reload
        self._logger = logger
        self._clock = clock

    async def refresh(self, update: AssetUpdate) -> AppliedUpdate | None:
        """Show the new version of a file.

        Args:
            update: Which file, and its timestamp.

        Returns:
            What was done; None where the page does not have the file.
        """
        began = self._clock()
        done = str(
            await self._refresh(
                update.path,
                update.timestamp,
                update.is_data_file,
                update.is_module,
                update.extra.get("withoutReader") is True,
            )
        )
        if not done or (done != _SWAPPED and await self._has_copy(update.path)):
            return None
        if done == _SWAPPED:
            self._logger.debug(f"file swapped: {update.path}")
        else:
            self._logger.debug(f"page reload: {update.path}: {done}")
            self._reload(f"{update.path}: {done}")
        return AppliedUpdate(
            path=update.path,
            accepted_path=update.accepted_path,
            milliseconds=self._clock() - began,
            tier=None if done == _SWAPPED else "RELOAD",
            reason=None if done == _SWAPPED else done,
        )
