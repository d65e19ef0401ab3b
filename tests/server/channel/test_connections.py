"""The hot channel where there is no WebSocket: server-sent events and POST; and resuming."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from hmr_server.channel.connections import EventStream
from hmr_server.config import Transport
from tests.server.connected_page import load, open_socket, page, receive, save, say
from tests.server.running import PATIENCE_S, RunningServer, Start


class Stream:
    """A page that listens to an event stream and posts."""

    def __init__(self, running: RunningServer, response: httpx.Response, client: str) -> None:
        self._url = events_url(running, client)
        self._lines = response.iter_lines()

    def receive(self) -> dict[str, Any]:
        for line in self._lines:
            if line.startswith("data: "):
                payload: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return payload
        raise AssertionError("the stream has ended")

    def say(self, event: str, data: object = None) -> int:
        text = json.dumps({"type": "custom", "event": event, "data": data})
        return httpx.post(self._url, content=text).status_code


def events_url(running: RunningServer, client: str = "c1", token: str | None = None) -> str:
    token = running.config.token if token is None else token
    return f"{running.url}@hmr/events?token={token}&client={client}"


@contextlib.contextmanager
def stream(running: RunningServer, client: str = "c1") -> Iterator[Stream]:
    with httpx.stream("GET", events_url(running, client), timeout=PATIENCE_S) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        opened = Stream(running, response, client)
        assert opened.receive()["type"] == "connected"
        yield opened


def test_a_stream_carries_the_same_payloads(running: RunningServer) -> None:
    load(running, "", "main.js", "dep.js")
    with stream(running) as events, page(running) as socket:
        save(running, "dep.js", "export const value = 2; // ü\n")
        assert events.receive() == receive(socket)


def test_what_is_posted_is_heard_and_answered_to_that_client(running: RunningServer) -> None:
    running.server.channel.on("ask", lambda data, client: client.send(_answer(data)))
    with stream(running, "one") as one, stream(running, "two") as two:
        assert one.say("ask", {"n": 1}) == 204
        assert two.say("ask", {"n": 2}) == 204
        assert one.receive()["data"] == {"n": 1}
        assert two.receive()["data"] == {"n": 2}
        assert one.say("vite:invoke", {"name": "x", "id": "send:1", "data": None}) == 204
        assert one.receive()["data"]["id"] == "response:1"
    running.wait_until(lambda: not running.server.channel.clients)
    assert one.say("ask") == 404


def _answer(data: Any) -> Any:
    from hmr_client.wire.payloads import Custom

    return Custom(event="answer", data=data)


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff\xfe", b'{"type":"nonsense"}', b"\x00" * 100])
def test_garbage_is_ignored(running: RunningServer, garbage: bytes) -> None:
    load(running, "")
    with stream(running) as events:
        assert httpx.post(events_url(running), content=garbage).status_code == 204
        save(running, "index.html", "<title>new</title>")
        assert events.receive()["type"] == "full-reload"


def test_a_message_that_is_too_long_is_refused(running: RunningServer) -> None:
    with stream(running):
        assert httpx.post(events_url(running), content=b"x" * 8_500_000).status_code == 413


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("token", "client", "status"),
    [("wrong", "c1", 403), ("", "c1", 403), (None, "", 404), (None, "c" * 101, 404)],
)
def test_a_stream_needs_the_token_and_a_name(
    running: RunningServer, method: str, token: str | None, client: str, status: int
) -> None:
    answer = httpx.request(method, events_url(running, client, token))
    assert answer.status_code == status


def test_a_post_without_a_stream_is_an_error(running: RunningServer) -> None:
    assert httpx.post(events_url(running), content=b"{}").status_code == 404
    assert httpx.delete(events_url(running)).status_code in {404, 405}


def test_a_second_stream_of_a_client_takes_over(running: RunningServer) -> None:
    running.server.channel.on("ask", lambda data, client: client.send(_answer(client.id)))
    with stream(running), stream(running) as second:
        assert second.say("ask") == 204
        assert second.receive()["data"] == 2
    running.wait_until(lambda: not running.server.channel.clients)


@pytest.mark.parametrize("transport", list(Transport))
def test_the_transport_can_be_chosen(start: Start, transport: Transport) -> None:
    running = start(transport=transport)
    assert f'"transport": "{transport}"' in httpx.get(f"{running.url}@hmr/client").text
    if transport is Transport.SSE:
        with pytest.raises(InvalidStatus), open_socket(running):
            pass
    else:
        with page(running):
            pass
    if transport is Transport.WEBSOCKET:
        assert httpx.get(events_url(running)).status_code == 404
    else:
        with stream(running):
            pass


def test_a_server_that_ends_ends_its_streams(start: Start) -> None:
    running = start()
    with stream(running) as events:
        running._uvicorn.should_exit = True
        with pytest.raises((AssertionError, httpx.HTTPError)):
            events.receive()


def test_a_queue_that_is_full_refuses() -> None:
    async def nowhere(_message: Any) -> None:
        raise AssertionError

    events = EventStream(nowhere)
    assert all(events.post("x") for _ in range(1000))
    assert not events.post("x")


def resume(session: str, sequence: int) -> dict[str, object]:
    return {"session": session, "sequence": sequence, "hashes": {}}


def test_a_page_that_comes_back_gets_what_it_missed_once_and_in_order(
    running: RunningServer,
) -> None:
    load(running, "", "main.js", "dep.js")
    with page(running) as socket:
        save(running, "dep.js", "export const value = 2;\n")
        seen = receive(socket)
    with page(running) as other:
        save(running, "dep.js", "export const value = 3;\n")
        missed = [receive(other)]
        save(running, "index.html", "<title>new</title>")
        missed.append(receive(other))
    with page(running) as socket:
        say(socket, "hmr:resume", resume(running.config.session, seen["sequence"]))
        assert [receive(socket), receive(socket)] == missed
        say(socket, "hmr:resume", resume(running.config.session, missed[-1]["sequence"]))
        save(running, "index.html", "<title>newer</title>")
        assert receive(socket)["sequence"] == missed[-1]["sequence"] + 1


@pytest.mark.parametrize("sequence", [0, 99])
def test_a_page_of_another_server_is_reloaded_and_told_why(
    running: RunningServer, sequence: int
) -> None:
    with page(running) as socket:
        say(socket, "hmr:resume", resume("another", sequence))
        payload = receive(socket)
        assert (payload["type"], payload["path"]) == ("full-reload", "*")
        assert payload["reason"] == "another server runs here now"


def test_a_page_that_missed_too_much_is_reloaded(running: RunningServer) -> None:
    with page(running) as socket:
        say(socket, "hmr:resume", resume(running.config.session, 99))
        payload = receive(socket)
        assert payload["type"] == "full-reload"
        assert "more has changed" in payload["reason"]


def test_a_resume_that_is_none_is_ignored(running: RunningServer) -> None:
    load(running, "")
    with page(running) as socket:
        for garbage in (None, {}, {"session": 1}, {"session": "x", "sequence": "1"}):
            say(socket, "hmr:resume", garbage)
        save(running, "index.html", "<title>new</title>")
        assert receive(socket)["path"] == "/index.html"
