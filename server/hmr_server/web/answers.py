"""Short answers to requests for our own URLs that are refused, or are not possible in this way."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

NO_TOKEN = "403: Its token is not this server's: reload the page."  # noqa: S105  # says that it is wrong
NOT_KNOWN = "403: not for other machines: open the address that hmr-server's terminal shows."
OURS_ONLY = "403: for pages of this server only."


def only(methods: str) -> Response:
    """Return the answer to a method that is not one of `methods`."""
    return PlainTextResponse(f"405: {methods} only.", 405, {"allow": methods})


def nothing() -> Response:
    """Return a plain 404: below `/@hmr/` no page is sent instead of a missing file."""
    return PlainTextResponse("404: hmr-server has nothing of this name.", status_code=404)
