"""What a browser gets instead of a page that cannot be made."""

from __future__ import annotations

import dataclasses
import html
import json

from starlette.responses import Response

from hmr_client.wire.payloads import ErrorDetails, ErrorPayload
from hmr_client.wire.serialisation import payload_to_wire

from ...client.files import CLIENT_PATH
from ...config import ServerConfig
from ...text.plain_text import plain_text


def error_page(config: ServerConfig, details: ErrorDetails, *, shows_paths: bool) -> Response:
    """Return a page that shows an error as pages do, and that reloads when it is fixed.

    Args:
        config: The server's configuration.
        shows_paths: Whether it may say where files are on this machine.
    """
    if not shows_paths:
        details = _without_paths(details, config)
    error = payload_to_wire(ErrorPayload(err=details))["err"]
    shown = json.dumps(error).replace("<", "\\u003c")
    client = json.dumps(config.url(CLIENT_PATH))
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>Error</title>'
        f'<script type="module">import {{ ErrorOverlay }} from {client};'
        f"document.body.append(new ErrorOverlay({shown}));</script></head>"
        f"<body><noscript><pre>{html.escape(plain_text(details.message))}</pre></noscript></body></html>"
    )
    headers = {"cache-control": "no-store"}
    return Response(page, 500, media_type="text/html", headers=headers)


def _without_paths(details: ErrorDetails, config: ServerConfig) -> ErrorDetails:
    """Return an error as other machines see it: files by where they are from the root."""

    def short(text: str) -> str:
        return text.replace(f"{config.root}/", "").replace(str(config.root), ".")

    place = details.loc and dataclasses.replace(details.loc, file=short(details.loc.file or ""))
    return dataclasses.replace(
        details,
        message=short(details.message),
        id=details.id and short(details.id),
        frame=details.frame and short(details.frame),
        loc=place,
        stack="",
        plugin_code=None,
    )
