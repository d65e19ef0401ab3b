"""Which run of a server a client follows, and what it asks for when it comes back.

    connected ──▶ pushes 1, 2, 3 … ──▶ lost ──▶ connected again ──▶ resume after the last one applied
                                                      └──▶ another server, or one that can't: reload

A server numbers its pushes without a gap. A page that comes back names the last one up to which
everything is applied, and gets all that follow; what it knows already is not applied again.

Works on payloads alone: the caller connects, and tries again after `delay_before`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum

from .client import HMRClient
from .message_handler import MessageHandler
from .wire.custom_events import RESUME, ResumeData
from .wire.payloads import Connected, Custom, HotPayload
from .wire.serialisation import event_to_wire

FIRST_DELAY = 0.15
"""Seconds before the first attempt: most losses are restarts, and those are short."""

LONGEST_DELAY = 2.0
"""Seconds between attempts, at most: a user may be waiting, and an attempt costs nothing."""


def delay_before(attempt: int, jitter: float) -> float:
    """Return the seconds to wait before an attempt: doubled each time, and spread.

    Args:
        attempt: 0 for the first.
        jitter: From 0 to 1, at random: many pages should not come back in the same instant.
    """
    longest = min(FIRST_DELAY * 2.0 ** min(attempt, 16), LONGEST_DELAY)
    return longest * (0.5 + 0.5 * jitter)


class Arrival(Enum):
    """What a push is for a page."""

    NEXT = "to be applied"
    KNOWN = "has arrived before"
    GAP = "others are missing before it: it will come again with them"


class Pushes:
    """The pushes of one run of a server, as one page sees them."""

    def __init__(self) -> None:
        self._arrived = 0
        self._unapplied: set[int] = set()

    @property
    def last_applied(self) -> int:
        """The number up to which all pushes are applied."""
        return min(self._unapplied) - 1 if self._unapplied else self._arrived

    def begin(self, sequence: int) -> None:
        """Begin with what a server greets a new page with.

        Args:
            sequence: The number of its last push; a page that is loaded now needs none before.
        """
        self._arrived = sequence
        self._unapplied.clear()

    def arrive(self, sequence: int) -> Arrival:
        """Take note of a push that has arrived.

        Returns:
            Whether to apply it; it counts as applied once `applied` is called.
        """
        if sequence <= self._arrived:
            return Arrival.KNOWN
        if sequence > self._arrived + 1:
            return Arrival.GAP
        self._arrived = sequence
        self._unapplied.add(sequence)
        return Arrival.NEXT

    def applied(self, sequence: int) -> None:
        """Take note that a push is applied, or can't be."""
        self._unapplied.discard(sequence)


class ServerSession:
    """Passes payloads to the handler, each push once and in order.

    Args:
        client: Sends `hmr:resume`.
        handler: Applies payloads.
        reload: Called where the server can't replay what was missed.
    """

    def __init__(
        self, client: HMRClient, handler: MessageHandler, reload: Callable[[], None]
    ) -> None:
        self._client = client
        self._handler = handler
        self._reload = reload
        self._pushes = Pushes()
        self._session: str | None = None
        self._greeted = False

    @property
    def is_greeted(self) -> bool:
        """Whether a server has ever answered."""
        return self._greeted

    @property
    def can_resume(self) -> bool:
        """Whether the last server names its session, so that it can replay what was missed."""
        return self._session is not None

    def receive(self, payload: HotPayload) -> None:
        """Take a payload as it arrives.

        What a callback or a listener raises goes to the client's logger; the next payload is handled
        all the same.
        """
        if isinstance(payload, Connected):
            self._greet(payload)
            return
        sequence: int | None = getattr(payload, "sequence", None)
        if sequence is None or self._session is None:
            self._handle(payload)
            return
        match self._pushes.arrive(sequence):
            case Arrival.NEXT:
                handled = self._handle(payload)
                handled.add_done_callback(lambda _: self._pushes.applied(sequence))
            case Arrival.KNOWN:
                pass
            case Arrival.GAP:
                self._resume(self._session)

    def _greet(self, payload: Connected) -> None:
        known, self._session = self._session, payload.session
        self._handle(payload)
        if not self._greeted:
            self._greeted = True
            self._pushes.begin(payload.sequence or 0)
        elif known is None or payload.session is None:
            self._reload()
        else:
            self._resume(known)

    def _resume(self, session: str) -> None:
        """Have the server send what follows on the last push that is applied."""
        resume = ResumeData(session=session, sequence=self._pushes.last_applied)
        self._client.send(Custom(event=RESUME, data=event_to_wire(resume)))

    def _handle(self, payload: HotPayload) -> asyncio.Future[None]:
        handled = self._handler(payload)
        handled.add_done_callback(self._report)
        return handled

    def _report(self, handled: asyncio.Future[None]) -> None:
        if not handled.cancelled() and (error := handled.exception()) is not None:
            self._client.logger.error(error)
