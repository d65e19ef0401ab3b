"""Functions and classes that something else has got hold of: registries, handlers, decorators."""

from .program import Program

PROGRAMS = [
    Program(
        "event_bus_priority",
        {
            "bus.py": """\
import bisect
class Bus:
    def __init__(self): self.h = {}
    def on(self, ev, prio=0):
        def deco(f):
            lst = self.h.setdefault(ev, [])
            lst.append((prio, f.__name__, f))
            lst.sort(key=lambda t: t[:2])
            return f
        return deco
    def emit(self, ev, *a): return [f(*a) for _, _, f in self.h.get(ev, [])]
bus = Bus()
""",
            "h.py": """\
from bus import bus
@bus.on("start", 5)
def late(): return "late"
@bus.on("start", 1)
def early(): return "early"
@bus.on("stop")
def stop(): return "stop"
""",
            "main.py": """\
import h
from bus import bus
""",
        },
        [
            [("h.py", '"start", 5', '"start", 0')],
            [("h.py", 'return "early"', 'return "EARLY"')],
            [("h.py", '"stop")', '"start", 3)')],
            [
                (
                    "h.py",
                    """\
@bus.on("start", 1)
def early(): return "EARLY"
""",
                    "",
                )
            ],
        ],
        [
            'bus.emit("start")',
            'bus.emit("stop")',
            "sorted(bus.h)",
            '[(p,n) for p,n,_ in bus.h["start"]]',
        ],
    ),
    Program(
        "command_table_with_aliases",
        {
            "cmds.py": """\
COMMANDS = {}
def command(*names, help=""):
    def deco(f):
        for n in names: COMMANDS[n] = f
        f.help = help
        return f
    return deco
""",
            "main.py": """\
from cmds import command, COMMANDS
@command("q", "quit", help="leave")
def quit(): return "bye"
@command("h", "help")
def help_(): return sorted(COMMANDS)
""",
        },
        [
            [("main.py", '"q", "quit"', '"q", "exit"')],
            [("main.py", 'help="leave"', 'help="go"')],
            [("main.py", '"h", "help"', '"h"')],
        ],
        [
            "sorted(COMMANDS)",
            "{k: v.help for k,v in COMMANDS.items()}",
            'COMMANDS["h"]()',
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
        "registry_via_method_of_instance_attr",
        {
            "app.py": """\
class Router:
    def __init__(self): self.rules = []
    def add(self, p, f): self.rules.append((p, f))
class App:
    def __init__(self): self.router = Router(); self.before = []
    def get(self, p):
        def d(f): self.router.add(p, f); return f
        return d
    def before_request(self, f): self.before.append(f); return f
app = App()
""",
            "views.py": """\
from app import app
@app.get("/")
def index(): return 1
@app.get("/x")
def x(): return 2
@app.before_request
def chk(): return "ok"
""",
            "main.py": """\
import views
from app import app
""",
        },
        [
            [("views.py", '"/x"', '"/y"')],
            [
                (
                    "views.py",
                    """\
@app.before_request
def chk(): return "ok"
""",
                    "",
                )
            ],
            [("views.py", "return 1", "return 11")],
        ],
        [
            "[(p, f()) for p, f in app.router.rules]",
            "[f() for f in app.before]",
            'hasattr(app,"after")',
        ],
    ),
    Program(
        "singledispatch_types",
        {
            "m.py": """\
from functools import singledispatch
@singledispatch
def show(x): return "obj"
@show.register(int)
def _(x): return "int"
@show.register
def _(x: str): return "str"
@show.register(list)
@show.register(tuple)
def _seq(x): return "seq"
""",
            "main.py": """\
from m import show
def all_(): return [show(1), show("a"), show([]), show(()), show(1.0), show(b"")]
""",
        },
        [
            [("m.py", "register(int)", "register(float)")],
            [
                (
                    "m.py",
                    """\
@show.register(tuple)
""",
                    "",
                )
            ],
            [("m.py", "x: str", "x: bytes")],
            [("m.py", 'return "seq"', 'return "SEQ"')],
            [("m.py", 'return "obj"', 'return "OBJ"')],
        ],
        [
            "all_()",
            "sorted(t.__name__ for t in show.registry)",
        ],
    ),
    Program(
        "singledispatchmethod_",
        {
            "main.py": """\
from functools import singledispatchmethod
class F:
    @singledispatchmethod
    def go(self, x): return "d"
    @go.register
    def _(self, x: int): return "i"
    @go.register
    def _(self, x: str): return "s"
f = F()
""",
        },
        [
            [("main.py", 'return "i"', 'return "I"')],
            [("main.py", "x: str", "x: bytes")],
            [("main.py", 'return "d"', 'return "D"')],
        ],
        [
            "f.go(1)",
            'f.go("")',
            'f.go(b"")',
            "f.go(1.0)",
        ],
    ),
    Program(
        "metaclass_registry",
        {
            "meta.py": """\
class Meta(type):
    registry = {}
    def __new__(mcls, name, bases, ns, **kw):
        cls = super().__new__(mcls, name, bases, ns)
        if bases: mcls.registry[ns.get("tag", name)] = cls
        cls.fields = [k for k, v in ns.items() if isinstance(v, int)]
        return cls
    def __call__(cls, *a, **k):
        obj = super().__call__(*a, **k)
        obj.made_by = "meta"
        return obj
class Model(metaclass=Meta): pass
""",
            "models.py": """\
from meta import Model
class User(Model):
    tag = "user"
    age = 1
class Post(Model):
    title = 2
""",
            "main.py": """\
import models, meta
u = models.User()
""",
        },
        [
            [("models.py", 'tag = "user"', 'tag = "account"')],
            [
                (
                    "models.py",
                    "age = 1",
                    """\
age = 1
    size = 3""",
                )
            ],
            [
                (
                    "models.py",
                    """\
class Post(Model):
    title = 2
""",
                    "",
                )
            ],
            [("meta.py", '"meta"', '"META"')],
        ],
        [
            "sorted(meta.Meta.registry)",
            "[c.fields for c in meta.Meta.registry.values()]",
            "models.User().made_by",
            "[c is getattr(models,c.__name__) for c in meta.Meta.registry.values()]",
        ],
    ),
    Program(
        "abc_register_virtual",
        {
            "main.py": """\
from abc import ABC
class Drawable(ABC): pass
class Foo: pass
class Bar: pass
Drawable.register(Foo)
F = isinstance(Foo(), Drawable), isinstance(Bar(), Drawable)
def now(): return isinstance(Foo(), Drawable), isinstance(Bar(), Drawable)
""",
        },
        [
            [("main.py", "register(Foo)", "register(Bar)")],
        ],
        [
            "now()",
        ],
    ),
    Program(
        "logging_handlers",
        {
            "log.py": """\
import logging
SEEN = []
class H(logging.Handler):
    def emit(self, r): SEEN.append(self.format(r))
logger = logging.getLogger("shape.x")
logger.setLevel(logging.INFO)
logger.propagate = False
h = H()
h.setFormatter(logging.Formatter("%(levelname)s:%(message)s"))
logger.addHandler(h)
""",
            "main.py": """\
from log import logger, SEEN
def run():
    SEEN.clear(); logger.info("a"); r = list(SEEN); SEEN.clear(); return r
""",
        },
        [
            [("log.py", "%(levelname)s:", "[%(levelname)s] ")],
            [("log.py", "SEEN.append(self.format(r))", 'SEEN.append(self.format(r) + "!")')],
            [("log.py", "h = H()", "h = H(logging.INFO)")],
        ],
        [
            "run()",
            "len(logger.handlers)",
        ],
    ),
    Program(
        "logging_filters_adapter",
        {
            "main.py": """\
import logging
OUT = []
class F(logging.Filter):
    def filter(self, r): return "no" not in r.getMessage()
class H(logging.Handler):
    def emit(self, r): OUT.append(r.getMessage())
lg = logging.getLogger("shape.y")
lg.propagate = False
lg.addFilter(F())
lg.addHandler(H())
lg.setLevel("DEBUG")
def run():
    OUT.clear(); lg.info("yes"); lg.info("no"); r = list(OUT); OUT.clear(); return r
""",
        },
        [
            [("main.py", '"no" not', '"yes" not')],
            [
                (
                    "main.py",
                    """\
lg.addFilter(F())
""",
                    "",
                )
            ],
        ],
        [
            "run()",
            "len(lg.handlers)",
            "len(lg.filters)",
        ],
    ),
    Program(
        "signal_atexit",
        {
            "main.py": """\
import signal, atexit
HITS = []
def on_usr(s, f): HITS.append("usr")
signal.signal(signal.SIGUSR1, on_usr)
def bye(): pass
atexit.register(bye)
def run():
    signal.raise_signal(signal.SIGUSR1); r = list(HITS); HITS.clear(); return r
""",
        },
        [
            [("main.py", '"usr")', '"USR")')],
            [("main.py", "def on_usr(s, f)", "def on_usr(s, f=None)")],
            [
                (
                    "main.py",
                    "signal.signal(signal.SIGUSR1, on_usr)",
                    'signal.signal(signal.SIGUSR1, lambda s, f: HITS.append("lam"))',
                )
            ],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "env_and_os",
        {
            "main.py": """\
import os
os.environ["SHAPE_X"] = "1"
V = os.environ.get("SHAPE_X")
os.environ.setdefault("SHAPE_Y", "d")
""",
        },
        [
            [("main.py", '"1"', '"2"')],
        ],
        [
            'os.environ["SHAPE_X"]',
        ],
    ),
    Program(
        "validator_chain",
        {
            "v.py": """\
VALIDATORS = {}
def validates(*fields):
    def d(f):
        for x in fields: VALIDATORS.setdefault(x, []).append(f)
        return f
    return d
class Form:
    @validates("a", "b")
    def positive(v): return v > 0
    @validates("b")
    def small(v): return v < 10
def check(**k): return {n: [f(v) for f in VALIDATORS.get(n, ())] for n, v in k.items()}
""",
            "main.py": """\
from v import check, VALIDATORS
""",
        },
        [
            [("v.py", "v < 10", "v < 3")],
            [
                (
                    "v.py",
                    """\
("b")
    def small""",
                    """\
("a")
    def small""",
                )
            ],
            [
                (
                    "v.py",
                    """\
    @validates("a")
    def small(v): return v < 3
""",
                    "",
                )
            ],
        ],
        [
            "check(a=5,b=5)",
        ],
    ),
    Program(
        "methods_collected_by_marker",
        {
            "main.py": """\
def action(label):
    def d(f): f.label = label; return f
    return d
class Base:
    def __init_subclass__(cls):
        cls.actions = {f.label: n for n, f in vars(cls).items() if hasattr(f, "label")}
class Menu(Base):
    @action("Open")
    def open(self): return "o"
    @action("Save")
    def save(self): return "s"
m = Menu()
def run(): return {l: getattr(m, n)() for l, n in Menu.actions.items()}
""",
        },
        [
            [("main.py", '"Save"', '"Store"')],
            [("main.py", 'return "o"', 'return "O"')],
            [
                (
                    "main.py",
                    """\
    @action("Open")
    def open(self): return "O"
""",
                    "",
                )
            ],
            [("main.py", "def save", "def store")],
        ],
        [
            "run()",
            'sorted(x for x in vars(Menu) if x[0]!="_")',
        ],
    ),
    Program(
        "service_locator",
        {
            "di.py": """\
class Container:
    def __init__(self): self._f = {}; self._s = {}
    def register(self, key, factory): self._f[key] = factory
    def get(self, key):
        if key not in self._s: self._s[key] = self._f[key](self)
        return self._s[key]
c = Container()
""",
            "svc.py": """\
from di import c
class Db:
    url = "sqlite"
    def q(self): return self.url
class Repo:
    def __init__(self, db): self.db = db
    def all(self): return self.db.q()
c.register("db", lambda c: Db())
c.register("repo", lambda c: Repo(c.get("db")))
""",
            "main.py": """\
import svc
from di import c
repo = c.get("repo")
""",
        },
        [
            [("svc.py", '"sqlite"', '"pg"')],
            [("svc.py", "return self.db.q()", "return [self.db.q()]")],
            [("svc.py", '"db", lambda c: Db()', '"db", lambda c: Db() or 1')],
        ],
        [
            "repo.all()",
            "sorted(c._f)",
        ],
    ),
    Program(
        "observer_bound_methods",
        {
            "sig.py": """\
class Signal:
    def __init__(self): self.slots = []
    def connect(self, f): self.slots.append(f)
    def send(self, *a): return [f(*a) for f in self.slots]
saved = Signal()
""",
            "rx.py": """\
from sig import saved
class R:
    def __init__(self, n): self.n = n
    def on(self, x): return self.n + x
r1 = R(1)
r2 = R(2)
saved.connect(r1.on)
saved.connect(r2.on)
saved.connect(lambda x: x * 100)
""",
            "main.py": """\
import rx
from sig import saved
""",
        },
        [
            [("rx.py", "self.n + x", "self.n * x")],
            [("rx.py", "R(2)", "R(5)")],
            [("rx.py", "x * 100", "x * 1000")],
            [
                (
                    "rx.py",
                    """\
saved.connect(r1.on)
""",
                    "",
                )
            ],
        ],
        [
            "saved.send(3)",
        ],
    ),
    Program(
        "counter_ids_itertools",
        {
            "m.py": """\
import itertools
_ids = itertools.count(1)
def new_id(): return next(_ids)
class Item:
    kind = "k"
    def __init__(self): self.id = new_id()
""",
            "main.py": """\
import m
a = m.Item()
b = m.Item()
""",
        },
        [
            [("m.py", 'kind = "k"', 'kind = "K"')],
            [("m.py", "count(1)", "count(10)")],
        ],
        [
            "a.id > 0",
            "a.kind",
        ],
    ),
    Program(
        "annotations_driven_di",
        {
            "m.py": """\
from typing import get_type_hints
class Db: name = "db"
class Mail: name = "mail"
def inject(f):
    hints = get_type_hints(f)
    def call(): return f(**{k: t() for k, t in hints.items()})
    CALLS.append(call)
    return call
CALLS = []
@inject
def report(db: Db, mail: Mail): return db.name + mail.name
""",
            "main.py": """\
import m
""",
        },
        [
            [("m.py", "db: Db, mail: Mail", "mail: Db, db: Mail")],
            [("m.py", 'name = "db"', 'name = "DB"')],
            [("m.py", "return db.name + mail.name", 'return db.name + "," + mail.name')],
        ],
        [
            "m.report()",
            "[c() for c in m.CALLS]",
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
        "register_returns_value",
        {
            "main.py": """\
TABLE = {}
def reg(k, v):
    TABLE[k] = v
    return v
A = reg("a", 1)
B = reg("b", A + 1)
C = sum(TABLE.values())
""",
        },
        [
            [("main.py", '"a", 1', '"a", 5')],
            [("main.py", '"b",', '"bb",')],
            [
                (
                    "main.py",
                    """\
A = reg("a", 5)
""",
                    """\
A = 0
""",
                )
            ],
        ],
        [
            "TABLE",
        ],
    ),
    Program(
        "ordered_middlewares",
        {
            "core.py": """\
CHAIN = []
def use(f=None, *, first=False):
    def d(f):
        CHAIN.insert(0, f) if first else CHAIN.append(f)
        return f
    return d(f) if f else d
def run(x):
    for f in CHAIN: x = f(x)
    return x
""",
            "a.py": """\
from core import use
@use
def one(x): return x + ["1"]
@use(first=True)
def zero(x): return x + ["0"]
""",
            "b.py": """\
from core import use
@use
def two(x): return x + ["2"]
""",
            "main.py": """\
import a, b, core
""",
        },
        [
            [
                (
                    "a.py",
                    """\
@use
def one""",
                    """\
@use(first=True)
def one""",
                )
            ],
            [("a.py", '"0"', '"00"')],
            [("b.py", "@use", "@use(first=True)")],
            [
                (
                    "a.py",
                    """\
@use(first=True)
def zero(x): return x + ["00"]
""",
                    "",
                )
            ],
        ],
        [
            "core.run([])",
        ],
    ),
    Program(
        "nested_dict_registry",
        {
            "r.py": """\
R = {}
def on(kind, name):
    def d(f):
        R.setdefault(kind, {}).setdefault(name, []).append(f)
        return f
    return d
""",
            "h.py": """\
from r import on
@on("a", "x")
def f1(): return 1
@on("a", "x")
def f2(): return 2
@on("b", "y")
def f3(): return 3
""",
            "main.py": """\
import h, r
def see(): return {k: {n: [f() for f in fs] for n, fs in v.items()} for k, v in r.R.items()}
""",
        },
        [
            [("h.py", '"b", "y"', '"b", "z"')],
            [
                (
                    "h.py",
                    """\
@on("a", "x")
def f2(): return 2
""",
                    "",
                )
            ],
            [("h.py", '"b", "z"', '"a", "x"')],
            [("h.py", "return 1", "return 11")],
        ],
        [
            "see()",
        ],
    ),
    Program(
        "counter_defaultdict",
        {
            "main.py": """\
from collections import Counter, defaultdict, OrderedDict, deque
C = Counter()
D = defaultdict(list)
O = OrderedDict()
Q = deque(maxlen=2)
def note(k, v):
    C[k] += 1; D[k].append(v); O[k] = v; Q.append(v)
note("a", 1)
note("a", 2)
note("b", 3)
S = C.most_common(1), dict(D), list(O), list(Q)
""",
        },
        [
            [("main.py", '"b", 3', '"b", 4')],
            [
                (
                    "main.py",
                    """\
note("a", 2)
""",
                    "",
                )
            ],
            [("main.py", '"a", 1', '"c", 1')],
        ],
        [
            "C",
            "dict(D)",
            "list(O)",
            "list(Q)",
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
        "bitflags_registry_class",
        {
            "main.py": """\
class Op:
    _all = {}
    def __new__(cls, sym):
        if sym in cls._all: return cls._all[sym]
        o = super().__new__(cls); o.sym = sym; cls._all[sym] = o
        return o
PLUS = Op("+")
MINUS = Op("-")
NAMES = sorted(Op._all)
""",
        },
        [
            [("main.py", '"-"', '"*"')],
            [
                (
                    "main.py",
                    """\
PLUS = Op("+")
""",
                    "",
                )
            ],
        ],
        [
            "sorted(Op._all)",
            "NAMES",
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
]
