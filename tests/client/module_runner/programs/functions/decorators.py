"""Decorators that wrap, count, register or look at parameters."""

from ..program import Program

PROGRAMS = [
    Program(
        "stateful_decorators_and_counters",
        {
            "deco.py": """\
from functools import wraps, update_wrapper
CALLS = {}
COUNT = 0
def count(f):
    global COUNT
    COUNT += 1
    CALLS.setdefault(f.__qualname__, 0)
    @wraps(f)
    def wrapper(*a, **k):
        CALLS[f.__qualname__] += 0
        return f(*a, **k)
    wrapper.number = COUNT
    return wrapper
class retry:
    def __init__(self, times): self.times = times
    def __call__(self, f):
        def inner(*a):
            for i in range(self.times):
                try: return f(*a)
                except ValueError: pass
            return f"gave up after {self.times}"
        return update_wrapper(inner, f)
""",
            "m.py": """\
from deco import count, retry
TIMES = 2
@count
def first(): return 1
@count
@retry(TIMES)
def second(x):
    if x < 0: raise ValueError
    return x
@retry(times=1)
def third(x): return 1 / x if x else int("no")
""",
            "main.py": """\
import m, deco
""",
        },
        [
            [("m.py", "return 1\n", "return 10\n")],
            [("m.py", "TIMES = 2", "TIMES = 4")],
            [("m.py", "@count\ndef first", "def first")],
            [("m.py", "    return x\n", "    return x + 1\n")],
            [("deco.py", 'f"gave up after {self.times}"', 'f"no, {self.times} times"')],
            [("m.py", "def third(x): return", "@count\ndef third(x): return")],
            [("m.py", "@retry(times=1)", "@retry(times=1")],
            [("m.py", "@retry(times=1", "@retry(times=5)")],
        ],
        [
            "m.first(), m.second(1), m.second(-1), m.third(0)",
            "deco.CALLS",
            "getattr(m.first, 'number', None), m.second.number",
            "m.second.__name__",
            "deco.COUNT",
        ],
    ),
    Program(
        "wrappers_without_wraps_and_partials",
        {
            "m.py": """\
from functools import partial, reduce
from operator import attrgetter, itemgetter, methodcaller
UNIT = "kg"
def fmt(x, unit=UNIT, *, sep=" "): return f"{x}{sep}{unit}"
def guard(check):
    def deco(f):
        def inner(*a, **k): return f(*a, **k) if check(*a) else None
        return inner
    return deco
@guard(lambda x: x > 0)
def root(x): return round(x ** 0.5, 2)
pretty = partial(fmt, sep="_")
chain = reduce(lambda f, g: lambda x: g(f(x)), [root, fmt, str.upper])
by = {"name": attrgetter("__name__"), "first": itemgetter(0), "up": methodcaller("upper")}
class Button:
    def __init__(self, label, action): self.label, self.action = label, action
    def press(self): return self.action()
buttons = [Button("a", partial(root, 16)), Button("b", lambda: pretty(2)), Button("c", pretty.func.__name__.title)]
""",
            "main.py": "import m\nheld = [b.press for b in m.buttons]\n",
        },
        [
            [("m.py", 'UNIT = "kg"', 'UNIT = "lb"')],
            [("m.py", "x > 0", "x > 20")],
            [("m.py", "round(x ** 0.5, 2)", "round(x ** 0.5, 1)")],
            [("m.py", 'sep="_"', 'sep="-"')],
            [("m.py", "str.upper])", "str.lower])")],
            [("m.py", "partial(root, 16)", "partial(root, 25)")],
            [
                (
                    "m.py",
                    "def press(self): return self.action()",
                    "def press(self): return self.label, self.action()",
                )
            ],
            [("m.py", '"up": methodcaller("upper")', '"low": methodcaller("lower")')],
        ],
        [
            "[f() for f in held] == [b.press() for b in m.buttons]",
            "[b.press() for b in m.buttons]",
            "m.chain(16)",
            "m.pretty(1)",
            "m.root(36)",
            "sorted(m.by)",
        ],
    ),
    Program(
        "decorator_class_instance",
        {
            "main.py": """\
class Route:
    table = []
    def __init__(self, f): self.f = f; self.hits = 0; Route.table.append(self)
    def __call__(self, *a):
        self.hits += 1
        return self.f(*a)
@Route
def index(): return "i"
@Route
def about(x=1): return "a" * x
""",
        },
        [
            [("main.py", 'return "i"', 'return "I"')],
            [("main.py", "x=1", "x=2")],
            [
                (
                    "main.py",
                    """\
@Route
def index""",
                    "def index",
                )
            ],
        ],
        [
            "index()",
            "about()",
            "len(Route.table)",
            "[r.f.__name__ for r in Route.table]",
        ],
    ),
    Program(
        "stacked_decorators",
        {
            "main.py": """\
import functools
LOG = []
def tag(t):
    def d(f):
        @functools.wraps(f)
        def w(*a): return f"<{t}>{f(*a)}</{t}>"
        LOG.append((t, f.__name__))
        return w
    return d
@tag("b")
@tag("i")
def hello(n="x"): return n
def plain(): return 0
""",
        },
        [
            [("main.py", '@tag("i")', '@tag("u")')],
            [("main.py", "return n", 'return n + "!"')],
            [("main.py", 'n="x"', 'n="y"')],
            [
                (
                    "main.py",
                    """\
@tag("b")
""",
                    "",
                )
            ],
        ],
        [
            "hello()",
            "LOG",
            "hello.__wrapped__.__name__",
        ],
    ),
    Program(
        "di_decorators_look",
        {
            "di.py": """\
import inspect
PROVIDERS = {}
def provides(f): PROVIDERS[f.__name__] = f; return f
def wired(f):
    params = list(inspect.signature(f).parameters)
    def w(): return f(*[PROVIDERS[p]() for p in params])
    w.params = params
    return w
def cli(f):
    f.opts = {p.name: p.default for p in inspect.signature(f).parameters.values()}
    return f
""",
            "main.py": """\
from di import provides, wired, cli
@provides
def db(): return "db"
@provides
def cache(): return "cache"
@wired
def app(db): return db
@cli
def run(port=80, host="h"): return port
""",
        },
        [
            [("main.py", "def app(db): return db", "def app(db, cache): return db + cache")],
            [("main.py", "port=80", "port=81")],
            [("main.py", "def cache", "def redis")],
            [
                (
                    "main.py",
                    "def app(db, cache): return db + cache",
                    "def app(db, redis): return db + redis",
                )
            ],
            [("main.py", 'host="h"', 'hostname="h"')],
        ],
        [
            "app()",
            "app.params",
            "run.opts",
        ],
    ),
    Program(
        "memo_decorator",
        {
            "c.py": """\
K = 2
""",
            "memo.py": """\
def memo(f):
    cache = {}
    def w(n):
        if n not in cache: cache[n] = f(n)
        return cache[n]
    w.cache = cache
    return w
""",
            "main.py": """\
import c
from memo import memo
@memo
def g(n): return n * c.K
A = g(1)
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "g(1)",
        ],
    ),
    Program(
        "doc_decorators",
        {
            "main.py": '''\
CMDS = {}
def command(f): CMDS[f.__name__] = (f, (f.__doc__ or "").strip()); return f
def plain(f): return f
@command
def go():
    """Go there."""
    return 1
@plain
def other():
    """O."""
def described(cls): cls.help = cls.__doc__; return cls
@described
class K:
    """Kay."""
class Base:
    def __init_subclass__(cls): cls.about = cls.__doc__
class S(Base):
    """Sub."""
''',
        },
        [
            [("main.py", "Go there.", "Go here.")],
            [("main.py", '"""O."""', '"""OO."""')],
            [("main.py", "Kay.", "Kay!")],
            [("main.py", "Sub.", "Sub!")],
        ],
        [
            'CMDS["go"][1]',
            'CMDS["go"][0] is go',
            "other.__doc__",
            "K.help",
            "S.about",
            "go.__doc__",
        ],
    ),
    Program(
        "context_decorator_stack",
        {
            "main.py": """\
from contextlib import contextmanager, ContextDecorator
STACK = []
class route_group(ContextDecorator):
    def __init__(self, p): self.p = p
    def __enter__(self): STACK.append(self.p); return self
    def __exit__(self, *a): STACK.pop(); return False
ROUTES = []
def route(p):
    def d(f): ROUTES.append(("/".join(STACK + [p]), f)); return f
    return d
with route_group("api"):
    @route("a")
    def a(): return 1
    @route("b")
    def b(): return 2
@route("c")
def c(): return 3
""",
        },
        [
            [("main.py", '"api"', '"v2"')],
            [("main.py", "return 1", "return 11")],
            [
                (
                    "main.py",
                    """\
    @route("b")
    def b(): return 2
""",
                    "",
                )
            ],
            [("main.py", '"c"', '"cc"')],
        ],
        [
            "[(p, f()) for p, f in ROUTES]",
        ],
    ),
    Program(
        "marks_of_functions_change_and_go",
        {
            "main.py": "from m import *\n",
            "m.py": """\
def rule(path, **options):
    def note(f):
        f.rule = path, options
        return f
    return note
def expose(f):
    f.exposed = True
    return f
@rule("/a", first=True)
def a(): return "a"
@rule("/b")
def b(): return "b"
@expose
def c():
    c.calls = getattr(c, "calls", 0) + 1
    return c.calls
CALLS = c()
HAND = [a, b, c]
def paths(): return [f.rule[0] for f in HAND if hasattr(f, "rule")]
P = paths()
DIRECT = a.rule[0]
TABLE = sorted((f.rule[0], n) for n, f in list(globals().items()) if hasattr(f, "rule"))
EXPOSED = [n for n, f in list(globals().items()) if getattr(f, "exposed", False)]
""",
        },
        [
            [("m.py", '"/a", first=True', '"/z", first=True')],
            [("m.py", 'rule("/b")', 'rule("/bb", last=1)')],
            [("m.py", "@expose\ndef c", "def c")],
            [("m.py", '@rule("/bb", last=1)\n', "")],
        ],
        ["paths()", "c.calls"],
    ),
]
