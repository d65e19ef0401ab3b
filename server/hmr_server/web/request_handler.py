"""One HTTP request in, one response out, or none when it asks for nothing of ours.

The order of questions is Vite's: may this host ask at all; is it one of our own files; is it a
module; is it a page; is it a file; is it a page of a single-page application. Inside another
application all other requests go to that one.
"""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Callable
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from hmr_client.wire.payloads import ErrorDetails, ErrorPayload, UpdatePayload

from ..channel.connections import EVENTS_PATH
from ..config import ServerConfig
from ..environment.environment import DevEnvironment
from ..environment.purpose import Purpose, purpose_of
from ..files.access import decode_path
from ..graph import module_url
from ..session.keeper import SessionKeeper
from ..text.plain_text import plain_text
from .failures import Answer, Failures
from .isolation import CrossOriginIsolation
from .module_answers import ModuleAnswers, Prepared
from .own_requests import EDITOR_PATH, OwnRequests
from .pages.missing_page import missing_page
from .pages.project_answers import ProjectAnswers
from .request_url import is_again, path_of, raw_path, with_query
from .site_rules import SiteRules
from .token_link import answer_token_link
from .warm_answers import Warm

# `<embed>` and `<object>` have something to show in place of what is missing
_NO_FALLBACK = frozenset({"embed", "object"})
_WANTED_TYPES = {
    Purpose.MODULE: "text/javascript",
    Purpose.CLASSIC_SCRIPT: "text/javascript",
    Purpose.STYLESHEET: "text/css",
}

_OURS = re.compile("/@(?:hmr|vite|id|fs)/")
_BAD_ENCODING = re.compile(r"%(?![0-9a-fA-F]{2})")
_MAX_SHOWN = 200  # characters of a path that is not there


class RequestHandler:
    """Answers what pages ask for.

    Args:
        config: The server's configuration.
        environment: Answers for modules and pages.
        own: Answers for what is ours.
        push_error: Shows an error in the pages and in the terminal.
        print_error: Shows an error in the terminal alone.
        keeper: Gets the pages that were served.
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
        self.isolation = isolation
        self.routes: list[Route] = []
        self._rules = SiteRules(config, isolation)
        self._failures = Failures(config, self._rules, push_error, print_error)
        self._project = ProjectAnswers(config, environment, keeper, isolation, self._failures)
        self._modules = ModuleAnswers(config, environment, self._rules, keeper, self._project)

    def warm(self, scope: Scope) -> Warm | None:
        """Return the answer that was given before and still is the one; None for all others."""
        return None if self.routes else self._modules.warm(scope)

    async def prepare(
        self, payload: UpdatePayload, most: int, *, keeps_portable: bool
    ) -> list[Prepared]:
        """Make what pages ask for after an update; see `ModuleAnswers.prepare`."""
        if self.routes:  # one of them may answer in our place
            return []
        return await self._modules.prepare(payload, most, keeps_portable=keeps_portable)

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
        return await self._guarded(request, self._project.page_or_file)

    def note_theirs(self, request: Request) -> None:
        """Note what that application answers: where it serves files of the root, pages get them from it."""
        if request.method == "GET" and self._may_be_ours(request):
            self._project.note_file(request)

    def _may_be_ours(self, request: Request) -> bool:
        """Return whether we may answer inside another application, which has its own rules for hosts."""
        raw = raw_path(request)
        return raw.startswith(self._config.base) and (
            self._rules.refuse(request) is None
            or path_of(request, self._config).startswith(("/@", EDITOR_PATH))
        )

    async def _guarded(self, request: Request, answer: Answer) -> Response | None:
        """Return what `answer` answers to a host that may ask, and what its errors become."""
        response = self._rules.refuse(request) or self.token_link(request)
        if response is None:
            response = await self._failures.answer_safely(request, answer)
        if response is not None:
            self._rules.add_headers(request, response)
        return response

    def not_found(self, request: Request) -> Response:
        """Return the answer to a request that no handler answers."""
        text = f"404: {request.scope['path'][:_MAX_SHOWN]} is not there."
        # with a type that it can't run, a browser reports the type, and not what is missing
        type_ = _WANTED_TYPES.get(purpose_of(request.headers), "text/plain")
        response = Response(plain_text(text), 404, media_type=type_)
        self._rules.add_headers(request, response)
        return response

    def token_link(self, request: Request) -> Response | None:
        """Return the answer to the link that makes another machine known; `None` for all others."""
        return answer_token_link(request, self._config)

    async def _answer(self, request: Request) -> Response | None:
        if not raw_path(request).startswith(self._config.base):
            return self._outside_of_base(request)
        if (response := await self._answer_ours(request)) is not None:
            return response
        if request.method not in {"GET", "HEAD"}:
            return None
        if (response := await self._project.page_or_file(request)) is not None:
            return response
        if not _may_fall_back(request):
            return None
        if self._config.page and path_of(request, self._config) == "/":
            return RedirectResponse(self._config.url(self._config.page), 302)
        page = await self._project.page(request, "/index.html", path_of(request, self._config))
        if page is not None:
            return page
        return missing_page(self._config, shows_root=self._rules.sees_paths(request))

    async def _answer_ours(self, request: Request) -> Response | None:
        path = path_of(request, self._config)
        if (response := await self._routed(request, path)) is not None:
            return response
        if request.method == "OPTIONS":
            return self._rules.preflight(request)
        if path == EVENTS_PATH:
            return await self._own.events(request)
        if request.method not in {"GET", "HEAD"}:
            return None
        if (response := await self._own.answer(request, path)) is not None:
            return response
        if (response := self._project.public_file(request, path)) is not None:
            return response
        url = with_query(request, path)
        if self._environment.module_requests.is_module_request(url, request.headers):
            return await self._modules.module(request, url)
        if (
            purpose_of(request.headers) is Purpose.CLASSIC_SCRIPT
            and module_url.is_js_request(url)
            and "." in path.rpartition("/")[2]
        ):
            return await self._modules.classic_script(request, url)
        return None

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


def _may_fall_back(request: Request) -> bool:
    """Return whether a single-page application's page may replace a missing file."""
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
