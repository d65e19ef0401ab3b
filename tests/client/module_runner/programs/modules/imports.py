"""Modules that import each other: conditions, circles, names at run time."""

from ..program import Program

PROGRAMS = [
    Program(
        "circular_imports_of_models",
        {
            "models/__init__.py": "from .user import User\nfrom .post import Post\nKINDS = [User.kind, Post.kind]\n",
            "models/user.py": """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING: from .post import Post
class User:
    kind = "user"
    def posts(self):
        from .post import Post
        return [Post(self, i) for i in range(Post.LIMIT)]
""",
            "models/post.py": """\
from __future__ import annotations
from . import user
class Post:
    kind = user.User.kind + "-post"
    LIMIT = 2
    def __init__(self, author: user.User, n: int): self.author, self.n = author, n
    def title(self): return f"{self.author.kind} {self.n}"
""",
            "main.py": """\
import models
from models import User
TITLES = [p.title() for p in User().posts()]
""",
        },
        [
            [("models/post.py", "LIMIT = 2", "LIMIT = 3")],
            [("models/user.py", '"user"', '"person"')],
            [("models/post.py", '+ "-post"', '+ "/post"')],
            [("models/post.py", "LIMIT = 3", "LIMIT = 1")],
            [("models/post.py", "class Post:", "class Post")],
            [("models/post.py", "class Post\n", "class Post:\n    extra = 1\n")],
            [("models/__init__.py", "KINDS = [", "KINDS = ['any', ")],
        ],
        ["TITLES", "models.KINDS", "[p.title() for p in User().posts()]", "models.Post.kind"],
    ),
    Program(
        "conditional_import",
        {
            "conf.py": """\
FAST = False
""",
            "fast.py": """\
def go(): return "fast"
K = 1
""",
            "slow.py": """\
def go(): return "slow"
K = 2
""",
            "main.py": """\
import conf
if conf.FAST:
    from fast import go, K
else:
    from slow import go, K
OUT = go(), K
""",
        },
        [
            [("conf.py", "False", "True")],
            [("fast.py", "K = 1", "K = 11")],
            [("conf.py", "True", "False")],
            [("slow.py", "K = 2", "K = 22")],
        ],
        [
            "OUT",
            "go()",
        ],
    ),
    Program(
        "import_module_by_name",
        {
            "plugins/__init__.py": "",
            "plugins/a.py": """\
NAME = "a"
def run(): return NAME
""",
            "plugins/b.py": """\
NAME = "b"
def run(): return NAME
""",
            "main.py": """\
from importlib import import_module
NAMES = ["a", "b"]
PLUGINS = {n: import_module(f"plugins.{n}") for n in NAMES}
TITLES = {n: p.NAME for n, p in PLUGINS.items()}
""",
        },
        [
            [("plugins/a.py", '"a"', '"A"')],
            [("main.py", '["a", "b"]', '["b"]')],
            [("plugins/b.py", "return NAME", "return NAME * 2")],
        ],
        [
            "TITLES",
            "{n: p.run() for n,p in PLUGINS.items()}",
        ],
    ),
    Program(
        "circular",
        {
            "a.py": """\
import b
X = 1
def fa(): return b.Y
class A: pass
""",
            "b.py": """\
import a
Y = 2
def fb(): return a.X
def mk(): return a.A()
""",
            "main.py": """\
import a, b
S = a.fa() + b.fb()
""",
        },
        [
            [("a.py", "X = 1", "X = 10")],
            [("b.py", "Y = 2", "Y = 20")],
            [
                (
                    "a.py",
                    "class A: pass",
                    """\
class A:
    k = 1""",
                )
            ],
        ],
        [
            "S",
            'getattr(b.mk(),"k",0)',
        ],
    ),
    Program(
        "plugin_entrypoints_dict",
        {
            "p1.py": """\
def setup(reg): reg["p1"] = lambda: 1
""",
            "p2.py": """\
def setup(reg): reg["p2"] = lambda: 2
""",
            "main.py": """\
import p1, p2
REG = {}
for mod in (p1, p2): mod.setup(REG)
""",
        },
        [
            [("p1.py", "lambda: 1", "lambda: 11")],
            [("main.py", "(p1, p2)", "(p2, p1)")],
            [("main.py", "(p2, p1)", "(p2,)")],
        ],
        [
            "list(REG)",
            "{k: f() for k,f in REG.items()}",
        ],
    ),
    Program(
        "type_checking_guard",
        {
            "t.py": """\
class T:
    k = 1
""",
            "main.py": """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from t import T
def f(x: T) -> list[T]: return [x]
class C:
    a: T
    b: int = 0
ANN = f.__annotations__
""",
        },
        [
            [
                (
                    "main.py",
                    "b: int = 0",
                    '''\
b: int = 1
    c: str = ""''',
                )
            ],
            [("main.py", "-> list[T]", "-> tuple[T]")],
        ],
        [
            "f.__annotations__",
            "C.__annotations__",
            "C.b",
        ],
    ),
    Program(
        "conditional_import_held",
        {
            "c.py": """\
A = True
""",
            "x.py": """\
def f(): return "x"
V = 1
""",
            "y.py": """\
def f(): return "y"
V = 2
""",
            "user.py": """\
import x
H = [x.f]
""",
            "main.py": """\
import c, user
if c.A:
    from x import f, V
else:
    from y import f, V
W = V
""",
        },
        [
            [("c.py", "True", "False")],
            [("x.py", '"x"', '"xx"')],
            [("c.py", "False", "True")],
        ],
        [
            "f()",
            "user.H[0]()",
            "V",
            "W",
        ],
    ),
    Program(
        "import_inside_function",
        {
            "c.py": """\
K = 1
def h(): return K
""",
            "main.py": """\
def f():
    from c import K
    return K
def g():
    import c
    return c.h()
A = f()
B = g()
class Z:
    from c import K as k
    v = k + 1
""",
        },
        [
            [("c.py", "K = 1", "K = 2")],
        ],
        [
            "Z.k",
            "Z.v",
            "f()",
        ],
    ),
    Program(
        "plugin_folder_scan",
        {
            "plugins/__init__.py": """\
import pkgutil, importlib
NAMES = ["x", "y"]
LOADED = {n: importlib.import_module("." + n, __name__) for n in NAMES}
""",
            "plugins/x.py": """\
def run(): return "x"
PRIO = 1
""",
            "plugins/y.py": """\
def run(): return "y"
PRIO = 2
""",
            "main.py": """\
import plugins
ORDER = sorted(plugins.LOADED, key=lambda n: -plugins.LOADED[n].PRIO)
def run(): return [plugins.LOADED[n].run() for n in ORDER]
""",
        },
        [
            [("plugins/x.py", "PRIO = 1", "PRIO = 9")],
            [
                (
                    "plugins/y.py",
                    """\
"y"
P""",
                    """\
"yy"
P""",
                )
            ],
            [("plugins/__init__.py", '["x", "y"]', '["y"]')],
        ],
        [
            "run()",
            "ORDER",
        ],
    ),
    Program(
        "optional_modules_are_deleted_and_come_back",
        {
            "fast.py": "K = 2\ndef speed(): return K\n",
            "slow.py": "K = 1\ndef speed(): return K\n",
            "pkg/__init__.py": "",
            "pkg/extra.py": "NAME = 'extra'\n",
            "m.py": """\
try:
    import fast as impl
except ImportError:
    import slow as impl
try:
    from pkg import extra
    HAS = True
except (ImportError, AttributeError):
    extra, HAS = None, False
DOUBLE = impl.K * 2
""",
            "main.py": """\
import m
from m import impl, HAS
TEXT = m.extra.NAME if HAS else "none"
SPEED = impl.speed()
""",
        },
        [
            [("fast.py", None, None)],
            [("slow.py", "K = 1", "K = 5")],
            [("pkg/extra.py", None, None)],
            [("pkg/extra.py", None, "NAME = 'more'\n")],
            [("fast.py", None, "K = 3\ndef speed(): return K * 10\n")],
            [("fast.py", "K = 3", "K = 4")],
            [("fast.py", None, None), ("m.py", "impl.K * 2", "impl.K * 3")],
        ],
        ["m.impl.__name__", "impl.speed()", "m.DOUBLE", "TEXT", "SPEED", "m.HAS"],
    ),
    Program(
        "late_names_in_a_circle_of_imports",
        {
            "a.py": "STEP = 1\nimport b\nX = STEP\n",
            "b.py": "import a\nY = getattr(a, 'X', None)\nZ = a.STEP * 2\n",
            "main.py": "import a, b\n",
        },
        [
            [("a.py", "STEP = 1", "STEP = 2")],
            [("b.py", "* 2", "* 3")],
            [("b.py", "'X', None", "'X', 0")],
            [("a.py", "X = STEP", "X = STEP + 1")],
        ],
        ["b.Y", "b.Z", "a.X"],
    ),
]
