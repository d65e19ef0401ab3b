"""Values follow what they were made from, on whatever way: the oracle is a fresh start.

Each row: the program, one edit, and what to look at in `main` afterwards. `STATE` of every program is
filled before the edit and has to be as full after it: nothing was started again.
"""

from __future__ import annotations

import gc

import pytest

from hmr_client.module_runner.names.readers import Readers

from ..application import drive, fresh_start, running

N = ("N = 1", "N = 5")
ROWS: dict[str, tuple[dict[str, str], str, tuple[str, str], str]] = {
    # --- module objects, whatever leads to them
    "a module that somebody else imported": (
        {"main": "import pkg\nY = pkg.sub.N\n", "pkg/__init__": "from . import sub\n", "pkg/sub": "N = 1\n"},
        "pkg/sub", N, "Y",
    ),
    "a module taken from another one": (
        {"main": "from lib import k\nimport lib as l\nY = k.N\nZ = l.k.N\n", "lib": "import k\n", "k": "N = 1\n"},
        "k", N, "Y, Z",
    ),
    "the branch of an import that ran": (
        {"main": "try:\n    import fast as impl\nexcept ImportError:\n    import slow as impl\nY = impl.N\n",
         "fast": "N = 1\n", "slow": "N = 9\n"},
        "fast", N, "Y",
    ),
    "another name for a module": ({"main": "import m\ncfg = m\nY = cfg.N\n", "m": "N = 1\n"}, "m", N, "Y"),
    "import_module, __import__, sys.modules": (
        {"main": "import sys, importlib\nx = importlib.import_module('m')\nX = x.N\n"
         "Y = __import__('m').N\nZ = sys.modules['m'].N\n", "m": "N = 1\n"},
        "m", N, "X, Y, Z",
    ),
    "getattr and vars": (
        {"main": "import m\nX = getattr(m, 'N')\nY = vars(m)['N']\n", "m": "N = 1\n"}, "m", N, "X, Y",
    ),
    "a module that was handed on": (
        {"main": "import m\ndef f(mod): return mod.N\nX = f(m)\nY = [m][0].N\nZ = {'m': m}['m'].N\n",
         "m": "N = 1\n"},
        "m", N, "X, Y, Z",
    ),
    "a module's __getattr__": (
        {"main": "import m\nX = m.anything\n", "m": "N = 1\ndef __getattr__(name): return N\n"}, "m", N, "X",
    ),
    # --- classes
    "a constant several classes deep": (
        {"main": "from m import S\nE = S.D.E\nX = S.D.E.N\nY = E.N\n",
         "m": "class S:\n    class D:\n        class E:\n            N = 1\n"},
        "m", N, "X, Y",
    ),
    "an inherited constant": (
        {"main": "from m import B\nX = B.N\nb = B()\nY = b.N\n",
         "m": "class A:\n    N = 1\nclass B(A): pass\n"},
        "m", N, "X, Y",
    ),
    # --- calls
    "calls in every form": (
        {"main": "import m\nfrom m import url\nA = m.url('x')\nB = url('y')\nC = [url(i) for i in 'ab']\n"
         "D = list(map(url, 'ab'))\nu = m.url\nE = u('z')\n",
         "m": "N = 1\ndef url(p): return f'{N}{p}'\n"},
        "m", N, "A, B, C, D, E",
    ),
    "calls of calls, across modules": (
        {"main": "import m\nX = m.url('x')\n", "m": "import c\ndef n(): return c.N\ndef url(p): return p * n()\n",
         "c": "N = 1\n"},
        "c", N, "X",
    ),
    "an import in a function": (
        {"main": "import m\nX = m.f()\n", "m": "def f():\n    from c import N\n    return N\n", "c": "N = 1\n"},
        "c", N, "X",
    ),
    "lambdas, partials, callbacks": (
        {"main": "from functools import partial\nN = 1\nf = lambda a: N + a\ng = partial(f, 2)\n"
         "def apply(h): return h(3)\nX = f(1)\nY = g()\nZ = apply(f)\nT = {'f': f}\nW = T['f'](4)\n"},
        "main", N, "X, Y, Z, W",
    ),
    "methods, properties, constructors, super": (
        {"main": "N = 1\nclass A:\n    def __init__(self): self.n = N\n    def go(self): return self._in()\n"
         "    def _in(self): return N\n    @property\n    def p(self): return N\n    @classmethod\n"
         "    def c(cls): return N\n    @staticmethod\n    def s(): return N\nclass B(A):\n"
         "    def __init__(self): super().__init__()\nX = A().go()\na = A()\nY = a.go(), a.p, A.c(), A.s()\nb = B()\n"},
        "main", N, "X, Y, a.n, b.n",
    ),
    "operators and what builtins call": (
        {"main": "N = 1\nclass V:\n    def __add__(s, o): return N\n    def __len__(s): return N\n"
         "    def __getitem__(s, i): return N\n    def __str__(s): return str(N)\n"
         "v = V()\nX = v + 1\nY = len(v)\nZ = v[0]\nW = f'{v}'\n"},
        "main", N, "X, Y, Z, W",
    ),
    "generators and context managers": (
        {"main": "from contextlib import contextmanager\nN = 1\ndef g():\n    yield N\nX = list(g())\n"
         "@contextmanager\ndef m():\n    yield N\nwith m() as Y: pass\n"},
        "main", N, "X, Y",
    ),
    "dataclass defaults and default factories": (
        {"main": "from dataclasses import dataclass, field\nN = 1\n@dataclass\nclass P:\n    x: int = N\n"
         "    y: list = field(default_factory=lambda: [N])\nO = P()\n"},
        "main", N, "O, P()",
    ),
    "cached results": (
        {"main": "import m\nX = m.f()\nm.c.p, m.c.q(), m.C.s()\n",
         "m": "import functools, k\n@functools.cache\ndef f(): return k.N * 2\nclass C:\n    @functools.cached_property\n"
         "    def p(self): return k.N\n    @functools.lru_cache\n    def q(self): return k.N\n    @staticmethod\n"
         "    @functools.cache\n    def s(): return k.N\nc = C()\n", "k": "N = 1\n"},
        "k", N, "X, m.f(), m.c.p, m.c.q(), m.C.s()",
    ),
    # --- imports that come and go
    "a star import gives an earlier binding back": (
        {"main": "N = 5\nfrom m import *\nY = N\n", "m": "N = 1\n"}, "m", ("N = 1", "M = 1"), "N, Y",
    ),
    "a decorator whose wrapper gets a free variable": (
        {"main": "from deco import twice\n@twice\ndef g(x): return x\nclass C:\n    @twice\n    def m(self): return 4\n",
         "deco": "def twice(f):\n    def w(*a): return f(*a) * 2\n    return w\n"},
        "deco", ("    def w(*a): return f(*a) * 2", "    n = 3\n    def w(*a): return f(*a) * n"), "g(1), C().m()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@drive
async def test_a_value_is_what_a_fresh_start_makes_of_it(row):
    modules, edited, (old, new), look = ROWS[row]
    files = {f"{name}.py": text for name, text in modules.items()}
    files["main.py"] = f"STATE = []\n{files['main.py']}"
    async with running(files) as app:
        app["main.py"].STATE.append("live")
        await app.edit(f"{edited}.py", old, new)
        seen = repr(eval(look, vars(app["main.py"])))
        assert app["main.py"].STATE == ["live"]
        files[f"{edited}.py"] = files[f"{edited}.py"].replace(old, new)
    assert seen == await fresh_start(files, look)


@pytest.mark.parametrize("statement", ["from pkg import extra", "import pkg.extra as extra"])
@drive
async def test_an_import_of_a_module_that_was_missing_is_tried_again(statement):
    main = f"try:\n    {statement}\n    V = extra.V\nexcept ImportError:\n    V = None\n"
    async with running({"main.py": main, "pkg/__init__.py": ""}) as app:
        assert app["main.py"].V is None
        await app.good({"pkg/extra.py": "V = 3\n"})
        assert app["main.py"].V == 3


@drive
async def test_a_handler_that_is_only_passed_on_is_not_read():
    main = """
        N = 1
        MADE = []
        def handler(): return N
        def keep(f): MADE.append(f); return [f]
        box = keep(handler)
        """
    async with running({"main.py": main}) as app:
        box = app["main.py"].box
        await app.edit("main.py", "N = 1", "N = 2")
        assert app["main.py"].box is box
        assert len(app["main.py"].MADE) == 1


@drive
async def test_the_body_of_a_coroutine_is_not_read_by_who_makes_it():
    main = """
        import asyncio
        N = 1
        RUNS = []
        async def work():
            RUNS.append(N)
            await asyncio.sleep(1000)
        task = asyncio.get_event_loop().create_task(work())
        """
    async with running({"main.py": main}) as app:
        task = app["main.py"].task
        await app.edit("main.py", "N = 1", "N = 2")
        assert app["main.py"].task is task


@drive
async def test_a_closure_that_was_made_again_goes_on_with_its_state():
    maker = """
        def counter(start=0):
            n = start
            def up():
                nonlocal n
                n += 1
                return n
            return up
        """
    async with running(maker=maker, main="from maker import counter\nc = counter()\n") as app:
        held = app["main.py"].c
        assert (held(), held()) == (1, 2)
        new = maker.replace("n = start", "n = start\n            step = 10")
        await app.good(maker=new.replace("n += 1", "n += step"))
        assert app["main.py"].c() == 12
        assert held() == 22


@drive
async def test_a_module_that_gives_up_leaves_its_update_to_an_importer_that_accepts_it():
    hot = "import hmr_client\nhot = hmr_client.hot(__name__)\n"
    m = hot + "hot.accept(lambda new: hot.invalidate('not me'))\nX = 1\n"
    main = hot + "import m\nlog = []\nhot.accept('m', lambda new: log.append(new.X))\n"
    async with running(m=m, main=main) as app:
        report = await app.edit("m.py", "X = 1", "X = 2")
        assert app["main.py"].log == [2]
        assert all(step.tier.name != "RESTART" for step in report.steps)


@drive
async def test_classes_that_run_again_cost_no_scan_of_the_heap(monkeypatch):
    scans = []
    scan = gc.get_referrers
    monkeypatch.setattr(gc, "get_referrers", lambda *x: (scans.append(x), scan(*x))[1])
    users = {f"u{i}": f"import config\nclass C:\n    A = config.N + {i}\n" for i in range(5)}
    async with running(config="N = 1\n", **users) as app:
        await app.edit("config.py", "N = 1", "N = 2")
        assert app["u3.py"].C.A == 5
        assert scans == []


@drive
async def test_what_a_statement_reads_is_not_compared_with_each_dirty_name(monkeypatch):
    asked = []
    reads = Readers.reads
    monkeypatch.setattr(
        Readers, "reads", lambda self, key: (asked.append(key), reads(self, key))[1]
    )
    users = {f"u{i}": f"import config\nclass C{i}:\n    A = config.N + {i}\n" for i in range(60)}
    async with running(config="N = 1\n", **users) as app:
        await app.edit("config.py", "N = 1", "N = 2")
        assert app["u3.py"].C3.A == 5
    assert len(asked) < 5 * 60  # of 60 names and 120 statements


@drive
async def test_modules_that_do_not_read_what_changed_are_not_parsed():
    users = {f"u{i}": f"import config\nX = config.{'N' if i == 3 else 'M'}\n" for i in range(5)}
    async with running(config="N = 1\nM = 2\n", **users) as app:
        await app.edit("config.py", "N = 1", "N = 2")
        parsed = [x.path for x in app.runner.modules if x.outline is not None]
        assert sorted(parsed) == ["config.py", "u3.py"]


@drive
async def test_of_two_functions_of_a_name_the_last_keeps_its_own_docstring():
    main = """
        def f(x=0):
            return x + 1
        def f(x=0):
            return x
        """
    async with running({"main.py": main}) as app:
        await app.edit(
            "main.py", "def f(x=0):\n    return x + 1", "def f(x=1):\n    'first'\n    return 1"
        )
        assert (app["main.py"].f.__doc__, app["main.py"].f(3)) == (None, 3)


@drive
async def test_where_two_functions_of_a_name_become_one_the_name_is_its_own():
    main = """
        BUS = []
        def on(f):
            BUS.append(f)
            return f
        @on
        def h(x=0): return x
        @on
        def h(x=0): return x
        """
    async with running({"main.py": main}) as app:
        await app.edit(
            "main.py",
            "@on\ndef h(x=0): return x\n@on\ndef h(x=0): return x",
            "@on\ndef h(x=1): return x + 1",
        )
        assert [app["main.py"].h] == app["main.py"].BUS
        assert app["main.py"].h() == 2
