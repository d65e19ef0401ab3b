"""Answers requests for what is ours: everything below `/@hmr/`, and `/@vite/client`."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ..admission.rules import is_token_valid
from ..channel.connections import EventStreams, clock
from ..client.files import CLIENT_PATH, IMMUTABLE, ClientFiles
from ..config import ServerConfig, Transport
from ..files.access import BadPath, FileAccess, decode_path
from ..files.editor import NoEditor, Place, open_in_editor
from ..files.static_files import JAVASCRIPT, file_response, is_file, text_response
from ..pyodide.files import PyodideFiles, media_type
from ..python.requests import PythonRequests
from ..text.plain_text import plain_text
from .answers import NO_TOKEN, NOT_KNOWN, OURS_ONLY, nothing, only
from .asker import asker_of

if TYPE_CHECKING:
    from .package_requests import PackageRequests

VITE_CLIENT_PATH = "/@vite/client"
EDITOR_PATH = "/__open-in-editor"

_MAX_CLIENT_ID = 100
_MOST_STRANGERS = 100


class OwnRequests:
    """Answers what the client asks for, and micropip.

    Args:
        config: The server's configuration.
        files: The client's files.
        pyodide: What the wheels of packages are for.
        python: Answers for the project's Python modules.
        streams: The event streams of the hot channel.
        warn: Called with problems that the user at the terminal can solve.
        served_html: Returns a page as it was served, by the name that its client tag carries.
    """

    def __init__(
        self,
        config: ServerConfig,
        files: ClientFiles,
        pyodide: PyodideFiles | None,
        python: PythonRequests,
        streams: EventStreams,
        warn: Callable[[str], object],
        served_html: Callable[[str], str | None],
    ) -> None:
        self._config = config
        self._files = files
        self._pyodide = pyodide
        self._packages: PackageRequests | None = None
        self._python = python
        self._streams = streams
        self._warn = warn
        self._served_html = served_html
        self._strangers: set[str] = set()  # the addresses that were reported

    async def answer(self, request: Request, path: str) -> Response | None:
        """Answer `request`; `None` when it is not for us.

        Args:
            request: A GET or HEAD.
            path: Its path without the base, percent-encoded.

        Raises:
            AccessDenied: The path is malformed.
        """
        if path == CLIENT_PATH:
            script = self._files.script(has_token=self._knows(request))
            return text_response(request, script.content, JAVASCRIPT, script.etag)
        if path == VITE_CLIENT_PATH:
            url = json.dumps(self._config.url(CLIENT_PATH))
            return text_response(request, f"export * from {url};\n".encode(), JAVASCRIPT, '"1"')
        if path == EDITOR_PATH:
            return self._open_in_editor(request)
        if not path.startswith("/@hmr/"):
            return None
        match [part for part in decode_path(path).removeprefix("/@hmr/").split("/") if part]:
            case ["wheel", hash_, name] if content := await asyncio.to_thread(
                self._files.wheel_content, hash_, name
            ):
                headers = {"cache-control": IMMUTABLE}
                return Response(content, media_type="application/zip", headers=headers)
            case ["parts", "rest.js"] if rest := self._files.rest(
                request.query_params.get("v", "")
            ):
                headers = {"cache-control": IMMUTABLE, "content-type": JAVASCRIPT}
                return Response(rest, headers=headers)
            case ["parts", name] if part := self._files.part(name):
                return text_response(request, part.content, JAVASCRIPT, part.etag)
            case ["python"] if not self._knows(request):
                return PlainTextResponse(NOT_KNOWN, status_code=403)
            case ["python"]:
                return await self._python.answer(request)
            case ["clock"]:
                headers = {"cache-control": "no-store"}
                return Response(str(clock()), media_type="application/json", headers=headers)
            case ["pyodide", hash_, name]:
                return self._pyodide_file(request, hash_, name)
            case ["page", name] if (page := self._served_html(name)) is not None:
                return Response(
                    page.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8"
                )
            case ["simple" | "wheels" | "micropip" as kind, *rest]:
                return await self._package(request, kind, rest)
            case _:
                return nothing()

    def _knows(self, request: Request) -> bool:
        """Return whether the sender may have more than static files; else report how it gets it."""
        asker = asker_of(request, request.method, self._config)
        if asker.is_known:
            return True
        address, _ = request.scope.get("client") or ("?", 0)
        if address not in self._strangers and len(self._strangers) < _MOST_STRANGERS:
            self._strangers.add(address)
            page = f"{request.url.scheme}://{request.headers.get('host', '')}{self._config.base}"
            self._warn(
                f"{address} has opened a page. It is another machine, so that it gets static files, "
                "and neither hot updates nor Python. To let it have them, open this there:\n"
                f"{page}?token={self._config.token}"
            )
        return False

    async def events(self, request: Request) -> Response:
        """Answer a request at `EVENTS_PATH`: the hot channel, where no WebSocket is possible.

        The token is asked for always: a browser sends no Origin with a page's own GET.
        """
        if not is_token_valid(request.query_params.get("token"), self._config):
            return PlainTextResponse(NO_TOKEN, status_code=403)
        client = request.query_params.get("client", "")
        if not 0 < len(client) <= _MAX_CLIENT_ID or self._config.transport is Transport.WEBSOCKET:
            return nothing()
        match request.method:
            case "GET":
                return self._streams.listen(client, request.query_params)
            case "POST":
                return await self._streams.speak(client, request.stream())
            case _:
                return only("GET, POST")

    def _open_in_editor(self, request: Request) -> Response:
        """Open `?file=path:line:column` in the user's editor, for this server's own pages.

        Raises:
            AccessDenied: The file is not part of the project.
        """
        if request.method != "GET":  # a question for the headers is no order
            return only("GET")
        asker = asker_of(request, request.method, self._config)
        is_own = asker.is_page_of_ours and asker.is_near
        if not is_own and not asker.may_act:
            return PlainTextResponse(OURS_ONLY, status_code=403)
        name = request.query_params.get("file", "")
        if plain_text(name) != name:
            raise BadPath(name[:200], "it holds a character that no file of ours has.")
        place = Place.parse(name)
        file = FileAccess.of(self._config).check(place.file)
        if not is_file(file):
            return PlainTextResponse(f"404: {name[:200]} is not there.", status_code=404)
        try:
            open_in_editor(self._config, dataclasses.replace(place, file=file))
        except NoEditor as error:
            self._warn(str(error))
            return PlainTextResponse(str(error), status_code=501)
        return Response(status_code=204)

    def _pyodide_file(self, request: Request, hash_: str, name: str) -> Response | None:
        match self._files.pyodide_file(hash_, name):
            case Path() as file:
                type_ = media_type(name)
                return file_response(file, request, cache_control=IMMUTABLE, type_=type_)
            case str() as url:  # a package of Pyodide's own, which npm does not have
                return RedirectResponse(url, 302)
            case None:
                return nothing()

    async def _package(self, request: Request, kind: str, rest: Sequence[str]) -> Response | None:
        if self._packages is None:
            from .package_requests import PackageRequests  # with all that reads wheels' names

            self._packages = PackageRequests(self._config, self._pyodide, self._warn)
        return await self._packages.answer(request, kind, rest)
