"""A page as the server sees it: what it requests, its socket, what it says there."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.server.running import PATIENCE_S, RunningServer

OF_A_PAGE = {"sec-fetch-site": "same-origin"}


@contextlib.contextmanager
def page(
    running: RunningServer, *, session: str | None = None, **options: Any
) -> Iterator[ClientConnection]:
    """A page that is connected, and has been greeted."""
    with open_socket(running, **options) as socket:
        greeting = receive(socket)
        assert greeting["type"] == "connected"
        assert greeting["session"] == (session or running.config.session)
        yield socket


def open_socket(
    running: RunningServer,
    *,
    token: str | None = None,
    origin: str | None = "http://localhost:5173",
    protocol: str = "vite-hmr",
    path: str = "",
    host: str | None = None,
) -> connect:
    """A socket that is about to be opened, by `with`."""
    token = running.config.token if token is None else token
    return connect(
        f"{running.socket_url}{path}?token={token}",
        origin=origin,  # type: ignore[arg-type]
        subprotocols=[protocol],  # type: ignore[list-item]
        additional_headers={"host": host} if host else None,
        proxy=None,
    )


def receive(socket: ClientConnection) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(socket.recv(PATIENCE_S))
    return payload


def say(socket: ClientConnection, event: str, data: object = None) -> None:
    socket.send(json.dumps({"type": "custom", "event": event, "data": data}))


def load(running: RunningServer, *paths: str) -> None:
    """What a browser does with a page: it asks for its modules."""
    for path in paths:
        assert httpx.get(f"{running.url}{path}").status_code == 200


def save(running: RunningServer, name: str, text: str) -> None:
    (running.config.root / name).write_text(text)
