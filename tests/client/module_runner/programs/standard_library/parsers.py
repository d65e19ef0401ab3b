"""Tokenizers, parsers and readers of settings."""

from ..program import Program

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
]
