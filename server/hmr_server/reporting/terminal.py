"""What the person at the terminal sees: where the page is, one line for each save, and errors.

The words of a save's line are Vite's (`hmr update`, `page reload`, `hmr invalidate`), because
people and tools look for them. What happened in the pages follows on the same line. Nothing here
decides anything.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import assert_never

from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import (
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    Prune,
    UpdatePayload,
)

from ..channel.hot_channel import Push
from ..config import ServerConfig
from ..graph.module_url import as_written
from ..text.plain_text import plain_text
from .reporter import Outcome

_MAX_PATHS = 5
_MOST_LINES = 100


Line = Sequence[
    tuple[str, str]
]  # pieces of text, each with its style in rich's words, as "bold red"
Printer = Callable[[Line], None]


def print_plain(line: Line) -> None:
    """Print a line without its styles: an application that has `HotReload` need not have rich."""
    if (stream := sys.stdout) is None:  # an application without a console
        return
    encoding = (
        getattr(stream, "encoding", None) or "utf-8"
    )  # a stream of the application's has none
    text = "".join(piece for piece, _ in line)
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


class Terminal:
    """A `Reporter` that writes lines.

    Args:
        printer: Prints a line; to the standard output and without colours when not given.
    """

    def __init__(self, printer: Printer = print_plain) -> None:
        self._printer = printer
        self._last_error: tuple[str, str | None] | None = None

    # --- the start -----------------------------------------------------------------------------

    def started(
        self,
        config: ServerConfig,
        urls: Sequence[str],
        pyodide: str,
        ms: float,
        polled: str = "",
    ) -> None:
        """Say where the page is.

        Args:
            config: The server's configuration.
            urls: Where it answers, the one to open first.
            pyodide: Which Pyodide pages get, in a few words.
            ms: Milliseconds from the start of the process.
            polled: Which files are polled and why, in a few words; empty where none are.
        """
        self._say()
        self._say(("  ", ""), ("hmr-server", "bold green"), (f"  ready in {ms:.0f} ms", ""))
        self._say()
        for label, url in zip(("Local:", *["Network:"] * len(urls)), urls, strict=False):
            self._say(("  ➜  ", "green"), (f"{label:<9}", "bold"), (url, "cyan"))
        facts = [("Root:", str(config.root)), ("Pyodide:", pyodide), ("Watched:", polled)]
        for label, value in (fact for fact in facts if fact[1]):
            self._say((f"     {label:<9}{value}", "dim"))
        self._say(("     Ctrl-C ends it", "dim"))
        self._say()

    def in_network(self) -> None:
        """Say what it means that other machines reach the server."""
        self.warn(
            "Every machine that reaches this one can read the files of the project. Hot updates and "
            "Python are for those that open the address with the token. "
            "--host 127.0.0.1 keeps all of it here."
        )

    def note(self, text: str) -> None:
        """Print a line that no one needs to act on."""
        self._line((text, "dim"))

    def warn(self, text: str) -> None:
        """Say something that needs attention."""
        self._line((text, "yellow"))

    # --- saves ---------------------------------------------------------------------------------

    def pushed(self, payload: Push, outcome: Outcome) -> None:
        """Say what a save led to."""
        match payload:
            case UpdatePayload(updates=updates):
                paths = list(dict.fromkeys(as_written(update.path) for update in updates))
                more = f" and {len(paths) - _MAX_PATHS} more" if len(paths) > _MAX_PATHS else ""
                self._saved("hmr update", ", ".join(paths[:_MAX_PATHS]) + more, outcome)
            case FullReload(path=path, triggered_by=triggered_by):
                named = path if path and path != "*" else triggered_by
                what = outcome.files[0] if outcome.files else (named or "*").lstrip("/")
                is_update = any(tier.startswith("html") for tier in outcome.tiers)
                self._saved("hmr update" if is_update else "page reload", what, outcome)
            case ErrorPayload(err=details):
                self.error(details)
            case Prune() | Custom():
                pass  # follows from an update that has its line, or is the plugin's own affair
            case _:
                assert_never(payload)

    def configured(self, path: str, what: str) -> None:
        """Say what a page has done about a new configuration of PyScript's.

        Args:
            path: The configuration's.
            what: What the page has done.
        """
        self._line(("hmr update ", "green"), (path, ""), (f"  {what}", "dim"))

    def invalidated(self, data: InvalidateData) -> None:
        """Say that a module could not handle its own update."""
        message = f" {data.message}" if data.message else ""
        self._line(("hmr invalidate ", "yellow"), (data.path, ""), (message, "dim"))

    def _saved(self, what: str, target: str, outcome: Outcome) -> None:
        self._last_error = None
        facts = ["failed"] if outcome.errors else []
        match outcome.files:
            case ():
                pass
            case (file,):
                if target not in {file, f"/{file}"}:
                    facts.append(file)
            case files:
                facts.append(f"{len(files)} files")
        facts.extend(outcome.tiers)
        facts.append(f"{outcome.milliseconds:.0f} ms")
        reached = [
            f"{count} {what if count == 1 else f'{what}s'}"
            for what, count in (("page", outcome.pages), ("worker", outcome.workers))
            if count
        ]
        if reached:
            facts.append(", ".join(reached))
        elif outcome.pages == 0:
            facts.append("no page uses it" if outcome.answered else "no page is open")
        facts.extend(outcome.notes)
        colour = "red" if outcome.errors else "green"
        self._line((f"{what} ", colour), (target, "default"), (f"  {' · '.join(facts)}", "dim"))
        for error in outcome.errors:
            self._block(error, "red")

    # --- errors --------------------------------------------------------------------------------

    def error(self, details: ErrorDetails) -> None:
        """Say what went wrong and where, once for the same error in a row."""
        key = (details.message, details.id)
        if key == self._last_error:
            return
        self._last_error = key
        plugin = f"[{details.plugin}] " if details.plugin else ""
        self._line(("error ", "bold red"), (plugin, ""), (details.message, "red"))
        if details.loc is not None:
            file = details.loc.file or details.id or ""
            self._block(f"{file}:{details.loc.line}:{details.loc.column + 1}", "cyan")
        elif details.id:
            self._block(details.id, "cyan")
        if details.frame:
            self._block(details.frame, "default")

    def page_error(self, text: str) -> None:
        """Say what went wrong in a page."""
        self._line(("error in the page", "bold red"))
        self._block(text, "red")

    def page_console(self, level: str, text: str) -> None:
        """Repeat a line of a page's console (`--forward-console`)."""
        style = {"error": "red", "warn": "yellow", "warning": "yellow"}.get(level, "default")
        self._line((f"[page {level}] ", "dim"), (text, style))

    def _line(self, *pieces: tuple[str, str]) -> None:
        now = datetime.now().strftime("%H:%M:%S")
        self._say((f"{now} ", "dim"), *pieces)

    def _block(self, text: str, style: str) -> None:
        lines = _plain(text).strip("\n").split("\n", _MOST_LINES)
        for line in lines[:_MOST_LINES]:
            self._say((f"  {line}", style))
        if len(lines) > _MOST_LINES:
            more = lines[_MOST_LINES].count("\n") + 1
            self._say((f"  … {more} more lines", style))

    def _say(self, *pieces: tuple[str, str]) -> None:
        self._printer([(_plain(text), style) for text, style in pieces])


class TerminalLog(logging.Handler):
    """Shows the log records of a library's warnings and errors in a `Terminal`.

    Args:
        terminal: Where to.
        debug: Also show what helps to find a fault.
    """

    def __init__(self, terminal: Terminal, *, debug: bool = False) -> None:
        super().__init__(logging.DEBUG if debug else logging.WARNING)
        self._terminal = terminal
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record, with its traceback."""
        is_from_outside = record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError)
        if is_from_outside and record.name.startswith("uvicorn"):  # a frame that is no text
            if self.level > logging.DEBUG:
                return
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        show = self._terminal.warn if record.levelno >= logging.WARNING else self._terminal.note
        show(self.format(record))


def _plain(text: str) -> str:
    """Return `text` without what a terminal would act on: a page may have sent it."""
    return plain_text(text).replace("\t", "    ")
