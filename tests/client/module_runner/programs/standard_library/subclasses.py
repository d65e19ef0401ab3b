"""Subclasses of the standard library's classes."""

from ..program import Program

PROGRAMS = [
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
        "dict_subclass_namespace",
        {
            "m.py": """\
from types import SimpleNamespace
from collections import UserDict, OrderedDict, Counter, ChainMap
BASE = {"a": 1}
class Conf(UserDict):
    def __missing__(self, k): return DEFAULT
DEFAULT = "d"
conf = Conf(BASE)
ns = SimpleNamespace(f=lambda: DEFAULT, n=1)
chain = ChainMap({"z": 1}, BASE)
""",
            "main.py": """\
from m import conf, ns, chain
A = conf["a"], conf["zz"]
F = ns.f()
Z = dict(chain)
""",
        },
        [
            [("m.py", 'DEFAULT = "d"', 'DEFAULT = "D"')],
            [("m.py", '{"a": 1}', '{"a": 2}')],
        ],
        ["A, F, Z", 'conf["q"]'],
    ),
]
