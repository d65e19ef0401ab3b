"""What a browser gets instead of a page that cannot be made."""

from __future__ import annotations

import html
import json

from starlette.responses import Response

from hmr_client.payloads import ErrorDetails, ErrorPayload
from hmr_client.wire import payload_to_wire

from ..client.files import CLIENT_PATH
from ..config import ServerConfig


def error_page(config: ServerConfig, details: ErrorDetails) -> Response:
    """Return a page that shows an error the way that pages do, and hears when it is mended.

    Args:
        config: The server's configuration.
        details: The error.
    """
    error = payload_to_wire(ErrorPayload(err=details))["err"]
    shown = json.dumps(error).replace("<", "\\u003c")
    client = json.dumps(config.url(CLIENT_PATH))
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>Error</title>'
        f'<script type="module">import {{ ErrorOverlay }} from {client};'
        f"document.body.append(new ErrorOverlay({shown}));</script></head>"
        f"<body><noscript><pre>{html.escape(details.message)}</pre></noscript></body></html>"
    )
    headers = {"cache-control": "no-store"}
    return Response(page, 500, media_type="text/html", headers=headers)
