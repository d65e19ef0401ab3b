"""A plain Python process as a client, over real sockets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

websockets = pytest.importorskip("websockets", reason="no sockets inside Pyodide under Node")

from hmr_client.exceptions import InvokeError, TransportError  # noqa: E402
from hmr_client.testing import RecordingLogger  # noqa: E402
from hmr_client.transport.normalised import NormalisedTransport  # noqa: E402
from hmr_client.transport.websockets import WebSocketsTransport, socket_url  # noqa: E402
from hmr_client.wire.custom_events import INVOKE  # noqa: E402
from hmr_client.wire.json_text import dump_json  # noqa: E402
from hmr_client.wire.payloads import Connected, Custom, HotPayload, Ping  # noqa: E402
from hmr_client.wire.serialisation import parse_payload, serialise_payload  # noqa: E402

CONNECT = Custom(event="vite:ws:connect")
DISCONNECT = Custom(event="vite:ws:disconnect")


@asynccontextmanager
async def serving(handler: Callable[[Any], Any]) -> AsyncIterator[str]:
    from websockets.asyncio.server import serve

    async with serve(handler, "127.0.0.1", 0, subprotocols=["vite-hmr"]) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://127.0.0.1:5173", "ws://127.0.0.1:5173/"),
        ("https://host/base/", "wss://host/base/"),
        ("localhost:5173", "ws://localhost:5173/"),
        ("ws://h:1/?token=t", "ws://h:1/?token=t"),
    ],
)
def test_the_socket_is_found_from_the_pages_url(url, socket):
    assert socket_url(url) == socket


def test_payloads_go_both_ways_and_what_is_none_is_logged():
    async def server(socket) -> None:
        assert socket.subprotocol == "vite-hmr"
        assert "Origin" not in socket.request.headers
        await socket.send('{"type":"connected"}')
        await socket.send("no payload")
        await socket.send(b"\x00")
        await socket.send('{"type":"tomorrow"}')
        await socket.send(await socket.recv())

    async def scenario() -> None:
        arrived: asyncio.Queue[HotPayload] = asyncio.Queue()
        logger = RecordingLogger()
        async with serving(server) as url:
            transport = NormalisedTransport(WebSocketsTransport(url, logger))
            await transport.connect(arrived.put_nowait)
            await transport.send(Ping())
            assert [await arrived.get() for _ in range(4)] == [
                CONNECT,
                Connected(),
                Ping(),
                DISCONNECT,
            ]
            assert not transport.connected
        assert [level for level, _ in logger.lines] == ["error", "error", "debug"]

    asyncio.run(scenario())


def test_invoke_works_over_it():
    async def server(socket) -> None:
        async for message in socket:
            data = parse_payload(message).data
            answer = (
                {"result": data["data"]} if data["name"] == "echo" else {"error": {"message": "no"}}
            )
            await socket.send(
                dump_json(
                    {
                        "type": "custom",
                        "event": INVOKE,
                        "data": {"id": data["id"].replace("send", "response"), "data": answer},
                    }
                )
            )

    async def scenario() -> None:
        async with serving(server) as url:
            transport = NormalisedTransport(WebSocketsTransport(url, RecordingLogger()))
            await transport.connect()
            assert await transport.invoke("echo", {"n": 1}) == {"n": 1}
            with pytest.raises(InvokeError, match="no"):
                await transport.invoke("other")
            await transport.disconnect()
            assert not transport.connected

    asyncio.run(scenario())


def test_no_server_is_an_error_that_says_where():
    with pytest.raises(TransportError, match=r"ws://127\.0\.0\.1:9/.*is it running"):
        asyncio.run(
            NormalisedTransport(WebSocketsTransport("127.0.0.1:9", RecordingLogger())).connect()
        )


def test_the_command_prints_what_arrives():
    async def server(socket) -> None:
        await socket.send(serialise_payload(Connected(session="s", sequence=3)))

    async def scenario() -> tuple[int | None, bytes, bytes]:
        async with serving(server) as url:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "hmr_client",
                url,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            out, error = await process.communicate()
            return process.returncode, out, error

    code, out, error = asyncio.run(scenario())
    assert out == b'{"type":"connected","session":"s","sequence":3}\n'
    assert error == b"hmr_client: the server went away\n"
    assert code == 1
