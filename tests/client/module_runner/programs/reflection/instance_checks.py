"""What `isinstance`, `issubclass` and `__subclasses__` answer."""

from ..program import Program

PROGRAMS = [
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
]
