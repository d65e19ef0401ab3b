"""Finds out whether a page's Python runs in PyScript's workers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPES = frozenset({"py", "mpy"})
_EDITORS = frozenset({"py-editor", "mpy-editor"})  # each one is a worker
_TAGS = frozenset({"py-script", "mpy-script"})
_MAKES_WORKERS = re.compile(r"\b(PyWorker|MPWorker|create_named_worker)\b")


@dataclass(slots=True)
class PythonScripts:
    """What a page says of its Python scripts.

    Attributes:
        has_worker: Whether one of them runs in a worker.
        sources: The URLs of the others, which may make workers themselves.
    """

    has_worker: bool = False
    sources: list[str] = field(default_factory=list)


def makes_workers(source: str) -> bool:
    """Return whether a script makes workers by PyScript's functions.

    Args:
        source: Python, or JavaScript.
    """
    return _MAKES_WORKERS.search(source) is not None


def python_scripts(html: str) -> PythonScripts:
    """Return what a page says of its Python scripts."""
    if "py" not in html:
        return PythonScripts()
    reader = _Reader()
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = PythonScripts()
        self._is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}
        kind = given.get("type", "").strip().lower()
        self._is_script = tag == "script" or tag in _TAGS
        if tag == "script" and kind in _EDITORS:
            self.found.has_worker = True
        elif tag in _TAGS or (tag == "script" and kind in _TYPES):
            if "worker" in given:
                self.found.has_worker = True
            elif src := given.get("src"):
                self.found.sources.append(src)

    def handle_data(self, data: str) -> None:
        if self._is_script and makes_workers(data):
            self.found.has_worker = True

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # HTMLParser's
        self._is_script = False
