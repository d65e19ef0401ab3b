"""Methods that an operator, a loop, a hash or pickle calls."""

from ..program import Program

PROGRAMS = [
    Program(
        "total_ordering_",
        {
            "main.py": """\
from functools import total_ordering
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
a, b = V(1), V(2)
""",
        },
        [
            [("main.py", "self.n < o.n", "self.n > o.n")],
            [
                (
                    "main.py",
                    "def __lt__(self, o): return self.n > o.n",
                    "def __gt__(self, o): return self.n > o.n",
                )
            ],
        ],
        [
            "a < b",
            "a <= b",
            "a >= b",
            "sorted([b,a])[0].n",
        ],
    ),
    Program(
        "operator_overloads",
        {
            "v.py": """\
class Vec:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return Vec(self.x + o.x, self.y + o.y)
    def __eq__(self, o): return isinstance(o, Vec) and (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __repr__(self): return f"Vec({self.x}, {self.y})"
""",
            "main.py": """\
from v import Vec
a = Vec(1, 2)
S = {a: 1}
""",
        },
        [
            [
                (
                    "v.py",
                    "    def __repr__",
                    """\
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
    def __repr__""",
                )
            ],
            [("v.py", 'f"Vec(', 'f"V(')],
            [
                (
                    "v.py",
                    """\
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
""",
                    "",
                )
            ],
        ],
        [
            "a + a",
            'hasattr(Vec,"__mul__")',
            "repr(a)",
            "S[Vec(1,2)]",
            "isinstance(a, Vec)",
        ],
    ),
    Program(
        "weakrefs",
        {
            "m.py": """\
import weakref
class Node:
    alive = weakref.WeakSet()
    tag = "n"
    def __init__(self): Node.alive.add(self)
CACHE = weakref.WeakValueDictionary()
def get(k):
    o = CACHE.get(k)
    if o is None: o = CACHE[k] = Node()
    return o
""",
            "main.py": """\
import m
import weakref
n = m.get("a")
r = weakref.ref(n)
COUNT = len(m.Node.alive)
""",
        },
        [
            [("m.py", 'tag = "n"', 'tag = "N"')],
            [("m.py", "def get(k):", "def get(k, d=None):")],
        ],
        [
            "r() is n",
            "r().tag",
            "len(m.Node.alive)",
            'm.get("a") is n',
        ],
    ),
    Program(
        "copyreg_pickle",
        {
            "m.py": """\
import copyreg
class P:
    def __init__(self, x): self.x = x
def red(p): return P, (p.x,)
copyreg.pickle(P, red)
""",
            "main.py": """\
import m, pickle, copy
p = m.P(3)
def rt(): q = pickle.loads(pickle.dumps(p)); return q.x, type(q) is m.P, copy.copy(p).x
""",
        },
        [
            [("m.py", "(p.x,)", "(p.x + 1,)")],
            [("m.py", "def red(p)", "def red(p, k=0)")],
        ],
        [
            "rt()",
        ],
    ),
    Program(
        "pickle_state_hooks",
        {
            "m.py": """\
class S:
    def __init__(self): self.a = 1
    def __getstate__(self): return {"a": self.a}
    def __setstate__(self, s): self.a = s["a"]
""",
            "main.py": """\
import m, pickle
s = m.S()
def rt(): return pickle.loads(pickle.dumps(s)).a
""",
        },
        [
            [("m.py", 's["a"]', 's["a"] + 5')],
            [("m.py", '{"a": self.a}', '{"a": self.a * 2}')],
        ],
        [
            "rt()",
        ],
    ),
    Program(
        "iterator_protocol_getattr",
        {
            "main.py": """\
class Cfg:
    data = {"a": 1}
    def __getattr__(self, k):
        try: return self.data[k]
        except KeyError: raise AttributeError(k)
    def __getitem__(self, k): return self.data[k]
    def __iter__(self): return iter(self.data)
    def __len__(self): return len(self.data)
    def __contains__(self, k): return k in self.data
    def __call__(self, k): return self.data.get(k)
cfg = Cfg()
A = cfg.a
B = cfg["a"] + 1
C = list(cfg)
D = len(cfg), "a" in cfg, cfg("a")
""",
        },
        [
            [("main.py", '"a": 1', '"a": 2, "b": 3')],
            [("main.py", '"b": 3', '"c": 4')],
        ],
        [
            "cfg.a",
        ],
    ),
    Program(
        "getattribute_proxy",
        {
            "main.py": """\
class Real:
    n = 1
class Proxy:
    def __init__(self, t): object.__setattr__(self, "_t", t)
    def __getattribute__(self, k): return getattr(object.__getattribute__(self, "_t"), k)
p = Proxy(Real)
V = p.n
""",
        },
        [
            [("main.py", "n = 1", "n = 2")],
        ],
        [
            "p.n",
        ],
    ),
    Program(
        "operator_reads_const",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return self.n + o.n + c.K
    def __lt__(self, o): return self.n * c.K < o.n * c.K
    def __getitem__(self, i): return self.n + i + c.K
    def __call__(self): return c.K
    def __str__(self): return f"V{c.K}"
    def __len__(self): return c.K
    def __iter__(self): yield c.K
    def __contains__(self, x): return x == c.K
    def __enter__(self): return c.K
    def __exit__(self, *a): pass
    def __bool__(self): return c.K > 2
    def __hash__(self): return c.K
    def __eq__(self, o): return c.K == 2
a, b = V(1), V(2)
A = a + b
B = a < b
C = a[1]
D = a()
E = str(a)
F = len(a)
G = list(a)
H = 2 in a
with a as I: pass
J = bool(a)
KK = "y" if a else "n"
L = a == b
M = not a
N = f"{a}"
O = max(a, b).n
P = "%s" % a
""",
        },
        [
            [("c.py", "K = 2", "K = 3")],
        ],
        [],
    ),
    Program(
        "comparison_and_hash_change",
        {
            "main.py": """\
class K:
    def __init__(self, a, b): self.a, self.b = a, b
    def __eq__(self, o): return self.a == o.a
    def __hash__(self): return hash(self.a)
S = {K(1, 2): "x"}
L = [K(1, 2)]
""",
        },
        [
            [("main.py", "self.a == o.a", "(self.a, self.b) == (o.a, o.b)")],
        ],
        [
            "S.get(K(1,2))",
            "S.get(K(1,3))",
            "K(1,3) in L",
        ],
    ),
    Program(
        "objects_that_make_what_is_asked_of_them",
        {
            "tokens.py": """\
class Token(tuple):
    made = []
    def __getattr__(self, name):
        if name[:2] == "__": raise AttributeError(name)
        Token.made.append(name)
        return Token((*self, name))
ROOT = Token()
NAME = ROOT.Name
STEP = 1
""",
            "main.py": "import tokens\nfrom tokens import Token\nKEYS = {tokens.NAME: tokens.STEP}\n",
        },
        [
            [("tokens.py", "STEP = 1", "STEP = 2")],
            [("tokens.py", "Token((*self, name))", "type(self)((*self, name))")],
        ],
        ["Token.made", "list(KEYS.values())"],
    ),
    Program(
        "lazy_proxy_loads_late",
        {
            "main.py": """\
class Settings:
    loaded = None
    def __init__(self): self.__dict__["wrapped"] = None
    def configure(self, value): self.__dict__["wrapped"] = value
    def load(self):
        if self.wrapped is None: raise RuntimeError("not configured")
        return self.wrapped
    @property
    def __class__(self): return type(self.load())
    def __getattr__(self, name): return self.load()[name]
    def __setattr__(self, name, value): raise RuntimeError("read only")
settings = Settings()
if settings.wrapped is None: settings.configure({"debug": 1})
DEBUG = settings.debug
""",
        },
        [[("main.py", '"debug": 1', '"debug": 2')]],
        ["settings.debug"],
    ),
]
