"""The recorded scenarios of the reference client: ours does the same, in the same order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .scenario import Scenario, normal

TRACES = Path(__file__).parent / "traces"


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (TRACES / name).read_text("utf-8").splitlines()]


CASES = list(zip(lines("scenarios.jsonl"), lines("traces.jsonl"), strict=True))


@pytest.mark.parametrize(("scenario", "expected"), CASES, ids=[s["name"] for s, _ in CASES])
def test_the_client_leaves_the_recorded_trace(scenario, expected):
    actual = Scenario(scenario).run()

    assert_same_events(actual["events"], expected)
    by_id = {promise["id"]: promise for promise in actual["promises"]}
    assert normal(by_id) == normal({promise["id"]: promise for promise in expected["promises"]})
    assert normal(actual["unhandled"]) == normal(expected["unhandled"])
    assert normal(actual["state"]) == normal(expected["state"])


def assert_same_events(actual: list[dict], expected: dict) -> None:
    """The same events, in order but for the pairs that the reference itself may swap."""
    got = [normal(event) for event in actual]
    wanted = [normal(event) for event in expected["events"]]
    free = {frozenset(pair) for pair in expected["unordered"]}
    if not free:
        assert got == wanted
        return
    remaining = list(enumerate(got))
    positions = []
    for event in wanted:
        match = next((entry for entry in remaining if entry[1] == event), None)
        assert match is not None, f"missing: {event}"
        remaining.remove(match)
        positions.append(match[0])
    assert not remaining
    for later in range(len(positions)):
        for earlier in range(later):
            if frozenset((earlier, later)) not in free:
                assert positions[earlier] < positions[later], (wanted[earlier], wanted[later])
