"""What can go wrong between a request for a module and its answer.

ServerError
├── ModuleNotFound     404: no plugin and no file answers to the URL
├── OutdatedRequest    504: the module left the graph, or the server stops; no message, no overlay
└── TransformError     500: the module can't be served as it is; carries what the overlay shows

`access.AccessDenied` (403) belongs to the policy that raises it.
"""

from __future__ import annotations

from hmr_client.wire.payloads import ErrorDetails


class ServerError(Exception):
    """The base of this tree."""


class ModuleNotFound(ServerError):
    """A URL leads to nothing.

    Attributes:
        url: What was asked for.
        id: The file or virtual id it was resolved to; None where it wasn't.
    """

    def __init__(self, url: str, id: str | None = None) -> None:
        super().__init__(url, id)
        self.url = url
        self.id = id

    def __str__(self) -> str:
        resolved = f" (resolved id: {self.id})" if self.id else ""
        return f"Failed to load url {self.url}{resolved}. Does the file exist?"


class OutdatedRequest(ServerError):
    """The answer would be out of date; the page asks again.

    Attributes:
        url: What was asked for.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    def __str__(self) -> str:
        return f"{self.url} is out of date"


class TransformError(ServerError):
    """A module can't be served as it is.

    Attributes:
        details: Message, place, code frame and plugin, as the overlay shows them.
    """

    def __init__(self, details: ErrorDetails) -> None:
        super().__init__(details)
        self.details = details

    def __str__(self) -> str:
        return self.details.message
