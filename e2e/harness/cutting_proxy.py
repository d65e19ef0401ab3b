"""A proxy between browser and server that does what networks do: it cuts, refuses, and is slow."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field


@dataclass
class _Cut:
    """Replies that end early.

    Attributes:
        path: What their requests' paths match.
        after: How many bytes pass.
        count: How many replies are left to cut.
        takes_down: Whether the network is down from then on.
    """

    path: re.Pattern[str]
    after: int
    count: int
    takes_down: bool


@dataclass(eq=False)
class _Pair:
    """One connection of the browser's and its continuation to the server."""

    browser: socket.socket
    server: socket.socket
    left: int | None = None
    takes_down: bool = False
    closing: threading.Lock = field(default_factory=threading.Lock)

    def cut(self) -> None:
        """End both sides at once, without a goodbye."""
        with self.closing:
            for end in (self.browser, self.server):
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


class CuttingProxy:
    """Forwards TCP connections to a server, until a test cuts them off.

    Attributes:
        url: Where the browser finds the server through it.
        is_down: Whether connections are refused.
        delay: Seconds that each piece of a reply is held back.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.is_down = False
        self.delay = 0.0
        self.replies_cut = 0
        self._cuts: list[_Cut] = []
        self._pairs: set[_Pair] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut_replies(
        self, path: str, *, after: int = 0, count: int = 1, takes_down: bool = False
    ) -> None:
        """Cut the next replies to requests whose path matches a regular expression."""
        self._cuts.append(_Cut(re.compile(path), after, count, takes_down))

    def cut_all(self) -> None:
        """Cut every connection that is open."""
        for pair in tuple(self._pairs):
            self._end(pair)

    def calm(self) -> None:
        """Forward all from now on."""
        self._cuts.clear()
        self.delay = 0.0
        self.is_down = False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                browser.close()
                continue
            try:
                server = socket.create_connection(self._target, timeout=10)
            except OSError:  # the server is down
                browser.close()
                continue
            server.settimeout(None)
            for end in (browser, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(browser, server)
            self._pairs.add(pair)
            for pump in (self._requests, self._replies):
                threading.Thread(target=pump, args=(pair,), daemon=True).start()

    def _requests(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            while data := pair.browser.recv(1 << 16):
                if found := re.match(rb"(?:GET|HEAD|POST) (\S+) HTTP/1", data):
                    self._choose(pair, found[1].decode("latin-1"))
                pair.server.sendall(data)
        self._end(pair)

    def _choose(self, pair: _Pair, path: str) -> None:
        for cut in self._cuts:
            if cut.count and cut.path.search(path):
                cut.count -= 1
                pair.left, pair.takes_down = cut.after, cut.takes_down
                return

    def _replies(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            while data := pair.server.recv(1 << 16):
                if self.delay:
                    time.sleep(self.delay)
                if pair.left is not None:
                    data = data[: pair.left]
                    pair.left -= len(data)
                pair.browser.sendall(data)
                if pair.left == 0:
                    self.replies_cut += 1
                    if pair.takes_down:
                        self.is_down = True
                        self.cut_all()
                    break
        self._end(pair)

    def _end(self, pair: _Pair) -> None:
        pair.cut()
        self._pairs.discard(pair)
