"""Modules, stylesheets and scripts, as the environment makes them."""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from hmr_client.wire.payloads import FullReload, UpdatePayload

from ..admission.rules import Site
from ..config import ServerConfig
from ..environment.environment import DevEnvironment
from ..environment.purpose import Purpose, purpose_of
from ..exceptions import ModuleNotFound, TransformError
from ..files.static_files import file_response, text_response
from ..graph import module_url
from ..graph.module_code import TransformResult
from ..graph.module_graph import ModuleNode
from ..pages.hashed_modules import IMMUTABLE
from ..session.keeper import SessionKeeper
from .expected_requests import expected_requests
from .pages.project_answers import ProjectAnswers
from .request_url import below_base, path_of
from .site_rules import SiteRules
from .warm_answers import Warm, WarmAnswers

# How long requests wait at most while answers are prepared; a turn of the loop for each would take as long as
# a third of its work
_TURN_S = 0.003

_logger = logging.getLogger(__name__)


class Prepared(NamedTuple):
    """A module whose answer was made before a page asks for it.

    Attributes:
        url: The path and query below the base that pages will ask for, percent-encoded.
        node: The module.
    """

    url: str
    node: ModuleNode


class ModuleAnswers:
    """Answers with modules.

    Args:
        config: The server's configuration.
        environment: Makes them.
        rules: Know whose page asks.
        keeper: Saves what is new in the module graph.
        project: Answers with a stylesheet's file where it can't be transformed.
    """

    def __init__(
        self,
        config: ServerConfig,
        environment: DevEnvironment,
        rules: SiteRules,
        keeper: SessionKeeper,
        project: ProjectAnswers,
    ) -> None:
        self._config = config
        self._modules = environment.module_requests
        self._hashed = environment.hashed_modules
        self._send = environment.send
        self._rules = rules
        self._keeper = keeper
        self._project = project
        self._warm = WarmAnswers(
            environment.graph,
            lambda host: rules.is_host_allowed(host.decode("latin-1")),
            rules.cors_origin,
        )

    def warm(self, scope: Scope) -> Warm | None:
        """Return the answer that was given before and still is the one; None for all others."""
        return self._warm.find(scope)

    async def classic_script(self, request: Request, url: str) -> Response | None:
        """Return a classic script that plugins have made; None where the file is the script."""
        try:
            result = await self._modules.plugins_script(url)
        except ModuleNotFound:
            return None
        if result is None:
            return None
        self._keeper.touch()
        return text_response(request, result.body, result.content_type, result.etag)

    async def module(self, request: Request, url: str) -> Response | None:
        """Return a module; None where the URL names none.

        Args:
            url: Path and query below the base, percent-encoded.
        """
        modules = self._modules
        try:
            node = await modules.find_module(url, accept=request.headers.get("accept", "*/*"))
            result = await modules.answer(node, tells_pages=self._rules.site(request) is Site.OWN)
        except ModuleNotFound:
            return None
        except TransformError:
            # what can be read of a stylesheet is applied; the error was sent to the pages
            if purpose_of(request.headers) is not Purpose.STYLESHEET:
                raise
            if (
                response := await self._project.file(request, path_of(request, self._config))
            ) is None:
                raise
            return response
        self._keeper.touch()
        self._project.note_service_worker(request)
        if result.file is not None:
            return file_response(Path(result.file), request, type_=result.content_type)
        self._note_asker(request, url, node)
        return self._respond(request, url, node, result)

    async def prepare(
        self, payload: UpdatePayload, most: int, *, keeps_portable: bool
    ) -> list[Prepared]:
        """Make what pages ask for after an update, while it is on its way to them.

        An error is nobody's yet: the request gets it, and tells the pages.

        Args:
            payload: What is pushed.
            most: The number of answers that are made at most.
            keeps_portable: Whether to keep the answers of modules that may travel with the push.

        Returns:
            The modules whose answers are there now.
        """
        prepared = []
        turn_ends = time.monotonic() + _TURN_S
        for expected in islice(expected_requests(payload), most):
            if time.monotonic() > turn_ends:
                await asyncio.sleep(0)  # requests come first
                turn_ends = time.monotonic() + _TURN_S
            try:
                node = await self._modules.find_module(expected.url, accept=expected.accept)
                await self._modules.make(node)
                code = node.code
                if code is None or keeps_portable or not code.is_portable:
                    result = await self._modules.answer(node, tells_pages=False)
                    if result.file is not None:
                        continue
                    request = Request(expected.scope(self._config.base))
                    self._respond(request, expected.url, node, result)
            except Exception as error:  # noqa: BLE001  # the request gets it, whatever it is
                _logger.debug("%s is not prepared: %s", expected.url, error)
                continue
            prepared.append(Prepared(expected.url, node))
        return prepared

    def _respond(
        self, request: Request, url: str, node: ModuleNode, result: TransformResult
    ) -> Response:
        # the text that it names, or the present one
        is_named = module_url.hash_of(url) == self._hashed.hash_of(result)
        headers = {
            "etag": result.etag,
            "cache-control": IMMUTABLE if is_named else result.cache_control,
            "content-type": result.content_type,
        }
        if result.for_client(request.headers.get("if-none-match")).not_modified:
            return Response(status_code=304, headers=headers)
        answer = Response(result.body, headers=headers)
        is_neighbour = (
            self._rules.site(request) is Site.NEIGHBOUR
        )  # whose answers say that they are for it
        if request.method == "GET" and not is_neighbour and self._is_warm(request, url):
            self._rules.add_headers(request, answer)  # again later, which changes nothing
            self._warm.remember(request.scope, node, result, answer.raw_headers)
        return answer

    def _is_warm(self, request: Request, url: str) -> bool:
        """Return whether `Sec-Fetch-*` and the URL alone say what the answer is."""
        is_link = request.headers.get("sec-fetch-dest") == "style"
        return is_link or self._modules.is_module_request_of(url)

    def _note_asker(self, request: Request, url: str, node: ModuleNode) -> None:
        """Note whether a page requests a module itself, as by a script that it appends: no map concerns it."""
        if node.is_of_pages or module_url.remove_timestamp(url) != url:  # an update's
            return
        if request.headers.get("sec-fetch-dest") == "empty":
            return  # its text, and no module
        try:
            asking = urlsplit(request.headers.get("referer", ""))
        except ValueError:  # no browser's
            return
        name = asking.path.rpartition("/")[2]
        # of an import the importing script is the referrer, of a script element the page
        node.is_of_pages = not ("." in name and module_url.is_js_request(name))
        page = asking.path and below_base(module_url.decode_url(asking.path), self._config)
        if node.is_of_pages and self._hashed.sources.is_sent(page, node):
            reason = f"{node.url.lstrip('/')}: the page runs it as a script of its own, too"
            self._send(FullReload(path=page or "*", extra={"reason": reason}))
