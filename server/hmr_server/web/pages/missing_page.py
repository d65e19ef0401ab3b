"""What a browser gets where the project has no page yet: a first one to begin with."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

from ...client.files import CLIENT_PATH
from ...config import ServerConfig
from ...files.access import FileAccess
from ...templates import TEMPLATES
from .directory_page import STYLE

_MOST_PAGES = 100

_FIRST_PAGE = """\
<!doctype html>
<meta charset="utf-8">
<p id="out"></p>
<script type="module" src="{client}" data-entry="/main.py"></script>
"""
_COMMANDS = "\n".join(
    f"hmr-server new my-project --template {template.name:<16} # {template.what}"
    for template in TEMPLATES
)
_FIRST_PROGRAM = """\
from js import document

document.querySelector("#out").textContent = "Hello from Python"
"""


def missing_page(config: ServerConfig, *, shows_root: bool) -> Response:
    """Return a page that says how to make the missing one, and that loads it once it exists.

    Args:
        config: The server's configuration.
        shows_root: Whether it may say where the project is on this machine.
    """
    folder = (
        f"<code>{html.escape(str(config.root))}</code>" if shows_root else "the project's folder"
    )
    client = config.url(CLIENT_PATH)
    access = FileAccess.of(config)
    links = "".join(
        f'<li><a href="{html.escape(config.url(f"/{quote(name)}"))}">{html.escape(name)}</a></li>'
        for name in _pages(config.root, access)
    )
    others = f"<p>There are other pages:</p><ul>{links}</ul>" if links else ""
    page = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>No index.html yet</title>
<script type="module" src="{html.escape(client)}"></script>
<style>
{STYLE}
</style>
</head>
<body>
<h1>There is no <code>index.html</code> yet</h1>
<p>Save one in {folder}, and this page shows it.</p>
{others}
<p>A first one, <code>index.html</code>:</p>
<pre>{html.escape(_FIRST_PAGE.format(client=client))}</pre>
<p>and its program, <code>main.py</code>:</p>
<pre>{html.escape(_FIRST_PROGRAM)}</pre>
<p>Or begin with one of these, each in a new folder (write <code>.</code> to use this one, if it is empty):</p>
<pre>{html.escape(_COMMANDS)}</pre>
</body>
</html>
"""
    return Response(page, 404, media_type="text/html", headers={"cache-control": "no-store"})


def _pages(root: Path, access: FileAccess) -> Iterator[str]:
    """Yield the pages of a project that has no index at its root, as URLs name them."""
    found = itertools.chain(
        sorted(root.glob("*.html")),
        (page.parent for page in sorted(root.glob("*/index.html"))),
    )
    for page in itertools.islice(found, _MOST_PAGES):
        file = page / "index.html" if page.is_dir() else page
        if file.is_file() and access.is_allowed(file):
            name = page.relative_to(root).as_posix()
            yield f"{name}/" if page.is_dir() else name
