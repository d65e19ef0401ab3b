"""The dev environment: what the HTTP side and the watcher ask, and the modules side answers.

The seam between the two halves of the server. The HTTP side asks for modules and pages and sends
what `handle_file_changes` and `handle_invalidate` return; payloads that arise while a module is
transformed (prune, error) go out through `send` at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from hmr_client.custom_events import InvalidateData
from hmr_client.payloads import HotPayload
from hmr_server.config import ServerConfig
from hmr_server.file_change import FileChange
from hmr_server.transform import TransformResult

# Where the injected code imports from; the HTTP side serves it under the base.
CLIENT_URL = "/@hmr/client"


class DevEnvironment:
    """One page's world on the server: plugins, module graph, transforms, hot updates.

    Args:
        config: The server's settings.
        send: Pushes a payload to every client.
        plugins: The user's plugins, in their order.
        clock: Milliseconds since the epoch.
        watch: Told a directory or file outside of the root that is loaded and must be watched.

    Attributes:
        config: The server's settings.
        client_url: What injected code imports from, without the base. Vite's own client may take
            its place.
    """

    def __init__(
        self,
        config: ServerConfig,
        send: Callable[[HotPayload], None],
        plugins: Sequence[object] = (),
        *,
        clock: Callable[[], int] | None = None,
        watch: Callable[[Path], None] | None = None,
    ) -> None:
        self.config = config
        self.client_url = CLIENT_URL

    async def transform_request(
        self, url: str, *, accept: str = "*/*", if_none_match: str | None = None
    ) -> TransformResult:
        """Answers a request for a module.

        Args:
            url: Path and query as they came, percent-encoded, without the base.
            accept: The `Accept` header: `text/css` asks for a stylesheet, not for a module.
            if_none_match: The `If-None-Match` header.

        Raises:
            ModuleNotFound: Nothing is there (404).
            OutdatedRequest: The answer would be out of date (504, no overlay).
            AccessDenied: The file isn't served (403).
            TransformError: The module has an error (500). It was sent to the clients as well.
        """
        raise NotImplementedError

    def is_module_request(self, url: str, headers: Mapping[str, str]) -> bool:
        """Whether a GET goes through `transform_request`, or is served as a plain file.

        Args:
            url: As for `transform_request`.
            headers: The request's, by lower-case name.
        """
        raise NotImplementedError

    async def transform_html(self, file: Path, url: str) -> str:
        """A page as it is served.

        Args:
            file: The HTML file.
            url: The path that was asked for, without the base: differs from the file's own where
                the page is served as a fallback.

        Raises:
            OSError: The file can't be read.
        """
        raise NotImplementedError

    async def handle_file_changes(self, changes: Sequence[FileChange]) -> list[HotPayload]:
        """What the clients are told about one batch of changes: files that were saved together.

        Args:
            changes: The watcher's batch.

        Returns:
            Payloads to send, in this order; never an `UpdatePayload` without updates.
        """
        raise NotImplementedError

    def handle_invalidate(self, data: InvalidateData) -> list[HotPayload]:
        """What the clients are told when a module can't handle its own update.

        Args:
            data: The `vite:invalidate` event's.
        """
        raise NotImplementedError

    def register_python_files(self, files: Iterable[Path]) -> None:
        """Notes Python files that a page holds: their changes are pushed from now on.

        Args:
            files: Absolute paths.
        """
        raise NotImplementedError

    def watched_files(self) -> frozenset[Path]:
        """The files outside of the root that were loaded and must be watched."""
        raise NotImplementedError

    async def close(self) -> None:
        """Refuses further requests (504) and lets the pending ones end."""
        raise NotImplementedError
