"""The client in a runtime of one's own: one call connects, reconnects, resumes and acknowledges.

    async with hmr_client.connect("http://127.0.0.1:5173/", load=load) as client:
        HMRContext(client, "/config.js").accept(use)
        await asyncio.Event().wait()

Needs the `websockets` library: `pip install "hmr-client[websockets]"`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urljoin

from .client import HMRClient
from .exceptions import TransportError
from .logger import HMRLogger
from .message_handler import MessageHandler, UpdatePython
from .server_session import ServerSession, delay_before
from .transport.normalised import NormalisedTransport
from .wire.custom_events import AppliedUpdate
from .wire.payloads import Custom, FullReload, HotPayload, JsUpdate, UpdatePayload

Load = Callable[[str], Awaitable[Any]]
"""Loads the module at a URL, which carries the update's stamp; what it returns, callbacks get."""


@contextlib.asynccontextmanager
async def connect(
    url: str,
    *,
    load: Load,
    update_python: UpdatePython | None = None,
    reload: Callable[[str], None] | None = None,
    logger: HMRLogger | None = None,
) -> AsyncIterator[HMRClient]:
    """Follow a dev server, this project's or Vite's, until the context ends.

    It reconnects after a lost connection and applies the missed payloads, once and in order.

    Args:
        url: The server's URL, base included: `http://127.0.0.1:5173/`.
        load: Loads an updated module.
        update_python: Applies Python modules as one transaction; None where there are none.
        reload: Called with the reason where only a new start is right: a full reload, or a server
            that can't say what was missed. None logs it.
        logger: Gets what happens; None takes `logging.getLogger("hmr_client")`.

    Raises:
        TransportError: If no server answers at first.
        ModuleNotFoundError: If the `websockets` library is missing.
    """
    # here, not above: the core does without the library
    from .transport.websockets import WebSocketsTransport

    log = logger or _StandardLogger()

    async def import_updated_module(update: JsUpdate) -> Any:
        path = update.accepted_path
        mark = "&" if "?" in path else "?"
        return await load(urljoin(url, f"{path}{mark}t={update.timestamp}"))

    def acknowledge(payload: UpdatePayload, applied: Sequence[AppliedUpdate]) -> None:
        client.acknowledge(applied, payload.sequence)

    transport = NormalisedTransport(WebSocketsTransport(url, log))
    client = HMRClient(log, transport, import_updated_module)
    client.is_worker = True
    handler = MessageHandler(
        client,
        update_python=update_python,
        acknowledge=acknowledge,
        clock=lambda: time.monotonic() * 1000,
    )
    connection = _Connection(client, handler, reload or (lambda why: log.error(f"reload: {why}")))
    await connection.open()
    staying = asyncio.create_task(connection.stay())
    try:
        yield client
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)
        await transport.disconnect()


class _Connection:
    """Connects, and connects again.

    `websockets` has an iterator that reconnects; its first delay is 3 to 5 seconds, for servers that
    are overloaded. A dev server that restarts is back within one, so the delays are the page's.
    """

    def __init__(
        self, client: HMRClient, handler: MessageHandler, reload: Callable[[str], None]
    ) -> None:
        self._client = client
        self._reload = reload
        self._lost = asyncio.Event()
        self._session = ServerSession(
            client, handler, lambda: reload("the server can't say what was missed")
        )

    async def open(self) -> None:
        await self._client.transport.connect(self._receive)

    async def stay(self) -> None:
        while True:
            await self._lost.wait()
            self._lost.clear()
            self._client.logger.debug("server connection lost. Polling for restart...")
            attempt = 0
            while True:
                await asyncio.sleep(delay_before(attempt, random.random()))  # noqa: S311  # no secret
                try:
                    await self.open()
                except TransportError:
                    attempt += 1
                else:
                    break

    def _receive(self, payload: HotPayload) -> None:
        self._session.receive(payload)
        match payload:
            case Custom(event="vite:ws:disconnect"):
                self._lost.set()
            case FullReload(path=path):
                self._reload(f"{path or '*'} can't be replaced")


class _StandardLogger:
    """Logs by the standard library."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("hmr_client")

    def error(self, message: str | BaseException) -> None:
        self._logger.error("%s", message)

    def debug(self, message: str) -> None:
        self._logger.info("%s", message)
