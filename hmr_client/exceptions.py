"""Every error of this package.

HMRError
├── PayloadError                 a message that is no payload: where in it, and what is wrong
│   └── UnknownPayloadType       well formed, of a type this client does not know
├── TransportError
│   ├── SendBeforeConnectError   send() or invoke() before connect()
│   ├── DisconnectedError        the transport was disconnected while a response was awaited
│   ├── InvokeTimeoutError       no response in time
│   └── InvokeError              the server answered with an error
├── InvalidAcceptUsage           hot.accept() with something that names no dependency (a TypeError too)
└── ThrownValue                  JavaScript threw something that is no Error
"""

from __future__ import annotations


class HMRError(Exception):
    """The base of every error that this package raises."""


class PayloadError(HMRError):
    """A message that is no payload.

    Attributes:
        where: The place in the message, as a path (`updates[1].path`), or empty for the whole.
        problem: What is wrong there.
    """

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(problem, where)
        self.problem = problem
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" if self.where else self.problem


class UnknownPayloadType(PayloadError):
    """A payload of a type that this client does not know: to be ignored.

    Attributes:
        type: The type as the message names it.
    """

    def __init__(self, type_: str) -> None:
        super().__init__(f"unknown payload type {type_[:80]!r}", "type")
        self.type = type_


class TransportError(HMRError):
    """The base of what can go wrong between client and server."""


class SendBeforeConnectError(TransportError):
    """Something was sent before the transport was asked to connect."""

    def __str__(self) -> str:
        return "nothing can be sent before the transport is connected: call connect() first"


class DisconnectedError(TransportError):
    """The transport was disconnected while an invoked method had not answered yet.

    Attributes:
        method: The name of the invoked method.
    """

    def __init__(self, method: str) -> None:
        super().__init__(method)
        self.method = method

    def __str__(self) -> str:
        return f"the transport was disconnected before {self.method!r} was answered"


class InvokeTimeoutError(TransportError):
    """An invoked method was not answered in time.

    Attributes:
        method: The name of the invoked method.
        seconds: How long was waited.
    """

    def __init__(self, method: str, seconds: float) -> None:
        super().__init__(method, seconds)
        self.method = method
        self.seconds = seconds

    def __str__(self) -> str:
        return f"{self.method!r} was not answered within {self.seconds:g} s"


class InvokeError(TransportError):
    """The server answered an invoked method with an error.

    Attributes:
        method: The name of the invoked method.
        message: The server's words.
        stack: The server's stack, where it sent one.
    """

    def __init__(self, method: str, message: str, stack: str | None = None) -> None:
        super().__init__(method, message, stack)
        self.method = method
        self.message = message
        self.stack = stack

    def __str__(self) -> str:
        return self.message


class InvalidAcceptUsage(HMRError, TypeError):
    """`hot.accept()` was called with something that names no dependency.

    The text is the reference's, because people search for it.
    """

    def __str__(self) -> str:
        return "invalid hot.accept() usage."


class ThrownValue(HMRError):
    """JavaScript threw something that is no `Error`.

    Attributes:
        value: What was thrown.
    """

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return str(self.value)
