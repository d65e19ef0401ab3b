"""A project full of canaries, and the servers that have it."""

import asyncio
import contextlib
import functools
import http.server
import io
import secrets
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from rich.console import Console
from starlette.types import ASGIApp

from hmr_server import hot_reload
from hmr_server.build.site import build
from hmr_server.cli.console import rich_printer
from hmr_server.config import load_config
from hmr_server.dev_server import DevServer
from hmr_server.hot_reload import HotReload
from hmr_server.reporting.terminal import Terminal
from tests.server.running import PATIENCE_S, RunningServer

# 36 characters: in base64 each file begins with the same 48
CANARY = f"CANARY-{secrets.token_hex(14)}-"
SIGNS = (CANARY.encode(), b64encode(CANARY.encode()), CANARY.encode().hex().encode())

_OUTSIDE = ("secret.txt", "secret.html", "secret.py", "secret.map", "secret.css", "secret.js")
_SECRETS = (
    *(".env", ".env.local", ".env~", "#.env#", ".#.env", ".env.swp", ".env.bak", "sub/.env"),
    *("server.pem", "server.pem~", "server.pem.bak", "server.pem.old", "server.pem.1"),
    *("server.pem.~1~", ".server.pem.swp", "#server.pem#", "server (1).pem", "id_ed25519.orig"),
    *(".git/config", ".git/HEAD", "sub/.git/config", ".svn/entries", ".hg/store"),
    *(".envrc", ".git-credentials", ".gitconfig", ".aws/credentials", ".docker/config.json"),
    *(".kube/config", ".ssh/id_ed25519", ".ssh/known_hosts", ".pgpass", ".netrc", ".npmrc"),
    *(".pypirc", ".htpasswd", ".vscode/settings.json", ".hidden", ".hidden.py", ".DS_Store"),
    *("sub/.hidden/file.txt", "id_rsa", "id_ecdsa", "id_ed25519", "app.jks", "app.keystore"),
    *("app.kdbx", "app.ppk", "app.p12", "app.tfstate", "app.tfstate.backup", "credentials.json"),
    *("credentials (1).json", "secrets.json", "secrets.yaml", "secrets.toml", "secrets.py"),
)
_FILES = {
    "index.html": '<!doctype html><html><head></head><body><script type="module" src="main.js">'
    '</script><script type="module" src="/@hmr/client" data-entry="/main.py"></script></body></html>',
    "main.js": "import './style.css';\nimport.meta.hot?.accept();\n",
    "main.py": "import secrets\nprint(open('names.json').read(), secrets)\n",
    "names.json": "[]",
    "style.css": "p { color: red }\n",
    "pixel.png": "not one",
    "traps/import.js": "import '../../secret.js';\nimport '/@fs{outside}/secret.js';\n",
    "traps/import-env.js": "import '../.env';\nimport '../server.pem?raw';\n",
    "traps/raw.js": "import a from '../../secret.txt?raw';\nimport b from '../.env?raw';\n",
    "traps/url.js": "import a from '../.env?url&inline';\nnew URL('../.env', import.meta.url);\n",
    "traps/style.css": "@import '../../secret.css';\n@import '../.env';\np { background: url(../.env) }\n",
    "traps/page.html": "<html><link rel=stylesheet href=../../secret.css><style>@import '../.env';"
    "</style><script type=module>import '../.env'</script></html>",
    "traps/json.js": "import a from '../credentials.json';\nimport b from '../secrets.json';\n",
    "traps/broken.js": "import './\\x1b]0;title';\nconst = \u202e;\n",
    "traps/main.py": "import secrets\nfrom .. import secrets\nopen('../.env')\n",
}


@dataclass(slots=True)
class Victim:
    """A server that has the project.

    Attributes:
        name: What it is.
        port: Where it listens, on 127.0.0.1.
        base: The path that it serves below.
        folder: The folder around the project.
        printed: Returns what its terminal has shown.
        token: Its token; empty where it has none.
        is_own: It is `hmr-server` itself, and no application's part.
    """

    name: str
    port: int
    base: str
    folder: Path
    printed: Callable[[], str] = field(default=lambda: "")
    token: str = ""
    is_own: bool = False

    def ask(self, head: str) -> tuple[int, bytes]:
        """Sends a request as it is written, once its places are filled in.

        Returns:
            The status code, 0 where the connection was closed without one, and all that came.
        """
        for name, value in (
            ("{host}", f"127.0.0.1:{self.port}"),
            ("{base}", self.base),
            ("{token}", self.token),
            ("{root}", str(self.folder / "project")),
            ("{outside}", str(self.folder)),
        ):
            head = head.replace(name, value)
        if "Upgrade:" not in head:
            head += "Connection: close\n"
        raw = (head + "\n").replace("\n", "\r\n").encode("latin-1")
        came = exchange(self.port, raw)
        status = came.partition(b" ")[2][:3]
        return (int(status) if status.isdigit() else 0), came


def exchange(port: int, raw: bytes) -> bytes:
    """What comes back for some bytes, until the connection is closed or is a WebSocket's."""
    came = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.sendall(raw)
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                came += piece
                if came.startswith(b"HTTP/1.1 101"):
                    break
    return bytes(came)


def lay_out(folder: Path) -> Path:
    """Makes the project, with canaries in it and around it; returns its folder."""
    project = folder / "project"
    for name in _OUTSIDE:
        _write(folder / name, CANARY)
    for name in ("public-beside", "project-beside"):
        _write(folder / name / "secret.txt", CANARY)
        _write(project / "public/robots.txt", "")
    for name in _SECRETS:
        _write(project / name, CANARY)
    for name, text in _FILES.items():
        _write(project / name, text.replace("{outside}", str(folder)))
    _write(project / "node_modules/.vite/deps/a.js", "")
    (project / "to-secret.txt").symlink_to("../secret.txt")
    (project / "to-outside").symlink_to("..")
    (project / "to-env.txt").symlink_to(".env")
    return project


@contextlib.contextmanager
def hmr_server(folder: Path) -> Iterator[Victim]:
    """`hmr-server`."""
    project = lay_out(folder)
    config = load_config(project, port=0, editor="true")
    console = Console(record=True, width=200, file=io.StringIO())
    with RunningServer(
        config, DevServer(config, Terminal(rich_printer(console))), console
    ) as running:
        port = int(running.url.rsplit(":", 1)[1].strip("/"))
        yield Victim(
            "hmr-server", port, "/", folder, lambda: running.printed, config.token, is_own=True
        )


@contextlib.contextmanager
def fastapi(folder: Path) -> Iterator[Victim]:
    """An application of FastAPI's."""
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    def home() -> str:
        return "<!doctype html><html><head></head><body>theirs</body></html>"

    with _embedded(
        "FastAPI", folder, lambda project: HotReload(app, root=project, base="/static/")
    ) as victim:
        yield victim


@contextlib.contextmanager
def django(folder: Path) -> Iterator[Victim]:
    """An application of Django's."""
    from django.conf import settings
    from django.core.asgi import get_asgi_application

    if not settings.configured:
        settings.configure(
            SECRET_KEY="a test's", ALLOWED_HOSTS=["*"], ROOT_URLCONF="tests.security.urls"
        )
    app = get_asgi_application()
    with _embedded(
        "Django", folder, lambda project: HotReload(app, root=project, base="/static/")
    ) as victim:
        yield victim


@contextlib.contextmanager
def built(folder: Path) -> Iterator[Victim]:
    """What `hmr-server build` writes, on a server that gives away all that is there."""
    project = lay_out(folder)
    out = folder / "dist"
    build(load_config(project), out, None)
    handler = functools.partial(_Quiet, directory=str(out))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Victim("build", server.server_port, "/", folder)
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:  # type: ignore[override]
        pass


@contextlib.contextmanager
def _embedded(name: str, folder: Path, make: Callable[[Path], ASGIApp]) -> Iterator[Victim]:
    project = lay_out(folder)
    console = Console(record=True, width=200, file=io.StringIO())

    async def nothing(*_args: object) -> None:
        pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hot_reload, "quick_pyodide", lambda _config: None)
        patch.setattr(hot_reload, "improve_pyodide", nothing)
        patch.setattr(hot_reload, "Terminal", lambda: Terminal(rich_printer(console)))
        app = make(project)
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        thread = threading.Thread(target=lambda: asyncio.run(server._serve([listener])))
        thread.start()
        try:
            port = listener.getsockname()[1]
            token = app._config.token  # type: ignore[attr-defined]
            yield Victim(
                name, port, "/static/", folder, lambda: console.export_text(clear=False), token
            )
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
            listener.close()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
