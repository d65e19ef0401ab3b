"""Modules: how they are imported, what they export, what is written into them."""

from .program import Program

PROGRAMS = [
    Program(
        "mixin_over_modules",
        {
            "base.py": """\
class Base:
    kinds = {}
    def __init_subclass__(cls, kind=None, **k):
        super().__init_subclass__(**k)
        if kind: Base.kinds[kind] = cls
    def describe(self): return type(self).__name__
""",
            "mix.py": """\
class Loud:
    def describe(self): return super().describe().upper()
""",
            "impl.py": """\
from base import Base
from mix import Loud
class Dog(Loud, Base, kind="dog"):
    legs = 4
class Cat(Loud, Base, kind="cat"):
    legs = 4
""",
            "main.py": """\
import impl, base
TABLE = {k: c().describe() for k, c in base.Base.kinds.items()}
""",
        },
        [
            [("impl.py", 'kind="cat"', 'kind="lion"')],
            [
                (
                    "impl.py",
                    """\
legs = 4
class""",
                    """\
legs = 5
class""",
                )
            ],
        ],
        [
            "TABLE",
            "list(base.Base.kinds)",
            "[c.legs for c in base.Base.kinds.values()]",
            "[c().describe() for c in base.Base.kinds.values()]",
        ],
    ),
    Program(
        "base_renamed_over_modules",
        {
            "a.py": """\
class Old:
    x = 1
""",
            "main.py": """\
from a import Old
class K(Old): pass
k = K()
""",
        },
        [
            [("a.py", "Old", "New"), ("main.py", "Old", "New")],
        ],
        [
            "K.__mro__[1].__name__",
            "k.x",
            "[c.__name__ for c in K.__bases__[0].__subclasses__()]",
        ],
    ),
    Program(
        "class_decorator_registry_over_modules",
        {
            "reg.py": """\
REGISTRY = {}
def register(name):
    def deco(cls):
        REGISTRY[name] = cls
        cls.registered_as = name
        return cls
    return deco
def build(name, *a): return REGISTRY[name](*a)
""",
            "plug.py": """\
from reg import register
@register("one")
class One:
    def __init__(self, n=1): self.n = n
    def val(self): return self.n * 2
@register("two")
class Two(One):
    def val(self): return super().val() + 1
""",
            "main.py": """\
import plug, reg
from reg import build
x = plug.Two()
""",
        },
        [
            [("plug.py", '"two"', '"zwei"')],
            [("plug.py", "* 2", "* 3")],
            [("plug.py", "n=1", "n=5")],
            [
                (
                    "plug.py",
                    """\
@register("one")
""",
                    "",
                )
            ],
        ],
        [
            "sorted(reg.REGISTRY)",
            "[c.registered_as for c in reg.REGISTRY.values()]",
            "[c().val() for c in reg.REGISTRY.values()]",
            "[c is getattr(plug,c.__name__) for c in reg.REGISTRY.values()]",
        ],
    ),
    Program(
        "dataclass_inherited_over_modules",
        {
            "a.py": """\
from dataclasses import dataclass
@dataclass
class A:
    x: int = 1
""",
            "b.py": """\
from dataclasses import dataclass
from a import A
@dataclass
class B(A):
    y: int = 2
""",
            "main.py": """\
from b import B
from a import A
b = B()
SHOW = repr(B())
""",
        },
        [
            [
                (
                    "a.py",
                    "x: int = 1",
                    """\
x: int = 5
    w: int = 6""",
                )
            ],
            [("b.py", "y: int = 2", "y: int = 3")],
            [
                (
                    "a.py",
                    """\
    w: int = 6
""",
                    "",
                )
            ],
        ],
        [
            "B()",
            "A()",
            "B(1,2)",
            "SHOW",
        ],
    ),
    Program(
        "enum_with_methods_over_modules",
        {
            "e.py": """\
from enum import Enum, IntFlag, auto, StrEnum
class Color(Enum):
    RED = 1
    BLUE = 2
    @property
    def nice(self): return self.name.title()
    @classmethod
    def default(cls): return cls.RED
class Perm(IntFlag):
    R = 4
    W = 2
class S(StrEnum):
    A = auto()
    B = auto()
""",
            "main.py": """\
from e import Color, Perm, S
import e
TABLE = {Color.RED: "r", Color.BLUE: "b"}
RW = Perm.R | Perm.W
def name(c):
    match c:
        case Color.RED: return "red"
        case Color.BLUE: return "blue"
        case _: return "?"
held = Color.BLUE
""",
        },
        [
            [("e.py", "title()", "lower()")],
            [
                (
                    "e.py",
                    "BLUE = 2",
                    """\
BLUE = 2
    GREEN = 3""",
                )
            ],
            [("e.py", "return cls.RED", "return cls.BLUE")],
            [
                (
                    "e.py",
                    "W = 2",
                    """\
W = 2
    X = 1""",
                )
            ],
            [
                (
                    "e.py",
                    "B = auto()",
                    '''\
B = auto()
    C = "cc"''',
                )
            ],
            [("e.py", "RED = 1", "RED = 10")],
        ],
        [
            "[name(c) for c in Color]",
            "TABLE[Color.BLUE]",
            "held is Color.BLUE",
            "Color.default().name",
            "list(Perm)",
            "RW",
            "list(S)",
            "[c.nice for c in Color]",
            "e.Color is Color",
            "name(held)",
            "Color.RED.value",
            "list(TABLE)",
        ],
    ),
    Program(
        "module_getattr",
        {
            "lazy.py": """\
_DATA = {"a": 1}
def __getattr__(name):
    if name in _DATA: return _DATA[name]
    raise AttributeError(name)
def __dir__(): return sorted(_DATA)
""",
            "main.py": """\
import lazy
V = lazy.a
from lazy import a as W
def get(): return lazy.a
""",
        },
        [
            [("lazy.py", '"a": 1', '"a": 2')],
            [("lazy.py", '"a": 2', '"a": 2, "b": 3')],
        ],
        [
            "get()",
            "dir(lazy)",
        ],
    ),
    Program(
        "star_import_all",
        {
            "m.py": """\
__all__ = ["a", "b"]
a = 1
b = 2
c = 3
""",
            "mid.py": """\
from m import *
from m import __all__ as _m_all
__all__ = [*_m_all, "d"]
d = 4
""",
            "main.py": """\
from mid import *
SUM = sum(v for k, v in list(globals().items()) if k in "abcd")
""",
        },
        [
            [("m.py", '["a", "b"]', '["a", "b", "c"]')],
            [("m.py", "a = 1", "a = 10")],
            [("m.py", '["a", "b", "c"]', '["b"]')],
            [("mid.py", "d = 4", "d = 40")],
        ],
        [
            "SUM",
            "sorted(k for k in globals() if len(k)==1)",
        ],
    ),
    Program(
        "conditional_import",
        {
            "conf.py": """\
FAST = False
""",
            "fast.py": """\
def go(): return "fast"
K = 1
""",
            "slow.py": """\
def go(): return "slow"
K = 2
""",
            "main.py": """\
import conf
if conf.FAST:
    from fast import go, K
else:
    from slow import go, K
OUT = go(), K
""",
        },
        [
            [("conf.py", "False", "True")],
            [("fast.py", "K = 1", "K = 11")],
            [("conf.py", "True", "False")],
            [("slow.py", "K = 2", "K = 22")],
        ],
        [
            "OUT",
            "go()",
        ],
    ),
    Program(
        "import_module_by_name",
        {
            "plugins/__init__.py": "",
            "plugins/a.py": """\
NAME = "a"
def run(): return NAME
""",
            "plugins/b.py": """\
NAME = "b"
def run(): return NAME
""",
            "main.py": """\
from importlib import import_module
NAMES = ["a", "b"]
PLUGINS = {n: import_module(f"plugins.{n}") for n in NAMES}
TITLES = {n: p.NAME for n, p in PLUGINS.items()}
""",
        },
        [
            [("plugins/a.py", '"a"', '"A"')],
            [("main.py", '["a", "b"]', '["b"]')],
            [("plugins/b.py", "return NAME", "return NAME * 2")],
        ],
        [
            "TITLES",
            "{n: p.run() for n,p in PLUGINS.items()}",
        ],
    ),
    Program(
        "sys_modules_replace",
        {
            "m.py": """\
import sys
class _Mod:
    x = 1
    def f(self): return self.x
sys.modules[__name__] = _Mod()
""",
            "main.py": """\
import m
def get(): return m.f(), m.x
""",
        },
        [
            [("m.py", "x = 1", "x = 2")],
            [("m.py", "return self.x", "return self.x * 5")],
        ],
        [
            "get()",
        ],
    ),
    Program(
        "module_class_assign",
        {
            "m.py": """\
import sys, types
class _M(types.ModuleType):
    @property
    def now(self): return 1
sys.modules[__name__].__class__ = _M
""",
            "main.py": """\
import m
def get(): return m.now
""",
        },
        [
            [("m.py", "return 1", "return 2")],
            [
                (
                    "m.py",
                    "def now(self): return 2",
                    """\
def now(self): return 3
    @property
    def later(self): return 4""",
                )
            ],
        ],
        [
            "get()",
            'getattr(m,"later",0)',
        ],
    ),
    Program(
        "globals_writes",
        {
            "m.py": """\
PRE = "x_"
for i in range(3):
    globals()[PRE + str(i)] = i
vars()["extra"] = 9
def define(name, v): globals()[name] = v
define("y", 5)
""",
            "main.py": """\
import m
NAMES = sorted(k for k in vars(m) if k[:2] in ("x_", "z_") or k in ("y","yy","extra"))
""",
        },
        [
            [("m.py", "range(3)", "range(2)")],
            [("m.py", 'PRE = "x_"', 'PRE = "z_"')],
            [("m.py", '"y", 5', '"yy", 6')],
        ],
        [
            "NAMES",
            'sorted(k for k in vars(m) if k[:2] in ("x_", "z_") or k in ("y","yy","extra"))',
            'getattr(m,"yy",None)',
        ],
    ),
    Program(
        "setattr_on_module",
        {
            "m.py": """\
X = 1
""",
            "conf.py": """\
import sys, m
m.X = 5
setattr(sys.modules["m"], "Z", 7)
""",
            "main.py": """\
import conf, m
Y = m.X + 1
""",
        },
        [
            [("conf.py", "m.X = 5", "m.X = 6")],
            [("conf.py", '"Z", 7', '"Z", 8')],
            [
                (
                    "conf.py",
                    """\
m.X = 6
""",
                    "",
                )
            ],
            [("m.py", "X = 1", "X = 2")],
        ],
        [
            "m.X",
            "m.Z",
            "Y",
        ],
    ),
    Program(
        "package_reexports",
        {
            "pkg/__init__.py": """\
from .core import Engine, VERSION
from . import util as u
__all__ = ["Engine"]
""",
            "pkg/core.py": """\
from .const import BASE
VERSION = BASE + ".1"
class Engine:
    version = VERSION
    def go(self): return self.version
""",
            "pkg/const.py": """\
BASE = "1"
""",
            "pkg/util.py": """\
from .core import VERSION
def v(): return VERSION
TAG = "v" + VERSION
""",
            "main.py": """\
from pkg import Engine
import pkg
import pkg.util
e = Engine()
T = pkg.u.TAG
""",
        },
        [
            [("pkg/const.py", '"1"', '"2"')],
            [("pkg/core.py", '".1"', '".5"')],
            [
                (
                    "pkg/core.py",
                    """\
self.version
""",
                    """\
"<" + self.version + ">"
""",
                )
            ],
            [
                (
                    "pkg/__init__.py",
                    """\
VERSION
""",
                    """\
VERSION as V2
""",
                )
            ],
        ],
        [
            "e.go()",
            "T",
            "pkg.util.v()",
            'getattr(pkg,"VERSION",None)',
            'getattr(pkg,"V2",None)',
        ],
    ),
    Program(
        "circular",
        {
            "a.py": """\
import b
X = 1
def fa(): return b.Y
class A: pass
""",
            "b.py": """\
import a
Y = 2
def fb(): return a.X
def mk(): return a.A()
""",
            "main.py": """\
import a, b
S = a.fa() + b.fb()
""",
        },
        [
            [("a.py", "X = 1", "X = 10")],
            [("b.py", "Y = 2", "Y = 20")],
            [
                (
                    "a.py",
                    "class A: pass",
                    """\
class A:
    k = 1""",
                )
            ],
        ],
        [
            "S",
            'getattr(b.mk(),"k",0)',
        ],
    ),
    Program(
        "augmented_over_modules",
        {
            "base.py": """\
ITEMS = ["a"]
TOTAL = 0
""",
            "x.py": """\
import base
base.ITEMS += ["x"]
base.TOTAL += 2
""",
            "y.py": """\
import base
base.ITEMS.extend(["y"])
base.TOTAL += 3
""",
            "main.py": """\
import base, x, y
SHOW = list(base.ITEMS), base.TOTAL
""",
        },
        [
            [("x.py", '["x"]', '["xx"]')],
            [("x.py", "+= 2", "+= 5")],
            [("y.py", '["y"]', '["y", "z"]')],
            [("base.py", '["a"]', '["b"]')],
        ],
        [
            "base.ITEMS",
            "base.TOTAL",
        ],
    ),
    Program(
        "settings_update_merge",
        {
            "defaults.py": """\
DEFAULTS = {"a": 1, "b": {"c": 2}}
""",
            "local.py": """\
OVERRIDE = {"b": {"c": 3}}
""",
            "main.py": """\
import copy
from defaults import DEFAULTS
from local import OVERRIDE
def merge(a, b):
    out = copy.deepcopy(a)
    for k, v in b.items():
        out[k] = merge(out[k], v) if isinstance(v, dict) else v
    return out
SETTINGS = merge(DEFAULTS, OVERRIDE)
PLAIN = {**DEFAULTS, **OVERRIDE}
ALT = DEFAULTS | OVERRIDE
SETTINGS.update(extra=1)
""",
        },
        [
            [("defaults.py", '"a": 1', '"a": 5')],
            [("local.py", "3", "4")],
            [("main.py", "extra=1", "more=2")],
            [("local.py", "OVERRIDE = {", 'OVERRIDE = {"a": 0, ')],
        ],
        [],
    ),
    Program(
        "slots_inherit_over_modules",
        {
            "s.py": """\
class A:
    __slots__ = ("a",)
    def __init__(self): self.a = 1
    def v(self): return self.a
""",
            "main.py": """\
from s import A
class B(A):
    __slots__ = ("b",)
    def v(self): return super().v() + 1
b = B()
""",
        },
        [
            [("s.py", "return self.a", "return self.a * 10")],
            [("s.py", '("a",)', '("a", "c")')],
            [("s.py", "self.a = 1", "self.a = 2")],
        ],
        [
            "B().v()",
            'hasattr(B(),"__dict__")',
            "B.__mro__[1] is A",
            "A.__slots__",
        ],
    ),
    Program(
        "abc_over_modules",
        {
            "i.py": """\
from abc import ABC, abstractmethod
class Store(ABC):
    @abstractmethod
    def get(self, k): ...
    def all(self): return [self.get(k) for k in "ab"]
""",
            "mem.py": """\
from i import Store
class Mem(Store):
    def get(self, k): return k.upper()
""",
            "main.py": """\
import mem
from i import Store
s = mem.Mem()
OK = isinstance(s, Store)
""",
        },
        [
            [
                (
                    "i.py",
                    "def get(self, k): ...",
                    """\
def get(self, k): ...
    @abstractmethod
    def put(self): ...""",
                ),
                (
                    "mem.py",
                    "upper()",
                    """\
upper()
    def put(self): return 1""",
                ),
            ],
            [("i.py", 'for k in "ab"', 'for k in "abc"')],
        ],
        [
            "mem.Mem.__abstractmethods__",
            "s.all()",
            "mem.Mem().put()",
        ],
    ),
    Program(
        "warnings_and_sys_path",
        {
            "main.py": """\
import warnings, sys
warnings.filterwarnings("ignore", message="shape")
sys.path.append("/shape/one")
N = sum(p.startswith("/shape") for p in sys.path)
""",
        },
        [
            [("main.py", '"shape")', '"shape2")')],
            [("main.py", "/shape/one", "/shape/two")],
        ],
        [
            '[p for p in sys.path if p.startswith("/shape")]',
            'len([f for f in warnings.filters if f[1] and "shape" in f[1].pattern])',
        ],
    ),
    Program(
        "plugin_entrypoints_dict",
        {
            "p1.py": """\
def setup(reg): reg["p1"] = lambda: 1
""",
            "p2.py": """\
def setup(reg): reg["p2"] = lambda: 2
""",
            "main.py": """\
import p1, p2
REG = {}
for mod in (p1, p2): mod.setup(REG)
""",
        },
        [
            [("p1.py", "lambda: 1", "lambda: 11")],
            [("main.py", "(p1, p2)", "(p2, p1)")],
            [("main.py", "(p2, p1)", "(p2,)")],
        ],
        [
            "list(REG)",
            "{k: f() for k,f in REG.items()}",
        ],
    ),
    Program(
        "dunder_main_guard",
        {
            "m.py": """\
def go(): return 1
if __name__ == "__main__":
    X = go()
""",
            "main.py": """\
import m
def main(): return m.go() + 1
if __name__ == "__main__":
    RESULT = main()
""",
        },
        [
            [("main.py", "RESULT = main()", "RESULT = main() * 2")],
        ],
        [
            "main()",
        ],
    ),
    Program(
        "type_checking_guard",
        {
            "t.py": """\
class T:
    k = 1
""",
            "main.py": """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from t import T
def f(x: T) -> list[T]: return [x]
class C:
    a: T
    b: int = 0
ANN = f.__annotations__
""",
        },
        [
            [
                (
                    "main.py",
                    "b: int = 0",
                    '''\
b: int = 1
    c: str = ""''',
                )
            ],
            [("main.py", "-> list[T]", "-> tuple[T]")],
        ],
        [
            "f.__annotations__",
            "C.__annotations__",
            "C.b",
        ],
    ),
    Program(
        "reexport_alias_chain",
        {
            "a.py": """\
def f(): return 1
K = 1
""",
            "b.py": """\
from a import f as g, K as L
""",
            "c.py": """\
from b import g as h, L as M
V = M + 1
""",
            "main.py": """\
from c import h, M, V
import c
TAB = [h]
""",
        },
        [
            [("a.py", "return 1", "return 2")],
            [("a.py", "K = 1", "K = 5")],
            [("a.py", "def f()", "def f(x=1)")],
            [("b.py", "f as g, K", "f as g2, f as g, K")],
        ],
        [
            "h()",
            "TAB[0]()",
            "M",
            "V",
        ],
    ),
    Program(
        "del_and_rebinding",
        {
            "m.py": """\
x = 1
x = x + 1
y = x
del x
for i in range(2): z = i
del i
""",
            "main.py": """\
import m
N = sorted(k for k in vars(m) if len(k) == 1)
""",
        },
        [
            [
                (
                    "m.py",
                    """\
x = 1
""",
                    """\
x = 10
""",
                )
            ],
            [
                (
                    "m.py",
                    """\
del x
""",
                    "",
                )
            ],
            [("m.py", "range(2)", "range(4)")],
        ],
        [
            "sorted(k for k in vars(m) if len(k) == 1)",
        ],
    ),
    Program(
        "star_no_all_private",
        {
            "m.py": """\
a = 1
_b = 2
""",
            "main.py": """\
from m import *
N = [k for k in ("a","_b","c") if k in globals()]
""",
        },
        [
            [
                (
                    "m.py",
                    "a = 1",
                    """\
a = 1
c = 3""",
                )
            ],
            [
                (
                    "m.py",
                    "_b = 2",
                    """\
__all__ = ["a", "_b"]
_b = 2""",
                )
            ],
            [
                (
                    "m.py",
                    """\
__all__ = ["a", "_b"]
""",
                    "",
                )
            ],
        ],
        [
            '[k for k in ("a","_b","c") if k in globals()]',
        ],
    ),
    Program(
        "all_built_by_decorator",
        {
            "m.py": """\
__all__ = []
def export(f): __all__.append(f.__name__); return f
@export
def a(): return 1
@export
def b(): return 2
""",
            "main.py": """\
from m import *
N = sorted(k for k in globals() if k in ("a","b","bb"))
""",
        },
        [
            [("m.py", "def b", "def bb")],
            [
                (
                    "m.py",
                    """\
@export
def a""",
                    "def a",
                )
            ],
        ],
        [
            "N",
            'sorted(k for k in globals() if k in ("a","b","bb"))',
        ],
    ),
    Program(
        "globals_update_exec",
        {
            "m.py": """\
CODE = "q = 1"
exec(CODE)
globals().update({"w": 2})
def setg(**k): globals().update(k)
setg(e=3)
""",
            "main.py": """\
import m
N = {k: v for k, v in vars(m).items() if k in "qwerty" and len(k) == 1}
""",
        },
        [
            [("m.py", "q = 1", "q = 2")],
            [("m.py", '"w": 2', '"r": 2')],
            [("m.py", "e=3", "t=3")],
        ],
        [
            '{k: v for k, v in vars(m).items() if k in "qwerty" and len(k) == 1}',
        ],
    ),
    Program(
        "conditional_def",
        {
            "c.py": """\
FAST = True
""",
            "main.py": """\
import c
if c.FAST:
    def go(): return "fast"
    class K:
        n = 1
else:
    def go(): return "slow"
    class K:
        n = 2
OUT = go(), K.n
HOOK = [go]
""",
        },
        [
            [("c.py", "True", "False")],
            [("c.py", "False", "True")],
        ],
        [
            "go()",
            "K.n",
            "K().n",
        ],
    ),
    Program(
        "conditional_import_held",
        {
            "c.py": """\
A = True
""",
            "x.py": """\
def f(): return "x"
V = 1
""",
            "y.py": """\
def f(): return "y"
V = 2
""",
            "user.py": """\
import x
H = [x.f]
""",
            "main.py": """\
import c, user
if c.A:
    from x import f, V
else:
    from y import f, V
W = V
""",
        },
        [
            [("c.py", "True", "False")],
            [("x.py", '"x"', '"xx"')],
            [("c.py", "False", "True")],
        ],
        [
            "f()",
            "user.H[0]()",
            "V",
            "W",
        ],
    ),
    Program(
        "docs_are_read",
        {
            "m.py": '''\
"""Mod doc."""
def f():
    """F doc."""
class C:
    """C doc."""
    def g(self):
        """G doc."""
''',
            "main.py": """\
import m, inspect
A = m.__doc__
B = m.f.__doc__
C = m.C.__doc__
D = m.C.g.__doc__
E = inspect.getdoc(m.f)
H = {f.__name__: f.__doc__ for f in (m.f,)}
""",
        },
        [
            [("m.py", "Mod doc", "Mod 2")],
            [("m.py", "F doc", "F 2")],
            [("m.py", "C doc", "C 2")],
            [("m.py", "G doc", "G 2")],
        ],
        [],
    ),
    Program(
        "import_inside_function",
        {
            "c.py": """\
K = 1
def h(): return K
""",
            "main.py": """\
def f():
    from c import K
    return K
def g():
    import c
    return c.h()
A = f()
B = g()
class Z:
    from c import K as k
    v = k + 1
""",
        },
        [
            [("c.py", "K = 1", "K = 2")],
        ],
        [
            "Z.k",
            "Z.v",
            "f()",
        ],
    ),
    Program(
        "relative_and_parent",
        {
            "p/__init__.py": """\
NAME = "p"
from . import a
from .a import VAL
""",
            "p/a.py": """\
from . import NAME
VAL = NAME + "a"
""",
            "p/q/__init__.py": """\
from ..a import VAL
from .. import a as pa
X = VAL + "q"
""",
            "p/q/r.py": """\
from . import X
from ..a import VAL
R = X + VAL
""",
            "main.py": """\
import p.q.r
from p.q import r as rr
OUT = p.q.r.R, p.VAL, rr.R
""",
        },
        [
            [("p/__init__.py", '"p"', '"P"')],
            [("p/a.py", '"a"', '"A"')],
            [("p/q/__init__.py", '"q"', '"Q"')],
        ],
        [],
    ),
    Program(
        "module_as_config_object",
        {
            "settings.py": """\
DEBUG = False
DB = {"h": "x"}
""",
            "conf.py": """\
import importlib
class Conf:
    def __init__(self, name): self.mod = importlib.import_module(name)
    def __getattr__(self, k): return getattr(self.mod, k)
conf = Conf("settings")
""",
            "main.py": """\
from conf import conf
D = conf.DEBUG
H = conf.DB["h"]
ALL = {k: getattr(conf, k) for k in ("DEBUG",)}
""",
        },
        [
            [("settings.py", "False", "True")],
            [("settings.py", '"h": "x"', '"h": "y"')],
        ],
        [
            "conf.DEBUG",
        ],
    ),
    Program(
        "upper_settings_collect",
        {
            "settings.py": """\
A = 1
B = 2
_p = 3
""",
            "main.py": """\
import settings
CONF = {k: v for k, v in vars(settings).items() if k.isupper()}
CONF2 = {k: getattr(settings, k) for k in dir(settings) if k.isupper()}
""",
        },
        [
            [("settings.py", "A = 1", "A = 5")],
            [
                (
                    "settings.py",
                    """\
B = 2
""",
                    """\
B = 2
C = 9
""",
                )
            ],
            [
                (
                    "settings.py",
                    """\
A = 5
""",
                    "",
                )
            ],
        ],
        [],
    ),
    Program(
        "move_function_between_modules",
        {
            "a.py": """\
def f(): return "a"
def g(): return f() + "g"
""",
            "b.py": """\
import a
def h(): return a.f()
""",
            "main.py": """\
import a, b
CB = [a.f]
""",
        },
        [
            [
                (
                    "a.py",
                    """\
def f(): return "a"
""",
                    """\
from c import f
""",
                ),
                (
                    "c.py",
                    None,
                    """\
def f(): return "c"
""",
                ),
            ],
        ],
        [
            "CB[0]()",
            "a.g()",
            "b.h()",
        ],
    ),
    Program(
        "plugin_folder_scan",
        {
            "plugins/__init__.py": """\
import pkgutil, importlib
NAMES = ["x", "y"]
LOADED = {n: importlib.import_module("." + n, __name__) for n in NAMES}
""",
            "plugins/x.py": """\
def run(): return "x"
PRIO = 1
""",
            "plugins/y.py": """\
def run(): return "y"
PRIO = 2
""",
            "main.py": """\
import plugins
ORDER = sorted(plugins.LOADED, key=lambda n: -plugins.LOADED[n].PRIO)
def run(): return [plugins.LOADED[n].run() for n in ORDER]
""",
        },
        [
            [("plugins/x.py", "PRIO = 1", "PRIO = 9")],
            [
                (
                    "plugins/y.py",
                    """\
"y"
P""",
                    """\
"yy"
P""",
                )
            ],
            [("plugins/__init__.py", '["x", "y"]', '["y"]')],
        ],
        [
            "run()",
            "ORDER",
        ],
    ),
    Program(
        "optional_modules_are_deleted_and_come_back",
        {
            "fast.py": "K = 2\ndef speed(): return K\n",
            "slow.py": "K = 1\ndef speed(): return K\n",
            "pkg/__init__.py": "",
            "pkg/extra.py": "NAME = 'extra'\n",
            "m.py": """\
try:
    import fast as impl
except ImportError:
    import slow as impl
try:
    from pkg import extra
    HAS = True
except (ImportError, AttributeError):
    extra, HAS = None, False
DOUBLE = impl.K * 2
""",
            "main.py": """\
import m
from m import impl, HAS
TEXT = m.extra.NAME if HAS else "none"
SPEED = impl.speed()
""",
        },
        [
            [("fast.py", None, None)],
            [("slow.py", "K = 1", "K = 5")],
            [("pkg/extra.py", None, None)],
            [("pkg/extra.py", None, "NAME = 'more'\n")],
            [("fast.py", None, "K = 3\ndef speed(): return K * 10\n")],
            [("fast.py", "K = 3", "K = 4")],
            [("fast.py", None, None), ("m.py", "impl.K * 2", "impl.K * 3")],
        ],
        ["m.impl.__name__", "impl.speed()", "m.DOUBLE", "TEXT", "SPEED", "m.HAS"],
    ),
]
