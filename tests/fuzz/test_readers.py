"""Whatever a file, a page or a socket holds, its reader answers or says that it can't.

An exception of another kind would be an internal error of the server, or end a page's client.
"""

import json

from hypothesis import given
from hypothesis import strategies as st

from hmr_client.exceptions import PayloadError
from hmr_client.module_runner.analysis.difference import Difference
from hmr_client.module_runner.analysis.outline import Outline
from hmr_client.wire.serialisation import parse_payload, serialise_payload
from hmr_server.css.references import CssUrl, read_references
from hmr_server.css.tokens import normalised
from hmr_server.html.document import Edit, apply_edits, read_page
from hmr_server.javascript.imports import parse_module
from hmr_server.text.plain_text import plain_text
from tests.fuzz.texts import CSS, HTML, JAVASCRIPT, PYTHON, pieces

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
_TYPES = st.sampled_from(
    ["connected", "ping", "update", "full-reload", "prune", "custom", "error", "x", ""]
)
_FIELDS = st.sampled_from(
    ["path", "acceptedPath", "timestamp", "updates", "paths", "event", "data", "err", "sequence"]
)


@given(st.dictionaries(_FIELDS, _JSON), _TYPES)
def test_a_payload_is_read_or_refused(fields: dict[str, object], type_: str) -> None:
    _read(json.dumps({"type": type_, **fields}))


@given(st.text())
def test_any_text_is_a_payload_or_refused(text: str) -> None:
    _read(text)


def _read(text: str) -> None:
    try:
        payload = parse_payload(text)
    except PayloadError:
        return
    assert parse_payload(serialise_payload(payload)) == payload


@given(pieces(JAVASCRIPT))
def test_javascript_is_analysed_whatever_it_is(text: str) -> None:
    source = text.encode("utf-8", "surrogatepass")
    for found in parse_module(source).imports:
        assert 0 <= found.specifier.start <= found.specifier.end <= len(source)


@given(pieces(CSS))
def test_a_stylesheet_is_read_whatever_it_is(text: str) -> None:
    for found in read_references(normalised(text)):
        assert isinstance(found, CssUrl) or found.specifier is not None


@given(pieces(HTML))
def test_a_page_is_read_whatever_it_is_and_edits_leave_the_rest(text: str) -> None:
    page = read_page(text)
    assert 0 <= page.client_place <= len(text)
    for url in page.urls:
        assert 0 <= url.start <= url.end <= len(text)
    edits = [Edit(page.client_place, page.client_place, "CLIENT")]
    assert apply_edits(text, edits).replace("CLIENT", "", 1) == text.replace("CLIENT", "", 0)


@given(pieces(PYTHON), pieces(PYTHON))
def test_two_versions_of_a_module_are_compared_whatever_they_are(old: str, new: str) -> None:
    try:
        outlines = [Outline(text, "m.py", "") for text in (old, new)]
    except (SyntaxError, ValueError):
        return
    same = Difference(outlines[0], outlines[0])
    assert not same.run
    assert not same.removed
    difference = Difference(*outlines)
    assert all(0 <= index < len(outlines[1].statements) for index in difference.run)


@given(st.text(st.characters(codec=None)))
def test_what_is_shown_does_nothing(text: str) -> None:
    plain_text(text).encode()
