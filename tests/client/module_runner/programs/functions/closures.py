"""Closures, lambdas and functions of functions."""

from ..program import Program

PROGRAMS = [
    Program(
        "reduce_compose",
        {
            "m.py": """\
from functools import reduce
def inc(x): return x + 1
def dbl(x): return x * 2
STEPS = [inc, dbl]
def compose(*fs): return lambda x: reduce(lambda a, f: f(a), fs, x)
""",
            "main.py": """\
from m import *
import m
pipe = m.compose(*m.STEPS)
""",
        },
        [
            [("m.py", "[inc, dbl]", "[dbl, inc]")],
            [("m.py", "x + 1", "x + 10")],
            [("m.py", "STEPS = [dbl, inc]", "STEPS = [dbl, inc, inc]")],
        ],
        [
            "pipe(3)",
            "[f.__name__ for f in STEPS]",
        ],
    ),
    Program(
        "closures_with_state",
        {
            "m.py": """\
def counter(step=1):
    n = 0
    def inc():
        nonlocal n
        n += step
        return n
    return inc
""",
            "main.py": """\
from m import counter
c = counter()
d = counter(5)
""",
        },
        [
            [("m.py", "n += step", "n += step * 1")],
            [
                (
                    "m.py",
                    """\
return n
""",
                    """\
return n * 1
""",
                )
            ],
        ],
        [
            "c.__closure__ is not None",
        ],
    ),
    Program(
        "lambdas_in_dict",
        {
            "conf.py": """\
K = 2
""",
            "main.py": """\
from conf import K
OPS = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b * K,
    "neg": lambda a, b=K: -a - b,
}
SORTED = sorted([3, 1, 2], key=lambda x: x * K)
""",
        },
        [
            [("conf.py", "2", "-1")],
            [("main.py", "a + b,", "a + b + 1,")],
            [("main.py", '"neg"', '"minus"')],
            [
                (
                    "main.py",
                    """\
    "add": lambda a, b: a + b + 1,
""",
                    "",
                )
            ],
        ],
        [
            "{k: f(2, 3) for k, f in OPS.items()}",
            'OPS["minus"](1) if "minus" in OPS else OPS["neg"](1)',
            "SORTED",
        ],
    ),
    Program(
        "lambda_list_late",
        {
            "main.py": """\
FS = [lambda i=i: i * 2 for i in range(3)]
GS = [(lambda i: (lambda: i + 1))(i) for i in range(3)]
""",
        },
        [
            [("main.py", "i * 2", "i * 3")],
            [("main.py", "i + 1", "i + 2")],
            [
                (
                    "main.py",
                    """\
range(3)]
GS""",
                    """\
range(2)]
GS""",
                )
            ],
        ],
        [
            "[f() for f in FS]",
            "[g() for g in GS]",
        ],
    ),
    Program(
        "nested_functions_factory",
        {
            "m.py": """\
def make(kind):
    def a(): return "a"
    def b(): return "b"
    def c(x): return [f() for f in (a, b)] + [x]
    return {"a": a, "b": b, "c": c}[kind]
""",
            "main.py": """\
from m import make
A = make("a")
C = make("c")
""",
        },
        [
            [("m.py", 'return "a"', 'return "A"')],
            [("m.py", "+ [x]", "+ [x, x]")],
            [("m.py", 'def b(): return "b"', 'def b(): return "BB"')],
        ],
        [
            "A()",
            "C(1)",
        ],
    ),
    Program(
        "map_filter_key_lambda",
        {
            "c.py": """\
K = 1
XS = [3, -1, 2]
""",
            "main.py": """\
import c
from functools import reduce
import itertools
A = list(map(lambda x: x + c.K, c.XS))
B = list(filter(lambda x: x > c.K, c.XS))
C = max(c.XS, key=lambda x: x * c.K)
D = reduce(lambda a, b: a + b * c.K, c.XS)
E = (lambda: c.K)()
F = [f() for f in [lambda: c.K]]
G = {k: v(1) for k, v in {"a": lambda x: x + c.K}.items()}
H = list(itertools.takewhile(lambda x: x > c.K, c.XS))
c.XS.sort(key=lambda x: x * c.K)
I = sorted(c.XS, key=lambda x: -x * c.K)
def app(f): return f(10)
J = app(lambda x: x + c.K)
""",
        },
        [
            [("c.py", "K = 1", "K = -2")],
        ],
        [],
    ),
    Program(
        "closure_constant_module",
        {
            "f.py": """\
def make(n):
    def get(): return n
    return get
def deco(n):
    def d(f):
        def w(*a): return f(*a) * n
        return w
    return d
""",
            "main.py": """\
from f import make, deco
h = make(3)
A = h() + 1
@deco(2)
def g(): return 5
B = g()
class K:
    @deco(3)
    def m(self): return 7
    @property
    @deco(2)
    def p(self): return 1
C = K().m()
D = K().p
""",
        },
        [
            [("main.py", "make(3)", "make(4)")],
            [
                (
                    "main.py",
                    """\
@deco(2)
def g""",
                    """\
@deco(5)
def g""",
                )
            ],
            [("main.py", "@deco(3)", "@deco(1)")],
            [
                (
                    "main.py",
                    """\
@deco(2)
    def p""",
                    """\
@deco(8)
    def p""",
                )
            ],
        ],
        ["A, B, C, D"],
    ),
    Program(
        "lambdas_of_one_line_some_of_them_closures",
        {
            "main.py": """\
def call(f): return f()
def show(s=1):
    return {"a": call(lambda: s), "b": call(lambda: s + 1), "c": call(lambda: 2)}
""",
        },
        [
            [("main.py", '"a"', '"d"')],
            [("main.py", "lambda: 2", "lambda: 3")],
            [("main.py", "lambda: s)", "lambda: 5)")],
        ],
        ["show()"],
    ),
]
