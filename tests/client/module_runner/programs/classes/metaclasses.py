"""Classes that make classes, and hooks that see new subclasses."""

from ..program import Program

PROGRAMS = [
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
        "class_getitem_and_caches_of_classes",
        {
            "m.py": """\
class Vec:
    _made = {}
    n = 0
    def __class_getitem__(cls, n):
        if n not in Vec._made: Vec._made[n] = type(f"Vec{n}", (cls,), {"n": n})
        return Vec._made[n]
    def __init__(self, *xs): self.xs = xs[: self.n]
    def dot(self, o): return sum(a * b for a, b in zip(self.xs, o.xs))
V2 = Vec[2]
class Typed:
    def __class_getitem__(cls, item): return (cls.__name__, item)
T = Typed[int]
""",
            "main.py": """\
import m
from m import Vec, V2
a = V2(1, 2, 3)
""",
        },
        [
            [("m.py", "sum(a * b", "sum(a + b")],
            [("m.py", "V2 = Vec[2]", "V2 = Vec[1]")],
            [("m.py", "(cls.__name__, item)", "[cls.__name__, item]")],
            [("m.py", "xs[: self.n]", "xs[: self.n")],
            [("m.py", "xs[: self.n", "xs[: self.n + 1]")],
            [("m.py", "    n = 0\n", "    n = 0\n    unit = 'm'\n")],
        ],
        [
            "V2(1, 2, 3).xs",
            "m.V2(3, 4).dot(m.V2(1, 1))",
            "m.Typed[str]",
            "m.V2.n",
            "m.Vec[3](1, 2, 3, 4, 5).xs",
            "V2.unit",
            "V2 is m.V2",
        ],
    ),
    Program(
        "instances_cached_by_new",
        {
            "m.py": """\
import weakref
SCALE = 2
class Symbol:
    _all = weakref.WeakValueDictionary()
    __slots__ = ("name", "__weakref__")
    def __new__(cls, name):
        found = cls._all.get(name)
        if found is None:
            found = cls._all[name] = super().__new__(cls)
            found.name = name
        return found
    def __repr__(self): return f"<{self.name * SCALE}>"
    def __eq__(self, o): return self is o
    __hash__ = object.__hash__
class Money(int):
    unit = "€"
    def __new__(cls, x=0): return super().__new__(cls, x * 100)
    def __str__(self): return f"{self // 100}{self.unit}"
    def __add__(self, o): return type(self)((int(self) + int(o)) // 100)
class Matrix(list):
    def __init__(self, *rows): super().__init__(map(list, rows))
    def __matmul__(self, o): return [sum(a * b for a, b in zip(r, o)) for r in self]
""",
            "main.py": "import m\nfrom m import Symbol, Money\na = Symbol('a')\nheld = Money(3)\n",
        },
        [
            [("m.py", "SCALE = 2", "SCALE = 3")],
            [("m.py", 'f"<{self.name * SCALE}>"', 'f"[{self.name * SCALE}]"')],
            [("m.py", 'unit = "€"', 'unit = "$"')],
            [("m.py", 'f"{self // 100}{self.unit}"', 'f"{self.unit}{self // 100}"')],
            [("m.py", '("name", "__weakref__")', '("name", "kind", "__weakref__")')],
            [("m.py", "sum(a * b", "max(a * b")],
            [
                (
                    "m.py",
                    "    def __eq__(self, o): return self is o\n    __hash__ = object.__hash__\n",
                    "",
                )
            ],
            [("m.py", "class Money(int):", "class Money(float):")],
        ],
        [
            "repr(Symbol('a')), Symbol('a') is a",
            "str(Money(5)), str(held)",
            "str(Money(1) + Money(2))",
            "m.Matrix([1, 2], [3, 4]) @ [1, 1]",
            "hash(a) == object.__hash__(a)",
            "isinstance(held, m.Money)",
            "Symbol.__slots__",
        ],
        before="more = [Symbol('b'), a]\n",
    ),
]
