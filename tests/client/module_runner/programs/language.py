"""What the language has, as programs use it; most have an edit that breaks them, and one that mends it."""

from .program import Program

PROGRAMS = [
    Program(
        "enum_flags_and_methods",
        {
            "m.py": """\
from enum import Enum, Flag, IntEnum, StrEnum, auto, unique
class Perm(Flag):
    READ = auto()
    WRITE = auto()
    ALL = READ | WRITE
class Level(IntEnum):
    LOW = 1
    HIGH = 10
    @property
    def label(self): return self.name.lower()
@unique
class Color(StrEnum):
    RED = auto()
    BLUE = auto()
    @classmethod
    def parse(cls, text): return cls(text.strip())
class Shape(Enum):
    SQUARE = (4, True)
    CIRCLE = (0, False)
    def __init__(self, sides, straight): self.sides, self.straight = sides, straight
""",
            "main.py": """\
from m import *
import m
NAMES = {Level.LOW: "l", Color.RED: "r"}
DEFAULT = Perm.READ
def table(): return [(x.name, x.value) for c in (m.Perm, m.Level, m.Color, m.Shape) for x in c]
""",
        },
        [
            [("m.py", "self.name.lower()", "self.name.title()")],
            [("m.py", "    HIGH = 10\n", "    HIGH = 20\n    TOP = 30\n")],
            [("m.py", "    BLUE = auto()\n", "    BLUE = auto(\n")],
            [("m.py", "    BLUE = auto(\n", "    BLUE = auto()\n    GREEN = 'green!'\n")],
            [("m.py", "    GREEN = 'green!'\n", "    GREEN = 'red'\n")],
            [("m.py", "    GREEN = 'red'\n", "")],
            [
                ("m.py", "    WRITE = auto()\n", "    WRITE = auto()\n    RUN = auto()\n"),
                ("m.py", "READ | WRITE", "READ | WRITE | RUN"),
            ],
            [("m.py", "text.strip()", "text.strip().lower()")],
            [("m.py", "(0, False)", "(1, False)")],
        ],
        [
            "table()",
            "repr(m.Perm.ALL)",
            "Level.LOW.label",
            "NAMES[m.Level.LOW], NAMES[m.Color.RED]",
            "DEFAULT is m.Perm.READ",
            "m.Color.parse(' red ')",
            "m.Shape.CIRCLE.sides",
            "m.Color.parse(' RED ')",
        ],
    ),
    Program(
        "dataclass_options_and_inheritance",
        {
            "m.py": """\
from dataclasses import dataclass, field, fields, KW_ONLY, asdict, replace, InitVar
SIZE = 3
@dataclass(kw_only=True)
class Base:
    id: int = 0
    tags: list = field(default_factory=list, compare=False)
@dataclass
class Item(Base):
    name: str
    _: KW_ONLY
    size: int = SIZE
    factor: InitVar[int] = 2
    def __post_init__(self, factor): self.area = self.size * factor
@dataclass(eq=False, unsafe_hash=True)
class Key:
    a: int = 1
    b: int = field(default=2, hash=False, repr=False)
""",
            "main.py": """\
from m import *
import m
def make(**kw): return m.Item("n", **kw)
DEFAULT = make()
""",
        },
        [
            [("m.py", "SIZE = 3", "SIZE = 4")],
            [("m.py", "    id: int = 0\n", "    id: int = 1\n    owner: str = 'me'\n")],
            [("m.py", "    size: int = SIZE\n", "    size: int = SIZE\n    count: int\n")],
            [("m.py", "    count: int\n", "    count: int = = 1\n")],
            [("m.py", "    count: int = = 1\n", "    count: int = 1\n")],
            [("m.py", "self.size * factor", "self.size + factor + self.count")],
            [("m.py", "hash=False, repr=False", "hash=True")],
            [
                (
                    "m.py",
                    "@dataclass(eq=False, unsafe_hash=True)",
                    "@dataclass(frozen=True, slots=True)",
                )
            ],
            [("m.py", "class Item(Base)", "class Item")],
        ],
        [
            "asdict(make())",
            "make().area",
            "repr(make(size=9))",
            "[f.name for f in fields(m.Item)]",
            "repr(m.Key())",
            "hash(m.Key()) == hash(m.Key())",
            "m.Key() == m.Key()",
            "repr(replace(make(), factor=1))",
            "m.Item.__match_args__",
        ],
    ),
    Program(
        "protocols_generics_and_typed_dicts",
        {
            "m.py": """\
from typing import *
T = TypeVar("T")
@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...
class Stack(Generic[T]):
    limit = 2
    def __init__(self): self.items: list[T] = []
    def push(self, x: T) -> "Stack[T]":
        self.items = [*self.items, x][-self.limit:]
        return self
class Options(TypedDict, total=False):
    name: str
    size: int
class Point(NamedTuple):
    x: int = 0
    y: int = 0
    def norm(self): return abs(self.x) + abs(self.y)
class File:
    def close(self): return "closed"
IntStack = Stack[int]
Alias = Union[int, Options]
""",
            "main.py": """\
from m import *
import m
def describe(): return sorted(m.Options.__annotations__), m.Options.__total__, m.Point._fields, m.Point._field_defaults
""",
        },
        [
            [("m.py", "limit = 2", "limit = 3")],
            [
                (
                    "m.py",
                    "    def close(self) -> None: ...\n",
                    "    def close(self) -> None: ...\n    def open(self): ...\n",
                )
            ],
            [("m.py", "    size: int\n", "    size: int\n    color: Required[str]\n")],
            [("m.py", "    y: int = 0\n", "    y: int = 1\n    z: int = 0\n")],
            [("m.py", "abs(self.x) + abs(self.y)", "abs(self.x) + abs(self.y) + abs(self.z")],
            [
                (
                    "m.py",
                    "abs(self.x) + abs(self.y) + abs(self.z",
                    "abs(self.x) + abs(self.y) + abs(self.z)",
                )
            ],
            [("m.py", "total=False", "total=True")],
            [
                ("m.py", 'return "closed"', 'return "shut"'),
                ("m.py", "class File:\n", "class File:\n    def open(self): return 1\n"),
            ],
            [("m.py", "Stack[int]", "Stack[str]")],
        ],
        [
            "describe()",
            "isinstance(m.File(), m.Closes)",
            "m.Stack().push(1).push(2).push(3).push(4).items",
            "m.Point().norm()",
            "IntStack.__args__",
            "m.File().close()",
            "get_type_hints(m.Options)",
        ],
    ),
    Program(
        "abc_properties_and_registration",
        {
            "base.py": """\
from abc import ABC, abstractmethod
class Shape(ABC):
    known = []
    def __init_subclass__(cls, /, kind=None, **kw):
        super().__init_subclass__(**kw)
        cls.kind = kind or cls.__name__.lower()
        if not getattr(cls, "__abstractmethods__", None): Shape.known.append(cls.kind)
    @property
    @abstractmethod
    def area(self): ...
    @classmethod
    def make(cls, *a): return cls(*a).area
""",
            "shapes.py": """\
from base import Shape
PI = 3
class Square(Shape):
    def __init__(self, a=2): self.a = a
    @property
    def area(self): return self.a ** 2
class Circle(Shape, kind="round"):
    def __init__(self, r=1): self.r = r
    @property
    def area(self): return PI * self.r
@Shape.register
class Foreign:
    area = 7
""",
            "main.py": """\
import shapes
from base import Shape
def areas(): return [c.make() for c in Shape.__subclasses__()]
""",
        },
        [
            [("shapes.py", "PI = 3", "PI = 4")],
            [("shapes.py", 'kind="round"', 'kind="oval"')],
            [
                (
                    "base.py",
                    "    @abstractmethod\n    def area(self): ...\n",
                    "    @abstractmethod\n    def area(self): ...\n    @abstractmethod\n    def sides(self): ...\n",
                )
            ],
            [
                (
                    "shapes.py",
                    "class Square(Shape):\n",
                    "class Square(Shape):\n    def sides(self): return 4\n",
                ),
                (
                    "shapes.py",
                    "    def __init__(self, r=1)",
                    "    def sides(self): return 0\n    def __init__(self, r=1)",
                ),
            ],
            [
                (
                    "shapes.py",
                    'class Circle(Shape, kind="oval"):',
                    'class Circle(Shape, kind="oval", extra=1):',
                )
            ],
            [("shapes.py", ", extra=1", "")],
            [("shapes.py", "@Shape.register\n", "")],
            [("shapes.py", "    area = 7\n", "    area = 8\n")],
            [("base.py", "cls(*a).area", "cls(*a).area, cls.kind")],
        ],
        [
            "areas()",
            "Shape.known",
            "issubclass(shapes.Foreign, Shape)",
            "shapes.Foreign.area",
            "sorted(Shape.__abstractmethods__)",
            "[c.kind for c in Shape.__subclasses__()]",
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
    Program(
        "singledispatch_and_overloads",
        {
            "m.py": """\
from functools import singledispatch, singledispatchmethod, partialmethod, cache, total_ordering
SEP = ","
@singledispatch
def show(x, sep=SEP): return repr(x)
@show.register
def _(x: int, sep=SEP): return f"i{x}"
@show.register(list)
@show.register(tuple)
def _(x, sep=SEP): return sep.join(map(show, x))
class Printer:
    def __init__(self, indent=1): self.indent = indent
    @singledispatchmethod
    def out(self, x): return " " * self.indent + str(x)
    @out.register
    def _(self, x: bytes): return x.decode()
    @out.register
    def _(self, x: dict): return sorted(x)
    def pad(self, n, c): return c * n
    stars = partialmethod(pad, c="*")
    @classmethod
    @cache
    def width(cls, n): return n * len(SEP)
""",
            "main.py": """\
import m
from m import show, Printer
p = Printer()
""",
        },
        [
            [("m.py", 'SEP = ","', 'SEP = "; "')],
            [("m.py", 'f"i{x}"', 'f"int {x}"')],
            [("m.py", "@show.register(tuple)\n", "@show.register(set)\n")],
            [
                (
                    "m.py",
                    "def _(self, x: bytes): return x.decode()",
                    "def _(self, x: bytearray): return x.decode()",
                )
            ],
            [("m.py", 'c="*"', 'c="+"')],
            [("m.py", "return sorted(x)", "return list(x)")],
            [("m.py", "    @out.register\n    def _(self, x: dict): return list(x)\n", "")],
            [
                (
                    "m.py",
                    "def show(x, sep=SEP): return repr(x)",
                    "def show(x, sep=SEP) return repr(x)",
                )
            ],
            [
                (
                    "m.py",
                    "def show(x, sep=SEP) return repr(x)",
                    "def show(x, sep=SEP): return 'other ' + repr(x)",
                )
            ],
            [("m.py", "n * len(SEP)", "n * len(SEP) + 1")],
        ],
        [
            "show([1, 'a', (2, 3)])",
            "show({1})",
            "m.Printer().out(5), m.Printer().out(b'x'), m.Printer().out({2: 1, 1: 1})",
            "p.stars(3)",
            "Printer.width(2)",
            "sorted(x.__name__ for x in show.registry)",
            "m.Printer().out(bytearray(b'z'))",
        ],
    ),
    Program(
        "context_managers_and_stacks",
        {
            "m.py": """\
from contextlib import contextmanager, ExitStack, suppress, ContextDecorator, nullcontext
LOG = []
DEPTH = 2
@contextmanager
def step(name, *, log=None):
    log = [] if log is None else log
    log.append(f"+{name}")
    try: yield name * DEPTH
    finally: log.append(f"-{name}")
class timed(ContextDecorator):
    calls = 0
    def __init__(self, label="t"): self.label = label
    def __enter__(self): return self
    def __exit__(self, *e): type(self).calls += 0; return False
@timed("work")
def work(x): return x + DEPTH
def nested(names):
    log = []
    with ExitStack() as stack:
        out = [stack.enter_context(step(n, log=log)) for n in names]
        stack.callback(log.append, "end")
    return out, log
""",
            "main.py": """\
from m import *
import m
with m.step("boot") as BOOT: pass
RESULT = nested("ab")
""",
        },
        [
            [("m.py", "DEPTH = 2", "DEPTH = 3")],
            [("m.py", "return x + DEPTH", "return x * DEPTH")],
            [("m.py", '@timed("work")', '@timed("job")')],
            [("m.py", "    with ExitStack() as stack:", "    with ExitStack() as stack")],
            [
                (
                    "m.py",
                    "    with ExitStack() as stack\n",
                    "    with ExitStack() as stack, suppress(KeyError):\n",
                )
            ],
            [("main.py", 'step("boot")', 'step("start")')],
            [("main.py", 'nested("ab")', 'nested("abc")')],
        ],
        [
            "BOOT",
            "nested('xy')",
            "work(4)",
            "RESULT",
            "work.__closure__ is not None",
            "m.timed().label",
        ],
    ),
    Program(
        "async_generators_and_tasks",
        {
            "m.py": """\
import asyncio
STEP = 1
async def numbers(n, step=STEP):
    for i in range(0, n, step):
        await asyncio.sleep(0)
        yield i
class Feed:
    def __init__(self): self.seen = []
    def __aiter__(self): return self._run()
    async def _run(self):
        async for i in numbers(4): yield i * 10
    async def __aenter__(self): return self
    async def __aexit__(self, *e): self.seen.append("closed")
async def collect(): return [x async for x in Feed()]
async def total(): return sum([x async for x in numbers(5)])
def drive(coroutine):
    try:
        while True: coroutine.send(None)
    except StopIteration as stop: return stop.value
""",
            "main.py": """\
import m
from m import drive, collect, total
gen = m.numbers(3)
RESULT = drive(total())
""",
        },
        [
            [("m.py", "STEP = 1", "STEP = 2")],
            [("m.py", "yield i * 10", "yield i * 100")],
            [("m.py", "async for i in numbers(4)", "for i in numbers(4)")],
            [("m.py", "        for i in numbers(4)", "        async for i in numbers(6)")],
            [("m.py", "async def total()", "async def total(")],
            [
                ("m.py", "async def total(:", "async def total(n=5):"),
                ("m.py", "numbers(5)", "numbers(n)"),
            ],
            [("m.py", "def collect(): return [x", "def collect(): return [x + 1")],
        ],
        ["drive(collect())", "drive(total())", "drive(m.numbers(9).__anext__())"],
    ),
    Program(
        "pattern_matching_on_commands",
        {
            "m.py": """\
from dataclasses import dataclass
@dataclass
class Move:
    dx: int
    dy: int = 0
class Quit:
    __match_args__ = ("code",)
    def __init__(self, code=0): self.code = code
FAST = 10
class Limits: TOP = 5
def act(c):
    match c:
        case Move(0, 0): return "still"
        case Move(dx=x) if x > FAST: return "fast"
        case Move(x, y): return (x, y)
        case Quit(Limits.TOP): return "top"
        case Quit(n): return n
        case {"name": str(name), **rest}: return name, rest
        case [first, *_, last]: return first, last
        case "go" | "run" as word: return word
        case _: return None
""",
            "main.py": """\
import m
from m import act, Move, Quit
match m.FAST:
    case 10: MODE = "ten"
    case n: MODE = f"n{n}"
CASES = [Move(0), Move(11), Move(1, 2), Quit(5), Quit(), {"name": "x", "a": 1}, [1, 2, 3], "go", 4]
def all_cases(): return [act(c) for c in CASES]
""",
        },
        [
            [("m.py", "FAST = 10", "FAST = 20")],
            [("m.py", "TOP = 5", "TOP = 0")],
            [
                ("m.py", '("code",)', '("code", "why")'),
                (
                    "m.py",
                    "def __init__(self, code=0): self.code = code",
                    "why = 'w'\n    def __init__(self, code=0): self.code = code",
                ),
            ],
            [
                (
                    "m.py",
                    'case "go" | "run" as word: return word',
                    'case "go" | as word: return word',
                )
            ],
            [
                (
                    "m.py",
                    'case "go" | as word: return word',
                    'case "go" as word: return word.upper()',
                )
            ],
            [("m.py", "    dx: int\n", "    dx: int\n    speed: int = 1\n")],
            [("main.py", "case 10:", "case 20:")],
            [("m.py", "        case [first, *_, last]: return first, last\n", "")],
        ],
        ["all_cases()", "MODE", "m.Move.__match_args__", "m.Quit.__match_args__"],
    ),
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
        "conditional_definitions_and_del",
        {
            "env.py": "DEBUG = True\nBACKEND = 'fast'\n",
            "m.py": """\
import env
if env.DEBUG:
    def log(x): return f"log {x}"
    class Level: name = "debug"
else:
    def log(x): return None
    class Level: name = "none"
try:
    if env.BACKEND == "fast": raise ImportError
    import math as impl
except ImportError:
    class impl:
        @staticmethod
        def floor(x): return "fast floor"
for _name in ("one", "two"):
    globals()[_name] = _name.upper()
del _name
_tmp = [i * i for i in range(3)]
SQUARES = tuple(_tmp)
del _tmp
if not hasattr(impl, "floor"): del SQUARES
""",
            "main.py": """\
import m
from m import log
L = log(1)
""",
        },
        [
            [("env.py", "True", "False")],
            [("env.py", "'fast'", "'std'")],
            [("m.py", '("one", "two")', '("one", "three")')],
            [("m.py", "i * i for i", "i + i for i")],
            [("env.py", "False", "True")],
            [("m.py", "del _name\n", "del _name)\n")],
            [("m.py", "del _name)\n", "del _name\n")],
            [("m.py", "del _tmp\n", "")],
        ],
        [
            "L",
            "log(2)",
            "m.Level.name",
            "m.impl.floor(1.5)",
            "m.SQUARES",
            "sorted(n for n in vars(m) if n[0] != '_')",
            "hasattr(m, '_tmp'), hasattr(m, '_name')",
            "m.log(3)",
        ],
    ),
    Program(
        "stateful_decorators_and_counters",
        {
            "deco.py": """\
from functools import wraps, update_wrapper
CALLS = {}
COUNT = 0
def count(f):
    global COUNT
    COUNT += 1
    CALLS.setdefault(f.__qualname__, 0)
    @wraps(f)
    def wrapper(*a, **k):
        CALLS[f.__qualname__] += 0
        return f(*a, **k)
    wrapper.number = COUNT
    return wrapper
class retry:
    def __init__(self, times): self.times = times
    def __call__(self, f):
        def inner(*a):
            for i in range(self.times):
                try: return f(*a)
                except ValueError: pass
            return f"gave up after {self.times}"
        return update_wrapper(inner, f)
""",
            "m.py": """\
from deco import count, retry
TIMES = 2
@count
def first(): return 1
@count
@retry(TIMES)
def second(x):
    if x < 0: raise ValueError
    return x
@retry(times=1)
def third(x): return 1 / x if x else int("no")
""",
            "main.py": """\
import m, deco
""",
        },
        [
            [("m.py", "return 1\n", "return 10\n")],
            [("m.py", "TIMES = 2", "TIMES = 4")],
            [("m.py", "@count\ndef first", "def first")],
            [("m.py", "    return x\n", "    return x + 1\n")],
            [("deco.py", 'f"gave up after {self.times}"', 'f"no, {self.times} times"')],
            [("m.py", "def third(x): return", "@count\ndef third(x): return")],
            [("m.py", "@retry(times=1)", "@retry(times=1")],
            [("m.py", "@retry(times=1", "@retry(times=5)")],
        ],
        [
            "m.first(), m.second(1), m.second(-1), m.third(0)",
            "deco.CALLS",
            "getattr(m.first, 'number', None), m.second.number",
            "m.second.__name__",
            "deco.COUNT",
        ],
    ),
]
