"""Hot module replacement in pure Python: the core, which knows no browser, server, socket or clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .client import HMRClient
from .context import HMRContext
from .exceptions import HMRError, TransportError
from .logger import HMRLogger
from .message_handler import MessageHandler, Page
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

if TYPE_CHECKING:
    from .embedding import connect
    from .module_runner import ModuleRunner
    from .websockets_transport import WebSocketsTransport

__version__ = "0.1.0"

# What no page needs, or only a page with Python modules: imported when it is named.
_HOMES = {
    "ModuleRunner": "module_runner",
    "WebSocketsTransport": "websockets_transport",
    "connect": "embedding",
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
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
