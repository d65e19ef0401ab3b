"""What statements put elsewhere by code that only a second look finds: it is undone, and not made twice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ..application import drive, fresh_start, running

Case = tuple[Mapping[str, str], str, str, str]
"""The files, what is replaced in main.py and by what, and what is looked at."""

BY_WHAT_IT_MAKES: dict[str, Case] = {
    "a class body calls its own function": (
        {"main.py": "LOG = []\nclass A:\n    def go(n): LOG.append(n)\n    go(3)\n"},
        "go(3)",
        "go(4)",
        "LOG",
    ),
    "which calls what a registry holds": (
        {
            "lib.py": "LOG, TABLE = [], {}\ndef x(n): LOG.append(n)\nTABLE['x'] = x\n",
            "main.py": """
from lib import LOG, TABLE
class A:
    def go(n): TABLE['x'](n)
    go(3)
""",
        },
        "go(3)",
        "go(4)",
        "LOG",
    ),
    "a class body registers with its own decorator": (
        {
            "main.py": """
TABLE = {}
class A:
    def on(key):
        def add(f): TABLE[key] = f; return f
        return add
    @on('a')
    def one(self): pass
""",
        },
        "on('a')",
        "on('b')",
        "list(TABLE)",
    ),
    "a lambda is called where it stands": (
        {"main.py": "LOG = []\nX = (lambda n: LOG.append(n))(3)\n"},
        "(3)",
        "(4)",
        "LOG",
    ),
    "a lambda is called by a builtin": (
        {"main.py": "LOG = []\nX = [*map(lambda n: LOG.append(n), (1, 2))]\n"},
        "(1, 2)",
        "(1, 3)",
        "LOG",
    ),
    "a decorator calls its function": (
        {"main.py": "LOG = []\ndef now(f): f(); return f\n@now\ndef go(): LOG.append(1)\n"},
        "@now\n",
        "",
        "LOG",
    ),
    "a decorator that is made calls its function": (
        {
            "main.py": """
LOG = []
def now(n):
    def call(f): f(n); return f
    return call
@now(3)
def go(n): LOG.append(n)
""",
        },
        "now(3)",
        "now(4)",
        "LOG",
    ),
    "a base calls a method": (
        {
            "main.py": """
LOG = []
class Base:
    def __init_subclass__(cls): cls.register()
class A(Base):
    name = 'a'
    @classmethod
    def register(cls): LOG.append(cls.name)
""",
        },
        "'a'",
        "'b'",
        "LOG",
    ),
    "a base makes an instance": (
        {
            "main.py": """
LOG = []
class Base:
    def __init_subclass__(cls): cls()
class A(Base):
    name = 'a'
    def __init__(self): self.start()
    def start(self): LOG.append(self.name)
""",
        },
        "'a'",
        "'b'",
        "LOG",
    ),
    "a class decorator makes an instance and calls it": (
        {
            "main.py": """
LOG = []
def single(cls): cls().start(); return cls
@single
class A:
    name = 'a'
    def start(self): LOG.append(self.name)
""",
        },
        "'a'",
        "'b'",
        "LOG",
    ),
    "a metaclass calls a method": (
        {
            "main.py": """
LOG = []
class Meta(type):
    def __init__(cls, *a): cls.start(cls)
class A(metaclass=Meta):
    name = 'a'
    def start(self): LOG.append(self.name)
""",
        },
        "'a'",
        "'b'",
        "LOG",
    ),
    "a descriptor calls a method of its class": (
        {
            "main.py": """
LOG = []
class D:
    def __set_name__(self, owner, name): owner.note(name)
class A:
    d = D()
    def note(name): LOG.append(name)
""",
        },
        "d = D()",
        "e = D()",
        "LOG",
    ),
}
BY_A_DETOUR: dict[str, Case] = {
    "a function that names a module": (
        {"reg.py": "L = []\n", "main.py": "import reg\ndef s(): reg.L.append(1)\nq = s()\n"},
        "q = s()\n",
        "",
        "reg.L",
    ),
    "a function of a module in a package": (
        {
            "pkg/__init__.py": "",
            "pkg/reg.py": "L = []\ndef add(x): L.append(x)\n",
            "main.py": "import pkg.reg\ndef s(): pkg.reg.add(1)\nq = s()\n",
        },
        "q = s()\n",
        "",
        "pkg.reg.L",
    ),
    "a function that imports": (
        {
            "pkg/__init__.py": "",
            "pkg/reg.py": "L = []\n",
            "pkg/on.py": "def on(f):\n    from .reg import L\n    L.append(f())\n    return f\n",
            "main.py": "import pkg.reg\nfrom pkg.on import on\n@on\ndef f(): return 1\n",
        },
        "@on\n",
        "",
        "pkg.reg.L",
    ),
    "a function that sets a name of a module": (
        {"cfg.py": "X = 1\n", "main.py": "import cfg\ndef s(): cfg.X = 5\nq = s()\n"},
        "q = s()\n",
        "",
        "cfg.X",
    ),
    "two functions that each set a global": (
        {
            "lib.py": """
N = M = 0
def n(): global N; N = 5
def m(): global M; M = 6
def both(): n(); m()
""",
            "main.py": "import lib\nfrom lib import both\nX = both()\n",
        },
        "X = both()\n",
        "",
        "(lib.N, lib.M)",
    ),
    "a list in a slot": (
        {
            "main.py": """
class Bus:
    __slots__ = ("items",)
    def __init__(self): self.items = []
    def on(self, f): self.items.append(f); return f
bus = Bus()
@bus.on
def f(): return 1
@bus.on
def g(): return 2
""",
        },
        "@bus.on\ndef g(): return 2\n",
        "",
        "[f() for f in bus.items]",
    ),
    "a slot": (
        {
            "main.py": """
class Box:
    __slots__ = ("x", "y")
box = Box()
def s(): box.y = 2
q = s()
""",
        },
        "q = s()\n",
        "",
        "hasattr(box, 'y')",
    ),
    "a property's setter": (
        {
            "main.py": """
LOG = []
class Box:
    @property
    def x(self): return 1
    @x.setter
    def x(self, value): LOG.append(value)
box = Box()
box.x = 3
""",
        },
        "x = 3",
        "x = 4",
        "LOG",
    ),
    "a partial": (
        {
            "main.py": """
from functools import partial
L = []
def add(key, f): L.append((key, f())); return f
get = partial(add, 'get')
@get
def f(): return 1
""",
        },
        "@get\n",
        "",
        "L",
    ),
    "a cached function": (
        {
            "main.py": "from functools import cache\nL = []\n@cache\ndef s(x): L.append(x)\nq = s(1)\n"
        },
        "s(1)",
        "s(2)",
        "L",
    ),
    "a default factory": (
        {
            "main.py": """
from collections import defaultdict
L = []
def make(): L.append(1); return []
D = defaultdict(make)
def on(key): D[key].append(1)
q = on('a')
""",
        },
        "on('a')",
        "on('b')",
        "(L, [*D])",
    ),
}
BY_NAME_AT_RUN_TIME: dict[str, Case] = {
    "a text is evaluated": (
        {"main.py": "L = []\ndef f(): L.append(1)\nX = eval('f() or 1')\n"},
        "or 1",
        "or 2",
        "L",
    ),
    "a function evaluates a text": (
        {
            "main.py": "L = []\ndef f(): L.append(1)\ndef run(t): return eval(t)\nX = run('f() or 1')\n"
        },
        "or 1",
        "or 2",
        "L",
    ),
    "eval has another name": (
        {"main.py": "L = []\ndef f(): L.append(1)\nrun = eval\nX = run('f() or 1')\n"},
        "or 1",
        "or 2",
        "L",
    ),
    "a constant that eval reads under another name": (
        {"main.py": "N = 1\nrun = eval\nX = run('N + 1')\n"},
        "N = 1",
        "N = 2",
        "X",
    ),
    "globals()": (
        {
            "main.py": "L = []\ndef f(): L.append(1)\ndef run(t): return globals()[t]()\nX = run('f')\n"
        },
        "X = run('f')",
        "X = [run('f')]",
        "L",
    ),
    "a function of a module": (
        {
            "h.py": "L = []\ndef do_a(): L.append('a')\ndef do_b(): L.append('b')\n",
            "main.py": "import h\ndef run(n): return getattr(h, 'do_' + n)()\nX = run('a')\n",
        },
        "run('a')",
        "run('b')",
        "h.L",
    ),
    "a list that a function has": (
        {
            "main.py": """
def on(f): on.all.append(f.__name__); return f
on.all = []
@on
def a(): pass
@on
def b(): pass
""",
        },
        "def b",
        "def c",
        "on.all",
    ),
}
LATER_SET: dict[str, Case] = {
    "a global that a function sets": (
        {"main.py": "X = None\ndef init(): global X; X = 5\nq = init()\n"},
        "X = None",
        "X = 0",
        "X",
    ),
    "an attribute of a class": (
        {"main.py": "class A:\n    x = 1\ndef init(): A.x = 5\nq = init()\n"},
        "x = 1",
        "x = 2",
        "A.x",
    ),
}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name)
        for table in (BY_WHAT_IT_MAKES, BY_A_DETOUR, BY_NAME_AT_RUN_TIME, LATER_SET)
        for name, case in table.items()
    ],
)
@drive
async def test_it_is_as_after_a_fresh_start(case: Case):
    files, old, new, look = case
    async with running(files) as app:
        await app.edit("main.py", old, new)
        seen = repr(eval(look, vars(app["main.py"])))
    edited = {**files, "main.py": files["main.py"].replace(old, new)}
    assert seen == await fresh_start(edited, look)
