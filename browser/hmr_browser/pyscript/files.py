"""What PyScript's configuration has brought into the page: kept up to date, the configuration too.

pyscript.toml ──▶ compare ──▶ fetch files, install packages ──▶ the page continues with both
                     │ anything else                 │ fails
                     ▼                               ▼
               the page is reloaded         overlay; everything is as before
"""

from __future__ import annotations

import asyncio
import json
import posixpath
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urljoin

from hmr_client.client import HMRClient
from hmr_client.eager import report_unhandled, start
from hmr_client.wire.custom_events import AppliedUpdate
from hmr_client.wire.payloads import ErrorDetails, ErrorPayload, JSONValue, PyUpdate

from ..page.es_modules import WaitToFetchAgain
from ..page.settings import Settings
from ..python.data_files import DATA_FILES, FILE_CHANGED, DataFiles, FileSystem, changed_files
from ..python.file_contents import content_name, read_file, write_file
from ..python.packages import install
from ..python.page import PageView
from ..python.source import shown_name
from .archives import Archive, ArchiveError
from .config import (
    ConfigChange,
    ConfigError,
    ScriptConfig,
    compare,
    describe,
    error_details,
    parse_config,
)
from .fetches import FetchError, Fetches

CONFIG_TIER = "CONFIG"
"""The tier of a configuration in `hmr:applied`: no module has it."""

_OWNER = "\0pyscript"  # our own listener; no module has such a path


class PageFiles:
    """The files of a PyScript page.

    Args:
        client: The page's client.
        settings: The server's settings.
        view: Shows what was done.
        update: Applies Python files, by their paths in the page.
        open_files: Makes the file system ready for data files that have changed.
        wait_to_fetch_again: Waits until it is worth another try to fetch a URL; says whether it is.

    Attributes:
        places: Where the server's files are in the page, by their URLs below the base.
        configured: Set once they are all known.
    """

    def __init__(
        self,
        client: HMRClient,
        settings: Settings,
        view: PageView,
        update: Callable[[Sequence[PyUpdate]], Awaitable[Sequence[AppliedUpdate]]],
        open_files: Callable[[], FileSystem],
        wait_to_fetch_again: WaitToFetchAgain,
    ) -> None:
        self.places: dict[str, str] = {}
        self.configured = asyncio.Event()
        self._client = client
        self._settings = settings
        self._view = view
        self._update = update
        self._fetches = Fetches(
            wait_to_fetch_again, lambda url: self._path_of(urljoin(self._page, url)), view.log
        )
        self._page = ""
        self._config: ScriptConfig | None = None
        self._config_path: str | None = None
        self._has_failed = False
        # files of a configuration that could not be brought, because they were not there
        self._missing: set[str] = set()
        # by their paths below the base, with the places of their members once these are known
        self._archives: dict[str, tuple[Archive, frozenset[str]]] = {}
        self._wheels: frozenset[str] = frozenset()
        client.add_listener(_OWNER, DATA_FILES, self._files_changed)
        DataFiles(client, open_files, self.places.get, view.log)

    async def configure(self, config: str, url: str, page: str) -> None:
        """Take over the page's configuration, and tell the server which files are in use.

        Args:
            config: The configuration, as JSON text.
            url: Where it was read from.
            page: The page's URL.
        """
        self._page = page
        if url != page:
            self._config_path = self._path_of(url)
        # what PyScript hands over has its packages resolved already: only the file is comparable
        text = None if url == page else await self._written_config(url)
        given = json.loads(config)
        try:
            if isinstance(given, str):  # a worker knows no more of it than where it is, or its text
                given = parse_config(given if url == page else text or "")
            running = ScriptConfig.read(given, url)
        except ValueError:
            running = ScriptConfig(url)  # PyScript has said what is wrong, or takes it otherwise
        for place, source in running.files.items():
            self._take(source, place)
        for archive in running.archives:
            if (path := self._path_of(archive.url)) is not None:
                self._archives[path] = (archive, frozenset())
        self._wheels = self._wheels_of(running)
        known = [*self.places, *self._archives, *self._wheels]
        try:
            served = await self.watch([*known, *filter(None, [self._config_path])])
        except FetchError as error:  # the program starts all the same
            self.cannot_watch("", error)
        else:
            await self._catch_up(served)
        self.configured.set()
        for path in self._archives:  # one may have been packed again while the page booted
            report_unhandled(start(self._unpack(path)), f"reading {path}")
        if text is None:
            return
        try:
            written = ScriptConfig.read(parse_config(text), url)
        except ValueError:
            return  # PyScript's parser allows more than Python's: the page is reloaded then
        self._config = replace(written, files=running.files)
        if written.files != running.files:  # it was edited while the page booted
            report_unhandled(start(self.refresh()), f"applying {self._config_path}")

    def cannot_watch(self, path: str, error: FetchError) -> None:
        """Say that the server does not know which files are in use.

        Args:
            path: The script's; empty where it is all files.
            error: What the server did not answer.
        """
        self._not_fetched(path, str(error), "The page may get no updates: load it again.")

    async def watch(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Tell the server which files are in use.

        Args:
            paths: Their URLs below the base.

        Returns:
            What the server's files hold (`content_name`), by path; a server that does not say has none.

        Raises:
            FetchError: The server does not answer.
        """
        query = "&".join(f"watch={quote(path)}" for path in paths)
        if not query:
            return {}
        answer = await self._fetches.answer(self._settings.url(f"@hmr/python?{query}"))
        names = answer.get("files")
        return {x: str(y) for x, y in names.items()} if isinstance(names, Mapping) else {}

    async def _catch_up(self, served: Mapping[str, str]) -> None:
        """Fetch again what was saved after PyScript fetched it: nothing is imported yet."""
        failures: list[str] = []
        for path, name in served.items():
            place = self.places.get(path)
            if place is None or content_name(read_file(place)) == name:
                continue
            try:
                content = await self._fetches.file(self._settings.url(quote(path.lstrip("/"))))
            except FetchError as error:
                failures.append(str(error))
                continue
            if content is None:
                failures.append(f"the server does not answer with {path.lstrip('/')}")
            else:
                write_file(place, content)
        if failures:
            self._not_fetched("", "; ".join(failures), "The page may have an older version.")

    async def newer_text(self, path: str, text: str) -> str | None:
        """Watch a script; return its text if it was saved since it was fetched.

        Args:
            path: Its URL below the base.
            text: What was fetched.
        """
        served = (await self.watch([path])).get(path)
        if served is None or served == content_name(text.encode()):
            return None
        now = await self._fetch_text(self._settings.url(quote(path.lstrip("/"))))
        # PyScript takes an empty first line away
        return None if now is None or now.strip() == text.strip() else now

    async def look_for_missing(self, paths: Iterable[str]) -> None:
        """Fetch files again that were missing, once they exist.

        Args:
            paths: What has changed.
        """
        if not self._missing.isdisjoint(paths):
            await self.refresh()

    async def hint_at_missing(self, module: str) -> str | None:
        """Return what to add to `[files]` for a module that is in the project; None if it is not."""
        config = self._config_path or self._path_of(self._page) or "/"
        scripts = [path for path in self.places if not path.endswith("/")]
        folders = dict.fromkeys(posixpath.dirname(path) for path in (config, *scripts))
        name = module.replace(".", "/")
        for folder in folders:
            for file in (f"{name}.py", f"{name}/__init__.py"):
                path = posixpath.join(folder, file)
                url = self._settings.url(f"@hmr/python?file={quote(path)}")
                try:
                    answer = await self._fetches.answer(url)
                except FetchError:
                    return None  # the error of the import is shown, without a hint
                if "source" not in answer:
                    continue
                source = posixpath.relpath(path, posixpath.dirname(config))
                entry = f'"./{source}" = "{file}"' if source[0] != "." else f'"{source}" = "{file}"'
                where = config.lstrip("/") if self._config_path else "the page's configuration"
                return f"{path.lstrip('/')} is in the project, but not in [files] of {where}: add {entry}"
        return None

    # --- changes ------------------------------------------------------------------------------

    async def _files_changed(self, data: JSONValue) -> None:
        """Carry out a changed configuration, and refresh the files that it names."""
        changed = [file.path for file in changed_files(data)]
        await self.look_for_missing(changed)
        if self._config_path in changed:
            await self.refresh()
        for path in changed:
            if path in self._archives:
                await self._unpack(path)
            elif path in self._wheels:
                self._view.reload(f"{path}: a package that is installed can't be replaced")

    async def _unpack(self, path: str) -> None:
        """Replace the members of an archive that are other ones now, and remove those that it no longer has."""
        archive, known = self._archives[path]
        try:
            content = await self._fetches.file(archive.url)
        except FetchError as error:
            self._not_fetched(path, str(error), "The page keeps the previous contents.")
            return
        if content is None:
            self._view.log(f"{path} was deleted: the page keeps its contents")
            return
        try:
            members = archive.members(content)
        except ArchiveError as error:
            message = f"{path.lstrip('/')} can't be unpacked: {error}"
            tip = {"tip": "The page keeps the previous contents."}
            self._failed(path, ErrorDetails(message=message, id=path, extra=tip))
            return
        self._archives[path] = (archive, frozenset(members))
        self._recover()
        changed: dict[str, bytes | None] = {
            place: data for place, data in members.items() if read_file(place) != data
        }
        changed |= dict.fromkeys(known - members.keys())
        if not changed:
            return
        for place, data in changed.items():
            write_file(place, data)
        modules = [
            PyUpdate(
                path=place,
                accepted_path=place,
                timestamp=0,
                source=None if data is None else data.decode("utf-8", "replace"),
            )
            for place, data in changed.items()
            if place.endswith(".py")
        ]
        for place, data in changed.items():
            if not place.endswith(".py"):
                told = {"path": path, "file": place, "deleted": data is None}
                await self._client.notify_listeners(FILE_CHANGED, told)
        applied = await self._update(modules) if modules else []
        self._say(path, f"unpacked {', '.join(map(shown_name, sorted(changed)))}", applied)

    async def refresh(self) -> None:
        """Apply the configuration and report it; a failure leaves everything unchanged."""
        path = self._config_path or ""
        if self._config is None:
            self._view.reload(f"{path} has changed")
            return
        try:
            text = await self._fetch_text(self._config.url)
        except FetchError as error:
            self._not_fetched(path, str(error), "The page keeps the previous configuration.")
            return
        if text is None:
            self._view.log(f"{path} was deleted: the page keeps the previous configuration")
            return
        try:
            new = ScriptConfig.read(parse_config(text), self._config.url)
        except ValueError as error:
            self._failed(path, error_details(error, text, path))
            return
        change = compare(self._config, new)
        if change.reload is not None:
            self._view.reload(f"{path}: {change.reload}")
            return
        try:
            contents = await self._bring(change)
        except Exception as error:  # noqa: BLE001  # the server's answer, or whatever micropip raises
            self._failed(path, ErrorDetails(message=f"{path.lstrip('/')}: {error}", id=path))
            return
        self._recover()
        self._config = new
        applied = await self._place(contents, change)
        self._say(path, describe(change), applied)

    async def _bring(self, change: ConfigChange) -> dict[str, bytes]:
        """Fetch the files and install the packages: everything, before anything is in its place.

        Raises:
            ConfigError: A file isn't there.
            FetchError: A file can't be fetched.
            Exception: Whatever micropip raises.
        """
        wanted = {path for url in change.fetch.values() if (path := self._path_of(url))}
        await self.watch(sorted(wanted))
        contents: dict[str, bytes] = {}
        self._missing = wanted
        for place, url in change.fetch.items():
            content = await self._fetches.file(url)
            if content is None:
                raise ConfigError(f"there is no {self._path_of(url) or url} to fetch")
            contents[place] = content
        self._missing = set()
        if change.install:
            self._view.log(f"installing {', '.join(change.install)}")
            config_url = self._page if self._config is None else self._config.url
            named = [
                urljoin(config_url, package) if package.startswith((".", "/")) else package
                for package in change.install
            ]
            await install(named, self._settings)
        return contents

    async def _place(
        self, contents: Mapping[str, bytes], change: ConfigChange
    ) -> Sequence[AppliedUpdate]:
        """Write fetched files where the application looks for them."""
        modules: list[PyUpdate] = []
        for place, content in contents.items():
            for path in [path for path, known in self.places.items() if known == place]:
                del self.places[path]  # another source has taken its place
            self._take(change.fetch[place], place)
            if place.endswith(".py"):
                text = content.decode("utf-8", "replace")
                write_file(place, content)
                modules.append(PyUpdate(path=place, accepted_path=place, timestamp=0, source=text))
            else:
                write_file(place, content)
                path = self._path_of(change.fetch[place]) or ""
                told = {"path": path, "file": place, "deleted": False}
                await self._client.notify_listeners(FILE_CHANGED, told)
        return await self._update(modules) if modules else []

    def _say(self, path: str, said: str, applied: Sequence[AppliedUpdate]) -> None:
        """Tell page and server what has been done."""
        self._view.configured(f"{path.lstrip('/')}: {said}")
        own = AppliedUpdate(
            path=path, accepted_path=path, milliseconds=0.0, tier=CONFIG_TIER, reason=said
        )
        self._client.acknowledge([own, *applied])

    def _recover(self) -> None:
        """Close the error of a configuration or an archive: it is fixed."""
        if self._has_failed:
            self._has_failed = False
            self._view.close_error()

    def _failed(self, path: str, details: ErrorDetails) -> None:
        self._has_failed = True
        self._view.show_error(ErrorPayload(err=details))
        text = "\n".join(filter(None, [details.message, details.frame]))
        self._view.log_error(text)
        failed = AppliedUpdate(path=path, accepted_path=path, milliseconds=0.0, error=text)
        self._client.acknowledge([failed])

    def _not_fetched(self, path: str, message: str, tip: str) -> None:
        """Say that a file could not be fetched, and what the page goes on with."""
        self._failed(path, ErrorDetails(message=message, id=path or None, extra={"tip": tip}))

    def _take(self, url: str, place: str) -> None:
        if (path := self._path_of(url)) is not None:
            self.places[path] = place

    def _wheels_of(self, config: ScriptConfig) -> frozenset[str]:
        """Return the paths of the packages that are files of this server."""
        urls = (urljoin(config.url, x) for x in config.packages if x.endswith(".whl"))
        return frozenset(path for url in urls if (path := self._path_of(url)) is not None)

    def _path_of(self, url: str) -> str | None:
        """Return a URL's path below the base; None if it is another server's."""
        return self._settings.path_of(url, self._page)

    async def _fetch_text(self, url: str) -> str | None:
        """Fetch a text; None if it isn't there.

        Raises:
            FetchError: It can't be fetched.
        """
        content = await self._fetches.file(url)
        return None if content is None else content.decode("utf-8-sig", "replace")

    async def _written_config(self, url: str) -> str | None:
        """Fetch the configuration's text; None, which is said, if that fails: its save reloads the page."""
        try:
            return await self._fetch_text(url)
        except FetchError as error:
            self._not_fetched(
                self._config_path or "", str(error), "The next save of it reloads the page."
            )
            return None
