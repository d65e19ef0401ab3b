"""What a class is, as others see it: its order of bases, its members, annotations, operators and metaclass."""

from .program import Program

PROGRAMS = [
    Program(
        "class_decorator_args_wrap",
        {
            "deco.py": """\
def add_repr(*names, sep=", "):
    def wrap(cls):
        def __repr__(self):
            return f"{cls.__name__}(" + sep.join(f"{n}={getattr(self, n)!r}" for n in names) + ")"
        cls.__repr__ = __repr__
        return cls
    return wrap
def versioned(v):
    def wrap(cls):
        class Versioned(cls):
            version = v
        Versioned.__name__ = cls.__name__
        return Versioned
    return wrap
""",
            "main.py": """\
from deco import add_repr, versioned
@versioned(2)
@add_repr("a", "b")
class P:
    def __init__(self): self.a = 1; self.b = 2
p = P()
S = repr(p)
""",
        },
        [
            [("main.py", '"a", "b"', '"b", sep="; "')],
            [("main.py", "versioned(2)", "versioned(3)")],
        ],
        [
            "repr(p)",
            "repr(P())",
            "P.version",
            'getattr(P, "extra", 0)',
            "isinstance(p, P)",
            "p.version",
        ],
    ),
    Program(
        "typeddict_required_keys",
        {
            "m.py": """\
from typing import TypedDict, NotRequired, Required, get_type_hints
class Base(TypedDict):
    id: int
class Movie(Base, total=False):
    title: Required[str]
    year: int
def check(d): return sorted(Movie.__required_keys__ - d.keys())
""",
            "main.py": """\
import m
SCHEMA = {k: v.__name__ for k, v in m.get_type_hints(m.Movie).items()}
""",
        },
        [
            [("m.py", "id: int", "id: str")],
            [
                (
                    "m.py",
                    "year: int",
                    """\
year: Required[int]
    rating: float""",
                )
            ],
            [("m.py", ", total=False", "")],
        ],
        [
            'm.check({"id": 1})',
            "sorted(m.Movie.__optional_keys__)",
            "SCHEMA",
            "m.Movie.__annotations__",
        ],
    ),
    Program(
        "module_getattr_lazy_submodules",
        {
            "pkg/__init__.py": """\
import importlib
_LAZY = {"alpha": ".alpha", "beta": ".sub.beta"}
__all__ = list(_LAZY)
def __getattr__(name):
    if name in _LAZY:
        mod = importlib.import_module(_LAZY[name], __name__)
        globals()[name] = mod
        return mod
    raise AttributeError(name)
""",
            "pkg/alpha.py": """\
K = 1
def go(): return "alpha", K
""",
            "pkg/sub/__init__.py": "",
            "pkg/sub/beta.py": """\
from ..alpha import K
V = K + 1
def go(): return "beta", V
""",
            "main.py": """\
import pkg
X = pkg.alpha.K
Y = pkg.beta.V
""",
        },
        [
            [("pkg/alpha.py", "K = 1", "K = 10")],
            [("pkg/__init__.py", '".sub.beta"', '".alpha"')],
        ],
        ["pkg.alpha.go()", "pkg.beta.go()", "X, Y"],
    ),
    Program(
        "mixin_diamond_kwargs",
        {
            "mix.py": """\
class Root:
    def __init__(self, **k): self.extra = k
class Named(Root):
    def __init__(self, name="n", **k): super().__init__(**k); self.name = name
class Aged(Root):
    def __init__(self, age=1, **k): super().__init__(**k); self.age = age
""",
            "main.py": """\
from mix import Named, Aged
class Person(Named, Aged):
    def __init__(self, **k): super().__init__(**k)
V = vars(Person(x=1))
MRO = [c.__name__ for c in Person.__mro__]
""",
        },
        [
            [("mix.py", 'name="n"', 'name="N"')],
            [("main.py", "(Named, Aged)", "(Aged, Named)")],
            [("mix.py", "class Aged(Root):", "class Aged(Named):")],
        ],
        ["vars(Person())", "MRO", "[c.__name__ for c in Person.__mro__]"],
    ),
    Program(
        "property_builder",
        {
            "main.py": """\
def typed(name, kind, default):
    attr = "_" + name
    def get(self): return getattr(self, attr, default)
    def set(self, v):
        if not isinstance(v, kind): raise TypeError(f"{name}!")
        setattr(self, attr, v)
    return property(get, set, doc=f"{name}: {kind.__name__}")
class Box:
    w = typed("w", int, 1)
    h = typed("h", int, 2)
    area = property(lambda self: self.w * self.h)
b = Box()
b.w = 4
AREA = Box().area
"""
        },
        [
            [("main.py", '"h", int, 2', '"h", int, 3')],
        ],
        ["Box().area", "Box.h.__doc__", "AREA"],
    ),
    Program(
        "instance_check_meta",
        {
            "main.py": """\
class Duck(type):
    def __instancecheck__(cls, o): return hasattr(o, cls.needs)
    def __subclasscheck__(cls, c): return hasattr(c, cls.needs)
class Quacks(metaclass=Duck):
    needs = "quack"
class A:
    def quack(self): pass
class B:
    def bark(self): pass
OK = [isinstance(x(), Quacks) for x in (A, B)]
"""
        },
        [
            [("main.py", 'needs = "quack"', 'needs = "bark"')],
        ],
        [
            "[isinstance(x(), Quacks) for x in (A, B)]",
            "[issubclass(x, Quacks) for x in (A, B)]",
            "OK",
        ],
    ),
    Program(
        "abstract_property_impl_removed",
        {
            "base.py": """\
from abc import ABC, abstractmethod
class Shape(ABC):
    @property
    @abstractmethod
    def area(self): ...
    @classmethod
    @abstractmethod
    def unit(cls): ...
    def show(self): return f"{type(self).__name__}={self.area}"
""",
            "main.py": """\
from base import Shape
class Sq(Shape):
    def __init__(self, n=2): self.n = n
    @property
    def area(self): return self.n ** 2
    @classmethod
    def unit(cls): return cls(1)
def make():
    try: return Sq().show()
    except TypeError as e: return "abstract"
S = make()
""",
        },
        [
            [
                (
                    "main.py",
                    """\
    @classmethod
    def unit(cls): return cls(1)""",
                    "",
                )
            ],
            [
                (
                    "base.py",
                    """\
    @classmethod
    @abstractmethod
    def unit(cls): ...""",
                    "",
                )
            ],
        ],
        ["make()", "sorted(Sq.__abstractmethods__)", "S"],
    ),
    Program(
        "iter_protocol_class_registry",
        {
            "main.py": """\
class Meta(type):
    def __iter__(cls): return iter(cls._items)
    def __len__(cls): return len(cls._items)
    def __contains__(cls, x): return x in cls._items
class Colors(metaclass=Meta):
    _items = ["r", "g"]
class More(Colors):
    _items = [*Colors, "b"]
ALL = list(More)
N = len(More)
HAS = "g" in More
"""
        },
        [
            [("main.py", '["r", "g"]', '["r", "x"]')],
            [("main.py", '*Colors, "b"', '"b", *Colors')],
        ],
        ["list(More)", "ALL, N, HAS"],
    ),
    Program(
        "base_change_attribute",
        {
            "m.py": """\
class A:
    x = 1
    def go(self): return "A"
class B:
    x = 2
    def go(self): return "B"
class C(A): pass
""",
            "main.py": """\
from m import C, A, B
X = C.x
G = C().go()
I = isinstance(C(), A), issubclass(C, B)
""",
        },
        [
            [("m.py", "class C(A)", "class C(B)")],
        ],
        ["C.x", "C().go()", "X, G, I"],
    ),
    Program(
        "override_added",
        {
            "m.py": """\
class A:
    x = 1
    def go(self): return "A"
    def __str__(self): return "sA"
class B(A):
    y = 1
""",
            "main.py": """\
from m import B
b = B()
G = B().go()
S = str(b)
X = B().x
H = hasattr(B, "extra"), hasattr(b, "__len__")
L = bool(b)
""",
        },
        [
            [("m.py", "    y = 1", '    y = 1\n    def go(self): return "B"')],
            [("m.py", "    y = 1", '    y = 1\n    def __str__(self): return "sB"')],
            [
                (
                    "m.py",
                    "    y = 1",
                    """\
    y = 1
    x = 9""",
                )
            ],
            [
                (
                    "m.py",
                    "    y = 1",
                    """\
    y = 1
    def extra(self): return 1""",
                )
            ],
            [
                (
                    "m.py",
                    "    y = 1",
                    """\
    y = 1
    def __len__(self): return 0""",
                )
            ],
        ],
        ["G, S, X, H, L"],
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
        "annotations_seen",
        {
            "m.py": """\
from dataclasses import dataclass, fields
import typing
class P:
    a: int
    b: str = "x"
class Q(P):
    c: float
def hints(c): return sorted(typing.get_type_hints(c))
""",
            "main.py": """\
import m, inspect, typing
H = m.hints(m.Q)
A = sorted(m.P.__annotations__)
T = {k: v.__name__ for k, v in typing.get_type_hints(m.P).items()}
I = sorted(inspect.get_annotations(m.P))
V = sorted(k for k in vars(m.P) if k[0] != "_")
D = sorted(k for k in dir(m.Q) if k[0] != "_")
""",
        },
        [
            [
                (
                    "m.py",
                    "a: int",
                    """\
a: bytes
    z: int""",
                )
            ],
            [
                (
                    "m.py",
                    '    b: str = "x"',
                    """\
    b: str = "y"
    n = 1""",
                )
            ],
            [
                (
                    "m.py",
                    "    n = 1",
                    """\
    n = 1
    def meth(self): pass""",
                )
            ],
        ],
        ["H, A, T, I, V, D"],
    ),
    Program(
        "schema_from_class_dict",
        {
            "form.py": """\
class Form:
    def __init_subclass__(cls): cls.spec = {k: v for k, v in cls.__dict__.items() if isinstance(v, int)}
def schema(cls): return {k: v for c in reversed(cls.__mro__) for k, v in vars(c).items() if isinstance(v, int) and k[0] != "_"}
def methods(cls): return sorted(n for n in dir(cls) if n.startswith("on_"))
def docs(cls): return [(c.__name__, c.__doc__) for c in cls.__mro__[:-1]]
""",
            "main.py": """\
from form import Form, schema, methods, docs
class Base:
    \"\"\"Base.\"\"\"
    w = 1
    def on_a(self): pass
class F(Base, Form):
    \"\"\"F.\"\"\"
    h = 2
S = schema(F)
M = methods(F)
D = docs(F)
""",
        },
        [
            [
                (
                    "main.py",
                    "    w = 1",
                    """\
    w = 3
    q = 4""",
                )
            ],
            [("main.py", "    def on_a", "    def on_b")],
            [
                (
                    "main.py",
                    "    h = 2",
                    """\
    h = 2
    def on_z(self): pass""",
                )
            ],
            [("main.py", 'Base."""', 'Base2."""')],
            [("main.py", "class F(Base, Form)", "class F(Form)")],
        ],
        ["S, M, D", "F.spec"],
    ),
    Program(
        "subclasses_scan",
        {
            "plug.py": """\
class Plugin:
    order = 0
    def run(self): return type(self).__name__
def load(): return [c().run() for c in sorted(Plugin.__subclasses__(), key=lambda c: c.order)]
def walk(c): return [c.__name__, *[x for s in c.__subclasses__() for x in walk(s)]]
""",
            "a.py": """\
from plug import Plugin
class A(Plugin): order = 2
class A2(A): pass
""",
            "b.py": """\
from plug import Plugin
class B(Plugin): order = 1
""",
            "main.py": """\
import a, b, plug
R = plug.load()
T = plug.walk(plug.Plugin)
""",
        },
        [
            [("a.py", "order = 2", "order = 0")],
            [("a.py", "class A2(A): pass", "")],
            [
                (
                    "b.py",
                    "class B(Plugin): order = 1",
                    """\
class B(Plugin): order = 1
class B2(Plugin): order = 0""",
                )
            ],
            [("b.py", "class B2(Plugin)", "class B2(B)")],
            [("a.py", "class A(Plugin)", "class Alpha(Plugin)")],
        ],
        ["R, T", "plug.load()"],
    ),
    Program(
        "isinstance_registered",
        {
            "t.py": """\
from abc import ABC
class Num(ABC):
    @classmethod
    def __subclasshook__(cls, c):
        return hasattr(c, "value") or NotImplemented
class X:
    value = 1
class Y: pass
Num.register(Y)
""",
            "main.py": """\
from t import Num, X, Y
R = [isinstance(x(), Num) for x in (X, Y)]
""",
        },
        [
            [("t.py", "    value = 1", "    val = 1")],
            [("t.py", "Num.register(Y)", "")],
        ],
        ["R", "[isinstance(x(), Num) for x in (X, Y)]"],
    ),
    Program(
        "setitem_registry_class_getitem",
        {
            "main.py": """\
class Reg(type):
    items = {}
    def __setitem__(cls, k, v): cls.items[k] = v
    def __getitem__(cls, k): return cls.items[k]
    def __getattr__(cls, n): return "?" + n
class R(metaclass=Reg): pass
def f(): return "f"
R["f"] = f
R["n"] = 1
N = R["n"] + 1
Q = R.missing
"""
        },
        [
            [("main.py", 'R["n"] = 1', 'R["n"] = 5')],
            [("main.py", 'R["f"] = f', 'R["g"] = f')],
        ],
        ["sorted(R.items)", "N", "R.missing", 'R["g"]() if "g" in R.items else 0'],
    ),
    Program(
        "metaclass_properties",
        {
            "m.py": """\
DB = "x.db"
class Meta(type):
    @property
    def table(cls): return cls.prefix + cls.__name__.lower()
    @property
    def db(cls): return DB
    def __repr__(cls): return f"<{cls.table}>"
    def __call__(cls, *a):
        o = super().__call__(*a); o.n = cls.prefix; return o
class Model(metaclass=Meta):
    prefix = "t_"
""",
            "main.py": """\
from m import Model
class User(Model): pass
T = User.table
D = Model.db
R = repr(User)
N = User().n
F = f"{User}"
""",
        },
        [
            [("m.py", '"t_"', '"x_"')],
            [("m.py", "x.db", "y.db")],
        ],
        ["User.table", "repr(User)", "T, D, R, N, F"],
    ),
    Program(
        "namedtuple_defaults_subclass",
        {
            "m.py": """\
from typing import NamedTuple
class _P(NamedTuple):
    x: int = 0
    y: int = 0
class P(_P):
    def norm(self): return self.x + self.y
    @classmethod
    def unit(cls): return cls(1)
""",
            "main.py": """\
from m import P
U = P.unit()
N = U.norm()
F = P._fields
D = P._field_defaults
""",
        },
        [
            [("m.py", "y: int = 0", "y: int = 5")],
        ],
        ["U, N, F, D", "P.unit()", "P.unit().norm()"],
    ),
    Program(
        "descriptor_with_cache_and_owner",
        {
            "d.py": """\
class lazy:
    def __init__(self, fn): self.fn = fn
    def __set_name__(self, o, n): self.name = n; o.lazies = [*getattr(o, "lazies", []), n]
    def __get__(self, o, t):
        if o is None: return self
        v = o.__dict__[self.name] = self.fn(o)
        return v
class classproperty:
    def __init__(self, f): self.f = f
    def __get__(self, o, t): return self.f(t)
""",
            "main.py": """\
from d import lazy, classproperty
BASE = 10
class A:
    n = 1
    @lazy
    def total(self): return self.n * BASE
    @classproperty
    def title(cls): return f"{cls.__name__}{cls.n}"
a = A()
T = a.total
U = A.title
""",
        },
        [
            [("main.py", "BASE = 10", "BASE = 20")],
            [("main.py", "n = 1", "n = 2")],
            [("main.py", "def total", "def sum")],
        ],
        [
            'T if hasattr(A, "total") else 0',
            "U",
            "A.lazies",
            "A.title",
            'A().total if hasattr(A, "total") else A().sum',
        ],
    ),
    Program(
        "reduce_state_version",
        {
            "m.py": """\
import copyreg
VERSION = 1
class Doc:
    def __init__(self, t): self.t = t
    def __getstate__(self): return {"v": VERSION, "t": self.t}
    def __setstate__(self, s): self.t = s["t"]; self.loaded = s["v"]
    def __reduce_ex__(self, p): return copyreg.__newobj__, (Doc,), self.__getstate__()
""",
            "main.py": """\
import copy, pickle
from m import Doc
d = Doc("x")
C = copy.copy(d).loaded
P = pickle.loads(pickle.dumps(d)).loaded
D = copy.deepcopy(d).t
""",
        },
        [
            [("m.py", "VERSION = 1", "VERSION = 2")],
        ],
        ["C, P, D", "copy.copy(d).loaded"],
    ),
    Program(
        "async_protocol_classes",
        {
            "m.py": """\
import asyncio
N = 2
class CM:
    async def __aenter__(self): return N
    async def __aexit__(self, *a): return False
class It:
    def __init__(self): self.i = 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.i += 1
        if self.i > N: raise StopAsyncIteration
        return self.i
class Aw:
    def __await__(self):
        yield from ()
        return N
""",
            "main.py": """\
from m import CM, It, Aw
async def run():
    async with CM() as c: pass
    xs = [x async for x in It()]
    return c, xs, await Aw()
R = await run()
A = await Aw()
""",
        },
        [
            [("m.py", "N = 2", "N = 3")],
        ],
        ["R, A"],
    ),
    Program(
        "call_through_getattr_string",
        {
            "m.py": """\
class Api:
    base = "/v1"
    def users(self): return self.base + "/users"
    def posts(self): return self.base + "/posts"
def resolve(path):
    obj = globals()
    head, *rest = path.split(".")
    o = obj[head]
    for r in rest: o = getattr(o, r)
    return o
""",
            "main.py": """\
import m
from operator import attrgetter, methodcaller, itemgetter
NAMES = ["users", "posts"]
U = {n: getattr(m.Api(), n)() for n in NAMES}
A = attrgetter("Api.base")(m)
C = methodcaller("users")(m.Api())
R = m.resolve("Api.base")
""",
        },
        [
            [("m.py", '"/v1"', '"/v2"')],
            [("m.py", "def posts", "def items"), ("main.py", '"posts"]', '"items"]')],
            [
                (
                    "m.py",
                    'base = "/v2"',
                    """\
base = "/v3"
    extra = 1""",
                )
            ],
        ],
        ["U, A, C, R"],
    ),
    Program(
        "inverted_constant_in_handler",
        {
            "plug.py": """\
REG = []
SHAPES = []
def register(f): REG.append(f); return f
def run_all(): return [f() for f in REG]
class Base:
    def __init_subclass__(cls): SHAPES.append(cls)
    def size(self): return 0
def sizes(): return [c().size() for c in SHAPES]
""",
            "a.py": """\
from plug import register, Base
K = 1
def helper(): return K
@register
def fa(): return helper()
class A(Base):
    def size(self): return K
""",
            "main.py": """\
import a, plug
R = plug.run_all()
S = plug.sizes()
T = sum(R)
""",
        },
        [
            [("a.py", "K = 1", "K = 5")],
        ],
        ["R, S, T"],
    ),
    Program(
        "operator_tables",
        {
            "ops.py": """\
import operator
FACTOR = 2
class Num:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __matmul__(self, o): return self.v * o.v * FACTOR
    def __iadd__(self, o): self.v += o * FACTOR; return self
    def __rsub__(self, o): return o - self.v * FACTOR
    def __divmod__(self, o): return self.v // FACTOR, o
    def __round__(self, n=0): return self.v + FACTOR
    def __abs__(self): return FACTOR
    def __invert__(self): return -FACTOR
    def __reversed__(self): return iter([FACTOR])
    def __index__(self): return FACTOR
    def __complex__(self): return complex(FACTOR)
    def __lshift__(self, o): return FACTOR
    def __pos__(self): return FACTOR
    def __delitem__(self, k): LOG.append(FACTOR)
    def __bytes__(self): return bytes([FACTOR])
    def __format__(self, s): return s * FACTOR
    def __length_hint__(self): return FACTOR
    def __missing__(self, k): return FACTOR
    def __dir__(self): return ["k" * FACTOR]
    def __rmatmul__(self, o): return FACTOR
LOG = []
class D(dict):
    def __missing__(self, k): return k * FACTOR
""",
            "main.py": """\
import operator, math
from ops import Num, D
n = Num(3)
A = n @ n
m = Num(1)
m += 1
B = m.v
C = 10 - n
E = divmod(n, 1)
F = round(n)
G = abs(n)
H = ~n
I = list(reversed(n))
J = operator.index(n)
K = complex(n)
L = n << 1
M = +n
O = bytes(n)
P = f"{n:x}"
Q = D()["a"]
R = dir(n)
S = hex(n)
T = [0, 1, 2, 3, 4][n]
U = operator.matmul(n, n)
V = [1] @ n
W = "{:y}".format(n)
X = range(n)
""",
        },
        [
            [("ops.py", "FACTOR = 2", "FACTOR = 3")],
        ],
        [],
    ),
    Program(
        "validated_descriptor_getitem",
        {
            "fields.py": """\
class Field:
    registry = {}
    def __class_getitem__(cls, item):
        return cls.registry.setdefault(item, type(f"{cls.__name__}[{item.__name__}]", (cls,), {"kind": item, "registry": {}}))
    kind = object
    def __set_name__(self, owner, name):
        self.name = name
        owner.__fields__ = getattr(owner, "__fields__", ()) + (name,)
    def __get__(self, obj, t=None):
        return self if obj is None else obj.__dict__.get(self.name)
    def __set__(self, obj, v):
        if not isinstance(v, self.kind): raise TypeError(self.name)
        obj.__dict__[self.name] = v
""",
            "main.py": """\
from fields import Field
class P:
    x = Field[int]()
    y = Field[str]()
p = P()
def tryset(n, v):
    q = P()
    try: setattr(q, n, v)
    except TypeError as e: return "no " + str(e)
    return getattr(q, n)
""",
        },
        [
            [("main.py", "x = Field[int]()", "x = Field[str]()")],
            [("main.py", "    y = Field[str]()", "    z = Field[int]()")],
        ],
        [
            'tryset("x", 1)',
            'tryset("x", "a")',
            'tryset("z", "a")',
            "P.__fields__",
            "sorted(k.__name__ for k in Field.registry)",
        ],
    ),
]
