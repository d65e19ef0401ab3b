"""What the person at the terminal reads."""

import io
import logging
import re
import sys
from pathlib import Path

import pytest
from rich.console import Console

from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import (
    Custom,
    ErrorDetails,
    ErrorLocation,
    ErrorPayload,
    FullReload,
    JsUpdate,
    Prune,
    UpdatePayload,
)
from hmr_server.channel.hot_channel import Push
from hmr_server.cli.console import rich_printer
from hmr_server.config import ServerConfig
from hmr_server.reporting.reporter import Outcome
from hmr_server.reporting.terminal import Terminal, TerminalLog


class Screen:
    """A terminal that is not a terminal: plain text, in a narrow window."""

    def __init__(self) -> None:
        self._file = io.StringIO()
        console = Console(file=self._file, width=40, soft_wrap=True, highlight=False, emoji=False)
        self.terminal = Terminal(rich_printer(console))

    @property
    def text(self) -> str:
        return re.sub(r"(?m)^\d\d:\d\d:\d\d ", "", self._file.getvalue())


def update(*paths: str) -> UpdatePayload:
    return UpdatePayload(
        updates=tuple(JsUpdate(path=path, accepted_path=path, timestamp=1) for path in paths)
    )


def said(payload: Push, outcome: Outcome) -> str:
    screen = Screen()
    screen.terminal.pushed(payload, outcome)
    return screen.text


@pytest.mark.parametrize(
    ("payload", "outcome", "expected"),
    [
        (
            update("/a.js", "/b.css", "/a.js"),
            Outcome(files=("a.js",), milliseconds=12.4, pages=2),
            "hmr update /a.js, /b.css  a.js · 12 ms · 2 pages\n",
        ),
        (
            update("/a.css?direct&v=1", "/b.css?direct", "/a.js?direct"),
            Outcome(files=("a.css",), milliseconds=1, pages=1),
            "hmr update /a.css?v=1, /b.css, /a.js?direct  a.css · 1 ms · 1 page\n",
        ),
        (
            update("/a.js"),
            Outcome(files=("a.js",), milliseconds=0.6, pages=1),
            "hmr update /a.js  1 ms · 1 page\n",
        ),
        (
            update("/a.js"),
            Outcome(files=("b.js",), milliseconds=5, pages=0),
            "hmr update /a.js  b.js · 5 ms · no page is open\n",
        ),
        (
            update("/a.py"),
            Outcome(files=("a.py",), pages=1, workers=2),
            "hmr update /a.py  0 ms · 1 page, 2 workers\n",
        ),
        (
            update("/a.py"),
            Outcome(files=("a.py",), pages=0, workers=1),
            "hmr update /a.py  0 ms · 1 worker\n",
        ),
        (
            update("/a.py"),
            Outcome(files=("a.py", "b.py"), milliseconds=5, tiers=("patch", "rerun (why)")),
            "hmr update /a.py  2 files · patch · rerun (why) · 5 ms\n",
        ),
        (
            update("/a.py"),
            Outcome(
                files=("a.py",), pages=1, tiers=("rerun (\x1b]0;t\x07)",), notes=("no \u202ete",)
            ),
            "hmr update /a.py  rerun (\\x1b]0;t\\x07) · 0 ms · 1 page · no \\u202ete\n",
        ),
        (
            update(*(f"/{n}.js" for n in range(7))),
            Outcome(),
            "hmr update /0.js, /1.js, /2.js, /3.js, /4.js and 2 more  0 ms\n",
        ),
        (
            FullReload(path="/sub/index.html"),
            Outcome(files=("sub/index.html",), milliseconds=3, pages=1),
            "page reload sub/index.html  3 ms · 1 page\n",
        ),
        (
            FullReload(path="*", triggered_by="/root/a.js"),
            Outcome(files=("a.js",), milliseconds=3),
            "page reload a.js  3 ms\n",
        ),
        (FullReload(path="*"), Outcome(), "page reload *  0 ms\n"),
        (Prune(paths=("/a.js",)), Outcome(), ""),
        (Custom(event="x"), Outcome(), ""),
        (
            update("/a.js\x1b[2J"),
            Outcome(errors=("/a.js\nError: [bold]no[/bold]\x1b]0;x\x07\n    at f",)),
            (
                "hmr update /a.js\\x1b[2J  failed · 0 ms\n"
                "  /a.js\n  Error: [bold]no[/bold]\\x1b]0;x\\x07\n      at f\n"
            ),
        ),
    ],
)
def test_one_line_for_a_save(payload: Push, outcome: Outcome, expected: str) -> None:
    assert said(payload, outcome) == expected


def test_an_error_with_its_place_and_its_frame() -> None:
    details = ErrorDetails(
        message="Unexpected token",
        id="/root/a.js",
        plugin="hmr:import-analysis",
        frame="1  |  const = 3\n   |        ^",
        loc=ErrorLocation(file="/root/a.js", line=1, column=6),
    )
    assert said(ErrorPayload(err=details), Outcome()) == (
        "error [hmr:import-analysis] Unexpected token\n"
        "  /root/a.js:1:7\n"
        "  1  |  const = 3\n"
        "     |        ^\n"
    )
    assert said(ErrorPayload(err=ErrorDetails(message="no", id="/x")), Outcome()) == (
        "error no\n  /x\n"
    )


def test_nothing_that_a_page_says_reaches_the_terminal_as_an_order() -> None:
    screen = Screen()
    order = "\x1b]52;c;cm0=\x07\x1b[2J\x9b2J\u202e\u2066\ud800"
    outcome = Outcome((order,), tiers=(order,), notes=(order,), errors=(order,))
    location = ErrorLocation(file=order, line=1, column=1)
    details = ErrorDetails(message=order, id=order, plugin=order, frame=order, loc=location)
    for payload in (update(order), FullReload(path=order, triggered_by=order)):
        screen.terminal.pushed(payload, outcome)
    screen.terminal.error(details)
    screen.terminal.invalidated(
        InvalidateData(path=order, first_invalidated_by=order, message=order)
    )
    screen.terminal.configured(order, order)
    screen.terminal.page_error(order)
    screen.terminal.page_console(order, order)
    screen.terminal.note(order)
    screen.terminal.warn(order)
    assert not any(character in screen.text for character in order if not character.isprintable())


def test_the_same_error_in_a_row_is_said_once_and_again_after_a_save() -> None:
    screen = Screen()
    error = ErrorPayload(err=ErrorDetails(message="no", id="/x"))
    for payload in (error, error, update("/a.js"), error):
        screen.terminal.pushed(payload, Outcome())
    assert screen.text.count("error no") == 2


def test_the_start_has_the_url_on_a_line_of_its_own() -> None:
    screen = Screen()
    config = ServerConfig(root=Path("/"))
    urls = ["http://localhost:5173/", f"http://192.168.1.20:5173/{'deep/' * 20}"]
    screen.terminal.started(config, urls, "314.0.7  /cache", 123.4)
    lines = screen.text.splitlines()
    assert "  hmr-server  ready in 123 ms" in lines
    assert "  ➜  Local:   http://localhost:5173/" in lines
    assert f"  ➜  Network: {urls[1]}" in lines  # not broken, however narrow the window
    assert "     Pyodide: 314.0.7  /cache" in lines
    assert "\x1b" not in screen.text


def test_invalidations_notes_and_pages() -> None:
    screen = Screen()
    data = InvalidateData(path="/a.js", message="cannot", first_invalidated_by="/a.js")
    screen.terminal.invalidated(data)
    screen.terminal.invalidated(InvalidateData(path="/b.js", first_invalidated_by="/a.js"))
    screen.terminal.note("a note")
    screen.terminal.warn("a warning\nof two lines")
    screen.terminal.page_error("Error: no\n  at f")
    screen.terminal.page_console("warn", "look")
    assert screen.text.splitlines() == [
        "hmr invalidate /a.js cannot",
        "hmr invalidate /b.js",
        "a note",
        "a warning",
        "of two lines",
        "error in the page",
        "  Error: no",
        "    at f",
        "[page warn] look",
    ]


@pytest.mark.parametrize(("debug", "expected"), [(False, ["loud"]), (True, ["quiet", "loud"])])
def test_log_records(debug: bool, expected: list[str]) -> None:
    screen = Screen()
    logger = logging.Logger("test", logging.DEBUG)
    logger.addHandler(TerminalLog(screen.terminal, debug=debug))
    logger.debug("quiet")
    logger.warning("loud")
    assert screen.text.splitlines() == expected


def test_what_a_client_has_sent_is_no_fault_of_the_server_s() -> None:
    for debug, expected in ((False, ""), (True, "Invalid UTF-8 sequence received from client.\n")):
        screen = Screen()
        logger = logging.Logger("uvicorn.error", logging.DEBUG)
        logger.addHandler(TerminalLog(screen.terminal, debug=debug))
        try:
            b"\xff".decode()
        except UnicodeDecodeError:
            logger.exception("Invalid UTF-8 sequence received from client.")
        assert screen.text == expected


def test_without_rich_a_line_is_plain_and_nothing_that_the_stream_lacks_ends_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="ascii", newline="\n"))
    Terminal().warn("héllo\x1b[31m")
    assert re.fullmatch(rb"\d\d:\d\d:\d\d h\?llo.*\n", shown.getvalue())
    assert b"\x1b" not in shown.getvalue()
    monkeypatch.setattr(sys, "stdout", None)
    Terminal().warn("nobody sees it")
