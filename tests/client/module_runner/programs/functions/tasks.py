"""Coroutines, tasks and threads that hold functions."""

from ..program import Program

PROGRAMS = [
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
        "tasks_with_handlers_in_a_loop",
        {
            "app.py": """\
import asyncio
HANDLERS = {}
DELAY = 0
def handles(kind):
    def deco(f):
        HANDLERS.setdefault(kind, []).append(f)
        return f
    return deco
@handles("key")
async def on_key(e):
    await asyncio.sleep(DELAY)
    return f"key {e}"
@handles("key")
@handles("mouse")
async def on_any(e): return f"any {e}"
class Pump:
    def __init__(self): self.queue, self.out = [], []
    async def once(self, kind, e):
        return [await f(e) for f in HANDLERS.get(kind, ())]
pump = Pump()
def step(c):
    try:
        while True: c.send(None)
    except StopIteration as s: return s.value
""",
            "main.py": "import app\nbound = app.pump.once\n",
        },
        [
            [("app.py", 'f"key {e}"', 'f"KEY {e}"')],
            [("app.py", '@handles("mouse")\n', '@handles("touch")\n')],
            [("app.py", '@handles("key")\nasync def on_key', '@handles("up")\nasync def on_key')],
            [("app.py", "async def on_any(e): return", "async def on_any(e, n=1): return n,")],
            [
                (
                    "app.py",
                    "async def on_any(e, n=1): return n,",
                    "async def on_any(e, n=1) return n,",
                )
            ],
            [("app.py", "async def on_any(e, n=1) return n,", "async def on_all(e): return")],
            [
                (
                    "app.py",
                    "[await f(e) for f in HANDLERS.get(kind, ())]",
                    "tuple([await f(e) for f in HANDLERS.get(kind, ())])",
                )
            ],
        ],
        [
            "[app.step(bound(k, 1)) for k in ('key', 'mouse', 'touch', 'up')]",
            "sorted((k, len(v)) for k, v in app.HANDLERS.items())",
        ],
    ),
    Program(
        "contextvar_default",
        {
            "m.py": """\
from contextvars import ContextVar
DEF = 1
level = ContextVar("level", default=DEF)
""",
            "main.py": """\
from m import level
def get(): return level.get()
""",
        },
        [
            [("m.py", "DEF = 1", "DEF = 2")],
            [("m.py", '"level",', '"lvl",')],
        ],
        [
            "get()",
            "level.name",
        ],
    ),
    Program(
        "async_generators",
        {
            "g.py": """\
async def ticks(n):
    for i in range(n):
        yield i * 2
async def total(n):
    return sum([x async for x in ticks(n)])
""",
            "main.py": """\
from g import ticks, total
def drive(c):
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("g.py", "i * 2", "i * 3")],
            [
                (
                    "g.py",
                    "yield i * 3",
                    """\
yield i
        yield i""",
                )
            ],
            [("g.py", "return sum(", "return max(")],
        ],
        [
            "drive(total(4))",
        ],
    ),
    Program(
        "thread_pool_and_queue_hold",
        {
            "m.py": """\
def job(x): return x + 1
""",
            "main.py": """\
import queue, heapq
from collections import deque, OrderedDict, defaultdict, Counter, ChainMap
from m import job
q = queue.Queue(); q.put(job)
heap = [(1, "a", job)]
dq = deque([job]); od = OrderedDict(j=job); dd = defaultdict(lambda: job)
cm = ChainMap({"j": job}, {})
def run(): return [q.queue[0](1), heap[0][2](1), dq[0](1), od["j"](1), dd["zz"](1), cm["j"](1)]
""",
        },
        [
            [("m.py", "x + 1", "x + 2")],
            [("m.py", "(x)", "(x, y=5)")],
            [
                (
                    "m.py",
                    "def job(x, y=5): return x + 2",
                    """\
def job(x, *, y=6):
    return x + y""",
                )
            ],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "threads_hold_functions",
        {
            "w.py": """\
import threading
RES = []
def work(x): RES.append(x * 2)
def spawn(x):
    t = threading.Thread(target=work, args=(x,)); t.start(); t.join()
    r = list(RES); RES.clear(); return r
local = threading.local()
local.v = 1
lock = threading.Lock()
""",
            "main.py": """\
import w
""",
        },
        [
            [("w.py", "x * 2", "x * 3")],
            [("w.py", "local.v = 1", "local.v = 2")],
        ],
        [
            "w.spawn(2)",
            "w.local.v",
        ],
    ),
    Program(
        "asyncio_tasks_hold",
        {
            "m.py": """\
import asyncio
async def tick(n): return n + 1
""",
            "main.py": """\
import m
HOOKS = {"t": m.tick}
def run():
    c = HOOKS["t"](1)
    try: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("m.py", "n + 1", "n + 2")],
            [
                (
                    "m.py",
                    "async def tick(n): return n + 2",
                    """\
async def tick(n, k=3):
    return n + k""",
                )
            ],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "async_context_and_iter",
        {
            "m.py": """\
import asyncio
class Conn:
    name = "c"
    async def __aenter__(self): return self
    async def __aexit__(self, *a): return False
    def __aiter__(self): self.i = 0; return self
    async def __anext__(self):
        self.i += 1
        if self.i > 2: raise StopAsyncIteration
        return self.i
async def use():
    out = []
    async with Conn() as c:
        async for x in c: out.append((c.name, x))
    return out
""",
            "main.py": """\
import m
def run():
    c = m.use()
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
""",
        },
        [
            [("m.py", 'name = "c"', 'name = "d"')],
            [("m.py", "self.i > 2", "self.i > 1")],
            [
                (
                    "m.py",
                    """\
return self.i
""",
                    """\
return -self.i
""",
                )
            ],
        ],
        [
            "run()",
        ],
    ),
]
