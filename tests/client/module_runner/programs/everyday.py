"""Everyday programs: parsers, command lines, suites, event buses, and objects of the standard library that they fill."""

from .program import Program

PROGRAMS = [
    Program(
        "tokenizer_table",
        {
            "main.py": """\
from lexer import tokenize
import lexer
def lex(s): return list(tokenize(s))
""",
            "lexer.py": r"""import re
from collections import namedtuple
Token = namedtuple("Token", "kind value")
SPEC = [
    ("NUM", r"\d+"),
    ("ID", r"[a-z]+"),
    ("OP", r"[+*]"),
    ("WS", r"\s+"),
]
MASTER = re.compile("|".join(f"(?P<{n}>{p})" for n, p in SPEC))
SKIP = {"WS"}
KEYWORDS = frozenset("if else".split())
ACTIONS = {"NUM": int, "ID": lambda s: s.upper() if s in KEYWORDS else s}
def tokenize(s):
    for m in MASTER.finditer(s):
        if m.lastgroup in SKIP: continue
        kind = m.lastgroup
        yield Token(kind, ACTIONS.get(kind, str)(m.group()))
""",
        },
        [
            [("lexer.py", "[+*]", "[-+*/]")],
            [("lexer.py", '    ("WS", r"\\s+"),', '    ("WS", r"\\s"),\n    ("X", r"."),')],
            [("lexer.py", '"if else"', '"if a"')],
            [("lexer.py", '"kind value"', '"type value"')],
            [("lexer.py", '"NUM": int', '"NUM": float')],
            [("lexer.py", 'SKIP = {"WS"}', "SKIP = set()")],
        ],
        ['lex("if a1 + 2*b")'],
    ),
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
        "json_ini_toml_config",
        {
            "main.py": """\
import config
from config import settings, get
NAME = settings["app"]["name"]
def show(): return get("app.name"), get("db.port"), config.DEBUG, NAME
""",
            "config.py": r'''import json, configparser, tomllib, os
RAW = '{"app": {"name": "x"}}'
INI = """
[db]
port = 5432
host = localhost
"""
TOML = """
[feature]
a = true
"""
settings = json.loads(RAW)
_cp = configparser.ConfigParser()
_cp.read_string(INI)
for section in _cp.sections():
    settings.setdefault(section, {}).update(_cp[section])
settings |= tomllib.loads(TOML)
DEBUG = os.environ.get("SHAPE_DEBUG", "0") == "1"
def get(path, default=None):
    cur = settings
    for p in path.split("."):
        cur = cur.get(p, default)
        if cur is default: break
    return cur
''',
        },
        [
            [("config.py", '{"name": "x"}', '{"name": "y", "v": 2}')],
            [("config.py", "port = 5432", "port = 6000")],
            [("config.py", "host = localhost", "")],
            [("config.py", "a = true", "a = false\nb = 1")],
            [("config.py", '"0") == "1"', '"1") == "1"')],
        ],
        ["show()", "settings", 'get("feature.a")'],
    ),
    Program(
        "lru_cache_tables",
        {
            "main.py": """\
import rates
from rates import convert, table
warm = [convert(10, "usd"), table("eur"), rates.Conv().rate("usd")]
""",
            "rates.py": """\
from functools import lru_cache, cache, cached_property
RATES = {"usd": 2, "eur": 3}
FEE = 1
@lru_cache(maxsize=None)
def convert(x, cur):
    return x * RATES[cur] + fee()
def fee(): return FEE
@cache
def table(cur):
    return [convert(i, cur) for i in range(3)]
_memo = {}
def memo(n):
    if n not in _memo: _memo[n] = n * FEE
    return _memo[n]
class Conv:
    @lru_cache
    def rate(self, c): return RATES[c]
    @cached_property
    def all(self): return sorted(RATES.items())
base = memo(5)
""",
        },
        [
            [("rates.py", '"usd": 2', '"usd": 5')],
            [("rates.py", "FEE = 1", "FEE = 100")],
            [("rates.py", "@lru_cache(maxsize=None)", "@lru_cache(maxsize=2)")],
        ],
        [
            "warm",
            'convert(10, "usd")',
            'table("eur")',
            "rates.Conv().all",
            "rates.memo(5)",
            "rates.base",
        ],
        before="""\
convert(10,"usd"); table("eur"); rates.memo(5); conv=rates.Conv(); conv.all
""",
    ),
    Program(
        "filled_stringio",
        {
            "main.py": """\
import io
N = 1
out = io.StringIO()
def emit(x): out.write(f"{x};")
emit(N)
emit("end")
TEXT = out.getvalue()
""",
        },
        [[("main.py", "N = 1", "N = 2")]],
        ["out.getvalue()", "TEXT"],
    ),
    Program(
        "filled_array",
        {
            "main.py": """\
import array
N = 1
A = array.array("i")
A.append(N)
for i in range(3): A.append(i * N)
TOTAL = sum(A)
""",
        },
        [[("main.py", "N = 1", "N = 2")], [("main.py", "range(3)", "range(4)")]],
        ["list(A)", "TOTAL"],
    ),
    Program(
        "filled_etree",
        {
            "main.py": """\
import xml.etree.ElementTree as ET
from theme import COLOR, node, ROOT
node("a", color=COLOR)
node("b", color="x")
def dump(): return ET.tostring(ROOT).decode()
""",
            "theme.py": """\
import xml.etree.ElementTree as ET
COLOR = "red"
ROOT = ET.Element("root")
def node(tag, **kw):
    return ET.SubElement(ROOT, tag, **kw)
""",
        },
        [[("theme.py", '"red"', '"blue"')], [("theme.py", '"root"', '"svg"')]],
        ["dump()"],
    ),
    Program(
        "filled_random",
        {
            "main.py": """\
import random
SIZE = 3
rng = random.Random(7)
MAP = [rng.randrange(100) for _ in range(SIZE)]
MONSTERS = [rng.randrange(10) for _ in range(2)]
""",
        },
        [[("main.py", "SIZE = 3", "SIZE = 4")], [("main.py", "Random(7)", "Random(8)")]],
        ["MAP", "MONSTERS"],
    ),
    Program(
        "filled_random_global",
        {
            "main.py": """\
import random
SEED = 3
random.seed(SEED)
MAP = [random.randrange(100) for _ in range(3)]
""",
        },
        [[("main.py", "SEED = 3", "SEED = 4")], [("main.py", "range(3)", "range(4)")]],
        ["MAP"],
    ),
    Program(
        "filled_queue_priority",
        {
            "main.py": """\
import queue, heapq
BASE = 5
q = queue.PriorityQueue()
def task(p):
    def deco(f):
        q.put((p, f.__name__))
        return f
    return deco
@task(BASE)
def late(): pass
@task(1)
def early(): pass
h = []
heapq.heappush(h, BASE)
heapq.heappush(h, 3)
def order(): return sorted(q.queue), sorted(h)
""",
        },
        [[("main.py", "BASE = 5", "BASE = 0")], [("main.py", "@task(1)\ndef early(): pass", "")]],
        ["order()"],
    ),
    Program(
        "filled_graphlib",
        {
            "main.py": """\
from graphlib import TopologicalSorter
from steps import SORTER
ORDER = list(SORTER.static_order())
""",
            "steps.py": """\
from graphlib import TopologicalSorter
SORTER = TopologicalSorter()
FIRST = "a"
def step(name, *deps): SORTER.add(name, *deps)
step("b", FIRST)
step("c", "b")
""",
        },
        [[("steps.py", 'FIRST = "a"', 'FIRST = "z"')]],
        ["ORDER"],
    ),
    Program(
        "filled_email_message",
        {
            "main.py": """\
from email.message import EmailMessage
from settings import SENDER
msg = EmailMessage()
msg["From"] = SENDER
msg["Subject"] = "x"
msg.set_content("hello")
def text(): return msg.as_string()
""",
            "settings.py": """\
SENDER = "a@b.c"
""",
        },
        [
            [("settings.py", "a@b.c", "z@b.c")],
            [("main.py", 'msg["Subject"] = "x"', 'msg["Subject"] = "y"')],
            [("main.py", '"hello"', '"hi"')],
        ],
        ["text()"],
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
    Program(
        "library_base_dir_on_instance",
        {
            "main.py": """\
import ast
from visit import V, Names
v = V()
KINDS = sorted(x for x in dir(v) if x.startswith("visit_") and x != "visit_Constant")
def run(src): return V().visit(ast.parse(src, mode="eval").body), Names.of(src)
OUT = run("a + 1")
""",
            "visit.py": """\
import ast
class V(ast.NodeVisitor):
    scale = 1
    def visit_Constant(self, n): return n.value * self.scale
    def visit_Name(self, n): return 5
    def visit_BinOp(self, n): return self.visit(n.left) + self.visit(n.right)
class Names(ast.NodeVisitor):
    def __init__(self): self.seen = []
    def visit_Name(self, n): self.seen.append(n.id)
    @classmethod
    def of(cls, src):
        v = cls(); v.visit(ast.parse(src)); return v.seen
""",
        },
        [
            [("visit.py", "scale = 1", "scale = 3")],
            [
                (
                    "visit.py",
                    "    def visit_BinOp",
                    "    def visit_Call(self, n): return 9\n    def visit_BinOp",
                )
            ],
            [
                (
                    "visit.py",
                    "    def visit_Name(self, n): self.seen.append(n.id)",
                    "    def visit_Name(self, n): self.seen.append(n.id)\n    def visit_Constant(self, n): self.seen.append(n.value)",
                )
            ],
        ],
        ["KINDS", "OUT", 'run("a+b")'],
    ),
    Program(
        "html_parser_subclass",
        {
            "main.py": """\
from parse import Links
p = Links(); p.feed("<a href='x'>t</a><b>c</b>")
FOUND = p.found
def again():
    p = Links(); p.feed("<a href='x'>t</a><b>c</b>"); return p.found
""",
            "parse.py": """\
from html.parser import HTMLParser
TAG = "a"
class Links(HTMLParser):
    def __init__(self): super().__init__(); self.found = []
    def handle_starttag(self, tag, attrs):
        if tag == TAG: self.found.append(tag)
""",
        },
        [
            [("parse.py", 'TAG = "a"', 'TAG = "b"')],
            [
                (
                    "parse.py",
                    "        if tag == TAG: self.found.append(tag)",
                    "        if tag == TAG: self.found.append(tag)\n    def handle_data(self, d): self.found.append(d)",
                )
            ],
        ],
        ["FOUND", "again()"],
    ),
    Program(
        "string_formatter_template_subclass",
        {
            "main.py": """\
from fmt import F, T
LINE = F().format("{0!u} {x}", "hi", x=1)
T1 = T("%a and $b").safe_substitute(a=1, b=2)
""",
            "fmt.py": """\
import string
SUFFIX = "!"
class F(string.Formatter):
    def convert_field(self, v, c): return v.upper() + SUFFIX if c == "u" else super().convert_field(v, c)
    def format_field(self, v, spec): return f"<{v}>"
class T(string.Template):
    delimiter = "%"
""",
        },
        [
            [("fmt.py", '"!"', '"?"')],
            [("fmt.py", 'delimiter = "%"', 'delimiter = "$"')],
            [("fmt.py", '    def format_field(self, v, spec): return f"<{v}>"', "")],
        ],
        ["LINE", "T1"],
    ),
    Program(
        "json_encoder_subclass",
        {
            "main.py": """\
import json
from enc import E, dumps
TEXT = json.dumps({"a": {1}}, cls=E)
T2 = dumps({2})
""",
            "enc.py": """\
import json
class E(json.JSONEncoder):
    tag = "set"
    def default(self, o): return [self.tag, *o] if isinstance(o, set) else super().default(o)
def dumps(x): return json.dumps(x, cls=E)
""",
        },
        [[("enc.py", 'tag = "set"', 'tag = "SET"')]],
        ["TEXT", "T2"],
    ),
    Program(
        "collections_abc_mixins",
        {
            "main.py": """\
from bag import Bag, Stack
b = Bag("aab")
SIZE = len(b); HAS = "a" in b; UNION = sorted(b | Bag("z"))
s = Stack([1, 2]); REV = list(reversed(s)); IDX = s.index(2)
class Conf(dict):
    def __missing__(self, k): return DEFAULT
DEFAULT = 0
C = Conf(a=1); MISS = C["zzz"]
""",
            "bag.py": """\
from collections.abc import MutableSet, Sequence
FOLD = str.lower
LIMIT = 10
class Bag(MutableSet):
    def __init__(self, it=()): self.d = set(FOLD(x) for x in it)
    def __contains__(self, x): return FOLD(x) in self.d
    def __iter__(self): return iter(self.d)
    def __len__(self): return min(len(self.d), LIMIT)
    def add(self, x): self.d.add(x)
    def discard(self, x): self.d.discard(x)
class Stack(Sequence):
    OFF = 0
    def __init__(self, x): self.x = x
    def __getitem__(self, i): return self.x[i] + self.OFF
    def __len__(self): return len(self.x)
""",
        },
        [
            [("bag.py", "str.lower", "str.upper")],
            [("bag.py", "LIMIT = 10", "LIMIT = 1")],
            [("bag.py", "OFF = 0", "OFF = 1")],
            [("main.py", "DEFAULT = 0", "DEFAULT = 7")],
        ],
        ["SIZE", "HAS", "UNION", "REV", "IDX", "MISS"],
    ),
    Program(
        "events_called_at_import",
        {
            "main.py": """\
from bus import emit, on
import handlers
RESULT = emit("start", 2)
for e in ("a", "start"):
    LAST = emit(e, 1)
""",
            "bus.py": """\
SUBS = {}
def on(name):
    def deco(f):
        SUBS.setdefault(name, []).append(f)
        return f
    return deco
def emit(name, x):
    out = []
    for f in SUBS.get(name, ()):
        out.append(f(x))
    return out
""",
            "handlers.py": """\
from bus import on
K = 10
@on("start")
def h(x): return x * K
class H:
    rate = 3
    def __call__(self, x): return x * self.rate
on("start")(H())
""",
        },
        [[("handlers.py", "K = 10", "K = 11")], [("handlers.py", "rate = 3", "rate = 4")]],
        ["RESULT", "LAST"],
    ),
    Program(
        "dispatch_table_called_by_key",
        {
            "main.py": """\
import ops
A = ops.run("add", 1, 2)
B = [ops.run(n, 4, 2) for n in ops.OPS]
C = {n: f(1, 2) for n, f in ops.OPS.items()}
D = ops.Calc().do("mul")
E = getattr(ops, "op_" + "add")(1, 2)
F = eval("ops.op_add(2, 3)")
G = globals()["ops"].op_add(9, 9)
""",
            "ops.py": """\
BIAS = 0
SCALE = 1
def op_add(a, b): return a + b + BIAS
OPS = {"add": op_add, "mul": lambda a, b: a * b * SCALE}
def run(n, *a): return OPS[n](*a)
class Calc:
    table = {"mul": lambda self: 3 * SCALE, "add": lambda self: BIAS}
    def do(self, n): return self.table[n](self)
""",
        },
        [[("ops.py", "BIAS = 0", "BIAS = 100")], [("ops.py", "SCALE = 1", "SCALE = 5")]],
        ["A", "B", "C", "D", "E", "F", "G"],
    ),
    Program(
        "toplevel_compound",
        {
            "main.py": """\
import contextlib
from conf import MODE, LEVELS, opened
try:
    VALUE = int(MODE)
except ValueError:
    VALUE = -1
else:
    VALUE += 1
finally:
    DONE = True
with opened("x") as fh, contextlib.suppress(KeyError):
    TEXT = fh.upper()
    {}["k"]
for lv in LEVELS:
    if lv == "stop": break
    SEEN = lv
else:
    SEEN = "none"
i = 0
while i < len(LEVELS):
    i += 1
    ACC = i * 2
match MODE:
    case "1" | "2": KIND = "num"
    case str() as s if s.isalpha(): KIND = s
    case _: KIND = "?"
if (n := len(MODE)) > 1: LONG = n
else: LONG = 0
""",
            "conf.py": """\
import contextlib
MODE = "1"
LEVELS = ["a", "b", "stop", "c"]
SUFFIX = "."
@contextlib.contextmanager
def opened(n):
    yield n + SUFFIX
""",
        },
        [
            [("conf.py", 'MODE = "1"', 'MODE = "abc"')],
            [("conf.py", '"stop", ', "")],
            [("conf.py", 'SUFFIX = "."', 'SUFFIX = "!"')],
            [("main.py", "    DONE = True", "    DONE = 2")],
        ],
        ["[VALUE, DONE, TEXT, SEEN, i, ACC, KIND, LONG, lv]"],
    ),
    Program(
        "library_patched_elsewhere",
        {
            "main.py": """\
import patches, core, json, textwrap, random
J = json.dumps({"a": core.Widget()})
W = textwrap.dedent("  a")
class P: pass
""",
            "core.py": """\
class Widget: pass
""",
            "patches.py": """\
import core, json, textwrap
LEVEL = 1
_default = json.JSONEncoder.default
def default(self, o): return f"obj{LEVEL}" if isinstance(o, core.Widget) else _default(self, o)
json.JSONEncoder.default = default
_ded = textwrap.dedent
textwrap.dedent = lambda s: _ded(s) + "!" * LEVEL
""",
        },
        [
            [("patches.py", "LEVEL = 1", "LEVEL = 2")],
            [("patches.py", 'textwrap.dedent = lambda s: _ded(s) + "!" * LEVEL', "")],
        ],
        ["J", "W"],
    ),
    Program(
        "decimal_context",
        {
            "main.py": """\
import decimal, locale
PREC = 5
decimal.getcontext().prec = PREC
THIRD = decimal.Decimal(1) / decimal.Decimal(3)
""",
        },
        [[("main.py", "PREC = 5", "PREC = 8")]],
        ["THIRD"],
    ),
    Program(
        "global_counter_functions",
        {
            "main.py": """\
from counters import *
import counters
a = new_id(); b = new_id()
IDS = [a, b]
def again(): return counters.COUNT
reset(START)
c = new_id()
""",
            "counters.py": """\
COUNT = 0
START = 10
STEP = 1
def new_id():
    global COUNT
    COUNT += STEP
    return f"id{COUNT}"
def reset(to=0):
    global COUNT
    COUNT = to
""",
        },
        [
            [("counters.py", "STEP = 1", "STEP = 2")],
            [("counters.py", "START = 10", "START = 20")],
            [("main.py", "b = new_id()", "b = new_id(); z = new_id()")],
        ],
        ["IDS", "again()", "c"],
    ),
    Program(
        "memo_dict_in_closure",
        {
            "main.py": """\
from memo import fib, area, Shape
F = fib(10); A = area(3); S = Shape(2).size
B = [Shape.of(2).size, Shape.of(2) is Shape.of(2)]
""",
            "memo.py": """\
import functools
BASE = 1
def memoize(f):
    cache = {}
    @functools.wraps(f)
    def w(*a):
        if a not in cache: cache[a] = f(*a)
        return cache[a]
    w.cache = cache
    return w
@memoize
def fib(n): return BASE if n < 2 else fib(n - 1) + fib(n - 2)
@memoize
def area(r): return r * r * PI
PI = 3
class Shape:
    _pool = {}
    unit = 1
    def __init__(self, n): self.n = n
    @functools.cached_property
    def size(self): return self.n * self.unit * PI
    @classmethod
    def of(cls, n):
        if n not in cls._pool: cls._pool[n] = cls(n)
        return cls._pool[n]
""",
        },
        [
            [("memo.py", "BASE = 1", "BASE = 2")],
            [("memo.py", "PI = 3", "PI = 4")],
            [("memo.py", "unit = 1", "unit = 2")],
        ],
        ["[F, A, S, B]", "fib(10)", "area(3)", "Shape.of(2).size"],
        before="""\
fib(10); area(3); Shape.of(2).size
""",
    ),
    Program(
        "module_try_finally_with_lock",
        {
            "main.py": """\
import threading, contextlib, os
from res import Resource, LOG
lock = threading.RLock()
with lock:
    with Resource("a") as r1, Resource("b") as r2:
        JOINED = r1 + r2
try:
    with Resource("c", fail=FAIL if (FAIL := False) else False): pass
except RuntimeError as e: MSG = str(e)
else: MSG = "fine"
finally: CLEAN = len(LOG)
with contextlib.ExitStack() as st:
    xs = [st.enter_context(Resource(c)) for c in "xy"]
""",
            "res.py": """\
LOG = []
SUFFIX = "1"
class Resource:
    def __init__(self, n, fail=False): self.n = n; self.fail = fail
    def __enter__(self):
        LOG.append("+" + self.n)
        if self.fail: raise RuntimeError("r" + SUFFIX)
        return self.n + SUFFIX
    def __exit__(self, *a): LOG.append("-" + self.n)
""",
        },
        [
            [("res.py", 'SUFFIX = "1"', 'SUFFIX = "2"')],
            [("main.py", 'Resource("b")', 'Resource("bb")')],
            [("main.py", "(FAIL := False)", "(FAIL := True)")],
        ],
        ["[JOINED, MSG, CLEAN, xs, LOG]"],
    ),
    Program(
        "i18n_tables",
        {
            "main.py": """\
import i18n
from i18n import _, ngettext
TITLE = _("title"); MANY = ngettext("file", 3)
MENU = [(k, _(k)) for k in ("open", "close")]
class Page:
    heading = _("title")
    def show(self): return self.heading + _("open")
SHOWN = Page().show()
""",
            "i18n/__init__.py": """\
from . import en, de
CATALOGS = {m.__name__.rpartition(".")[2]: m.T for m in (en, de)}
LANG = "de"
FALLBACK = "en"
def _(k):
    for l in (LANG, FALLBACK):
        if k in CATALOGS[l]: return CATALOGS[l][k]
    return k
def ngettext(k, n): return PLURAL[LANG](n, _(k))
PLURAL = {"de": lambda n, w: f"{n} {w}en", "en": lambda n, w: f"{n} {w}s"}
""",
            "i18n/en.py": """\
T = {"title": "Title", "open": "Open", "close": "Close", "file": "file"}
""",
            "i18n/de.py": """\
T = {"title": "Titel", "open": "Oeffnen", "file": "Datei"}
""",
        },
        [
            [("i18n/de.py", '"Titel"', '"Ueberschrift"')],
            [("i18n/en.py", '"Close"', '"Shut"')],
            [("i18n/__init__.py", 'LANG = "de"', 'LANG = "en"')],
            [("i18n/de.py", ', "file": "Datei"', "")],
        ],
        ["[TITLE, MANY, MENU, SHOWN]", "Page().show()"],
    ),
    Program(
        "logging_setup",
        {
            "main.py": """\
import logging, logcfg, io
log = logcfg.get("app")
def lines():
    logcfg.STREAM.seek(0); logcfg.STREAM.truncate()
    log.info("hello"); log.debug("dbg"); log.warning("w")
    return logcfg.STREAM.getvalue()
""",
            "logcfg.py": """\
import logging, io
STREAM = io.StringIO()
LEVEL = logging.INFO
FORMAT = "%(levelname)s:%(message)s"
class Tag(logging.Filter):
    tag = "T"
    def filter(self, r): r.msg = f"[{self.tag}] {r.msg}"; return True
handler = logging.StreamHandler(STREAM)
handler.setFormatter(logging.Formatter(FORMAT))
def get(name):
    l = logging.getLogger("shape." + name)
    l.setLevel(LEVEL)
    l.propagate = False
    if not l.handlers:
        l.addHandler(handler); l.addFilter(Tag())
    return l
""",
        },
        [
            [("logcfg.py", "LEVEL = logging.INFO", "LEVEL = logging.WARNING")],
            [("logcfg.py", 'FORMAT = "%(levelname)s:%(message)s"', 'FORMAT = "%(message)s"')],
            [("logcfg.py", 'tag = "T"', 'tag = "U"')],
        ],
        ["lines()"],
    ),
    Program(
        "pipeline_at_import",
        {
            "main.py": r"""import csv, io, collections, itertools
from source import DATA, clean, STEPS
rows = list(csv.DictReader(io.StringIO(DATA)))
for step in STEPS: rows = [step(dict(r)) for r in rows]
by = collections.defaultdict(list)
for r in rows: by[r["k"]].append(r["v"])
totals = {k: sum(v) for k, v in by.items()}
top = max(totals, key=totals.get)
groups = {k: len(list(g)) for k, g in itertools.groupby(sorted(rows, key=lambda r: r["k"]), key=lambda r: r["k"])}
report = "\n".join(f"{k}={v:>3}" for k, v in sorted(totals.items()))
assert all(isinstance(v, int) for v in totals.values()), "bad"
del rows
""",
            "source.py": r'''DATA = """k,v
a,1
b,2
a,3
"""
FACTOR = 1
def clean(r): r["v"] = int(r["v"]); return r
def scale(r): r["v"] *= FACTOR; return r
STEPS = [clean, scale]
''',
        },
        [
            [("source.py", "b,2", "b,20")],
            [("source.py", "FACTOR = 1", "FACTOR = 10")],
            [("source.py", "[clean, scale]", "[clean]")],
            [("main.py", "v:>3", "v:<3")],
            [("main.py", "max(totals", "min(totals")],
        ],
        ["[totals, top, groups, report, dict(by)]"],
    ),
    Program(
        "notebook_script",
        {
            "main.py": """\
# %% cell 1
import math
data = [1, 2, 3, 4]
scale = 2
# %% cell 2
data = [x * scale for x in data]
mean = sum(data) / len(data)
data.append(mean)
# %% cell 3
_ = data.sort(reverse=True)
best, *rest = data
fig = {"title": f"mean {mean:.1f}", "points": list(zip(range(9), data))}
if __name__ == "__main__":
    fig["main"] = True
    total = sum(rest)
    print(fig)
# %% cell 4
def summary(): return best, total, fig["title"]
text = summary()
""",
        },
        [
            [("main.py", "scale = 2", "scale = 3")],
            [("main.py", "data = [1, 2, 3, 4]", "data = [5, 6]")],
            [("main.py", "reverse=True", "reverse=False")],
            [("main.py", 'fig["main"] = True', 'fig["main"] = 1')],
            [("main.py", "data.append(mean)", "")],
        ],
        ["[data, mean, best, rest, fig, total, text]"],
    ),
    Program(
        "started_jobs_and_tables",
        {
            "main.py": """\
from jobs import every, start, TASKS, hooks
@every(1)
def tick(): pass
@hooks.on
def first(): return 1
start()
hooks.fire()
def seen(): return [t for t in TASKS], hooks.fired
""",
            "jobs.py": """\
JOBS = []
TASKS = []
def every(s):
    def deco(f): JOBS.append((s, f)); return f
    return deco
def start():
    for s, f in JOBS: TASKS.append((s, f.__name__))
class Hooks:
    def __init__(self): self.table = {}; self.fired = []
    def on(self, f): self.table[f.__name__] = f; return f
    def fire(self):
        for n, f in self.table.items(): self.fired.append((n, f()))
hooks = Hooks()
""",
        },
        [
            [("main.py", "def tick(): pass", "def tick(): pass\n@every(2)\ndef second(): pass")],
            [("main.py", "@every(1)\ndef tick(): pass", "@every(3)\ndef tick(): pass")],
            [
                (
                    "main.py",
                    "def first(): return 1",
                    "def first(): return 1\n@hooks.on\ndef other(): return 2",
                )
            ],
            [("main.py", "@every(2)\ndef second(): pass", "")],
        ],
        ["seen()"],
    ),
]
