"""What a directory without an index page shows: its files, as a static file server lists them."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote

from ...client.files import CLIENT_PATH
from ...config import ServerConfig
from ...files.access import FileAccess, decode_path

STYLE = """\
body { max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
pre { padding: 1rem; border-radius: 0.5rem; background: #8881; overflow: auto; }
ul { padding: 0; list-style: none; }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; } }"""


def directory_page(config: ServerConfig, access: FileAccess, directory: Path, path: str) -> str:
    """Return a page that lists a directory. It reloads when an index page is added.

    Args:
        config: The server's configuration.
        access: Which files are named: those that are served.
        directory: The directory; it is read.
        path: Its path below the base, percent-encoded; ends with a slash.

    Raises:
        AccessDenied: The path is malformed.
    """
    names = ["../"] if path != "/" else []
    names += sorted(
        (
            f"{entry.name}/" if entry.is_dir() else entry.name
            for entry in directory.iterdir()
            if _is_served(access, entry)
        ),
        key=str.lower,
    )
    items = "\n".join(
        f'<li><a href="{html.escape(_relative(name))}">{html.escape(name)}</a></li>'
        for name in names
    )
    title = html.escape(decode_path(path))
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<script type="module" src="{html.escape(config.url(CLIENT_PATH))}"></script>
<style>
{STYLE}
</style>
</head>
<body>
<h1>{title}</h1>
<ul>
{items}
</ul>
</body>
</html>
"""


def _is_served(access: FileAccess, path: Path) -> bool:
    """Return whether a path may be requested: a directory, if a file in it may be."""
    return access.is_allowed(path) and (not path.is_dir() or access.is_allowed(path / "x"))


def _relative(name: str) -> str:
    # `a:b` would be a scheme
    return name if name == "../" else f"./{quote(name)}"
