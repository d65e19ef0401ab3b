"""Sends the sources of modules ahead of their update, so that the page's `import()` needs no network.

A page says that it takes them (`hmr:sources`, with the server's URL as the page sees it), and gets in the same
event the texts by URL. Its import map leads each URL to its text (`bootstrap/sources.js`). A URL with a stamp names
one text for ever, so the page may keep it. What is not sent the page requests, as other clients do.

Not sent are modules that would run otherwise from there (`ModuleCode.is_portable`), and those that import a module
that no page has yet: its request would not say which module asks for it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from hmr_client.wire.payloads import Custom, JSONValue, JsUpdate, UpdatePayload
from hmr_client.wire.serialisation import serialise_payload

from ..channel.hot_channel import HotChannel, HotClient
from ..pages.page_sources import LONGEST, can_travel
from .module_answers import Prepared

SOURCES = "hmr:sources"

# Of more the first ones are asked for before the last ones are made
_MOST_PREPARED = 50
_MOST_SOURCES = 1000
_PATIENCE_S = 1.0  # a plugin may take long: meanwhile the update is better than nothing
_LONGEST_MESSAGE = 4_000_000
_LONGEST_URL = 1000

_T = TypeVar("_T")


class Prepare(Protocol):
    """See `ModuleAnswers.prepare`."""

    async def __call__(
        self, payload: UpdatePayload, most: int, *, keeps_portable: bool
    ) -> Sequence[Prepared]:
        """Make the answers."""


class SourcePushes:
    """Has the modules of an update ready when pages want them, and sends them to those that take them.

    Args:
        channel: Where pages say that they take sources.
        prepare: Makes the answers that pages will ask for, up to a number.
    """

    def __init__(self, channel: HotChannel, prepare: Prepare) -> None:
        self._prepare = prepare
        self._tasks: set[asyncio.Task[Any]] = set()
        channel.on(SOURCES, _take)

    def begin(self, payload: UpdatePayload, clients: Collection[HotClient], *, sends: bool) -> None:
        """Prepare an update that is about to be posted to clients.

        Args:
            payload: The update.
            clients: Who gets it.
            sends: Whether to send sources to those that take them.
        """
        sends = sends and any(isinstance(update, JsUpdate) for update in payload.updates)
        takers: defaultdict[str, list[HotClient]] = defaultdict(list)
        for client in clients:
            if sends and client.takes_sources is not None:
                takers[client.takes_sources].append(client)
        most = _MOST_SOURCES if takers else _MOST_PREPARED
        is_asked = len(clients) > sum(map(len, takers.values()))
        prepared = self._start(self._prepare(payload, most, keeps_portable=is_asked))
        for url, group in takers.items():
            text = self._start(_sources(prepared, url))
            for client in group:
                client.post_later(text)

    async def close(self) -> None:
        """End what has begun."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, _T]) -> asyncio.Task[_T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _take(data: JSONValue, client: HotClient) -> None:
    """Note what a page says of itself; it concerns nobody else."""
    if isinstance(data, str) and len(data) <= _LONGEST_URL and data.startswith(("http:", "https:")):
        client.takes_sources = data


async def _sources(prepared: asyncio.Task[Sequence[Prepared]], url: str) -> str:
    """Return the message with the sources; an empty text where there are none, or not in time."""
    await asyncio.wait({prepared}, timeout=_PATIENCE_S)
    if not prepared.done() or prepared.cancelled() or prepared.exception() is not None:
        return ""
    sources: dict[str, JSONValue] = {}
    room = _LONGEST_MESSAGE
    for module in prepared.result():
        source = _source(module, url)
        if source is not None and len(source) <= min(LONGEST, room):
            sources[module.url] = source
            room -= len(source)
    return serialise_payload(Custom(event=SOURCES, data=sources)) if sources else ""


def _source(module: Prepared, url: str) -> str | None:
    node = module.node
    code = node.code
    if code is None or not can_travel(code):
        return None
    return code.render(url, node.last_hmr_timestamp)
