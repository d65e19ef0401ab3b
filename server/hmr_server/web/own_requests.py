"""Answers requests for what is ours: everything below `/@hmr/`, and `/@vite/client`."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ..admission import Site, is_token_valid
from ..channel.connections import EventStreams
from ..client.files import CLIENT_PATH, IMMUTABLE, ClientFiles
from ..config import ServerConfig, Transport
from ..editor import NoEditor, Place, open_in_editor
from ..files.access import BadPath, FileAccess, decode_path
from ..files.static_files import JAVASCRIPT, file_response, is_file, text_response
from ..plain_text import plain_text
from ..pyodide.files import media_type
from ..python.package_index import JSON_TYPE, PackageIndex, PackageNotFound, as_html, as_json
from ..python.requests import PythonRequests
from .asker import asker_of

VITE_CLIENT_PATH = "/@vite/client"
EDITOR_PATH = "/__open-in-editor"

_MAX_CLIENT_ID = 100
_NO_TOKEN = "403: Its token is not this server's: reload the page."  # noqa: S105 - says that it is wrong
_NOT_KNOWN = "403: not for other machines: open the address that hmr-server's terminal shows."
_MOST_STRANGERS = 100
_OURS_ONLY = "403: for pages of this server only."


class OwnRequests:
    """Answers what the client asks for, and micropip.

    Args:
        config: The server's configuration.
        files: The client's files.
        packages: The wheels of packages.
        python: Answers for the project's Python modules.
        streams: The event streams of the hot channel.
        warn: Told what the person at the terminal can do something about.
        served_html: Returns a page as it was served, by the name that its client tag carries.
    """

    def __init__(
        self,
        config: ServerConfig,
        files: ClientFiles,
        packages: PackageIndex,
        python: PythonRequests,
        streams: EventStreams,
        warn: Callable[[str], object],
        served_html: Callable[[str], str | None],
    ) -> None:
        self._config = config
        self._files = files
        self._packages = packages
        self._python = python
        self._streams = streams
        self._warn = warn
        self._served_html = served_html
        self._strangers: set[str] = set()  # the addresses that were told of

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
            case ["parts", name] if part := self._files.part(name):
                return text_response(request, part.content, JAVASCRIPT, part.etag)
            case ["python"] if not self._knows(request):
                return PlainTextResponse(_NOT_KNOWN, status_code=403)
            case ["python"]:
                return await self._python.answer(request)
            case ["pyodide", hash_, name]:
                return self._pyodide_file(request, hash_, name)
            case ["page", name] if (page := self._served_html(name)) is not None:
                return Response(
                    page.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8"
                )
            case ["simple" | "wheels" | "micropip" as kind, *rest]:
                return await self._package(request, kind, rest)
            case _:
                return _nothing()

    def _knows(self, request: Request) -> bool:
        """Return whether more than static files is for who asks; tell how another machine gets it."""
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
        """Answer a request at `EVENTS_PATH`: the hot channel, for who cannot have a WebSocket.

        The token is asked for always: a browser sends no Origin with a page's own GET.
        """
        if not is_token_valid(request.query_params.get("token"), self._config):
            return PlainTextResponse(_NO_TOKEN, status_code=403)
        client = request.query_params.get("client", "")
        if not 0 < len(client) <= _MAX_CLIENT_ID or self._config.transport is Transport.WEBSOCKET:
            return _nothing()
        match request.method:
            case "GET":
                return self._streams.listen(client)
            case "POST":
                return await self._streams.speak(client, request.stream())
            case _:
                return _only("GET, POST")

    def _open_in_editor(self, request: Request) -> Response:
        """Open `?file=path:line:column` in the user's editor, for this server's own pages.

        Raises:
            AccessDenied: The file is none of the project's.
        """
        if request.method != "GET":  # a question for the headers is no order
            return _only("GET")
        asker = asker_of(request, request.method, self._config)
        is_own = asker.is_page_of_ours and asker.is_near
        if not is_own and not asker.may_act:
            return PlainTextResponse(_OURS_ONLY, status_code=403)
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
                return _nothing()

    async def _package(self, request: Request, kind: str, rest: Sequence[str]) -> Response | None:
        """Answer micropip, for who has the token: pip may be started.

        Args:
            request: The request.
            kind: What is asked for: `simple`, a package's list of wheels; else a wheel.
            rest: The token, which no page of another site can know, and the name.
        """
        if request.method != "GET":
            return _only("GET")
        match rest:
            case [token, name] if is_token_valid(token, self._config):
                pass
            case _:
                return PlainTextResponse(_NO_TOKEN, status_code=403)
        asker = asker_of(request, request.method, self._config)
        if asker.site not in {Site.OWN, Site.PERSON} and not asker.is_allowed_origin:
            return PlainTextResponse(_OURS_ONLY, status_code=403)
        try:
            if kind == "simple":
                return await self._wheels_of(request, name)
            file = await self._packages.wheel(name)
        except PackageNotFound as error:
            self._warn(str(error))  # micropip shows the page only that it failed
            return PlainTextResponse(f"404: {plain_text(error.public)}", status_code=404)
        return await asyncio.to_thread(file_response, file, request)

    async def _wheels_of(self, request: Request, name: str) -> Response:
        files = await self._packages.files(name)
        path = self._config.url(f"/@hmr/wheels/{self._config.token}/")
        if JSON_TYPE in request.headers.get("accept", ""):
            url = f"{request.url.scheme}://{request.url.netloc}{path}"
            content, type_ = as_json(name, files, url), JSON_TYPE
        else:
            content, type_ = as_html(name, files, path), "text/html; charset=utf-8"
        response = text_response(request, content.encode(), type_)
        response.headers.add_vary_header("Accept")
        return response


def _only(methods: str) -> Response:
    """Return the answer to a method that is not one of `methods`."""
    return PlainTextResponse(f"405: {methods} only.", 405, {"allow": methods})


def _nothing() -> Response:
    """Return below `/@hmr/` no page stands in for what is missing."""
    return PlainTextResponse("404: hmr-server has nothing of this name.", status_code=404)
