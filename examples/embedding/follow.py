"""The client in a runtime of your own: `python follow.py http://127.0.0.1:5173/ /config.js`.

Three things make a runtime: how it loads a module, where it logs, and its way to the server. Here a module
is the text that the server has for it; a game, a kiosk or a notebook would run it.
"""

import asyncio
import sys
from urllib.request import urlopen

from hmr_client import HMRClient, HMRContext, MessageHandler, NormalisedTransport
from hmr_client.payloads import JsUpdate
from hmr_client.websockets_transport import WebSocketsTransport


class Log:
    """Where the client says what it does, and what went wrong."""

    def debug(self, message: str) -> None:
        print(message, flush=True)

    def error(self, message: str | BaseException) -> None:
        print(f"error: {message}", flush=True)


async def follow(server: str, path: str) -> None:
    """Show a module, and each new version of it."""
    gone = asyncio.Event()

    def fetch(url: str) -> str:
        with urlopen(server.rstrip("/") + url) as answer:
            return answer.read().decode()

    async def load(update: JsUpdate) -> str:
        return await asyncio.to_thread(fetch, f"{update.accepted_path}?t={update.timestamp}")

    log = Log()
    transport = NormalisedTransport(WebSocketsTransport(server, log))
    client = HMRClient(log, transport, load)
    handler = MessageHandler(client)

    hot = HMRContext(client, path)
    hot.accept(lambda text: print(text, flush=True))
    hot.on("vite:ws:disconnect", lambda _: gone.set())

    await transport.connect(handler)
    print(await asyncio.to_thread(fetch, path), flush=True)
    await gone.wait()


if __name__ == "__main__":
    asyncio.run(follow(*sys.argv[1:3]))
