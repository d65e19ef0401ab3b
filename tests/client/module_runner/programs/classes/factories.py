"""Classes that a function or a call of `type` makes."""

from ..program import Program

PROGRAMS = [
    Program(
        "environment_class_from_dict",
        {
            "conf.py": """\
VALUES = dict(host="h", port=1)
""",
            "main.py": """\
from types import SimpleNamespace, MappingProxyType
import conf
NS = SimpleNamespace(**conf.VALUES)
RO = MappingProxyType(conf.VALUES)
URL = f"{NS.host}:{NS.port}"
def url(): return f"{NS.host}:{RO['port']}"
""",
        },
        [
            [("conf.py", "port=1", "port=2")],
            [("conf.py", '"h"', '"H"')],
        ],
        [
            "url()",
        ],
    ),
    Program(
        "dynamic_class_type",
        {
            "m.py": """\
def make_model(name_, /, **fields):
    def __init__(self, **kw):
        for k in fields: setattr(self, k, kw.get(k, fields[k]))
    return type(name_, (), {"__init__": __init__, "fields": tuple(fields)})
""",
            "main.py": """\
from m import make_model
User = make_model("User", name="n", age=1)
u = User()
""",
        },
        [
            [("main.py", "age=1", 'age=2, mail="m"')],
            [("main.py", '"User",', '"Person",')],
        ],
        [
            "User.__name__",
            "User.fields",
            "vars(User())",
        ],
    ),
    Program(
        "state_machine_table",
        {
            "main.py": """\
class SM:
    def __init__(self): self.state = "idle"
    def start(self): self.state = "run"; return self.state
    def stop(self): self.state = "idle"; return self.state
    TRANS = {("idle", "go"): start, ("run", "halt"): stop}
    def fire(self, ev):
        f = self.TRANS.get((self.state, ev)); return f(self) if f else None
s = SM()
def run(): x = SM(); return [x.fire("go"), x.fire("halt"), x.fire("halt")]
""",
        },
        [
            [("main.py", '"halt"): stop', '"halt2"): stop')],
            [("main.py", 'self.state = "run"', 'self.state = "running"')],
            [("main.py", '"idle", "go"', '"idle", "go!"')],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "class_factory_closure",
        {
            "f.py": """\
def make(base_n):
    class K:
        n = base_n
        def go(self): return self.n * 2
    return K
""",
            "main.py": """\
from f import make
A = make(1)
B = make(2)
a = A()
""",
        },
        [
            [("f.py", "self.n * 2", "self.n * 3")],
            [("main.py", "make(2)", "make(7)")],
        ],
        [
            "A().go()",
            "B().go()",
            "a.go()",
            "A is not B",
        ],
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
        "class_decorators_use_what_decorators_of_methods_put_aside",
        {
            "lib.py": """\
_pending = []
def on(event):
    def register(f): _pending.append((event, f)); return f
    return register
def evented(cls):
    handlers, original = list(_pending), cls.__init__
    _pending.clear()
    def init(self):
        original(self)
        self.handlers = {event: f.__get__(self) for event, f in handlers}
    cls.__init__ = init
    return cls
def table(cls):
    cls.TABLE = sorted(event for event, _ in _pending)
    _pending.clear()
    return cls
""",
            "main.py": """\
from lib import on, evented, table
@evented
class Clock:
    size = 1
    @on("tick")
    def tick(self): return "tick"
    @on("tock")
    def tock(self): return self.size
    def plain(self): return 1
@table
class Table:
    @on("x")
    def x(self): return 1
    y = 3
""",
        },
        [
            [("main.py", "size = 1", "size = 2")],
            [("main.py", "y = 3", "y = 4")],
            [("main.py", "    def plain(self): return 1\n", "")],
            [("main.py", '@on("tock")', '@on("tuck")')],
            [("main.py", 'return "tick"', 'return "TICK"')],
            [("main.py", "tock(self)", "tock(self, k=1)")],
        ],
        ["{e: f() for e, f in Clock().handlers.items()}", "Table.TABLE, Table.y"],
    ),
    Program(
        "class_decorators_replace_what_can_be_called",
        {
            "lib.py": """\
def inline(is_on):
    def decorate(cls):
        for name, value in [*vars(cls).items()]:
            if is_on and callable(value) and name[0] != "_":
                setattr(cls, name, staticmethod(lambda x, f=value: [f(x)]))
        return cls
    return decorate
""",
            "main.py": """\
from lib import inline
@inline(True)
class Calc:
    number = float
    factor = 2
    def double(x): return x * Calc.factor
""",
        },
        [
            [("main.py", "factor = 2", "factor = 3")],
            [("main.py", "inline(True)", "inline(False)")],
            [("main.py", "inline(False)", "inline(True)")],
            [("main.py", "@inline(True)\n", "")],
        ],
        ["Calc.number(1)", "Calc.double(2)"],
    ),
]
