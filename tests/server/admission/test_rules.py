"""Who may ask: hosts, origins, sites and sockets, as tables of what somebody might try."""

from pathlib import Path

import pytest

from hmr_server.admission.machines import is_this_machine
from hmr_server.admission.rules import (
    Admission,
    Site,
    admit_socket,
    blocked_host_message,
    cors_origin,
    is_host_allowed,
    site_of,
)
from hmr_server.config import ServerConfig


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost", True),
        ("localhost:5173", True),
        ("LOCALHOST:5173", True),
        ("localhost.", True),
        ("app.localhost", True),
        ("a.b.localhost:80", True),
        ("127.0.0.1:5173", True),
        ("192.168.1.20", True),
        ("[::1]:5173", True),
        ("[::1]", True),
        ("[fe80::1%25eth0]:5173", True),
        ("[fe80::1%eth0.100]:5173", True),
        ("[fe80::1%evil.example]:5173", False),
        ("[::1%evil.example]", False),
        ("[::1%25evil.example]", False),
        ("[::1%eth0]", False),
        ("127.0.0.1%evil.example", False),
        ("127.0.0.1%25evil.example:5173", False),
        ("localhost%evil.example", False),
        ("mine.test:5173", True),
        ("MINE.test", True),
        ("not.mine.test", False),
        ("wild.test", True),
        ("a.wild.test", True),
        ("a.b.wild.test", True),
        ("badwild.test", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evil-localhost", False),
        ("localhost@evil.example", False),
        ("evil.example:80@localhost", False),
        ("evil.example#localhost", False),
        ("evil.example/localhost", False),
        ("localhost, evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("0x7f.1", False),
        ("[::1", False),
        ("[::1]evil", False),
        ("[localhost]x:1", False),
        ("localhost:port", False),
        ("", False),
        (None, False),
        (":5173", False),
        (".", False),
    ],
)
def test_hosts(tmp_path: Path, host: str | None, allowed: bool) -> None:
    config = ServerConfig(root=tmp_path, allowed_hosts=("mine.test", ".wild.test", "", "."))
    assert is_host_allowed(host, config) is allowed


def test_a_blocked_host_is_told_what_to_do() -> None:
    message = blocked_host_message("evil.example:80")
    assert message.startswith('Blocked request. This host ("evil.example") is not allowed.\n')
    assert "`allowed-hosts`" in message
    assert "\x1b" not in blocked_host_message("\x1b[31m")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True),
        ("https://localhost", True),
        ("http://app.localhost:1", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("https://app.example", True),
        ("HTTPS://App.Example", True),
        ("https://app.example:444", False),
        ("http://app.example", False),
        ("http://evil.example?.localhost", False),
        ("http://evil.example\\.localhost", False),
        ("http://evil.example#.localhost", False),
        ("http://evil.example%2f.localhost", False),
        ("http://evil example.localhost", False),
        ("http://192.168.1.20", False),
        ("http://localhost.evil.example", False),
        ("http://evil.example", False),
        ("http://evil.example@localhost", False),
        ("http://localhost:80/path", False),
        ("ftp://localhost", False),
        ("null", False),
        ("", False),
        (None, False),
    ],
)
def test_cors_origins(tmp_path: Path, origin: str | None, allowed: bool) -> None:
    config = ServerConfig(root=tmp_path, allowed_origins=("https://app.example",))
    assert cors_origin(origin, config) == (origin if allowed else None)


EVIL = "http://evil.example"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Admission.HMR),
        ({"token": None}, Admission.WRONG_TOKEN),
        ({"token": ""}, Admission.WRONG_TOKEN),
        ({"token": "right-tokenX"}, Admission.WRONG_TOKEN),
        ({"token": "ünïcode"}, Admission.WRONG_TOKEN),
        ({"origin": None, "token": None}, Admission.HMR),
        ({"origin": None, "token": None, "is_near": False}, Admission.WRONG_TOKEN),
        ({"origin": None, "is_near": False}, Admission.HMR),
        ({"origin": ""}, Admission.HMR),
        ({"origin": "", "token": None}, Admission.WRONG_TOKEN),
        ({"origin": EVIL}, Admission.HMR),  # it knows the token
        ({"origin": EVIL, "token": None}, Admission.WRONG_TOKEN),
        ({"host": "evil.example"}, Admission.WRONG_HOST),
        ({"host": "evil.example", "origin": None}, Admission.WRONG_HOST),
        ({"host": "evil.example", "token": None}, Admission.WRONG_HOST),
        ({"host": None}, Admission.WRONG_HOST),
        ({"protocols": ["vite-ping"], "host": "evil.example", "token": None}, Admission.PING),
        ({"protocols": []}, Admission.FOREIGN),
        ({"protocols": ["graphql-ws"]}, Admission.FOREIGN),
        ({"protocols": ["vite-hmr", "other"]}, Admission.FOREIGN),
        ({"path": "/"}, Admission.FOREIGN),
        ({"path": "/app"}, Admission.FOREIGN),
        ({"path": "/app/x"}, Admission.FOREIGN),
    ],
)
def test_socket_admission(tmp_path: Path, changed: dict[str, object], expected: Admission) -> None:
    config = ServerConfig(root=tmp_path, base="/app/", token="right-token1")
    request = {
        "path": "/app/",
        "protocols": ["vite-hmr"],
        "host": "localhost:5173",
        "origin": "http://localhost:5173",
        "token": "right-token1",
        "is_near": True,
    }
    assert admit_socket(**(request | changed), config=config) is expected  # type: ignore[arg-type]


CROSS = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}
LINK = CROSS | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.mark.parametrize(
    ("headers", "site"),
    [
        ({}, Site.PERSON),
        ({"sec-fetch-site": "none"}, Site.PERSON),
        ({"sec-fetch-site": "same-origin"}, Site.OWN),
        (CROSS, Site.FOREIGN),
        (CROSS | {"sec-fetch-site": "unheard-of"}, Site.FOREIGN),
        (CROSS | {"origin": EVIL}, Site.FOREIGN),
        (CROSS | {"origin": "null"}, Site.FOREIGN),
        (CROSS | {"referer": f"{EVIL}/"}, Site.FOREIGN),
        (CROSS | {"referer": "http://localhost@evil.example/"}, Site.FOREIGN),
        (CROSS | {"referer": "http://localhost\\@evil.example/"}, Site.FOREIGN),
        (CROSS | {"referer": "http://[::1"}, Site.FOREIGN),
        (CROSS | {"referer": f"{EVIL}/http://localhost/"}, Site.FOREIGN),
        (CROSS | {"origin": EVIL, "referer": "http://localhost/"}, Site.FOREIGN),
        (CROSS | {"origin": "http://localhost:3000"}, Site.NEIGHBOUR),
        (CROSS | {"referer": "http://localhost:3000/page?x"}, Site.NEIGHBOUR),
        (CROSS | {"referer": "https://app.example/"}, Site.NEIGHBOUR),
        # a frame of ours without an origin of its own
        (CROSS | {"referer": "http://mine.test:5173/"}, Site.NEIGHBOUR),
        (CROSS | {"referer": "http://mine.test:5173/", "origin": "null"}, Site.NEIGHBOUR),
        (LINK, Site.LINK),
        (LINK | {"referer": f"{EVIL}/"}, Site.LINK),
        (LINK | {"sec-fetch-dest": "iframe"}, Site.LINK),
        (LINK | {"sec-fetch-dest": "object"}, Site.FOREIGN),
        (LINK | {"sec-fetch-dest": "embed"}, Site.FOREIGN),
        (CROSS | {"sec-fetch-site": "same-site"}, Site.OTHER),
        # plain http in the network: browsers send no Sec-Fetch-…
        ({"referer": "http://mine.test:5173/a"}, Site.OWN),
        ({"origin": "http://MINE.test:5173"}, Site.OWN),
        ({"referer": "http://mine.test:80/a"}, Site.OTHER),
        ({"referer": f"{EVIL}/"}, Site.OTHER),
        ({"origin": EVIL}, Site.OTHER),
        ({"origin": "null"}, Site.OTHER),
        ({"origin": "https://app.example"}, Site.NEIGHBOUR),
    ],
)
def test_whose_page_asks(tmp_path: Path, headers: dict[str, str], site: Site) -> None:
    config = ServerConfig(root=tmp_path, allowed_origins=("https://app.example",))
    assert site_of("GET", {"host": "mine.test:5173", **headers}, config) is site


def test_sandboxed_frames_may_read_where_that_is_wanted(tmp_path: Path) -> None:
    headers = {"host": "localhost:5173", **CROSS, "origin": "null"}
    assert site_of("GET", headers, ServerConfig(root=tmp_path)) is Site.FOREIGN
    config = ServerConfig(root=tmp_path, allowed_origins=("null",))
    assert site_of("GET", headers, config) is Site.NEIGHBOUR


def test_another_site_posts_nothing(tmp_path: Path) -> None:
    assert site_of("POST", LINK, ServerConfig(root=tmp_path)) is Site.FOREIGN


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.8.9.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("::ffff:127.0.0.1", "::", True),
        ("192.0.2.7", "192.0.2.7", True),  # this machine by its own address
        ("192.0.2.8", "192.0.2.7", False),
        ("2001:db8::1", "2001:db8::2", False),
        ("not-an-address", "127.0.0.1", False),
    ],
)
def test_this_machine_and_others(client: str, server: str, expected: bool) -> None:
    assert is_this_machine((client, 50000), (server, 5173)) is expected


def test_a_socket_file_is_this_machine() -> None:
    assert is_this_machine(None, None)
