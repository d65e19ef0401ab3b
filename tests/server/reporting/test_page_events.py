"""What pages say is bounded before anybody looks at it."""

from types import SimpleNamespace
from typing import Any

import pytest

from hmr_client.wire.custom_events import (
    APPLIED,
    MOST_UPDATES,
    RESUME,
    SCRIPT_ERROR,
    AppliedData,
    AppliedUpdate,
    ResumeData,
    ScriptErrorData,
)
from hmr_client.wire.payloads import Custom
from hmr_client.wire.serialisation import event_to_wire
from hmr_server.channel.hot_channel import HotChannel, HotClient
from hmr_server.reporting.page_events import FORWARD_CONSOLE, PageEvents
from hmr_server.reporting.terminal import Terminal


class Said(Terminal):
    def __init__(self) -> None:
        self.lines: list[str] = []
        super().__init__(lambda line: self.lines.append("".join(text for text, _ in line)))


class Reporting:
    def __init__(self) -> None:
        self.now = 0.0
        self.terminal = Said()
        self.channel = HotChannel("s")
        self.updates = 0
        acknowledgements: Any = SimpleNamespace(applied=self._applied, left=lambda _: None)
        self.read_scripts = 0
        environment: Any = SimpleNamespace(script_failed=self._script_failed)
        events = PageEvents(
            self.channel,
            environment,
            self.terminal,
            acknowledgements,
            push=lambda _: None,
            clock=lambda: self.now,
        )
        events.listen(console=True)

    def _applied(self, data: AppliedData, _client: HotClient) -> list[str]:
        self.updates += len(data.updates)
        return [update.error for update in data.updates if update.error]

    def _script_failed(self, _data: ScriptErrorData) -> None:
        self.read_scripts += 1

    def say(self, event: str, data: Any, client: HotClient | None = None) -> None:
        self.channel._notify(event, data, client or HotClient(1))


@pytest.fixture
def reporting() -> Reporting:
    return Reporting()


def test_an_error_of_many_lines_is_its_beginning_and_its_end(reporting: Reporting) -> None:
    update = AppliedUpdate(path="/a", accepted_path="/a", milliseconds=1, error="line\n" * 300_000)
    wire = event_to_wire(AppliedData(updates=(update,)))
    assert len(str(wire)) < 25_000  # the page sends no more
    raw = {"updates": [{"path": "/a", "acceptedPath": "/a", "error": "line\n" * 300_000}]}
    reporting.say(APPLIED, raw)
    assert len(reporting.terminal.lines) < 110
    assert "more lines" in reporting.terminal.lines[-1]


def test_an_acknowledgement_of_many_updates_is_cut(reporting: Reporting) -> None:
    entry = {"path": "/a", "acceptedPath": "/a", "error": "x"}
    reporting.say(APPLIED, {"updates": [entry] * 30_000})
    assert reporting.updates == MOST_UPDATES


def test_a_flood_of_lines_is_counted_and_not_shown(reporting: Reporting) -> None:
    line = {"type": "log", "data": {"level": "log", "message": "x"}}
    for _ in range(10_000):
        reporting.say(FORWARD_CONSOLE, line)
    assert len(reporting.terminal.lines) == 200
    reporting.now += 1
    reporting.say(FORWARD_CONSOLE, line)
    left_out, shown = reporting.terminal.lines[200:]
    assert "9800 lines of pages were left out" in left_out
    assert shown.endswith("x")


def test_a_flood_of_script_errors_reads_few_files_and_costs_the_console_nothing(
    reporting: Reporting,
) -> None:
    error = event_to_wire(ScriptErrorData(path="/main.js", message="x"))
    for _ in range(10_000):
        reporting.say(SCRIPT_ERROR, error)
    assert reporting.read_scripts == 100
    reporting.now += 1
    reporting.say(SCRIPT_ERROR, error)
    assert reporting.read_scripts == 101
    reporting.say(FORWARD_CONSOLE, {"type": "log", "data": {"level": "log", "message": "x"}})
    assert len(reporting.terminal.lines) == 1


def test_a_client_that_resumes_without_end_is_disconnected_and_others_are_answered(
    reporting: Reporting,
) -> None:
    """Nothing is lost: a page connects again, and resumes after what it has."""
    reporting.channel.send(Custom(event="x"))
    resume = event_to_wire(ResumeData(session="s", sequence=0))
    mad, sound = HotClient(1), HotClient(2)
    for _ in range(1_000):
        reporting.say(RESUME, resume, mad)
    assert mad._gone.is_set()
    for _ in range(20):  # a burst is none: each push behind a gap asks
        reporting.say(RESUME, resume, sound)
    assert len(sound._outbox) == 20
    assert not sound._gone.is_set()
