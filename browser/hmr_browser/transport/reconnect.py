"""The connection to the dev server over a page's whole life.

    connecting ──▶ connected ──▶ lost ──▶ wait ──▶ does a server answer? ──no──▶ wait longer
                       ▲                              │ yes
                       └──── resume, or reload ◀──────┘

A server that names its session can replay what the page has missed (`hmr:resume`); one that does not
is Vite's, or an older one, and after a lost connection the page is reloaded, as Vite's client does
it (`client/client.ts`). Hidden tabs wait until they become visible.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from typing import Any

from hmr_client.client import HMRClient
from hmr_client.eager import start
from hmr_client.exceptions import TransportError
from hmr_client.message_handler import MessageHandler
from hmr_client.server_session import FIRST_DELAY, ServerSession, delay_before
from hmr_client.wire.payloads import Custom, HotPayload

from .. import _ffi
from ..page.console import ConsoleLogger
from ..page.settings import Settings
from .connection_sign import ConnectionSign

SIGN_DELAY = 0.4
"""Seconds until the sign is shown: a short loss, or a page that is being left, shows nothing."""

_FIRST_ERROR = 400
_MOST_TRIES = 3

_CONFIG = re.compile(r"^const config = (\{.*\});$", re.MULTILINE)


def token_of(client_script: str) -> str | None:
    """Read the server's token out of its client script.

    Args:
        client_script: What the server answers at the bootstrap's URL.
    """
    if (found := _CONFIG.search(client_script)) is None:
        return None
    try:
        token = json.loads(found[1]).get("token")
    except ValueError:
        return None
    return token if isinstance(token, str) else None


class Connection:
    """Connects, hands payloads to the handler, and connects again.

    Args:
        settings: The server's settings.
        document: The page's document; None in a worker.
        reload: Reloads the page.

    Attributes:
        token: The token that the server asks of the page, as far as it is known.
    """

    def __init__(
        self,
        settings: Settings,
        logger: ConsoleLogger,
        *,
        document: Any,
        reload: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._logger = logger
        self._document = document
        self._reload = reload
        self._sign = None if document is None else ConnectionSign(document, self._try_now)
        # what the server lets the page in by; another one after a restart
        self.token = settings.token
        # set when an attempt is worthwhile before the delay ends
        self._wake = asyncio.Event()
        # set while there is no connection
        self._lost = asyncio.Event()
        # the browser is about to leave the page, or keeps it aside
        self._leaving = False
        # set while there is one
        self._is_there = asyncio.Event()
        self._running: asyncio.Future[None] | None = None
        # the page could never connect, and that was said
        self._has_failed = False
        self._client: HMRClient
        self._session: ServerSession

    def start(self, client: HMRClient, handler: MessageHandler) -> None:
        """Connect, and stay connected as long as the page lives.

        Args:
            client: The client, and its way to the server.
            handler: Applies payloads.
        """
        self._client = client
        self._session = ServerSession(client, handler, self._reload)
        self._listen()
        self._running = start(self._run())

    async def _run(self) -> None:
        attempt = 0
        while True:
            if await self._connect():
                attempt = 0
                await self._lost.wait()
                self._lost.clear()
                await self._left_or_lost()
            await self._pause(delay_before(attempt, random.random()))  # noqa: S311  # no secret
            attempt += 1

    async def _connect(self) -> bool:
        """Connect once; say whether there is a connection."""
        is_new = not self._session.is_greeted and not self._has_failed
        if not is_new and not await self._find_server():
            return False
        try:
            await self._client.transport.connect(self._receive)
        except TransportError as error:
            if is_new:
                self._has_failed = True
                self._logger.error(f"failed to connect to websocket ({error})")
            return False
        if not self._lost.is_set():  # a connection that the bootstrap has opened may have ended
            self._connected()
        return True

    async def _find_server(self) -> bool:
        """Ask whether a server answers again, and read its token; reload if it can't resume.

        A page that never had a connection knows only the token of the server that served it.
        """
        script = await _ffi.fetch_text(self._settings.client_url)
        if script is None:
            return False
        token = token_of(script) or self.token
        is_another = not self._session.is_greeted and token != self.token
        if is_another or (self._session.is_greeted and not self._session.can_resume):
            self._reload()  # this server can't replay what was missed
            return False
        self.token = token
        return True

    @property
    def query(self) -> str:
        """What the URL of a connection says about the page."""
        is_first = not self._session.is_greeted and self._settings.since is not None
        return f"token={self.token}" + (f"&since={self._settings.since}" if is_first else "")

    async def _left_or_lost(self) -> None:
        if self._leaving:
            await asyncio.sleep(
                1
            )  # most pages are gone by then; one in the back-forward cache stops
            return
        self._logger.log("server connection lost. Polling for restart...")
        if self._sign is not None:
            self._sign.show_in(SIGN_DELAY)

    async def _pause(self, seconds: float) -> None:
        """Wait for the delay, or for a reason to try at once; in a hidden tab only for the latter."""
        hidden = self._document is not None and self._document.visibilityState == "hidden"
        self._wake.clear()
        try:
            async with asyncio.timeout(None if hidden else seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _receive(self, payload: HotPayload) -> None:
        self._session.receive(payload)
        if isinstance(payload, Custom) and payload.event == "vite:ws:disconnect":
            self._is_there.clear()
            self._lost.set()

    async def wait_to_fetch_again(self, url: str, type_: str, tries: int) -> bool:
        """Wait until it is worth another try to fetch what could not be fetched.

        Args:
            url: What could not be fetched.
            type_: The media type that it has to have.
            tries: How often it was tried.

        Returns:
            False if the server answers with an error, or was tried often enough.
        """
        while (status := await _ffi.fetch_status(url, accept=type_)) is None:
            if self._is_there.is_set():  # only requests are lost: a proxy, a network that changes
                await asyncio.sleep(delay_before(tries, random.random()))  # noqa: S311  # no secret
            await self._is_there.wait()
            tries += 1
        if status >= _FIRST_ERROR or tries > _MOST_TRIES:
            return False
        await asyncio.sleep(FIRST_DELAY * tries)
        return True

    def _listen(self) -> None:
        """Listen to events that are reasons to connect at once, and to the page's end."""
        _ffi.listen(
            _ffi.page(),
            {
                "online": lambda _event: self._try_now(),
                "beforeunload": lambda _event: self._leave(),
                "pagehide": lambda _event: self._leave(),
                "pageshow": lambda _event: self._come_back(),
            },
        )
        if self._document is not None:
            _ffi.listen(self._document, {"visibilitychange": lambda _event: self._come_back()})

    def _leave(self) -> None:
        self._leaving = True

    def _come_back(self) -> None:
        self._leaving = False
        if self._document is None or self._document.visibilityState == "visible":
            self._try_now()

    def _try_now(self) -> None:
        self._wake.set()

    def _connected(self) -> None:
        self._is_there.set()
        if self._sign is not None:
            self._sign.hide()
