"""Opens a file of the project in the user's editor, at the line that an error names."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..config import ServerConfig

# \d alone would take the digits of any script, and a number of any length
_PLACE = re.compile(
    r"(?P<file>.*?)(?::(?P<line>[0-9]{1,9}))?(?::(?P<column>[0-9]{1,9}))?", re.DOTALL
)
# How each editor takes the line, by the name of its program.
_COLON = frozenset({"subl", "sublime_text", "zed", "hx", "helix", "micro", "atom", "kate"})
_GOTO = frozenset({"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"})
_PLUS = frozenset({"vim", "nvim", "gvim", "vi", "mvim", "nano", "emacs", "emacsclient", "gedit"})
_LINE = frozenset({"pycharm", "idea", "webstorm", "charm", "fleet", "clion", "mate"})


class NoEditor(Exception):
    """There is no editor to open a file with; says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.

    Attributes:
        line: From 1; None for the whole file.
        column: From 1.
    """

    file: Path
    line: int | None = None
    column: int = 1

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read `file`, `file:line` or `file:line:column`, with `file://` or without."""
        found = _PLACE.fullmatch(text.removeprefix("file://"))
        assert found is not None, "every text matches"  # noqa: S101  # a fact about the pattern
        line = int(found["line"]) if found["line"] else None
        return cls(Path(found["file"]), line, int(found["column"] or 1))


def find_editor(
    config: ServerConfig, environment: Mapping[str, str] = os.environ
) -> list[str] | None:
    """Return the command of the user's editor: the configured one, `$VISUAL`, `$EDITOR`, or VS Code.

    Args:
        config: The server's configuration.
        environment: The environment variables.
    """
    for written in (config.editor, environment.get("VISUAL"), environment.get("EDITOR")):
        if written and (command := shlex.split(written)) and shutil.which(command[0]):
            return command
    return ["code"] if shutil.which("code") else None


def editor_command(editor: list[str], place: Place) -> list[str]:
    """Return the command that opens `place`, in the way of that editor."""
    file, line = str(place.file), place.line
    if line is None:
        return [*editor, file]
    name = Path(editor[0]).stem.lower()
    if name in _GOTO:
        return [*editor, "--goto", f"{file}:{line}:{place.column}"]
    if name in _COLON:
        return [*editor, f"{file}:{line}:{place.column}"]
    if name in _PLUS:
        return [*editor, f"+{line}", file]
    if name in _LINE:
        return [*editor, "--line", str(line), file]
    return [*editor, file]


def open_in_editor(config: ServerConfig, place: Place) -> None:
    """Open `place`, which the caller has found to be a file that may be shown. Does not wait.

    Raises:
        NoEditor: None is known, or it cannot be started.
    """
    editor = find_editor(config)
    if editor is None:
        raise NoEditor("No editor is known. Name one: --editor code, or set $VISUAL or $EDITOR.")
    try:
        process = subprocess.Popen(  # noqa: S603  # the user's own editor, and no shell
            editor_command(editor, place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise NoEditor(f"{editor[0]} could not be started: {error}") from error
    # Some editors run until the file is closed; the thread is there when they end, else a zombie is.
    threading.Thread(target=process.wait, name="editor", daemon=True).start()
