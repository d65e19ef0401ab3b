"""The sender of a request: the page's origin, its machine, and whether it knows the token."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ..admission.machines import is_forwarded, is_this_machine
from ..admission.rules import Site, is_token_valid, site_of
from ..config import ServerConfig


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sent one request.

    Attributes:
        site: Whose page it is.
        is_near: It is on this machine.
        sees_paths: It may see where files are on this machine.
        is_allowed_origin: It is a page of an origin that the settings name.
        has_token: It has the token in its query or in a cookie.
    """

    site: Site
    is_near: bool
    sees_paths: bool
    is_allowed_origin: bool
    has_token: bool

    @property
    def is_page_of_ours(self) -> bool:
        """Whether an open page of this server asks: what goes wrong is its own affair."""
        return self.site is Site.OWN

    @property
    def is_known(self) -> bool:
        """Whether it gets more than static files: hot updates, and what its Python asks for."""
        return self.is_near or self.has_token

    @property
    def may_act(self) -> bool:
        """Whether it may have something done on this machine: start an editor, or pip."""
        is_ours = self.site in {Site.OWN, Site.PERSON}
        return self.has_token and is_ours


def asker_of(request: HTTPConnection, method: str, config: ServerConfig) -> Asker:
    """Return who sent a request, or opens a WebSocket.

    Args:
        config: The server's configuration.
    """
    is_near = is_this_machine(request.scope.get("client"), request.scope.get("server"))
    given = request.query_params.get("token") or request.cookies.get(cookie_name(request))
    return Asker(
        site=site_of(method, request.headers, config),
        is_near=is_near,
        sees_paths=is_near and not is_forwarded(request.headers),
        is_allowed_origin=request.headers.get("origin", "").lower() in config.allowed_origins,
        has_token=is_token_valid(given, config),
    )


def cookie_name(request: HTTPConnection) -> str:
    """Return the name of the token's cookie: browsers send cookies of one port to all of a host."""
    _, port = request.scope.get("server") or ("", 0)
    return f"hmr-token-{port or 0}"
