"""Observers, hooks and jobs that are called or started at import."""

from ..program import Program

PROGRAMS = [
    Program(
        "events_called_at_import",
        {
            "main.py": """\
from bus import emit, on
import handlers
RESULT = emit("start", 2)
for e in ("a", "start"):
    LAST = emit(e, 1)
""",
            "bus.py": """\
SUBS = {}
def on(name):
    def deco(f):
        SUBS.setdefault(name, []).append(f)
        return f
    return deco
def emit(name, x):
    out = []
    for f in SUBS.get(name, ()):
        out.append(f(x))
    return out
""",
            "handlers.py": """\
from bus import on
K = 10
@on("start")
def h(x): return x * K
class H:
    rate = 3
    def __call__(self, x): return x * self.rate
on("start")(H())
""",
        },
        [[("handlers.py", "K = 10", "K = 11")], [("handlers.py", "rate = 3", "rate = 4")]],
        ["RESULT", "LAST"],
    ),
    Program(
        "started_jobs_and_tables",
        {
            "main.py": """\
from jobs import every, start, TASKS, hooks
@every(1)
def tick(): pass
@hooks.on
def first(): return 1
start()
hooks.fire()
def seen(): return [t for t in TASKS], hooks.fired
""",
            "jobs.py": """\
JOBS = []
TASKS = []
def every(s):
    def deco(f): JOBS.append((s, f)); return f
    return deco
def start():
    for s, f in JOBS: TASKS.append((s, f.__name__))
class Hooks:
    def __init__(self): self.table = {}; self.fired = []
    def on(self, f): self.table[f.__name__] = f; return f
    def fire(self):
        for n, f in self.table.items(): self.fired.append((n, f()))
hooks = Hooks()
""",
        },
        [
            [("main.py", "def tick(): pass", "def tick(): pass\n@every(2)\ndef second(): pass")],
            [("main.py", "@every(1)\ndef tick(): pass", "@every(3)\ndef tick(): pass")],
            [
                (
                    "main.py",
                    "def first(): return 1",
                    "def first(): return 1\n@hooks.on\ndef other(): return 2",
                )
            ],
            [("main.py", "@every(2)\ndef second(): pass", "")],
        ],
        ["seen()"],
    ),
    Program(
        "weakset_observers",
        {
            "obs.py": """\
import weakref
class Subject:
    def __init__(self): self._o = weakref.WeakSet(); self._m = []
    def attach(self, o): self._o.add(o); return o
    def bind(self, meth): self._m.append(weakref.WeakMethod(meth))
    def notify(self, v): return sorted(o.update(v) for o in self._o) + [m()(v) for m in self._m if m()]
""",
            "main.py": """\
from obs import Subject
s = Subject()
class V:
    scale = 1
    def __init__(self, n): self.n = n
    def update(self, v): return self.n * v * self.scale
    def other(self, v): return -v
a = s.attach(V(1))
b = s.attach(V(2))
s.bind(a.other)
N = s.notify(10)
""",
        },
        [
            [("main.py", "scale = 1", "scale = 3")],
            [("main.py", "V(2)", "V(5)")],
            [("main.py", "b = s.attach(V(5))", "")],
            [("main.py", "s.bind(a.other)", "")],
        ],
        ["s.notify(10)", "N"],
    ),
]
