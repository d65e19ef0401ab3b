"""Schemas that are read from the annotations and members of classes."""

from ..program import Program

PROGRAMS = [
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
]
