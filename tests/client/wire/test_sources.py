"""Sources in an update's message."""

import json

import pytest

from hmr_client.wire.payloads import Custom, FullReload, JsUpdate, UpdatePayload
from hmr_client.wire.serialisation import (
    SOURCES,
    serialise_payload,
    without_sources,
)

UPDATE = serialise_payload(
    UpdatePayload(updates=(JsUpdate(path="/a.js", accepted_path='/,"hmr:sources":', timestamp=1),))
)


@pytest.mark.parametrize("texts", [{}, {"/a.js?t=1": 'a,"hmr:sources":{} } ü \\u2028'}])
def test_they_are_a_field_of_the_message_and_are_cut_off_again(texts):
    sources = json.dumps(texts, separators=(",", ":"))
    message = f'{UPDATE[:-1]},"{SOURCES}":{sources}}}'
    assert json.loads(message) == {**json.loads(UPDATE), SOURCES: texts}
    assert without_sources(message) == UPDATE


def test_a_message_without_any_stays():
    assert without_sources(UPDATE) == UPDATE
    event = Custom(event="x", data={"a": 1, SOURCES: {}})
    for payload in (event, FullReload(), Custom(event='{"type":"update"', data=None)):
        text = serialise_payload(payload)
        assert without_sources(text) == text
    assert without_sources("") == ""
