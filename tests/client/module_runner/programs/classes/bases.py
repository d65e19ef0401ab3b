"""Classes whose bases and overrides are edited."""

from ..program import Program

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
        "mro_entries_generic",
        {
            "m.py": """\
class Alias:
    def __init__(self, o): self.o = o
    def __mro_entries__(self, bases): return (self.o,)
class Base:
    def go(self): return "base"
class Other:
    def go(self): return "other"
B = Alias(Base)
""",
            "main.py": """\
from m import B
class C(B):
    pass
c = C()
G = c.go()
O = C.__bases__[0].__name__
""",
        },
        [
            [("m.py", "B = Alias(Base)", "B = Alias(Other)")],
        ],
        ["c.go()", "O"],
    ),
    Program(
        "property_inherited_override",
        {
            "base.py": """\
class Base:
    _n = 1
    @property
    def size(self): return self._n
    @size.setter
    def size(self, v): self._n = v
    total = property(lambda self: self.size * 2)
""",
            "main.py": """\
from base import Base
class Sub(Base):
    @Base.size.getter
    def size(self): return self._n + 100
s = Sub()
s.size = 5
T = Sub().total
V = Base().size
""",
        },
        [
            [("base.py", "_n = 1", "_n = 2")],
        ],
        ["Sub().size", "Base.size.fset is Sub.size.fset", "s.total"],
    ),
    Program(
        "a_class_that_its_base_knows_is_edited_and_then_made_again",
        {
            "core.py": """\
N = 1
MADE = []
class Base:
    def __init_subclass__(cls): MADE.append(cls)
""",
            "main.py": """\
import core
class A(core.Base):
    names = ["a", "b"]
    def f(self, x=core.N): return x
    def g(self): return A.names
class B(A):
    m = 1
""",
        },
        [
            [("main.py", '["a"', '["c", "a"')],
            [("main.py", "m = 1", "m = 2")],
            [("core.py", "N = 1", "N = 2")],
            [("core.py", "N = 2", "N = 3")],
        ],
        ["A.names", "A().f()", "B().g()", "[x.__name__ for x in core.MADE]"],
    ),
]
