"""Hot module replacement in pure Python: the core, which knows no browser, server, socket or clock."""

from __future__ import annotations

from .client import HMRClient
from .context import HMRContext
from .exceptions import HMRError
from .logger import HMRLogger
from .message_handler import MessageHandler, Page
from .module_runner.hot import hot
from .transport import NormalisedTransport, Transport

__version__ = "0.1.0"

__all__ = [
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
]
