"""Classes and their bases: `super`, abstract classes, exceptions."""

from ..program import Program

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
    Program(
        "abc_properties_and_registration",
        {
            "base.py": """\
from abc import ABC, abstractmethod
class Shape(ABC):
    known = []
    def __init_subclass__(cls, /, kind=None, **kw):
        super().__init_subclass__(**kw)
        cls.kind = kind or cls.__name__.lower()
        if not getattr(cls, "__abstractmethods__", None): Shape.known.append(cls.kind)
    @property
    @abstractmethod
    def area(self): ...
    @classmethod
    def make(cls, *a): return cls(*a).area
""",
            "shapes.py": """\
from base import Shape
PI = 3
class Square(Shape):
    def __init__(self, a=2): self.a = a
    @property
    def area(self): return self.a ** 2
class Circle(Shape, kind="round"):
    def __init__(self, r=1): self.r = r
    @property
    def area(self): return PI * self.r
@Shape.register
class Foreign:
    area = 7
""",
            "main.py": """\
import shapes
from base import Shape
def areas(): return [c.make() for c in Shape.__subclasses__()]
""",
        },
        [
            [("shapes.py", "PI = 3", "PI = 4")],
            [("shapes.py", 'kind="round"', 'kind="oval"')],
            [
                (
                    "base.py",
                    "    @abstractmethod\n    def area(self): ...\n",
                    "    @abstractmethod\n    def area(self): ...\n    @abstractmethod\n    def sides(self): ...\n",
                )
            ],
            [
                (
                    "shapes.py",
                    "class Square(Shape):\n",
                    "class Square(Shape):\n    def sides(self): return 4\n",
                ),
                (
                    "shapes.py",
                    "    def __init__(self, r=1)",
                    "    def sides(self): return 0\n    def __init__(self, r=1)",
                ),
            ],
            [
                (
                    "shapes.py",
                    'class Circle(Shape, kind="oval"):',
                    'class Circle(Shape, kind="oval", extra=1):',
                )
            ],
            [("shapes.py", ", extra=1", "")],
            [("shapes.py", "@Shape.register\n", "")],
            [("shapes.py", "    area = 7\n", "    area = 8\n")],
            [("base.py", "cls(*a).area", "cls(*a).area, cls.kind")],
        ],
        [
            "areas()",
            "Shape.known",
            "issubclass(shapes.Foreign, Shape)",
            "shapes.Foreign.area",
            "sorted(Shape.__abstractmethods__)",
            "[c.kind for c in Shape.__subclasses__()]",
        ],
    ),
]
