"""Which hosts and sites may ask, and what every answer says about who may read it."""

from __future__ import annotations

from functools import lru_cache, partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..admission.rules import (
    Site,
    blocked_host_message,
    cors_origin,
    is_host_allowed,
    one_host,
    site_of,
)
from ..config import ServerConfig
from .asker import asker_of
from .isolation import CrossOriginIsolation

_METHODS = "GET, HEAD, OPTIONS, POST"

_FOREIGN = (
    "403: for pages of this server only. `allowed-origins` in hmr.toml or in [tool.hmr] of "
    "pyproject.toml names other sites whose pages may load what is here."
)


class SiteRules:
    """Decides by a request's headers, before anything looks at its path.

    Args:
        config: The server's configuration.
        isolation: Isolates pages that need it.

    Attributes:
        is_host_allowed: Returns whether a host may ask.
        cors_origin: Returns the origin whose pages may read an answer; None where no other may.
    """

    def __init__(self, config: ServerConfig, isolation: CrossOriginIsolation) -> None:
        self._config = config
        self._isolation = isolation
        self.is_host_allowed = lru_cache(lambda host: is_host_allowed(host, config))
        self.cors_origin = lru_cache(partial(_cors_origin, config))

    def refuse(self, request: Request) -> Response | None:
        """Return the refusal of a host or a site that is not allowed; `None` for all others."""
        host = one_host(request.headers.getlist("host"))
        if not self.is_host_allowed(host):
            return PlainTextResponse(blocked_host_message(host), status_code=403)
        if self.site(request) is Site.FOREIGN:
            return PlainTextResponse(_FOREIGN, status_code=403)
        return None

    def add_headers(self, request: Request, response: Response) -> None:
        """Add the settings' headers, and say whose pages may read `response`.

        A script or a picture needs no CORS: another site's page could run it, or measure it
        (`Cross-Origin-Resource-Policy`), and have anything taken for a script (`nosniff`).
        """
        headers = response.headers
        for name, value in self._config.headers.items():
            headers.setdefault(name, value)
        self._isolation.add(request, headers)
        headers.setdefault("x-content-type-options", "nosniff")
        is_neighbour = self.site(request) is Site.NEIGHBOUR
        policy = "cross-origin" if is_neighbour else "same-origin"
        headers.setdefault("cross-origin-resource-policy", policy)
        headers.add_vary_header("Origin")
        if origin := cors_origin(request.headers.get("origin"), self._config):
            headers["access-control-allow-origin"] = origin
        # Chromium takes headers that are cut short for all there are. Without a type it runs no module,
        # and with one it knows by then how long the body has to be.
        response.raw_headers.sort(key=lambda header: header[0] == b"content-type")

    def preflight(self, request: Request) -> Response | None:
        """Return the answer to a browser that asks whether it may send a request of another site's."""
        if "access-control-request-method" not in request.headers:
            return None
        headers = {"access-control-allow-methods": _METHODS}
        if asked := request.headers.get("access-control-request-headers"):
            headers["access-control-allow-headers"] = asked
        if not cors_origin(request.headers.get("origin"), self._config):
            headers = {}
        return Response(status_code=204, headers=headers)

    def site(self, request: Request) -> Site:
        """Return whose page asks."""
        return site_of(request.method, request.headers, self._config)

    def sees_paths(self, request: Request) -> bool:
        """Return whether the answer may name places on this machine."""
        return asker_of(request, request.method, self._config).sees_paths


def _cors_origin(config: ServerConfig, origin: bytes) -> bytes | None:
    allowed = cors_origin(origin.decode("latin-1"), config)
    return None if allowed is None else allowed.encode("latin-1")
