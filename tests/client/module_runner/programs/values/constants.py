"""Constants, and what is made of them."""

from ..program import Program

PROGRAMS = [
    Program(
        "text_templates_and_translations",
        {
            "i18n.py": "LANG = 'en'\nTABLES = {}\ndef table(lang):\n    def deco(cls):\n        TABLES[lang] = {k: v for k, v in vars(cls).items() if k[0] != '_'}\n        return cls\n    return deco\ndef t(key, **kw): return TABLES.get(LANG, {}).get(key, key).format(**kw)\n",
            "texts.py": "from i18n import table\n@table('en')\nclass English:\n    hello = 'Hello {name}'\n    bye = 'Bye'\n@table('de')\nclass German:\n    hello = 'Hallo {name}'\n",
            "main.py": "import texts, i18n\nfrom i18n import t\nfrom string import Template\nGREETING = t('hello', name='A')\nMENU = [t(k) for k in ('bye', 'help')]\n",
        },
        [
            [("texts.py", "'Hello {name}'", "'Hi {name}'")],
            [("texts.py", "    bye = 'Bye'\n", "    bye = 'Bye'\n    help = 'Help'\n")],
            [("i18n.py", "LANG = 'en'", "LANG = 'de'")],
            [
                (
                    "texts.py",
                    "    hello = 'Hallo {name}'\n",
                    "    hello = 'Hallo {name}!'\n    bye = 'Ade'\n",
                )
            ],
            [("texts.py", "@table('de')\nclass German", "@table('at')\nclass German")],
            [("i18n.py", "LANG = 'de'", "LANG = 'at'")],
            [("texts.py", "    bye = 'Bye'\n", "")],
        ],
        [
            "GREETING",
            "MENU",
            "sorted((k, sorted(v)) for k, v in i18n.TABLES.items())",
            "t('hello', name='B')",
        ],
    ),
    Program(
        "string_template_constants",
        {
            "t.py": """\
NAME = "app"
TITLE = "%s!" % NAME
MSG = "{}-{}".format(NAME, TITLE)
J = "/".join([NAME, TITLE])
""",
            "main.py": """\
from t import *
import t
HEAD = t.MSG.upper()
FULL = HEAD + J
""",
        },
        [
            [("t.py", '"app"', '"web"')],
            [("t.py", '"%s!"', '"%s?"')],
        ],
        [],
    ),
    Program(
        "unpacking_and_chained",
        {
            "m.py": """\
a, (b, *c) = 1, (2, 3, 4)
x = y = [a]
d = e = b + a
""",
            "main.py": """\
from m import a, b, c, x, y, d
S = a + b + sum(c) + d
""",
        },
        [
            [("m.py", "1, (2, 3, 4)", "10, (20, 30)")],
            [("m.py", "[a]", "[a, b]")],
        ],
        [
            "x is y",
            "x",
        ],
    ),
    Program(
        "pipeline_list_of_instances",
        {
            "steps.py": """\
class Step:
    def __init__(self, k): self.k = k
    def run(self, x): return x + self.k
class Mul(Step):
    def run(self, x): return x * self.k
""",
            "main.py": """\
from steps import Step, Mul
PIPE = [Step(1), Mul(2), Step(3)]
def run(x):
    for s in PIPE: x = s.run(x)
    return x
OUT = run(1)
""",
        },
        [
            [("main.py", "Mul(2)", "Mul(5)")],
            [("main.py", "PIPE = [Step(1), ", "PIPE = [")],
        ],
        [
            "run(1)",
        ],
    ),
    Program(
        "json_schema_tables",
        {
            "s.py": """\
FIELDS = {"a": int, "b": str}
def schema(): return {k: t.__name__ for k, t in FIELDS.items()}
SCHEMA = schema()
""",
            "main.py": """\
import s
REQUIRED = [k for k in s.SCHEMA]
DOC = "\\n".join(f"{k}: {v}" for k, v in s.SCHEMA.items())
""",
        },
        [
            [("s.py", '"b": str', '"b": bytes, "c": float')],
        ],
        [
            "s.SCHEMA",
        ],
    ),
    Program(
        "i18n_catalog",
        {
            "cat.py": """\
CATALOG = {"hi": "Hello"}
def _(k): return CATALOG.get(k, k)
""",
            "ui.py": """\
from cat import _
class Page:
    title = _("hi")
    def render(self, sep=_("bye")): return self.title + sep
MENU = [_("hi"), _("bye")]
""",
            "main.py": """\
import ui
p = ui.Page()
""",
        },
        [
            [("cat.py", '"Hello"', '"Hallo"')],
            [("cat.py", '"hi": "Hallo"', '"hi": "Hallo", "bye": "Tschuess"')],
        ],
        [
            "p.render()",
            "ui.MENU",
            "ui.Page.title",
        ],
    ),
    Program(
        "regex_and_compiled",
        {
            "r.py": """\
import re
WORD = r"\\w+"
PAT = re.compile(WORD)
TOK = re.compile(f"({WORD})|(\\\\s)")
def find(s): return PAT.findall(s)
""",
            "main.py": """\
from r import find, PAT
R = PAT.findall("ab 12")
""",
        },
        [
            [("r.py", 'r"\\w+"', 'r"[a-z]+"')],
        ],
        [
            'find("ab 12")',
            "R",
        ],
    ),
    Program(
        "instance_made_of_constant",
        {
            "c.py": """\
SIZE = 1
""",
            "main.py": """\
import c
class Pool:
    def __init__(self, n): self.n = n
    def grow(self): return self.n + 1
pool = Pool(c.SIZE)
other = Pool(n=c.SIZE * 2)
G = pool.grow()
BIG = {"p": pool}
""",
        },
        [
            [("c.py", "1", "2")],
        ],
        [
            "pool.n",
            'BIG["p"] is pool',
            "other.n",
        ],
    ),
    Program(
        "frozen_constants_tuple",
        {
            "c.py": """\
A = (1, 2)
B = frozenset({1})
C = 1.5
D = b"x"
E = None
F = ...
G = 1j
H = range(3)
I = slice(1)
""",
            "main.py": """\
import c
S = [c.A, sorted(c.B), c.C, c.D, c.E, str(c.F), c.G, list(c.H), str(c.I)]
""",
        },
        [
            [("c.py", "(1, 2)", "(1, 3)")],
            [("c.py", "{1}", "{1, 2}")],
            [("c.py", "1.5", "1.50")],
            [("c.py", 'b"x"', 'b"y"')],
            [("c.py", "None", "0")],
            [("c.py", "...", "1")],
            [("c.py", "1j", "2j")],
            [("c.py", "range(3)", "range(4)")],
            [("c.py", "slice(1)", "slice(2)")],
        ],
        [],
    ),
    Program(
        "inverted_constant_in_handler",
        {
            "plug.py": """\
REG = []
SHAPES = []
def register(f): REG.append(f); return f
def run_all(): return [f() for f in REG]
class Base:
    def __init_subclass__(cls): SHAPES.append(cls)
    def size(self): return 0
def sizes(): return [c().size() for c in SHAPES]
""",
            "a.py": """\
from plug import register, Base
K = 1
def helper(): return K
@register
def fa(): return helper()
class A(Base):
    def size(self): return K
""",
            "main.py": """\
import a, plug
R = plug.run_all()
S = plug.sizes()
T = sum(R)
""",
        },
        [
            [("a.py", "K = 1", "K = 5")],
        ],
        ["R, S, T"],
    ),
]
