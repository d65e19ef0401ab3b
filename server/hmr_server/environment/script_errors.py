"""What a browser says of a script that it can't read: shown with the code around the place.

The browser is the judge of JavaScript. The server's own parser knows less than it, so it never refuses a
script; what it has found only says more about an error that a browser has reported.
"""

from __future__ import annotations

from pathlib import Path

from hmr_client.wire.custom_events import ScriptErrorData
from hmr_client.wire.payloads import ErrorDetails, ErrorLocation

from ..files.reading import read_text
from ..graph import module_url
from ..graph.module_graph import ModuleNode
from ..text.code_frame import Position, code_frame

_READABLE = frozenset({".js", ".mjs", ".cjs", ".html", ".htm", ""})


def script_error(node: ModuleNode, data: ScriptErrorData, base: str) -> ErrorDetails:
    """Return an error as the overlay shows it.

    Args:
        node: The script; its file is read.
        data: What the browser has said; its places are those of the code that was served.
        base: The server's base.
    """
    served = "" if node.code is None else node.code.render(base, node.last_hmr_timestamp)
    source = _source(node) or served
    column = data.column - 1
    if data.line == 1:  # the injected code is in front of the first line
        column -= max(0, served.find("\n") - source.find("\n")) if "\n" in served else 0
    position = Position(data.line, max(0, column))
    return ErrorDetails(
        message=" ".join([_sentence(data.message), *_hints(node)]),
        id=node.id,
        frame=code_frame(source, position),
        loc=ErrorLocation(file=node.file or node.id, line=position.line, column=position.column),
    )


def _source(node: ModuleNode) -> str:
    if node.file is None or node.id != module_url.file_id(node.file):
        return ""  # a piece of a page, or something that is made of the file
    try:
        return read_text(node.file, "utf-8", "replace")
    except OSError:
        return ""


def _hints(node: ModuleNode) -> list[str]:
    problem = node.problem
    hints = [] if problem is None or not problem.is_reason else [_sentence(problem.message)]
    suffix = Path(node.file or "").suffix
    if suffix not in _READABLE:
        hints.append(
            f"A {suffix} file has to be compiled to JavaScript before a browser can run it, and no "
            "plugin has done so."
        )
    return hints


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
