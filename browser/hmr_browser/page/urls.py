"""From the wire's paths to the browser's URLs: pure functions.

A module's path on the wire is root-absolute, decoded and without the base; a virtual module's is its
id, which no browser can import. Equal to Vite's `moduleUrlToBrowserUrl` (`shared/utils.ts`) and to
the rules in `client/client.ts`.
"""

from __future__ import annotations

from urllib.parse import unquote

from hmr_client.wire.payloads import JsUpdate

VIRTUAL_PREFIX = "/@id/"
NULL_PLACEHOLDER = "__x00__"


def browser_url(path: str, base: str) -> str:
    """Return the URL that the browser asks for.

    Args:
        path: A path of the wire, with or without a query.
        base: The server's base.
    """
    if not path.startswith((".", "/")):
        path = VIRTUAL_PREFIX + path.replace("\0", NULL_PLACEHOLDER, 1)
    return base.removesuffix("/") + (path if path.startswith("/") else f"/{path}")


def import_url(update: JsUpdate, base: str) -> str:
    """Return the URL that imports the new version of an updated module.

    Args:
        base: The server's base.
    """
    path, _, query = update.accepted_path.partition("?")
    query = query.partition("?")[0]  # the reference keeps the text before a second `?`
    explicit = "import&" if update.explicit_import_required else ""
    rest = f"&{query}" if query else ""
    return browser_url(f"{path}?{explicit}t={update.timestamp}{rest}", base)


def with_timestamp(url: str, timestamp: int) -> str:
    """Add a timestamp behind a URL's query.

    Args:
        timestamp: Milliseconds since the epoch.
    """
    return f"{url}{'&' if '?' in url else '?'}t={timestamp}"


def reload_concerns_page(path: str | None, base: str, pathname: str) -> bool:
    """Say whether a full reload is meant for this page: the server shows `a.html` at `/a`, too.

    Args:
        path: The payload's path: an HTML file, or anything else for every page.
        base: The server's base.
        pathname: The page's `location.pathname`, encoded.
    """
    if path is None or "htm" not in path[-5:].lower() or path == "/index.html":
        return True
    page = unquote(pathname)
    return base + path[1:] in (page, page + "index" * page.endswith("/") + ".html")
