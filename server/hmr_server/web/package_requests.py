"""Answers micropip: which wheels a package has, and the wheels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..admission.rules import Site, is_token_valid
from ..config import ServerConfig
from ..files.static_files import file_response, text_response
from ..pyodide.files import PyodideFiles
from ..python.package_index import JSON_TYPE, PackageIndex, PackageNotFound, as_html, as_json
from ..text.plain_text import plain_text
from .answers import NO_TOKEN, OURS_ONLY, only
from .asker import asker_of


class PackageRequests:
    """Answers micropip, if the request has the token: pip may be started.

    Args:
        config: The server's configuration.
        pyodide: What the wheels are for.
        warn: Called with problems that the user at the terminal can solve.
    """

    def __init__(
        self,
        config: ServerConfig,
        pyodide: PyodideFiles | None,
        warn: Callable[[str], object],
    ) -> None:
        self._config = config
        self._packages = _index(config, pyodide)
        self._warn = warn

    async def answer(self, request: Request, kind: str, rest: Sequence[str]) -> Response | None:
        """Answer a request.

        Args:
            kind: What is asked for: `simple`, a package's list of wheels; else a wheel.
            rest: The token, which no page of another site can know, and the name.
        """
        if request.method != "GET":
            return only("GET")
        match rest:
            case [token, name] if is_token_valid(token, self._config):
                pass
            case _:
                return PlainTextResponse(NO_TOKEN, status_code=403)
        asker = asker_of(request, request.method, self._config)
        if asker.site not in {Site.OWN, Site.PERSON} and not asker.is_allowed_origin:
            return PlainTextResponse(OURS_ONLY, status_code=403)
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


def _index(config: ServerConfig, pyodide: PyodideFiles | None) -> PackageIndex:
    wheels = config.root / "wheels"
    if pyodide is None:
        return PackageIndex(wheels)
    return PackageIndex(wheels, python=pyodide.python, platform=pyodide.platform)
