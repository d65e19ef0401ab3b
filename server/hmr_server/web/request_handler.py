"""One HTTP request in, one response out, or none when it asks for nothing of ours.

The order of questions is Vite's: may this host ask at all; is it one of our own files; is it a
module; is it a page; is it a file; is it a page of a single-page application. Inside another
application what is left belongs to that one.
"""

from __future__ import annotations

import asyncio
import html
import inspect
import logging
import os
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from hmr_client.payloads import ErrorDetails, ErrorPayload

from ..admission import (
    Site,
    blocked_host_message,
    cors_origin,
    is_host_allowed,
    one_host,
    site_of,
)
from ..channel.connections import EVENTS_PATH
from ..config import PAGE_SUFFIXES, ServerConfig
from ..environment.environment import DevEnvironment
from ..environment.purpose import Purpose, purpose_of
from ..exceptions import ModuleNotFound, OutdatedRequest, TransformError
from ..files.access import AccessDenied, BadPath, FileAccess, decode_path
from ..files.reading import read_bytes
from ..files.static_files import HTML, file_response, is_file, media_type, text_response
from ..graph import module_url
from ..html.charset import charset_of
from ..plain_text import plain_text
from ..session.keeper import SessionKeeper
from ..watch.truncated_file import until_written
from .asker import asker_of
from .directory_page import directory_page
from .error_page import error_page
from .isolation import CrossOriginIsolation
from .missing_page import missing_page
from .own_requests import EDITOR_PATH, OwnRequests
from .token_link import answer_token_link
from .warm_answers import Warm, WarmAnswers

_INDEX_NAMES = ("index.html", "index.htm")
# `<embed>` and `<object>` have something to show in place of what is missing
_NO_FALLBACK = frozenset({"embed", "object"})
_METHODS = "GET, HEAD, OPTIONS, POST"
_WANTED_TYPES = {
    Purpose.MODULE: "text/javascript",
    Purpose.CLASSIC_SCRIPT: "text/javascript",
    Purpose.STYLESHEET: "text/css",
}

_OURS = re.compile("/@(?:hmr|vite|id|fs)/")
_BAD_ENCODING = re.compile(r"%(?![0-9a-fA-F]{2})")
_MAX_SHOWN = 200  # characters of a path that is not there

_FOREIGN = (
    "403: for pages of this server only. `allowed-origins` in hmr.toml or in [tool.hmr] of "
    "pyproject.toml names other sites whose pages may load what is here."
)

AGAIN = "x-hmr-page"
"""The header of a request by which a page that is open asks for its new text."""

_Answer = Callable[[Request], Awaitable[Response | None]]

_logger = logging.getLogger(__name__)


class RequestHandler:
    """Answers what pages ask for.

    Args:
        config: The server's configuration.
        environment: Answers for modules and pages.
        own: Answers for what is ours.
        push_error: Shows an error in the pages and in the terminal.
        print_error: Shows an error in the terminal alone.
        keeper: Told what pages have loaded.
        isolation: Isolates pages that need it.

    Attributes:
        routes: Plugins' routes, below the base; they come first.
    """

    def __init__(
        self,
        config: ServerConfig,
        environment: DevEnvironment,
        own: OwnRequests,
        push_error: Callable[[ErrorPayload], object],
        print_error: Callable[[ErrorDetails], object],
        keeper: SessionKeeper,
        isolation: CrossOriginIsolation,
    ) -> None:
        self._config = config
        self._environment = environment
        self._own = own
        self._push_error = push_error
        self._print_error = print_error
        self._keeper = keeper
        self.isolation = isolation
        self.routes: list[Route] = []
        self._is_host_allowed = lru_cache(lambda host: is_host_allowed(host, config))
        self._warm = WarmAnswers(
            environment.graph,
            lambda host: self._is_host_allowed(host.decode("latin-1")),
            lru_cache(partial(_cors_origin, config)),
        )
        self._access = FileAccess.of(config)
        public = config.root / "public"
        self._public = FileAccess(public, (public,), config.fs_deny)
        self._public_root = os.fspath(public)

    def warm(self, scope: Scope) -> Warm | None:
        """Return the answer that was given before and still is the one; None for all others."""
        return None if self.routes else self._warm.find(scope)

    async def answer(self, request: Request) -> Response | None:
        """Answer `request`; `None` when nothing of ours has its name."""
        return await self._guarded(request, self._answer)

    async def answer_embedded(self, request: Request) -> Response | None:
        """Answer what is certainly not for the application that we are in: ours, and modules."""
        if not self._may_be_ours(request):
            return None
        return await self._guarded(request, self._answer_ours)

    async def answer_file(self, request: Request) -> Response | None:
        """Answer what that application has no answer for: files and pages of the root."""
        if not self._may_be_ours(request):
            return None
        return await self._guarded(request, self._page_or_file)

    def _may_be_ours(self, request: Request) -> bool:
        """Return whether we may answer inside another application, which has its own rules for hosts."""
        raw = raw_path(request)
        return raw.startswith(self._config.base) and (
            self.refuse(request) is None or self._path(request).startswith(("/@", EDITOR_PATH))
        )

    async def _guarded(self, request: Request, answer: _Answer) -> Response | None:
        """Return what `answer` answers to a host that may ask, and what its errors become."""
        response = self.refuse(request) or self.token_link(request)
        if response is None:
            response = await self._answer_safely(request, answer)
        if response is not None:
            self.add_headers(request, response)
        return response

    def not_found(self, request: Request) -> Response:
        """Return the answer to what nobody has an answer for."""
        text = f"404: {request.scope['path'][:_MAX_SHOWN]} is not there."
        # with a type that it can't run, a browser speaks of the type, and not of what is missing
        type_ = _WANTED_TYPES.get(purpose_of(request.headers), "text/plain")
        response = Response(plain_text(text), 404, media_type=type_)
        self.add_headers(request, response)
        return response

    def refuse(self, request: Request) -> Response | None:
        """Return the refusal of a host or a site that is not allowed; `None` for all others."""
        host = one_host(request.headers.getlist("host"))
        if not self._is_host_allowed(host):
            return PlainTextResponse(blocked_host_message(host), status_code=403)
        if self._site(request) is Site.FOREIGN:
            return PlainTextResponse(_FOREIGN, status_code=403)
        return None

    def token_link(self, request: Request) -> Response | None:
        """Return the answer to the link that makes another machine known; `None` for all others."""
        return answer_token_link(request, self._config)

    def add_headers(self, request: Request, response: Response) -> None:
        """Add the settings' headers, and say whose pages may read `response`.

        A script or a picture needs no CORS: another site's page could run it, or measure it
        (`Cross-Origin-Resource-Policy`), and have anything taken for a script (`nosniff`).
        """
        headers = response.headers
        for name, value in self._config.headers.items():
            headers.setdefault(name, value)
        self.isolation.add(request, headers)
        headers.setdefault("x-content-type-options", "nosniff")
        is_neighbour = self._site(request) is Site.NEIGHBOUR
        policy = "cross-origin" if is_neighbour else "same-origin"
        headers.setdefault("cross-origin-resource-policy", policy)
        headers.add_vary_header("Origin")
        if origin := cors_origin(request.headers.get("origin"), self._config):
            headers["access-control-allow-origin"] = origin
        # Chromium takes headers that are cut short for all there are. Without a type it runs no module,
        # and with one it knows by then how long the body has to be.
        response.raw_headers.sort(key=lambda header: header[0] == b"content-type")

    async def _answer_safely(self, request: Request, answer: _Answer) -> Response | None:
        try:
            return await answer(request)
        except BadPath as error:
            return PlainTextResponse(f"400: {error}", status_code=400)
        except AccessDenied as error:
            return PlainTextResponse(f"403: {error}", status_code=403)
        except OutdatedRequest as error:
            return PlainTextResponse(str(error), status_code=504)
        except TransformError as error:  # the environment has sent it to the pages
            if self._site(request) is Site.PERSON:
                self._print_error(error.details)
            return self._error_page(request, error.details)
        except Exception as error:  # a plugin's or ours: the server stays up and says what it was
            _logger.exception("%s %s failed", request.method, request.url.path)
            details = ErrorDetails(message=f"{type(error).__name__}: {error}", plugin="hmr-server")
            self._tell(request, details)
            return self._error_page(request, details)

    async def _answer(self, request: Request) -> Response | None:
        if not raw_path(request).startswith(self._config.base):
            return self._outside_of_base(request)
        if (response := await self._answer_ours(request)) is not None:
            return response
        if request.method not in {"GET", "HEAD"}:
            return None
        if (response := await self._page_or_file(request)) is not None:
            return response
        if not _may_fall_back(request):
            return None
        if self._config.page and self._path(request) == "/":
            return RedirectResponse(self._config.url(self._config.page), 302)
        page = await self._page(request, "/index.html", self._path(request))
        if page is not None:
            return page
        return missing_page(self._config, shows_root=self._sees_paths(request))

    async def _answer_ours(self, request: Request) -> Response | None:
        path = self._path(request)
        if (response := await self._routed(request, path)) is not None:
            return response
        if request.method == "OPTIONS":
            return self._preflight(request)
        if path == EVENTS_PATH:
            return await self._own.events(request)
        if request.method not in {"GET", "HEAD"}:
            return None
        if (response := await self._own.answer(request, path)) is not None:
            return response
        if (response := self._public_file(request, path)) is not None:
            return response
        query = request.scope.get("query_string", b"").decode("latin-1")
        url = f"{path}?{query}" if query else path
        if self._environment.module_requests.is_module_request(url, request.headers):
            return await self._module(request, url)
        if (
            purpose_of(request.headers) is Purpose.CLASSIC_SCRIPT
            and module_url.is_js_request(url)
            and "." in path.rpartition("/")[2]
        ):
            return await self._classic_script(request, url)
        return None

    def _path(self, request: Request) -> str:
        """Return the path below the base, percent-encoded."""
        return self._below_base(raw_path(request))

    def _below_base(self, path: str) -> str:
        return "/" + path.removeprefix(self._config.base)

    async def _routed(self, request: Request, path: str) -> Response | None:
        """Return the answer of a plugin's route."""
        if not self.routes:
            return None
        scope = {**request.scope, "path": decode_path(path), "root_path": ""}
        for route in self.routes:
            match, matched = route.matches(scope)
            if match is Match.FULL:
                request.scope.update(matched)
                if inspect.iscoroutinefunction(route.endpoint):
                    return cast("Response", await route.endpoint(request))
                return cast("Response", await run_in_threadpool(route.endpoint, request))
        return None

    def _preflight(self, request: Request) -> Response | None:
        if "access-control-request-method" not in request.headers:
            return None
        headers = {"access-control-allow-methods": _METHODS}
        if asked := request.headers.get("access-control-request-headers"):
            headers["access-control-allow-headers"] = asked
        if not cors_origin(request.headers.get("origin"), self._config):
            headers = {}
        return Response(status_code=204, headers=headers)

    def _outside_of_base(self, request: Request) -> Response | None:
        base, raw = self._config.base, raw_path(request)
        if raw in {"/", "/index.html", base.removesuffix("/")}:
            return RedirectResponse(base, 302)
        if "text/html" not in request.headers.get("accept", ""):
            return None
        there = html.escape(base + raw.removeprefix("/"), quote=True)
        page = (
            f"This server's pages are below <code>{html.escape(base)}</code>. "
            f'Did you mean <a href="{there}">{there}</a>?'
        )
        return Response(page, 404, media_type="text/html")

    # --- the project's -------------------------------------------------------------------------

    def _public_file(self, request: Request, path: str) -> Response | None:
        """Return files of `public/` are served as they are, at the root, before all others."""
        if path == "/" or path.startswith("/@"):
            return None
        try:
            # one look at the disk, because each request comes by here; most projects have no public/
            if not os.path.isfile(self._public_root + decode_path(path)):  # noqa: PTH113 - text
                return None
            file = self._public.resolve_url(path)
        except AccessDenied:
            return None  # the same name may be a module's; its own check comes there
        response = file_response(file, request)
        if response is not None:
            self._note_file(file, request)
        return response

    async def _classic_script(self, request: Request, url: str) -> Response | None:
        """Return a classic script that plugins have made; None where the file is the script."""
        try:
            result = await self._environment.module_requests.plugins_script(url)
        except ModuleNotFound:
            return None
        if result is None:
            return None
        self._keeper.touch()
        return text_response(request, result.body, result.content_type, result.etag)

    async def _module(self, request: Request, url: str) -> Response | None:
        modules = self._environment.module_requests
        try:
            node = await modules.find_module(url, accept=request.headers.get("accept", "*/*"))
            result = await modules.answer(node, tells_pages=self._site(request) is Site.OWN)
        except ModuleNotFound:
            return None
        except TransformError:
            # what can be read of a stylesheet is applied; the error was sent to the pages
            if purpose_of(request.headers) is not Purpose.STYLESHEET:
                raise
            if (response := await self._file(request, self._path(request))) is None:
                raise
            return response
        self._keeper.touch()
        if result.file is not None:
            return file_response(Path(result.file), request, type_=result.content_type)
        headers = {
            "etag": result.etag,
            "cache-control": result.cache_control,
            "content-type": result.content_type,
        }
        if result.for_client(request.headers.get("if-none-match")).not_modified:
            return Response(status_code=304, headers=headers)
        answer = Response(result.body, headers=headers)
        is_neighbour = (
            self._site(request) is Site.NEIGHBOUR
        )  # whose answers say that they are for it
        if request.method == "GET" and not is_neighbour and modules.is_module_request_of(url):
            self.add_headers(request, answer)  # again later, which changes nothing
            self._warm.remember(request.scope, node, result, answer.raw_headers)
        return answer

    async def _page_or_file(self, request: Request) -> Response | None:
        path = self._path(request)
        decoded = decode_path(path)
        if decoded.endswith("/"):
            return await self._directory(request, path)
        file = self._access.resolve_url(path)
        if _is_directory(file):
            return await self._redirect_to_directory(request, path)
        if decoded.endswith(PAGE_SUFFIXES) and _shows_page(request):
            return await self._page(request, path, path)
        if (response := await self._file(request, path)) is not None:
            return response
        return await self._page(request, f"{path}.html", path) if _shows_page(request) else None

    async def _file(self, request: Request, path: str) -> Response | None:
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

    def _note_file(self, file: Path, request: Request) -> None:
        """Note that a page has a file as it is: it has to know of a change."""
        url = self._path(request)
        if purpose_of(request.headers) is Purpose.CLASSIC_SCRIPT and module_url.is_js_request(url):
            query = request.scope.get("query_string", b"").decode("latin-1")
            self._environment.module_requests.note_script(f"{url}?{query}" if query else url, file)
            self._keeper.touch()
        else:
            self._environment.registrations.register_served(file)

    async def _directory(self, request: Request, path: str) -> Response | None:
        """Return a directory's page: its index, or a list of what is in it."""
        for name in _INDEX_NAMES:
            if _shows_page(request):
                response = await self._page(request, f"{path}{name}", path)
            else:
                response = await self._file(request, f"{path}{name}")
            if response is not None:
                return response
        directory = self._access.resolve_url(path)
        if not _is_directory(directory) or (path == "/" and _shows_page(request)):
            return None
        page = await asyncio.to_thread(directory_page, self._config, self._access, directory, path)
        return text_response(request, page.encode(), HTML)

    async def _redirect_to_directory(self, request: Request, path: str) -> Response | None:
        """Have the URL end with a slash: relative URLs of a directory's page start at the directory."""
        if _shows_page(request) and not any(
            is_file(self._access.resolve_url(f"{path}/{name}")) for name in _INDEX_NAMES
        ):
            page = await self._page(request, f"{path}.html", path)
            if page is not None:
                return page
        # two slashes at the start would name a host
        location = self._config.url(f"{path.lstrip('/')}/")
        query = request.scope.get("query_string", b"").decode("latin-1")
        return RedirectResponse(f"{location}?{query}" if query else location, 302)

    def _note_python(self, file: Path, request: Request) -> None:
        """Note that somebody runs a Python file, by our client or without.

        A page without gets each save. A worker without does not, and its page starts it again:
        its script depends on the file.
        """
        self._environment.registrations.register_python([file])
        try:
            asking = urlsplit(request.headers.get("referer", ""))
        except ValueError:  # no browser's
            return
        if asking.path.startswith(self._config.base):
            url = f"{self._below_base(asking.path)}?{asking.query}".removesuffix("?")
            graph = self._environment.graph
            if (script := graph.get_by_url(module_url.from_request(url))) is not None:
                graph.add_read_file(script, file.as_posix())

    async def _page(self, request: Request, file_path: str, url: str) -> Response | None:
        """Return a page as it is shown."""
        file = self._access.resolve_url(file_path)
        if not is_file(file):
            return None
        await until_written(file)
        try:
            text = await self._environment.transform_html(file, url, again=is_again(request))
            charset = await asyncio.to_thread(_charset_of, file)
        except OSError as error:
            details = ErrorDetails(message=f"{file} cannot be read: {error.strerror}", id=str(file))
            self._tell(request, details)
            return self._error_page(request, details)
        self._keeper.served_page(file, url)
        if not is_again(request):
            passed_on = request.headers.get("sec-fetch-dest") == "empty"
            self._environment.module_requests.note_navigation(url, is_passed_on=passed_on)
        # scripts and stylesheets without a charset of their own are read in the page's
        if charset != "utf-8":
            content = text.encode(charset, "xmlcharrefreplace")
            response = text_response(request, content, f"text/html; charset={_web_name(charset)}")
        else:
            response = text_response(request, text.encode(), HTML)
        self.isolation.add_to_page(response.headers, text, url)
        return response

    def _error_page(self, request: Request, details: ErrorDetails) -> Response:
        return error_page(self._config, details, shows_paths=self._sees_paths(request))

    def _sees_paths(self, request: Request) -> bool:
        """Return whether who asks may see where files are on this machine."""
        return asker_of(request, request.method, self._config).sees_paths

    def _tell(self, request: Request, details: ErrorDetails) -> None:
        """Show an error to those who can have caused it: any site can send a request that fails."""
        match self._site(request):
            case Site.OWN:
                self._push_error(ErrorPayload(err=details))
            case Site.PERSON:  # sees it in the answer
                self._print_error(details)
            case _:
                _logger.debug("not shown, because another page asked: %s", details.message)

    def _site(self, request: Request) -> Site:
        """Return whose page asks."""
        return site_of(request.method, request.headers, self._config)


def _is_directory(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - a name that is too long is no directory


def _charset_of(file: Path) -> str:
    charset = charset_of(read_bytes(file))
    return "utf-8" if charset.startswith("utf") else charset


def _web_name(charset: str) -> str:
    return charset.replace("cp125", "windows-125").replace("euc_", "euc-")


def _shows_page(request: Request) -> bool:
    """Say whether an HTML file is shown as a page, and not read by a script."""
    return is_again(request) or purpose_of(request.headers) in {
        Purpose.NAVIGATION,
        Purpose.UNKNOWN,
    }


def _may_fall_back(request: Request) -> bool:
    """Say whether a page of a single-page application may stand in for what is not there."""
    path = raw_path(request)
    # no router of a page's makes such a URL
    if _OURS.search(path) or _BAD_ENCODING.search(path):
        return False
    if is_again(request):
        return True
    match purpose_of(request.headers):
        case Purpose.NAVIGATION:
            return request.headers.get("sec-fetch-dest") not in _NO_FALLBACK
        case Purpose.UNKNOWN:
            return "text/html" in request.headers.get("accept", "")
        case _:
            return False


def is_again(request: Request) -> bool:
    """Return whether a page that is open asks for its new text (`html_update.js`)."""
    return AGAIN in request.headers


def raw_path(request: Request) -> str:
    """Return the path as it came, percent-encoded: what is decoded twice can be fooled."""
    raw: bytes | None = request.scope.get("raw_path")
    if raw:
        return raw.partition(b"?")[0].decode("latin-1")
    return quote(request.scope["path"])


def _cors_origin(config: ServerConfig, origin: bytes) -> bytes | None:
    allowed = cors_origin(origin.decode("latin-1"), config)
    return None if allowed is None else allowed.encode("latin-1")
