"""Command lines, shells and test suites of the standard library."""

from ..program import Program

PROGRAMS = [
    Program(
        "argparse_subcommands",
        {
            "main.py": """\
import cli
def run(*argv):
    try: return cli.main(list(argv))
    except SystemExit as e: return "exit", e.code
if __name__ == "__main__":
    result = run("add", "1", "2")
""",
            "cli.py": """\
import argparse
VERSION = "1.0"
parser = argparse.ArgumentParser(prog="calc", description="Calc")
parser.add_argument("--version", action="version", version=VERSION)
parser.add_argument("-v", "--verbose", action="count", default=0)
sub = parser.add_subparsers(dest="cmd")
def command(*args, **kw):
    def deco(f):
        p = sub.add_parser(f.__name__, help=f.__doc__)
        for a in args: p.add_argument(a, **kw)
        p.set_defaults(func=f)
        return f
    return deco
@command("a", "b", type=int)
def add(ns):
    "Add numbers."
    return ns.a + ns.b
@command("a", type=int)
def neg(ns):
    "Negate."
    return -ns.a
def main(argv):
    ns = parser.parse_args(argv)
    return ns.func(ns), ns.verbose
""",
        },
        [
            [("cli.py", '"Negate."', '"Negate it."')],
            [
                (
                    "cli.py",
                    '@command("a", type=int)\ndef neg(ns):',
                    '@command("a", type=int)\ndef sub_(ns): return ns.a\n@command("a", type=float)\ndef neg(ns):',
                )
            ],
            [("cli.py", "default=0)", "default=3)")],
            [("cli.py", 'VERSION = "1.0"', 'VERSION = "2.0"')],
        ],
        [
            'run("add", "1", "2")',
            'run("neg", "4")',
            'run("sub", "4")',
            "cli.parser.format_help()",
            "result",
        ],
    ),
    Program(
        "cmd_shell",
        {
            "main.py": """\
import shell, io
def do(line):
    out = io.StringIO()
    sh = shell.Shell(stdout=out)
    sh.onecmd(line)
    return out.getvalue()
names = [n for n in shell.Shell().get_names() if n.startswith("do_")]
""",
            "shell.py": """\
import cmd
class Shell(cmd.Cmd):
    prompt = "> "
    intro = f"welcome {prompt}"
    def do_hi(self, arg):
        "Say hi."
        self.stdout.write(f"{self.prompt}hi {arg}")
    def do_quit(self, arg): return True
    do_exit = do_quit
""",
        },
        [
            [("shell.py", 'prompt = "> "', 'prompt = "$ "')],
            [
                (
                    "shell.py",
                    "    do_exit = do_quit",
                    '    do_exit = do_quit\n    def do_bye(self, arg): self.stdout.write("bye")',
                )
            ],
            [("shell.py", '"Say hi."', '"Say hello."')],
            [("shell.py", "    do_exit = do_quit", "")],
        ],
        [
            'do("hi bob")',
            'do("help")',
            'do("help hi")',
            'do("bye x")',
            "names",
            "shell.Shell.intro",
        ],
    ),
    Program(
        "unittest_suite_style",
        {
            "main.py": """\
import unittest, tests_m
def run():
    suite = unittest.defaultTestLoader.loadTestsFromModule(tests_m)
    r = unittest.TestResult(); suite.run(r)
    return r.testsRun, [str(t[0]).split()[0] for t in r.failures], len(r.errors)
NAMES = unittest.defaultTestLoader.getTestCaseNames(tests_m.TestMath)
SUITE = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(tests_m.TestMath))
def ids(): return [t.id() for s in SUITE for t in s] if 0 else SUITE.countTestCases()
""",
            "tests_m.py": """\
import unittest
EXPECT = 2
class Base(unittest.TestCase):
    def setUp(self): self.n = EXPECT
class TestMath(Base):
    def test_one(self): self.assertEqual(1 + 1, self.n)
    def test_two(self): self.assertTrue(self.n)
""",
        },
        [
            [("tests_m.py", "EXPECT = 2", "EXPECT = 3")],
            [
                (
                    "tests_m.py",
                    "    def test_two(self)",
                    "    def test_three(self): pass\n    def test_two(self)",
                )
            ],
            [("tests_m.py", "    def test_two(self): self.assertTrue(self.n)", "")],
            [("tests_m.py", "def test_one", "def test_uno")],
        ],
        ["run()", "NAMES", "ids()"],
    ),
]
