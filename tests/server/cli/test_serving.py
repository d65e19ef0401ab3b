"""The listening socket."""

import socket
from pathlib import Path

from hmr_server.cli.serving import listen
from hmr_server.config import load_config


def test_asyncio_turns_nagles_algorithm_off_for_its_connections(tmp_path: Path) -> None:
    """asyncio does so for sockets that say they are TCP; else each body costs 40 ms more."""
    listener = listen(load_config(tmp_path, port=0))
    with listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(True)
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP
