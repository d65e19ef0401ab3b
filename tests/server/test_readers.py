"""Sources that are made to be slow, or to be too deep: each is read, and in time that grows with it."""

import pytest

from bench.readers import READERS, inputs


@pytest.mark.parametrize(("kind", "name", "make"), list(inputs()))
def test_nothing_is_too_deep_or_takes_for_ever(kind, name, make) -> None:
    """At this length a quadratic reader takes minutes: `bench.readers` measures it."""
    READERS[kind](make(20_000))
