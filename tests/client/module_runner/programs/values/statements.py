"""Statements of a module's top level: loops, conditions, `try`, `match`, the order of names."""

from ..program import Program

PROGRAMS = [
    Program(
        "match_toplevel",
        {
            "c.py": """\
MODE = "a"
""",
            "main.py": """\
import c
match c.MODE:
    case "a": X = 1
    case "b": X = 2
    case str(s): X = s
Y = X
""",
        },
        [
            [("c.py", '"a"', '"b"')],
            [("c.py", '"b"', '"zz"')],
        ],
        [],
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
        "del_and_rebinding",
        {
            "m.py": """\
x = 1
x = x + 1
y = x
del x
for i in range(2): z = i
del i
""",
            "main.py": """\
import m
N = sorted(k for k in vars(m) if len(k) == 1)
""",
        },
        [
            [
                (
                    "m.py",
                    """\
x = 1
""",
                    """\
x = 10
""",
                )
            ],
            [
                (
                    "m.py",
                    """\
del x
""",
                    "",
                )
            ],
            [("m.py", "range(2)", "range(4)")],
        ],
        [
            "sorted(k for k in vars(m) if len(k) == 1)",
        ],
    ),
    Program(
        "conditional_def",
        {
            "c.py": """\
FAST = True
""",
            "main.py": """\
import c
if c.FAST:
    def go(): return "fast"
    class K:
        n = 1
else:
    def go(): return "slow"
    class K:
        n = 2
OUT = go(), K.n
HOOK = [go]
""",
        },
        [
            [("c.py", "True", "False")],
            [("c.py", "False", "True")],
        ],
        [
            "go()",
            "K.n",
            "K().n",
        ],
    ),
    Program(
        "walrus_and_comprehension",
        {
            "c.py": """\
XS = [1, 2, 3]
""",
            "main.py": """\
import c
if (n := len(c.XS)) > 2:
    BIG = True
else:
    BIG = False
SQ = {x: y for x in c.XS if (y := x * x) > 1}
L = y
""",
        },
        [
            [("c.py", "[1, 2, 3]", "[1, 2]")],
            [("c.py", "[1, 2]", "[4, 5, 6, 7]")],
        ],
        [],
    ),
    Program(
        "try_except_binding",
        {
            "c.py": """\
RAW = "5"
""",
            "main.py": """\
import c
try:
    N = int(c.RAW)
except ValueError as e:
    N = -1
    ERR = str(e)
else:
    OK = True
finally:
    DONE = N
""",
        },
        [
            [("c.py", '"5"', '"x"')],
            [("c.py", '"x"', '"7"')],
        ],
        [
            '"OK" in globals()',
            '"ERR" in globals()',
        ],
    ),
    Program(
        "while_for_else_with",
        {
            "c.py": """\
N = 3
""",
            "main.py": """\
import c
i = 0
while i < c.N:
    i += 1
else:
    DONE = i
for k, v in {"a": c.N}.items():
    LAST = (k, v)
for z in range(c.N):
    if z == 2: break
else:
    z = "none"
""",
        },
        [
            [("c.py", "3", "2")],
            [("c.py", "2", "5")],
        ],
        [],
    ),
    Program(
        "order_of_definitions",
        {
            "main.py": """\
X = 1
def f(): return X
Y = f()
X = 2
Z = f()
""",
        },
        [
            [("main.py", "X = 2", "X = 3")],
            [("main.py", "X = 1", "X = 7")],
        ],
        [],
    ),
    Program(
        "shadowing_builtin",
        {
            "m.py": """\
def len(x): return 42
""",
            "main.py": """\
from m import *
A = len([1])
id = 5
B = id
""",
        },
        [
            [
                (
                    "m.py",
                    """\
def len(x): return 42
""",
                    """\
len_ = 1
""",
                )
            ],
        ],
        [
            "len([1])",
        ],
    ),
    Program(
        "try_finally_effects",
        {
            "c.py": """\
FAIL = False
""",
            "main.py": """\
import c
LOG = []
try:
    LOG.append("a")
    if c.FAIL: raise ValueError("x")
except ValueError:
    LOG.append("e")
finally:
    LOG.append("f")
""",
        },
        [
            [("c.py", "False", "True")],
            [("c.py", "True", "False")],
        ],
        [
            "LOG",
        ],
    ),
]
