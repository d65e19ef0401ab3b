"""Which files are served, as tables of what somebody might try."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hmr_server.config import ServerConfig
from hmr_server.files.access import AccessDenied, BadPath, FileAccess, decode_path


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
        "id_card.js",
        "id_github",
        "id_github.pub",
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
    return FileAccess.of(
        ServerConfig(root=root, fs_allow=(Path("../shared"),), fs_deny=("*.secret",))
    )


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("/index.html", "index.html"),
        ("//index.html", "index.html"),
        ("/a%20b/%C3%BC.js", "a b/ü.js"),
        ("/100%25.txt", "100%.txt"),
        ("/a%252eb.js", "a%2eb.js"),
        ("/to-index.html", "index.html"),
        ("/to-shared/lib.js", "../shared/lib.js"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
        ("/node_modules/.pnpm/a@1.0.0/index.js", "node_modules/.pnpm/a@1.0.0/index.js"),
        ("/id_card.js", "id_card.js"),
        ("/users/id_42", "users/id_42"),
        ("/keys.js", "keys.js"),
        ("/pem", "pem"),
        ("/not/there.js", "not/there.js"),
        ("/@fs/{root}/index.html", "index.html"),
        ("/@fs{root}/index.html", "index.html"),
        ("/@fs/{shared}/lib.js", "../shared/lib.js"),
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
    "/.environment.js",
    "/.hidden/a.js",
    "/sub/.hidden",
    "/...",
    "/node_modules/.pnpm/a/.env",
    "/node_modules/a/.hidden",
    "/.env~",
    "/%23.env%23",
    "/.%23server.pem",
    "/server.pem~",
    "/server.pem.bak",
    "/server.pem.bak~",
    "/server.pem.~12~",
    "/server.pem.orig",
    "/server%20(1).pem",
    "/server.pem%20copy",
    "/certs/.Server.KEY.swp",
    "/.git.bak/config",
    "/id_rsa.old",
    "/id_github",
    "/id_github.pub",
    "/credentials%20(2).json",
    "/credentials.json",
    "/secrets.yaml",
    "/terraform.tfstate.backup",
    "/my-own.secret~",
]


@pytest.mark.parametrize("url", [*ESCAPES, *SECRETS])
def test_files_that_are_refused(project: Path, url: str) -> None:
    with pytest.raises(AccessDenied):
        access_to(project).resolve_url(url.format(outside=project.parent))


@pytest.mark.parametrize("url", ["/%252e%252e/secret.txt", "/to-dir%252fsecret.txt", "/%252eenv"])
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


def test_a_hidden_folder_is_served_where_it_is_named(project: Path) -> None:
    access = FileAccess.of(ServerConfig(root=project, fs_allow=(Path(".storybook"),)))
    assert access.is_allowed(project / ".storybook/preview.js")
    assert not access.is_allowed(project / ".storybook/.env")
    assert not access.is_allowed(project / ".storybook/.hidden.js")
    assert not access.is_allowed(project / ".vscode/settings.json")


@pytest.mark.parametrize("url", ["/%00", "/a%0a", "/%ff", "/a%5cb"])
def test_a_path_that_names_no_file_is_told_from_one_that_is_refused(
    project: Path, url: str
) -> None:
    with pytest.raises(BadPath):
        access_to(project).resolve_url(url)


def test_a_refusal_shows_no_path_of_this_machine(project: Path) -> None:
    with pytest.raises(AccessDenied) as refused:
        access_to(project).resolve_url("/to-file.txt")
    assert str(project.parent) not in str(refused.value)
    assert "to-file.txt" in str(refused.value)


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
    assume(not {".", ".."} & set(path.split("/")))  # refused, see above
    assert decode_path(quote(path)) == path
