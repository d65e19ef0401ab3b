"""What pages say on the hot channel, and what is done about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from hmr_client.exceptions import PayloadError
from hmr_client.wire.custom_events import (
    APPLIED,
    INVALIDATE,
    RESUME,
    SCRIPT_ERROR,
    AppliedData,
    InvalidateData,
    ResumeData,
    ScriptErrorData,
    shortened,
)
from hmr_client.wire.payloads import HotPayload, JSONValue
from hmr_client.wire.serialisation import read_event

from ..channel.hot_channel import DISCONNECT, HotChannel, HotClient, reload_because
from ..environment.environment import DevEnvironment
from .acknowledgements import Acknowledgements
from .budget import Budget
from .reporter import Reporter

FORWARD_CONSOLE = "vite:forward-console"

_CONFIG_TIER = "CONFIG"  # of a configuration of PyScript's that a page has taken over

# What pages say is for a person to read
_MOST_LINES_AT_ONCE = 200
_LINES_A_SECOND = 50

# Each of them reads the script's file
_MOST_SCRIPT_ERRORS_AT_ONCE = 100
_SCRIPT_ERRORS_A_SECOND = 10

# Each of them may be answered with all that the journal keeps
_MOST_RESUMES_AT_ONCE = 50
_RESUMES_A_SECOND = 5

_logger = logging.getLogger(__name__)


class PageEvents:
    """The server's listeners.

    Args:
        channel: The one that pages send their events on.
        environment: Knows what an invalidation means.
        reporter: Shows what went wrong in a page.
        acknowledgements: Waits for what pages have applied.
        push: Sends a payload to all pages.
        clock: Seconds, for differences.
    """

    def __init__(
        self,
        channel: HotChannel,
        environment: DevEnvironment,
        reporter: Reporter,
        acknowledgements: Acknowledgements,
        push: Callable[[HotPayload], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel = channel
        self._environment = environment
        self._reporter = reporter
        self._acknowledgements = acknowledgements
        self._push = push
        self._lines = Budget(_MOST_LINES_AT_ONCE, _LINES_A_SECOND, clock)
        self._clock = clock
        self._resumes: WeakKeyDictionary[HotClient, Budget] = WeakKeyDictionary()
        self._script_errors = Budget(_MOST_SCRIPT_ERRORS_AT_ONCE, _SCRIPT_ERRORS_A_SECOND, clock)

    def listen(self, *, console: bool) -> None:
        """Begin to listen.

        Args:
            console: Repeat the pages' consoles in the terminal.
        """
        self._channel.on(INVALIDATE, self._invalidated)
        self._channel.on(APPLIED, self._applied)
        self._channel.on(RESUME, self._resumed)
        self._channel.on(SCRIPT_ERROR, self._script_failed)
        self._channel.on(DISCONNECT, lambda _data, client: self._acknowledgements.left(client))
        if console:
            self._channel.on(FORWARD_CONSOLE, self._console)

    def _invalidated(self, data: JSONValue, client: HotClient) -> None:
        try:
            invalidate = read_event(InvalidateData, data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        payloads = self._environment.updates.handle_invalidate(invalidate)
        if payloads:
            self._reporter.invalidated(invalidate)
        for payload in payloads:
            self._push(payload)

    def _applied(self, data: JSONValue, client: HotClient) -> None:
        try:
            applied = read_event(AppliedData, data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        for failure in self._acknowledgements.applied(applied, client):
            if self._may_say():
                self._reporter.page_error(failure)
        for update in applied.updates:
            if update.tier == _CONFIG_TIER and self._may_say():
                self._reporter.configured(update.path, update.reason or "")

    def _script_failed(self, data: JSONValue, client: HotClient) -> None:
        """Show a script that the browser can't read, in its page and in the terminal."""
        try:
            failed = read_event(ScriptErrorData, data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        if not self._script_errors.take():
            return
        if (payload := self._environment.script_failed(failed)) is not None:
            if self._may_say():
                self._reporter.error(payload.err)
            client.send(payload)

    def _console(self, data: JSONValue, _client: HotClient) -> None:
        """Repeat a page's console output and uncaught errors (`--forward-console`)."""
        if not self._may_say():
            return
        match data:
            case {"type": "log", "data": {"level": str(level), "message": str(message)}}:
                self._reporter.page_console(level[:20], shortened(message))
            case {
                "type": "error" | "unhandled-rejection",
                "data": {"message": str(message), **rest},
            }:
                stack = rest.get("stack")
                name = rest.get("name")
                text = (
                    stack if isinstance(stack, str) and message in stack else f"{name}: {message}"
                )
                self._reporter.page_error(shortened(text))
            case _:
                _logger.debug("ignored a console line")

    def _may_say(self) -> bool:
        """Return whether pages may have one line more said: a flood would keep everybody waiting."""
        if not self._lines.take():
            return False
        if left_out := self._lines.refused:
            self._reporter.note(f"{left_out} lines of pages were left out here: too many.")
            self._lines.refused = 0
        return True

    def _resumed(self, data: JSONValue, client: HotClient) -> None:
        """Replay what a page has missed, once and in order, or have it reload."""
        try:
            resume = read_event(ResumeData, data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        budget = self._resumes.get(client)
        if budget is None:
            budget = Budget(_MOST_RESUMES_AT_ONCE, _RESUMES_A_SECOND, self._clock)
            self._resumes[client] = budget
        if not budget.take():  # a page that is sound connects again, and resumes
            _logger.debug("client %d resumes without end; it is disconnected", client.id)
            client.leave()
            return
        if resume.session != self._channel.session:
            client.send(reload_because("another server runs here now"))
            return
        missed = self._channel.journal.since(resume.sequence)
        if missed is None:
            client.send(reload_because("more has changed meanwhile than the server keeps"))
            return
        for entry in missed:
            client.post(entry.text)
