"""The command as a person runs it: a process of its own."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.server.command import COMMAND, ENVIRONMENT, run
from tests.server.pyodide_folder import make_pyodide
from tests.server.running import PATIENCE_S


def fail(*args: str | Path) -> str:
    """What the command says when it cannot start."""
    done = subprocess.run(
        [*COMMAND, *map(str, args)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    return make_pyodide(tmp_path / "pyodide")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_cleanly(
    site: Path, pyodide: Path, tmp_path: Path, end: signal.Signals
) -> None:
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    options = ["--port", "0", "--pyodide", pyodide]
    with run(site, *options, env=environment) as (process, url, lines):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(url).status_code == 200
        process.send_signal(end)  # at once: what was loaded is written down all the same
        assert process.wait(PATIENCE_S) == 0
    (session,) = (tmp_path / "cache/hmr-server/sessions").iterdir()
    assert str(site / "index.html") in session.read_text()
    output = "\n".join(lines)
    assert f"Root:    {site}" in output
    assert f"Pyodide: 314.0.7  {pyodide}" in output
    assert "\x1b" not in output
    assert "Traceback" not in output
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_page_that_is_named_is_the_one_to_begin_with(site: Path, pyodide: Path) -> None:
    (site / "index.html").rename(site / "the page.html")
    (site / "hmr.toml").write_text('base = "/app/"\n')
    with run(site / "the page.html", "--port", "0", "--pyodide", pyodide) as (_, url, _lines):
        assert url.endswith("/app/the%20page.html")
        page = httpx.get(url)
        assert 'src="/main.js"' not in page.text
        assert 'src="/app/main.js"' in page.text
        root = httpx.get(url.removesuffix("the%20page.html"), headers={"accept": "text/html"})
        assert (root.status_code, root.headers["location"]) == (302, "/app/the%20page.html")
    assert "Give the directory that holds index.html, or a page" in fail(site / "none.html")


def test_a_page_that_is_open_does_not_hold_up_the_end(site: Path, pyodide: Path) -> None:
    with run(site, "--port", "0", "--pyodide", pyodide) as (process, url, _):
        token = re.search(r'"token": "([^"]+)"', httpx.get(f"{url}@hmr/client").text)
        assert token
        events = f"{url}@hmr/events?token={token[1]}&client=c1"
        with httpx.stream("GET", events, timeout=PATIENCE_S) as response:
            assert response.status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 0


def test_a_port_that_is_taken_is_stepped_over_unless_it_must_be_that_one(
    site: Path, pyodide: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run(site, "--port", str(port), "--pyodide", pyodide) as (_, url, lines):
            assert f":{port}/" not in url
        assert f"Port {port} is taken, so it is " in "\n".join(lines)
        said = fail(site, "--port", str(port), "--strict-port", "--pyodide", pyodide)
        assert f"Port {port} is taken. Name another (--port N)" in said


def test_options_reach_the_page(site: Path, pyodide: Path) -> None:
    (site / "hmr.toml").write_text('base = "/file/"\nmode = "from-file"\n')
    options = ["--base", "/app", "--no-overlay", "--transport", "sse", "--pyodide", pyodide]
    with run(site, "--port", "0", *options) as (_, url, _lines):
        assert url.endswith("/app/")
        client = httpx.get(f"{url}@hmr/client").text
    assert '"overlay": false' in client
    assert '"transport": "sse"' in client


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], "nowhere does not exist.\nGive the directory that holds index.html"),
        (["{site}/main.js"], "main.js is not a directory."),
        (["{site}", "--port", "70000"], '"port" must be a port number'),
        (["{site}", "--port", "x"], "Invalid value for '--port'"),
        (["{site}", "--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
        (["{site}", "--base", "http://x/"], '"base" must be a URL path'),
        (["{site}", "--pyodide", "{site}"], "does not hold Pyodide 0.25 or later: pyodide.mjs"),
        (["{site}", "--transport", "pigeon"], "'pigeon' is not one of"),
        (["{site}", "--prot", "1"], "No such option"),
    ],
)
def test_what_is_wrong_at_the_start_is_one_clear_message(
    site: Path, args: list[str], said: str
) -> None:
    assert said in fail(*(arg.format(site=site) for arg in args))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("prot = 1", 'hmr.toml: "prot" is not a setting.\nDid you mean "port"?'),
        ("port =", "hmr.toml: cannot be read"),
        ('plugins = ["nowhere_at_all:Plugin"]', "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_wrong_configuration_is_named(site: Path, pyodide: Path, written: str, said: str) -> None:
    (site / "hmr.toml").write_text(written)
    assert said in fail(site, "--port", "0", "--pyodide", pyodide)


def test_help_and_version() -> None:
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    for option in (
        "--host",
        "--port",
        "--strict-port",
        "--base",
        "--open",
        "--pyodide",
        "--editor",
    ):
        assert option in shown
    version = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert re.search(r"hmr-server, version \d+\.\d+", version.stdout)


def test_a_save_is_a_line(site: Path, pyodide: Path) -> None:
    with run(site, "--port", "0", "--pyodide", pyodide) as (process, url, lines):
        httpx.get(url)
        httpx.get(f"{url}main.js")
        (site / "main.js").write_text("import.meta.hot.accept(); export {};\n")
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "hmr update" in line:
                break
    assert re.search(r"\d\d:\d\d:\d\d hmr update /main\.js  \d+ ms · no page is open", lines[-1])
