"""Tables of commands, plugins and validators, filled at import."""

from ..program import Program

PROGRAMS = [
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
]
