"""Files of a PyScript page that run where no module runner can: in MicroPython, and in workers of old PyScripts.

The page may have the same file for Python that is patched: it reloads all the same, as it would show two versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from hmr_client import eager
from hmr_client.client import HMRClient
from hmr_client.wire.payloads import JSONValue

from .. import _ffi
from ..page.console import ConsoleLogger
from ..page.es_modules import WaitToFetchAgain
from ..page.settings import Settings
from ..python.data_files import DATA_FILES, changed_files
from .config import ScriptConfig, parse_config
from .fetches import FetchError, Fetches

_OWNER = "\0unpatched"  # our own listener; no module has such a path


class UnpatchedFiles:
    """Knows the files of scripts that can't be patched, and reloads the page for those that are no modules.

    Args:
        client: The page's client.
        settings: The server's settings, with these scripts.
        reload: Reloads the page, for a reason.
        logger: Gets the reason.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.
    """

    def __init__(
        self,
        client: HMRClient,
        settings: Settings,
        reload: Callable[[str], object],
        logger: ConsoleLogger,
        wait_to_fetch_again: WaitToFetchAgain,
    ) -> None:
        self._settings = settings
        self._logger = logger
        self._reload_page = reload
        self._reasons: dict[str, str] = {}  # by path below the base
        self._page = ""
        self._fetches = Fetches(
            wait_to_fetch_again, lambda url: settings.path_of(url, self._page), logger.log
        )
        client.add_listener(_OWNER, DATA_FILES, self._files_changed)

    def start(self) -> None:
        """Begin to look which files the scripts have."""
        reading = self._begin(str(_ffi.page_global("location").href))
        eager.report_unhandled(
            eager.start(reading), "reading the configuration of scripts that can't be patched"
        )

    async def _begin(self, page: str) -> None:
        try:
            await self.configure(page)
        except FetchError as error:
            self._logger.error(f"{error}: saves of its files may not reload the page")

    async def configure(self, page: str) -> None:
        """Read what the scripts' configurations name, and have the server tell of changes.

        Args:
            page: The page's URL.

        Raises:
            FetchError: A configuration can't be fetched, or the server does not answer.
        """
        self._page = page
        scripts: Sequence[Mapping[str, Any]] = self._settings.unpatched
        for script in scripts:
            if script["path"]:
                self._reasons[script["path"]] = script["why"]
        configs = dict.fromkeys((x["config"], x["url"], x["why"]) for x in scripts)
        for text, url, why in configs:
            await self._read(text, url, why)
        query = "&".join(f"watch={quote(path)}" for path in sorted(self._reasons))
        if query:
            await self._fetches.answer(self._settings.url(f"@hmr/python?{query}"))

    async def _read(self, text: str | None, url: str, why: str) -> None:
        if text is None:
            if (path := self._settings.path_of(url, self._page)) is not None:
                self._reasons[path] = why
            content = await self._fetches.file(url)
            text = "" if content is None else content.decode("utf-8-sig", "replace")
        try:
            config = ScriptConfig.read(parse_config(text), url)
        except ValueError:
            return  # PyScript says what is wrong
        for source in (*config.files.values(), *(archive.url for archive in config.archives)):
            if (path := self._settings.path_of(source, self._page)) is not None:
                self._reasons[path] = why

    def _reload(self, reason: str) -> None:
        self._logger.log(f"page reload: {reason}")
        self._reload_page(reason)

    def why(self, path: str) -> str | None:
        """Return why a file can't be patched; None if none of these scripts has it.

        Args:
            path: Its URL below the base.
        """
        return self._reasons.get(path)

    async def _files_changed(self, data: JSONValue) -> None:
        for file in changed_files(data):
            if (why := self._reasons.get(file.path)) is not None:
                self._reload(f"{file.path}: {why}")
                return
