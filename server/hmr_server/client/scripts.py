"""The scripts that pages run: where they are, and how the first of them is one request.

`bootstrap.js` and its rooms are ES modules, as engineers read them. Every page waits for them before
its first module runs, and they are sent as one.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

from ..client_wheel.wheel import page_script

SCRIPT_PARTS: Final = (
    *("assets.js", "badge.js", "data_files.js", "effects.js", "kept_code.js"),
    *("page_realm.js", "pyscript.js"),
    *("html_match.js", "html_morph.js", "html_text.js", "html_update.js"),
    *("restore.js", "script_check.js"),
)
"""What `bootstrap.js`, or one of these, loads in the pages that need it."""

# the forms that bootstrap.js and its rooms keep to; `vite_plugin/client_files.js` joins them too
_REFERENCE = re.compile(r'^(?:import|(export)) (?:(\{[^}]*\}) from )?"(\./[^"]+)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//.*?)\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)


@functools.cache  # every page asks for it, and what is installed here does not change
def bootstrap_script() -> str:
    """`bootstrap.js` and its rooms as one module, without comments: each room before those that import it.

    Raises:
        ClientMissing: It is not installed.
    """
    entry = page_script("bootstrap.js").resolve()
    sources: dict[Path, str] = {}
    _read(entry, sources)
    exports = _REFERENCE.sub(
        lambda found: f"export {found[2]};\n" if found[1] else "", sources.pop(entry)
    )
    rooms = [_EXPORT.sub("", _REFERENCE.sub("", source)) for source in sources.values()]
    return without_comments("\n".join([*rooms, exports]))


def without_comments(source: str) -> str:
    """Return JavaScript of ours without the comments that have lines of their own."""
    return _COMMENT.sub("", source)


def _read(script: Path, sources: dict[Path, str]) -> None:
    source = script.read_text("utf-8")
    for _, _, path in _REFERENCE.findall(source):
        if (room := (script.parent / path).resolve()) not in sources:
            _read(room, sources)
    sources[script] = source
