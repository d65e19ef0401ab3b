"""Functions that are called by a name or a key."""

from ..program import Program

PROGRAMS = [
    Program(
        "dispatch_table_called_by_key",
        {
            "main.py": """\
import ops
A = ops.run("add", 1, 2)
B = [ops.run(n, 4, 2) for n in ops.OPS]
C = {n: f(1, 2) for n, f in ops.OPS.items()}
D = ops.Calc().do("mul")
E = getattr(ops, "op_" + "add")(1, 2)
F = eval("ops.op_add(2, 3)")
G = globals()["ops"].op_add(9, 9)
""",
            "ops.py": """\
BIAS = 0
SCALE = 1
def op_add(a, b): return a + b + BIAS
OPS = {"add": op_add, "mul": lambda a, b: a * b * SCALE}
def run(n, *a): return OPS[n](*a)
class Calc:
    table = {"mul": lambda self: 3 * SCALE, "add": lambda self: BIAS}
    def do(self, n): return self.table[n](self)
""",
        },
        [[("ops.py", "BIAS = 0", "BIAS = 100")], [("ops.py", "SCALE = 1", "SCALE = 5")]],
        ["A", "B", "C", "D", "E", "F", "G"],
    ),
    Program(
        "callable_instances_table",
        {
            "m.py": """\
RATE = 2
class Step:
    def __init__(self, n): self.n = n
    def __call__(self, v): return v * RATE + self.n
class Pipe:
    def __init__(self, *s): self.s = s
    def __or__(self, o): return Pipe(*self.s, o)
    def run(self, v):
        for s in self.s: v = s(v)
        return v
pipe = Pipe(Step(1)) | Step(2)
""",
            "main.py": """\
import m
R = m.pipe.run(1)
L = list(map(m.Step(0), [1, 2]))
S = sorted([3, 1], key=m.Step(1))
""",
        },
        [
            [("m.py", "RATE = 2", "RATE = -2")],
            [("m.py", "Step(2)", "Step(3)")],
        ],
        ["R, L, S", "m.pipe.run(1)"],
    ),
    Program(
        "call_through_getattr_string",
        {
            "m.py": """\
class Api:
    base = "/v1"
    def users(self): return self.base + "/users"
    def posts(self): return self.base + "/posts"
def resolve(path):
    obj = globals()
    head, *rest = path.split(".")
    o = obj[head]
    for r in rest: o = getattr(o, r)
    return o
""",
            "main.py": """\
import m
from operator import attrgetter, methodcaller, itemgetter
NAMES = ["users", "posts"]
U = {n: getattr(m.Api(), n)() for n in NAMES}
A = attrgetter("Api.base")(m)
C = methodcaller("users")(m.Api())
R = m.resolve("Api.base")
""",
        },
        [
            [("m.py", '"/v1"', '"/v2"')],
            [("m.py", "def posts", "def items"), ("main.py", '"posts"]', '"items"]')],
            [
                (
                    "m.py",
                    'base = "/v2"',
                    """\
base = "/v3"
    extra = 1""",
                )
            ],
        ],
        ["U, A, C, R"],
    ),
    Program(
        "what_a_call_returns_is_called_by_a_function",
        {
            "main.py": """\
N = 1
def x(n): return n + N
TABLE = {"x": x}
class Picker:
    table = TABLE
    def pick(self, key): return self.table[key]
p = Picker()
def by_get(n): return TABLE.get("x")(n)
def by_method(n): return p.pick("x")(n)
def by_attribute(n): return p.table.get("x", None)(n)
def by_choice(n): return (TABLE.get("y") or TABLE["x"])(n)
A, B, C, D = by_get(1), by_method(1), by_attribute(1), by_choice(1)
""",
        },
        [[("main.py", "N = 1", "N = 2")]],
        ["A, B, C, D"],
    ),
]
