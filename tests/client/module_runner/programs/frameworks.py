"""Programs in the style of frameworks: components, routes, widgets, games, plugins, signals."""

from .program import Program

PROGRAMS = [
    Program(
        "reactive_components_with_pages",
        {
            "kit.py": """\
class Reactive:
    def __init__(self, default): self.default = default
    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = {**getattr(owner, "fields", {}), name: self}
    def __get__(self, obj, cls=None):
        if obj is None: return self
        return obj.__dict__.get(self.name, self.default)
    def __set__(self, obj, value):
        old, obj.__dict__[self.name] = self.__get__(obj), value
        watch = getattr(obj, f"watch_{self.name}", None)
        if watch: watch(old, value)
class Application:
    def __init__(self): self.routes, self.order = {}, []
    def page(self, route=None):
        def deco(cls):
            path = route or "/" + cls.__name__.lower()
            self.routes[path] = cls
            self.order.append(path)
            return cls
        return deco
class Component:
    registry = {}
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        Component.registry[tag or cls.__name__] = cls
    def render(self): return f"<{type(self).__name__}>"
""",
            "app.py": """\
from kit import Application, Component, Reactive
app = Application()
@app.page()
class Home(Component, tag="home"):
    title = Reactive("Welcome")
    count = Reactive(0)
    log = ()
    def watch_count(self, old, new): self.log = (*self.log, (old, new))
    def render(self): return f"{self.title} {self.count}"
@app.page("/about")
class About(Component):
    title = Reactive("About")
    def render(self): return self.title
""",
            "main.py": """\
from app import app
from kit import Component
def show(path):
    page = app.routes[path]()
    if "count" in type(page).fields: page.count = 3
    return page.render(), getattr(page, "log", None)
""",
        },
        [
            [("app.py", '"Welcome"', '"Hello"')],
            [
                ("app.py", "Reactive(0)", "Reactive(10)"),
                ("app.py", "{self.count}", "n={self.count}"),
            ],
            [("app.py", '"/about"', '"/who"')],
            [("app.py", 'tag="home"', 'tag="start"')],
            [("app.py", "    log = ()\n", "    log = ('first',)\n")],
            [("kit.py", 'f"<{type(self).__name__}>"', 'f"<{type(self).__name__} />"')],
            [("app.py", "class About(Component):", "class Info(Component):")],
        ],
        [
            "[(x, show(x)) for x in app.order]",
            "sorted(Component.registry)",
            "{x: y.__name__ for x, y in app.routes.items()}",
            "[sorted(x.fields) for x in app.routes.values()]",
        ],
        before="page = app.routes['/home']()\npage.count = 7\n",
    ),
    Program(
        "routes_with_dependencies",
        {
            "web.py": """\
import inspect
class Depends:
    def __init__(self, f): self.f = f
class Router:
    def __init__(self, prefix=""):
        self.prefix, self.routes, self.before = prefix, [], []
    def get(self, path, **options): return self.add("GET", path, **options)
    def post(self, path, **options): return self.add("POST", path, **options)
    def add(self, method, path, **options):
        def deco(f):
            params = {n: p.default for n, p in inspect.signature(f).parameters.items()}
            self.routes.append((method, self.prefix + path, f, params, options))
            return f
        return deco
    def include(self, other, prefix=""):
        self.routes += [(m, prefix + p, *rest) for m, p, *rest in other.routes]
    def middleware(self, f):
        self.before.insert(0, f)
        return f
    def call(self, method, path, **kw):
        for m, p, f, params, options in self.routes:
            if (m, p) == (method, path):
                for n, d in params.items():
                    if isinstance(d, Depends): kw.setdefault(n, d.f())
                for b in self.before: kw = b(kw)
                return f(**kw), options.get("status", 200)
        return None, 404
""",
            "deps.py": """\
LIMIT = 10
def page(limit=LIMIT): return {"limit": limit}
""",
            "items.py": """\
from web import Router, Depends
from deps import page
router = Router("/items")
@router.get("/")
def items(p=Depends(page)): return ["item", p["limit"]]
@router.post("/", status=201)
def create(name="x"): return name.upper()
""",
            "main.py": """\
from web import Router
import items
app = Router()
app.include(items.router, "/api")
@app.middleware
def plain(kw): return kw
@app.get("/health")
def health(): return "ok"
TABLE = [(m, p) for m, p, *_ in app.routes]
""",
        },
        [
            [("deps.py", "LIMIT = 10", "LIMIT = 20")],
            [("items.py", '@router.get("/")', '@router.get("/all")')],
            [("items.py", "status=201", "status=202")],
            [("items.py", "name.upper()", "name.title()")],
            [
                (
                    "items.py",
                    None,
                    """\
from web import Router, Depends
from deps import page
router = Router("/items")
@router.get("/all")
def items(p=Depends(page)): return ["item", p["limit"]]
@router.get("/one")
def one(n=1): return n
@router.post("/", status=202)
def create(name="x"): return name.title()
""",
                )
            ],
            [("main.py", "def plain(kw): return kw", "def plain(kw): return {**kw}")],
            [("main.py", '"/api"', '"/v2"')],
            [("items.py", 'Router("/items")', 'Router("/things")')],
        ],
        [
            "[(m, p, sorted(o.items())) for m, p, f, a, o in app.routes]",
            "[app.call(m, p) for m, p, *_ in app.routes]",
            "TABLE",
            "[x.__name__ for x in app.before]",
        ],
    ),
    Program(
        "traits_with_observers",
        {
            "traits.py": """\
class Trait:
    def __init__(self, default=None, *, low=None, high=None):
        self.default, self.low, self.high = default, low, high
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls=None):
        return self if obj is None else obj.values.get(self.name, self.default)
    def __set__(self, obj, value):
        if self.low is not None: value = max(self.low, value)
        if self.high is not None: value = min(self.high, value)
        old = self.__get__(obj)
        obj.values[self.name] = value
        obj.notify(self.name, old, value)
def observe(*names):
    def deco(f):
        f.observed = names
        return f
    return deco
class Meta(type):
    def __new__(mcls, name, bases, ns):
        cls = super().__new__(mcls, name, bases, ns)
        cls.observers = {}
        for base in reversed(cls.__mro__):
            for key, value in vars(base).items():
                for n in getattr(value, "observed", ()):
                    cls.observers.setdefault(n, []).append(key)
        return cls
class HasTraits(metaclass=Meta):
    def __init__(self, **kw):
        self.values = {}
        for k, v in kw.items(): setattr(self, k, v)
    def notify(self, name, old, new):
        for key in type(self).observers.get(name, ()): getattr(self, key)(old, new)
""",
            "w.py": """\
from traits import HasTraits, Trait, observe
STEP = 5
class Slider(HasTraits):
    value = Trait(0, low=0, high=100)
    step = Trait(STEP)
    seen = ()
    @observe("value")
    def _moved(self, old, new): self.seen = (*self.seen, new)
class Range(Slider):
    upper = Trait(50)
    @observe("value", "upper")
    def _both(self, old, new): self.seen = (*self.seen, ("both", new))
""",
            "main.py": """\
import w
def try_it():
    s, r = w.Slider(value=7), w.Range(value=300, upper=8)
    s.value += s.step
    return s.value, s.seen, r.value, r.seen, w.Range.observers
""",
        },
        [
            [("w.py", "high=100", "high=10")],
            [("w.py", "STEP = 5", "STEP = 2")],
            [("w.py", '@observe("value")', '@observe("value", "step")')],
            [("w.py", "def _both", "def _pair")],
            [("w.py", '("both", new)', '("pair", old, new)')],
            [("traits.py", "max(self.low, value)", "max(self.low, value) + 1")],
            [("w.py", "    upper = Trait(50)\n", "    upper = Trait(60)\n    lower = Trait(1)\n")],
            [("w.py", '    @observe("value", "upper")\n', '    @observe("upper")\n')],
        ],
        ["try_it()", "sorted(w.Slider.observers)", "w.Range().lower", "w.Slider().step"],
        before="held = w.Range(value=3)\n",
    ),
    Program(
        "entity_component_system",
        {
            "ecs.py": """\
from collections import defaultdict
class World:
    def __init__(self): self.next, self.data, self.systems = 0, defaultdict(dict), []
    def spawn(self, *parts):
        self.next += 1
        for p in parts: self.data[type(p)][self.next] = p
        return self.next
    def query(self, *kinds):
        ids = set.intersection(*(set(self.data[k]) for k in kinds))
        return [(i, *(self.data[k][i] for k in kinds)) for i in sorted(ids)]
    def system(self, order=0):
        def deco(f):
            self.systems.append((order, f))
            self.systems.sort(key=lambda x: x[0])
            return f
        return deco
    def tick(self, dt):
        for _, f in self.systems: f(self, dt)
""",
            "parts.py": """\
from dataclasses import dataclass, field
GRAVITY = -10
@dataclass
class Position:
    x: float = 0
    y: float = 0
@dataclass(slots=True)
class Speed:
    dx: float = 1
    dy: float = GRAVITY
@dataclass(frozen=True)
class Tag:
    names: frozenset = field(default_factory=lambda: frozenset({"any"}))
""",
            "game.py": """\
from ecs import World
from parts import Position, Speed, Tag
world = World()
@world.system(order=2)
def fall(world, dt):
    for _, p, s in world.query(Position, Speed): p.y += s.dy * dt
@world.system(order=1)
def move(world, dt):
    for _, p, s in world.query(Position, Speed): p.x += s.dx * dt
""",
            "main.py": """\
from ecs import World
import game, parts
def run():
    w = World()
    w.systems = game.world.systems
    w.spawn(parts.Position(), parts.Speed())
    w.spawn(parts.Position(5, 5), parts.Tag())
    w.tick(2)
    return [x[1:] for x in w.query(parts.Position)]
""",
        },
        [
            [("parts.py", "GRAVITY = -10", "GRAVITY = -5")],
            [("game.py", "s.dx * dt", "s.dx * dt * 2")],
            [("parts.py", "    y: float = 0\n", "    y: float = 1\n    z: float = 2\n")],
            [("game.py", "order=2", "order=0")],
            [("game.py", "@world.system(order=1)\n", "")],
            [("parts.py", "dataclass(frozen=True)", "dataclass(frozen=True, order=True)")],
            [("parts.py", '{"any"}', '{"any", "more"}')],
            [("parts.py", "dataclass(slots=True)", "dataclass")],
        ],
        [
            "run()",
            "[(o, f.__name__) for o, f in game.world.systems]",
            "parts.Position()",
            "sorted(parts.Tag().names)",
            "parts.Speed()",
            "parts.Tag() <= parts.Tag()",
        ],
        before="p = parts.Position(1)\n",
    ),
    Program(
        "signals_named_and_weak",
        {
            "signals.py": """\
import weakref
class Signal:
    def __init__(self, doc=""): self.doc, self.receivers = doc, []
    def connect(self, f, sender=None, weak=True):
        ref = weakref.WeakMethod(f) if hasattr(f, "__self__") else weakref.ref(f)
        self.receivers.append((sender, ref if weak else (lambda: f)))
        return f
    def receiver(self, **kw): return lambda f: self.connect(f, **kw)
    def send(self, sender, *a):
        out = []
        for s, r in self.receivers:
            f = r()
            if f is not None and s in (None, sender): out.append(f(*a))
        return out
class Namespace(dict):
    def signal(self, name): return self.setdefault(name, Signal(name))
ns = Namespace()
saved = ns.signal("saved")
""",
            "use.py": """\
from signals import ns, saved
class Store:
    def __init__(self):
        self.n = 0
        saved.connect(self.on_saved)
    def on_saved(self, x):
        self.n += 1
        return ("store", x)
store = Store()
@saved.receiver(sender="a")
def only_a(x): return ("a", x)
@saved.receiver(weak=False)
def strong(x): return ("strong", x)
@ns.signal("opened").receiver()
def opened(x): return x
""",
            "main.py": """\
import use
from signals import ns, saved
""",
        },
        [
            [("use.py", '("a", x)', '("A", x)')],
            [("use.py", 'sender="a"', 'sender="b"')],
            [("use.py", '("store", x)', '("STORE", x)')],
            [("use.py", '"opened"', '"closed"')],
            [
                (
                    "use.py",
                    "@saved.receiver(weak=False)\ndef strong",
                    "@saved.receiver()\ndef strong",
                )
            ],
            [
                (
                    "use.py",
                    'def strong(x): return ("strong", x)\n',
                    'def weak(x): return ("weak", x)\n',
                )
            ],
            [("use.py", "store = Store()\n", "store = Store()\nother = Store()\n")],
        ],
        [
            'saved.send("a", 1)',
            'saved.send("b", 1)',
            "sorted(ns)",
            "[len(x.receivers) for x in ns.values()]",
            'ns.get("closed") and ns["closed"].send(1, 2)',
        ],
    ),
    Program(
        "plugins_by_entry_points",
        {
            "host.py": """\
from importlib import import_module
POINTS = {"json": "plug.j:Json", "text": "plug.t:plain"}
def load(name):
    module, _, attribute = POINTS[name].partition(":")
    return getattr(import_module(module), attribute)
class Manager:
    def __init__(self): self.loaded = {}
    def get(self, name):
        if name not in self.loaded: self.loaded[name] = load(name)
        return self.loaded[name]
manager = Manager()
FORMATS = {name: manager.get(name)(5) for name in POINTS}
""",
            "plug/__init__.py": "",
            "plug/j.py": """\
INDENT = 2
class Json:
    def __new__(cls, x): return f"{{{x!r:>{INDENT}}}}"
""",
            "plug/t.py": """\
def plain(x, end="."): return str(x) + end
""",
            "main.py": "import host\n",
        },
        [
            [("plug/j.py", "INDENT = 2", "INDENT = 4")],
            [("plug/t.py", 'end="."', 'end="!"')],
            [
                ("host.py", '"text": "plug.t:plain"', '"text": "plug.t:loud"'),
                ("plug/t.py", "def plain", "def loud"),
            ],
            [("host.py", '"json"', '"js"')],
            [
                ("plug/c.py", None, "def csv(x): return f'{x},'\n"),
                ("host.py", "POINTS = {", 'POINTS = {"csv": "plug.c:csv", '),
            ],
        ],
        [
            "host.FORMATS",
            "{x: host.manager.get(x)(1) for x in host.POINTS}",
            "sorted(host.manager.loaded)",
        ],
    ),
    Program(
        "cli_with_groups_and_context",
        {
            "cli.py": """\
class Group:
    def __init__(self, name, **settings):
        self.name, self.commands, self.settings, self.callback = name, {}, settings, None
    def __call__(self, *args):
        name, *rest = args or ("help",)
        if name == "help": return sorted(self.commands)
        return self.commands[name](*rest)
    def command(self, name=None, **options):
        def deco(f):
            c = Command(name or f.__name__.replace("_", "-"), f, {**self.settings, **options})
            if c.name in self.commands: raise ValueError(f"{c.name} twice")
            self.commands[c.name] = c
            return c
        return deco
    def group(self, name):
        g = Group(name, **self.settings)
        self.commands[name] = g
        return g
class Command:
    def __init__(self, name, f, options):
        self.name, self.f, self.options, self.help = name, f, options, (f.__doc__ or "").strip()
    def __call__(self, *args): return self.f(*args, **self.options)
""",
            "tool.py": """\
from cli import Group
VERBOSE = False
main = Group("tool", verbose=VERBOSE)
@main.command()
def show_all(verbose):
    "Show all."
    return ["all", verbose]
db = main.group("db")
@db.command("up", step=1)
def upgrade(verbose, step):
    "Upgrade."
    return step
""",
            "main.py": "from tool import main as cli\n",
        },
        [
            [("tool.py", '"Show all."', '"Show everything."')],
            [("tool.py", '"all", verbose', '"ALL", verbose')],
            [("tool.py", "step=1", "step=2")],
            [("tool.py", "VERBOSE = False", "VERBOSE = True")],
            [("tool.py", "def show_all", "def list_all")],
            [("tool.py", 'db.command("up"', 'db.command("upgrade"')],
            [("tool.py", 'main.group("db")', 'main.group("data")')],
            [
                (
                    "tool.py",
                    None,
                    """\
from cli import Group
VERBOSE = True
main = Group("tool", verbose=VERBOSE)
db = main.group("data")
@db.command("upgrade", step=2)
def upgrade(verbose, step):
    "Upgrade."
    return step
@db.command()
def down(verbose): return "down"
@main.command()
def list_all(verbose): return ["ALL", verbose]
""",
                )
            ],
        ],
        [
            "cli('help')",
            "{n: getattr(c, 'help', None) or c('help') for n, c in cli.commands.items()}",
            "[c() for c in cli.commands.values()]",
            "cli.settings",
            "[[k, v.options] for g in cli.commands.values() if hasattr(g, 'commands') for k, v in g.commands.items()]",
        ],
    ),
    Program(
        "parameters_with_watchers",
        {
            "param.py": """\
class Number:
    def __init__(self, default, bounds=(None, None), doc=""):
        self.default, self.bounds, self.doc = default, bounds, doc
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls): return self.default if obj is None else obj._values.get(self.name, self.default)
    def __set__(self, obj, value):
        low, high = self.bounds
        if (low is not None and value < low) or (high is not None and value > high): raise ValueError(value)
        obj._values[self.name] = value
        for f in obj._watchers.get(self.name, ()): f(value)
def depends(*names, watch=False):
    def deco(f):
        f._depends, f._watch = names, watch
        return f
    return deco
class Parameterized:
    def __init__(self, **kw):
        self._values, self._watchers = {}, {}
        for key in dir(type(self)):
            f = getattr(type(self), key)
            if getattr(f, "_watch", False):
                for n in f._depends: self._watchers.setdefault(n, []).append(lambda v, k=key: getattr(self, k)())
        for k, v in kw.items(): setattr(self, k, v)
    @classmethod
    def params(cls): return {k: (v.default, v.bounds) for c in cls.__mro__ for k, v in vars(c).items() if isinstance(v, Number)}
""",
            "model.py": """\
import param as pm
TOP = 10
class Model(pm.Parameterized):
    a = pm.Number(1, bounds=(0, TOP))
    b = pm.Number(2)
    total = 0
    @pm.depends("a", "b", watch=True)
    def update(self): self.total = self.a + self.b
    @pm.depends("total")
    def view(self): return f"sum {self.total}"
model = Model(a=3)
""",
            "main.py": """\
from model import model, Model
def view(a=4):
    m = Model(a=a)
    return m.view(), sorted(m._watchers)
""",
        },
        [
            [("model.py", "self.a + self.b", "self.a * self.b")],
            [("model.py", "TOP = 10", "TOP = 3")],
            [("model.py", "pm.Number(2)", "pm.Number(5, doc='five')")],
            [("model.py", '@pm.depends("a", "b", watch=True)', '@pm.depends("b", watch=True)')],
            [("model.py", 'f"sum {self.total}"', 'f"total {self.total}"')],
            [("model.py", "    b = pm", "    c = pm.Number(9)\n    b = pm")],
            [("model.py", "Model(a=3)", "Model(a=2, b=1)")],
        ],
        [
            "Model.params()",
            "view(2)",
            "view()",
            "model._values",
            "model.a + model.b",
            "Model.view._depends",
        ],
    ),
    Program(
        "dashboard_layout_of_functions",
        {
            "ui.py": """\
from contextlib import contextmanager
from functools import wraps
class Node:
    stack = []
    def __init__(self, tag, **attrs):
        self.tag, self.attrs, self.children = tag, attrs, []
        if Node.stack: Node.stack[-1].children.append(self)
    def __enter__(self): Node.stack.append(self); return self
    def __exit__(self, *e): Node.stack.pop()
    def text(self): return f"{self.tag}({', '.join([*map(str, self.attrs.values()), *(c.text() for c in self.children)])})"
@contextmanager
def card(title):
    with Node("card", title=title) as n: yield n
def component(f):
    @wraps(f)
    def wrapper(*a, **k):
        with Node(f.__name__) as n: f(*a, **k)
        return n
    wrapper.is_component = True
    return wrapper
""",
            "theme.py": 'PRIMARY = "blue"\nSIZES = {"s": 1, "l": 3}\n',
            "parts.py": """\
from ui import Node, card, component
import theme
@component
def header(title="Dash"): Node("h1", title=title, color=theme.PRIMARY)
@component
def chart(size="s", *, values=(1, 2)):
    with card("Chart"): Node("svg", n=len(values) * theme.SIZES[size])
""",
            "main.py": """\
from ui import Node
from parts import *
with Node("page") as page:
    header()
    with Node("row"):
        chart("l")
        chart(values=range(4))
TEXT = page.text()
""",
        },
        [
            [("theme.py", '"blue"', '"red"')],
            [("theme.py", '"l": 3', '"l": 4')],
            [("parts.py", 'title="Dash"', 'title="Board"')],
            [("main.py", 'chart("l")', 'chart("l", values=[1])')],
            [("parts.py", "values=(1, 2)", "values=(1, 2, 3)")],
            [("main.py", "        chart(values=range(4))\n", "")],
        ],
        ["page.text()", "TEXT", "len(Node.stack)", "header.is_component"],
    ),
    Program(
        "fields_in_forms_with_order",
        {
            "forms.py": """\
import itertools
class Field:
    _order = itertools.count()
    def __init__(self, label=None, *checks): self.label, self.checks, self.order = label, checks, next(Field._order)
class FormMeta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw): return {"_kw": kw}
    def __new__(mcls, name, bases, ns, **kw):
        ns.pop("_kw", None)
        cls = super().__new__(mcls, name, bases, ns)
        fields = {k: v for b in reversed(cls.__mro__) for k, v in vars(b).items() if isinstance(v, Field)}
        cls.fields = dict(sorted(fields.items(), key=lambda x: x[1].order))
        cls.prefix = kw.get("prefix", "")
        return cls
    def __init__(cls, name, bases, ns, **kw): super().__init__(name, bases, ns)
    def __len__(cls): return len(cls.fields)
class Form(metaclass=FormMeta):
    def __init__(self, **data): self.data = data
    def errors(self):
        return [(n, c.__name__) for n, f in self.fields.items() for c in f.checks if not c(self.data.get(n))]
""",
            "login.py": """\
from forms import Form, Field
MIN = 3
def filled(x): return bool(x)
def long(x): return len(x or "") >= MIN
class Login(Form, prefix="l-"):
    name = Field("Name", filled)
    password = Field("Password", filled, long)
    def clean(self): return {**self.data, "ok": not self.errors()}
class Admin(Login):
    code = Field(None, filled)
""",
            "main.py": """\
import login
def labels(): return [[f.label for f in c.fields.values()] for c in (login.Login, login.Admin)]
def check(**data): return login.Admin(**data).errors()
""",
        },
        [
            [("login.py", '"Password"', '"Secret"')],
            [("login.py", "MIN = 3", "MIN = 8")],
            [
                (
                    "login.py",
                    'def long(x): return len(x or "") >= MIN',
                    'def long(x): return len(x or "") > MIN',
                )
            ],
            [("login.py", '    name = Field("Name", filled)\n', "")],
            [("login.py", 'prefix="l-"', 'prefix="x-"')],
            [
                (
                    "login.py",
                    "    code = Field(None, filled)\n",
                    "    code = Field(None, filled)\n    mail = Field('Mail')\n",
                )
            ],
            [("login.py", "class Admin(Login)", "class Admin(Form)")],
        ],
        [
            "labels()",
            "check(name='n', password='12345')",
            "login.Login.prefix, len(login.Login)",
            "login.Login(name='x').clean()",
            "check()",
        ],
    ),
]
