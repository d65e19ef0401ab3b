"""Source maps: read, chained, written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.javascript.source_maps import (
    Segment,
    SourceMapError,
    _lines,
    _written,
    chain,
    with_source_map,
)

NUMBERS = st.integers(0, 40_000)
SEGMENTS = st.builds(Segment, NUMBERS, st.integers(0, 9), NUMBERS, NUMBERS, st.none() | NUMBERS)


@given(
    st.lists(st.lists(SEGMENTS | st.builds(Segment, NUMBERS), max_size=5), min_size=1, max_size=5)
)
def test_what_is_written_is_read(lines):
    assert list(_lines(_written(lines))) == lines


def test_a_chain_leads_to_the_first_source():
    old = {"version": 3, "sources": ["a.ts"], "names": ["x"], "mappings": "AACA,IAAIA;;AACA"}
    new = {"version": 3, "sources": ["a.js"], "names": [], "mappings": ";AAAA,EAAE,IAAI;AAEA"}
    [nothing, first, second] = _lines(str(chain(new, old)["mappings"]))
    assert nothing == []
    assert [(x.column, x.line, x.source_column, x.name) for x in first] == [
        (0, 1, 0, None),
        (2, 1, 0, None),
        (6, 1, 4, 0),
    ]
    assert [(x.column, x.line) for x in second] == [(0, 2)]


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"version": 3}', {"mappings": "?"}, {"mappings": "AA"}]
)
def test_a_broken_map_is_an_error(broken):
    good = {"version": 3, "sources": [], "names": [], "mappings": ""}
    with pytest.raises(SourceMapError):
        chain(broken, good)


def test_code_keeps_the_map_that_it_has():
    code = "x\n//# sourceMappingURL=own"
    assert with_source_map(code, {}) == code
    assert with_source_map("x", "{}") == (
        "x\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,e30=\n"
    )
