"""What another machine of the network gets: static files, and with the token all the rest."""

import asyncio
import io
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from hmr_server.app import Application
from hmr_server.cli.console import rich_printer
from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer
from hmr_server.reporting.terminal import Terminal

HOST = "http://192.0.2.1:5173"
OTHER, OWN = "192.0.2.9", "192.0.2.1"  # RFC 5737: no machine has these


class Server:
    """One that is asked without a socket, so that any address may ask."""

    def __init__(self, root: Path) -> None:
        self.console = Console(record=True, width=300, file=io.StringIO())
        self.config = ServerConfig(root=root, host="0.0.0.0", editor="true")
        server = DevServer(self.config, Terminal(rich_printer(self.console)))
        self.application = Application(server)

    def get(self, path: str, client: str = OTHER, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.application, client=(client, 50000))
            async with httpx.AsyncClient(transport=transport, base_url=HOST) as browser:
                names = {name.replace("_", "-"): value for name, value in headers.items()}
                return await browser.get(path, headers=names)

        return asyncio.run(ask())

    @property
    def printed(self) -> str:
        return self.console.export_text(clear=False)


@pytest.fixture
def server(site: Path) -> Server:
    (site / "main.py").write_text("print(1)\n")
    (site / "broken.js").write_text("import './nowhere.js';\n")
    return Server(site)


@pytest.mark.parametrize(
    "path", ["", "main.js", "main.py", "logo.png", "@hmr/client", "@hmr/parts/effects.js"]
)
def test_static_files_are_for_everybody(server: Server, path: str) -> None:
    answer = server.get(f"/{path}")
    assert answer.status_code == 200
    assert server.config.token not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "@hmr/python?entry=/main.py",
        "@hmr/python?file=/main.py",
        "__open-in-editor?file=main.js",
        "@hmr/events?client=x",
        "@hmr/simple/x/attrs",
    ],
)
def test_all_else_needs_the_token(server: Server, path: str) -> None:
    for headers in ({}, {"cookie": "hmr-token-5173=x"}, {"referer": f"{HOST}/"}):
        answer = server.get(f"/{path}", sec_fetch_site="same-origin", **headers)
        assert answer.status_code == 403


def test_the_link_of_the_terminal_makes_a_browser_known(server: Server) -> None:
    token = server.config.token
    answer = server.get(f"/?a=1&token={token}&b=%20")
    assert (answer.status_code, answer.headers["location"]) == (302, "/?a=1&b=+")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", f"hmr-token-5173={token}"):
        assert part in cookie
    known = {"cookie": cookie.partition(";")[0], "sec_fetch_site": "same-origin"}
    assert token in server.get("/@hmr/client", **known).text
    assert server.get("/@hmr/python?entry=/main.py", **known).status_code == 200
    assert server.get("/__open-in-editor?file=main.js", **known).status_code == 204


@pytest.mark.parametrize("query", ["token=wrong", "token=", "token"])
def test_another_token_is_the_application_s_own(server: Server, query: str) -> None:
    answer = server.get(f"/?{query}")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_the_link_leads_to_no_other_server(server: Server) -> None:
    answer = server.get(f"{HOST}//evil.example/?token={server.config.token}")
    assert answer.headers["location"] == "/evil.example/"


def test_the_terminal_says_once_how_a_machine_gets_more(server: Server) -> None:
    for _ in range(3):
        server.get("/@hmr/client")
    assert server.printed.count(f"{OTHER} has opened a page") == 1
    assert f"{HOST}/?token={server.config.token}" in server.printed


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", OWN])
def test_this_machine_needs_no_link(server: Server, client: str) -> None:
    assert server.config.token in server.get("/@hmr/client", client=client).text
    assert server.get("/@hmr/python?entry=/main.py", client=client).status_code == 200


@pytest.mark.parametrize("path", ["/broken.js", "/nowhere/", "/%2e%2e/x", "/.env"])
def test_no_path_of_this_machine_is_shown_to_others(server: Server, site: Path, path: str) -> None:
    (site / "index.html").unlink()
    for client, headers in ((OTHER, {}), ("127.0.0.1", {"x_forwarded_for": OTHER})):
        answer = server.get(path, client, accept="text/html", **headers)
        assert answer.status_code in {403, 404, 500}
        assert str(site.parent) not in answer.text
    if path == "/nowhere/":
        assert str(site) in server.get(path, "127.0.0.1", accept="text/html").text
