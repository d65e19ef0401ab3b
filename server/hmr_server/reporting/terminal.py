"""What the person at the terminal sees: where the page is, one line for each save, and errors.

The words of a save's line are Vite's (`hmr update`, `page reload`, `hmr invalidate`), because
people and tools look for them. What happened in the pages follows on the same line. Nothing here
decides anything.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from rich.console import Console
from rich.text import Text

from hmr_client.custom_events import InvalidateData
from hmr_client.payloads import (
    Custom,
    ErrorDetails,
    ErrorPayload,
    FullReload,
    Prune,
    UpdatePayload,
)

from ..channel.hot_channel import Push
from ..config import ServerConfig
from ..plain_text import plain_text

_MAX_PATHS = 5
_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a push in the pages.

    Attributes:
        files: What was saved, relative to the root.
        milliseconds: From the save to the last page's answer, or to the push where none answered.
        pages: How many pages applied it, or are reloaded; None where none has said so.
        answered: How many pages have said what became of it, those among them that do not have the file.
        workers: How many workers applied it.
        tiers: How Python modules were applied, by path.
        notes: What the user has to know besides.
        errors: What went wrong in a page.
    """

    files: tuple[str, ...] = ()
    milliseconds: float = 0
    pages: int | None = None
    answered: int = 0
    workers: int = 0
    tiers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class Terminal:
    """Writes to a console, in colour where there are colours.

    Args:
        console: Where to write; the standard output when not given.
    """

    def __init__(self, console: Console | None = None) -> None:
        # soft_wrap: a URL or a path that is broken over two lines cannot be clicked
        self._console = console or Console(highlight=False, soft_wrap=True, emoji=False)
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
        self._say(Text.assemble("  ", ("hmr-server", "bold green"), f"  ready in {ms:.0f} ms"))
        self._say()
        for label, url in zip(("Local:", *["Network:"] * len(urls)), urls, strict=False):
            self._say(Text.assemble(("  ➜  ", "green"), (f"{label:<9}", "bold"), (url, "cyan")))
        facts = [("Root:", str(config.root)), ("Pyodide:", pyodide), ("Watched:", polled)]
        for label, value in (fact for fact in facts if fact[1]):
            self._say(Text.assemble("     ", (f"{label:<9}", "dim"), (_plain(value), "dim")))
        self._say(Text("     Ctrl-C ends it", style="dim"))
        self._say()

    def in_network(self) -> None:
        """Say what it means that other machines reach the server."""
        self.warn(
            "Every machine that reaches this one can read the files of the project. Hot updates and "
            "Python are for those that open the address with the token. "
            "--host 127.0.0.1 keeps all of it here."
        )

    def note(self, text: str) -> None:
        """Say something in passing."""
        self._line(Text(_plain(text), style="dim"))

    def warn(self, text: str) -> None:
        """Say something that needs attention."""
        self._line(Text(_plain(text), style="yellow"))

    # --- saves ---------------------------------------------------------------------------------

    def pushed(self, payload: Push, outcome: Outcome) -> None:
        """Say what a save led to."""
        match payload:
            case UpdatePayload(updates=updates):
                paths = [_plain(path) for path in dict.fromkeys(u.path for u in updates)]
                more = f" and {len(paths) - _MAX_PATHS} more" if len(paths) > _MAX_PATHS else ""
                self._saved("hmr update", ", ".join(paths[:_MAX_PATHS]) + more, outcome)
            case FullReload(path=path, triggered_by=triggered_by):
                named = path if path and path != "*" else triggered_by
                what = outcome.files[0] if outcome.files else (named or "*").lstrip("/")
                is_update = any(tier.startswith("html") for tier in outcome.tiers)
                self._saved("hmr update" if is_update else "page reload", _plain(what), outcome)
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
        what = _plain(what)
        self._line(Text.assemble(("hmr update ", "green"), _plain(path), (f"  {what}", "dim")))

    def invalidated(self, data: InvalidateData) -> None:
        """Say that a module could not handle its own update."""
        message = f" {data.message}" if data.message else ""
        self._line(
            Text.assemble(
                ("hmr invalidate ", "yellow"), _plain(data.path), (_plain(message), "dim")
            )
        )

    def _saved(self, what: str, target: str, outcome: Outcome) -> None:
        self._last_error = None
        line = Text.assemble(
            (f"{what} ", "red" if outcome.errors else "green"), (target, "default")
        )
        facts = ["failed"] if outcome.errors else []
        match [_plain(file) for file in outcome.files]:
            case []:
                pass
            case [file]:
                if target not in {file, f"/{file}"}:
                    facts.append(file)
            case files:
                facts.append(f"{len(files)} files")
        facts.extend(map(_plain, outcome.tiers))
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
        facts.extend(map(_plain, outcome.notes))
        line.append(f"  {' · '.join(facts)}", style="dim")
        self._line(line)
        for error in outcome.errors:
            self._block(error, "red")

    # --- errors --------------------------------------------------------------------------------

    def error(self, details: ErrorDetails) -> None:
        """Say what went wrong and where, once for the same error in a row."""
        key = (details.message, details.id)
        if key == self._last_error:
            return
        self._last_error = key
        plugin = f"[{_plain(details.plugin)}] " if details.plugin else ""
        self._line(Text.assemble(("error ", "bold red"), plugin, (_plain(details.message), "red")))
        if details.loc is not None:
            file = details.loc.file or details.id or ""
            self._block(f"{file}:{details.loc.line}:{details.loc.column + 1}", "cyan")
        elif details.id:
            self._block(details.id, "cyan")
        if details.frame:
            self._block(details.frame, "default")

    def page_error(self, text: str) -> None:
        """Say what went wrong in a page."""
        self._line(Text("error in the page", style="bold red"))
        self._block(text, "red")

    def page_console(self, level: str, text: str) -> None:
        """Repeat a line of a page's console (`--forward-console`)."""
        style = {"error": "red", "warn": "yellow", "warning": "yellow"}.get(level, "default")
        self._line(Text.assemble((f"[page {_plain(level)}] ", "dim"), (_plain(text), style)))

    def _line(self, text: Text) -> None:
        now = datetime.now().strftime("%H:%M:%S")
        self._say(Text.assemble((f"{now} ", "dim"), text))

    def _block(self, text: str, style: str) -> None:
        lines = _plain(text).strip("\n").split("\n", _MOST_LINES)
        for line in lines[:_MOST_LINES]:
            self._say(Text(f"  {line}", style=style))
        if len(lines) > _MOST_LINES:
            more = lines[_MOST_LINES].count("\n") + 1
            self._say(Text(f"  … {more} more lines", style=style))

    def _say(self, text: Text | str = "") -> None:
        self._console.print(_harmless(text), markup=False)


class TerminalLog(logging.Handler):
    """Shows the log records of a library's warnings and errors in a `Terminal`.

    Args:
        terminal: Where to.
        debug: Show what is of interest to who looks for a fault, too.
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


def _harmless(text: Text | str) -> Text | str:
    """Return a line as it may be printed; what is assembled of plain pieces is that already."""
    line = str(text)
    return text if _plain(line) == line else Text(_plain(line))
