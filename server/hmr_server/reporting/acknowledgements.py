"""Waits for the pages to say what became of a push, so that a save is one line in the terminal.

Pages whose client is ours answer each batch with `hmr:applied`; those with Vite's client never do.
So a page that has not answered before is given `_FIRST_PATIENCE_S`, and one that has `_PATIENCE_S`.
Lines come in the order of the pushes; an error is said at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hmr_client.wire.custom_events import AppliedData, AppliedUpdate
from hmr_client.wire.payloads import ErrorPayload, FullReload, UpdatePayload

from ..channel.hot_channel import HotClient, Push
from .reporter import Outcome

_FIRST_PATIENCE_S = 1.5  # its Python may wait for the library
_PATIENCE_S = 10.0

Report = Callable[[Push, Outcome], object]


@dataclass(slots=True, eq=False)
class _Waiting:
    """One push whose line is not said yet."""

    payload: Push
    files: tuple[str, ...]
    began: float
    ended: float
    expected: set[HotClient]
    answered: int = 0
    pages: int = 0
    workers: int = 0
    tiers: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    errors: dict[str, None] = field(default_factory=dict)
    reached: int = 0

    def outcome(self) -> Outcome:
        is_update = is_answered(self.payload)
        return Outcome(
            files=self.files,
            milliseconds=(self.ended - self.began) * 1000,
            pages=(self.pages if self.answered else None)
            if is_update and self.reached
            else self.reached,
            answered=self.answered,
            workers=self.workers,
            tiers=tuple(self.tiers),
            notes=tuple(self.notes),
            errors=tuple(self.errors),
        )


class Acknowledgements:
    """What is pushed and not reported yet.

    Args:
        report: Gets each push once, with what became of it.
        clock: Seconds, for differences.
    """

    def __init__(self, report: Report, clock: Callable[[], float] = time.perf_counter) -> None:
        self._report = report
        self._clock = clock
        self._line: deque[_Waiting] = deque()
        self._by_sequence: dict[int, _Waiting] = {}
        self._answering: set[HotClient] = set()  # the clients that are known to answer
        self._workers: set[HotClient] = set()  # those that are known to be workers

    def pushed(
        self,
        sequence: int,
        payload: Push,
        clients: Collection[HotClient],
        *,
        files: tuple[str, ...] = (),
        began: float | None = None,
    ) -> None:
        """Report `payload` when its pages have answered, or have had time to.

        Args:
            payload: What was pushed.
            clients: Whom it was pushed to.
            files: What was saved.
            began: When, on the clock; now when not given.
        """
        now = self._clock()
        waiting = _Waiting(payload, files, now if began is None else began, now, set())
        waiting.reached = len(set(clients) - self._workers)
        if isinstance(payload, ErrorPayload):
            self._report(payload, waiting.outcome())  # waits in no line
            return
        self._line.append(waiting)
        if is_answered(payload) and clients:
            has_document = isinstance(payload, FullReload)  # workers have none
            waiting.expected.update(set(clients) - self._workers if has_document else clients)
            self._by_sequence[sequence] = waiting
            knows_all = waiting.expected <= self._answering
            patience = _PATIENCE_S if knows_all else _FIRST_PATIENCE_S
            asyncio.get_running_loop().call_later(patience, self._give_up, sequence)
        self._say()

    def applied(self, data: AppliedData, client: HotClient) -> list[str]:
        """Take an answer.

        Returns:
            The errors in it, where it belongs to no push that still has its line to come.
        """
        self._answering.add(client)
        if data.is_worker:
            self._workers.add(client)
        errors = [_error(update) for update in data.updates if update.error]
        waiting = self._by_sequence.get(-1 if data.sequence is None else data.sequence)
        if waiting is None or client not in waiting.expected:
            return errors
        waiting.expected.discard(client)
        if data.is_worker:
            waiting.workers += any(map(_concerns, data.updates))
        else:
            waiting.answered += 1
            waiting.pages += any(map(_concerns, data.updates))
        waiting.ended = self._clock()
        waiting.tiers.update(dict.fromkeys(_tier(update) for update in data.updates if update.tier))
        waiting.notes.update(dict.fromkeys(update.note for update in data.updates if update.note))
        waiting.errors.update(dict.fromkeys(errors))
        self._say()
        return []

    def left(self, client: HotClient) -> None:
        """Stop waiting for a client that has disconnected."""
        self._answering.discard(client)
        self._workers.discard(client)
        for waiting in self._line:
            waiting.expected.discard(client)
        self._say()

    def flush(self) -> None:
        """Report everything now."""
        for waiting in self._line:
            waiting.expected.clear()
        self._say()

    def _give_up(self, sequence: int) -> None:
        if (waiting := self._by_sequence.get(sequence)) is not None:
            waiting.expected.clear()
            self._say()

    def _say(self) -> None:
        while self._line and not self._line[0].expected:
            waiting = self._line.popleft()
            for sequence, known in list(self._by_sequence.items()):
                if known is waiting:
                    del self._by_sequence[sequence]
            self._report(waiting.payload, waiting.outcome())


def is_answered(payload: Push) -> bool:
    """Return whether pages with our client say what became of a push."""
    if isinstance(payload, FullReload):
        return payload.extra.get("html") is True
    return isinstance(payload, UpdatePayload)


def _tier(update: AppliedUpdate) -> str:
    tier = (update.tier or "").lower()
    return tier if tier == "patch" or not update.reason else f"{tier} ({update.reason})"


def _concerns(update: AppliedUpdate) -> bool:
    """Return whether something was done, and the file was not just none of the client's."""
    return update.tier is not None or update.reason is None


def _error(update: AppliedUpdate) -> str:
    return f"{update.path}\n{update.error}"
