"""Methods: held ones, mixed-in ones, private ones, and names that become one."""

from ..program import Program

PROGRAMS = [
    Program(
        "match_classes",
        {
            "shapes.py": """\
from dataclasses import dataclass
@dataclass
class Circle:
    r: float
@dataclass
class Rect:
    w: float
    h: float
""",
            "main.py": """\
import shapes
from shapes import Circle, Rect
def area(s):
    match s:
        case Circle(r): return 3 * r * r
        case Rect(w, h): return w * h
        case {"kind": "sq", "a": a, **rest}: return a * a + len(rest)
        case [x, *xs]: return x + sum(xs)
        case _: return -1
held = [Circle(1), Rect(2, 3)]
AREAS = []
""",
        },
        [
            [
                (
                    "shapes.py",
                    """\
    w: float
    h: float""",
                    """\
    h: float
    w: float""",
                )
            ],
            [("main.py", "3 * r", "4 * r")],
            [
                (
                    "shapes.py",
                    "r: float",
                    '''\
r: float
    name: str = "c"''',
                )
            ],
            [
                (
                    "main.py",
                    """\
        case [x, *xs]: return x + sum(xs)
""",
                    "",
                )
            ],
        ],
        [
            "area(Circle(2))",
            "area(Rect(2,5))",
            'area({"kind":"sq","a":3,"z":1})',
            "area([1,2])",
            "[area(x) for x in held]",
        ],
    ),
    Program(
        "bound_methods_held",
        {
            "m.py": """\
class S:
    def __init__(self): self.n = 1
    def go(self): return self.n
    @staticmethod
    def st(): return "st"
    @classmethod
    def cl(cls): return cls.__name__
""",
            "main.py": """\
from m import S
s = S()
CB = [s.go, S.go, S.st, S.cl, s.cl]
def run(): return [CB[0](), CB[1](s), CB[2](), CB[3](), CB[4]()]
""",
        },
        [
            [("m.py", "return self.n", "return self.n * 7")],
            [("m.py", '"st"', '"ST"')],
            [("m.py", "cls.__name__", "cls.__name__ * 2")],
            [("m.py", "def go(self)", "def go(self, k=1)")],
            [
                (
                    "m.py",
                    """\
@staticmethod
    def st():""",
                    """\
@classmethod
    def st(cls):""",
                )
            ],
        ],
        [
            "run() if True else 0",
        ],
    ),
    Program(
        "name_mangling_private",
        {
            "main.py": """\
class A:
    __secret = 1
    __reg = []
    def __init__(self): self.__n = A.__secret; A.__reg.append(1)
    def show(self): return self.__n, self.__secret, len(self.__reg)
    def __hidden(self): return "h"
    def call(self): return self.__hidden()
a = A()
""",
        },
        [
            [("main.py", 'return "h"', 'return "H"')],
            [("main.py", "__secret = 1", "__secret = 2")],
            [("main.py", "def __hidden(self)", "def __hidden(self, k=1)")],
        ],
        [
            "a.call()",
            "A._A__secret",
            "len(A._A__reg)",
        ],
    ),
    Program(
        "class_to_function_and_back",
        {
            "m.py": """\
class Greeter:
    def __init__(self, n): self.n = n
    def __call__(self): return self.n
""",
            "main.py": """\
from m import Greeter
g = Greeter("a")
OUT = g()
""",
        },
        [
            [
                (
                    "m.py",
                    """\
class Greeter:
    def __init__(self, n): self.n = n
    def __call__(self): return self.n
""",
                    """\
def Greeter(n):
    return lambda: n + "!"
""",
                )
            ],
        ],
        [
            "g()",
            "OUT",
        ],
    ),
    Program(
        "methods_from_mixins_and_loops",
        {
            "m.py": """\
VERBS = ("get", "put")
class Client:
    base = "/api"
    def request(self, verb, path): return f"{verb} {self.base}{path}"
def _make(verb):
    def method(self, path): return self.request(verb, path)
    method.__name__ = verb
    return method
for _v in VERBS: setattr(Client, _v, _make(_v))
class Json:
    def decode(self, x): return {"json": x}
class Retry:
    times = 1
    def request(self, verb, path): return [super(Retry, self).request(verb, path)] * self.times
class Api(Retry, Json, Client):
    times = 2
    def request(self, *a): return self.decode(super().request(*a))
api = Api()
get = api.get
""",
            "main.py": "import m\nfrom m import get\n",
        },
        [
            [("m.py", "times = 2", "times = 3")],
            [("m.py", '"get", "put"', '"get", "post"')],
            [("m.py", '{"json": x}', '{"JSON": x}')],
            [("m.py", "class Api(Retry, Json, Client):", "class Api(Json, Retry, Client):")],
            [("m.py", 'base = "/api"', 'base = "/v2"')],
            [
                (
                    "m.py",
                    "return self.request(verb, path)",
                    "return self.request(verb.upper(), path)",
                )
            ],
            [("m.py", "class Api(Json, Retry, Client):", "class Api(Json, Client):")],
            [("m.py", "    def request(self, *a): return self.decode(super().request(*a))\n", "")],
        ],
        [
            "get('/x')",
            "m.api.get('/y')",
            "hasattr(m.Client, 'put'), hasattr(m.api, 'post')",
            "[c.__name__ for c in m.Api.__mro__]",
            "m.Api.times",
        ],
    ),
    Program(
        "marks_of_methods_change_and_go",
        {
            "main.py": "from m import *\n",
            "m.py": """\
def rule(path, **options):
    def note(f):
        f.rule = path, options
        return f
    return note
class Mark:
    def __init__(self, n): self.n = n
def mark(n):
    def note(f):
        f.mark = Mark(n)
        return f
    return note
class View:
    @rule("/a", first=True)
    def a(self): return "a"
    @mark(1)
    def b(self): return "b"
def collect(item):
    found = {}
    for name in dir(item):
        f = getattr(item, name)
        if hasattr(f, "rule"): found[f.rule[0]] = name, sorted(f.rule[1])
        if hasattr(f, "mark"): found[name] = f.mark.n
    return found
view = View()
TABLE = collect(view)
ROUTES = {}
def install(cls): ROUTES.update(collect(cls))
install(View)
A = getattr(View.a, "rule", None)
B = View.b.mark.n
""",
        },
        [
            [("m.py", '"/a", first', '"/z", first')],
            [("m.py", "first=True", "last=True")],
            [("m.py", "@mark(1)", "@mark(2)")],
            [("m.py", '    @rule("/z", last=True)\n', "")],
        ],
        ["collect(view)", "view.a()"],
    ),
    Program(
        "marks_that_others_set_stay",
        {
            "main.py": "from m import *\n",
            "m.py": """\
def expose(f):
    f.exposed = True
    return f
class View:
    def a(self): return "a"
    def b(self): return "b"
View.a.title = "A"
def shown(): return sorted((n, *sorted(vars(getattr(View, n)))) for n in ("a", "b"))
SHOWN = shown()
""",
        },
        [
            [("m.py", "def a(self)", "def a(self, n=1)")],
            [("m.py", "    def a", "    @expose\n    def a")],
            [("m.py", "n=1", "n=2")],
            [("m.py", "    @expose\n", "")],
            [("m.py", "n=2", "n=3")],
        ],
        ["shown()", "View.a.title"],
    ),
    Program(
        "signatures_of_methods_are_read",
        {
            "main.py": "from m import *\n",
            "m.py": """\
import inspect
class Service:
    def __init__(self, repo, cache=None): self.repo = repo
    @classmethod
    def make(cls, a): return cls(a)
    def go(self, dt): return dt
def wire(cls): return {n: [*inspect.signature(f).parameters] for n, f in vars(cls).items() if inspect.isfunction(f)}
WIRED = wire(Service)
FIRST = [*inspect.signature(Service.__init__).parameters]
MAKE = str(inspect.signature(Service.make))
""",
        },
        [
            [("m.py", "repo, cache=None", "repo, store, cache=None")],
            [("m.py", "make(cls, a)", "make(cls, a, b=1)")],
            [("m.py", "go(self, dt)", "go(self, dt, *, x=1)")],
        ],
        ["wire(Service)"],
    ),
    Program(
        "marks_on_methods_of_nested_classes",
        {
            "lib.py": """\
N = 1
def mark(n):
    def note(f):
        f.n = n
        if N > 1: f.more = 1
        return f
    return note
""",
            "views.py": """\
from lib import mark
class A:
    class B:
        @mark(1)
        def f(self): pass
        def g(self): pass
""",
            "main.py": """\
from views import A
MARKED = {name: vars(x) for name, x in vars(A.B).items() if hasattr(x, "n")}
""",
        },
        [
            [("views.py", "mark(1)", "mark(2)")],
            [("views.py", "        def g", "        @mark(3)\n        def g")],
            [("views.py", "        @mark(2)\n", "")],
            [("lib.py", "N = 1", "N = 2")],
            [("lib.py", "N = 2", "N = 1")],
        ],
        ["vars(A.B.f)", "vars(A.B.g)"],
    ),
]
