"""The client in a runtime of your own: `python follow.py http://127.0.0.1:5173/ /config.js`.

A runtime says how it loads a module. Here a module is the text that the server has for it; a game, a kiosk
or a notebook would run it.
"""

import asyncio
import sys
from urllib.request import urlopen

from hmr_client import HMRContext, connect


async def load(url: str) -> str:
    """Fetch a module's text."""
    return await asyncio.to_thread(lambda: urlopen(url).read().decode())


async def follow(server: str, path: str) -> None:
    """Show a module, and each new version of it."""
    async with connect(server, load=load) as client:
        HMRContext(client, path).accept(lambda text: print(text, flush=True))
        print(await load(server.rstrip("/") + path), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(follow(*sys.argv[1:3]))
