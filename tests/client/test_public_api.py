"""The public API is a list that somebody decided on."""

import subprocess
import sys

import pytest

import hmr_client
from hmr_client import testing

PUBLIC = {
    "Connected",
    "CssUpdate",
    "Custom",
    "ErrorPayload",
    "FullReload",
    "HMRClient",
    "HMRContext",
    "HMRError",
    "HMRLogger",
    "HotPayload",
    "JsUpdate",
    "MessageHandler",
    "ModuleRunner",
    "NormalisedTransport",
    "Page",
    "Ping",
    "Prune",
    "PyUpdate",
    "Transport",
    "TransportError",
    "UpdatePayload",
    "WebSocketsTransport",
    "__version__",
    "connect",
    "hot",
}
NEEDS_WEBSOCKETS = {"WebSocketsTransport"}


def test_the_core_offers_what_was_decided():
    assert set(hmr_client.__all__) == PUBLIC
    here = PUBLIC - NEEDS_WEBSOCKETS if sys.platform == "emscripten" else PUBLIC
    assert all(getattr(hmr_client, name) for name in here)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        hmr_client.nothing  # noqa: B018  # it is the access that raises


@pytest.mark.skipif(sys.platform == "emscripten", reason="a page has no processes")
def test_a_page_loads_no_more_than_it_needs():
    code = "import sys, hmr_client; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    names = set(loaded.stdout.split())
    assert not {name for name in names if name.startswith("hmr_client.")}


def test_what_is_meant_for_users_tests_is_there():
    assert testing.MemoryTransport
    assert testing.RecordingLogger
