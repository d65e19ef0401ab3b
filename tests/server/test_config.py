"""Settings: where they come from, and what is said about wrong ones."""

from pathlib import Path

import pytest

from hmr_server.config import (
    DEFAULT_WATCH_IGNORE,
    SECRET_NAMES,
    ConfigError,
    ServerConfig,
    Transport,
    is_settings_file,
    load_config,
)


def test_defaults_are_safe(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    assert config == ServerConfig(root=tmp_path, token=config.token, session=config.session)
    assert (config.host, config.port, config.base) == ("127.0.0.1", 5173, "/")
    assert config.fs_allow == (tmp_path.resolve(),)
    assert config.fs_deny == SECRET_NAMES
    assert config.watch_ignore == DEFAULT_WATCH_IGNORE


def test_the_token_is_twelve_characters_and_new_in_each_process(tmp_path: Path) -> None:
    first, second = ServerConfig(root=tmp_path), ServerConfig(root=tmp_path)
    assert len(first.token) == len(second.token) == 12
    assert first.token != second.token
    assert first.session != second.session


@pytest.mark.parametrize(
    ("file", "head"), [("pyproject.toml", "[tool.hmr]\n"), ("hmr.toml", "")], ids=lambda v: v
)
def test_files_are_read(tmp_path: Path, file: str, head: str) -> None:
    (tmp_path / file).write_text(
        head
        + 'base = "app"\nport = 8000\npackages = ["rich"]\nfs-allow = ["../shared"]\n'
        + 'fs-deny = ["secrets/**"]\ntransport = "sse"\nhmr_partial_accept = false\npyodide = "py"\n'
    )
    config = load_config(tmp_path)
    assert config.base == "/app/"
    assert config.port == 8000
    assert config.packages == ("rich",)
    assert config.fs_allow == (tmp_path.resolve(), (tmp_path / "../shared").resolve())
    assert set(config.fs_deny) == {*SECRET_NAMES, "secrets/**"}
    assert config.transport is Transport.SSE
    assert not config.hmr_partial_accept
    assert config.pyodide == (tmp_path / "py").resolve()


def test_headers_are_a_table(tmp_path: Path) -> None:
    (tmp_path / "hmr.toml").write_text('[headers]\nCross-Origin-Opener-Policy = "same-origin"\n')
    assert load_config(tmp_path).headers == {"Cross-Origin-Opener-Policy": "same-origin"}


@pytest.mark.parametrize(
    "written",
    ["headers = 1", "[headers]\nA = 1", '[headers]\n"A B" = ""', '[headers]\nA = "x\\r\\nB: y"'],
)
def test_what_is_no_header_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "hmr.toml").write_text(written)
    with pytest.raises(ConfigError, match='"headers" must be a table of'):
        load_config(tmp_path)


def test_the_command_line_wins_over_hmr_toml_over_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.hmr]\nhost = "a"\nport = 1\n')
    (tmp_path / "hmr.toml").write_text('host = "b"\nmode = "test"\n')
    config = load_config(tmp_path, host="c", port=None)
    assert (config.host, config.mode, config.port) == ("c", "test", 5173)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", "/"), ("/", "/"), ("app", "/app/"), ("/app", "/app/"), ("/a/b/", "/a/b/")],
)
def test_base_starts_and_ends_with_a_slash(tmp_path: Path, given: str, expected: str) -> None:
    assert load_config(tmp_path, base=given).base == expected


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("prot = 3", "prot", 'Did you mean "port"?'),
        ('allowed_host = ["x"]', "allowed_host", 'Did you mean "allowed-hosts"?'),
        ("zzzz = 3", "zzzz", "Settings are: allowed-hosts, allowed-origins, base, build-include"),
        ('token = "mine"', "token", "is not a setting"),
        ('root = "x"', "root", "is not a setting"),
        ('port = "80"', "port", "must be a port number"),
        ("port = true", "port", "must be a port number"),
        ("port = 70000", "port", "must be a port number"),
        ('overlay = "no"', "overlay", "must be true or false, not 'no'"),
        ('packages = "rich"', "packages", "must be a list of strings"),
        ("packages = [1]", "packages", "must be a list of strings"),
        ('fs-allow = "x"', "fs-allow", "must be a list of paths"),
        ('transport = "carrier pigeon"', "transport", "auto, websocket, sse"),
        ('base = "https://cdn/x"', "base", "must be a URL path"),
        ('base = "/<script>/"', "base", "must be a URL path"),
        ("mode = 1", "mode", "must be a string"),
        ("pyodide = 1", "pyodide", "must be a path"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, written: str, key: str, said: str) -> None:
    file = tmp_path / "hmr.toml"
    file.write_text(written)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert caught.value.key == key
    assert caught.value.source == file
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("hmr.toml", "not toml"),
        ("pyproject.toml", "[tool.hmr"),
        ("pyproject.toml", "[tool]\nhmr = 3"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(ConfigError, match=file):
        load_config(tmp_path)


def test_a_root_that_is_not_there_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere does not exist\.\nGive the directory"):
        load_config(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="is not a directory"):
        load_config(tmp_path / "file")


def test_urls_are_under_the_base(tmp_path: Path) -> None:
    config = ServerConfig(root=tmp_path, base="/app")
    assert config.url("/@hmr/client") == config.url("@hmr/client") == "/app/@hmr/client"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("hmr.toml", "", True),
        ("pyproject.toml", "[tool.hmr]\n", True),
        ("pyproject.toml", "[tool.ruff]\n", False),
        ("sub/hmr.toml", "", False),
        ("main.js", "", False),
    ],
)
def test_which_files_hold_settings(tmp_path: Path, name: str, text: str, expected: bool) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / name).write_text(text)
    assert is_settings_file(tmp_path / name, tmp_path) is expected
    assert not is_settings_file(tmp_path / "pyproject.toml.gone", tmp_path)
