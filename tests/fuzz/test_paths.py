"""However a URL is spelled, it names a file of the root that is no secret, or none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.config import ServerConfig
from hmr_server.files.access import AccessDenied, FileAccess
from hmr_server.python.files import PythonFiles
from tests.security.victim import CANARY, lay_out

_SPELLED = st.sampled_from(
    [
        *(
            "..",
            ".",
            "%2e",
            "%2E",
            "%252e",
            "/",
            "//",
            "%2f",
            "%252f",
            "\\",
            "%5c",
            "%00",
            "%0a",
            "%ff",
        ),
        *("%c0%ae", "%u002e", ";", "?", "#", "%23", "%3f", " ", "%20", "~", "%7e", ":", "::$DATA"),
        *(
            ".env",
            ".ENV",
            ".%65nv",
            ".env~",
            "#.env#",
            ".git",
            "config",
            "server.pem",
            "server.pem.bak",
        ),
        *(
            "secret.txt",
            "secrets.json",
            "to-outside",
            "to-secret.txt",
            "to-env.txt",
            "project",
            "sub",
        ),
        *(
            "@fs",
            "@id",
            "@hmr",
            "public",
            "node_modules",
            ".well-known",
            "index.html",
            "main",
            ".py",
        ),
        *("{root}", "{outside}", "etc/passwd", "a" * 260),
    ]
)
_PATHS = st.lists(_SPELLED | st.text(max_size=3), max_size=12).map("".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("around").resolve()
    lay_out(folder)
    return folder


@given(path=_PATHS)
def test_no_url_names_a_secret(folder: Path, path: str) -> None:
    access = FileAccess.of(ServerConfig(root=folder / "project"))
    for asked in (f"/{_filled(path, folder)}", f"/@fs/{_filled(path, folder)}"):
        _holds_no_canary(lambda asked=asked: access.resolve_url(asked))


@given(path=_PATHS)
def test_no_name_that_python_asks_for_is_a_secret(folder: Path, path: str) -> None:
    files = PythonFiles(ServerConfig(root=folder / "project"))
    for asked in (_filled(path, folder), f"/{_filled(path, folder)}.py"):
        _holds_no_canary(lambda asked=asked: files.path(asked))
        _holds_no_canary(lambda asked=asked: files.data_path(asked))


def _filled(path: str, folder: Path) -> str:
    return path.replace("{root}", str(folder / "project")).replace("{outside}", str(folder))


def _holds_no_canary(find: Callable[[], Path]) -> None:
    try:
        file = find()
    except AccessDenied as error:
        str(error).encode()
        return
    try:
        content = file.read_bytes()
    except (OSError, ValueError):
        return
    assert CANARY.encode() not in content, file
