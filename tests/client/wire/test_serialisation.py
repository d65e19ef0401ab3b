"""The parser and the serialiser: one table of cases that both share, and whatever else arrives."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_client.exceptions import PayloadError, UnknownPayloadType
from hmr_client.wire.json_text import MAX_CHARACTERS, MAX_DEPTH, dump_json
from hmr_client.wire.payloads import (
    Connected,
    CssUpdate,
    Custom,
    ErrorDetails,
    ErrorLocation,
    ErrorPayload,
    FullReload,
    JsUpdate,
    Ping,
    Prune,
    PyUpdate,
    UpdatePayload,
)
from hmr_client.wire.serialisation import parse_payload, serialise_payload

BOTH_WAYS = {
    "connected": ('{"type":"connected"}', Connected()),
    "connected, resumable": (
        '{"type":"connected","session":"s","sequence":0}',
        Connected(session="s", sequence=0),
    ),
    "ping": ('{"type":"ping"}', Ping()),
    "full reload": ('{"type":"full-reload"}', FullReload()),
    "full reload of a page": (
        '{"type":"full-reload","path":"/a.html","triggeredBy":"/r/a.html","sequence":4}',
        FullReload(path="/a.html", triggered_by="/r/a.html", sequence=4),
    ),
    "prune": ('{"type":"prune","paths":["/a.js"]}', Prune(paths=("/a.js",))),
    "custom": ('{"type":"custom","event":"e","data":{"n":1}}', Custom(event="e", data={"n": 1})),
    "custom without data": ('{"type":"custom","event":"e"}', Custom(event="e")),
    "unknown fields": ('{"type":"ping","mine":[1]}', Ping(extra={"mine": [1]})),
    "error": (
        (
            '{"type":"error","err":{"message":"m","stack":"","frame":"f","pluginCode":"c",'
            '"loc":{"file":"/a.js","line":1,"column":0}}}'
        ),
        ErrorPayload(
            err=ErrorDetails(
                message="m",
                frame="f",
                plugin_code="c",
                loc=ErrorLocation(file="/a.js", line=1, column=0),
            )
        ),
    ),
    "update": (
        (
            '{"type":"update","updates":['
            '{"type":"js-update","path":"/a.js","acceptedPath":"/b.js","timestamp":5,'
            '"explicitImportRequired":false,"isWithinCircularImport":true,"firstInvalidatedBy":"/c.js"},'
            '{"type":"css-update","path":"/a.css","acceptedPath":"/a.css","timestamp":5},'
            '{"type":"py-update","path":"/m.py","acceptedPath":"/m.py","timestamp":5,"source":"x = 1",'
            '"hash":"h"},'
            '{"type":"py-update","path":"/n.py","acceptedPath":"/n.py","timestamp":5,"source":null}],'
            '"sequence":7}'
        ),
        UpdatePayload(
            updates=(
                JsUpdate(
                    path="/a.js",
                    accepted_path="/b.js",
                    timestamp=5,
                    is_within_circular_import=True,
                    first_invalidated_by="/c.js",
                ),
                CssUpdate(path="/a.css", accepted_path="/a.css", timestamp=5),
                PyUpdate(
                    path="/m.py", accepted_path="/m.py", timestamp=5, source="x = 1", hash="h"
                ),
                PyUpdate(path="/n.py", accepted_path="/n.py", timestamp=5, source=None),
            ),
            sequence=7,
        ),
    ),
}


@pytest.mark.parametrize(("text", "payload"), BOTH_WAYS.values(), ids=BOTH_WAYS)
def test_a_payload_is_read_and_written(text, payload):
    assert parse_payload(text) == payload
    assert serialise_payload(payload) == text


UPDATE = '{"type":"update","updates":[{"type":"js-update","path":"/a","acceptedPath":"/a"%s}]}'
NESTED = '{"type":"custom","event":"e","data":$}'
REFUSED = {
    "nothing": ("", "", "is not JSON"),
    "truncated": ('{"type":"update","upd', "", "is not JSON"),
    "an array": ("[]", "", "must be an object, not an array"),
    "null": ("null", "", "must be an object, not null"),
    "no type": ("{}", "type", "must be a string, not null"),
    "a type that is no text": ('{"type":5}', "type", "must be a string, not a number"),
    "a missing field": ('{"type":"prune"}', "paths", "is missing"),
    "a null where a list belongs": ('{"type":"prune","paths":null}', "paths", "not null"),
    "a list of something else": ('{"type":"prune","paths":["/a",1]}', "paths[1]", "not a number"),
    "no timestamp": (UPDATE % "", "updates[0].timestamp", "is missing"),
    "a true timestamp": (UPDATE % ',"timestamp":true', "updates[0].timestamp", "whole number"),
    "half a millisecond": (UPDATE % ',"timestamp":0.5', "updates[0].timestamp", "whole number"),
    "a negative timestamp": (UPDATE % ',"timestamp":-1', "updates[0].timestamp", "out of range"),
    "a huge timestamp": (UPDATE % ',"timestamp":9e99', "updates[0].timestamp", "out of range"),
    "a flag that is a text": (
        UPDATE % ',"timestamp":1,"explicitImportRequired":"no"',
        "updates[0].explicitImportRequired",
        "must be a boolean",
    ),
    "an update of no type": ('{"type":"update","updates":[{}]}', "updates[0].type", "a string"),
    "an unknown update": (
        '{"type":"update","updates":[{"type":"x"}]}',
        "updates[0].type",
        "unknown update type 'x'",
    ),
    "an error without words": ('{"type":"error","err":{}}', "err.message", "is missing"),
    "a place without a column": (
        '{"type":"error","err":{"message":"m","loc":{"line":1}}}',
        "err.loc.column",
        "is missing",
    ),
    "not a number": ('{"type":"custom","event":"e","data":NaN}', "", "NaN is no number"),
    "an infinity": ('{"type":"custom","event":"e","data":1e999}', "", "out of range"),
    "5,000 digits": (NESTED.replace("$", "9" * 5000), "", "is not JSON"),
    "deep": (NESTED.replace("$", "[" * 999 + "]" * 999), "", "deeper"),
    "deep and unclosed": ("[" * 100_000, "", f"is nested deeper than {MAX_DEPTH}"),
    "prototype": ('{"type":"ping","__proto__":{"x":1}}', "", "__proto__"),
    "10 MB": (NESTED.replace("$", f'"{"x" * 10_000_000}"'), "", str(MAX_CHARACTERS)),
}


@pytest.mark.parametrize(("text", "where", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_payload_is_refused_by_name_and_place(text, where, problem):
    with pytest.raises(PayloadError) as caught:
        parse_payload(text)
    assert caught.value.where == where
    assert problem in caught.value.problem
    assert len(str(caught.value)) < 300  # one line of a log, however long the message


def test_an_unknown_type_can_be_told_apart():
    with pytest.raises(UnknownPayloadType) as caught:
        parse_payload('{"type":"from-the-future"}')
    assert caught.value.type == "from-the-future"


def test_brackets_inside_strings_are_not_depth():
    source = "[{" * 5000 + '\\"]'
    payload = PyUpdate(path="/m.py", accepted_path="/m.py", timestamp=1, source=source)
    batch = UpdatePayload(updates=(payload,))
    assert parse_payload(serialise_payload(batch)) == batch


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values.filter(lambda value: "__proto__" not in repr(value)))
def test_custom_data_comes_back_as_it_was(data):
    assert parse_payload(serialise_payload(Custom(event="e", data=data))) == Custom(
        event="e", data=data
    )


@given(st.text() | json_values.map(lambda value: json.dumps({"type": "update", "updates": value})))
def test_whatever_arrives_is_a_payload_or_a_payload_error(text):
    with suppress(PayloadError):  # the one error that may come; any other fails the test
        parse_payload(text)


@given(
    st.dictionaries(
        st.sampled_from(
            ["type", "path", "paths", "event", "data", "err", "updates", "sequence", "x"]
        ),
        json_values
        | st.sampled_from(["update", "custom", "error", "prune", "full-reload", "ping"]),
    )
)
def test_almost_payloads_too(raw):
    with suppress(PayloadError):
        parse_payload(json.dumps(raw))


@pytest.mark.parametrize("data", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_not_sent(data):
    with pytest.raises(ValueError, match="JSON"):
        dump_json(data)
