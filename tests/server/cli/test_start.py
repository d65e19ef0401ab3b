"""What a start imports before the first page is answered. Modules are counted, not milliseconds."""

import os
import subprocess
import sys
from pathlib import Path

FIRST_PAGE = """
import asyncio, sys
from pathlib import Path
from hmr_server.cli import command, serving
from hmr_server.config import load_config
from hmr_server.dev_server import DevServer
from hmr_server.reporting.terminal import Terminal

sent = []

async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}

async def send(message):
    sent.append(message)

async def first_page():
    server = DevServer(load_config(Path(sys.argv[1])), Terminal())
    config = serving.uvicorn_config(server)
    config.load()
    headers = [(b"host", b"localhost"), (b"accept", b"text/html")]
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b""}
    async with server.running():
        await serving.Application(server)({**scope, "headers": headers}, receive, send)
        print(sent[0]["status"], *sys.modules)

asyncio.run(first_page())
"""
LATER = (  # with the first stylesheet, script, package, socket, line in the terminal, download
    *("tinycss2", "hmr_server.css.modules", "tree_sitter", "hmr_server.javascript.imports"),
    *("packaging", "websockets", "rich", "tarfile", "hmr_server.pyodide.download"),
    *("hmr_server.client_wheel.minify", "hmr_server.build", "watchdog", "importlib.metadata"),
)


def test_the_first_page_needs_no_reader_and_no_printer(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<!doctype html><title>A page</title>\n")
    cache = str(tmp_path / "cache")
    for _ in range(2):  # the first process packs the client
        done = subprocess.run(
            [sys.executable, "-c", FIRST_PAGE, site],
            env={**os.environ, "XDG_CACHE_HOME": cache, "HOME": cache},
            capture_output=True,
            text=True,
            check=True,
        )
    status, *modules = done.stdout.split()
    assert status == "200"
    assert [name for name in LATER if name in modules] == []
    assert sum(name.startswith("hmr_server") for name in modules) <= 140, modules
