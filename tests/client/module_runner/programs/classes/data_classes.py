"""Dataclasses and named tuples."""

from ..program import Program

PROGRAMS = [
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
        "dataclass_options_and_inheritance",
        {
            "m.py": """\
from dataclasses import dataclass, field, fields, KW_ONLY, asdict, replace, InitVar
SIZE = 3
@dataclass(kw_only=True)
class Base:
    id: int = 0
    tags: list = field(default_factory=list, compare=False)
@dataclass
class Item(Base):
    name: str
    _: KW_ONLY
    size: int = SIZE
    factor: InitVar[int] = 2
    def __post_init__(self, factor): self.area = self.size * factor
@dataclass(eq=False, unsafe_hash=True)
class Key:
    a: int = 1
    b: int = field(default=2, hash=False, repr=False)
""",
            "main.py": """\
from m import *
import m
def make(**kw): return m.Item("n", **kw)
DEFAULT = make()
""",
        },
        [
            [("m.py", "SIZE = 3", "SIZE = 4")],
            [("m.py", "    id: int = 0\n", "    id: int = 1\n    owner: str = 'me'\n")],
            [("m.py", "    size: int = SIZE\n", "    size: int = SIZE\n    count: int\n")],
            [("m.py", "    count: int\n", "    count: int = = 1\n")],
            [("m.py", "    count: int = = 1\n", "    count: int = 1\n")],
            [("m.py", "self.size * factor", "self.size + factor + self.count")],
            [("m.py", "hash=False, repr=False", "hash=True")],
            [
                (
                    "m.py",
                    "@dataclass(eq=False, unsafe_hash=True)",
                    "@dataclass(frozen=True, slots=True)",
                )
            ],
            [("m.py", "class Item(Base)", "class Item")],
        ],
        [
            "asdict(make())",
            "make().area",
            "repr(make(size=9))",
            "[f.name for f in fields(m.Item)]",
            "repr(m.Key())",
            "hash(m.Key()) == hash(m.Key())",
            "m.Key() == m.Key()",
            "repr(replace(make(), factor=1))",
            "m.Item.__match_args__",
        ],
    ),
]
