"""The least that an update can cost: a file event, a WebSocket message, import(), the page's callback.

    python -S bench/harness/floor.py ROOT PORT

Linux's own calls and nothing of the product; one process, one thread. It knows just enough to serve the
generated projects: imports are relative, in double quotes; a module with `import.meta.hot` accepts itself.
"""

import base64
import ctypes
import hashlib
import json
import os
import posixpath
import re
import select
import socket
import struct
import sys
import time

_TEXT = 0x81
_SAVED = 0x8 | 0x80  # IN_CLOSE_WRITE, IN_MOVED_TO
_IMPORT = re.compile(r'(?<=")(\.[^"?]+\.js)(?=")')
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}
_CLIENT = """\
<script>
globalThis.__accepted = {};
const socket = new WebSocket(`ws://${location.host}/`);
socket.onmessage = async ({ data }) => {
  const { paths, time } = JSON.parse(data);
  for (const path of paths.filter((path) => path.endsWith(".css"))) {
    const old = [...document.querySelectorAll("link")].find(({ href }) => new URL(href).pathname === path);
    const link = old.cloneNode();
    link.href = `${path}?t=${time}`;
    link.onload = () => old.remove();
    old.after(link);
  }
  const modules = paths.filter((path) => path.endsWith(".js"));
  const fresh = await Promise.all(modules.map((path) => import(`${path}?t=${time}`)));
  modules.forEach((path, number) => __accepted[path]?.(fresh[number]));
};
</script>
"""


class Floor:
    """Serves a project and pushes what was saved."""

    def __init__(self, root: str, port: int) -> None:
        self.root = root
        self.importers: dict[str, set[str]] = {}
        self.accepting: set[str] = set()
        self.stamps: dict[str, int] = {}
        self.pages: dict[int, socket.socket] = {}
        self.open: dict[int, tuple[socket.socket, bytearray]] = {}
        self.watched: dict[int, str] = {}
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.events = self.libc.inotify_init1(os.O_NONBLOCK)
        for directory, _, _ in os.walk(root):
            number = self.libc.inotify_add_watch(self.events, os.fsencode(directory), _SAVED)
            self.watched[number] = directory
        self.listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.poll = select.epoll()
        for number in (self.events, self.listener.fileno()):
            self.poll.register(number, select.EPOLLIN)

    def run(self) -> None:
        """Serve until the process is ended."""
        while True:
            for number, _ in self.poll.poll():
                if number == self.events:
                    self._saved()
                elif number == self.listener.fileno():
                    connection, _ = self.listener.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.open[connection.fileno()] = (connection, bytearray())
                    self.poll.register(connection.fileno(), select.EPOLLIN)
                else:
                    self._received(number)

    def _saved(self) -> None:
        data, position, paths = os.read(self.events, 1 << 20), 0, {}
        while position < len(data):
            number, _, _, length = struct.unpack_from("iIII", data, position)
            name = data[position + 16 : position + 16 + length].rstrip(b"\0").decode()
            position += 16 + length
            if not name.startswith("."):
                paths[f"{self.watched[number]}/{name}"[len(self.root) :]] = None
        stamp, found, seen, waiting = int(time.time() * 1000), [], set(), list(paths)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            self.stamps[path] = stamp
            if path in self.accepting or path.endswith(".css"):
                found.append(path)
            else:
                waiting += self.importers.get(path, ())
        message = json.dumps({"paths": found, "time": stamp}).encode()
        size = len(message)
        head = bytes([_TEXT, size]) if size < 126 else struct.pack(">BBH", _TEXT, 126, size)
        if size >= 1 << 16:
            head = struct.pack(">BBQ", _TEXT, 127, size)
        for page in self.pages.values():
            page.sendall(head + message)

    def _received(self, number: int) -> None:
        connection, buffer = self.open[number]
        try:
            data = connection.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self.poll.unregister(number)
            self.pages.pop(number, None)
            del self.open[number]
            connection.close()
        elif number not in self.pages:
            buffer += data
            while (end := buffer.find(b"\r\n\r\n")) >= 0:
                request = bytes(buffer[:end])
                del buffer[: end + 4]
                self._answer(connection, request)

    def _answer(self, connection: socket.socket, request: bytes) -> None:
        key = re.search(rb"(?i)\r\nsec-websocket-key: *(\S+)", request)
        if key:
            proof = hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
            )
            self.pages[connection.fileno()] = connection
            return
        path = request.split(b" ", 2)[1].decode().partition("?")[0]
        path = "/index.html" if path == "/" else path
        try:
            with open(self.root + path, encoding="utf-8") as file:  # noqa: PTH123  # no import more
                text = self._served(path, file.read())
        except OSError:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        body = text.encode()
        tag = hashlib.md5(body).hexdigest()
        head = f"Content-Type: {_TYPES.get(path.rpartition('.')[2], 'text/plain')}\r\nCache-Control: no-cache\r\n"
        head += f'ETag: "{tag}"\r\n'
        if f'"{tag}"'.encode() in request:
            connection.sendall(f"HTTP/1.1 304 Not Modified\r\n{head}\r\n".encode())
            return
        length = f"Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}{length}".encode() + body)

    def _served(self, path: str, text: str) -> str:
        if path.endswith(".html"):
            return text.replace("<head>", f"<head>{_CLIENT}")
        if not path.endswith(".js"):
            return text
        folder = posixpath.dirname(path)

        def written(found: "re.Match[str]") -> str:
            imported = posixpath.normpath(f"{folder}/{found[1]}")
            self.importers.setdefault(imported, set()).add(path)
            stamp = self.stamps.get(imported)
            return f"{imported}?t={stamp}" if stamp else imported

        if "import.meta.hot" in text:
            self.accepting.add(path)
            hot = f"import.meta.hot = {{ accept: (callback) => (__accepted[{json.dumps(path)}] = callback) }};"
            text = hot + text
        return _IMPORT.sub(written, text)


if __name__ == "__main__":
    Floor(os.path.realpath(sys.argv[1]), int(sys.argv[2])).run()
