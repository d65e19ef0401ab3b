"""Protocols, generic classes and typed dicts."""

import sys

from ..program import Program

PROGRAMS = [
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
        "protocols_generics_and_typed_dicts",
        {
            "m.py": """\
from typing import *
T = TypeVar("T")
@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...
class Stack(Generic[T]):
    limit = 2
    def __init__(self): self.items: list[T] = []
    def push(self, x: T) -> "Stack[T]":
        self.items = [*self.items, x][-self.limit:]
        return self
class Options(TypedDict, total=False):
    name: str
    size: int
class Point(NamedTuple):
    x: int = 0
    y: int = 0
    def norm(self): return abs(self.x) + abs(self.y)
class File:
    def close(self): return "closed"
IntStack = Stack[int]
Alias = Union[int, Options]
""",
            "main.py": """\
from m import *
import m
def describe(): return sorted(m.Options.__annotations__), m.Options.__total__, m.Point._fields, m.Point._field_defaults
""",
        },
        [
            [("m.py", "limit = 2", "limit = 3")],
            [
                (
                    "m.py",
                    "    def close(self) -> None: ...\n",
                    "    def close(self) -> None: ...\n    def open(self): ...\n",
                )
            ],
            [("m.py", "    size: int\n", "    size: int\n    color: Required[str]\n")],
            [("m.py", "    y: int = 0\n", "    y: int = 1\n    z: int = 0\n")],
            [("m.py", "abs(self.x) + abs(self.y)", "abs(self.x) + abs(self.y) + abs(self.z")],
            [
                (
                    "m.py",
                    "abs(self.x) + abs(self.y) + abs(self.z",
                    "abs(self.x) + abs(self.y) + abs(self.z)",
                )
            ],
            [("m.py", "total=False", "total=True")],
            [
                ("m.py", 'return "closed"', 'return "shut"'),
                ("m.py", "class File:\n", "class File:\n    def open(self): return 1\n"),
            ],
            [("m.py", "Stack[int]", "Stack[str]")],
        ],
        [
            "describe()",
            "isinstance(m.File(), m.Closes)",
            "m.Stack().push(1).push(2).push(3).push(4).items",
            "m.Point().norm()",
            "IntStack.__args__",
            "m.File().close()",
            "get_type_hints(m.Options)",
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
