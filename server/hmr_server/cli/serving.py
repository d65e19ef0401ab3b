"""Runs a server on a socket: ports, uvicorn, a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import signal
import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import uvicorn

from ..app import Application
from ..config import ServerConfig
from ..dev_server import DevServer
from .certificate import kept_certificate

_PORTS_TRIED = 100
_KEEP_ALIVE_S = 60
_TICK_S = 1.0
_FIRST_S = 0.01  # the socket listens since before the imports: a page that is open has asked by now
_END_S = 1
_LAST_S = 10.0  # an end takes two seconds at most, unless something hangs
_CLOSING_S = 0.05  # until the end is tried again where a page is just closing its socket
_MOST_CLOSES = 40
_ALL_ADDRESSES = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # compared, not bound
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CannotListen(Exception):
    """No port to listen on; says what to do."""


def listen(config: ServerConfig) -> socket.socket:
    """Listen where `config` says, or on the next free port unless that is ruled out.

    Raises:
        CannotListen: The port is taken and must be that one, the address is none of this
            machine's, or the port needs more rights.
    """
    last = config.port if config.strict_port or not config.port else config.port + _PORTS_TRIED
    for port in range(config.port, min(last, 65535) + 1):
        try:
            return _bind(config.host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and port < last:
                continue
            raise CannotListen(_why(error, config, port)) from error
    raise CannotListen(f"No port from {config.port} to {last} is free. Name another: --port N")


def urls_of(listener: socket.socket, config: ServerConfig) -> list[str]:
    """Return where the server answers, the URL to open first."""
    port = listener.getsockname()[1]
    hosts = [config.host]
    if config.host in _ALL_ADDRESSES:
        hosts = ["localhost", *addresses()]
    scheme = "https" if config.https else "http"
    return [f"{scheme}://{_bracketed(host)}:{port}{config.base}{config.page}" for host in hosts]


def is_in_network(config: ServerConfig) -> bool:
    """Return whether other machines reach the server."""
    if config.host in _ALL_ADDRESSES:
        return True
    try:
        return not ipaddress.ip_address(config.host).is_loopback
    except ValueError:
        return config.host != "localhost" and not config.host.endswith(".localhost")


async def serve(
    server: DevServer,
    listener: socket.socket,
    on_ready: Callable[[], object] = lambda: None,
    *,
    owns_process: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        server: What to serve.
        listener: Where: what `listen` returned.
        on_ready: Called when no later change is missed and every request is answered.
        owns_process: Whether the process ends with the server, whatever else hangs.

    Raises:
        CannotListen: The certificate can't be used.
        WatchError: The root cannot be watched.
    """
    try:
        config = uvicorn_config(server)
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CannotListen(f"The certificate can't be used: {error}.") from error
    uvicorn_server = _Server(config, server, on_ready, owns_process=owns_process)
    async with server.running():
        await uvicorn_server.serve([listener])


def uvicorn_config(server: DevServer) -> uvicorn.Config:
    """Return how uvicorn serves `server`: quietly, at once, and without what it does for the Internet."""
    certificate, key = server.config.certfile, server.config.keyfile
    if server.config.https and certificate is None:
        certificate, key = kept_certificate(addresses())
    return uvicorn.Config(
        Application(server),
        ssl_certfile=certificate,
        ssl_keyfile=key,
        lifespan="off",  # running() is ours to enter, so that its errors are ours to tell
        http="auto",  # httptools, or h11 where it cannot be had: a reload costs the server half as much
        ws=_Socket,
        ws_per_message_deflate=False,  # costs time, and the wire is this machine
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_END_S,
    )


async def open_in_browser(url: str) -> None:
    """Open `url` in the user's browser, if there is one."""
    with contextlib.suppress(webbrowser.Error):
        await asyncio.to_thread(webbrowser.open, url)


class _Socket(asyncio.Protocol):
    """uvicorn's WebSocket, imported with the first one: the page that opens it is there by then."""

    def __new__(cls, **options: Any) -> Any:
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

        return WebSocketsSansIOProtocol(**options)


class _Server(uvicorn.Server):
    """uvicorn, which waits for no page when it ends.

    Args:
        config: How it serves.
        server: What.
        on_ready: Called when the requests that have waited are answered.
        owns_process: Whether the process ends with the server.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server: DevServer,
        on_ready: Callable[[], object] = lambda: None,
        *,
        owns_process: bool = False,
    ) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ends = asyncio.Event()
        super().__init__(config)
        self._owns_process = owns_process
        self._dev_server = server
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer; what else belongs to a start comes after the requests that wait already."""
        await super().startup(sockets)
        asyncio.get_running_loop().call_later(_FIRST_S, self._on_ready)

    @property
    def should_exit(self) -> bool:
        """Whether the server ends."""
        return self._should_exit

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._should_exit = value
        if value and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ends.set)

    async def main_loop(self) -> None:
        """Wait for the end, and keep the date of answers.

        uvicorn itself looks ten times a second, for as long as a page is open.
        """
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ends.wait(), _TICK_S)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End at SIGINT and SIGTERM, and leave it at that.

        uvicorn itself raises them again afterwards, which would cancel our own clean end.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; what hangs (a network drive, a plugin) does not keep the process."""
        super().handle_exit(sig, frame)
        if self._owns_process:
            end = threading.Timer(_LAST_S, os._exit, (1,))
            end.daemon = True
            end.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the pages go first: an open connection would hold up the end."""
        from websockets.exceptions import InvalidState

        await self._dev_server.channel.close()
        for _ in range(_MOST_CLOSES):
            try:
                return await super().shutdown(sockets)
            except InvalidState:  # uvicorn closes a WebSocket that its page is just closing
                await asyncio.sleep(_CLOSING_S)
        return None


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off for sockets that say they are TCP, and for no others: with
    # it a body waits 40 ms for the acknowledgement of its headers
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_REUSEADDR") and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _why(error: OSError, config: ServerConfig, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken. Name another (--port N), or leave --strict-port out."
        case errno.EACCES:
            return f"Port {port} needs more rights than you have. Name one above 1023: --port N"
        case _:
            return (
                f"Cannot listen on {config.host}:{port}: {error.strerror or error}.\n"
                "--host takes an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them."
            )


def addresses() -> Sequence[str]:
    """Return this machine's addresses towards others: of its way out, and those that its name leads to."""
    found: dict[str, None] = {}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        way_out.connect(("192.0.2.1", 9))  # for documentation (RFC 5737); nothing is sent
        found[str(way_out.getsockname()[0])] = None
    with contextlib.suppress(OSError):
        for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found[str(info[4][0])] = None
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
