"""The command: `hmr-server build [ROOT]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..build.output import BuildError
from ..build.site import build
from ..config import ConfigError, load_config
from ..environment.plugin_loading import load_plugins
from ..pyodide.files import PyodideNotFound, find_pyodide
from ..text.plain_text import plain_text

_MOST_LISTED = 20


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("root", type=click.Path(path_type=Path), default=Path())
@click.option("--out", type=click.Path(path_type=Path), help="Where to.  [default: ROOT/dist]")
@click.option("--base", help="URL path the folder will be served below.  [default: /]")
@click.option(
    "--pyodide", type=click.Path(path_type=Path), help="Directory of Pyodide's files to copy."
)
@click.option("--cdn", is_flag=True, help="Let pages load Pyodide from its public CDN.")
def main(
    root: Path, *, out: Path | None, base: str | None, pyodide: Path | None, cdn: bool
) -> None:
    """Write ROOT as a folder that any static server can serve, without the dev server.

    Pages, assets and ES modules are copied, Python modules go into one archive beside Pyodide.
    """
    try:
        config = load_config(root, base=base, pyodide=pyodide and pyodide.absolute())
        files = None if cdn else find_pyodide(config.root, config.pyodide)
        result = build(config, out or config.root / "dist", files, load_plugins(config))
    except (BuildError, ConfigError, PyodideNotFound, OSError) as error:
        raise click.ClickException(str(error)) from error
    for warning in result.warnings:
        click.echo(f"warning: {plain_text(warning)}", err=True)
    if result.left_out:
        click.echo(
            f"Left out, because no page names it: {_listed(result.left_out)}\n"
            "(`build-include` in hmr.toml or in [tool.hmr] of pyproject.toml names what is needed)"
        )
    if result.secrets:
        click.echo(f"Never built, hidden or perhaps secret: {_listed(result.secrets)}")
    entries = f", Python from {', '.join(result.entries)}" if result.entries else ""
    click.echo(f"{len(result.pages)} page{'s' * (len(result.pages) != 1)}{entries}: {result.out}")
    click.echo(f"Try it:  python -m http.server -d {result.out}")


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _MOST_LISTED} more" if len(paths) > _MOST_LISTED else ""
    return plain_text(", ".join(paths[:_MOST_LISTED]) + more)
