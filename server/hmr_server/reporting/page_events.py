"""What pages say on the hot channel, and what is done about it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from hmr_client.custom_events import (
    APPLIED,
    INVALIDATE,
    RESUME,
    AppliedData,
    InvalidateData,
    ResumeData,
)
from hmr_client.exceptions import PayloadError
from hmr_client.payloads import FullReload, HotPayload, JSONValue

from ..channel.hot_channel import DISCONNECT, HotChannel, HotClient
from ..environment.environment import DevEnvironment
from .acknowledgements import Acknowledgements
from .terminal import Terminal

FORWARD_CONSOLE = "vite:forward-console"

_CONFIG_TIER = "CONFIG"  # of a configuration of PyScript's that a page has taken over

_MAX_CONSOLE = 20_000  # characters of one line that are shown

_logger = logging.getLogger(__name__)


class PageEvents:
    """The server's listeners.

    Args:
        channel: Where pages speak.
        environment: Knows what an invalidation means.
        terminal: Shows what went wrong in a page.
        acknowledgements: Waits for what pages have applied.
        push: Sends a payload to all pages.
    """

    def __init__(
        self,
        channel: HotChannel,
        environment: DevEnvironment,
        terminal: Terminal,
        acknowledgements: Acknowledgements,
        push: Callable[[HotPayload], None],
    ) -> None:
        self._channel = channel
        self._environment = environment
        self._terminal = terminal
        self._acknowledgements = acknowledgements
        self._push = push

    def listen(self, *, console: bool) -> None:
        """Begin to listen.

        Args:
            console: Repeat the pages' consoles in the terminal.
        """
        self._channel.on(INVALIDATE, self._invalidated)
        self._channel.on(APPLIED, self._applied)
        self._channel.on(RESUME, self._resumed)
        self._channel.on(DISCONNECT, lambda _data, client: self._acknowledgements.left(client))
        if console:
            self._channel.on(FORWARD_CONSOLE, self._console)

    def _invalidated(self, data: JSONValue, client: HotClient) -> None:
        try:
            invalidate = InvalidateData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        payloads = self._environment.updates.handle_invalidate(invalidate)
        if payloads:
            self._terminal.invalidated(invalidate)
        for payload in payloads:
            self._push(payload)

    def _applied(self, data: JSONValue, client: HotClient) -> None:
        try:
            applied = AppliedData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        for failure in self._acknowledgements.applied(applied, client):
            self._terminal.page_error(failure)
        for update in applied.updates:
            if update.tier == _CONFIG_TIER:
                self._terminal.configured(update.path, update.reason or "")

    def _console(self, data: JSONValue, _client: HotClient) -> None:
        """Repeat what a page's console says, or what nobody caught there (`--forward-console`)."""
        match data:
            case {"type": "log", "data": {"level": str(level), "message": str(message)}}:
                self._terminal.page_console(level, message[:_MAX_CONSOLE])
            case {
                "type": "error" | "unhandled-rejection",
                "data": {"message": str(message), **rest},
            }:
                stack = rest.get("stack")
                name = rest.get("name")
                text = (
                    stack if isinstance(stack, str) and message in stack else f"{name}: {message}"
                )
                self._terminal.page_error(text[:_MAX_CONSOLE])
            case _:
                _logger.debug("ignored a console line")

    def _resumed(self, data: JSONValue, client: HotClient) -> None:
        """Replay what a page has missed, once and in order, or have it reload."""
        try:
            resume = ResumeData.from_wire(data)
        except PayloadError as error:
            _logger.debug("ignored an event of client %d: %s", client.id, error)
            return
        if resume.session != self._channel.session:
            client.send(_reload_because("another server runs here now"))
            return
        missed = self._channel.journal.since(resume.sequence)
        if missed is None:
            client.send(_reload_because("more has changed meanwhile than the server keeps"))
            return
        for entry in missed:
            client.post(entry.text)


def _reload_because(reason: str) -> FullReload:
    return FullReload(path="*", extra={"reason": reason})
