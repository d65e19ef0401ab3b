"""Values that are made of other values."""

from .program import Program

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
        "newtype_alias_annotated",
        {
            "m.py": """\
from typing import NewType, Annotated, Union, Literal, get_args
UserId = NewType("UserId", int)
Mode = Literal["r", "w"]
""",
            "main.py": """\
from m import *
import m
from typing import get_args, Annotated
MODES = get_args(m.Mode)
def check(x): return x in get_args(m.Mode)
A = Annotated[int, m.Mode]
""",
        },
        [
            [("m.py", '"w"]', '"w", "a"]')],
            [("m.py", 'UserId", int', 'UserId", str')],
        ],
        [
            "MODES",
            'check("a")',
            "A.__metadata__",
            "m.UserId.__supertype__",
        ],
    ),
    Program(
        "contextvar_default",
        {
            "m.py": """\
from contextvars import ContextVar
DEF = 1
level = ContextVar("level", default=DEF)
""",
            "main.py": """\
from m import level
def get(): return level.get()
""",
        },
        [
            [("m.py", "DEF = 1", "DEF = 2")],
            [("m.py", '"level",', '"lvl",')],
        ],
        [
            "get()",
            "level.name",
        ],
    ),
    Program(
        "async_generators",
        {
            "g.py": """\
async def ticks(n):
    for i in range(n):
        yield i * 2
async def total(n):
    return sum([x async for x in ticks(n)])
""",
            "main.py": """\
from g import ticks, total
def drive(c):
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("g.py", "i * 2", "i * 3")],
            [
                (
                    "g.py",
                    "yield i * 3",
                    """\
yield i
        yield i""",
                )
            ],
            [("g.py", "return sum(", "return max(")],
        ],
        [
            "drive(total(4))",
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
        "thread_pool_and_queue_hold",
        {
            "m.py": """\
def job(x): return x + 1
""",
            "main.py": """\
import queue, heapq
from collections import deque, OrderedDict, defaultdict, Counter, ChainMap
from m import job
q = queue.Queue(); q.put(job)
heap = [(1, "a", job)]
dq = deque([job]); od = OrderedDict(j=job); dd = defaultdict(lambda: job)
cm = ChainMap({"j": job}, {})
def run(): return [q.queue[0](1), heap[0][2](1), dq[0](1), od["j"](1), dd["zz"](1), cm["j"](1)]
""",
        },
        [
            [("m.py", "x + 1", "x + 2")],
            [("m.py", "(x)", "(x, y=5)")],
            [
                (
                    "m.py",
                    "def job(x, y=5): return x + 2",
                    """\
def job(x, *, y=6):
    return x + y""",
                )
            ],
        ],
        [
            "run()",
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
        "generators_pipeline",
        {
            "m.py": """\
def src(n):
    yield from range(n)
def odd(it): return (x for x in it if x % 2)
""",
            "main.py": """\
from m import *
N = 6
RES = list(odd(src(N)))
""",
        },
        [
            [("main.py", "N = 6", "N = 9")],
        ],
        [
            "list(odd(src(5)))",
        ],
    ),
    Program(
        "walrus_and_comprehension",
        {
            "c.py": """\
XS = [1, 2, 3]
""",
            "main.py": """\
import c
if (n := len(c.XS)) > 2:
    BIG = True
else:
    BIG = False
SQ = {x: y for x in c.XS if (y := x * x) > 1}
L = y
""",
        },
        [
            [("c.py", "[1, 2, 3]", "[1, 2]")],
            [("c.py", "[1, 2]", "[4, 5, 6, 7]")],
        ],
        [],
    ),
    Program(
        "context_managers",
        {
            "m.py": """\
from contextlib import contextmanager, ExitStack, suppress
LOG = []
@contextmanager
def step(name, mark="-"):
    LOG.append(mark + name)
    yield name
    LOG.append("/" + name)
""",
            "main.py": """\
from m import step, LOG
with step("boot") as b:
    BOOT = b
def run():
    n = len(LOG)
    with step("x"): pass
    r = LOG[n:]; del LOG[n:]; return r
""",
        },
        [
            [("m.py", '"-"', '"+"')],
            [("main.py", '"boot"', '"init"')],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "threads_hold_functions",
        {
            "w.py": """\
import threading
RES = []
def work(x): RES.append(x * 2)
def spawn(x):
    t = threading.Thread(target=work, args=(x,)); t.start(); t.join()
    r = list(RES); RES.clear(); return r
local = threading.local()
local.v = 1
lock = threading.Lock()
""",
            "main.py": """\
import w
""",
        },
        [
            [("w.py", "x * 2", "x * 3")],
            [("w.py", "local.v = 1", "local.v = 2")],
        ],
        [
            "w.spawn(2)",
            "w.local.v",
        ],
    ),
    Program(
        "asyncio_tasks_hold",
        {
            "m.py": """\
import asyncio
async def tick(n): return n + 1
""",
            "main.py": """\
import m
HOOKS = {"t": m.tick}
def run():
    c = HOOKS["t"](1)
    try: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("m.py", "n + 1", "n + 2")],
            [
                (
                    "m.py",
                    "async def tick(n): return n + 2",
                    """\
async def tick(n, k=3):
    return n + k""",
                )
            ],
        ],
        [
            "run()",
        ],
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
        "try_except_binding",
        {
            "c.py": """\
RAW = "5"
""",
            "main.py": """\
import c
try:
    N = int(c.RAW)
except ValueError as e:
    N = -1
    ERR = str(e)
else:
    OK = True
finally:
    DONE = N
""",
        },
        [
            [("c.py", '"5"', '"x"')],
            [("c.py", '"x"', '"7"')],
        ],
        [
            '"OK" in globals()',
            '"ERR" in globals()',
        ],
    ),
    Program(
        "while_for_else_with",
        {
            "c.py": """\
N = 3
""",
            "main.py": """\
import c
i = 0
while i < c.N:
    i += 1
else:
    DONE = i
for k, v in {"a": c.N}.items():
    LAST = (k, v)
for z in range(c.N):
    if z == 2: break
else:
    z = "none"
""",
        },
        [
            [("c.py", "3", "2")],
            [("c.py", "2", "5")],
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
        "async_context_and_iter",
        {
            "m.py": """\
import asyncio
class Conn:
    name = "c"
    async def __aenter__(self): return self
    async def __aexit__(self, *a): return False
    def __aiter__(self): self.i = 0; return self
    async def __anext__(self):
        self.i += 1
        if self.i > 2: raise StopAsyncIteration
        return self.i
async def use():
    out = []
    async with Conn() as c:
        async for x in c: out.append((c.name, x))
    return out
""",
            "main.py": """\
import m
def run():
    c = m.use()
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("m.py", 'name = "c"', 'name = "d"')],
            [("m.py", "self.i > 2", "self.i > 1")],
            [
                (
                    "m.py",
                    """\
return self.i
""",
                    """\
return -self.i
""",
                )
            ],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "generator_held_and_new",
        {
            "m.py": """\
def gen():
    yield 1
    yield 2
""",
            "main.py": """\
from m import gen
mk = gen
""",
        },
        [
            [("m.py", "yield 2", "yield 3")],
        ],
        [
            "list(mk())",
        ],
    ),
    Program(
        "typing_generic_pep",
        {
            "m.py": """\
from typing import Generic, TypeVar, ParamSpec, Callable, overload
P = ParamSpec("P")
R = TypeVar("R")
def deco(f: Callable[P, R]) -> Callable[P, R]:
    def w(*a: P.args, **k: P.kwargs) -> R: return f(*a, **k)
    return w
@overload
def pick(x: int) -> int: ...
@overload
def pick(x: str) -> str: ...
def pick(x): return x
@deco
def add(a: int, b: int = 1) -> int: return a + b
""",
            "main.py": """\
from m import pick, add
X = add(1)
""",
        },
        [
            [("m.py", "b: int = 1", "b: int = 2")],
            [("m.py", "def pick(x): return x", "def pick(x): return [x]")],
            [
                (
                    "m.py",
                    """\
@overload
def pick(x: str) -> str: ...
""",
                    "",
                )
            ],
        ],
        [
            "pick(1)",
            "add(5)",
            "X",
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
        "flask_like_config_from_object",
        {
            "settings.py": """\
class Dev:
    DEBUG = True
    URI = "d"
class Prod(Dev):
    DEBUG = False
""",
            "app.py": """\
class Config(dict):
    def from_object(self, o):
        for k in dir(o):
            if k.isupper(): self[k] = getattr(o, k)
class App:
    def __init__(self): self.config = Config()
app = App()
""",
            "main.py": """\
from app import app
import settings
app.config.from_object(settings.Prod)
URI = app.config["URI"]
""",
        },
        [
            [("settings.py", '"d"', '"e"')],
            [
                (
                    "settings.py",
                    "DEBUG = False",
                    """\
DEBUG = False
    X = 1""",
                )
            ],
            [
                (
                    "settings.py",
                    """\
    URI = "e"
""",
                    """\
    URL = "e"
    URI = ""
""",
                )
            ],
        ],
        [
            "dict(app.config)",
        ],
    ),
    Program(
        "rename_with_references",
        {
            "m.py": """\
def old(): return 1
TABLE = {"f": old}
def call(): return old()
""",
            "main.py": """\
from m import old, call, TABLE
L = [old]
R = call()
""",
        },
        [
            [
                ("m.py", "old", "new"),
                ("main.py", "import old", "import new"),
                ("main.py", "[old]", "[new]"),
            ],
        ],
        [
            'TABLE["f"]()',
            "L[0].__name__",
            "call()",
        ],
    ),
    Program(
        "order_of_definitions",
        {
            "main.py": """\
X = 1
def f(): return X
Y = f()
X = 2
Z = f()
""",
        },
        [
            [("main.py", "X = 2", "X = 3")],
            [("main.py", "X = 1", "X = 7")],
        ],
        [],
    ),
    Program(
        "shadowing_builtin",
        {
            "m.py": """\
def len(x): return 42
""",
            "main.py": """\
from m import *
A = len([1])
id = 5
B = id
""",
        },
        [
            [
                (
                    "m.py",
                    """\
def len(x): return 42
""",
                    """\
len_ = 1
""",
                )
            ],
        ],
        [
            "len([1])",
        ],
    ),
    Program(
        "try_finally_effects",
        {
            "c.py": """\
FAIL = False
""",
            "main.py": """\
import c
LOG = []
try:
    LOG.append("a")
    if c.FAIL: raise ValueError("x")
except ValueError:
    LOG.append("e")
finally:
    LOG.append("f")
""",
        },
        [
            [("c.py", "False", "True")],
            [("c.py", "True", "False")],
        ],
        [
            "LOG",
        ],
    ),
    Program(
        "string_annotations_get_hints",
        {
            "m.py": """\
from __future__ import annotations
from dataclasses import dataclass, fields
import typing
@dataclass
class A:
    x: int = 1
    y: "A | None" = None
def hints(): return sorted(typing.get_type_hints(A))
""",
            "main.py": """\
import m
F = [f.name for f in m.fields(m.A)]
T = {f.name: f.type for f in m.fields(m.A)}
H = m.hints()
""",
        },
        [
            [("m.py", "x: int = 1", "x: float = 1")],
            [
                (
                    "m.py",
                    "x: float = 1",
                    '''\
x: float = 1
    z: str = ""''',
                )
            ],
        ],
        [
            "m.hints()",
        ],
    ),
]
