"""Attributes of classes and instances that are computed, or set from elsewhere."""

from ..program import Program

PROGRAMS = [
    Program(
        "class_level_computed",
        {
            "c.py": """\
SIZE = 3
""",
            "main.py": """\
import c
class Grid:
    size = c.SIZE
    cells = [0] * size
    area = size * size
    label = f"{size}x"
    class Meta:
        n = c.SIZE + 1
    table = {i: i * 2 for i in range(c.SIZE)}
class Sub(Grid):
    vol = Grid.area * 2
g = Grid()
""",
        },
        [
            [("c.py", "3", "4")],
            [("main.py", "size * size", "size + size")],
            [("main.py", "c.SIZE + 1", "c.SIZE + 2")],
        ],
        [
            "Grid.area",
            "Grid.cells",
            "Grid.label",
            "Grid.Meta.n",
            "Grid.table",
            "Sub.vol",
            "g.size",
        ],
    ),
    Program(
        "method_default_change",
        {
            "m.py": """\
class K:
    def go(self, n=1): return n
    @staticmethod
    def st(n=1): return n
    @classmethod
    def cl(cls, n=1): return n
    def __init__(self, v=1): self.v = v
    def __call__(self, n=1): return n
""",
            "main.py": """\
from m import K
k = K(0)
A = k.go(); B = K.st(); C = K.cl(); E = k()
D = K().v
""",
        },
        [
            [("m.py", "go(self, n=1)", "go(self, n=2)")],
            [("m.py", "st(n=1)", "st(n=2)")],
            [("m.py", "cl(cls, n=1)", "cl(cls, n=2)")],
            [("m.py", "v=1", "v=2")],
            [("m.py", "__call__(self, n=1)", "__call__(self, n=3)")],
        ],
        [
            "k.go()",
        ],
    ),
    Program(
        "setattr_class_loop",
        {
            "main.py": """\
FIELDS = ["a", "b"]
class C: pass
for f in FIELDS:
    setattr(C, f, property(lambda self, f=f: f.upper()))
    setattr(C, "get_" + f, lambda self, f=f: f)
c = C()
def names(): return sorted(k for k in vars(C) if k[0] != "_")
""",
        },
        [
            [("main.py", '["a", "b"]', '["a", "c"]')],
            [("main.py", "f.upper()", "f.title()")],
            [("main.py", '"get_"', '"fetch_"')],
        ],
        [
            "names()",
            "c.a",
        ],
    ),
    Program(
        "class_attr_from_outside",
        {
            "m.py": """\
class C:
    x = 1
    items = []
""",
            "n.py": """\
import m
m.C.y = 2
m.C.items.append("n")
m.C.x = 10
""",
            "main.py": """\
import m, n
Y = m.C.y + m.C.x
""",
        },
        [
            [("n.py", "y = 2", "y = 3")],
            [("n.py", '"n"', '"nn"')],
            [("n.py", "x = 10", "x = 20")],
            [("m.py", "x = 1", "x = 2")],
        ],
        [
            "m.C.y",
            "m.C.items",
            "m.C.x",
            "Y",
        ],
    ),
    Program(
        "instance_attr_from_outside",
        {
            "m.py": """\
class Cfg: pass
cfg = Cfg()
cfg.debug = False
cfg.level = 1
""",
            "n.py": """\
from m import cfg
cfg.debug = True
cfg.extra = {"a": 1}
""",
            "main.py": """\
import n
from m import cfg
D = cfg.debug
E = dict(cfg.extra)
L = cfg.level * 2
""",
        },
        [
            [("n.py", "True", "None")],
            [("n.py", '"a": 1', '"a": 2')],
            [("m.py", "level = 1", "level = 5")],
            [
                (
                    "n.py",
                    """\
cfg.debug = None
""",
                    "",
                )
            ],
        ],
        [
            "cfg.debug",
            "vars(cfg)",
        ],
    ),
    Program(
        "lru_cache_method_static",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c, functools
class A:
    @functools.lru_cache
    def m(self, n): return n * c.K
    @staticmethod
    @functools.cache
    def s(n): return n + c.K
    @classmethod
    @functools.cache
    def k(cls): return c.K
a = A()
P = a.m(1), A.s(1), A.k()
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "a.m(1)",
            "A.s(1)",
            "A.k()",
        ],
    ),
    Program(
        "class_cache_attr",
        {
            "c.py": """\
K = 2
""",
            "main.py": """\
import c
class A:
    _c = {}
    @classmethod
    def get(cls, n):
        return cls._c.setdefault(n, n * c.K)
X = A.get(1)
""",
        },
        [
            [("c.py", "2", "3")],
        ],
        [
            "A.get(1)",
            "X",
        ],
    ),
    Program(
        "lazy_singleton_global",
        {
            "c.py": """\
URL = "a"
""",
            "main.py": """\
import c
_inst = None
class Client:
    def __init__(self, url): self.url = url
def client():
    global _inst
    if _inst is None: _inst = Client(c.URL)
    return _inst
U = client().url
""",
        },
        [
            [("c.py", '"a"', '"b"')],
        ],
        [
            "client().url",
            "U",
        ],
    ),
    Program(
        "class_body_loops_and_calls",
        {
            "main.py": """\
def field(n): return n * 2
class T:
    xs = []
    for i in range(3):
        xs.append(field(i))
    del i
    if len(xs) > 2:
        big = True
    else:
        big = False
    ys = tuple(x + 1 for x in range(3))
    def m(self): return self.xs
    mm = m
    locals()["dyn"] = 5
""",
        },
        [
            [("main.py", "range(3):", "range(2):")],
            [("main.py", "x + 1", "x + 2")],
            [("main.py", '"dyn"] = 5', '"dyn"] = 6')],
            [("main.py", "return self.xs", "return self.xs + [0]")],
        ],
        [
            "T.xs",
            "T.big",
            "T.ys",
            "T.dyn",
            "T().m()",
            "T().mm()",
            '"i" in vars(T)',
        ],
    ),
    Program(
        "attributes_with_two_underscores",
        {
            "main.py": "from m import *\n",
            "m.py": """\
def table(name):
    def note(cls):
        cls.__table__ = name
        return cls
    return note
class Model:
    __prefix__ = "app"
    __registry__ = {"x": 1}
@table("users")
class User(Model): pass
class Admin(User): pass
def ddl(cls): return f"{cls.__prefix__}.{cls.__table__}"
DDL = ddl(User)
TABLES = [x.__table__ for x in (User, Admin)]
X = Model.__registry__["x"]
live = Admin()
""",
        },
        [
            [("m.py", '"app"', '"web"')],
            [("m.py", '{"x": 1}', '{"x": 2}')],
            [("m.py", 'table("users")', 'table("people")')],
            [("m.py", "class Admin(User): pass", 'class Admin(User): __table__ = "admins"')],
            [("m.py", 'class Admin(User): __table__ = "admins"', "class Admin(User): pass")],
        ],
        ["ddl(Admin)", "live.__table__", "isinstance(live, User)"],
    ),
]
