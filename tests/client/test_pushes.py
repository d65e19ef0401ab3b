"""Which pushes have arrived and are applied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hmr_client.server_session import Arrival, Pushes


def test_what_has_arrived_and_is_not_applied_is_asked_for_again():
    pushes = Pushes()
    pushes.begin(4)
    assert [pushes.arrive(n) for n in (5, 6, 7)] == [Arrival.NEXT] * 3
    pushes.applied(5)
    pushes.applied(7)
    assert pushes.last_applied == 5
    assert pushes.arrive(7) is Arrival.KNOWN
    pushes.applied(6)
    assert pushes.last_applied == 7


@given(st.lists(st.integers(1, 12), max_size=60), st.randoms(use_true_random=False))
def test_each_is_applied_once_and_in_order_whatever_arrives(arriving, random):
    pushes = Pushes()
    pushes.begin(0)
    taken: list[int] = []
    unapplied: list[int] = []
    for sequence in arriving:
        match pushes.arrive(sequence):
            case Arrival.NEXT:
                taken.append(sequence)
                unapplied.append(sequence)
            case Arrival.KNOWN:
                assert sequence in taken
            case Arrival.GAP:
                assert sequence > pushes.last_applied + 1
        if unapplied and random.random() < 0.5:
            pushes.applied(unapplied.pop(random.randrange(len(unapplied))))
        assert pushes.last_applied == min(unapplied, default=len(taken) + 1) - 1
    assert taken == list(range(1, len(taken) + 1))
