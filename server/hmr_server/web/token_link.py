"""The link that makes another machine known: `?token=…`, which the terminal prints.

A browser that opens it gets the token as a cookie, and the page without it in its URL: no referrer and
no bookmark carries it on.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..admission.rules import is_token_valid
from ..config import ServerConfig
from .asker import cookie_name

_KEPT_S = 24 * 3600


def answer_token_link(request: Request, config: ServerConfig) -> Response | None:
    """Return the answer to a page's URL that has the token; `None` for all others.

    Args:
        request: The request; an application's own `token` is not ours.
        config: The server's configuration.
    """
    if (
        request.method != "GET"
        or b"token=" not in request.scope.get("query_string", b"")  # made of bytes, a URL is dear
        or _is_a_client(request, config)
    ):
        return None
    if not is_token_valid(request.query_params.get("token"), config):
        return None
    query = parse_qsl(request.url.query, keep_blank_values=True)
    rest = urlencode([pair for pair in query if pair != ("token", config.token)])
    raw: bytes = request.scope.get("raw_path") or b"/"
    path = "/" + raw.decode("latin-1").partition("?")[0].lstrip("/")  # `//x` is another machine
    response = RedirectResponse(f"{path}?{rest}" if rest else path, 302)
    response.set_cookie(
        cookie_name(request),
        config.token,
        max_age=_KEPT_S,
        path=config.base,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    response.headers["cache-control"] = "no-store"
    return response


def _is_a_client(request: Request, config: ServerConfig) -> bool:
    """Return whether our own script requests this URL, with its token."""
    path = str(request.scope["path"])
    return path.startswith((config.url("/@hmr/"), config.url("/__open-in-editor")))
