"""Classes that are iterated, indexed and shown: what their metaclasses make of it."""

from ..program import Program

PROGRAMS = [
    Program(
        "iter_protocol_class_registry",
        {
            "main.py": """\
class Meta(type):
    def __iter__(cls): return iter(cls._items)
    def __len__(cls): return len(cls._items)
    def __contains__(cls, x): return x in cls._items
class Colors(metaclass=Meta):
    _items = ["r", "g"]
class More(Colors):
    _items = [*Colors, "b"]
ALL = list(More)
N = len(More)
HAS = "g" in More
"""
        },
        [
            [("main.py", '["r", "g"]', '["r", "x"]')],
            [("main.py", '*Colors, "b"', '"b", *Colors')],
        ],
        ["list(More)", "ALL, N, HAS"],
    ),
    Program(
        "metaclass_properties",
        {
            "m.py": """\
DB = "x.db"
class Meta(type):
    @property
    def table(cls): return cls.prefix + cls.__name__.lower()
    @property
    def db(cls): return DB
    def __repr__(cls): return f"<{cls.table}>"
    def __call__(cls, *a):
        o = super().__call__(*a); o.n = cls.prefix; return o
class Model(metaclass=Meta):
    prefix = "t_"
""",
            "main.py": """\
from m import Model
class User(Model): pass
T = User.table
D = Model.db
R = repr(User)
N = User().n
F = f"{User}"
""",
        },
        [
            [("m.py", '"t_"', '"x_"')],
            [("m.py", "x.db", "y.db")],
        ],
        ["User.table", "repr(User)", "T, D, R, N, F"],
    ),
    Program(
        "setitem_registry_class_getitem",
        {
            "main.py": """\
class Reg(type):
    items = {}
    def __setitem__(cls, k, v): cls.items[k] = v
    def __getitem__(cls, k): return cls.items[k]
    def __getattr__(cls, n): return "?" + n
class R(metaclass=Reg): pass
def f(): return "f"
R["f"] = f
R["n"] = 1
N = R["n"] + 1
Q = R.missing
"""
        },
        [
            [("main.py", 'R["n"] = 1', 'R["n"] = 5')],
            [("main.py", 'R["f"] = f', 'R["g"] = f')],
        ],
        ["sorted(R.items)", "N", "R.missing", 'R["g"]() if "g" in R.items else 0'],
    ),
]
