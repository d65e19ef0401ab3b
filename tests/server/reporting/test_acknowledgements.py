"""Which line the terminal gets when, and what is in it."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from hmr_client.wire.custom_events import AppliedData, AppliedUpdate
from hmr_client.wire.payloads import ErrorDetails, ErrorPayload, FullReload, JsUpdate, UpdatePayload
from hmr_server.channel.hot_channel import HotClient, Push
from hmr_server.reporting import acknowledgements
from hmr_server.reporting.acknowledgements import Acknowledgements
from hmr_server.reporting.reporter import Outcome

UPDATE = UpdatePayload(updates=(JsUpdate(path="/a.js", accepted_path="/a.js", timestamp=1),))
LATER = UpdatePayload(updates=(JsUpdate(path="/b.js", accepted_path="/b.js", timestamp=2),))
RELOAD = FullReload(path="*")
ERROR = ErrorPayload(err=ErrorDetails(message="no"))


class Desk:
    """Acknowledgements with a clock that is set by hand, and what they report."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reported: list[tuple[Push, Outcome]] = []
        self.said = asyncio.Event()
        self.waiting = Acknowledgements(self._report, lambda: self.now)

    def _report(self, payload: Push, outcome: Outcome) -> None:
        self.reported.append((payload, outcome))
        self.said.set()

    @property
    def payloads(self) -> list[Push]:
        return [payload for payload, _ in self.reported]


def run(scenario: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        await scenario(Desk())

    asyncio.run(main())


def applied(sequence: int | None, **fields: Any) -> AppliedData:
    update = AppliedUpdate(path="/a.js", accepted_path="/a.js", milliseconds=1, **fields)
    return AppliedData(updates=(update,), sequence=sequence)


def test_a_line_waits_for_every_page_and_takes_the_last_one_s_time() -> None:
    async def scenario(desk: Desk) -> None:
        first, second = HotClient(1), HotClient(2)
        desk.now = 10.0
        desk.waiting.pushed(1, UPDATE, (first, second), files=("a.js",), began=9.99)
        desk.now = 10.02
        desk.waiting.applied(applied(1), first)
        assert desk.reported == []
        desk.waiting.applied(applied(1), first)  # twice counts once
        assert desk.reported == []
        desk.now = 10.04
        desk.waiting.applied(applied(1), second)
        ((payload, outcome),) = desk.reported
        assert payload is UPDATE
        assert (outcome.files, outcome.pages) == (("a.js",), 2)
        assert outcome.milliseconds == pytest.approx(50)

    run(scenario)


def test_workers_are_counted_apart_and_only_when_they_had_something_to_do() -> None:
    def answer(sequence: int, **fields: Any) -> AppliedData:
        return dataclasses.replace(applied(sequence, **fields), is_worker=True)

    async def scenario(desk: Desk) -> None:
        page, worker = HotClient(1), HotClient(2)
        for sequence, fields in enumerate(({"tier": "PATCH"}, {"reason": "not imported"}), 1):
            desk.waiting.pushed(sequence, UPDATE, (page, worker))
            desk.waiting.applied(applied(sequence), page)
            desk.waiting.applied(answer(sequence, **fields), worker)
        desk.waiting.pushed(3, RELOAD, (page, worker))
        counts = [(outcome.pages, outcome.workers) for _, outcome in desk.reported]
        assert counts == [(1, 1), (1, 0), (1, 0)]

    run(scenario)


def test_pages_that_never_answer_are_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgements, "_FIRST_PATIENCE_S", 0)

    async def scenario(desk: Desk) -> None:
        desk.waiting.pushed(1, UPDATE, (HotClient(1),))
        await desk.said.wait()
        assert desk.reported[0][1].pages is None

    run(scenario)


def test_a_page_that_answers_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgements, "_FIRST_PATIENCE_S", 0)

    async def scenario(desk: Desk) -> None:
        client = HotClient(1)
        desk.waiting.applied(applied(None), client)
        desk.waiting.pushed(1, UPDATE, (client,))
        desk.waiting.pushed(2, LATER, (HotClient(2),))
        for _ in range(10):
            await asyncio.sleep(0)
        assert desk.reported == []  # the later one waits in line
        desk.waiting.applied(applied(1), client)
        assert desk.payloads == [UPDATE, LATER]

    run(scenario)


def test_a_page_that_goes_is_not_waited_for() -> None:
    async def scenario(desk: Desk) -> None:
        first, second = HotClient(1), HotClient(2)
        desk.waiting.pushed(1, UPDATE, (first, second))
        desk.waiting.applied(applied(1), first)
        desk.waiting.left(second)
        assert desk.reported[0][1].pages == 1

    run(scenario)


def test_lines_keep_the_order_of_pushes_but_errors_do_not_wait() -> None:
    async def scenario(desk: Desk) -> None:
        client = HotClient(1)
        for sequence, payload in enumerate((UPDATE, LATER, RELOAD, ERROR), 1):
            desk.waiting.pushed(sequence, payload, (client,))
        assert desk.payloads == [ERROR]
        desk.waiting.applied(applied(2), client)
        assert desk.payloads == [ERROR]
        desk.waiting.applied(applied(1), client)
        assert desk.payloads == [ERROR, UPDATE, LATER, RELOAD]

    run(scenario)


def test_without_a_page_the_line_comes_at_once_and_says_so() -> None:
    async def scenario(desk: Desk) -> None:
        desk.waiting.pushed(1, UPDATE, ())
        assert desk.reported[0][1].pages == 0

    run(scenario)


def test_errors_tiers_and_notes_of_pages_are_in_the_line_once() -> None:
    async def scenario(desk: Desk) -> None:
        clients = [HotClient(id_) for id_ in range(3)]
        desk.waiting.pushed(1, UPDATE, clients)
        failed = applied(1, error="Traceback …", tier="RERUN", reason="a class changed")
        for client in clients[:2]:
            assert desk.waiting.applied(failed, client) == []
        desk.waiting.applied(applied(1, tier="PATCH", reason="x", note="besides"), clients[2])
        outcome = desk.reported[0][1]
        assert outcome.errors == ("/a.js\nTraceback …",)
        assert outcome.tiers == ("rerun (a class changed)", "patch")
        assert outcome.notes == ("besides",)

    run(scenario)


@pytest.mark.parametrize("sequence", [None, 7])
def test_an_error_that_belongs_to_no_push_is_handed_back(sequence: int | None) -> None:
    async def scenario(desk: Desk) -> None:
        errors = desk.waiting.applied(applied(sequence, error="boom"), HotClient(1))
        assert errors == ["/a.js\nboom"]
        assert desk.waiting.applied(applied(sequence), HotClient(1)) == []

    run(scenario)


def test_at_the_end_everything_is_said() -> None:
    async def scenario(desk: Desk) -> None:
        desk.waiting.pushed(1, UPDATE, (HotClient(1),))
        desk.waiting.flush()
        assert desk.payloads == [UPDATE]
        assert not desk.waiting._by_sequence

    run(scenario)
