"""Objects of the standard library that a module makes and fills."""

from ..program import Program

PROGRAMS = [
    Program(
        "filled_stringio",
        {
            "main.py": """\
import io
N = 1
out = io.StringIO()
def emit(x): out.write(f"{x};")
emit(N)
emit("end")
TEXT = out.getvalue()
""",
        },
        [[("main.py", "N = 1", "N = 2")]],
        ["out.getvalue()", "TEXT"],
    ),
    Program(
        "filled_array",
        {
            "main.py": """\
import array
N = 1
A = array.array("i")
A.append(N)
for i in range(3): A.append(i * N)
TOTAL = sum(A)
""",
        },
        [[("main.py", "N = 1", "N = 2")], [("main.py", "range(3)", "range(4)")]],
        ["list(A)", "TOTAL"],
    ),
    Program(
        "filled_etree",
        {
            "main.py": """\
import xml.etree.ElementTree as ET
from theme import COLOR, node, ROOT
node("a", color=COLOR)
node("b", color="x")
def dump(): return ET.tostring(ROOT).decode()
""",
            "theme.py": """\
import xml.etree.ElementTree as ET
COLOR = "red"
ROOT = ET.Element("root")
def node(tag, **kw):
    return ET.SubElement(ROOT, tag, **kw)
""",
        },
        [[("theme.py", '"red"', '"blue"')], [("theme.py", '"root"', '"svg"')]],
        ["dump()"],
    ),
    Program(
        "filled_random",
        {
            "main.py": """\
import random
SIZE = 3
rng = random.Random(7)
MAP = [rng.randrange(100) for _ in range(SIZE)]
MONSTERS = [rng.randrange(10) for _ in range(2)]
""",
        },
        [[("main.py", "SIZE = 3", "SIZE = 4")], [("main.py", "Random(7)", "Random(8)")]],
        ["MAP", "MONSTERS"],
    ),
    Program(
        "filled_random_global",
        {
            "main.py": """\
import random
SEED = 3
random.seed(SEED)
MAP = [random.randrange(100) for _ in range(3)]
""",
        },
        [[("main.py", "SEED = 3", "SEED = 4")], [("main.py", "range(3)", "range(4)")]],
        ["MAP"],
    ),
    Program(
        "filled_queue_priority",
        {
            "main.py": """\
import queue, heapq
BASE = 5
q = queue.PriorityQueue()
def task(p):
    def deco(f):
        q.put((p, f.__name__))
        return f
    return deco
@task(BASE)
def late(): pass
@task(1)
def early(): pass
h = []
heapq.heappush(h, BASE)
heapq.heappush(h, 3)
def order(): return sorted(q.queue), sorted(h)
""",
        },
        [[("main.py", "BASE = 5", "BASE = 0")], [("main.py", "@task(1)\ndef early(): pass", "")]],
        ["order()"],
    ),
    Program(
        "filled_graphlib",
        {
            "main.py": """\
from graphlib import TopologicalSorter
from steps import SORTER
ORDER = list(SORTER.static_order())
""",
            "steps.py": """\
from graphlib import TopologicalSorter
SORTER = TopologicalSorter()
FIRST = "a"
def step(name, *deps): SORTER.add(name, *deps)
step("b", FIRST)
step("c", "b")
""",
        },
        [[("steps.py", 'FIRST = "a"', 'FIRST = "z"')]],
        ["ORDER"],
    ),
    Program(
        "filled_email_message",
        {
            "main.py": """\
from email.message import EmailMessage
from settings import SENDER
msg = EmailMessage()
msg["From"] = SENDER
msg["Subject"] = "x"
msg.set_content("hello")
def text(): return msg.as_string()
""",
            "settings.py": """\
SENDER = "a@b.c"
""",
        },
        [
            [("settings.py", "a@b.c", "z@b.c")],
            [("main.py", 'msg["Subject"] = "x"', 'msg["Subject"] = "y"')],
            [("main.py", '"hello"', '"hi"')],
        ],
        ["text()"],
    ),
]
