"""The scripts that pages run: where they are, and how the two of the client are one request each.

`bootstrap.js`, `rest.js` and their rooms are ES modules, as engineers read them. Every page waits for the first before
its own first module runs, and gets the second once it is idle.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from ..client_wheel.wheel import page_script

SCRIPT_PARTS: Final = (
    *("assets.js", "badge.js", "data_files.js", "effects.js", "kept_code.js", "later_visits.js"),
    *("page_realm.js", "pyscript.js"),
    *("html_match.js", "html_morph.js", "html_text.js", "html_update.js"),
    *("restore.js", "script_check.js"),
)
"""What `bootstrap.js`, or one of these, loads in the pages that need it."""

# the forms that bootstrap.js and its rooms keep to; `vite_plugin/client_files.js` joins them too
_REFERENCE = re.compile(r'^(?:import|(export)) (?:(\{[^}]*\}) from )?"(\./[^"]+)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//.*?)\n", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\w+")
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)


class Scripts(NamedTuple):
    """The client's two scripts.

    Attributes:
        head: `bootstrap.js` and its rooms, as one module.
        rest: The same of `rest.js`; what is in the head, it imports from there.
    """

    head: str
    rest: str


@functools.cache  # every page asks for them, and what is installed here does not change
def client_scripts() -> Scripts:
    """Return the scripts without comments: each room before those that import it.

    Raises:
        ClientMissing: They are not installed.
    """
    entry, head = _rooms("bootstrap.js")
    _, rooms = _rooms("rest.js")
    rest = {room: text for room, text in rooms.items() if room not in head}
    exports = [names for export, names, _ in _REFERENCE.findall(entry) if export]
    imports = {
        name
        for room, text in rest.items()
        for _, names, path in _REFERENCE.findall(text)
        if (room.parent / path).resolve() in head
        for name in _NAME.findall(names)
    }
    own = imports - set(_NAME.findall(" ".join(exports)))
    statements = [f"export {names};" for names in (*exports, _listed(own))]
    return Scripts(
        _joined([*head.values(), *statements, ""]),
        f'import {_listed(imports)} from "../client";\n{_joined(rest.values())}',
    )


def _listed(names: Iterable[str]) -> str:
    return f"{{ {', '.join(sorted(names))} }}"


def _rooms(name: str) -> tuple[str, dict[Path, str]]:
    """Return a script's text, and those of all its rooms."""
    entry = page_script(name).resolve()
    sources: dict[Path, str] = {}
    _read(entry, sources)
    return sources.pop(entry), sources


def _joined(texts: Iterable[str]) -> str:
    return without_comments("\n".join(_EXPORT.sub("", _REFERENCE.sub("", text)) for text in texts))


def without_comments(source: str) -> str:
    """Return JavaScript of ours without the comments that have lines of their own."""
    return _COMMENT.sub("", source)


def _read(script: Path, sources: dict[Path, str]) -> None:
    source = script.read_text("utf-8")
    for _, _, path in _REFERENCE.findall(source):
        if (room := (script.parent / path).resolve()) not in sources:
            _read(room, sources)
    sources[script] = source
