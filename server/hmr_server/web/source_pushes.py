"""Sends the sources of modules with their update, so that the page's `import()` needs no network.

A page says that it takes them (`hmr:sources`, with the server's URL as the page sees it), and gets the texts by URL
in the update's message. Its import map leads each URL to its text (`bootstrap/sources.js`). A URL with a stamp names
one text for ever, so the page may keep it. What is not sent the page requests, as other clients do. In place of a
text that a page got ahead of the update (`early_sources.py`), the message has `true`.

Not sent are modules that would run otherwise from there (`ModuleCode.is_portable`), and those that import a module
that no page has yet: its request would not say which module asks for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from hmr_client.eager import start
from hmr_client.wire.json_text import dump_json
from hmr_client.wire.payloads import CssUpdate, JSONValue, JsUpdate, UpdatePayload
from hmr_client.wire.serialisation import SOURCES

from ..channel.hot_channel import HotChannel, HotClient, source_takers
from ..graph.module_code import ContentType
from ..pages.page_sources import LONGEST, can_travel
from .module_answers import Prepared

# Of more the first ones are asked for before the last ones are made
_MOST_PREPARED = 50
_MOST_SOURCES = 1000
_PATIENCE_S = 1.0  # a plugin may take long: meanwhile the update is better than nothing
_LONGEST_MESSAGE = 4_000_000
_LONGEST_URL = 1000

# what is left of these names another server's sheet, which would be fetched before anything is shown
_IMPORT = "@import"
_WITH_SOURCE = (JsUpdate, CssUpdate)

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")


class Prepare(Protocol):
    """See `ModuleAnswers.prepare`."""

    async def __call__(
        self, payload: UpdatePayload, most: int, *, keeps_portable: bool
    ) -> Sequence[Prepared]:
        """Make the answers."""


class _Awaited(NamedTuple):
    """Sources that a message waits for.

    Attributes:
        url: The server's URL as those who get it see it.
        early: The texts that they have got already, by URL.
        sources: The JSON object.
    """

    url: str
    early: Mapping[str, str]
    sources: asyncio.Future[str]


class SourcePushes:
    """Has the modules of an update ready when pages want them, and sends them to those that take them.

    Args:
        channel: Where pages say that they take sources.
        prepare: Makes the answers that pages will ask for, up to a number.
    """

    def __init__(self, channel: HotChannel, prepare: Prepare) -> None:
        self._prepare = prepare
        self._tasks: set[asyncio.Future[Any]] = set()
        channel.on(SOURCES, _take)

    def attach(
        self, payload: UpdatePayload, clients: Collection[HotClient], *, sends: bool
    ) -> Callable[[], None]:
        """Have the message of an update contain sources, for the clients that take them.

        Args:
            payload: The update.
            clients: Who gets it, with their next message.
            sends: Whether to send sources to those that take them.

        Returns:
            A function that makes the sources. Call it after the update is posted: a module may then prune others,
            and the server tells the pages of that after the update.
        """
        sends = sends and any(isinstance(update, _WITH_SOURCE) for update in payload.updates)
        takers = source_takers(clients) if sends else ()
        loop = asyncio.get_running_loop()
        awaited: list[_Awaited] = []
        for url, early, group in takers:
            awaited.append(_Awaited(url, early, sources := loop.create_future()))
            for client in group:
                client.attach(sources)
        is_asked = sum(len(group) for _, _, group in takers) < len(clients)
        most = _MOST_SOURCES if takers else _MOST_PREPARED

        def begin() -> None:
            prepared = self._start(self._prepare(payload, most, keeps_portable=is_asked))
            if awaited:
                self._start(_fill(awaited, prepared))

        return begin

    async def close(self) -> None:
        """End what has begun."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, _T]) -> asyncio.Future[_T]:
        # at once: each turn of the loop is time until the message
        task = start(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("an update's modules could not be prepared", exc_info=error)


def _take(data: JSONValue, client: HotClient) -> None:
    """Note what a page says of itself; it concerns nobody else."""
    if isinstance(data, str) and len(data) <= _LONGEST_URL and data.startswith(("http:", "https:")):
        client.takes_sources = data


async def _fill(awaited: Sequence[_Awaited], prepared: asyncio.Future[Sequence[Prepared]]) -> None:
    """Give each taker the modules' sources; nothing where there are none, or not in time."""
    modules: Sequence[Prepared] = ()
    try:
        if not prepared.done():
            await asyncio.wait({prepared}, timeout=_PATIENCE_S)
        if prepared.done() and not prepared.cancelled() and prepared.exception() is None:
            modules = prepared.result()
    finally:
        for url, early, sources in awaited:
            if not sources.done():
                sources.set_result(_sources(modules, url, early))


def _sources(modules: Sequence[Prepared], url: str, early: Mapping[str, str]) -> str:
    sources: dict[str, JSONValue] = {}
    room = _LONGEST_MESSAGE
    for module in modules:
        source = _source(module, url)
        if source is None:
            continue
        if early.get(module.url) == source:
            sources[module.url] = True
        elif len(source) <= min(LONGEST, room):
            sources[module.url] = source
            room -= len(source)
    return dump_json(sources) if sources else ""


def _source(module: Prepared, url: str) -> str | None:
    node = module.node
    code = node.code
    if code is None:
        return None
    if code.content_type is ContentType.CSS:
        # its paths begin with the base: they lead to the same from a style of the page's own
        text = code.render("")
        return None if _IMPORT in text.lower() else text
    return code.render(url, node.last_hmr_timestamp) if can_travel(code) else None
