"""A server on a real socket, in a thread of its own."""

import asyncio
import re
import threading
from collections.abc import Callable

import httpx
from rich.console import Console

from hmr_server.cli.serving import _Server, listen, urls_of, uvicorn_config
from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer

PATIENCE_S = 60.0  # for what is stuck; nothing waits this long when all is well


class RunningServer:
    """A server that answers at `url`.

    Attributes:
        url: Its root page; ends with a slash.
        server: Its parts, which live in another thread.
        printed: What its terminal has shown.
    """

    def __init__(self, config: ServerConfig, server: DevServer, console: Console) -> None:
        self.config = server.config  # of the session that it has taken over
        self.server = server
        self._console = console
        self._listener = listen(config)
        (self.url,) = urls_of(self._listener, config)
        self._uvicorn = _Server(uvicorn_config(server), server)
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    @property
    def printed(self) -> str:
        return self._console.export_text(clear=False)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A GET of a path as it is written, which httpx would clean up."""
        host, port = self._listener.getsockname()[:2]
        return raw_get(host, port, path, {name.replace("_", "-"): v for name, v in headers.items()})

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Waits for a state of the server's, looked at in its own thread."""

        async def look() -> None:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():  # noqa: ASYNC110  # what it looks at has no event
                    await asyncio.sleep(0.001)

        asyncio.run_coroutine_threadsafe(look(), self._loop).result()

    def __enter__(self) -> "RunningServer":
        self._thread.start()
        self._ready.wait(PATIENCE_S)
        if self._failed:
            self._listener.close()
            self._console.file.close()
            raise self._failed
        return self

    def end(self) -> None:
        """End it, while its context goes on: another one may take over its session."""
        self._uvicorn.should_exit = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the server did not end"

    def __exit__(self, *_exc: object) -> None:
        self.end()
        self._listener.close()
        self._console.file.close()
        if self._failed:
            raise self._failed

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  # raised where the test waits
            self._failed = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self.server.running():
            self._ready.set()
            await self._uvicorn._serve([self._listener])


def raw_get(host: str, port: int, path: str, headers: dict[str, str]) -> httpx.Response:
    """A GET whose path travels as it is written."""
    headers.setdefault("host", f"{host}:{port}")
    with httpx.Client() as client:
        url = httpx.URL(scheme="http", host=host, port=port, raw_path=path.encode())
        return client.send(client.build_request("GET", url, headers=headers))


def find(pattern: str, text: str) -> str:
    """The first group of the first match."""
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in:\n{text}"
    return found[1]


Start = Callable[..., RunningServer]
