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
    from .payloads import (
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
    from .transport import NormalisedTransport, Transport
    from .websockets_transport import WebSocketsTransport

__version__ = "0.1.0"

_HOMES = {
    "Connected": "payloads",
    "CssUpdate": "payloads",
    "Custom": "payloads",
    "ErrorPayload": "payloads",
    "FullReload": "payloads",
    "HMRClient": "client",
    "HMRContext": "context",
    "HMRError": "exceptions",
    "HMRLogger": "logger",
    "HotPayload": "payloads",
    "JsUpdate": "payloads",
    "MessageHandler": "message_handler",
    "ModuleRunner": "module_runner",
    "NormalisedTransport": "transport",
    "Page": "message_handler",
    "Ping": "payloads",
    "Prune": "payloads",
    "PyUpdate": "payloads",
    "Transport": "transport",
    "TransportError": "exceptions",
    "UpdatePayload": "payloads",
    "WebSocketsTransport": "websockets_transport",
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
