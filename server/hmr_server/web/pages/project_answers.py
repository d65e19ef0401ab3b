"""The project's pages and files, as a browser gets them from a static server, plus the client."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hmr_client.wire.payloads import ErrorDetails

from ...config import ServerConfig, is_page
from ...environment.environment import DevEnvironment
from ...environment.purpose import Purpose, purpose_of
from ...files.access import AccessDenied, FileAccess, decode_path
from ...files.reading import read_bytes
from ...files.static_files import HTML, file_response, is_file, media_type, text_response
from ...graph import module_url
from ...session.keeper import SessionKeeper
from ...text.charset import charset_of
from ...watch.truncated_file import until_written
from ..failures import Failures
from ..isolation import CrossOriginIsolation
from ..request_url import below_base, is_again, path_of, raw_path, shows_page, with_query
from .browsers import takes_sources
from .directory_page import directory_page

_INDEX_NAMES = ("index.html", "index.htm")


class ProjectAnswers:
    """Answers with pages, files and directories of the root, and with files of `public/`.

    Args:
        config: The server's configuration.
        environment: Transforms pages, and gets what was served.
        keeper: Gets the pages that were served.
        isolation: Isolates pages that need it.
        failures: Answer for a page that can't be read.
    """

    def __init__(
        self,
        config: ServerConfig,
        environment: DevEnvironment,
        keeper: SessionKeeper,
        isolation: CrossOriginIsolation,
        failures: Failures,
    ) -> None:
        self._config = config
        self._environment = environment
        self._keeper = keeper
        self._isolation = isolation
        self._failures = failures
        self._access = FileAccess.of(config)
        self._service_workers: set[str] = set()  # the paths of their scripts
        public = config.root / "public"
        self._public = FileAccess(public, (public,), config.fs_deny)
        self._public_root = os.fspath(public)

    def public_file(self, request: Request, path: str) -> Response | None:
        """Return a file of `public/`: they are served as they are, at the root, before all others."""
        if path == "/" or path.startswith("/@"):
            return None
        try:
            # one look at the disk, because each request comes by here; most projects have no public/
            if not os.path.isfile(self._public_root + decode_path(path)):  # noqa: PTH113  # text
                return None
            file = self._public.resolve_url(path)
        except AccessDenied:
            return None  # the same name may be a module's; its own check comes there
        response = file_response(file, request)
        if response is not None:
            self._note_file(file, request)
        return response

    async def page_or_file(self, request: Request) -> Response | None:
        """Return a page, a directory's page or a file; None where none of them exists."""
        path = path_of(request, self._config)
        decoded = decode_path(path)
        if decoded.endswith("/"):
            return await self._directory(request, path)
        file = self._access.resolve_url(path)
        if _is_directory(file):
            return await self._redirect_to_directory(request, path)
        if is_page(decoded) and shows_page(request):
            return await self.page(request, path, path)
        if (response := await self.file(request, path)) is not None:
            return response
        return await self.page(request, f"{path}.html", path) if shows_page(request) else None

    async def file(self, request: Request, path: str) -> Response | None:
        """Return a file unchanged, and note that a page has it.

        Args:
            path: Its path below the base, percent-encoded.
        """
        file = self._access.resolve_url(path)
        await until_written(file)
        # a link's type is that of its own name
        type_ = media_type(Path(decode_path(path)))
        response = await asyncio.to_thread(file_response, file, request, type_=type_)
        if response is not None:
            self._note_file(file, request)
            if file.suffix == ".py":
                self._note_python(file, request)
        return response

    def note_file(self, request: Request) -> None:
        """Note that a page gets a file of the root from the application that we are in.

        That the answer is this file is only likely, but a save of it reaches the page.

        Args:
            request: The one that the application answers.
        """
        try:
            file = self._access.resolve_url(path_of(request, self._config))
        except AccessDenied:
            return
        if is_file(file) and not shows_page(request):
            self._note_file(file, request)
            if file.suffix == ".py":
                self._note_python(file, request)

    def _note_file(self, file: Path, request: Request) -> None:
        """Note that a page has an unchanged file: a change of it has to reach the page."""
        url = path_of(request, self._config)
        if purpose_of(request.headers) is Purpose.CLASSIC_SCRIPT and module_url.is_js_request(url):
            self._environment.module_requests.note_script(with_query(request, url), file)
            self._keeper.touch()
        else:
            registrations = self._environment.registrations
            registrations.register_served(file)
            # no page knows what its workers have read, but for the files of their Python
            is_read = purpose_of(request.headers) is Purpose.FETCH
            if is_read and file.suffix != ".py" and not registrations.data.has(file):
                self._note_reader(file, request)

    async def _directory(self, request: Request, path: str) -> Response | None:
        """Return a directory's page: its index, or a list of what is in it."""
        for name in _INDEX_NAMES:
            if shows_page(request):
                response = await self.page(request, f"{path}{name}", path)
            else:
                response = await self.file(request, f"{path}{name}")
            if response is not None:
                return response
        directory = self._access.resolve_url(path)
        if not _is_directory(directory) or (path == "/" and shows_page(request)):
            return None
        page = await asyncio.to_thread(directory_page, self._config, self._access, directory, path)
        return text_response(request, page.encode(), HTML)

    async def _redirect_to_directory(self, request: Request, path: str) -> Response | None:
        """Have the URL end with a slash: relative URLs of a directory's page start at the directory."""
        if shows_page(request) and not any(
            is_file(self._access.resolve_url(f"{path}/{name}")) for name in _INDEX_NAMES
        ):
            page = await self.page(request, f"{path}.html", path)
            if page is not None:
                return page
        # two slashes at the start would name a host
        location = self._config.url(f"{path.lstrip('/')}/")
        return RedirectResponse(with_query(request, location), 302)

    def note_service_worker(self, request: Request) -> None:
        """Note that a page runs a service worker.

        Args:
            request: The one for its script, which exists.
        """
        if request.headers.get("sec-fetch-dest") == "serviceworker":
            self._service_workers.add(raw_path(request))

    def _note_python(self, file: Path, request: Request) -> None:
        """Note that a page runs a Python file, with our client or without.

        A page without gets each save. A worker without does not, and its page starts it again:
        its script depends on the file.
        """
        self._environment.registrations.register_python([file], is_held=False)
        self._note_reader(file, request)

    def _note_reader(self, file: Path, request: Request) -> None:
        """Note that a worker's script reads a file: what a page reads names the page, and no module."""
        referer = request.headers.get("referer")
        if referer is None and request.headers.get("sec-fetch-site") == "same-origin":
            # a worker made of a blob, or a page whose policy hides its address: it is not known which
            self._environment.registrations.register_without_reader(file)
            return
        try:
            asking = urlsplit(referer or "")
        except ValueError:  # no browser's
            return
        if asking.path in self._service_workers:
            return  # it keeps copies for its pages, which remove them
        if asking.path.startswith(self._config.base):
            url = f"{below_base(asking.path, self._config)}?{asking.query}".removesuffix("?")
            graph = self._environment.graph
            if (script := graph.get_by_url(module_url.from_request(url))) is not None:
                graph.add_read_file(script, file.as_posix())

    async def page(self, request: Request, file_path: str, url: str) -> Response | None:
        """Return a page as it is shown."""
        file = self._access.resolve_url(file_path)
        if not is_file(file):
            return None
        await until_written(file)
        try:
            text = await self._environment.transform_html(
                file, url, again=is_again(request), takes_sources=takes_sources(request.headers)
            )
            charset = await asyncio.to_thread(_charset_of, file)
        except OSError as error:
            details = ErrorDetails(message=f"{file} cannot be read: {error.strerror}", id=str(file))
            return self._failures.page(request, details)
        self._keeper.served_page(file, self._environment.page_url_to_keep(file, url))
        if not is_again(request):
            passed_on = request.headers.get("sec-fetch-dest") == "empty"
            self._environment.module_requests.note_navigation(url, is_passed_on=passed_on)
        # scripts and stylesheets without a charset of their own are read in the page's
        if charset != "utf-8":
            content = text.encode(charset, "xmlcharrefreplace")
            response = text_response(request, content, f"text/html; charset={_web_name(charset)}")
        else:
            response = text_response(request, text.encode(), HTML)
        await self._isolation.add_to_page(response.headers, text, url)
        return response


def _is_directory(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # a name that is too long is no directory


def _charset_of(file: Path) -> str:
    charset = charset_of(read_bytes(file))
    return "utf-8" if charset.startswith("utf") else charset


def _web_name(charset: str) -> str:
    return charset.replace("cp125", "windows-125").replace("euc_", "euc-")
