"""The client of an application that no server talks to."""

from __future__ import annotations

from ..client import HMRClient
from ..transport.normalised import NormalisedTransport
from .exceptions import RunnerError


def standalone_client() -> HMRClient:
    """Return a client for an application that no server talks to."""

    async def import_updated_module(_: object) -> None:
        raise RunnerError("this runner has no ES modules")

    return HMRClient(_NoLogger(), NormalisedTransport(_NoTransport()), import_updated_module)


class _NoLogger:
    """Says nothing."""

    def error(self, message: str | BaseException) -> None:
        """See `HMRLogger`."""

    def debug(self, message: str) -> None:
        """See `HMRLogger`."""


class _NoTransport:
    """Sends nothing, receives nothing."""

    async def connect(self, on_message: object, on_disconnection: object) -> None:
        """See `Transport`."""

    async def disconnect(self) -> None:
        """See `Transport`."""

    async def send(self, payload: object) -> None:
        """See `Transport`."""
