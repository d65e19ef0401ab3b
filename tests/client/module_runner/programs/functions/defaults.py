"""Defaults and signatures of functions, and what functions remember."""

from ..program import Program

PROGRAMS = [
    Program(
        "partial_of_changed_default",
        {
            "m.py": """\
def power(b, e=2): return b ** e
""",
            "main.py": """\
from functools import partial
from m import power
sq = partial(power)
cube = partial(power, e=3)

""",
        },
        [
            [("m.py", "e=2", "e=4")],
            [("m.py", "b ** e", "b ** e + 1")],
        ],
        [
            "sq(2)",
            "cube(2)",
        ],
    ),
    Program(
        "partial_with_constant",
        {
            "m.py": """\
N = 3
""",
            "main.py": """\
from functools import partial
import m
def f(a, b): return a + b
g = partial(f, m.N)
h = partial(f, b=m.N)
""",
        },
        [
            [("m.py", "3", "4")],
        ],
        [
            "g(1)",
            "h(1)",
            "g.args",
            "h.keywords",
        ],
    ),
    Program(
        "lru_cache_args",
        {
            "c.py": """\
BASE = 2
""",
            "main.py": """\
from functools import lru_cache
import c
@lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n-1) + fib(n-2)
@lru_cache
def powb(n): return c.BASE ** n
P = [powb(i) for i in range(3)]
""",
        },
        [
            [("c.py", "2", "3")],
            [("main.py", "n if n < 2", "n + 1 if n < 2")],
            [("main.py", "maxsize=None", "maxsize=2")],
        ],
        [
            "P",
            "[powb(i) for i in range(3)]",
            "fib(5)",
            "fib.cache_parameters()",
        ],
    ),
    Program(
        "default_of_factory",
        {
            "m.py": """\
def make(n=2): return [0] * n
""",
            "main.py": """\
from m import make
T = make()
U = make(1)
""",
        },
        [
            [("m.py", "n=2", "n=3")],
        ],
        [],
    ),
    Program(
        "mutual_recursion_across",
        {
            "e.py": """\
import o
def even(n): return True if n == 0 else o.odd(n - 1)
""",
            "o.py": """\
import e
def odd(n): return False if n == 0 else e.even(n - 1)
""",
            "main.py": """\
import e, o
""",
        },
        [
            [("o.py", "return False", "return None")],
        ],
        [
            "e.even(3)",
        ],
    ),
    Program(
        "function_attributes_state",
        {
            "main.py": """\
def f(x):
    f.calls += 1
    return x * f.scale
f.calls = 0
f.scale = 2
R = f(3)
""",
        },
        [
            [("main.py", "f.scale = 2", "f.scale = 3")],
        ],
        [
            "f(1)",
            "f.scale",
        ],
    ),
    Program(
        "default_mutable_and_sentinel",
        {
            "m.py": """\
MISSING = object()
class _D: pass
D = _D()
def get(d, k, default=MISSING):
    if k in d: return d[k]
    if default is MISSING: return "none"
    return default
""",
            "main.py": """\
from m import get, MISSING
import m
""",
        },
        [
            [("m.py", '"none"', '"NONE"')],
            [("m.py", "def get(d, k, default=MISSING)", 'def get(d, k="a", default=MISSING)')],
            [
                (
                    "m.py",
                    "class _D: pass",
                    """\
class _D:
    z = 1""",
                )
            ],
        ],
        [
            'get({}, "x")',
            'get({}, "x", MISSING)',
            "m.MISSING is MISSING",
            'getattr(m.D,"z",0)',
        ],
    ),
    Program(
        "default_args_chain",
        {
            "m.py": """\
def a(x=1): return x
def b(y=a()): return y
def c(*, z=b()): return z
""",
            "main.py": """\
from m import a, b, c
A = a(); B = b(); C = c()
T = (a(), b(), c())
""",
        },
        [
            [("m.py", "x=1", "x=5")],
        ],
        [
            "a()",
            "b()",
            "c()",
        ],
    ),
    Program(
        "signature_readers",
        {
            "m.py": """\
import inspect
from typing import get_type_hints
def f(a: int, b: str = "x") -> int: return 1
""",
            "main.py": """\
import inspect, m
from typing import get_type_hints
SIG = str(inspect.signature(m.f))
HINTS = {k: v.__name__ for k, v in get_type_hints(m.f).items()}
ARGS = m.f.__code__.co_varnames[:2]
DEF = m.f.__defaults__
ANN = sorted(m.f.__annotations__)
DOC = m.f.__doc__
""",
        },
        [
            [("m.py", 'b: str = "x"', 'b: str = "y"')],
            [("m.py", "a: int", "a: float")],
            [("m.py", "a: float", "aa: float")],
        ],
        [],
    ),
    Program(
        "own_cache_dict",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c
_CACHE = {}
def get(n):
    if n not in _CACHE: _CACHE[n] = n * c.K
    return _CACHE[n]
A = get(1)
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "get(1)",
        ],
    ),
    Program(
        "contextvars_defaults",
        {
            "ctx.py": """\
from contextvars import ContextVar, copy_context
user = ContextVar("user", default="anon")
lang = ContextVar("lang", default="en")
def who(): return f"{user.get()}@{lang.get()}"
""",
            "main.py": """\
import ctx
from ctx import user, who
tok = user.set("root")
W = who()
def inner():
    user.set("tmp"); return who()
I = ctx.copy_context().run(inner)
""",
        },
        [
            [("ctx.py", 'default="en"', 'default="fr"')],
            [("main.py", 'set("root")', 'set("admin")')],
            [("main.py", 'tok = user.set("admin")', "")],
        ],
        ["who()", "W, I"],
    ),
]
