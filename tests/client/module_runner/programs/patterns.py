"""Patterns of larger programs: visitors, parsers, state machines, undo stacks, services, renamed modules."""

import sys

from .program import Program

PROGRAMS = [
    Program(
        "parser_combinators",
        {
            "comb.py": """\
class Parser:
    def __init__(self, run, name="p"): self.run, self.name = run, name
    def __or__(self, o): return Parser(lambda s: self.run(s) or o.run(s), f"{self.name}|{o.name}")
    def __rshift__(self, o):
        def run(s):
            a = self.run(s)
            b = a and o.run(a[1])
            return b and (a[0] + b[0], b[1])
        return Parser(run, f"{self.name}>{o.name}")
    def many(self):
        def run(s):
            out = ()
            while (r := self.run(s)): out, s = out + r[0], r[1]
            return out, s
        return Parser(run, self.name + "*")
def lit(c): return Parser(lambda s: ((c,), s[len(c):]) if s.startswith(c) else None, c)
""",
            "grammar.py": """\
from comb import lit
OPEN, CLOSE = "(", ")"
digit = lit("1") | lit("2")
number = digit >> digit.many()
group = lit(OPEN) >> number >> lit(CLOSE)
expr = group | number
RULES = {k: v.name for k, v in list(globals().items()) if hasattr(v, "name")}
""",
            "main.py": "from grammar import expr, RULES\nimport grammar\n",
        },
        [
            [("grammar.py", 'lit("1") | lit("2")', 'lit("1") | lit("2") | lit("3")')],
            [("grammar.py", '"(", ")"', '"[", "]"')],
            [
                (
                    "grammar.py",
                    "expr = group | number",
                    "pair = number >> lit(',') >> number\nexpr = group | pair | number",
                )
            ],
            [("grammar.py", "digit >> digit.many()", "digit >> digit.many(")],
            [("grammar.py", "digit >> digit.many(", "digit.many()")],
            [
                ("grammar.py", "pair = number >> lit(',') >> number\n", ""),
                ("grammar.py", " | pair", ""),
            ],
        ],
        [
            "expr.run('12')",
            "expr.run('(12)')",
            "expr.run('[13]')",
            "expr.run('3')",
            "RULES",
            "expr.name",
            "expr is grammar.expr",
        ],
    ),
    Program(
        "visitors_by_name_and_dispatch_table",
        {
            "nodes.py": """\
class Node:
    kinds = {}
    def __init_subclass__(cls):
        Node.kinds[cls.__name__] = cls
        cls.visitor = "visit_" + cls.__name__.lower()
    def accept(self, v): return getattr(v, self.visitor, v.default)(self)
class Num(Node):
    def __init__(self, n): self.n = n
class Add(Node):
    def __init__(self, *xs): self.xs = xs
""",
            "visit.py": """\
from nodes import *
class Visitor:
    def default(self, n): return f"?{type(n).__name__}"
class Show(Visitor):
    op = " + "
    def visit_num(self, n): return str(n.n)
    def visit_add(self, n): return self.op.join(x.accept(self) for x in n.xs)
class Eval(Visitor):
    def visit_num(self, n): return n.n
    def visit_add(self, n): return sum(x.accept(self) for x in n.xs)
    table = {Num: visit_num, Add: visit_add}
    def run(self, n): return self.table[type(n)](self, n)
""",
            "main.py": """\
import nodes, visit
from nodes import Num, Add
tree = Add(Num(1), Add(Num(2), Num(3)))
def both(): return tree.accept(visit.Show()), visit.Eval().run(tree)
""",
        },
        [
            [("visit.py", '" + "', '" and "')],
            [("visit.py", "return sum(", "return 10 * sum(")],
            [
                ("nodes.py", "class Add(Node):", "class Plus(Node):"),
                ("visit.py", "visit_add", "visit_plus"),
                ("visit.py", "Add: ", "Plus: "),
                ("main.py", "Add", "Plus"),
            ],
            [("nodes.py", "class Plus(Node):", "class Neg(Node):\n    pass\nclass Plus(Node):")],
            [("visit.py", "    def visit_num(self, n): return str(n.n)\n", "")],
            [("visit.py", 'f"?{type(n).__name__}"', 'f"<{type(n).__name__}>"')],
            [("visit.py", "    table = {", "    table = {**{}, ")],
            [("visit.py", "class Show(Visitor):", "class Show(Visitor, object):")],
        ],
        [
            "both()",
            "sorted(nodes.Node.kinds)",
            "[x.visitor for x in nodes.Node.kinds.values()]",
            "sorted(k.__name__ for k in visit.Eval.table)",
        ],
    ),
    Program(
        "state_machine_with_transitions",
        {
            "fsm.py": """\
class Machine:
    def __init__(self, initial): self.initial, self.state, self.rules, self.hooks = initial, initial, {}, []
    def on(self, event, source, target, guard=None):
        def deco(f):
            self.rules.setdefault((source, event), []).append((target, guard, f))
            return f
        return deco
    def hook(self, f): self.hooks += [f]; return f
    def fire(self, event, state=None):
        for target, guard, f in self.rules.get((state or self.initial, event), ()):
            if guard is None or guard(): return target, f(), [h(target) for h in self.hooks]
        return None
""",
            "door.py": """\
from fsm import Machine
KEY = True
door = Machine("closed")
@door.on("open", "closed", "open", guard=lambda: KEY)
def opening(): return "creak"
@door.on("open", "closed", "jammed")
def jam(): return "jam"
@door.on("close", "open", "closed")
@door.on("slam", "open", "closed")
def closing(): return "bang"
@door.hook
def note(state): return state.upper()
""",
            "main.py": "from door import door\nimport door as d\nHELD = [d.closing.__name__]\nheld = d.closing\n",
        },
        [
            [("door.py", "KEY = True", "KEY = False")],
            [("door.py", '"creak"', '"CREAK"')],
            [("door.py", 'Machine("closed")', 'Machine("open")')],
            [("door.py", '@door.on("slam", "open", "closed")\n', "")],
            [("door.py", 'def jam(): return "jam"\n', 'def stuck(): return "stuck"\n')],
            [("door.py", "state.upper()", "state.title()")],
            [("door.py", "@door.hook\n", "")],
            [("door.py", "guard=lambda: KEY", "guard=lambda: not KEY")],
        ],
        [
            "[door.fire(e, s) for e in ('open', 'close', 'slam') for s in ('open', 'closed')]",
            "sorted(map(str, door.rules))",
            "door.state",
            "held()",
            "len(door.hooks)",
        ],
    ),
    Program(
        "undo_stack_of_commands",
        {
            "cmds.py": """\
from functools import partial
HISTORY = []
def command(f=None, *, undo=None, key=None):
    if f is None: return partial(command, undo=undo, key=key)
    f.undo = undo
    REGISTRY[key or f.__name__] = f
    return f
REGISTRY = {}
def unset(doc, *a): return {k: v for k, v in doc.items() if k not in a}
@command(undo=unset)
def put(doc, k, v=0): return {**doc, k: v}
@command(key="up", undo=lambda doc, k: {**doc, k: doc[k].lower()})
def upper(doc, k): return {**doc, k: doc[k].upper()}
@command
def clear(doc): return {}
SHORTCUTS = {name[0]: f for name, f in REGISTRY.items()}
""",
            "main.py": """\
import cmds
from cmds import REGISTRY
redo = partial = cmds.partial(cmds.put, v=9)
def run():
    d = REGISTRY["put"]({}, "a", "x")
    d = REGISTRY.get("up", lambda d, k: d)(d, "a")
    return d, {n: f.undo and f.undo(d, "a") for n, f in REGISTRY.items()}
""",
        },
        [
            [("cmds.py", "{**doc, k: v}", "{k: v, **doc}")],
            [("cmds.py", 'key="up"', 'key="upper"')],
            [("cmds.py", "doc[k].lower()", "doc[k].title()")],
            [("cmds.py", "v=0", "v=1")],
            [("cmds.py", "@command\ndef clear", "@command(undo=unset)\ndef clear")],
            [("cmds.py", "def clear(doc): return {}\n", "def clear(doc): return {'cleared': 1}\n")],
            [("cmds.py", "@command(undo=unset)\ndef clear(doc): return {'cleared': 1}\n", "")],
            [("cmds.py", "SHORTCUTS = {name[0]", "SHORTCUTS = {name[:2]")],
        ],
        [
            "run()",
            "sorted(REGISTRY)",
            "sorted(cmds.SHORTCUTS)",
            "redo({}, 'z')",
            "[f.__name__ for f in REGISTRY.values()]",
        ],
    ),
    Program(
        "services_with_scopes_and_providers",
        {
            "di.py": """\
import inspect
class Container:
    def __init__(self): self.providers, self.singles = {}, {}
    def provide(self, scope="single"):
        def deco(target):
            hint = target if isinstance(target, type) else inspect.signature(target).return_annotation
            self.providers[hint] = (scope, target)
            return target
        return deco
    def get(self, kind):
        scope, target = self.providers[kind]
        if scope == "single" and kind in self.singles: return self.singles[kind]
        hints = {n: p.annotation for n, p in inspect.signature(target).parameters.items()}
        made = target(**{n: self.get(h) for n, h in hints.items() if h in self.providers})
        if scope == "single": self.singles[kind] = made
        return made
box = Container()
""",
            "services.py": """\
from di import box
URL = "db://a"
class Config:
    def __init__(self, url): self.url = url
@box.provide()
def config() -> Config: return Config(URL)
@box.provide("each")
class Repo:
    def __init__(self, config: Config, size=3): self.config, self.size = config, size
    def show(self): return f"{self.config.url} {self.size}"
@box.provide("each")
class Service:
    def __init__(self, repo: Repo): self.repo = repo
    def run(self): return "run " + self.repo.show()
""",
            "main.py": "import services as s\nfrom di import box\ndef go(): return box.get(s.Service).run()\n",
        },
        [
            [("services.py", "size=3", "size=4")],
            [("services.py", '"run " + ', '"ran " + ')],
            [
                (
                    "services.py",
                    '@box.provide("each")\nclass Repo',
                    '@box.provide("single")\nclass Repo',
                )
            ],
            [
                (
                    "services.py",
                    "repo: Repo): self.repo = repo",
                    "repo: Repo, config: Config): self.repo, self.c = repo, config",
                )
            ],
            [
                ("services.py", "class Repo:", "class Repo"),
            ],
            [("services.py", "class Repo\n", "class Repo:\n    extra = 1\n")],
            [("services.py", "@box.provide()\ndef config", "@box.provide('each')\ndef config")],
        ],
        [
            "go()",
            "sorted((k.__name__, v[0]) for k, v in box.providers.items())",
            "box.get(s.Repo).show()",
        ],
    ),
    Program(
        "instances_cached_by_new",
        {
            "m.py": """\
import weakref
SCALE = 2
class Symbol:
    _all = weakref.WeakValueDictionary()
    __slots__ = ("name", "__weakref__")
    def __new__(cls, name):
        found = cls._all.get(name)
        if found is None:
            found = cls._all[name] = super().__new__(cls)
            found.name = name
        return found
    def __repr__(self): return f"<{self.name * SCALE}>"
    def __eq__(self, o): return self is o
    __hash__ = object.__hash__
class Money(int):
    unit = "€"
    def __new__(cls, x=0): return super().__new__(cls, x * 100)
    def __str__(self): return f"{self // 100}{self.unit}"
    def __add__(self, o): return type(self)((int(self) + int(o)) // 100)
class Matrix(list):
    def __init__(self, *rows): super().__init__(map(list, rows))
    def __matmul__(self, o): return [sum(a * b for a, b in zip(r, o)) for r in self]
""",
            "main.py": "import m\nfrom m import Symbol, Money\na = Symbol('a')\nheld = Money(3)\n",
        },
        [
            [("m.py", "SCALE = 2", "SCALE = 3")],
            [("m.py", 'f"<{self.name * SCALE}>"', 'f"[{self.name * SCALE}]"')],
            [("m.py", 'unit = "€"', 'unit = "$"')],
            [("m.py", 'f"{self // 100}{self.unit}"', 'f"{self.unit}{self // 100}"')],
            [("m.py", '("name", "__weakref__")', '("name", "kind", "__weakref__")')],
            [("m.py", "sum(a * b", "max(a * b")],
            [
                (
                    "m.py",
                    "    def __eq__(self, o): return self is o\n    __hash__ = object.__hash__\n",
                    "",
                )
            ],
            [("m.py", "class Money(int):", "class Money(float):")],
        ],
        [
            "repr(Symbol('a')), Symbol('a') is a",
            "str(Money(5)), str(held)",
            "str(Money(1) + Money(2))",
            "m.Matrix([1, 2], [3, 4]) @ [1, 1]",
            "hash(a) == object.__hash__(a)",
            "isinstance(held, m.Money)",
            "Symbol.__slots__",
        ],
        before="more = [Symbol('b'), a]\n",
    ),
    Program(
        "class_decorators_that_replace",
        {
            "deco.py": """\
import functools
ALL = {}
def model(table=None, **extra):
    def deco(cls):
        ns = {"table": table or cls.__name__.lower(), **extra}
        new = type(cls)(cls.__name__, (cls,), ns)
        new.__module__, new.__qualname__ = cls.__module__, cls.__qualname__
        ALL[ns["table"]] = new
        return new
    return deco
def add_methods(*names):
    def deco(cls):
        for n in names: setattr(cls, n, lambda self, n=n: f"{n} {self.label()}")
        return cls
    return deco
def trace(cls):
    for k, f in list(vars(cls).items()):
        if callable(f) and k[0] != "_":
            @functools.wraps(f)
            def wrapper(self, *a, _f=f): return ("traced", _f(self, *a))
            setattr(cls, k, wrapper)
    return cls
def singleton(cls): return cls()
""",
            "m.py": """\
from deco import *
@model("users", size=2)
class User:
    def label(self): return f"user {self.size}"
@add_methods("walk", "run")
class Dog:
    def label(self): return "dog"
@trace
class Calc:
    def twice(self, x): return x * 2
    def neg(self, x): return -x
@singleton
class settings:
    debug = False
    def show(self): return f"debug={self.debug}"
""",
            "main.py": "import m, deco\nu = m.User()\nd = m.Dog()\n",
        },
        [
            [("m.py", 'f"user {self.size}"', 'f"USER {self.size}"')],
            [("m.py", "size=2", "size=5")],
            [("m.py", '"users"', '"people"')],
            [("m.py", '"walk", "run"', '"walk", "swim"')],
            [("m.py", 'return "dog"', 'return "DOG"')],
            [("m.py", "x * 2", "x * 3")],
            [
                (
                    "m.py",
                    "    def neg(self, x): return -x\n",
                    "    def half(self, x): return x / 2\n",
                )
            ],
            [("m.py", "debug = False", "debug = True")],
            [("m.py", 'f"debug={self.debug}"', 'f"DEBUG={self.debug}"')],
            [("m.py", "@trace\n", "")],
        ],
        [
            "m.User().label(), m.User.table",
            "u.label()",
            "m.Dog().walk()",
            "d.walk()",
            "sorted(n for n in vars(m.Dog) if n[0] != '_')",
            "m.Calc().twice(4)",
            "sorted(n for n in vars(m.Calc) if n[0] != '_')",
            "m.settings.show()",
            "sorted(deco.ALL)",
        ],
    ),
    Program(
        "tasks_with_handlers_in_a_loop",
        {
            "app.py": """\
import asyncio
HANDLERS = {}
DELAY = 0
def handles(kind):
    def deco(f):
        HANDLERS.setdefault(kind, []).append(f)
        return f
    return deco
@handles("key")
async def on_key(e):
    await asyncio.sleep(DELAY)
    return f"key {e}"
@handles("key")
@handles("mouse")
async def on_any(e): return f"any {e}"
class Pump:
    def __init__(self): self.queue, self.out = [], []
    async def once(self, kind, e):
        return [await f(e) for f in HANDLERS.get(kind, ())]
pump = Pump()
def step(c):
    try:
        while True: c.send(None)
    except StopIteration as s: return s.value
""",
            "main.py": "import app\nbound = app.pump.once\n",
        },
        [
            [("app.py", 'f"key {e}"', 'f"KEY {e}"')],
            [("app.py", '@handles("mouse")\n', '@handles("touch")\n')],
            [("app.py", '@handles("key")\nasync def on_key', '@handles("up")\nasync def on_key')],
            [("app.py", "async def on_any(e): return", "async def on_any(e, n=1): return n,")],
            [
                (
                    "app.py",
                    "async def on_any(e, n=1): return n,",
                    "async def on_any(e, n=1) return n,",
                )
            ],
            [("app.py", "async def on_any(e, n=1) return n,", "async def on_all(e): return")],
            [
                (
                    "app.py",
                    "[await f(e) for f in HANDLERS.get(kind, ())]",
                    "tuple([await f(e) for f in HANDLERS.get(kind, ())])",
                )
            ],
        ],
        [
            "[app.step(bound(k, 1)) for k in ('key', 'mouse', 'touch', 'up')]",
            "sorted((k, len(v)) for k, v in app.HANDLERS.items())",
        ],
    ),
    Program(
        "a_module_is_renamed_and_split",
        {
            "util.py": "RATE = 2\ndef tax(x): return x * RATE\ndef label(x): return f'<{x}>'\nclass Box:\n    def get(self): return tax(1)\n",
            "shop.py": "import util\nfrom util import tax, Box\nPRICES = [tax(x) for x in (1, 2)]\nclass Shop(Box):\n    def get(self): return super().get() + 1\n",
            "main.py": "from shop import PRICES, Shop\nimport shop\ns = Shop()\n",
        },
        [
            [("util.py", "RATE = 2", "RATE = 3")],
            [
                ("text.py", None, "def label(x): return f'[{x}]'\n"),
                ("util.py", "def label(x): return f'<{x}>'\n", "from text import label\n"),
            ],
            [
                (
                    "money.py",
                    None,
                    "RATE = 4\ndef tax(x): return x * RATE\nclass Box:\n    def get(self): return tax(1)\n",
                ),
                ("util.py", "RATE = 3\ndef tax(x): return x * RATE\n", "from money import *\n"),
                ("util.py", "class Box:\n    def get(self): return tax(1)\n", ""),
            ],
            [("shop.py", "import util\nfrom util", "import money as util\nfrom money")],
            [("money.py", "RATE = 4", "RATE = 5")],
            [("shop.py", "(1, 2)", "(1, 2, 3)"), ("util.py", None, "")],
            [("money.py", "return tax(1)", "return tax(2)")],
        ],
        ["PRICES", "s.get()", "shop.PRICES", "isinstance(s, shop.Box)", "shop.util.RATE"],
    ),
    Program(
        "settings_in_namespaces_and_chain_maps",
        {
            "conf.py": """\
from types import SimpleNamespace, MappingProxyType
from collections import ChainMap, OrderedDict
DEFAULTS = {"host": "h", "port": 1}
USER = {"port": 2}
settings = ChainMap({}, USER, DEFAULTS)
ns = SimpleNamespace(**DEFAULTS, debug=False)
ns.url = f"{ns.host}:{ns.port}"
frozen = MappingProxyType(DEFAULTS)
ORDER = OrderedDict(sorted(settings.items()))
LABELS = {k: f"{k}={v}" for k, v in settings.items()}
def get(name, default=settings["port"]): return settings.get(name, default)
""",
            "main.py": "import conf\nfrom conf import settings, ns\nPORT = settings['port'] * 10\nURL = ns.url\n",
        },
        [
            [("conf.py", '"port": 2', '"port": 3')],
            [("conf.py", '"host": "h"', '"host": "g", "more": True')],
            [("conf.py", 'USER = {"port": 3}', "USER = {}")],
            [("conf.py", "debug=False", "debug=True")],
            [("conf.py", 'f"{ns.host}:{ns.port}"', 'f"{ns.host}/{ns.port}"')],
            [("conf.py", "ChainMap({}, USER, DEFAULTS)", "ChainMap({'x': 1}, USER, DEFAULTS)")],
            [("conf.py", "ns.url = ", "ns.link = ns.url = ")],
        ],
        [
            "dict(settings)",
            "vars(ns)",
            "dict(conf.frozen)",
            "PORT, URL",
            "list(conf.ORDER)",
            "conf.LABELS",
            "conf.get('none')",
        ],
    ),
    Program(
        "methods_from_mixins_and_loops",
        {
            "m.py": """\
VERBS = ("get", "put")
class Client:
    base = "/api"
    def request(self, verb, path): return f"{verb} {self.base}{path}"
def _make(verb):
    def method(self, path): return self.request(verb, path)
    method.__name__ = verb
    return method
for _v in VERBS: setattr(Client, _v, _make(_v))
class Json:
    def decode(self, x): return {"json": x}
class Retry:
    times = 1
    def request(self, verb, path): return [super(Retry, self).request(verb, path)] * self.times
class Api(Retry, Json, Client):
    times = 2
    def request(self, *a): return self.decode(super().request(*a))
api = Api()
get = api.get
""",
            "main.py": "import m\nfrom m import get\n",
        },
        [
            [("m.py", "times = 2", "times = 3")],
            [("m.py", '"get", "put"', '"get", "post"')],
            [("m.py", '{"json": x}', '{"JSON": x}')],
            [("m.py", "class Api(Retry, Json, Client):", "class Api(Json, Retry, Client):")],
            [("m.py", 'base = "/api"', 'base = "/v2"')],
            [
                (
                    "m.py",
                    "return self.request(verb, path)",
                    "return self.request(verb.upper(), path)",
                )
            ],
            [("m.py", "class Api(Json, Retry, Client):", "class Api(Json, Client):")],
            [("m.py", "    def request(self, *a): return self.decode(super().request(*a))\n", "")],
        ],
        [
            "get('/x')",
            "m.api.get('/y')",
            "hasattr(m.Client, 'put'), hasattr(m.api, 'post')",
            "[c.__name__ for c in m.Api.__mro__]",
            "m.Api.times",
        ],
    ),
    Program(
        "counters_and_ids_of_registrations",
        {
            "ids.py": """\
import itertools
_next = itertools.count(1)
BY_ID = {}
TOTAL = 0
def register(name):
    global TOTAL
    TOTAL += 1
    def deco(f):
        f.id = next(_next)
        BY_ID[f.id] = name
        return f
    return deco
""",
            "m.py": """\
from ids import register
@register("a")
def a(): return "a"
@register("b")
def b(): return "b"
""",
            "main.py": "import m, ids\nLAST = ids.TOTAL\n",
        },
        [
            [("m.py", 'return "a"', 'return "A"')],
            [("m.py", '@register("b")', '@register("B")')],
            [("m.py", '@register("a")\ndef a(): return "A"\n', "")],
            [
                (
                    "m.py",
                    "from ids import register\n",
                    "from ids import register\n@register('c')\ndef c(): pass\n",
                )
            ],
        ],
        ["ids.BY_ID", "ids.TOTAL", "LAST", "m.b.id, m.b()", "m.c.id"],
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
        "nested_packages_with_relative_imports",
        {
            "app/__init__.py": "from .core import run, DEFAULT\nfrom .views import *\n",
            "app/core/__init__.py": "from ..conf import NAME\nfrom .engine import Engine as _Engine\nDEFAULT = _Engine(NAME)\ndef run(x): return DEFAULT.run(x)\n",
            "app/core/engine.py": "from .. import conf\nclass Engine:\n    def __init__(self, name): self.name = name\n    def run(self, x): return f'{self.name}:{x * conf.FACTOR}'\n",
            "app/conf.py": "NAME = 'e'\nFACTOR = 2\n",
            "app/views/__init__.py": "from .index import index\nfrom . import about\n__all__ = ['index', 'about']\n",
            "app/views/index.py": "from ..core import run\ndef index(): return run(1)\nTITLE = run(3)\n",
            "app/views/about.py": "from app.conf import NAME as title\nTEXT = title * 2\n",
            "main.py": "import app\nfrom app import index, about\nfrom app.views.index import TITLE\n",
        },
        [
            [("app/conf.py", "FACTOR = 2", "FACTOR = 3")],
            [("app/conf.py", "NAME = 'e'", "NAME = 'E'")],
            [("app/views/about.py", "title * 2", "title * 3")],
            [
                ("app/views/__init__.py", "'about']", "'about', 'index2']"),
                (
                    "app/views/__init__.py",
                    "from . import about\n",
                    "from . import about\nindex2 = lambda: 2\n",
                ),
            ],
            [("app/core/engine.py", "class Engine:", "class Engine:\n    kind = 'x'")],
            [
                (
                    "app/core/__init__.py",
                    "def run(x): return DEFAULT.run(x)",
                    "def run(x, times=1): return DEFAULT.run(x) * times",
                )
            ],
            [("app/core/__init__.py", "times=1", "times=2")],
        ],
        [
            "index()",
            "about.TEXT",
            "TITLE",
            "app.DEFAULT.name",
            "app.index2()",
            "app.run(5)",
            "app.DEFAULT.kind",
        ],
    ),
    Program(
        "events_with_bound_methods_and_weak_sets",
        {
            "bus.py": """\
from collections import defaultdict
from weakref import WeakSet, WeakKeyDictionary, ref
class Bus:
    def __init__(self): self.subs, self.live, self.meta = defaultdict(list), WeakSet(), WeakKeyDictionary()
    def sub(self, topic, f): self.subs[topic].append(f); return lambda: self.subs[topic].remove(f)
    def pub(self, topic, *a): return [f(*a) for f in self.subs[topic]]
    def track(self, f, **info): self.live.add(f); self.meta[f] = info; return f
bus = Bus()
""",
            "use.py": """\
from bus import bus
class Panel:
    name = "panel"
    def __init__(self, n): self.n = n
    def draw(self, x): return f"{self.name}{self.n}:{x}"
    @classmethod
    def build(cls, x): return f"build {cls.name} {x}"
    @staticmethod
    def log(x): return f"log {x}"
panels = [Panel(i) for i in range(2)]
off = [bus.sub("draw", p.draw) for p in panels]
stop = bus.sub("build", Panel.build)
bus.sub("log", Panel.log)
@bus.track
def tracked(): return "t"
def named(): return "n"
bus.track(named, why="x")
""",
            "main.py": "import use\nfrom bus import bus\n",
        },
        [
            [("use.py", "{self.name}{self.n}:{x}", "{self.name}-{self.n}:{x}")],
            [("use.py", 'name = "panel"', 'name = "card"')],
            [("use.py", "range(2)", "range(3)")],
            [("use.py", 'bus.sub("log", Panel.log)\n', "")],
            [("use.py", '"log {x}"', '"LOG {x}"')],
            [("use.py", 'why="x"', 'why="y"')],
            [("use.py", "@bus.track\ndef tracked", "def tracked")],
            [("use.py", 'bus.sub("build", Panel.build)', 'bus.sub("make", Panel.build)')],
        ],
        [
            "{t: bus.pub(t, 1) for t in sorted(bus.subs) if bus.subs[t]}",
            "sorted(f.__name__ for f in bus.live)",
            "sorted((f.__name__, str(i)) for f, i in bus.meta.items())",
        ],
    ),
    Program(
        "generic_class_gets_a_parameter",
        {
            "m.py": """\
from typing import Generic, TypeVar
T = TypeVar("T")
U = TypeVar("U")
class Box(Generic[T]):
    x = 1
""",
            "main.py": """\
from m import Box, T, U
IntBox = Box[int]
class Sub(Box[str]): pass
""",
        },
        [
            [("m.py", "Generic[T]", "Generic[T, U]")],
            [
                ("main.py", "Box[int]", "Box[int, str]"),
                ("main.py", "Box[str]", "Box[str, str]"),
            ],
            [("m.py", "x = 1", "x = 2")],
        ],
        ["IntBox.__args__", "Sub.__orig_bases__", "Box.__parameters__", "Sub.x"],
    ),
    Program(
        "late_names_in_a_circle_of_imports",
        {
            "a.py": "STEP = 1\nimport b\nX = STEP\n",
            "b.py": "import a\nY = getattr(a, 'X', None)\nZ = a.STEP * 2\n",
            "main.py": "import a, b\n",
        },
        [
            [("a.py", "STEP = 1", "STEP = 2")],
            [("b.py", "* 2", "* 3")],
            [("b.py", "'X', None", "'X', 0")],
            [("a.py", "X = STEP", "X = STEP + 1")],
        ],
        ["b.Y", "b.Z", "a.X"],
    ),
    Program(
        "the_last_annotation_of_a_name_counts",
        {"a.py": "K: int\nK = 0\nK: int = 1\nL: str = ''\nL: bytes\n", "main.py": "import a\n"},
        [
            [("a.py", "K: int\n", "K: str\n")],
            [("a.py", "L: str", "L: int")],
            [("a.py", "K: int = 1", "K: float = 1")],
        ],
        ["sorted((x, y.__name__) for x, y in a.__annotations__.items())"],
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
]
if sys.version_info >= (3, 12):
    PROGRAMS.append(
        Program(
            "type_parameters_and_aliases",
            {
                "m.py": """\
type Pair[T] = tuple[T, T]
type Names = list[str]
class Box[T: int]:
    kind = "box"
    def __init__(self, x: T): self.x = x
    def map[U](self, f, default: U = 0) -> "Box[U]": return Box(f(self.x) + default)
def first[T](xs: list[T], n=1) -> T: return xs[:n]
class Sub[K, V](Box[int], dict[K, V]): label = "sub"
N = 3
class Sized[*Ts]:
    size = N
    async def go[X](self): return self.size
""",
                "main.py": "import m\nfrom m import Box, first\nb = Box(2)\n",
            },
            [
                [("m.py", "f(self.x) + default", "f(self.x) * 10 + default")],
                [("m.py", "default: U = 0", "default: U = 1")],
                [("m.py", "n=1", "n=2")],
                [("m.py", 'kind = "box"', 'kind = "BOX"')],
                [("m.py", "N = 3", "N = 4")],
                [("m.py", "type Names = list[str]", "type Names = set[str]")],
                [("m.py", "class Box[T: int]:", "class Box[T: int]")],
                [("m.py", "class Box[T: int]\n", "class Box[T: int, R]:\n")],
                [("m.py", "def first[T]", "def first[T, S]")],
            ],
            [
                "b.map(lambda x: x + 1).x",
                "first([1, 2, 3])",
                "m.Sub.label, m.Sub.kind",
                "m.Sized.size",
                "[p.__name__ for p in m.Box.__type_params__]",
                "m.Names.__value__",
                "first.__type_params__[-1].__name__",
                "m.Pair[int].__args__",
                "isinstance(b, m.Box)",
            ],
        )
    )
