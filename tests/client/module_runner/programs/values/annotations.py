"""Annotations and what reads them."""

from ..program import Program

PROGRAMS = [
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
        "newtype_alias_annotated",
        {
            "m.py": """\
from typing import NewType, Annotated, Union, Literal, get_args
UserId = NewType("UserId", int)
Mode = Literal["r", "w"]
""",
            "main.py": """\
from m import *
import m
from typing import get_args, Annotated
MODES = get_args(m.Mode)
def check(x): return x in get_args(m.Mode)
A = Annotated[int, m.Mode]
""",
        },
        [
            [("m.py", '"w"]', '"w", "a"]')],
            [("m.py", 'UserId", int', 'UserId", str')],
        ],
        [
            "MODES",
            'check("a")',
            "A.__metadata__",
            "m.UserId.__supertype__",
        ],
    ),
    Program(
        "typing_generic_pep",
        {
            "m.py": """\
from typing import Generic, TypeVar, ParamSpec, Callable, overload
P = ParamSpec("P")
R = TypeVar("R")
def deco(f: Callable[P, R]) -> Callable[P, R]:
    def w(*a: P.args, **k: P.kwargs) -> R: return f(*a, **k)
    return w
@overload
def pick(x: int) -> int: ...
@overload
def pick(x: str) -> str: ...
def pick(x): return x
@deco
def add(a: int, b: int = 1) -> int: return a + b
""",
            "main.py": """\
from m import pick, add
X = add(1)
""",
        },
        [
            [("m.py", "b: int = 1", "b: int = 2")],
            [("m.py", "def pick(x): return x", "def pick(x): return [x]")],
            [
                (
                    "m.py",
                    """\
@overload
def pick(x: str) -> str: ...
""",
                    "",
                )
            ],
        ],
        [
            "pick(1)",
            "add(5)",
            "X",
        ],
    ),
    Program(
        "string_annotations_get_hints",
        {
            "m.py": """\
from __future__ import annotations
from dataclasses import dataclass, fields
import typing
@dataclass
class A:
    x: int = 1
    y: "A | None" = None
def hints(): return sorted(typing.get_type_hints(A))
""",
            "main.py": """\
import m
F = [f.name for f in m.fields(m.A)]
T = {f.name: f.type for f in m.fields(m.A)}
H = m.hints()
""",
        },
        [
            [("m.py", "x: int = 1", "x: float = 1")],
            [
                (
                    "m.py",
                    "x: float = 1",
                    '''\
x: float = 1
    z: str = ""''',
                )
            ],
        ],
        [
            "m.hints()",
        ],
    ),
]
