"""The journal: what is still known, and what is not."""

import pytest

from hmr_server.channel.connections import since_of
from hmr_server.channel.journal import Journal, JournalEntry


def filled(count: int, **bounds: int) -> Journal:
    journal = Journal(**bounds)
    for sequence in range(1, count + 1):
        journal.append(JournalEntry(sequence, f"text{sequence:04}"))
    return journal


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [(5, []), (4, [5]), (2, [3, 4, 5]), (1, None), (0, None), (6, None), (-1, None)],
)
def test_bounded_by_count(sequence: int, expected: list[int] | None) -> None:
    missed = filled(5, max_count=3).since(sequence)
    assert (missed and [entry.sequence for entry in missed]) == (expected or missed)
    assert (missed is None) == (expected is None)


def test_bounded_by_characters() -> None:
    journal = filled(5, max_characters=16)  # two of eight
    assert journal.since(2) is None
    assert journal.since(3) == [JournalEntry(4, "text0004"), JournalEntry(5, "text0005")]


def test_a_push_larger_than_the_journal_is_a_gap_and_the_next_one_is_kept() -> None:
    journal = Journal(max_characters=4)
    journal.append(JournalEntry(1, "too long"))
    assert journal.since(0) is None
    assert journal.since(1) == []
    journal.append(JournalEntry(2, "ok"))
    assert journal.since(1) == [JournalEntry(2, "ok")]


def test_nothing_is_missed_before_the_first_push() -> None:
    assert Journal().since(0) == []
    assert Journal().since(1) is None


def test_numbers_follow_each_other() -> None:
    with pytest.raises(ValueError, match="3 does not follow 1"):
        filled(1).append(JournalEntry(3, ""))


@pytest.mark.parametrize(("moment", "last"), [(0.5, 0), (1.0, 0), (1.5, 1), (2.5, 2), (9.0, 3)])
def test_a_worker_that_knows_only_when_it_was_born_gets_what_was_pushed_since(
    moment: float, last: int
) -> None:
    journal = Journal()
    for number in (1, 2, 3):
        journal.append(JournalEntry(number, "text", at=float(number)))
    assert journal.last_before(moment) == last


@pytest.mark.parametrize(
    ("query", "since"),
    [
        ({}, None),
        ({"since": "2"}, 2),
        ({"since": "x", "born": ""}, None),
        ({"born": "0"}, 0),
        ({"born": "1500"}, 1),
        ({"born": "999999999999999"}, 2),
        ({"born": "-1"}, None),
    ],
)
def test_what_the_url_of_a_first_connection_says(query: dict[str, str], since: int | None) -> None:
    journal = Journal()
    for number in (1, 2):
        journal.append(JournalEntry(number, "text", at=float(number)))
    assert since_of(query, journal) == since
