"""What a module hands on: stars, `__all__`, packages, aliases."""

from ..program import Program

PROGRAMS = [
    Program(
        "star_imports_in_layers",
        {
            "a.py": "X = 1\nY = 2\n_hidden = 3\ndef f(): return X\n",
            "b.py": "from a import *\nZ = X + Y\n__all__ = ['X', 'Z', 'f']\n",
            "c.py": "from b import *\nfrom a import Y as why\nW = [X, Z, why]\n",
            "main.py": "from c import *\nfrom a import *\nSEEN = sorted(n for n in dir() if len(n) == 1)\n",
        },
        [
            [("a.py", "X = 1", "X = 10")],
            [("b.py", "Z = X + Y", "Z = X * Y")],
            [("a.py", "Y = 2\n", "Y = 2\nQ = 4\n")],
            [("b.py", "'f']", "'f', 'Y']")],
            [("a.py", "Y = 2\n", "")],
            [("a.py", "X = 10\n", "X = 10\nY = 5\n")],
            [("b.py", "__all__ = ['X', 'Z', 'f', 'Y']\n", "")],
            [("c.py", "W = [X", "W = ['w', X")],
            [("a.py", "def f(): return X", "def f() return X")],
            [("a.py", "def f() return X", "def f(): return -X")],
        ],
        ["SEEN", "X, Y, Z, W", "f()", "Q"],
    ),
    Program(
        "star_import_all",
        {
            "m.py": """\
__all__ = ["a", "b"]
a = 1
b = 2
c = 3
""",
            "mid.py": """\
from m import *
from m import __all__ as _m_all
__all__ = [*_m_all, "d"]
d = 4
""",
            "main.py": """\
from mid import *
SUM = sum(v for k, v in list(globals().items()) if k in "abcd")
""",
        },
        [
            [("m.py", '["a", "b"]', '["a", "b", "c"]')],
            [("m.py", "a = 1", "a = 10")],
            [("m.py", '["a", "b", "c"]', '["b"]')],
            [("mid.py", "d = 4", "d = 40")],
        ],
        [
            "SUM",
            "sorted(k for k in globals() if len(k)==1)",
        ],
    ),
    Program(
        "package_reexports",
        {
            "pkg/__init__.py": """\
from .core import Engine, VERSION
from . import util as u
__all__ = ["Engine"]
""",
            "pkg/core.py": """\
from .const import BASE
VERSION = BASE + ".1"
class Engine:
    version = VERSION
    def go(self): return self.version
""",
            "pkg/const.py": """\
BASE = "1"
""",
            "pkg/util.py": """\
from .core import VERSION
def v(): return VERSION
TAG = "v" + VERSION
""",
            "main.py": """\
from pkg import Engine
import pkg
import pkg.util
e = Engine()
T = pkg.u.TAG
""",
        },
        [
            [("pkg/const.py", '"1"', '"2"')],
            [("pkg/core.py", '".1"', '".5"')],
            [
                (
                    "pkg/core.py",
                    """\
self.version
""",
                    """\
"<" + self.version + ">"
""",
                )
            ],
            [
                (
                    "pkg/__init__.py",
                    """\
VERSION
""",
                    """\
VERSION as V2
""",
                )
            ],
        ],
        [
            "e.go()",
            "T",
            "pkg.util.v()",
            'getattr(pkg,"VERSION",None)',
            'getattr(pkg,"V2",None)',
        ],
    ),
    Program(
        "reexport_alias_chain",
        {
            "a.py": """\
def f(): return 1
K = 1
""",
            "b.py": """\
from a import f as g, K as L
""",
            "c.py": """\
from b import g as h, L as M
V = M + 1
""",
            "main.py": """\
from c import h, M, V
import c
TAB = [h]
""",
        },
        [
            [("a.py", "return 1", "return 2")],
            [("a.py", "K = 1", "K = 5")],
            [("a.py", "def f()", "def f(x=1)")],
            [("b.py", "f as g, K", "f as g2, f as g, K")],
        ],
        [
            "h()",
            "TAB[0]()",
            "M",
            "V",
        ],
    ),
    Program(
        "star_no_all_private",
        {
            "m.py": """\
a = 1
_b = 2
""",
            "main.py": """\
from m import *
N = [k for k in ("a","_b","c") if k in globals()]
""",
        },
        [
            [
                (
                    "m.py",
                    "a = 1",
                    """\
a = 1
c = 3""",
                )
            ],
            [
                (
                    "m.py",
                    "_b = 2",
                    """\
__all__ = ["a", "_b"]
_b = 2""",
                )
            ],
            [
                (
                    "m.py",
                    """\
__all__ = ["a", "_b"]
""",
                    "",
                )
            ],
        ],
        [
            '[k for k in ("a","_b","c") if k in globals()]',
        ],
    ),
    Program(
        "all_built_by_decorator",
        {
            "m.py": """\
__all__ = []
def export(f): __all__.append(f.__name__); return f
@export
def a(): return 1
@export
def b(): return 2
""",
            "main.py": """\
from m import *
N = sorted(k for k in globals() if k in ("a","b","bb"))
""",
        },
        [
            [("m.py", "def b", "def bb")],
            [
                (
                    "m.py",
                    """\
@export
def a""",
                    "def a",
                )
            ],
        ],
        [
            "N",
            'sorted(k for k in globals() if k in ("a","b","bb"))',
        ],
    ),
    Program(
        "relative_and_parent",
        {
            "p/__init__.py": """\
NAME = "p"
from . import a
from .a import VAL
""",
            "p/a.py": """\
from . import NAME
VAL = NAME + "a"
""",
            "p/q/__init__.py": """\
from ..a import VAL
from .. import a as pa
X = VAL + "q"
""",
            "p/q/r.py": """\
from . import X
from ..a import VAL
R = X + VAL
""",
            "main.py": """\
import p.q.r
from p.q import r as rr
OUT = p.q.r.R, p.VAL, rr.R
""",
        },
        [
            [("p/__init__.py", '"p"', '"P"')],
            [("p/a.py", '"a"', '"A"')],
            [("p/q/__init__.py", '"q"', '"Q"')],
        ],
        [],
    ),
    Program(
        "nested_packages_with_relative_imports",
        {
            "app/__init__.py": "from .core import run, DEFAULT\nfrom .views import *\n",
            "app/core/__init__.py": "from ..conf import NAME\nfrom .engine import Engine as _Engine\nDEFAULT = _Engine(NAME)\ndef run(x): return DEFAULT.run(x)\n",
            "app/core/engine.py": "from .. import conf\nclass Engine:\n    def __init__(self, name): self.name = name\n    def run(self, x): return f'{self.name}:{x * conf.FACTOR}'\n",
            "app/conf.py": "NAME = 'e'\nFACTOR = 2\n",
            "app/views/__init__.py": "from .index import index\nfrom . import about\n__all__ = ['index', 'about']\n",
            "app/views/index.py": "from ..core import run\ndef index(): return run(1)\nTITLE = run(3)\n",
            "app/views/about.py": "from app.conf import NAME as title\nTEXT = title * 2\n",
            "main.py": "import app\nfrom app import index, about\nfrom app.views.index import TITLE\n",
        },
        [
            [("app/conf.py", "FACTOR = 2", "FACTOR = 3")],
            [("app/conf.py", "NAME = 'e'", "NAME = 'E'")],
            [("app/views/about.py", "title * 2", "title * 3")],
            [
                ("app/views/__init__.py", "'about']", "'about', 'index2']"),
                (
                    "app/views/__init__.py",
                    "from . import about\n",
                    "from . import about\nindex2 = lambda: 2\n",
                ),
            ],
            [("app/core/engine.py", "class Engine:", "class Engine:\n    kind = 'x'")],
            [
                (
                    "app/core/__init__.py",
                    "def run(x): return DEFAULT.run(x)",
                    "def run(x, times=1): return DEFAULT.run(x) * times",
                )
            ],
            [("app/core/__init__.py", "times=1", "times=2")],
        ],
        [
            "index()",
            "about.TEXT",
            "TITLE",
            "app.DEFAULT.name",
            "app.index2()",
            "app.run(5)",
            "app.DEFAULT.kind",
        ],
    ),
]
