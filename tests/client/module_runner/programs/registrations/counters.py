"""Registrations that count, or number what they get."""

from ..program import Program

PROGRAMS = [
    Program(
        "counters_and_ids_of_registrations",
        {
            "ids.py": """\
import itertools
_next = itertools.count(1)
BY_ID = {}
TOTAL = 0
def register(name):
    global TOTAL
    TOTAL += 1
    def deco(f):
        f.id = next(_next)
        BY_ID[f.id] = name
        return f
    return deco
""",
            "m.py": """\
from ids import register
@register("a")
def a(): return "a"
@register("b")
def b(): return "b"
""",
            "main.py": "import m, ids\nLAST = ids.TOTAL\n",
        },
        [
            [("m.py", 'return "a"', 'return "A"')],
            [("m.py", '@register("b")', '@register("B")')],
            [("m.py", '@register("a")\ndef a(): return "A"\n', "")],
            [
                (
                    "m.py",
                    "from ids import register\n",
                    "from ids import register\n@register('c')\ndef c(): pass\n",
                )
            ],
        ],
        ["ids.BY_ID", "ids.TOTAL", "LAST", "m.b.id, m.b()", "m.c.id"],
    ),
    Program(
        "counter_ids_itertools",
        {
            "m.py": """\
import itertools
_ids = itertools.count(1)
def new_id(): return next(_ids)
class Item:
    kind = "k"
    def __init__(self): self.id = new_id()
""",
            "main.py": """\
import m
a = m.Item()
b = m.Item()
""",
        },
        [
            [("m.py", 'kind = "k"', 'kind = "K"')],
            [("m.py", "count(1)", "count(10)")],
        ],
        [
            "a.id > 0",
            "a.kind",
        ],
    ),
    Program(
        "counter_defaultdict",
        {
            "main.py": """\
from collections import Counter, defaultdict, OrderedDict, deque
C = Counter()
D = defaultdict(list)
O = OrderedDict()
Q = deque(maxlen=2)
def note(k, v):
    C[k] += 1; D[k].append(v); O[k] = v; Q.append(v)
note("a", 1)
note("a", 2)
note("b", 3)
S = C.most_common(1), dict(D), list(O), list(Q)
""",
        },
        [
            [("main.py", '"b", 3', '"b", 4')],
            [
                (
                    "main.py",
                    """\
note("a", 2)
""",
                    "",
                )
            ],
            [("main.py", '"a", 1', '"c", 1')],
        ],
        [
            "C",
            "dict(D)",
            "list(O)",
            "list(Q)",
        ],
    ),
]
