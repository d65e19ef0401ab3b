"""Modules as objects: `__getattr__`, `globals()`, attributes set from elsewhere."""

from ..program import Program

PROGRAMS = [
    Program(
        "module_getattr_and_lazy_packages",
        {
            "pkg/__init__.py": """\
from importlib import import_module
_lazy = {"Heavy": ".heavy", "light": ".light"}
__all__ = ["VERSION", *_lazy]
VERSION = "1"
def __getattr__(name):
    if name in _lazy:
        value = getattr(import_module(_lazy[name], __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
def __dir__(): return sorted(__all__)
""",
            "pkg/heavy.py": """\
SIZE = 5
class Heavy:
    size = SIZE
    def go(self): return self.size
""",
            "pkg/light.py": "def light(x=1): return x\n",
            "main.py": """\
import pkg
from pkg import Heavy
NAMES = dir(pkg)
held = pkg.light
""",
        },
        [
            [("pkg/heavy.py", "SIZE = 5", "SIZE = 6")],
            [("pkg/light.py", "x=1", "x=2")],
            [("pkg/heavy.py", "return self.size", "return self.size * 2")],
            [
                ("pkg/__init__.py", '"light": ".light"', '"light": ".light", "more": ".light"'),
                ("pkg/light.py", "def light", "def more(): return 'm'\ndef light"),
            ],
            [("pkg/__init__.py", 'VERSION = "1"', 'VERSION = "2"')],
            [("pkg/light.py", "def light(x=2): return x", "def light(x=2) return x")],
            [("pkg/light.py", "def light(x=2) return x", "def light(x=2): return -x")],
            [
                (
                    "pkg/__init__.py",
                    "raise AttributeError(name)",
                    "if name == 'zero': return 0\n    raise AttributeError(name)",
                )
            ],
        ],
        [
            "NAMES",
            "pkg.light(5)",
            "Heavy is pkg.Heavy",
            "pkg.more()",
            "pkg.zero",
            "Heavy().go()",
            "pkg.VERSION",
        ],
    ),
    Program(
        "module_getattr",
        {
            "lazy.py": """\
_DATA = {"a": 1}
def __getattr__(name):
    if name in _DATA: return _DATA[name]
    raise AttributeError(name)
def __dir__(): return sorted(_DATA)
""",
            "main.py": """\
import lazy
V = lazy.a
from lazy import a as W
def get(): return lazy.a
""",
        },
        [
            [("lazy.py", '"a": 1', '"a": 2')],
            [("lazy.py", '"a": 2', '"a": 2, "b": 3')],
        ],
        [
            "get()",
            "dir(lazy)",
        ],
    ),
    Program(
        "sys_modules_replace",
        {
            "m.py": """\
import sys
class _Mod:
    x = 1
    def f(self): return self.x
sys.modules[__name__] = _Mod()
""",
            "main.py": """\
import m
def get(): return m.f(), m.x
""",
        },
        [
            [("m.py", "x = 1", "x = 2")],
            [("m.py", "return self.x", "return self.x * 5")],
        ],
        [
            "get()",
        ],
    ),
    Program(
        "module_class_assign",
        {
            "m.py": """\
import sys, types
class _M(types.ModuleType):
    @property
    def now(self): return 1
sys.modules[__name__].__class__ = _M
""",
            "main.py": """\
import m
def get(): return m.now
""",
        },
        [
            [("m.py", "return 1", "return 2")],
            [
                (
                    "m.py",
                    "def now(self): return 2",
                    """\
def now(self): return 3
    @property
    def later(self): return 4""",
                )
            ],
        ],
        [
            "get()",
            'getattr(m,"later",0)',
        ],
    ),
    Program(
        "globals_writes",
        {
            "m.py": """\
PRE = "x_"
for i in range(3):
    globals()[PRE + str(i)] = i
vars()["extra"] = 9
def define(name, v): globals()[name] = v
define("y", 5)
""",
            "main.py": """\
import m
NAMES = sorted(k for k in vars(m) if k[:2] in ("x_", "z_") or k in ("y","yy","extra"))
""",
        },
        [
            [("m.py", "range(3)", "range(2)")],
            [("m.py", 'PRE = "x_"', 'PRE = "z_"')],
            [("m.py", '"y", 5', '"yy", 6')],
        ],
        [
            "NAMES",
            'sorted(k for k in vars(m) if k[:2] in ("x_", "z_") or k in ("y","yy","extra"))',
            'getattr(m,"yy",None)',
        ],
    ),
    Program(
        "setattr_on_module",
        {
            "m.py": """\
X = 1
""",
            "conf.py": """\
import sys, m
m.X = 5
setattr(sys.modules["m"], "Z", 7)
""",
            "main.py": """\
import conf, m
Y = m.X + 1
""",
        },
        [
            [("conf.py", "m.X = 5", "m.X = 6")],
            [("conf.py", '"Z", 7', '"Z", 8')],
            [
                (
                    "conf.py",
                    """\
m.X = 6
""",
                    "",
                )
            ],
            [("m.py", "X = 1", "X = 2")],
        ],
        [
            "m.X",
            "m.Z",
            "Y",
        ],
    ),
    Program(
        "warnings_and_sys_path",
        {
            "main.py": """\
import warnings, sys
warnings.filterwarnings("ignore", message="shape")
sys.path.append("/shape/one")
N = sum(p.startswith("/shape") for p in sys.path)
""",
        },
        [
            [("main.py", '"shape")', '"shape2")')],
            [("main.py", "/shape/one", "/shape/two")],
        ],
        [
            '[p for p in sys.path if p.startswith("/shape")]',
            'len([f for f in warnings.filters if f[1] and "shape" in f[1].pattern])',
        ],
    ),
    Program(
        "dunder_main_guard",
        {
            "m.py": """\
def go(): return 1
if __name__ == "__main__":
    X = go()
""",
            "main.py": """\
import m
def main(): return m.go() + 1
if __name__ == "__main__":
    RESULT = main()
""",
        },
        [
            [("main.py", "RESULT = main()", "RESULT = main() * 2")],
        ],
        [
            "main()",
        ],
    ),
    Program(
        "globals_update_exec",
        {
            "m.py": """\
CODE = "q = 1"
exec(CODE)
globals().update({"w": 2})
def setg(**k): globals().update(k)
setg(e=3)
""",
            "main.py": """\
import m
N = {k: v for k, v in vars(m).items() if k in "qwerty" and len(k) == 1}
""",
        },
        [
            [("m.py", "q = 1", "q = 2")],
            [("m.py", '"w": 2', '"r": 2')],
            [("m.py", "e=3", "t=3")],
        ],
        [
            '{k: v for k, v in vars(m).items() if k in "qwerty" and len(k) == 1}',
        ],
    ),
    Program(
        "docs_are_read",
        {
            "m.py": '''\
"""Mod doc."""
def f():
    """F doc."""
class C:
    """C doc."""
    def g(self):
        """G doc."""
''',
            "main.py": """\
import m, inspect
A = m.__doc__
B = m.f.__doc__
C = m.C.__doc__
D = m.C.g.__doc__
E = inspect.getdoc(m.f)
H = {f.__name__: f.__doc__ for f in (m.f,)}
""",
        },
        [
            [("m.py", "Mod doc", "Mod 2")],
            [("m.py", "F doc", "F 2")],
            [("m.py", "C doc", "C 2")],
            [("m.py", "G doc", "G 2")],
        ],
        [],
    ),
]
