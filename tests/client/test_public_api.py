"""The public API is a list that somebody decided on."""

import hmr_client
from hmr_client import testing

PUBLIC = {
    "HMRClient",
    "HMRContext",
    "HMRError",
    "HMRLogger",
    "MessageHandler",
    "NormalisedTransport",
    "Page",
    "Transport",
    "__version__",
    "hot",
}


def test_the_core_offers_what_was_decided():
    assert set(hmr_client.__all__) == PUBLIC
    assert all(hasattr(hmr_client, name) for name in PUBLIC)


def test_what_is_meant_for_users_tests_is_there():
    assert testing.MemoryTransport
    assert testing.RecordingLogger
