"""ES modules: importing the new version of one."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from hmr_client.wire.payloads import JsUpdate

from .. import _ffi
from ..javascript_errors import thrown
from .urls import import_url

# The browser tells of a lost connection in words only (Chromium, Firefox, Safari), and of an answer with
# an error in the same ones
_NOT_FETCHED = re.compile(
    "dynamically imported module|Importing a module script failed", re.IGNORECASE
)

_TYPE = "text/javascript"
WaitToFetchAgain = Callable[[str, str, int], Awaitable[bool]]


class ESModules:
    """Imports updated ES modules.

    Args:
        import_module: Imports a URL; returns what is awaited for the namespace.
        reload: Reloads the page.
        base: The server's base.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
    """

    def __init__(
        self,
        import_module: Callable[[str], Any],
        reload: Callable[[str], None],
        base: str,
        wait_to_fetch_again: WaitToFetchAgain,
    ) -> None:
        self._import_module = import_module
        self._wait_to_fetch_again = wait_to_fetch_again
        self._reload = reload
        self._base = base

    async def import_updated_module(self, update: JsUpdate) -> Any:
        """Import the new version of a module.

        Returns:
            The module's namespace, opaque to Python.

        Raises:
            JsException: If it can't be fetched or parsed, or throws an `Error` while it runs.
            ThrownValue: If it throws anything else.
        """
        try:
            return await self._import(import_url(update, self._base))
        except _ffi.JsException as error:
            if update.is_within_circular_import:
                # An importer further up was running already, so the order of execution is not the
                # one of a fresh load: only a fresh load can say whether the module is broken.
                _ffi.console().info(
                    f"[hmr] {update.accepted_path} failed to apply HMR as it's within a circular "
                    "import. Reloading page to reset the execution order."
                )
                self._reload(f"{update.accepted_path} is part of a circular import")
            raise thrown(error) from None

    async def _import(self, url: str) -> Any:
        """Import a URL; again, where the connection was lost on the way."""
        tries = 0
        while True:
            try:
                return await self._import_module(url)
            except _ffi.JsException as error:
                tries += 1
                was_fetched = not _NOT_FETCHED.search(str(error))
                if was_fetched or not await self._wait_to_fetch_again(url, _TYPE, tries):
                    raise
