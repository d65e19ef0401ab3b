"""What `hmr_server` offers, and that an application which has `HotReload` does not get the command's packages.

`make test` runs the last tests in an environment that holds hmr-client and hmr-asgi and nothing else.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hmr_server

COMMAND_ONLY = {"click", "rich", "uvicorn", "httptools", "websockets", "cryptography"}

MOUNTED = """
import asyncio, importlib.util, sys
from hmr_server import HotReload, Plugin, create_app, load_config
from hmr_server import hot_reload

async def nothing(*_): ...
hot_reload.quick_pyodide = lambda _config: None  # no page here boots one
hot_reload.improve_pyodide = nothing
PAGE = b"<!doctype html><title>theirs</title>"

async def app(scope, receive, send):
    headers = [(b"content-type", b"text/html")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PAGE})

async def get(application, path):
    headers = [(b"host", b"127.0.0.1"), (b"accept", b"text/html")]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http",
             "http_version": "1.1", "root_path": ""}
    sent = []
    async def send(message):
        sent.append(message)
    async def receive():
        return {"type": "http.disconnect"}
    await application(scope, receive, send)
    return b"".join(message.get("body", b"") for message in sent).decode()

async def main():
    application = HotReload(app, root=sys.argv[1], base="/static/")
    print(await get(application, "/"))
    print(await get(application, "/static/style.css"))
    await application._running.stop()

asyncio.run(main())
assert create_app(load_config(sys.argv[1]))
print("needless:", *sorted(name for name in sys.argv[2:] if name in sys.modules))
print("there:", *sorted(name for name in sys.argv[2:] if importlib.util.find_spec(name)))
"""


def python(executable: str | Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([executable, *args], capture_output=True, text=True, timeout=120)


def without_the_command() -> str:
    found = os.environ.get("HMR_ASGI_PYTHON")
    if not found:
        pytest.skip("the environment is made by make test")
    return found


def test_the_server_offers_what_was_decided() -> None:
    public = {"ConfigError", "HotReload", "Plugin", "PluginError", "create_app", "load_config"}
    assert set(hmr_server.__all__) == public
    assert all(getattr(hmr_server, name) for name in public)
    assert public <= set(dir(hmr_server))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        hmr_server.nothing  # noqa: B018  # it is the access that raises


def test_the_import_alone_loads_nothing() -> None:
    loaded = python(sys.executable, "-c", "import sys, hmr_server; print(*sys.modules)").stdout
    assert not {name for name in loaded.split() if name.startswith(("hmr_server.", "starlette"))}


def test_an_application_is_hot_without_the_command_s_packages(tmp_path: Path) -> None:
    executable = without_the_command()
    (tmp_path / "style.css").write_text("p { color: red }")
    result = python(executable, "-c", MOUNTED, str(tmp_path), *COMMAND_ONLY)
    assert result.returncode == 0, result.stderr
    assert 'src="/static/@hmr/client"' in result.stdout
    assert "color: red" in result.stdout
    assert "Hot updates for" in result.stdout
    *_, needless, there = result.stdout.rstrip("\n").split("\n")
    assert (needless.strip(), there.strip()) == ("needless:", "there:")


def test_what_is_mounted_loads_none_of_the_command_s_packages(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("p { color: red }")
    result = python(sys.executable, "-c", MOUNTED, str(tmp_path), *COMMAND_ONLY)
    assert result.returncode == 0, result.stderr
    assert "\nneedless:\n" in result.stdout


def test_the_command_without_its_packages_names_what_to_install() -> None:
    result = python(without_the_command(), "-m", "hmr_server")
    assert result.returncode == 1
    assert "pip install hmr-server" in result.stderr
