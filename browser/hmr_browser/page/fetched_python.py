"""Pages that fetch their Python themselves and run it without the client: they are loaded anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hmr_client.custom_events import AppliedUpdate
from hmr_client.payloads import PyUpdate

from .console import ConsoleLogger

REASON = "the page fetches and runs it itself; a data-entry is patched instead"


class FetchedPython:
    """Takes the place of the module runner where the page has none.

    Args:
        has_fetched: Tells whether the page has fetched a file, by its path.
        reload: Reloads the page.
        logger: The console.
    """

    def __init__(
        self,
        has_fetched: Callable[[str], bool],
        reload: Callable[[str], None],
        logger: ConsoleLogger,
    ) -> None:
        self._has_fetched = has_fetched
        self._reload = reload
        self._logger = logger

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Reload the page if it has fetched one of the files.

        Args:
            updates: The Python files of one batch.

        Returns:
            What became of those that it has fetched.
        """
        fetched = [update for update in updates if self._has_fetched(update.path)]
        if fetched:
            self._logger.debug(f"page reload: {fetched[0].path}: {REASON}")
            self._reload(f"{fetched[0].path}: {REASON}")
        return [
            AppliedUpdate(
                path=update.path,
                accepted_path=update.accepted_path,
                milliseconds=0.0,
                tier="RELOAD",
                reason=REASON,
            )
            for update in fetched
        ]
