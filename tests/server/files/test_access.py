"""Access: hosts, origins, tokens, and files, as tables of what somebody might try."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.config import ServerConfig
from hmr_server.files.access import (
    AccessDenied,
    Admission,
    FileAccess,
    admit_socket,
    blocked_host_message,
    cors_origin,
    decode_path,
    is_host_allowed,
)


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
def test_cors_origins(origin: str | None, allowed: bool) -> None:
    assert cors_origin(origin) == (origin if allowed else None)


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
    }
    assert admit_socket(**(request | changed), config=config) is expected  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A root with secrets in it and around it."""
    root = tmp_path / "root"
    for name in (
        "index.html",
        "a b/ü.js",
        "100%.txt",
        "a%2eb.js",
        ".env",
        ".env.local",
        ".ENV.Production",
        "config/.env",
        ".env.d/values",
        "server.pem",
        "certs/Server.KEY",
        ".git/config",
        "sub/.git/HEAD",
        ".npmrc",
        ".environment.js",
        "keys.js",
        "pem",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root-beside").mkdir()
    (tmp_path / "root-beside/secret.txt").write_text("secret")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/lib.js").write_text("lib")
    (tmp_path / "shared/.env").write_text("secret")
    (root / "to-file.txt").symlink_to("../secret.txt")
    (root / "to-dir").symlink_to("..")
    (root / "to-shared").symlink_to("../shared")
    (root / "to-env.txt").symlink_to(".env")
    (root / "to-index.html").symlink_to("index.html")
    (root / "circle").symlink_to("circle")
    return root


def access_to(root: Path) -> FileAccess:
    return FileAccess.of(ServerConfig(root=root, fs_allow=(Path("../shared"),)))


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("/index.html", "index.html"),
        ("//index.html", "index.html"),
        ("/./index.html", "index.html"),
        ("/a%20b/%C3%BC.js", "a b/ü.js"),
        ("/100%25.txt", "100%.txt"),
        ("/a%252eb.js", "a%2eb.js"),
        ("/to-index.html", "index.html"),
        ("/to-shared/lib.js", "../shared/lib.js"),
        ("/.environment.js", ".environment.js"),
        ("/keys.js", "keys.js"),
        ("/pem", "pem"),
        ("/not/there.js", "not/there.js"),
        ("/@fs/{root}/index.html", "index.html"),
        ("/@fs{root}/index.html", "index.html"),
        ("/@fs/{shared}/lib.js", "../shared/lib.js"),
        ("/...", "..."),
        ("/%2f%2findex.html", "index.html"),
    ],
)
def test_files_that_are_served(project: Path, url: str, file: str) -> None:
    url = url.format(root=project, shared=project.parent / "shared")
    assert access_to(project).resolve_url(url) == (project / file).resolve()


ESCAPES = [
    "/../secret.txt",
    "/a/../../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/.%2e/secret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/%5c..%5csecret.txt",
    "/a/..",
    "/..",
    "/../root-beside/secret.txt",
    "/to-file.txt",
    "/to-dir/secret.txt",
    "/to-dir/root-beside/secret.txt",
    "/circle",
    "/circle/x",
    "/index.html%00.js",
    "/%00",
    "/index.html%0a",
    "/%ff%fe",
    "/%c0%ae%c0%ae/secret.txt",
    "/@fs/etc/passwd",
    "/@fs//etc/passwd",
    "/@fs/%2fetc/passwd",
    "/@fs{outside}/secret.txt",
    "/@fs{outside}/root-beside/secret.txt",
    "/@fs{outside}/root/../secret.txt",
    "/@fs{outside}/root/%2e%2e/secret.txt",
    "/@fs{outside}/root/to-file.txt",
    "/@fs/",
    "/@fs/..%2f..%2fetc/passwd",
    "/@fs/proc/self/environ",
    "/proc/../../../../proc/self/environ",
]

SECRETS = [
    "/.env",
    "/.ENV",
    "/%2eenv",
    "/.%65nv",
    "/./.env",
    "//.env",
    "/.env/",
    "/.env.local",
    "/.Env.LOCAL",
    "/.ENV.Production",
    "/config/.env",
    "/.env.d/values",
    "/server.pem",
    "/SERVER.PEM",
    "/certs/Server.KEY",
    "/.git/config",
    "/.GIT/config",
    "/.git",
    "/sub/.git/HEAD",
    "/.git%2fconfig",
    "/.npmrc",
    "/to-env.txt",
    "/to-shared/.env",
    "/@fs{outside}/root/.env",
    "/@fs{outside}/root/.git/config",
    "/@fs{outside}/shared/.env",
    "/.env.not-there",  # whether a secret exists is not told either
]


@pytest.mark.parametrize("url", [*ESCAPES, *SECRETS])
def test_files_that_are_refused(project: Path, url: str) -> None:
    with pytest.raises(AccessDenied):
        access_to(project).resolve_url(url.format(outside=project.parent))


@pytest.mark.parametrize("url", ["/%252e%252e/secret.txt", "/..%252fsecret.txt", "/%252eenv"])
def test_a_path_is_decoded_once(project: Path, url: str) -> None:
    """Encoded twice, it names a file that happens to have a % in its name: nothing is there."""
    assert not access_to(project).resolve_url(url).exists()


def test_a_denied_name_is_refused_even_when_it_links_to_something_harmless(project: Path) -> None:
    (project / "key.pem").symlink_to("index.html")
    with pytest.raises(AccessDenied):
        access_to(project).resolve_url("/key.pem")


def test_a_root_inside_a_directory_with_a_denied_name_is_served(tmp_path: Path) -> None:
    root = tmp_path / ".env"
    root.mkdir()
    (root / "a.js").touch()
    assert access_to(root).resolve_url("/a.js") == (root / "a.js").resolve()


def test_the_most_specific_directory_does_not_lift_a_denial(project: Path) -> None:
    """Allowing `.git/hooks` by name would serve what a glob forbids."""
    access = FileAccess.of(ServerConfig(root=project, fs_allow=(project / ".git",)))
    assert not access.is_allowed(project / ".git/config")


def test_a_refusal_says_what_to_do(project: Path) -> None:
    with pytest.raises(AccessDenied, match="`fs-allow` names further directories"):
        access_to(project).check(project.parent / "secret.txt")
    with pytest.raises(AccessDenied, match="never served"):
        access_to(project).check(project / ".env")


@given(st.lists(st.sampled_from(["..", ".", "%2e", "%2f", "/", "\\", "a", "%5c", "to-dir", "%"])))
def test_no_spelling_leaves_the_root(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    root = tmp_path_factory.getbasetemp() / "spelling"
    root.mkdir(exist_ok=True)
    link = root / "to-dir"
    if not link.is_symlink():
        link.symlink_to("..")
    access = FileAccess(root.resolve(), (root.resolve(),), ())
    try:
        file = access.resolve_url("/" + "".join(parts))
    except AccessDenied:
        return
    assert file.is_relative_to(root.resolve())


@given(st.text(st.characters(min_codepoint=0x20, exclude_characters="\\\x7f", codec="utf-8")))
def test_decoding_undoes_encoding(path: str) -> None:
    if ".." not in path.split("/"):
        assert decode_path(quote(path)) == path
