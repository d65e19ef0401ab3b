"""Classes of all kinds, edited while their instances live."""

from .program import Program

PROGRAMS = [
    Program(
        "diamond_super",
        {
            "a.py": """\
class A:
    def go(self): return ["A"]
""",
            "b.py": """\
from a import A
class B(A):
    def go(self): return ["B"] + super().go()
""",
            "c.py": """\
from a import A
class C(A):
    def go(self): return ["C"] + super().go()
""",
            "main.py": """\
from b import B
from c import C
class D(B, C):
    def go(self): return ["D"] + super().go()
d = D()
""",
        },
        [
            [("a.py", '["A"]', '["A2"]')],
            [("main.py", "class D(B, C)", "class D(C, B)")],
            [
                (
                    "b.py",
                    "class B(A):",
                    """\
class B(A):
    tag = 1""",
                )
            ],
            [("c.py", "(A)", "")],
        ],
        [
            'D().go() if hasattr(C,"x") or C.__mro__[1] is not object else 0',
            "D.__mro__",
            'getattr(D,"tag",None)',
            "type(d) is D",
        ],
    ),
    Program(
        "set_name_fields",
        {
            "orm.py": """\
class Field:
    def __init__(self, default=None): self.default = default
    def __set_name__(self, owner, name):
        self.name = name
        owner.__dict__.get("_fields", None)
        if "_fields" not in owner.__dict__: owner._fields = []
        owner._fields.append(name)
    def __get__(self, obj, owner):
        if obj is None: return self
        return obj.__dict__.get(self.name, self.default)
    def __set__(self, obj, v): obj.__dict__[self.name] = v
""",
            "main.py": """\
from orm import Field
class User:
    name = Field("anon")
    age = Field(0)
u = User()
u.age = 3
""",
        },
        [
            [
                (
                    "main.py",
                    "age = Field(0)",
                    """\
age = Field(18)
    mail = Field("-")""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    name = Field("anon")
""",
                    "",
                )
            ],
            [
                (
                    "orm.py",
                    """\
self.default)
    def __set__""",
                    """\
(self.default, 1))
    def __set__""",
                )
            ],
        ],
        [
            "User._fields",
            'sorted(k for k in vars(User) if not k.startswith("_"))',
            "User().age",
            'getattr(User(),"mail",None)',
            "u.age",
        ],
    ),
    Program(
        "typed_descriptor_with_constant",
        {
            "conf.py": """\
LIMIT = 10
""",
            "main.py": """\
from conf import LIMIT
class Bounded:
    def __init__(self, top): self.top = top
    def __set_name__(self, o, n): self.n = "_" + n
    def __get__(self, o, t=None): return self if o is None else getattr(o, self.n, 0)
    def __set__(self, o, v): setattr(o, self.n, min(v, self.top))
class Box:
    size = Bounded(LIMIT)
    def __init__(self, s): self.size = s
""",
        },
        [
            [("conf.py", "10", "20")],
        ],
        [
            "Box(15).size",
            "Box.size.top",
            "Box.size.n",
        ],
    ),
    Program(
        "cached_property_subclass",
        {
            "c.py": """\
RATE = 2
""",
            "main.py": """\
from functools import cached_property
import c
class Acc:
    def __init__(self): self.calls = 0
    @cached_property
    def total(self):
        return 10 * c.RATE
a = Acc()
first = a.total
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "a.total",
            "Acc().total",
            "first",
        ],
    ),
    Program(
        "property_getter_setter_chain",
        {
            "main.py": """\
class T:
    def __init__(self): self._c = 10
    @property
    def c(self): return self._c
    @c.setter
    def c(self, v): self._c = v
    @c.deleter
    def c(self): self._c = None
t = T()
def probe():
    x = T(); x.c = 5; return x.c, T.c.fset is not None, T.c.fdel is not None
""",
        },
        [
            [("main.py", "self._c = v", "self._c = v + 1")],
            [
                (
                    "main.py",
                    """\
return self._c
""",
                    """\
return self._c * 2
""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    @c.deleter
    def c(self): self._c = None
""",
                    "",
                )
            ],
        ],
        [
            "probe()",
            "t.c",
        ],
    ),
    Program(
        "total_ordering_",
        {
            "main.py": """\
from functools import total_ordering
@total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
a, b = V(1), V(2)
""",
        },
        [
            [("main.py", "self.n < o.n", "self.n > o.n")],
            [
                (
                    "main.py",
                    "def __lt__(self, o): return self.n > o.n",
                    "def __gt__(self, o): return self.n > o.n",
                )
            ],
        ],
        [
            "a < b",
            "a <= b",
            "a >= b",
            "sorted([b,a])[0].n",
        ],
    ),
    Program(
        "dataclass_kinds",
        {
            "m.py": """\
from dataclasses import dataclass, field
DEF = 3
@dataclass(frozen=True, slots=True)
class P:
    x: int = 0
    y: int = DEF
@dataclass(kw_only=True)
class Q:
    p: P = field(default_factory=P)
    tags: list = field(default_factory=lambda: ["t"])
@dataclass(order=True)
class R(Q):
    z: int = 1
""",
            "main.py": """\
import m
from m import P, Q, R
p = P()
q = Q()
""",
        },
        [
            [("m.py", "DEF = 3", "DEF = 4")],
            [
                (
                    "m.py",
                    "    x: int = 0",
                    """\
    x: int = 0
    w: int = 9""",
                )
            ],
            [("m.py", '["t"]', '["u"]')],
            [
                (
                    "m.py",
                    "z: int = 1",
                    '''\
z: int = 1
    zz: str = "q"''',
                )
            ],
            [("m.py", "order=True", "order=False")],
        ],
        [
            "P()",
            "Q()",
            "R()",
            "P().y",
            'hasattr(R,"__lt__") and R.__lt__ is not object.__lt__',
            "m.P is P",
            "[f for f in P.__slots__]",
        ],
    ),
    Program(
        "dataclass_post_init_initvar",
        {
            "main.py": """\
from dataclasses import dataclass, field, InitVar, fields, asdict, replace
from typing import ClassVar
@dataclass
class Inv:
    count: ClassVar[int] = 0
    name: str
    scale: InitVar[int] = 2
    total: int = field(init=False, default=0)
    def __post_init__(self, scale):
        self.total = len(self.name) * scale
i = Inv("abc")
""",
        },
        [
            [("main.py", "= 2", "= 3")],
            [("main.py", "len(self.name) * scale", "len(self.name) + scale")],
            [
                (
                    "main.py",
                    """\
    count: ClassVar[int] = 0
""",
                    """\
    count: ClassVar[int] = 7
    extra: int = field(default=1, repr=False, kw_only=True)
""",
                )
            ],
        ],
        [
            'Inv("abc")',
            "[f.name for f in fields(Inv)]",
            "Inv.count",
            'asdict(Inv("z"))',
            'replace(Inv("ab"), name="c", scale=2)',
        ],
    ),
    Program(
        "dataclass_as_key",
        {
            "main.py": """\
from dataclasses import dataclass
@dataclass(frozen=True)
class Key:
    a: int
    b: str = "x"
CACHE = {Key(1): "one", Key(2): "two"}
def find(n): return CACHE.get(Key(n))
""",
        },
        [
            [("main.py", 'b: str = "x"', 'b: str = "y"')],
            [("main.py", '"one"', '"uno"')],
            [
                (
                    "main.py",
                    """\
    a: int
""",
                    """\
    a: int
    c: int = 0
""",
                )
            ],
        ],
        [
            "find(1)",
            "find(2)",
            "list(map(repr, CACHE))",
        ],
    ),
    Program(
        "enum_auto_and_aliases",
        {
            "main.py": """\
from enum import Enum, auto, unique
class State(Enum):
    def _generate_next_value_(name, start, count, last): return name.lower()
    ON = auto()
    OFF = auto()
    DISABLED = OFF
NEXT = {State.ON: State.OFF, State.OFF: State.ON}
def step(s): return NEXT[s]
""",
        },
        [
            [
                (
                    "main.py",
                    """\
    DISABLED = OFF
""",
                    """\
    DISABLED = auto()
""",
                )
            ],
            [("main.py", "name.lower()", "name.upper()")],
            [
                (
                    "main.py",
                    "OFF = auto()",
                    """\
OFF = auto()
    IDLE = auto()""",
                )
            ],
        ],
        [
            "[s.value for s in State]",
            "list(State.__members__)",
            "step(State.ON).name",
            "State.DISABLED is State.OFF",
        ],
    ),
    Program(
        "flag_boundary",
        {
            "main.py": """\
from enum import Flag, auto
class F(Flag):
    A = auto()
    B = auto()
    AB = A | B
DEFAULT = F.A | F.B
""",
        },
        [
            [
                (
                    "main.py",
                    "AB = A | B",
                    """\
C = auto()
    AB = A | B | C""",
                )
            ],
        ],
        [
            "DEFAULT",
            "F.AB",
            "[x.name for x in F]",
            "F.A in DEFAULT",
            "DEFAULT is F.A | F.B",
        ],
    ),
    Program(
        "namedtuple_evolves",
        {
            "m.py": """\
from collections import namedtuple
from typing import NamedTuple
Pt = namedtuple("Pt", "x y")
class N(NamedTuple):
    a: int
    b: int = 2
    def s(self): return self.a + self.b
""",
            "main.py": """\
from m import Pt, N
ORIGIN = Pt(0, 0)
n = N(1)
def shift(p): return p._replace(x=p.x + 1)
""",
        },
        [
            [("m.py", '"x y"', '"x y z", defaults=[7]')],
            [("m.py", "b: int = 2", "b: int = 3")],
            [("m.py", "self.a + self.b", "self.a * self.b")],
            [
                (
                    "m.py",
                    "b: int = 3",
                    """\
b: int = 3
    c: int = 4""",
                )
            ],
        ],
        [
            "ORIGIN",
            "shift(ORIGIN)",
            "N(1)",
            "n.s()",
            "N(1).s()",
            "N._fields",
            "type(ORIGIN) is Pt",
        ],
    ),
    Program(
        "typeddict_protocol_generic",
        {
            "m.py": """\
from typing import TypedDict, Protocol, Generic, TypeVar, runtime_checkable, get_type_hints
T = TypeVar("T")
class Movie(TypedDict, total=False):
    name: str
@runtime_checkable
class HasGo(Protocol):
    def go(self): ...
class Box(Generic[T]):
    def __init__(self, x: T): self.x = x
    def get(self): return self.x
class IntBox(Box[int]):
    def get(self): return super().get() + 1
""",
            "main.py": """\
from m import *
import m
class Car:
    def go(self): pass
b = m.IntBox(1)
def hints(): return sorted(get_type_hints(m.Movie))
""",
        },
        [
            [
                (
                    "m.py",
                    "name: str",
                    """\
name: str
    year: int""",
                )
            ],
            [
                (
                    "m.py",
                    "def go(self): ...",
                    """\
def go(self): ...
    def stop(self): ...""",
                )
            ],
            [
                (
                    "m.py",
                    """\
self.x
class""",
                    """\
self.x * 10
class""",
                )
            ],
            [("m.py", "+ 1", "+ 2")],
        ],
        [
            "hints()",
            "isinstance(Car(), m.HasGo)",
            "b.get()",
            'm.Box[str]("q").get()',
            "m.Movie.__total__",
            "m.IntBox.__orig_bases__",
        ],
    ),
    Program(
        "match_classes",
        {
            "shapes.py": """\
from dataclasses import dataclass
@dataclass
class Circle:
    r: float
@dataclass
class Rect:
    w: float
    h: float
""",
            "main.py": """\
import shapes
from shapes import Circle, Rect
def area(s):
    match s:
        case Circle(r): return 3 * r * r
        case Rect(w, h): return w * h
        case {"kind": "sq", "a": a, **rest}: return a * a + len(rest)
        case [x, *xs]: return x + sum(xs)
        case _: return -1
held = [Circle(1), Rect(2, 3)]
AREAS = []
""",
        },
        [
            [
                (
                    "shapes.py",
                    """\
    w: float
    h: float""",
                    """\
    h: float
    w: float""",
                )
            ],
            [("main.py", "3 * r", "4 * r")],
            [
                (
                    "shapes.py",
                    "r: float",
                    '''\
r: float
    name: str = "c"''',
                )
            ],
            [
                (
                    "main.py",
                    """\
        case [x, *xs]: return x + sum(xs)
""",
                    "",
                )
            ],
        ],
        [
            "area(Circle(2))",
            "area(Rect(2,5))",
            'area({"kind":"sq","a":3,"z":1})',
            "area([1,2])",
            "[area(x) for x in held]",
        ],
    ),
    Program(
        "metaclass_prepare_order",
        {
            "main.py": """\
class OrderedMeta(type):
    @classmethod
    def __prepare__(m, name, bases): return {"_pre": 1}
    def __new__(m, name, bases, ns):
        ns["order"] = [k for k in ns if not k.startswith("_")]
        return super().__new__(m, name, bases, ns)
class C(metaclass=OrderedMeta):
    b = 1
    a = 2
    def z(self): return 0
""",
        },
        [
            [
                (
                    "main.py",
                    """\
    b = 1
    a = 2
""",
                    """\
    a = 2
    b = 1
""",
                )
            ],
            [("main.py", "def z", "def y")],
        ],
        [
            "C.order",
            "C._pre",
        ],
    ),
    Program(
        "singleton_metaclass",
        {
            "main.py": """\
class Singleton(type):
    _inst = {}
    def __call__(cls, *a, **k):
        if cls not in cls._inst: cls._inst[cls] = super().__call__(*a, **k)
        return cls._inst[cls]
class Config(metaclass=Singleton):
    debug = False
    def __init__(self): self.v = {}
c = Config()
""",
        },
        [
            [("main.py", "debug = False", "debug = True")],
            [
                (
                    "main.py",
                    "debug = True",
                    """\
debug = True
    level = 3""",
                )
            ],
        ],
        [
            "Config() is c",
            "Config().debug",
            "len(Singleton._inst)",
            'getattr(c,"level",0)',
        ],
        before='c.v["k"]=1',
    ),
    Program(
        "init_subclass_validation",
        {
            "main.py": """\
class Base:
    def __init_subclass__(cls, /, default_name="x", **kw):
        super().__init_subclass__(**kw)
        cls.default_name = default_name
class A(Base, default_name="a"): pass
class B(A): pass
""",
        },
        [
            [("main.py", '"a"', '"aa"')],
            [("main.py", '="x"', '="y"')],
            [
                (
                    "main.py",
                    "class B(A): pass",
                    """\
class B(A, default_name="b"):
    pass""",
                )
            ],
        ],
        [
            "A.default_name",
            "B.default_name",
        ],
    ),
    Program(
        "bound_methods_held",
        {
            "m.py": """\
class S:
    def __init__(self): self.n = 1
    def go(self): return self.n
    @staticmethod
    def st(): return "st"
    @classmethod
    def cl(cls): return cls.__name__
""",
            "main.py": """\
from m import S
s = S()
CB = [s.go, S.go, S.st, S.cl, s.cl]
def run(): return [CB[0](), CB[1](s), CB[2](), CB[3](), CB[4]()]
""",
        },
        [
            [("m.py", "return self.n", "return self.n * 7")],
            [("m.py", '"st"', '"ST"')],
            [("m.py", "cls.__name__", "cls.__name__ * 2")],
            [("m.py", "def go(self)", "def go(self, k=1)")],
            [
                (
                    "m.py",
                    """\
@staticmethod
    def st():""",
                    """\
@classmethod
    def st(cls):""",
                )
            ],
        ],
        [
            "run() if True else 0",
        ],
    ),
    Program(
        "base_default_init_subclass_kw",
        {
            "b.py": """\
PRE = "x"
class Base:
    names = []
    def __init_subclass__(cls, prefix=PRE, **k):
        super().__init_subclass__(**k)
        cls.name = prefix + cls.__name__
        Base.names.append(cls.name)
""",
            "main.py": """\
from b import Base
class One(Base): pass
class Two(Base, prefix="p"): pass
class Three(One): pass
""",
        },
        [
            [("b.py", '"x"', '"y"')],
        ],
        [
            "One.name",
            "Two.name",
            "Three.name",
            "Base.names",
        ],
    ),
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
        "make_dataclass_and_enum_functional",
        {
            "main.py": """\
from dataclasses import make_dataclass
from enum import Enum
P = make_dataclass("P", [("x", int, 1)])
E = Enum("E", "A B")
T = [e.name for e in E], P().x
""",
        },
        [
            [("main.py", '("x", int, 1)', '("x", int, 2), ("y", int, 3)')],
            [("main.py", '"A B"', '"A B C"')],
        ],
        [
            "P()",
            "list(E)",
        ],
    ),
    Program(
        "operator_overloads",
        {
            "v.py": """\
class Vec:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return Vec(self.x + o.x, self.y + o.y)
    def __eq__(self, o): return isinstance(o, Vec) and (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __repr__(self): return f"Vec({self.x}, {self.y})"
""",
            "main.py": """\
from v import Vec
a = Vec(1, 2)
S = {a: 1}
""",
        },
        [
            [
                (
                    "v.py",
                    "    def __repr__",
                    """\
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
    def __repr__""",
                )
            ],
            [("v.py", 'f"Vec(', 'f"V(')],
            [
                (
                    "v.py",
                    """\
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
""",
                    "",
                )
            ],
        ],
        [
            "a + a",
            'hasattr(Vec,"__mul__")',
            "repr(a)",
            "S[Vec(1,2)]",
            "isinstance(a, Vec)",
        ],
    ),
    Program(
        "exceptions_hierarchy",
        {
            "e.py": """\
class AppError(Exception):
    code = 1
    def __str__(self): return f"E{self.code}"
class NotFound(AppError):
    code = 404
""",
            "main.py": """\
import e
from e import AppError, NotFound
def f():
    try: raise NotFound("x")
    except AppError as err: return str(err), type(err) is e.NotFound
held = NotFound("h")
""",
        },
        [
            [("e.py", 'f"E{self.code}"', 'f"Err{self.code}"')],
            [("e.py", "404", "410")],
            [("e.py", "(AppError):", "(AppError, KeyError):")],
            [
                (
                    "e.py",
                    "code = 1",
                    '''\
code = 1
    level = "hi"''',
                )
            ],
        ],
        [
            "f()",
            "str(held)",
            'getattr(held,"level",None)',
            "isinstance(NotFound(), KeyError)",
        ],
    ),
    Program(
        "weakrefs",
        {
            "m.py": """\
import weakref
class Node:
    alive = weakref.WeakSet()
    tag = "n"
    def __init__(self): Node.alive.add(self)
CACHE = weakref.WeakValueDictionary()
def get(k):
    o = CACHE.get(k)
    if o is None: o = CACHE[k] = Node()
    return o
""",
            "main.py": """\
import m
import weakref
n = m.get("a")
r = weakref.ref(n)
COUNT = len(m.Node.alive)
""",
        },
        [
            [("m.py", 'tag = "n"', 'tag = "N"')],
            [("m.py", "def get(k):", "def get(k, d=None):")],
        ],
        [
            "r() is n",
            "r().tag",
            "len(m.Node.alive)",
            'm.get("a") is n',
        ],
    ),
    Program(
        "copyreg_pickle",
        {
            "m.py": """\
import copyreg
class P:
    def __init__(self, x): self.x = x
def red(p): return P, (p.x,)
copyreg.pickle(P, red)
""",
            "main.py": """\
import m, pickle, copy
p = m.P(3)
def rt(): q = pickle.loads(pickle.dumps(p)); return q.x, type(q) is m.P, copy.copy(p).x
""",
        },
        [
            [("m.py", "(p.x,)", "(p.x + 1,)")],
            [("m.py", "def red(p)", "def red(p, k=0)")],
        ],
        [
            "rt()",
        ],
    ),
    Program(
        "pickle_state_hooks",
        {
            "m.py": """\
class S:
    def __init__(self): self.a = 1
    def __getstate__(self): return {"a": self.a}
    def __setstate__(self, s): self.a = s["a"]
""",
            "main.py": """\
import m, pickle
s = m.S()
def rt(): return pickle.loads(pickle.dumps(s)).a
""",
        },
        [
            [("m.py", 's["a"]', 's["a"] + 5')],
            [("m.py", '{"a": self.a}', '{"a": self.a * 2}')],
        ],
        [
            "rt()",
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
        "class_level_computed",
        {
            "c.py": """\
SIZE = 3
""",
            "main.py": """\
import c
class Grid:
    size = c.SIZE
    cells = [0] * size
    area = size * size
    label = f"{size}x"
    class Meta:
        n = c.SIZE + 1
    table = {i: i * 2 for i in range(c.SIZE)}
class Sub(Grid):
    vol = Grid.area * 2
g = Grid()
""",
        },
        [
            [("c.py", "3", "4")],
            [("main.py", "size * size", "size + size")],
            [("main.py", "c.SIZE + 1", "c.SIZE + 2")],
        ],
        [
            "Grid.area",
            "Grid.cells",
            "Grid.label",
            "Grid.Meta.n",
            "Grid.table",
            "Sub.vol",
            "g.size",
        ],
    ),
    Program(
        "name_mangling_private",
        {
            "main.py": """\
class A:
    __secret = 1
    __reg = []
    def __init__(self): self.__n = A.__secret; A.__reg.append(1)
    def show(self): return self.__n, self.__secret, len(self.__reg)
    def __hidden(self): return "h"
    def call(self): return self.__hidden()
a = A()
""",
        },
        [
            [("main.py", 'return "h"', 'return "H"')],
            [("main.py", "__secret = 1", "__secret = 2")],
            [("main.py", "def __hidden(self)", "def __hidden(self, k=1)")],
        ],
        [
            "a.call()",
            "A._A__secret",
            "len(A._A__reg)",
        ],
    ),
    Program(
        "iterator_protocol_getattr",
        {
            "main.py": """\
class Cfg:
    data = {"a": 1}
    def __getattr__(self, k):
        try: return self.data[k]
        except KeyError: raise AttributeError(k)
    def __getitem__(self, k): return self.data[k]
    def __iter__(self): return iter(self.data)
    def __len__(self): return len(self.data)
    def __contains__(self, k): return k in self.data
    def __call__(self, k): return self.data.get(k)
cfg = Cfg()
A = cfg.a
B = cfg["a"] + 1
C = list(cfg)
D = len(cfg), "a" in cfg, cfg("a")
""",
        },
        [
            [("main.py", '"a": 1', '"a": 2, "b": 3')],
            [("main.py", '"b": 3', '"c": 4')],
        ],
        [
            "cfg.a",
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
        "set_name_inherited",
        {
            "f.py": """\
class F:
    def __set_name__(self, owner, name):
        cols = dict(getattr(owner, "cols", {}))
        cols[name] = self
        owner.cols = cols
""",
            "main.py": """\
from f import F
class A:
    x = F()
    def go(self): return sorted(self.cols)
class B(A):
    y = F()
""",
        },
        [
            [
                (
                    "main.py",
                    "x = F()",
                    """\
x = F()
    z = F()""",
                )
            ],
            [("main.py", "y = F()", "yy = F()")],
            [
                (
                    "main.py",
                    """\
    x = F()
""",
                    "",
                )
            ],
        ],
        [
            "list(A.cols)",
            "list(B.cols)",
            "A().go()",
        ],
    ),
    Program(
        "init_subclass_setdefault",
        {
            "main.py": """\
LIMIT = 3
class P:
    def __init_subclass__(cls, **k):
        if "rules" not in cls.__dict__: cls.rules = []
        cls.rules.append(cls.__name__ + str(LIMIT))
class Q(P):
    a = 1
class R(Q):
    b = 2
""",
        },
        [
            [("main.py", "a = 1", "a = 2")],
            [("main.py", "LIMIT = 3", "LIMIT = 4")],
            [
                (
                    "main.py",
                    "b = 2",
                    """\
b = 3
    c = 1""",
                )
            ],
        ],
        [
            'P.__dict__.get("rules")',
            "Q.rules",
            "R.rules",
        ],
    ),
    Program(
        "metaclass_reads_constant",
        {
            "meta.py": """\
PREFIX = "t_"
class M(type):
    def __new__(m, n, b, ns, **k):
        ns["table"] = PREFIX + n.lower()
        return super().__new__(m, n, b, ns)
class Base(metaclass=M): pass
""",
            "main.py": """\
from meta import Base
class User(Base):
    x = 1
T = User.table
""",
        },
        [
            [("meta.py", '"t_"', '"tbl_"')],
        ],
        [
            "User.table",
            "T",
            "Base.table",
        ],
    ),
    Program(
        "metaclass_getattr",
        {
            "main.py": """\
VALS = {"A": 1}
class M(type):
    def __getattr__(cls, n):
        try: return VALS[n]
        except KeyError: raise AttributeError(n)
    def __iter__(cls): return iter(VALS)
    def __len__(cls): return len(VALS)
    def __getitem__(cls, k): return VALS[k]
class S(metaclass=M): pass
X = S.A
Y = list(S)
Z = S["A"] + len(S)
""",
        },
        [
            [("main.py", '"A": 1', '"A": 2, "B": 3')],
        ],
        [
            "S.A",
        ],
    ),
    Program(
        "getattribute_proxy",
        {
            "main.py": """\
class Real:
    n = 1
class Proxy:
    def __init__(self, t): object.__setattr__(self, "_t", t)
    def __getattribute__(self, k): return getattr(object.__getattribute__(self, "_t"), k)
p = Proxy(Real)
V = p.n
""",
        },
        [
            [("main.py", "n = 1", "n = 2")],
        ],
        [
            "p.n",
        ],
    ),
    Program(
        "property_on_instance_reads_const",
        {
            "c.py": """\
TAX = 2
""",
            "main.py": """\
import c
class I:
    def __init__(self, p): self.p = p
    @property
    def total(self): return self.p * c.TAX
    @staticmethod
    def rate(): return c.TAX
    @classmethod
    def make(cls): return cls(c.TAX)
i = I(2)
T = i.total
R = I.rate()
M = I.make().p
G = getattr(i, "total")
F = f"{i.total}"
L = [x.total for x in (i,)]
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [],
    ),
    Program(
        "operator_reads_const",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return self.n + o.n + c.K
    def __lt__(self, o): return self.n * c.K < o.n * c.K
    def __getitem__(self, i): return self.n + i + c.K
    def __call__(self): return c.K
    def __str__(self): return f"V{c.K}"
    def __len__(self): return c.K
    def __iter__(self): yield c.K
    def __contains__(self, x): return x == c.K
    def __enter__(self): return c.K
    def __exit__(self, *a): pass
    def __bool__(self): return c.K > 2
    def __hash__(self): return c.K
    def __eq__(self, o): return c.K == 2
a, b = V(1), V(2)
A = a + b
B = a < b
C = a[1]
D = a()
E = str(a)
F = len(a)
G = list(a)
H = 2 in a
with a as I: pass
J = bool(a)
KK = "y" if a else "n"
L = a == b
M = not a
N = f"{a}"
O = max(a, b).n
P = "%s" % a
""",
        },
        [
            [("c.py", "K = 2", "K = 3")],
        ],
        [],
    ),
    Program(
        "method_default_change",
        {
            "m.py": """\
class K:
    def go(self, n=1): return n
    @staticmethod
    def st(n=1): return n
    @classmethod
    def cl(cls, n=1): return n
    def __init__(self, v=1): self.v = v
    def __call__(self, n=1): return n
""",
            "main.py": """\
from m import K
k = K(0)
A = k.go(); B = K.st(); C = K.cl(); E = k()
D = K().v
""",
        },
        [
            [("m.py", "go(self, n=1)", "go(self, n=2)")],
            [("m.py", "st(n=1)", "st(n=2)")],
            [("m.py", "cl(cls, n=1)", "cl(cls, n=2)")],
            [("m.py", "v=1", "v=2")],
            [("m.py", "__call__(self, n=1)", "__call__(self, n=3)")],
        ],
        [
            "k.go()",
        ],
    ),
    Program(
        "setattr_class_loop",
        {
            "main.py": """\
FIELDS = ["a", "b"]
class C: pass
for f in FIELDS:
    setattr(C, f, property(lambda self, f=f: f.upper()))
    setattr(C, "get_" + f, lambda self, f=f: f)
c = C()
def names(): return sorted(k for k in vars(C) if k[0] != "_")
""",
        },
        [
            [("main.py", '["a", "b"]', '["a", "c"]')],
            [("main.py", "f.upper()", "f.title()")],
            [("main.py", '"get_"', '"fetch_"')],
        ],
        [
            "names()",
            "c.a",
        ],
    ),
    Program(
        "class_attr_from_outside",
        {
            "m.py": """\
class C:
    x = 1
    items = []
""",
            "n.py": """\
import m
m.C.y = 2
m.C.items.append("n")
m.C.x = 10
""",
            "main.py": """\
import m, n
Y = m.C.y + m.C.x
""",
        },
        [
            [("n.py", "y = 2", "y = 3")],
            [("n.py", '"n"', '"nn"')],
            [("n.py", "x = 10", "x = 20")],
            [("m.py", "x = 1", "x = 2")],
        ],
        [
            "m.C.y",
            "m.C.items",
            "m.C.x",
            "Y",
        ],
    ),
    Program(
        "instance_attr_from_outside",
        {
            "m.py": """\
class Cfg: pass
cfg = Cfg()
cfg.debug = False
cfg.level = 1
""",
            "n.py": """\
from m import cfg
cfg.debug = True
cfg.extra = {"a": 1}
""",
            "main.py": """\
import n
from m import cfg
D = cfg.debug
E = dict(cfg.extra)
L = cfg.level * 2
""",
        },
        [
            [("n.py", "True", "None")],
            [("n.py", '"a": 1', '"a": 2')],
            [("m.py", "level = 1", "level = 5")],
            [
                (
                    "n.py",
                    """\
cfg.debug = None
""",
                    "",
                )
            ],
        ],
        [
            "cfg.debug",
            "vars(cfg)",
        ],
    ),
    Program(
        "match_toplevel",
        {
            "c.py": """\
MODE = "a"
""",
            "main.py": """\
import c
match c.MODE:
    case "a": X = 1
    case "b": X = 2
    case str(s): X = s
Y = X
""",
        },
        [
            [("c.py", '"a"', '"b"')],
            [("c.py", '"b"', '"zz"')],
        ],
        [],
    ),
    Program(
        "lru_cache_method_static",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c, functools
class A:
    @functools.lru_cache
    def m(self, n): return n * c.K
    @staticmethod
    @functools.cache
    def s(n): return n + c.K
    @classmethod
    @functools.cache
    def k(cls): return c.K
a = A()
P = a.m(1), A.s(1), A.k()
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "a.m(1)",
            "A.s(1)",
            "A.k()",
        ],
    ),
    Program(
        "class_cache_attr",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c
class A:
    _c = {}
    @classmethod
    def get(cls, n):
        return cls._c.setdefault(n, n * c.K)
X = A.get(1)
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "A.get(1)",
            "X",
        ],
    ),
    Program(
        "lazy_singleton_global",
        {
            "c.py": """\
URL = "a"
""",
            "main.py": """\
import c
_inst = None
class Client:
    def __init__(self, url): self.url = url
def client():
    global _inst
    if _inst is None: _inst = Client(c.URL)
    return _inst
U = client().url
""",
        },
        [
            [("c.py", '"a"', '"b"')],
        ],
        [
            "client().url",
            "U",
        ],
    ),
    Program(
        "class_body_loops_and_calls",
        {
            "main.py": """\
def field(n): return n * 2
class T:
    xs = []
    for i in range(3):
        xs.append(field(i))
    del i
    if len(xs) > 2:
        big = True
    else:
        big = False
    ys = tuple(x + 1 for x in range(3))
    def m(self): return self.xs
    mm = m
    locals()["dyn"] = 5
""",
        },
        [
            [("main.py", "range(3):", "range(2):")],
            [("main.py", "x + 1", "x + 2")],
            [("main.py", '"dyn"] = 5', '"dyn"] = 6')],
            [("main.py", "return self.xs", "return self.xs + [0]")],
        ],
        [
            "T.xs",
            "T.big",
            "T.ys",
            "T.dyn",
            "T().m()",
            "T().mm()",
            '"i" in vars(T)',
        ],
    ),
    Program(
        "slots_dataclass_and_weakref",
        {
            "main.py": """\
from dataclasses import dataclass
import weakref
class N:
    __slots__ = ("v", "__weakref__")
    def __init__(self, v): self.v = v
    def dbl(self): return self.v * 2
n = N(2)
r = weakref.ref(n)
m = weakref.WeakMethod(n.dbl)
""",
        },
        [
            [("main.py", "self.v * 2", "self.v * 3")],
            [("main.py", "def dbl(self)", "def dbl(self, k=0)")],
        ],
        [
            "r() is n",
            "m()()",
            "n.dbl()",
        ],
    ),
    Program(
        "comparison_and_hash_change",
        {
            "main.py": """\
class K:
    def __init__(self, a, b): self.a, self.b = a, b
    def __eq__(self, o): return self.a == o.a
    def __hash__(self): return hash(self.a)
S = {K(1, 2): "x"}
L = [K(1, 2)]
""",
        },
        [
            [("main.py", "self.a == o.a", "(self.a, self.b) == (o.a, o.b)")],
        ],
        [
            "S.get(K(1,2))",
            "S.get(K(1,3))",
            "K(1,3) in L",
        ],
    ),
    Program(
        "super_in_classmethod_static_prop",
        {
            "a.py": """\
class A:
    @classmethod
    def c(cls): return ["Ac", cls.__name__]
    @property
    def p(self): return "Ap"
    def __init_subclass__(cls, **k): super().__init_subclass__(**k); cls.made = True
""",
            "main.py": """\
from a import A
class B(A):
    @classmethod
    def c(cls): return super().c() + ["Bc"]
    @property
    def p(self): return super().p + "Bp"
    @staticmethod
    def s(): return A.c()
    lam = lambda self: super(B, self).p
b = B()
""",
        },
        [
            [("a.py", '"Ac"', '"Ac2"')],
            [("main.py", '"Bc"', '"Bc2"')],
            [("a.py", '"Ap"', '"Ap2"')],
            [("main.py", '"Bp"', '"Bp2"')],
            [("main.py", "A.c()", "A.c() + [1]")],
        ],
        [
            "B.c()",
            "b.p",
            "B.s()",
            "b.lam()",
            "b.c()",
        ],
    ),
    Program(
        "class_to_function_and_back",
        {
            "m.py": """\
class Greeter:
    def __init__(self, n): self.n = n
    def __call__(self): return self.n
""",
            "main.py": """\
from m import Greeter
g = Greeter("a")
OUT = g()
""",
        },
        [
            [
                (
                    "m.py",
                    """\
class Greeter:
    def __init__(self, n): self.n = n
    def __call__(self): return self.n
""",
                    """\
def Greeter(n):
    return lambda: n + "!"
""",
                )
            ],
        ],
        [
            "g()",
            "OUT",
        ],
    ),
    Program(
        "function_to_property_to_attr",
        {
            "main.py": """\
class A:
    def size(self): return 3
a = A()
class B(A): pass
b = B()
""",
        },
        [
            [
                (
                    "main.py",
                    "    def size(self): return 3",
                    """\
    @property
    def size(self): return 4""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    @property
    def size(self): return 4""",
                    "    size = 5",
                )
            ],
            [
                (
                    "main.py",
                    "    size = 5",
                    """\
    @staticmethod
    def size(): return 6""",
                )
            ],
        ],
        [
            "a.size() if callable(a.size) else a.size",
            "b.size() if callable(b.size) else b.size",
        ],
    ),
    Program(
        "class_moves_to_base",
        {
            "m.py": """\
class A:
    def x(self): return "ax"
class B(A):
    def y(self): return "by"
""",
            "main.py": """\
from m import A, B
b = B()
a = A()
""",
        },
        [
            [
                (
                    "m.py",
                    """\
class A:
    def x(self): return "ax"
""",
                    """\
class Root:
    def x(self): return "root"
class A(Root):
    pass
""",
                )
            ],
            [("m.py", "class B(A)", "class B(Root)")],
        ],
        [
            "b.x()",
            "a.x()",
            "[c.__name__ for c in B.__mro__]",
            "isinstance(b, A)",
        ],
    ),
]
