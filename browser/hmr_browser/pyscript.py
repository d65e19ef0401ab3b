"""PyScript pages: each script is an entry, and what `[files]` has brought is replaced as well.

The bootstrap attaches through PyScript's hooks and hands over each script before it runs. Nothing in
the page is different, and without the dev server nothing of this is there.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from hmr_client.client import HMRClient
from hmr_client.custom_events import AppliedData, AppliedUpdate
from hmr_client.eager import report_unhandled, start
from hmr_client.module_runner import DirectorySource
from hmr_client.payloads import JSONValue, PyUpdate

from . import _ffi
from .applied import tell
from .data_files import DATA_FILES, DataFiles, FileSystem, changed_files
from .module_source import HOME
from .pyscript_effects import PyScriptRecorder
from .python_modules import PythonModules
from .python_page import PageView, PythonServer
from .settings import Settings
from .side_effects import PageRecorder, ProxyRecorder, Watch

_OWNER = "\0pyscript"  # our own listener; no module has such a path
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class ScriptSource(DirectorySource):
    """The page's file system: paths are the names of files, as other importers know them.

    PyScript's own package lies there as well, and is nobody's to edit.
    """

    def __init__(self) -> None:
        super().__init__(HOME)

    def get(self, path: str) -> str | None:
        """Return the text of a module, or None if there is no such file.

        Args:
            path: The module's path.
        """
        return None if path.startswith(f"{HOME}/pyscript/") else super().get(path)

    def has_folder(self, path: str) -> bool:
        """Tell whether modules may lie below a folder.

        Args:
            path: The folder.
        """
        return path != f"{HOME}/pyscript" and super().has_folder(path)

    def filename(self, path: str) -> str:
        """Return the name that tracebacks and `__file__` show.

        Args:
            path: The module's path.
        """
        return path

    def path_of(self, filename: str) -> str:
        """Return the path of a file.

        Args:
            filename: Its name.
        """
        return filename


@dataclass(frozen=True, slots=True)
class ScriptConfig:
    """What a PyScript configuration says about files.

    Attributes:
        url: Where it was read from; the page's own URL where it stands in the page.
        files: Where each file lands, by its URL.
    """

    url: str
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, config: Mapping[str, Any], url: str) -> ScriptConfig:
        """Read a parsed configuration.

        `{NAME}` stands for the value of that entry; a file without a target gets its own name.

        Args:
            config: The configuration.
            url: Where it was read from; files are relative to it.
        """
        given = config.get("files")
        if not isinstance(given, Mapping):
            return cls(url)
        names = {key[1:-1]: value for key, value in given.items() if _PLACEHOLDER.fullmatch(key)}

        def fill(text: str) -> str:
            return _PLACEHOLDER.sub(lambda found: str(names.get(found[1], found[0])), text)

        files: dict[str, str] = {}
        for key, value in given.items():
            if _PLACEHOLDER.fullmatch(key):
                continue
            source = fill(key)
            for target in [value] if isinstance(value, str) else value:
                place = fill(target)
                if place.endswith("*"):
                    continue  # an archive, unpacked there
                if not place or place.endswith("/"):
                    place += posixpath.basename(urlsplit(source).path)
                files[urljoin(url, source)] = posixpath.normpath(posixpath.join(HOME, place))
        return cls(url, files)


def parse_config(text: str) -> Mapping[str, Any]:
    """Parse a configuration's text.

    Args:
        text: TOML or JSON.

    Raises:
        ValueError: If it is neither.
    """
    if text.lstrip().startswith("{"):
        parsed: Mapping[str, Any] = json.loads(text)
        return parsed
    from tomllib import loads

    return loads(text)


class PyScriptPage:
    """Runs a page's scripts, and applies updates to them and to their files.

    Args:
        client: The page's client.
        settings: The server's settings.
        view: Shows what became of the page's Python.
        watch_effects: Starts the bootstrap's watch over side effects.
        open_files: Makes the file system ready for data files that have changed.
    """

    def __init__(
        self,
        client: HMRClient,
        settings: Settings,
        view: PageView,
        watch_effects: Callable[[Any, Any], Watch],
        open_files: Callable[[], Awaitable[FileSystem]],
    ) -> None:
        async def install_nothing(_: Sequence[str]) -> None:
            """PyScript installs what its configuration names."""

        self._view = view
        self._effects = PageRecorder(
            lambda made, over: watch_effects(_ffi.long_lived(made), _ffi.long_lived(over)),
            _ffi.event_wrappers(),
            _ffi.page(),
        )
        self._client = client
        self._settings = settings
        self.modules = PythonModules(
            client,
            PythonServer(settings),
            self._view,
            install_nothing,
            (
                ProxyRecorder(_ffi.proxy_makers, _ffi.is_destroyed),
                self._effects,
                PyScriptRecorder(_ffi.pyscript_events, in_worker=_ffi.is_worker()),
            ),
            source=ScriptSource(),
        )
        # where the server's files are in the page, by their URLs below the base
        self._places: dict[str, str] = {}
        self._config_path: str | None = None
        client.add_listener(_OWNER, DATA_FILES, self._files_changed)
        DataFiles(client, open_files, self._places.get, view.log)

    # --- scripts ------------------------------------------------------------------------------

    async def configure(self, config: str, url: str, page: str) -> None:
        """Take over the page's configuration, and tell the server which files are in use.

        Args:
            config: The configuration, as JSON text.
            url: Where it was read from.
            page: The page's URL.
        """
        given = json.loads(config)
        if isinstance(given, str):  # a worker knows no more of it than where it is, or its text
            given = parse_config(given if url == page else await _ffi.fetch_answer(url))
        read = ScriptConfig.read(given, url)
        for source, place in read.files.items():
            if (path := self._path_of(source, page)) is not None:
                self._places[path] = place
        if url != page:
            self._config_path = self._path_of(url, page)
        watched = [*self._places, *filter(None, [self._config_path])]
        if watched:
            query = "&".join(f"watch={quote(path)}" for path in watched)
            await _ffi.fetch_answer(self._settings.url(f"@hmr/python?{query}"))

    async def run(self, path: str, source: str) -> None:
        """Run a script; what it raises is shown, and the next save runs it again.

        Args:
            path: Its URL below the base; an inline script's is the page's with a number.
            source: Its text.
        """
        if path.endswith(".py") and path not in self._places:
            self._places[path] = HOME + path
            # not awaited: the next script may already use what this one defines
            url = self._settings.url(f"@hmr/python?watch={quote(path)}")
            asking = start(_ffi.fetch_answer(url))
            report_unhandled(asking, f"watching {path}")
        self._effects.evaluating(now=True)
        try:
            failed = await self.modules.run_script(HOME + path, source, sys.modules["__main__"])
        finally:
            self._effects.evaluating(now=False)
        if failed is not None:
            tell(AppliedData(updates=(failed,)), self._client)

    def _path_of(self, url: str, page: str) -> str | None:
        """Return a URL's path below the base; None if it is another server's."""
        asked, own = urlsplit(url), urlsplit(page)
        if asked.netloc != own.netloc:
            return None
        return "/" + unquote(asked.path).removeprefix(self._settings.base)

    # --- updates ------------------------------------------------------------------------------

    async def update(self, updates: Sequence[PyUpdate]) -> list[AppliedUpdate]:
        """Apply the Python files of one batch, all or nothing.

        Args:
            updates: The files; those that the page does not have are none of its affairs.

        Returns:
            What became of each.
        """
        by_place = {
            self._places[update.path]: update for update in updates if update.path in self._places
        }
        if not by_place:
            return []
        self._effects.evaluating(now=True)
        try:
            applied = await self.modules.update(
                [replace(update, path=place) for place, update in by_place.items()]
            )
        finally:
            self._effects.evaluating(now=False)
        if all(one.error is None for one in applied):
            for place, update in by_place.items():
                _ffi.write_file(place, update.source)
        return [
            replace(one, path=own.path, accepted_path=own.path)
            for one in applied
            if (own := by_place.get(one.path)) is not None
        ]

    def _files_changed(self, data: JSONValue) -> None:
        """The configuration is no file of the application's: it says what the page is made of."""
        if self._config_path in {file.path for file in changed_files(data)}:
            self._view.reload(f"{self._config_path} has changed")
