"""Properties, and descriptors that learn their names."""

from ..program import Program

PROGRAMS = [
    Program(
        "set_name_fields",
        {
            "orm.py": """\
class Field:
    def __init__(self, default=None): self.default = default
    def __set_name__(self, owner, name):
        self.name = name
        owner.__dict__.get("_fields", None)
        if "_fields" not in owner.__dict__: owner._fields = []
        owner._fields.append(name)
    def __get__(self, obj, owner):
        if obj is None: return self
        return obj.__dict__.get(self.name, self.default)
    def __set__(self, obj, v): obj.__dict__[self.name] = v
""",
            "main.py": """\
from orm import Field
class User:
    name = Field("anon")
    age = Field(0)
u = User()
u.age = 3
""",
        },
        [
            [
                (
                    "main.py",
                    "age = Field(0)",
                    """\
age = Field(18)
    mail = Field("-")""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    name = Field("anon")
""",
                    "",
                )
            ],
            [
                (
                    "orm.py",
                    """\
self.default)
    def __set__""",
                    """\
(self.default, 1))
    def __set__""",
                )
            ],
        ],
        [
            "User._fields",
            'sorted(k for k in vars(User) if not k.startswith("_"))',
            "User().age",
            'getattr(User(),"mail",None)',
            "u.age",
        ],
    ),
    Program(
        "typed_descriptor_with_constant",
        {
            "conf.py": """\
LIMIT = 10
""",
            "main.py": """\
from conf import LIMIT
class Bounded:
    def __init__(self, top): self.top = top
    def __set_name__(self, o, n): self.n = "_" + n
    def __get__(self, o, t=None): return self if o is None else getattr(o, self.n, 0)
    def __set__(self, o, v): setattr(o, self.n, min(v, self.top))
class Box:
    size = Bounded(LIMIT)
    def __init__(self, s): self.size = s
""",
        },
        [
            [("conf.py", "10", "20")],
        ],
        [
            "Box(15).size",
            "Box.size.top",
            "Box.size.n",
        ],
    ),
    Program(
        "cached_property_subclass",
        {
            "c.py": """\
RATE = 2
""",
            "main.py": """\
from functools import cached_property
import c
class Acc:
    def __init__(self): self.calls = 0
    @cached_property
    def total(self):
        return 10 * c.RATE
a = Acc()
first = a.total
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "a.total",
            "Acc().total",
            "first",
        ],
    ),
    Program(
        "property_getter_setter_chain",
        {
            "main.py": """\
class T:
    def __init__(self): self._c = 10
    @property
    def c(self): return self._c
    @c.setter
    def c(self, v): self._c = v
    @c.deleter
    def c(self): self._c = None
t = T()
def probe():
    x = T(); x.c = 5; return x.c, T.c.fset is not None, T.c.fdel is not None
""",
        },
        [
            [("main.py", "self._c = v", "self._c = v + 1")],
            [
                (
                    "main.py",
                    """\
return self._c
""",
                    """\
return self._c * 2
""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    @c.deleter
    def c(self): self._c = None
""",
                    "",
                )
            ],
        ],
        [
            "probe()",
            "t.c",
        ],
    ),
    Program(
        "set_name_inherited",
        {
            "f.py": """\
class F:
    def __set_name__(self, owner, name):
        cols = dict(getattr(owner, "cols", {}))
        cols[name] = self
        owner.cols = cols
""",
            "main.py": """\
from f import F
class A:
    x = F()
    def go(self): return sorted(self.cols)
class B(A):
    y = F()
""",
        },
        [
            [
                (
                    "main.py",
                    "x = F()",
                    """\
x = F()
    z = F()""",
                )
            ],
            [("main.py", "y = F()", "yy = F()")],
            [
                (
                    "main.py",
                    """\
    x = F()
""",
                    "",
                )
            ],
        ],
        [
            "list(A.cols)",
            "list(B.cols)",
            "A().go()",
        ],
    ),
    Program(
        "property_on_instance_reads_const",
        {
            "c.py": """\
TAX = 2
""",
            "main.py": """\
import c
class I:
    def __init__(self, p): self.p = p
    @property
    def total(self): return self.p * c.TAX
    @staticmethod
    def rate(): return c.TAX
    @classmethod
    def make(cls): return cls(c.TAX)
i = I(2)
T = i.total
R = I.rate()
M = I.make().p
G = getattr(i, "total")
F = f"{i.total}"
L = [x.total for x in (i,)]
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [],
    ),
    Program(
        "function_to_property_to_attr",
        {
            "main.py": """\
class A:
    def size(self): return 3
a = A()
class B(A): pass
b = B()
""",
        },
        [
            [
                (
                    "main.py",
                    "    def size(self): return 3",
                    """\
    @property
    def size(self): return 4""",
                )
            ],
            [
                (
                    "main.py",
                    """\
    @property
    def size(self): return 4""",
                    "    size = 5",
                )
            ],
            [
                (
                    "main.py",
                    "    size = 5",
                    """\
    @staticmethod
    def size(): return 6""",
                )
            ],
        ],
        [
            "a.size() if callable(a.size) else a.size",
            "b.size() if callable(b.size) else b.size",
        ],
    ),
    Program(
        "descriptors_validated_and_lazy",
        {
            "d.py": """\
class lazy:
    def __init__(self, f): self.f, self.name = f, f.__name__
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls=None):
        if obj is None: return self
        value = obj.__dict__[self.name] = self.f(obj)
        return value
class Checked:
    def __init__(self, check, default=None): self.check, self.default = check, default
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, cls=None): return getattr(obj, self.name, self.default) if obj is not None else self
    def __set__(self, obj, v):
        if not self.check(v): raise ValueError(f"{self.name[1:]}={v}")
        setattr(obj, self.name, v)
class classproperty:
    def __init__(self, f): self.f = f
    def __get__(self, obj, cls): return self.f(cls)
positive = Checked(lambda v: v > 0)
""",
            "m.py": """\
from d import lazy, Checked, classproperty
RATE = 2
class Account:
    balance = Checked(lambda v: v >= 0, default=1)
    code = Checked(str.isupper, "AB")
    @lazy
    def interest(self): return self.balance * RATE
    @classproperty
    def table(cls): return cls.__name__.lower() + "s"
    @staticmethod
    def helper(x, y=RATE): return x + y
""",
            "main.py": """\
import m
def act(**kw):
    a = m.Account()
    try:
        for k, v in kw.items(): setattr(a, k, v)
    except ValueError as e: return str(e)
    return a.balance, a.code, a.interest, a.table, a.helper(1)
""",
        },
        [
            [("m.py", "RATE = 2", "RATE = 3")],
            [("m.py", "self.balance * RATE", "self.balance * RATE + 1")],
            [("m.py", "v >= 0", "v >= 5")],
            [("m.py", 'Checked(str.isupper, "AB")', "Checked(str.islower, 'ab')")],
            [("d.py", "if not self.check(v): raise", "if not self.check(v) raise")],
            [("d.py", "if not self.check(v) raise", "if not self.check(v) and v: raise")],
            [("m.py", "    @lazy\n", "    @property\n")],
            [("m.py", '.lower() + "s"', ".upper()")],
        ],
        [
            "act()",
            "act(balance=5)",
            "act(balance=-1)",
            "act(code='XY')",
            "act(balance=0)",
            "m.Account.table",
            "type(vars(m.Account)['interest']).__name__",
        ],
    ),
]
