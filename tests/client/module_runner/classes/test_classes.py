"""Classes whose statement runs again: nothing else holds a second one, and nothing is there twice.

Every row is one program, one or more edits, and what has to be true afterwards. What is held before
the edits is what `hold` returns.
"""

from __future__ import annotations

import gc
import inspect
import sys

import pytest

from ..application import drive, running, tiers

REGISTRY = """
import weakref
PAIRS, NAMES, SEEN, MAKERS = [], {}, set(), []
WEAK, WEAKEST = weakref.WeakValueDictionary(), weakref.WeakSet()
class Last:
    cls = None
LAST = Last()
def register(cls):
    def make():
        return cls()
    PAIRS.append((cls.__name__, cls))
    NAMES[cls.__name__] = WEAK[cls.__name__] = LAST.last = Last.cls = cls
    SEEN.add(cls)
    WEAKEST.add(cls)
    MAKERS.append(make)
    return cls
"""
DECORATED = (
    "from lib import register\n@register\nclass A:\n    n = 1\n    def f(self): return self.n\n"
)
TOLD = """
from lib import register
class Base:
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        register(cls)
class A(Base):
    n = 1
"""
META = """
from lib import register
class Meta(type):
    def __init__(cls, *rest):
        super().__init__(*rest)
        cls.me = lambda: cls
        if rest[1]:
            register(cls)
class Base(metaclass=Meta):
    pass
class A(Base):
    n = 1
"""


@pytest.mark.parametrize("m", [DECORATED, TOLD, META])
@drive
async def test_whatever_holds_a_class_holds_the_one_that_lives(m):
    async with running(lib=REGISTRY, m=m, main="import m\n") as app:
        lib, A = app["lib.py"], app["m.py"].A
        old = A()
        for number in (2, 3):
            report = await app.edit("m.py", f"n = {number - 1}", f"n = {number}")
            gc.collect()
            assert app["m.py"].A is A
            assert lib.PAIRS == [("A", A)]
            assert ({"A": A}, {A}) == (lib.NAMES, lib.SEEN)
            assert dict(lib.WEAK) == {"A": A}
            assert list(lib.WEAKEST) == [A]
            assert lib.LAST.last is lib.Last.cls is A
            assert {type(make()) for make in lib.MAKERS} == {A}
            assert old.n == lib.MAKERS[-1]().n == number
            assert {tier for _, tier in tiers(report)} == {"PATCH"}
            assert [x for x in A.__mro__[1].__subclasses__() if x.__name__ == "A"] == [A]
            assert not hasattr(A, "me") or A.me() is A


@drive
async def test_an_edit_that_fails_leaves_registries_as_they_were():
    async with running(lib=REGISTRY, m=DECORATED, main="import m\n") as app:
        lib, A = app["lib.py"], app["m.py"].A
        bad = DECORATED.replace("n = 1", "n = 2\n    added = 3") + "raise LookupError\n"
        report = await app.update(m=bad)
        assert isinstance(report.error, LookupError)
        assert (A.n, hasattr(A, "added"), app["m.py"].A is A) == (1, False, True)
        assert lib.PAIRS[0] == ("A", A)


ROWS = {
    "a class kept in a decorator's closure": (
        """
        def singleton(cls):
            made = {}
            def get():
                if cls not in made:
                    made[cls] = cls()
                return made[cls]
            return get
        @singleton
        class Config:
            a = 1
        """,
        [("a = 1", "a = 2\n    b = 3")],
        lambda m: m.Config(),
        lambda m, held: (held.a, held.b, m.Config() is held) == (2, 3, True),
    ),
    "a class kept by an instance that stands for it": (
        """
        class Lazy:
            def __init__(self, cls):
                self.cls = cls
            def __call__(self):
                return self.cls()
        @Lazy
        class Config:
            a = 1
        """,
        [("a = 1", "a = 2\n    b = 3")],
        lambda m: m.Config(),
        lambda m, held: (held.b, m.Config().a) == (3, 2),
    ),
    "super() behind a descriptor of the program's own": (
        """
        class own:
            def __init__(self, function):
                self.hidden = [function]
            def __get__(self, instance, owner=None):
                return lambda *args: self.hidden[0](instance, *args)
        class A:
            def go(self):
                return ["A"]
        class B(A):
            @own
            def go(self, x=1):
                return ["B", x, *super().go()]
        """,
        [("'B'", "'b'"), ("x=1", "x=2"), ("class B(A):", "class B(A):\n    k = 1")],
        lambda m: m.B(),
        lambda m, held: held.go() == m.B().go() == ["B", 2, "A"],
    ),
    "__class__ in a lambda of a dict of the class": (
        "class A:\n    k = 1\n    T = {'x': [lambda: __class__.k]}\n    def f(self): return __class__\n",
        [("k = 1", "k = 2"), ("'x':", "'z': 0, 'x':")],
        lambda m: m.A(),
        lambda m, held: (m.A.T["x"][0](), held.f()) == (2, m.A),
    ),
    "a private counter": (
        """
        class C:
            __made = 0
            LIMIT = 1
            def __init__(self):
                C.__made += 1
            @classmethod
            def made(cls):
                return cls.__made
        """,
        [("LIMIT = 1", "LIMIT = 2")],
        lambda m: [m.C(), m.C()],
        lambda m, held: m.C.made() == 2,
    ),
    "a private name that is removed": (
        "class _C:\n    __a = 1\n    __b = 2\n",
        [("    __b = 2\n", "")],
        None,
        lambda m, held: (hasattr(m._C, "_C__a"), hasattr(m._C, "_C__b")) == (True, False),
    ),
    "a class below an exception": (
        "class Base(Exception): pass\nclass One(Base):\n    n = 1\n",
        [("n = 1", "n = 2")],
        lambda m: m.One,
        lambda m, held: (m.Base.__subclasses__(), held.n) == ([m.One], 2) and m.One is held,
    ),
    "a class with slots below one with slots": (
        "class A:\n    __slots__ = ('a',)\nclass B(A):\n    __slots__ = ('b',)\n    n = 1\n",
        [("n = 1", "n = 2\n    def f(self): return self.b")],
        lambda m: m.B(),
        lambda m, held: m.A.__subclasses__() == [type(held)] and held.n == 2,
    ),
    "a metaclass, and bases that can't be taken away": (
        ("class Meta(type):\n    def __new__(m, *a): return super().__new__(m, *a)\n"
        "class Base(Exception, metaclass=Meta): pass\nclass One(Base):\n    n = 1\n"),
        [("n = 1", "n = 2")],
        lambda m: m.One,
        lambda m, held: (m.Base.__subclasses__(), held.n) == ([m.One], 2),
    ),
    "a statement of the body that has not changed": (
        "import itertools\ncount = itertools.count()\nclass C:\n    first = next(count)\n    n = 1\n",
        [("n = 1", "n = 2")],
        None,
        lambda m, held: (m.C.first, m.C.n, next(m.count)) == (0, 2, 1),
    ),
    "a method that registers itself, beside what changed": (
        ("H = []\ndef on(f):\n    H.append(f)\n    return f\n"
        "class C:\n    n = 1\n    @on\n    def f(self): return 'f'\n"),
        [("n = 1", "n = 2")],
        None,
        lambda m, held: [f(0) for f in m.H] == ["f"],
    ),
    "names of the body that mean globals": (
        "class C:\n    size = len([1])\n    def len(self): return 5\n",
        [("len([1])", "len([1, 2])")],
        None,
        lambda m, held: (m.C.size, m.C().len()) == (2, 5),
    ),
    "annotations of a part": (
        "class C:\n    a: int = 1\n    b: str\n    c: 'float' = 2\n    n = 1\n",
        [("n = 1", "n = 2"), ("c: 'float' = 2", "c: 'float' = 3\n    d: bytes = b''")],
        None,
        lambda m, held: (
            m.C.__annotations__ == {"a": int, "b": str, "c": "float", "d": bytes}
            and list(m.C.__annotations__) == ["a", "b", "c", "d"]
        ),
    ),
    "no annotations any more": (
        "class C:\n    a: int = 1\n",
        [("a: int = 1", "a = 1")],
        None,
        lambda m, held: m.C.__annotations__ == {},
    ),
    "fields of a dataclass keep their options": (
        ("from dataclasses import dataclass, field\n@dataclass\nclass D:\n"
        "    a: int = field(default=1, repr=False)\n    b: int = 2\n    seen = []\n"),
        [("b: int = 2", "b: int = 3")],
        lambda m: (m.D(), m.D.seen.append(1)),
        lambda m, held: repr(m.D()) == "D(b=3)" and m.D.seen == [1] and held[0] == m.D(b=2),
    ),
    "a decorator that wraps every method": (
        """
        def shout(cls):
            for name, f in list(vars(cls).items()):
                if callable(f):
                    setattr(cls, name, lambda self, f=f: f(self) + "!")
            return cls
        @shout
        class C:
            n = 1
            def f(self):
                return "f"
            def g(self):
                return "g"
        """,
        [("n = 1", "n = 2"), ('"g"', '"G"')],
        lambda m: m.C(),
        lambda m, held: (held.f(), held.g(), m.C().f()) == ("f!", "G!", "f!"),
    ),
    "equality comes and goes with the hash": (
        "class C:\n    n = 1\n",
        [("n = 1", "n = 1\n    def __eq__(self, other): return True")],
        lambda m: m.C(),
        lambda m, held: held == 5 and m.C.__hash__ is None,
    ),
    "a static new": (
        "class C:\n    n = 1\n",
        [("n = 1", "n = 1\n    def __new__(cls): return super().__new__(cls)")],
        lambda m: m.C(),
        lambda m, held: type(m.C()) is type(held) is m.C,
    ),
    "an alias of a function of the module": (
        "def one(self=0): return 1\ndef two(self=0): return 2\nclass C:\n    f = one\n",
        [("f = one", "f = two")],
        lambda m: m.C(),
        lambda m, held: (m.one(), held.f()) == (1, 2),
    ),
    "options of a class": (
        ("KEYS = {}\nclass Base:\n    def __init_subclass__(cls, key): KEYS[cls.__name__] = key\n"
        "class A(Base, key='a'): pass\n"),
        [("key='a'", "key='b'")],
        None,
        lambda m, held: m.KEYS == {"A": "b"},
    ),
    "a generic class": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]):\n    n = 1\n",
        [("n = 1", "n = 2\n    def get(self) -> T: ...")],
        lambda m: m.Box[int](),
        lambda m, held: held.n == 2 and m.Box.__parameters__ == (m.T,) and m.Box[int] is not None,
    ),
    "nested classes": (
        "class A:\n    class B:\n        class C:\n            k = 1\n            seen = []\n",
        [("k = 1", "k = 2")],
        lambda m: (m.A.B.C(), m.A.B.C.seen.append(1)),
        lambda m, held: type(held[0]) is m.A.B.C and (held[0].k, held[0].seen) == (2, [1]),
    ),
    "a condition chooses the class": (
        "import sys\nif sys:\n    class C:\n        n = 1\nelse:\n    class C:\n        n = 5\n",
        [("n = 1", "n = 2")],
        lambda m: m.C(),
        lambda m, held: type(held) is m.C and held.n == 2,
    ),
    "a class that extends itself": (
        "class A:\n    n = 1\nclass A(A):\n    k = 1\n",
        [("n = 1", "n = 2"), ("k = 1", "k = 2")],
        None,
        lambda m, held: (m.A.n, m.A.k, len(m.A.__mro__)) == (2, 2, 3),
    ),
    "a field of a ctypes structure": (
        ("ctypes = __import__('pytest').importorskip('ctypes')\nclass P(ctypes.Structure):\n"
        "    _fields_ = [('x', ctypes.c_int)]\n"),
        [("c_int)]", "c_int), ('y', ctypes.c_int)]"), ("_fields_", "k = 3\n    _fields_")],
        None,
        lambda m, held: (m.P(1, 2).y, m.P.k) == (2, 3),
    ),
    "what an enum has besides its members": (
        "import enum\nclass E(enum.Enum):\n    A = 1\n    def old(self): ...\n",
        [
            (
                "def old(self): ...",
                ("_missing_ = classmethod(lambda cls, value: cls._first())\n"
                "    @classmethod\n    def _first(cls): return cls.A\n"
                "    @property\n    def label(self): return self.name.lower()\n"),
            )
        ],
        lambda m: m.E.A,
        lambda m, held: m.E(99) is m.E.A is held and held.label == "a" and not hasattr(held, "old"),
    ),
    "an enum loses what it had": (
        "import enum\nclass E(enum.Enum):\n    A = 1\n    @classmethod\n    def _missing_(cls, v): return cls.A\n",
        [("    @classmethod\n    def _missing_(cls, v): return cls.A\n", "    def f(self): return 1\n")],
        lambda m: m.E.A,
        lambda m, held: "_missing_" not in vars(m.E) and held.f() == 1,
    ),
    "a signature of the init of members": (
        ("import enum\nclass E(enum.Enum):\n    A = (1, 2)\n"
        "    def __init__(self, x, y): self.s = x + y\n"),
        [("def __init__(self, x, y)", "def __init__(self, x, y, z=5)"), ("x + y", "x + y + z")],
        lambda m: m.E.A,
        lambda m, held: held.s == 8 and held is m.E.A,
    ),
}  # fmt: skip


DOCUMENTED = """
import functools
def decorate(function):
    @functools.wraps(function)
    def wrapper(*args): return function(*args)
    return wrapper
class C:
    @property
    def a(self): "old"
    @functools.cached_property
    def b(self): "old"
    @classmethod
    def c(cls): "old"
    @decorate
    def d(self): "old"
@decorate
def e(): "old"
@functools.lru_cache
def f(): "old"
"""


@drive
async def test_what_wraps_a_function_has_its_new_docstring():
    async with running(m=DOCUMENTED) as app:
        m = app["m.py"]
        held = [vars(m.C)[name] for name in "abcd"] + [m.e, m.f]
        await app.edit("m.py", '"old"', '"new"')
        assert [x.__doc__ for x in held] == ["new"] * 6


@drive
async def test_the_source_of_a_class_is_found_after_its_lines_have_moved():
    text = "class C:\n    def f(self):\n        self.a = 1\n    class D:\n        k = 1\n"
    async with running(m=text) as app:
        C = app["m.py"].C
        await app.good(m="# one\n\nX = 1\n" + text.replace("self.a = 1", "self.a = self.b = 1"))
        assert inspect.getsource(C).startswith("class C:")
        assert inspect.getsource(C.D).lstrip().startswith("class D:")
        if sys.version_info >= (3, 13):
            assert sorted(C.__static_attributes__) == ["a", "b"]
        await app.edit("m.py", "k = 1", "k = 2")
        await app.edit("m.py", "X = 1\n", "")
        assert inspect.getsource(C.D).lstrip().startswith("class D:")
        assert inspect.getsource(C).startswith("class C:")


@pytest.mark.parametrize("row", ROWS)
@drive
async def test_row(row):
    text, edits, hold, check = ROWS[row]
    async with running(m=text, b="from m import *\n") as app:
        held = hold(app["m.py"]) if hold else None
        for old, new in edits:
            if old in app.runner.modules.by_path("m.py")[0].source:
                await app.edit("m.py", old, new)
        assert check(app["m.py"], held)


ABSTRACT = """
import abc
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def name(self): return "shape"
"""


@drive
async def test_methods_become_abstract_and_cease_to_be_for_subclasses_elsewhere():
    b = "import m\nclass Square(m.Shape):\n    def area(self): return 1\nclass Sub(Square): pass\n"
    async with running(m=ABSTRACT, b=b, main="import b\n") as app:
        Square, Sub = app["b.py"].Square, app["b.py"].Sub
        assert inspect.isabstract(Sub)
        await app.edit("m.py", "    @property\n    @abc.abstractmethod\n", "    @property\n")
        assert (Square().name, Sub().area()) == ("shape", 1)
        await app.edit(
            "m.py", "def area", "def more(self): ...\n    @abc.abstractmethod\n    def area"
        )
        assert inspect.isabstract(Sub)
        bad = app.runner.modules.by_path("m.py")[0].source.replace("    @abc.abstractmethod\n", "")
        assert (await app.update(m=bad + "raise LookupError\n")).error is not None
        assert inspect.isabstract(Sub)
        await app.edit("b.py", "def area", "def more(self): return 2\n    def area")
        assert Sub().more() == 2
