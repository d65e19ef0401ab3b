"""What pages ask for after an update is made while the push is on its way to them."""

from typing import Any

import pytest
from starlette.types import Scope

from hmr_client.wire.payloads import CssUpdate, JsUpdate, UpdatePayload
from hmr_server.web.expected_requests import ExpectedRequest, expected_requests
from tests.server.connected_page import OF_A_PAGE, page, receive, save
from tests.server.running import RunningServer

SCRIPT = {**OF_A_PAGE, "sec-fetch-dest": "script", "sec-fetch-mode": "cors"}
LINK = {
    **OF_A_PAGE,
    "sec-fetch-dest": "style",
    "sec-fetch-mode": "no-cors",
    "accept": "text/css,*/*;q=0.1",
}


def js(path: str, accepted: str, **options: Any) -> JsUpdate:
    return JsUpdate(path=path, accepted_path=accepted, timestamp=7, **options)


@pytest.mark.parametrize(
    ("update", "urls"),
    [
        (js("/a.js", "/a.js"), ["/a.js?t=7"]),
        (js("/a.js", "/b.js?raw"), ["/b.js?t=7&raw"]),
        (js("/a.js", "/c.svg", explicit_import_required=True), ["/c.svg?import&t=7"]),
        (js("/a.js", "/ö x.js"), ["/%C3%B6%20x.js?t=7"]),
        (js("/a.js", "virtual:x"), ["/@id/virtual:x?t=7"]),
        (
            js("/a.js", "/a.js", extra={"preload": ["/b.js?t=7", "/a.js?t=7"]}),
            ["/a.js?t=7", "/b.js?t=7"],
        ),
        (CssUpdate(path="/s.css", accepted_path="/s.css", timestamp=7), ["/s.css?t=7"]),
        (CssUpdate(path="/s.css?v=1", accepted_path="/s.css?v=1", timestamp=7), ["/s.css?v=1&t=7"]),
    ],
)
def test_the_urls_that_pages_ask_for(update: JsUpdate | CssUpdate, urls: list[str]) -> None:
    expected = list(expected_requests(UpdatePayload(updates=(update,))))

    assert [request.url for request in expected] == urls
    assert {request.is_style for request in expected} == {isinstance(update, CssUpdate)}


def test_a_request_below_a_base() -> None:
    scope = ExpectedRequest("/%C3%B6.js?t=7", is_style=False).scope("/app/")

    assert (scope["path"], scope["raw_path"]) == ("/app/ö.js", b"/app/%C3%B6.js")
    assert scope["query_string"] == b"t=7"


def warm(running: RunningServer, path: str, headers: dict[str, str]) -> bytes | None:
    """The body of a prepared answer."""
    raw, _, query = path.partition("?")
    host = running.url.split("/")[2]
    given = [(name.encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "headers": given,
    }
    answer = running.server.requests.warm(scope)
    return None if answer is None else answer.body


def test_the_answers_are_there_before_pages_ask(running: RunningServer) -> None:
    save(running, "s.css", "p { color: red }")
    running.get("/", accept="text/html")
    for path, headers in (("/main.js", SCRIPT), ("/dep.js", SCRIPT), ("/s.css", LINK)):
        assert running.get(path, **headers).status_code == 200
    with page(running) as socket:
        save(running, "dep.js", "export const value = 2;\n")
        stamp = receive(socket)["updates"][0]["timestamp"]
        running.wait_until(lambda: warm(running, f"/dep.js?t={stamp}", SCRIPT) is not None)
        assert f"/dep.js?t={stamp}".encode() in (
            warm(running, f"/main.js?t={stamp}", SCRIPT) or b""
        )
        prepared = warm(running, f"/dep.js?t={stamp}", SCRIPT)
        assert running.get(f"/dep.js?t={stamp}", **SCRIPT).content == prepared
        assert b"value = 2" in (prepared or b"")

        save(running, "s.css", "p { color: blue }")
        stamp = receive(socket)["updates"][0]["timestamp"]
        running.wait_until(lambda: b"blue" in (warm(running, f"/s.css?t={stamp}", LINK) or b""))


def test_an_error_is_told_when_a_page_asks_and_once(running: RunningServer) -> None:
    running.get("/", accept="text/html")
    for path in ("/main.js", "/dep.js"):
        running.get(path, **SCRIPT)
    with page(running) as socket:
        save(running, "dep.js", 'import "./not-there.js";\nexport const value = 2;\n')
        update = receive(socket)
        assert update["type"] == "update"
        stamp = update["updates"][0]["timestamp"]
        dep = running.server.environment.graph.get_by_url("/dep.js")
        assert dep is not None
        running.wait_until(lambda: bool(dep.unresolved))  # it was tried
        assert running.get(f"/dep.js?t={stamp}", **SCRIPT).status_code == 500
        error = receive(socket)
        assert (error["type"], error["sequence"]) == ("error", update["sequence"] + 1)


def test_a_save_that_follows_at_once_is_not_answered_with_the_text_before(
    running: RunningServer,
) -> None:
    running.get("/", accept="text/html")
    for path in ("/main.js", "/dep.js"):
        running.get(path, **SCRIPT)
    with page(running) as socket:
        for number in range(2, 12):
            save(running, "dep.js", f"export const value = {number};\n")
            stamp = receive(socket)["updates"][0]["timestamp"]
            assert f"value = {number};" in running.get(f"/dep.js?t={stamp}", **SCRIPT).text
