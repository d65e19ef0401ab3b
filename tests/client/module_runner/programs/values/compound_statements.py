"""Statements within statements at the top of a module: `if`, `for`, `try`, `with`, `match`."""

from ..program import Program

PROGRAMS = [
    Program(
        "toplevel_compound",
        {
            "main.py": """\
import contextlib
from conf import MODE, LEVELS, opened
try:
    VALUE = int(MODE)
except ValueError:
    VALUE = -1
else:
    VALUE += 1
finally:
    DONE = True
with opened("x") as fh, contextlib.suppress(KeyError):
    TEXT = fh.upper()
    {}["k"]
for lv in LEVELS:
    if lv == "stop": break
    SEEN = lv
else:
    SEEN = "none"
i = 0
while i < len(LEVELS):
    i += 1
    ACC = i * 2
match MODE:
    case "1" | "2": KIND = "num"
    case str() as s if s.isalpha(): KIND = s
    case _: KIND = "?"
if (n := len(MODE)) > 1: LONG = n
else: LONG = 0
""",
            "conf.py": """\
import contextlib
MODE = "1"
LEVELS = ["a", "b", "stop", "c"]
SUFFIX = "."
@contextlib.contextmanager
def opened(n):
    yield n + SUFFIX
""",
        },
        [
            [("conf.py", 'MODE = "1"', 'MODE = "abc"')],
            [("conf.py", '"stop", ', "")],
            [("conf.py", 'SUFFIX = "."', 'SUFFIX = "!"')],
            [("main.py", "    DONE = True", "    DONE = 2")],
        ],
        ["[VALUE, DONE, TEXT, SEEN, i, ACC, KIND, LONG, lv]"],
    ),
    Program(
        "module_try_finally_with_lock",
        {
            "main.py": """\
import threading, contextlib, os
from res import Resource, LOG
lock = threading.RLock()
with lock:
    with Resource("a") as r1, Resource("b") as r2:
        JOINED = r1 + r2
try:
    with Resource("c", fail=FAIL if (FAIL := False) else False): pass
except RuntimeError as e: MSG = str(e)
else: MSG = "fine"
finally: CLEAN = len(LOG)
with contextlib.ExitStack() as st:
    xs = [st.enter_context(Resource(c)) for c in "xy"]
""",
            "res.py": """\
LOG = []
SUFFIX = "1"
class Resource:
    def __init__(self, n, fail=False): self.n = n; self.fail = fail
    def __enter__(self):
        LOG.append("+" + self.n)
        if self.fail: raise RuntimeError("r" + SUFFIX)
        return self.n + SUFFIX
    def __exit__(self, *a): LOG.append("-" + self.n)
""",
        },
        [
            [("res.py", 'SUFFIX = "1"', 'SUFFIX = "2"')],
            [("main.py", 'Resource("b")', 'Resource("bb")')],
            [("main.py", "(FAIL := False)", "(FAIL := True)")],
        ],
        ["[JOINED, MSG, CLEAN, xs, LOG]"],
    ),
    Program(
        "walrus_match_fstring",
        {
            "c.py": """\
MODE = "fast"
LIMITS = {"fast": 1, "slow": 9}
""",
            "main.py": """\
import c
if (lim := c.LIMITS.get(c.MODE)) is not None:
    MSG = f"{c.MODE!r:>8}|{lim:03d}|{lim=}"
match (c.MODE, c.LIMITS):
    case ("fast", {"fast": n, **rest}): KIND = ("F", n, sorted(rest))
    case (str(m), {}): KIND = ("S", m)
    case _: KIND = None
PAIRS = [(k, y) for k, v in c.LIMITS.items() if (y := v * 2) > 2]
LAST = y
def f(x=c.LIMITS[c.MODE], *, tag=f"<{c.MODE}>"): return x, tag
F = f()
ANN: "c.MODE" = c.MODE.upper()
a, *b = sorted(c.LIMITS)
assert lim, "no"
""",
        },
        [
            [("c.py", 'MODE = "fast"', 'MODE = "slow"')],
            [("c.py", '"slow": 9', '"slow": 19, "mid": 4')],
            [("c.py", 'MODE = "slow"', 'MODE = "none"')],
            [("c.py", 'MODE = "none"', 'MODE = "mid"')],
        ],
        ["f()"],
    ),
    Program(
        "try_names_gone",
        {
            "c.py": """\
N = 1
""",
            "main.py": """\
import c
try:
    if c.N > 1: raise ValueError("big")
    OK = c.N
except ValueError as e:
    ERR = str(e)
else:
    FINE = True
finally:
    DONE = c.N
with open(__import__("os").devnull) as fh:
    LINES = len(fh.read())
while c.N < 0:
    NEG = True
    break
""",
        },
        [
            [("c.py", "N = 1", "N = 2")],
            [("c.py", "N = 2", "N = -1")],
            [("c.py", "N = -1", "N = 3")],
        ],
        ['sorted(k for k in globals() if k in ("OK","ERR","FINE","DONE","NEG"))'],
    ),
    Program(
        "for_loop_registers",
        {
            "m.py": """\
KINDS = ["a", "b"]
TABLE = {}
for kind in KINDS:
    def handler(x, kind=kind): return kind + x
    handler.__name__ = "on_" + kind
    TABLE[kind] = handler
def call(k, x): return TABLE[k](x) if k in TABLE else None
""",
            "main.py": """\
import m
A = [m.call(k, "!") for k in ("a", "b", "c")]
N = [f.__name__ for f in m.TABLE.values()]
""",
        },
        [
            [("m.py", '["a", "b"]', '["a", "c"]')],
            [("m.py", '"on_" + kind', '"h_" + kind')],
        ],
        ["A, N", 'm.call("c", "?")'],
    ),
]
