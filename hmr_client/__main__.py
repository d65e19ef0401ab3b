"""`python -m hmr_client URL`: a process that is a client of a dev server and prints its payloads."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from .exceptions import TransportError
from .transport.normalised import NormalisedTransport
from .wire.payloads import Custom, HotPayload
from .wire.serialisation import serialise_payload


class _StderrLogger:
    def error(self, message: str | BaseException) -> None:
        print(f"hmr_client: {message}", file=sys.stderr)

    def debug(self, message: str) -> None:
        print(f"hmr_client: {message}", file=sys.stderr)


async def _print_payloads(url: str) -> None:
    from .transport.websockets import WebSocketsTransport

    ended = asyncio.Event()

    def arrived(payload: HotPayload) -> None:
        match payload:
            case Custom(event="vite:ws:connect"):
                pass
            case Custom(event="vite:ws:disconnect"):
                ended.set()
            case _:
                print(serialise_payload(payload), flush=True)

    transport = NormalisedTransport(WebSocketsTransport(url, _StderrLogger()))
    await transport.connect(arrived)
    await ended.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Connect, and print each payload as a line of JSON until the server closes the connection.

    Args:
        arguments: The command line; the process's own if it is not given.

    Returns:
        The exit code: 0 after Ctrl-C, 1 if there is no server or it went away, 2 for a wrong
        command line or a missing library.
    """
    parser = argparse.ArgumentParser(
        prog="python -m hmr_client", description="Print the payloads of a dev server as JSON lines."
    )
    parser.add_argument("url", metavar="URL", help="the server's, as http://127.0.0.1:5173/")
    url = parser.parse_args(arguments).url
    try:
        asyncio.run(_print_payloads(url))
    except KeyboardInterrupt:
        return 0
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "websockets":
            raise
        print(
            'hmr_client: the websockets library is missing: pip install "hmr-client[websockets]"',
            file=sys.stderr,
        )
        return 2
    except TransportError as error:
        print(f"hmr_client: {error}", file=sys.stderr)
        return 1
    print("hmr_client: the server went away", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
