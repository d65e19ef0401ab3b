"""Functions that remember what they have computed."""

from ..program import Program

PROGRAMS = [
    Program(
        "lru_cache_tables",
        {
            "main.py": """\
import rates
from rates import convert, table
warm = [convert(10, "usd"), table("eur"), rates.Conv().rate("usd")]
""",
            "rates.py": """\
from functools import lru_cache, cache, cached_property
RATES = {"usd": 2, "eur": 3}
FEE = 1
@lru_cache(maxsize=None)
def convert(x, cur):
    return x * RATES[cur] + fee()
def fee(): return FEE
@cache
def table(cur):
    return [convert(i, cur) for i in range(3)]
_memo = {}
def memo(n):
    if n not in _memo: _memo[n] = n * FEE
    return _memo[n]
class Conv:
    @lru_cache
    def rate(self, c): return RATES[c]
    @cached_property
    def all(self): return sorted(RATES.items())
base = memo(5)
""",
        },
        [
            [("rates.py", '"usd": 2', '"usd": 5')],
            [("rates.py", "FEE = 1", "FEE = 100")],
            [("rates.py", "@lru_cache(maxsize=None)", "@lru_cache(maxsize=2)")],
        ],
        [
            "warm",
            'convert(10, "usd")',
            'table("eur")',
            "rates.Conv().all",
            "rates.memo(5)",
            "rates.base",
        ],
        before="""\
convert(10,"usd"); table("eur"); rates.memo(5); conv=rates.Conv(); conv.all
""",
    ),
    Program(
        "global_counter_functions",
        {
            "main.py": """\
from counters import *
import counters
a = new_id(); b = new_id()
IDS = [a, b]
def again(): return counters.COUNT
reset(START)
c = new_id()
""",
            "counters.py": """\
COUNT = 0
START = 10
STEP = 1
def new_id():
    global COUNT
    COUNT += STEP
    return f"id{COUNT}"
def reset(to=0):
    global COUNT
    COUNT = to
""",
        },
        [
            [("counters.py", "STEP = 1", "STEP = 2")],
            [("counters.py", "START = 10", "START = 20")],
            [("main.py", "b = new_id()", "b = new_id(); z = new_id()")],
        ],
        ["IDS", "again()", "c"],
    ),
    Program(
        "memo_dict_in_closure",
        {
            "main.py": """\
from memo import fib, area, Shape
F = fib(10); A = area(3); S = Shape(2).size
B = [Shape.of(2).size, Shape.of(2) is Shape.of(2)]
""",
            "memo.py": """\
import functools
BASE = 1
def memoize(f):
    cache = {}
    @functools.wraps(f)
    def w(*a):
        if a not in cache: cache[a] = f(*a)
        return cache[a]
    w.cache = cache
    return w
@memoize
def fib(n): return BASE if n < 2 else fib(n - 1) + fib(n - 2)
@memoize
def area(r): return r * r * PI
PI = 3
class Shape:
    _pool = {}
    unit = 1
    def __init__(self, n): self.n = n
    @functools.cached_property
    def size(self): return self.n * self.unit * PI
    @classmethod
    def of(cls, n):
        if n not in cls._pool: cls._pool[n] = cls(n)
        return cls._pool[n]
""",
        },
        [
            [("memo.py", "BASE = 1", "BASE = 2")],
            [("memo.py", "PI = 3", "PI = 4")],
            [("memo.py", "unit = 1", "unit = 2")],
        ],
        ["[F, A, S, B]", "fib(10)", "area(3)", "Shape.of(2).size"],
        before="""\
fib(10); area(3); Shape.of(2).size
""",
    ),
    Program(
        "cached_results_of_changed_bodies",
        {
            "main.py": "import m\ns = m.Shop()\nm.settings().n = 5\n",
            "m.py": """\
from functools import cache, lru_cache
def part(x): return x + 1
def helper(x): return part(x) * 2
@cache
def total(x): return helper(x)
@lru_cache(maxsize=4)
def bounded(x): return str(helper(x))
@cache
def settings(): return Shop()
class Shop:
    def __init__(self): self.n = 5
    @lru_cache(maxsize=4)
    def method(self, x): return helper(x)
    @staticmethod
    @cache
    def static(x): return Shop.base(x)
    @classmethod
    def base(cls, x): return part(x)
""",
        },
        [
            [("m.py", "return x + 1", "return x + 5")],
            [("m.py", "part(x) * 2", "part(x) * 3")],
            [("m.py", "self.n = 5", "self.n = 5; self.k = 1")],
        ],
        ["m.total(1)", "m.bounded(1)", "s.method(1)", "m.Shop.static(1)", "m.settings().n"],
        before="m.total(1), m.bounded(1), s.method(1), m.Shop.static(1); held = m.settings()",
    ),
]
