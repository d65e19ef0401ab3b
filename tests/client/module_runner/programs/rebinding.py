"""Names that star imports, branches and loops bind or leave out; modules that are no longer imported; containers that hold weakly."""

from .program import Program

PROGRAMS = [
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
    Program(
        "star_import_chain_conditional",
        {
            "base.py": """\
import os
DEBUG = False
__all__ = ["DEBUG", "LEVEL", "helper"]
LEVEL = 1
if DEBUG:
    __all__.append("TRACE")
    TRACE = True
def helper(): return LEVEL
_hidden = 3
""",
            "prod.py": """\
from base import *
LEVEL = LEVEL + 10
def name(): return "prod"
""",
            "settings.py": """\
from prod import *
try:
    from local import *
except ImportError:
    pass
TOTAL = LEVEL * 2
""",
            "main.py": """\
import settings
from settings import *
V = {k: v for k, v in vars(settings).items() if k.isupper()}
""",
        },
        [
            [("base.py", "LEVEL = 1", "LEVEL = 2")],
            [("base.py", "DEBUG = False", "DEBUG = True")],
            [
                (
                    "local.py",
                    None,
                    """\
LEVEL = 100
EXTRA = "e"
""",
                )
            ],
            [("local.py", 'EXTRA = "e"', 'EXTRA = "ee"')],
            [("prod.py", "LEVEL = LEVEL + 10", "")],
            [("local.py", None, None)],
        ],
        ["V", "settings.TOTAL", "settings.name()", "helper()", '"TRACE" in globals()'],
    ),
    Program(
        "importlib_plugins_added",
        {
            "plugins/__init__.py": """\
ENABLED = ["csv", "json_"]
""",
            "plugins/csv.py": """\
from core import register
@register("csv")
def load(t): return t.split(",")
""",
            "plugins/json_.py": """\
from core import register
import json
@register("json")
def load(t): return json.loads(t)
""",
            "core.py": """\
LOADERS = {}
def register(n):
    def d(f): LOADERS[n] = f; return f
    return d
def load(n, t): return LOADERS[n](t)
""",
            "main.py": """\
import importlib, core, plugins
MODS = [importlib.import_module("plugins." + n) for n in plugins.ENABLED]
NAMES = sorted(core.LOADERS)
C = core.load("csv", "a,b")
""",
        },
        [
            [
                (
                    "plugins/ini.py",
                    None,
                    """\
from core import register
@register("ini")
def load(t): return dict([t.split("=")])
""",
                )
            ],
            [("plugins/__init__.py", '"json_"]', '"json_", "ini"]')],
            [("plugins/__init__.py", '["csv", ', "[")],
        ],
        [
            "NAMES",
            "sorted(core.LOADERS)",
            "[m.__name__ for m in MODS]",
            'core.load("ini", "a:b") if "ini" in core.LOADERS else 0',
        ],
    ),
    Program(
        "walrus_match_fstring",
        {
            "c.py": """\
MODE = "fast"
LIMITS = {"fast": 1, "slow": 9}
""",
            "main.py": """\
import c
if (lim := c.LIMITS.get(c.MODE)) is not None:
    MSG = f"{c.MODE!r:>8}|{lim:03d}|{lim=}"
match (c.MODE, c.LIMITS):
    case ("fast", {"fast": n, **rest}): KIND = ("F", n, sorted(rest))
    case (str(m), {}): KIND = ("S", m)
    case _: KIND = None
PAIRS = [(k, y) for k, v in c.LIMITS.items() if (y := v * 2) > 2]
LAST = y
def f(x=c.LIMITS[c.MODE], *, tag=f"<{c.MODE}>"): return x, tag
F = f()
ANN: "c.MODE" = c.MODE.upper()
a, *b = sorted(c.LIMITS)
assert lim, "no"
""",
        },
        [
            [("c.py", 'MODE = "fast"', 'MODE = "slow"')],
            [("c.py", '"slow": 9', '"slow": 19, "mid": 4')],
            [("c.py", 'MODE = "slow"', 'MODE = "none"')],
            [("c.py", 'MODE = "none"', 'MODE = "mid"')],
        ],
        ["f()"],
    ),
    Program(
        "singledispatch_over_modules",
        {
            "show.py": """\
from functools import singledispatch, singledispatchmethod
@singledispatch
def show(x): return "?"
class Printer:
    sep = ":"
    @singledispatchmethod
    def fmt(self, x): return "o" + self.sep
    @fmt.register
    def _(self, x: int): return "i" + self.sep
    @fmt.register(str)
    def _s(self, x): return "s" + self.sep
""",
            "ext.py": """\
from show import show, Printer
class Pt: pass
class Pt3(Pt): pass
@show.register
def _(x: Pt): return "pt"
@show.register(int)
def show_int(x): return f"int{x}"
Printer.fmt.register(list, lambda self, x: "list")
""",
            "main.py": """\
import ext
from show import show, Printer
A = [show(x) for x in (1, ext.Pt(), ext.Pt3(), "s")]
P = [Printer().fmt(x) for x in (1, "s", [], 2.0)]
""",
        },
        [
            [("ext.py", "@show.register(int)", "@show.register(str)")],
            [("ext.py", "class Pt3(Pt)", "class Pt3(str)")],
            [("show.py", 'sep = ":"', 'sep = ";"')],
            [("ext.py", "Printer.fmt.register(list,", "Printer.fmt.register(float,")],
            [("show.py", "x: int", "x: bytes")],
        ],
        [
            '[show(x) for x in (1, ext.Pt(), ext.Pt3(), "s")]',
            '[Printer().fmt(x) for x in (1, "s", [], 2.0, b"")]',
            "A, P",
        ],
    ),
    Program(
        "weakset_observers",
        {
            "obs.py": """\
import weakref
class Subject:
    def __init__(self): self._o = weakref.WeakSet(); self._m = []
    def attach(self, o): self._o.add(o); return o
    def bind(self, meth): self._m.append(weakref.WeakMethod(meth))
    def notify(self, v): return sorted(o.update(v) for o in self._o) + [m()(v) for m in self._m if m()]
""",
            "main.py": """\
from obs import Subject
s = Subject()
class V:
    scale = 1
    def __init__(self, n): self.n = n
    def update(self, v): return self.n * v * self.scale
    def other(self, v): return -v
a = s.attach(V(1))
b = s.attach(V(2))
s.bind(a.other)
N = s.notify(10)
""",
        },
        [
            [("main.py", "scale = 1", "scale = 3")],
            [("main.py", "V(2)", "V(5)")],
            [("main.py", "b = s.attach(V(5))", "")],
            [("main.py", "s.bind(a.other)", "")],
        ],
        ["s.notify(10)", "N"],
    ),
    Program(
        "modules_that_are_imported_no_more",
        {
            "reg.py": """\
R = {}
def reg(f): R[f.__name__] = f; return f
""",
            "a.py": """\
from reg import reg
@reg
def fa(): return 1
""",
            "b.py": """\
from reg import reg
@reg
def fb(): return 2
""",
            "main.py": """\
import a
import b
import reg
S = sorted(reg.R)
""",
        },
        [
            [("main.py", "import b", "")],
            [
                (
                    "main.py",
                    "import a",
                    """\
import a
import b""",
                )
            ],
        ],
        ["S", "sorted(reg.R)"],
    ),
    Program(
        "plugins_loaded_in_function",
        {
            "loader.py": """\
import importlib
NAMES = ["pa", "pb"]
def load(names): return {n: importlib.import_module(n) for n in names}
""",
            "reg.py": """\
R = {}
def reg(n):
    def d(f): R[n] = f; return f
    return d
""",
            "pa.py": """\
from reg import reg
@reg("a")
def f(): return "a"
""",
            "pb.py": """\
from reg import reg
@reg("b")
def f(): return "b"
""",
            "main.py": """\
import loader, reg
P = loader.load(loader.NAMES)
S = sorted(reg.R)
""",
        },
        [
            [("loader.py", '["pa", "pb"]', '["pa"]')],
            [("loader.py", '["pa"]', '["pb", "pa"]')],
        ],
        ["S", "list(reg.R)"],
    ),
    Program(
        "try_names_gone",
        {
            "c.py": """\
N = 1
""",
            "main.py": """\
import c
try:
    if c.N > 1: raise ValueError("big")
    OK = c.N
except ValueError as e:
    ERR = str(e)
else:
    FINE = True
finally:
    DONE = c.N
with open(__import__("os").devnull) as fh:
    LINES = len(fh.read())
while c.N < 0:
    NEG = True
    break
""",
        },
        [
            [("c.py", "N = 1", "N = 2")],
            [("c.py", "N = 2", "N = -1")],
            [("c.py", "N = -1", "N = 3")],
        ],
        ['sorted(k for k in globals() if k in ("OK","ERR","FINE","DONE","NEG"))'],
    ),
    Program(
        "for_loop_registers",
        {
            "m.py": """\
KINDS = ["a", "b"]
TABLE = {}
for kind in KINDS:
    def handler(x, kind=kind): return kind + x
    handler.__name__ = "on_" + kind
    TABLE[kind] = handler
def call(k, x): return TABLE[k](x) if k in TABLE else None
""",
            "main.py": """\
import m
A = [m.call(k, "!") for k in ("a", "b", "c")]
N = [f.__name__ for f in m.TABLE.values()]
""",
        },
        [
            [("m.py", '["a", "b"]', '["a", "c"]')],
            [("m.py", '"on_" + kind', '"h_" + kind')],
        ],
        ["A, N", 'm.call("c", "?")'],
    ),
    Program(
        "mro_entries_generic",
        {
            "m.py": """\
class Alias:
    def __init__(self, o): self.o = o
    def __mro_entries__(self, bases): return (self.o,)
class Base:
    def go(self): return "base"
class Other:
    def go(self): return "other"
B = Alias(Base)
""",
            "main.py": """\
from m import B
class C(B):
    pass
c = C()
G = c.go()
O = C.__bases__[0].__name__
""",
        },
        [
            [("m.py", "B = Alias(Base)", "B = Alias(Other)")],
        ],
        ["c.go()", "O"],
    ),
    Program(
        "dict_subclass_namespace",
        {
            "m.py": """\
from types import SimpleNamespace
from collections import UserDict, OrderedDict, Counter, ChainMap
BASE = {"a": 1}
class Conf(UserDict):
    def __missing__(self, k): return DEFAULT
DEFAULT = "d"
conf = Conf(BASE)
ns = SimpleNamespace(f=lambda: DEFAULT, n=1)
chain = ChainMap({"z": 1}, BASE)
""",
            "main.py": """\
from m import conf, ns, chain
A = conf["a"], conf["zz"]
F = ns.f()
Z = dict(chain)
""",
        },
        [
            [("m.py", 'DEFAULT = "d"', 'DEFAULT = "D"')],
            [("m.py", '{"a": 1}', '{"a": 2}')],
        ],
        ["A, F, Z", 'conf["q"]'],
    ),
    Program(
        "callable_instances_table",
        {
            "m.py": """\
RATE = 2
class Step:
    def __init__(self, n): self.n = n
    def __call__(self, v): return v * RATE + self.n
class Pipe:
    def __init__(self, *s): self.s = s
    def __or__(self, o): return Pipe(*self.s, o)
    def run(self, v):
        for s in self.s: v = s(v)
        return v
pipe = Pipe(Step(1)) | Step(2)
""",
            "main.py": """\
import m
R = m.pipe.run(1)
L = list(map(m.Step(0), [1, 2]))
S = sorted([3, 1], key=m.Step(1))
""",
        },
        [
            [("m.py", "RATE = 2", "RATE = -2")],
            [("m.py", "Step(2)", "Step(3)")],
        ],
        ["R, L, S", "m.pipe.run(1)"],
    ),
    Program(
        "property_inherited_override",
        {
            "base.py": """\
class Base:
    _n = 1
    @property
    def size(self): return self._n
    @size.setter
    def size(self, v): self._n = v
    total = property(lambda self: self.size * 2)
""",
            "main.py": """\
from base import Base
class Sub(Base):
    @Base.size.getter
    def size(self): return self._n + 100
s = Sub()
s.size = 5
T = Sub().total
V = Base().size
""",
        },
        [
            [("base.py", "_n = 1", "_n = 2")],
        ],
        ["Sub().size", "Base.size.fset is Sub.size.fset", "s.total"],
    ),
]
