"""Fetching files for PyScript pages: what the network cuts off is tried again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from hmr_client.server_session import FIRST_DELAY
from hmr_client.wire.payloads import JSONValue

from .. import _ffi
from ..page.es_modules import WaitToFetchAgain

_TYPE = "application/octet-stream"
_MOST_TRIES_ELSEWHERE = 2

_Fetched = TypeVar("_Fetched")


class FetchError(Exception):
    """A file that could not be fetched, after all tries. Its text names the file.

    Args:
        name: What to call the file.
        error: The last error.

    Attributes:
        error: As in Args.
    """

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"{name} could not be fetched ({error})")
        self.error = error


class Fetches:
    """Fetches files, and tries again once the connection is back.

    Args:
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
        path_of: Returns a URL's path below the base; None if it is another server's.
        log: Says in the console that a file is waited for.
    """

    def __init__(
        self,
        wait_to_fetch_again: WaitToFetchAgain,
        path_of: Callable[[str], str | None],
        log: Callable[[str], object],
    ) -> None:
        self._wait_to_fetch_again = wait_to_fetch_again
        self._path_of = path_of
        self._log = log

    async def file(self, url: str) -> bytes | None:
        """Fetch a file; None if it isn't there.

        Args:
            url: Where it is.

        Raises:
            FetchError: It can't be fetched.
        """
        try:
            return await self._fetch(_ffi.fetch_file, url)
        except FetchError as error:
            if isinstance(error.error, _ffi.IncompleteReplyError):
                return b""  # each time: a proxy leaves out that the file is empty
            raise

    async def answer(self, url: str) -> Mapping[str, JSONValue]:
        """Fetch the server's answer to a question.

        Raises:
            FetchError: It can't be fetched.
        """
        answer: Mapping[str, JSONValue] = json.loads(await self._fetch(_ffi.fetch_answer, url))
        return answer

    async def _fetch(self, fetch: Callable[[str], Awaitable[_Fetched]], url: str) -> _Fetched:
        tries = 0
        while True:
            try:
                return await fetch(url)
            except (_ffi.JsException, _ffi.IncompleteReplyError) as error:
                tries += 1
                path = self._path_of(url)
                name = url if path is None else path.lstrip("/")
                if tries == 1:
                    self._log(f"{name} could not be fetched ({error}): it is tried again")
                if not await self._may_try_again(url, tries, is_own=path is not None):
                    raise FetchError(name, error) from None

    async def _may_try_again(self, url: str, tries: int, *, is_own: bool) -> bool:
        if is_own:
            return await self._wait_to_fetch_again(url, _TYPE, tries)
        # our connection tells nothing about another server, and its answer may be forbidden to us for ever
        await asyncio.sleep(FIRST_DELAY)
        return tries < _MOST_TRIES_ELSEWHERE
