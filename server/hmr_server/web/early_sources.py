"""Makes the modules of many saves, and shows them to pages, while it is not known yet what all of them mean.

A branch switch writes its files in some ten milliseconds, and as many more pass until it is clear that they are all.
Meanwhile the modules are made, and those that pages will import by `import()` are sent to them: a page has its browser
compile them, and runs none (`bootstrap/early_sources.js`). The update's message says of such a module that its text is
there (`source_pushes.py`). What was shown in vain, since the file was written once more, is never run.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable

from hmr_client.wire.payloads import Custom
from hmr_client.wire.serialisation import EARLY_SOURCES, serialise_payload

from ..channel.hot_channel import HotChannel, source_takers
from ..environment.environment import DevEnvironment
from ..graph import module_url
from ..graph.module_code import ModuleCode, imported_as
from ..graph.module_graph import ModuleNode
from ..pages.page_sources import can_travel

# All else waits for so long, and pages have something to do after it
_TURN_S = 0.004
# Files, and characters to each page: with more a page is not ready in the time that there is
_MOST = 1000
_LONGEST = 4_000_000

_logger = logging.getLogger(__name__)


class EarlySources:
    """Makes and sends the modules of a burst of saves.

    Args:
        channel: The pages.
        environment: Makes the modules.
        may_send: Whether pages may run modules from their texts.
    """

    def __init__(
        self, channel: HotChannel, environment: DevEnvironment, may_send: Callable[[], bool]
    ) -> None:
        self._channel = channel
        self._environment = environment
        self._may_send = may_send
        self._files: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, files: Iterable[str]) -> None:
        """Note files that were written, one of them perhaps once more.

        Args:
            files: Absolute paths, of whatever there is.
        """
        has_clients = bool(self._channel.clients)  # or else nobody will ask for them soon
        for file in files:
            self._environment.forget_early(file)
            if has_clients and len(self._files) < _MOST:
                self._files[file] = None
        if self._files and self._task is None:
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(_report)

    async def close(self) -> None:
        """End what has begun."""
        if (task := self._task) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._make_and_send()
        finally:
            self._task = None  # at once: a callback of the task's comes later, and files may be noted before it

    async def _make_and_send(self) -> None:
        burst: set[ModuleNode] = set()
        room = _LONGEST
        while self._files:
            made: dict[ModuleNode, ModuleCode] = {}
            turn_ends = time.monotonic() + _TURN_S
            while self._files and time.monotonic() < turn_ends:
                file = next(iter(self._files))
                del self._files[file]
                for node in self._environment.graph.get_by_file(file):
                    burst.add(node)
                    if (code := await self._environment.make_early(node)) is not None:
                        made[node] = code
            room -= self._send(
                {node: code for node, code in made.items() if _is_sent(node, code, burst)}, room
            )
            await asyncio.sleep(0)

    def _send(self, made: dict[ModuleNode, ModuleCode], room: int) -> int:
        """Send modules to the pages that take them; return the length of their texts.

        Args:
            room: The length that they may have.
        """
        takers = source_takers(self._channel.clients)
        if not made or not takers or not self._may_send():
            return 0
        stamp = self._environment.expected_timestamp()
        length = 0
        for url, early, clients in takers:
            texts = {_request(node, stamp): code.render(url, stamp) for node, code in made.items()}
            length = sum(map(len, texts.values()))
            if length > room:
                return room  # and nothing more of this burst
            message = serialise_payload(Custom(event=EARLY_SOURCES, data=texts))
            early = {**early, **texts}
            for client in clients:
                client.post(message)
                client.early_sources = early
        return length


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _logger.error("modules could not be made ahead", exc_info=error)


def _is_sent(node: ModuleNode, code: ModuleCode, burst: Collection[ModuleNode]) -> bool:
    """Return whether pages will import a module by an update, with this text as far as is known."""
    is_accepted = bool(node.is_self_accepting) or (
        bool(node.importers) and all(node in importer.accepted_deps for importer in node.importers)
    )
    # what it imports gets a stamp that is not in the text
    return is_accepted and can_travel(code) and code.eager_imports.isdisjoint(burst)


def _request(node: ModuleNode, stamp: int) -> str:
    """Return the URL that a page will import a module by."""
    return module_url.encode_url(imported_as(module_url.to_request(node.url), stamp))
