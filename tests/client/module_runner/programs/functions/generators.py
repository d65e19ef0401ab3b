"""Generators and context managers."""

from ..program import Program

PROGRAMS = [
    Program(
        "context_managers_and_stacks",
        {
            "m.py": """\
from contextlib import contextmanager, ExitStack, suppress, ContextDecorator, nullcontext
LOG = []
DEPTH = 2
@contextmanager
def step(name, *, log=None):
    log = [] if log is None else log
    log.append(f"+{name}")
    try: yield name * DEPTH
    finally: log.append(f"-{name}")
class timed(ContextDecorator):
    calls = 0
    def __init__(self, label="t"): self.label = label
    def __enter__(self): return self
    def __exit__(self, *e): type(self).calls += 0; return False
@timed("work")
def work(x): return x + DEPTH
def nested(names):
    log = []
    with ExitStack() as stack:
        out = [stack.enter_context(step(n, log=log)) for n in names]
        stack.callback(log.append, "end")
    return out, log
""",
            "main.py": """\
from m import *
import m
with m.step("boot") as BOOT: pass
RESULT = nested("ab")
""",
        },
        [
            [("m.py", "DEPTH = 2", "DEPTH = 3")],
            [("m.py", "return x + DEPTH", "return x * DEPTH")],
            [("m.py", '@timed("work")', '@timed("job")')],
            [("m.py", "    with ExitStack() as stack:", "    with ExitStack() as stack")],
            [
                (
                    "m.py",
                    "    with ExitStack() as stack\n",
                    "    with ExitStack() as stack, suppress(KeyError):\n",
                )
            ],
            [("main.py", 'step("boot")', 'step("start")')],
            [("main.py", 'nested("ab")', 'nested("abc")')],
        ],
        [
            "BOOT",
            "nested('xy')",
            "work(4)",
            "RESULT",
            "work.__closure__ is not None",
            "m.timed().label",
        ],
    ),
    Program(
        "generators_pipeline",
        {
            "m.py": """\
def src(n):
    yield from range(n)
def odd(it): return (x for x in it if x % 2)
""",
            "main.py": """\
from m import *
N = 6
RES = list(odd(src(N)))
""",
        },
        [
            [("main.py", "N = 6", "N = 9")],
        ],
        [
            "list(odd(src(5)))",
        ],
    ),
    Program(
        "context_managers",
        {
            "m.py": """\
from contextlib import contextmanager, ExitStack, suppress
LOG = []
@contextmanager
def step(name, mark="-"):
    LOG.append(mark + name)
    yield name
    LOG.append("/" + name)
""",
            "main.py": """\
from m import step, LOG
with step("boot") as b:
    BOOT = b
def run():
    n = len(LOG)
    with step("x"): pass
    r = LOG[n:]; del LOG[n:]; return r
""",
        },
        [
            [("m.py", '"-"', '"+"')],
            [("main.py", '"boot"', '"init"')],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "generator_held_and_new",
        {
            "m.py": """\
def gen():
    yield 1
    yield 2
""",
            "main.py": """\
from m import gen
mk = gen
""",
        },
        [
            [("m.py", "yield 2", "yield 3")],
        ],
        [
            "list(mk())",
        ],
    ),
    Program(
        "functions_become_coroutines_and_generators",
        {
            "h.py": """\
def load(x): return x + 1
def items(): return [1, 2]
class Base:
    def run(self): return 1
class Job(Base): pass
""",
            "main.py": """\
import h, inspect
from h import items
KIND = type(items()).__name__
RUN = type(h.Job().run()).__name__
IS = inspect.iscoroutinefunction(h.load)
HANDLERS = {}
def register(f):
    HANDLERS[f.__name__] = inspect.iscoroutinefunction(f)
    return f
@register
def go(): return 1
METHODS = {n: inspect.iscoroutinefunction(getattr(h.Job, n)) for n in dir(h.Job) if n[0] != "_"}
""",
        },
        [
            [("h.py", "def load", "async def load")],
            [("h.py", "return [1, 2]", "yield 1")],
            [("h.py", "(self): return", "(self): yield")],
            [("main.py", "def go", "async def go")],
            [("h.py", "items(): yield 1", "items(): return [3]")],
            [("h.py", "def run(self): yield", "def run(self): return")],
        ],
        [],
    ),
]
