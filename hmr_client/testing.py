"""For tests, ours and users': a transport in memory and a logger that remembers."""

from __future__ import annotations

import asyncio
from typing import Any

from .exceptions import TransportError
from .transport.normalised import OnDisconnection, OnMessage
from .wire.payloads import HotPayload


class RecordingLogger:
    """An `HMRLogger` that keeps what is logged.

    Attributes:
        lines: Level (`error`, `debug`) and message, in order.
    """

    def __init__(self) -> None:
        self.lines: list[tuple[str, str | BaseException]] = []

    def error(self, message: str | BaseException) -> None:
        """Keep an error.

        Args:
            message: A sentence, or the error itself.
        """
        self.lines.append(("error", message))

    def debug(self, message: str) -> None:
        """Keep a line."""
        self.lines.append(("debug", message))


class MemoryTransport:
    """A `Transport` whose server is the test.

    Attributes:
        sent: What the client has sent, in order.
        connected: Whether `connect` was called, and the connection is not lost.
    """

    def __init__(self) -> None:
        self.sent: list[HotPayload] = []
        self.connected = False
        self._on_message: OnMessage | None = None
        self._on_disconnection: OnDisconnection | None = None

    async def connect(self, on_message: OnMessage, on_disconnection: OnDisconnection) -> None:
        """Connect at once.

        Args:
            on_message: Gets what `receive` is given.
            on_disconnection: Called by `drop`.
        """
        self._on_message, self._on_disconnection = on_message, on_disconnection
        self.connected = True

    async def disconnect(self) -> None:
        """Close the connection."""
        self.connected = False

    async def send(self, payload: HotPayload) -> None:
        """Keep what the client sends.

        Raises:
            TransportError: If the connection is lost.
        """
        if not self.connected:
            raise TransportError("the connection is lost")
        self.sent.append(payload)

    def receive(self, payload: HotPayload) -> Any:
        """Let a payload arrive, as if the server had sent it.

        Returns:
            What the client's handler returned.
        """
        if self._on_message is None:
            raise TransportError("no client is connected")
        return self._on_message(payload)

    def drop(self) -> None:
        """Lose the connection."""
        self.connected = False
        if self._on_disconnection is not None:
            self._on_disconnection()


async def settle() -> None:
    """Let everything run that can run without the clock."""
    for _ in range(50):
        await asyncio.sleep(0)
