"""Classes whose bases are in other modules."""

from ..program import Program

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
]
