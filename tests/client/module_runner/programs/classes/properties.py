"""Properties and descriptors that a module builds."""

from ..program import Program

PROGRAMS = [
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
