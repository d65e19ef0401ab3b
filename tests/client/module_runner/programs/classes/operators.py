"""Methods that operators, `copy`, `pickle` and `await` call."""

from ..program import Program

PROGRAMS = [
    Program(
        "operator_tables",
        {
            "ops.py": """\
import operator
FACTOR = 2
class Num:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __matmul__(self, o): return self.v * o.v * FACTOR
    def __iadd__(self, o): self.v += o * FACTOR; return self
    def __rsub__(self, o): return o - self.v * FACTOR
    def __divmod__(self, o): return self.v // FACTOR, o
    def __round__(self, n=0): return self.v + FACTOR
    def __abs__(self): return FACTOR
    def __invert__(self): return -FACTOR
    def __reversed__(self): return iter([FACTOR])
    def __index__(self): return FACTOR
    def __complex__(self): return complex(FACTOR)
    def __lshift__(self, o): return FACTOR
    def __pos__(self): return FACTOR
    def __delitem__(self, k): LOG.append(FACTOR)
    def __bytes__(self): return bytes([FACTOR])
    def __format__(self, s): return s * FACTOR
    def __length_hint__(self): return FACTOR
    def __missing__(self, k): return FACTOR
    def __dir__(self): return ["k" * FACTOR]
    def __rmatmul__(self, o): return FACTOR
LOG = []
class D(dict):
    def __missing__(self, k): return k * FACTOR
""",
            "main.py": """\
import operator, math
from ops import Num, D
n = Num(3)
A = n @ n
m = Num(1)
m += 1
B = m.v
C = 10 - n
E = divmod(n, 1)
F = round(n)
G = abs(n)
H = ~n
I = list(reversed(n))
J = operator.index(n)
K = complex(n)
L = n << 1
M = +n
O = bytes(n)
P = f"{n:x}"
Q = D()["a"]
R = dir(n)
S = hex(n)
T = [0, 1, 2, 3, 4][n]
U = operator.matmul(n, n)
V = [1] @ n
W = "{:y}".format(n)
X = range(n)
""",
        },
        [
            [("ops.py", "FACTOR = 2", "FACTOR = 3")],
        ],
        [],
    ),
    Program(
        "reduce_state_version",
        {
            "m.py": """\
import copyreg
VERSION = 1
class Doc:
    def __init__(self, t): self.t = t
    def __getstate__(self): return {"v": VERSION, "t": self.t}
    def __setstate__(self, s): self.t = s["t"]; self.loaded = s["v"]
    def __reduce_ex__(self, p): return copyreg.__newobj__, (Doc,), self.__getstate__()
""",
            "main.py": """\
import copy, pickle
from m import Doc
d = Doc("x")
C = copy.copy(d).loaded
P = pickle.loads(pickle.dumps(d)).loaded
D = copy.deepcopy(d).t
""",
        },
        [
            [("m.py", "VERSION = 1", "VERSION = 2")],
        ],
        ["C, P, D", "copy.copy(d).loaded"],
    ),
    Program(
        "async_protocol_classes",
        {
            "m.py": """\
import asyncio
N = 2
class CM:
    async def __aenter__(self): return N
    async def __aexit__(self, *a): return False
class It:
    def __init__(self): self.i = 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.i += 1
        if self.i > N: raise StopAsyncIteration
        return self.i
class Aw:
    def __await__(self):
        yield from ()
        return N
""",
            "main.py": """\
from m import CM, It, Aw
async def run():
    async with CM() as c: pass
    xs = [x async for x in It()]
    return c, xs, await Aw()
R = await run()
A = await Aw()
""",
        },
        [
            [("m.py", "N = 2", "N = 3")],
        ],
        ["R, A"],
    ),
]
