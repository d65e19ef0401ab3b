"""Groups of commands."""

from ..program import Program

PROGRAMS = [
    Program(
        "click_group_real",
        {
            "main.py": """\
import click
from click.testing import CliRunner
from cli import cli
def run(*a):
    r = CliRunner().invoke(cli, list(a)); return r.exit_code, r.output
HELP = run("--help")
""",
            "cli.py": """\
import click
from opts import common, NAME, Upper
@click.group()
@click.option("--debug/--no-debug", default=False)
@click.pass_context
def cli(ctx, debug): ctx.obj = {"debug": debug}
@cli.command()
@common
@click.pass_obj
def hello(obj, name, loud):
    "Say hello."
    click.echo((f"hi {name}", obj["debug"]))
@cli.command("up")
@click.argument("s", type=Upper())
def up_(s): click.echo(s)
""",
            "opts.py": """\
import click
NAME = "bob"
def common(f):
    f = click.option("--name", default=NAME)(f)
    return click.option("--loud", is_flag=True)(f)
class Upper(click.ParamType):
    name = "upper"
    suffix = "!"
    def convert(self, v, p, c): return v.upper() + self.suffix
""",
        },
        [
            [("opts.py", 'NAME = "bob"', 'NAME = "ann"')],
            [("opts.py", 'suffix = "!"', 'suffix = "?"')],
            [("cli.py", "Say hello.", "Say hello, loudly.")],
            [("cli.py", '@cli.command("up")', '@cli.command("upper")')],
            [("cli.py", "click.echo(s)", "click.echo(s * 2)")],
            [
                (
                    "cli.py",
                    '@click.option("--debug/--no-debug", default=False)',
                    '@click.option("--debug/--no-debug", default=True)',
                )
            ],
        ],
        [
            'run("hello")',
            'run("--debug", "hello", "--name", "x")',
            'run("up", "abc")',
            'run("hello", "--help")',
            "HELP",
        ],
    ),
    Program(
        "click_groups",
        {
            "cli.py": '''\
import click
DEF = 3
@click.group()
@click.option("--v", default=1)
@click.pass_context
def cli(ctx, v): ctx.obj = v
@cli.command()
@click.argument("name")
@click.option("--n", default=DEF, type=int, help="times")
def hello(name, n):
    """Say hello."""
    click.echo(name * n)
@cli.command("bye")
def goodbye(): click.echo("bye")
''',
            "main.py": """\
from click.testing import CliRunner
from cli import cli
def run(*a): r = CliRunner().invoke(cli, a); return r.exit_code, r.output
""",
        },
        [
            [("cli.py", "DEF = 3", "DEF = 2")],
            [("cli.py", '"--n"', '"--m", "n"')],
            [("cli.py", '"bye")', '"ciao")')],
            [("cli.py", "Say hello.", "Say hi.")],
            [
                (
                    "cli.py",
                    """\
@cli.command("ciao")
def goodbye(): click.echo("ciao")
""",
                    "",
                )
            ],
            [("cli.py", "name * n", "name + str(n)")],
        ],
        [
            'run("hello","a")',
            'run("bye")',
            'run("ciao")',
            'run("hello","a","--m","1")',
            'run("--help")',
            'run("hello","--help")',
        ],
    ),
]
