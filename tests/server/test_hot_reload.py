"""Hot module replacement inside Starlette, and inside what has no lifespan, on real sockets."""

import asyncio
import contextlib
import itertools
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from hmr_server import hot_reload
from hmr_server.config import ConfigError
from hmr_server.hot_reload import HotReload
from hmr_server.web.pages import page_injection
from tests.server.connected_page import receive
from tests.server.running import PATIENCE_S, find

PAGE = "<!doctype html><html><head><title>theirs</title></head><body>ü</body></html>"
BROWSER = {"accept": "text/html", "accept-encoding": "gzip"}


@pytest.fixture(autouse=True)
def no_pyodide(monkeypatch: pytest.MonkeyPatch) -> None:
    """These pages boot none, so that none has to be found or downloaded."""

    async def nothing(*_args: object) -> None:
        pass

    monkeypatch.setattr(hot_reload, "quick_pyodide", lambda _config: None)
    monkeypatch.setattr(hot_reload, "improve_pyodide", nothing)


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The URL of an application that uvicorn serves as its users have it do."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_level="warning", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server._serve([listener])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the server did not end"
        listener.close()


async def home(_request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"etag": '"theirs"'})


async def users(request: Request) -> JSONResponse:
    return JSONResponse({"user": request.path_params["name"]})


async def missing(_request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE, status_code=404)


async def events(_request: Request) -> StreamingResponse:
    return StreamingResponse(iter(["a", "b"]), media_type="text/event-stream")


async def latin(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(PAGE.encode("latin-1"), media_type="text/html; charset=latin-1")


async def encoded(request: Request) -> PlainTextResponse:
    """Answer with a page that says its encoding, in the ways that its query says."""
    said = request.query_params
    page = PAGE.replace("<head>", f"<head><meta charset='{said['meta']}'>").replace("ü", "ж")
    content = page.encode(said["bytes"])
    return PlainTextResponse(content, headers={"content-type": f"text/html{said['header']}"})


async def endless(_request: Request) -> StreamingResponse:
    async def pieces() -> AsyncIterator[str]:
        for number in itertools.count():
            yield f"<p>{number}</p>"
            await asyncio.sleep(0.01)

    return StreamingResponse(pieces(), media_type="text/html")


async def download(_request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"content-disposition": 'attachment; filename="a.html"'})


async def fragment(_request: Request) -> HTMLResponse:
    return HTMLResponse("<p>a piece</p>")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


ROUTES = [
    Route("/", home),
    Route("/users/{name}", users),
    Route("/missing", missing),
    Route("/events", events),
    Route("/latin", latin),
    Route("/encoded", encoded),
    Route("/endless", endless),
    Route("/download", download),
    Route("/fragment", fragment),
    WebSocketRoute("/", echo),
    WebSocketRoute("/echo", echo),
]


def starlette(site: Path, **options: Any) -> Starlette:
    app = Starlette(routes=list(ROUTES))
    app.add_middleware(HotReload, root=site, **options)
    return app


@pytest.fixture(params=["middleware", "around"])
def url(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Starlette with its lifespan; and an application that knows none, as Django's is."""
    app: ASGIApp = starlette(site, base="/static/")
    if request.param == "around":
        inner = Starlette(routes=list(ROUTES))

        async def without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                raise ValueError("no lifespan here")
            await inner(scope, receive, send)

        app = HotReload(without_lifespan, root=site, base="/static/")
    with served(app) as url:
        yield url


def hot_channel(url: str) -> connect:
    token = find(r'"token": "([^"]+)"', httpx.get(f"{url}@hmr/client").text)
    return connect(
        f"{url.replace('http', 'ws', 1)}?token={token}",
        origin="http://localhost",  # type: ignore[arg-type]
        subprotocols=["vite-hmr"],  # type: ignore[list-item]
        proxy=None,
    )


def test_their_pages_get_the_client(url: str) -> None:
    page = httpx.get(url, headers=BROWSER)
    assert '<head><script type="module" src="/static/@hmr/client"></script>' in page.text
    assert "<title>theirs</title>" in page.text
    assert "ü" in page.text
    assert int(page.headers["content-length"]) == len(page.content)
    assert "etag" not in page.headers
    error = httpx.get(f"{url}missing", headers=BROWSER)
    assert error.status_code == 404
    assert "@hmr/client" in error.text
    assert "ü</body>" in httpx.get(f"{url}latin", headers=BROWSER).text


@pytest.mark.parametrize(
    ("header", "meta", "encoding"),
    [
        ("; charset=koi8-r", "utf-8", "koi8-r"),
        ("", "koi8-r", "koi8-r"),
        ("; charset=nonsense", "koi8-r", "koi8-r"),
        ("", "utf-16", "utf-16"),  # has a byte order mark
        ("; charset=utf-8", "utf-8", "utf-16"),
        ("", "utf-8", "utf-8-sig"),
    ],
)
def test_their_pages_are_read_as_browsers_read_them(
    url: str, header: str, meta: str, encoding: str
) -> None:
    said = {"header": header, "meta": meta, "bytes": encoding}
    answer = httpx.get(f"{url}encoded", params=said, headers=BROWSER)
    page = answer.content.decode(encoding)
    assert "@hmr/client" in page
    assert "ж</body>" in page
    assert answer.headers["content-type"] == f"text/html{header}"
    name = find(r"<!--hmr-page:(\S+)-->", page)
    compared = httpx.get(f"{url}static/@hmr/page/{name}")  # with the text after an edit
    assert "ж</body>" in compared.text


def test_what_a_browser_shows_is_a_page(url: str) -> None:
    """A piece of one has the same text: the browser knows."""
    for destination in ("document", "iframe"):
        answer = httpx.get(f"{url}fragment", headers={"sec-fetch-dest": destination})
        assert "@hmr/client" in answer.text
        assert answer.text.endswith("<p>a piece</p>")
    for destination in ("empty", "script"):
        answer = httpx.get(f"{url}fragment", headers={"sec-fetch-dest": destination})
        assert answer.text == "<p>a piece</p>"


def test_a_page_without_an_end_is_shown_as_it_comes(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(page_injection, "_LONGEST_S", 0.1)
    headers = {"sec-fetch-dest": "document"}
    with httpx.stream("GET", f"{url}endless", headers=headers) as answer:
        assert next(answer.iter_text()).startswith("<p>0</p>")
    assert "/endless is too long or too slow to get hot updates" in caplog.text


def test_their_other_answers_are_theirs(url: str) -> None:
    assert httpx.get(f"{url}users/ü").json() == {"user": "ü"}
    assert httpx.get(f"{url}events").text == "ab"
    assert httpx.get(f"{url}fragment").text == "<p>a piece</p>"
    assert httpx.get(f"{url}download", headers={"sec-fetch-dest": "document"}).text == PAGE
    assert httpx.get(url, headers={"sec-fetch-dest": "empty"}).text == PAGE
    assert httpx.get(f"{url}nowhere", headers=BROWSER).status_code == 404
    assert httpx.post(url).status_code == 405
    assert httpx.get(url, headers={"host": "evil.example"}).text.count("theirs") == 1
    with connect(f"{url.replace('http', 'ws', 1)}echo", proxy=None) as theirs:
        theirs.send("hello")
        assert theirs.recv(PATIENCE_S) == "hello"


def test_the_front_end_is_served_below_the_base(url: str) -> None:
    module = httpx.get(f"{url}static/main.js")
    assert "createHotContext" in module.text
    assert "/static/dep.js" in module.text
    assert httpx.get(f"{url}static/logo.png").content == bytes(range(256))
    assert httpx.get(f"{url}static/index.html").status_code == 200
    assert httpx.get(f"{url}static/nowhere.js").status_code == 404
    assert httpx.get(f"{url}static/nowhere", headers=BROWSER).status_code == 404
    assert httpx.get(f"{url}main.js").status_code == 404


def test_secrets_and_foreign_hosts(url: str, site: Path) -> None:
    (site / ".env").write_text("SECRET")
    for path in ("static/.env", "static/%2eenv", "static/.env?import&raw", "static/@fs/etc/passwd"):
        answer = httpx.get(url + path)
        assert answer.status_code in {403, 404}
        assert "SECRET" not in answer.text
        assert "root:" not in answer.text
    foreign = {"host": "evil.example"}
    assert httpx.get(f"{url}static/@hmr/client", headers=foreign).status_code == 403
    assert httpx.get(f"{url}static/main.js", headers=foreign).status_code == 404


def test_a_save_reaches_their_page(url: str, site: Path) -> None:
    httpx.get(url, headers=BROWSER)
    for name in ("main.js", "dep.js"):
        httpx.get(f"{url}static/{name}")
    with hot_channel(f"{url}static/") as page:
        assert receive(page)["type"] == "connected"
        (site / "dep.js").write_text("export const value = 2;\n")
        assert receive(page)["updates"][0]["path"] == "/static/main.js".removeprefix("/static")


def test_files_that_they_serve_reach_their_page_too(site: Path) -> None:
    for name in ("p.svg", "classic.js", "secrets.json"):
        (site / name).write_text("1;\n")
    routes = [*ROUTES, Mount("/static", StaticFiles(directory=site))]
    app = HotReload(Starlette(routes=routes), root=site, base="/static/")
    script = {"sec-fetch-dest": "script", "sec-fetch-mode": "no-cors"}
    image = {"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"}
    with served(app) as url, hot_channel(f"{url}static/") as page:
        assert receive(page)["type"] == "connected"
        for name in ("p.svg", "secrets.json"):
            assert httpx.get(f"{url}static/{name}", headers=image).is_success
        assert "import" not in httpx.get(f"{url}static/classic.js", headers=script).text
        (site / "secrets.json").write_text("2;\n")
        (site / "p.svg").write_text("2;\n")
        update = receive(page)["updates"][0]
        assert (update["type"], update["path"]) == ("asset-update", "/p.svg")
        (site / "classic.js").write_text("2;\n")
        assert receive(page)["type"] == "full-reload"


def test_a_template_reloads_the_pages(site: Path, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "home.html").write_text("old")
    app = starlette(site, base="/static/", templates=[templates])
    with served(app) as url, hot_channel(f"{url}static/") as page:
        assert receive(page)["type"] == "connected"
        (templates / "home.html").write_text("new")
        payload = receive(page)
    assert (payload["type"], payload["path"]) == ("full-reload", "*")


def test_at_the_root_their_routes_come_first(site: Path) -> None:
    with served(starlette(site)) as url:
        assert "theirs" in httpx.get(url, headers=BROWSER).text
        assert "@hmr/client" in httpx.get(url, headers=BROWSER).text
        assert "createHotContext" in httpx.get(f"{url}main.js").text
        assert httpx.get(f"{url}users/me").json() == {"user": "me"}
        with connect(url.replace("http", "ws", 1), proxy=None) as theirs:
            theirs.send("hello")
            assert theirs.recv(PATIENCE_S) == "hello"
        with hot_channel(url) as ours:
            assert receive(ours)["type"] == "connected"


def test_compression_of_theirs_is_no_obstacle(site: Path) -> None:
    app = Starlette(routes=list(ROUTES))
    app.add_middleware(GZipMiddleware, minimum_size=1)
    app.add_middleware(HotReload, root=site, base="/static/")
    with served(app) as url:
        assert "@hmr/client" in httpx.get(url, headers=BROWSER).text


@pytest.mark.parametrize("base", [None, "/front/"])
def test_mounted_it_serves_like_the_server(site: Path, base: str | None) -> None:
    hot = HotReload(root=site, base=base)
    app = Starlette(routes=[Mount("/front", hot), *ROUTES])
    with served(app) as url:
        assert httpx.get(url).text == PAGE
        page = httpx.get(f"{url}front/", headers=BROWSER)
        assert 'src="/front/@hmr/client"' in page.text
        assert "/front/dep.js" in httpx.get(f"{url}front/main.js").text
        assert httpx.get(f"{url}front/deep/link", headers=BROWSER).text == page.text
        with hot_channel(f"{url}front/") as socket:
            assert receive(socket)["type"] == "connected"
            (site / "index.html").write_text("<title>new</title>")
            assert receive(socket)["path"] == "/index.html"


def test_alone_it_is_an_application(site: Path) -> None:
    with served(HotReload(root=site)) as url:
        assert "@hmr/client" in httpx.get(url, headers=BROWSER).text


@pytest.mark.parametrize("settings", [{"root": "nowhere"}, {"prot": 1}, {"base": "http://x/"}])
def test_a_wrong_setting_is_named_at_once(site: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        HotReload(**({"root": site} | settings))
