"""The command: `hmr-server new DIR --template NAME`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ..templates import TEMPLATES, TemplateError, write_template
from ..text.plain_text import plain_text

_BY_NAME = {template.name: template for template in TEMPLATES}


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\n" + "\n".join(f"{each.name:<16} {each.what}" for each in TEMPLATES),
)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--template",
    "name",
    type=click.Choice(list(_BY_NAME)),
    default=TEMPLATES[0].name,
    show_default=True,
    help="What to begin with.",
)
def main(directory: Path, *, name: str) -> None:
    """Write a small project into DIRECTORY, which is new or empty."""
    template = _BY_NAME[name]
    try:
        write_template(template, directory)
    except TemplateError as error:
        raise click.ClickException(plain_text(str(error))) from error
    click.echo(f"{plain_text(str(directory))}: {template.what}. Start it:\n")
    if directory.resolve() != Path.cwd():
        click.echo(f"  cd {plain_text(shlex.quote(str(directory)))}")
    for command in template.start:
        click.echo(f"  {command}")
    click.echo(f"\nand, while its page is open, change {template.edit} and save.")
