"""Hot module replacement in pure Python: the core, which knows no browser, server, socket or clock.

Each name is imported when it is asked for: a server needs payloads only, and starts without the rest.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import HMRClient
    from .context import HMRContext
    from .embedding import connect
    from .exceptions import HMRError, TransportError
    from .logger import HMRLogger
    from .message_handler import MessageHandler, Page
    from .module_runner import ModuleRunner
    from .module_runner.hot import hot
    from .transport.normalised import NormalisedTransport, Transport
    from .transport.websockets import WebSocketsTransport
    from .wire.payloads import (
        Connected,
        CssUpdate,
        Custom,
        ErrorPayload,
        FullReload,
        HotPayload,
        JsUpdate,
        Ping,
        Prune,
        PyUpdate,
        UpdatePayload,
    )

__version__ = "0.1.0"

_HOMES = {
    "Connected": "wire.payloads",
    "CssUpdate": "wire.payloads",
    "Custom": "wire.payloads",
    "ErrorPayload": "wire.payloads",
    "FullReload": "wire.payloads",
    "HMRClient": "client",
    "HMRContext": "context",
    "HMRError": "exceptions",
    "HMRLogger": "logger",
    "HotPayload": "wire.payloads",
    "JsUpdate": "wire.payloads",
    "MessageHandler": "message_handler",
    "ModuleRunner": "module_runner",
    "NormalisedTransport": "transport.normalised",
    "Page": "message_handler",
    "Ping": "wire.payloads",
    "Prune": "wire.payloads",
    "PyUpdate": "wire.payloads",
    "Transport": "transport.normalised",
    "TransportError": "exceptions",
    "UpdatePayload": "wire.payloads",
    "WebSocketsTransport": "transport.websockets",
    "connect": "embedding",
    "hot": "module_runner.hot",
}

__all__ = [
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
]


def __getattr__(name: str) -> Any:
    """Import a public name (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # the next one finds it without asking
    return value


def __dir__() -> list[str]:
    """Return all names, imported or not."""
    return sorted({*globals(), *__all__})
