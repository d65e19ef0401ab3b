"""The command: `hmr-server [ROOT]`."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import gc
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import click

from hmr_client import __version__

from ..client_wheel.wheel import ClientMissing
from ..config import PAGE_SUFFIXES, ConfigError, ServerConfig, Transport, load_config
from ..dev_server import DevServer
from ..environment.plugin_loading import load_plugins
from ..pyodide.files import CDN, VERSION, PyodideFiles, PyodideNotFound
from ..pyodide_setup import improve_pyodide, quick_pyodide
from ..reporting.terminal import Terminal, TerminalLog
from ..session.store import SessionStore
from ..watch.hints import WatchError
from .console import rich_printer
from .serving import CannotListen, is_in_network, listen, open_in_browser, serve, urls_of

_ERRORS = (ConfigError, CannotListen, WatchError, ClientMissing)


class _Command(click.Command):
    """Serves, unless the first word is another command's: what most people want needs no word."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        match words[:1]:
            case ["build"]:
                from .build_command import main
            case ["new"]:
                from .new_command import main
            case _:
                return super().main(words, *rest, **extra)
        gc.enable()
        extra["prog_name"] = f"hmr-server {words[0]}"
        return main(words[1:], *rest[1:], **extra)


@click.command(
    cls=_Command,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="hmr-server build ROOT writes a folder for any static server, hmr-server new DIR a project to begin "
    "with; see their --help.",
)
@click.argument("root", type=click.Path(path_type=Path), default=Path())
@click.option("--host", help="Address to listen on; 0.0.0.0 for all.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 5173]")
@click.option("--strict-port/--no-strict-port", default=None, help="Fail when the port is taken.")
@click.option(
    "--https/--no-https",
    default=None,
    help="Serve https: a phone's page has no SharedArrayBuffer, camera or crypto.subtle without.",
)
@click.option(
    "--certfile", type=click.Path(path_type=Path), help="Your own certificate for it, in PEM."
)
@click.option("--keyfile", type=click.Path(path_type=Path), help="That certificate's key.")
@click.option("--base", help="URL path to serve below.  [default: /]")
@click.option("--open/--no-open", default=None, help="Open the page in your browser.")
@click.option("--mode", help="What import.meta.env.MODE says.  [default: development]")
@click.option(
    "--pyodide",
    type=click.Path(path_type=Path),
    help="Directory of Pyodide's files; else node_modules/pyodide, your cache, or npm.",
)
@click.option(
    "--transport",
    type=click.Choice([str(transport) for transport in Transport]),
    help="How pages talk to the server.  [default: auto]",
)
@click.option(
    "--forward-console/--no-forward-console",
    default=None,
    help="Show the pages' console here.",
)
@click.option(
    "--poll/--no-poll",
    "watch_polling",
    default=None,
    help="Look for changes again and again: for network drives.  [default: as the file system needs]",
)
@click.option("--overlay/--no-overlay", default=None, help="Show errors in the page.")
@click.option(
    "--restore/--no-restore", default=None, help="Give a reloaded page its form and data back."
)
@click.option(
    "--allowed-origin",
    "allowed_origins",
    multiple=True,
    callback=lambda _context, _option, given: given or None,
    help="Another site whose pages may load and read what is served here, as https://app.example.",
)
@click.option("--editor", help="Command that opens a file.  [default: $VISUAL or $EDITOR]")
@click.option("--debug", is_flag=True, help="Say more about what the server does.")
@click.version_option(__version__, prog_name="hmr-server")
def main(
    root: Path,
    *,
    debug: bool,
    pyodide: Path | None,
    certfile: Path | None,
    keyfile: Path | None,
    **options: object,
) -> None:
    """Serve ROOT (default: the current directory) with hot module replacement.

    ROOT may be a page as well: its directory is served, and its URL is the one to open.
    ES modules, stylesheets, HTML and Python modules are replaced in the open page as you save them.
    Settings can also be written to hmr.toml, or to [tool.hmr] in pyproject.toml.
    """
    began = time.perf_counter()
    terminal = Terminal(rich_printer())
    logging.getLogger("hmr_server").addHandler(TerminalLog(terminal, debug=debug))
    logging.getLogger("uvicorn").addHandler(TerminalLog(terminal, debug=debug))
    if debug:
        logging.getLogger("hmr_server").setLevel(logging.DEBUG)
    paths = {"pyodide": pyodide, "certfile": certfile, "keyfile": keyfile}
    # relative to where the person is
    named = {name: path.absolute() for name, path in paths.items() if path}
    page = root.name if root.suffix.lower() in PAGE_SUFFIXES and root.is_file() else ""
    try:
        config = load_config(root.parent if page else root, **named, **options)
        config = dataclasses.replace(config, page=quote(page))
        asyncio.run(_run(config, terminal, began))
    except KeyboardInterrupt:
        pass  # the way to end it
    except (*_ERRORS, PyodideNotFound) as error:
        _fail(str(error))


async def _run(config: ServerConfig, terminal: Terminal, began: float) -> None:
    listener = listen(config)
    with contextlib.closing(listener):
        urls = urls_of(listener, config)
        port = listener.getsockname()[1]
        if config.port not in {0, port}:
            terminal.note(f"Port {config.port} is taken, so it is {port}.")
        files, where = _pyodide(config, terminal)
        store = SessionStore(config.root, port)
        server = DevServer(config, terminal, files, load_plugins(config), store)
        beside: set[asyncio.Task[None]] = set()

        def ready() -> None:
            gc.freeze()  # what a start has made stays
            gc.enable()
            shown = [urls[0], *(f"{url}?token={server.config.token}" for url in urls[1:] or urls)]
            is_reached = is_in_network(config)
            terminal.started(
                config,
                shown if is_reached else urls,
                where,
                (time.perf_counter() - began) * 1000,
                server.polled,
            )
            if is_reached:
                terminal.in_network()
            if config.open:
                beside.add(asyncio.create_task(open_in_browser(urls[0])))
            if files is not None:
                beside.add(asyncio.create_task(improve_pyodide(server, files)))

        try:
            await serve(server, listener, ready, owns_process=True)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def _pyodide(config: ServerConfig, terminal: Terminal) -> tuple[PyodideFiles | None, str]:
    """Pyodide's files and where they come from; the download shows its progress."""
    files = quick_pyodide(config)
    if files is None:
        from ..pyodide.download import download_pyodide  # most starts find it on this machine

        try:
            files = _with_progress(download_pyodide)
        except PyodideNotFound as error:
            terminal.warn(str(error))
            terminal.warn("Pages will load Pyodide from its public CDN instead.")
            return None, CDN.format(version=VERSION)
    unknown = "" if files.is_trusted else "  (of no known version: Node.js does not run it)"
    return files, f"{files.version}  {files.directory}{unknown}"


def _with_progress(download: Callable[[Callable[[str], None]], PyodideFiles]) -> PyodideFiles:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(pulse_style="green"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Looking for npm", total=None)

        def say(text: str) -> None:
            progress.update(task, description=text)
            if not console.is_terminal:
                console.print(f"{text} …")

        return download(say)


def _fail(message: str) -> NoReturn:
    click.echo(f"hmr-server: {message}", err=True)
    raise SystemExit(2)
