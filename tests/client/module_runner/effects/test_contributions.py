"""What a statement has put into other objects: neither doubled, nor stale, nor lost.

The oracle is a fresh start. `STATE` of every program is filled before the edit: where a row does not say
that everything starts again, it has to be as full after it.
"""

from __future__ import annotations

import pytest

from hmr_client.module_runner.effects.reach import Reach

from ..application import drive, fresh_start, running

PROGRAM_1 = {
    "bus": "BUS = []\ndef on(f):\n    BUS.append(f)\n    return f\n",
    "m": "from bus import on\nLIMIT = 3\n@on\ndef a(): return 'a'\n@on\ndef h(x=LIMIT): return x\n@on\ndef z(): return 'z'\n",
    "main": "import m, bus\nSTATE=[]\n",
}

PROGRAM_2 = {
    "m": "BUS = []\nLIMIT = 3\nBUS.append(LIMIT)\nBUS.append(9)\n",
}

PROGRAM_3 = {
    "bus": "S = {}\ndef subscribe(e, f):\n    S.setdefault(e, []).append(f)\n    return len(S)\n",
    "m": "from bus import subscribe\ndef f(): return 1\nt = subscribe('a', f)\nu = subscribe('b', f)\n",
    "main": "import bus, m\n",
}

PROGRAM_4 = {
    "m": "REG = {'help': 1}\ndef reg(f):\n    REG[f.__name__] = f\n    return f\n@reg\ndef a(): return 1\n@reg\ndef b(): return 2\n",
}

PROGRAM_5 = {
    "bus": "REG = {'help': 1}\ndef reg(f):\n    REG[f.__name__] = f\n    return f\n",
    "m": "from bus import reg\n@reg\ndef a(): return 1\n@reg\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_6 = {
    "bus": "BUS = [0]\ndef on(f):\n    BUS.append(f)\n    return f\n",
    "m": "from bus import on\n@on\ndef a(): return 1\n@on\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_7 = {
    "bus": "R = []\ndef route(p, **k):\n    def deco(f):\n        R.append((p, f))\n        return f\n    return deco\n",
    "m": "from bus import route\nPRE = '/x'\n@route(PRE + '/a')\ndef a(): return 1\n@route('/b')\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_8 = {
    "lib": "class Plugin:\n    reg = {}\n    order = []\n    last = None\n    def __init_subclass__(cls, **k):\n        Plugin.reg[cls.__name__] = cls\n        Plugin.order.append(cls)\n        Plugin.last = cls\n",
    "m": "from lib import Plugin\nclass A(Plugin):\n    n = 1\nclass B(Plugin):\n    n = 2\n",
    "main": "import lib, m\n",
}

PROGRAM_9 = {
    "m": "from functools import singledispatch\n@singledispatch\ndef show(x): return 'any'\n@show.register\ndef _(x: int): return 'int'\n@show.register\ndef _(x: str): return 'str'\n",
    "main": "import m\nm.show(1); m.show('a'); m.show(1.0)\n",
}

PROGRAM_10 = {
    "m": "from functools import singledispatch\n@singledispatch\ndef show(x): return 'any'\n@show.register(int)\ndef show_int(x): return 'int'\n",
    "main": "import m\nm.show(1)\nm.show(2.0)\n",
}

PROGRAM_11 = {
    "bus": "H = {}\ndef on(e):\n    def d(f):\n        H[e] = f\n        return f\n    return d\n",
    "m": "from bus import on\n@on('a')\ndef _(): return 'A'\n@on('b')\ndef _(): return 'B'\n",
    "main": "import bus, m\nheld = dict(bus.H)\n",
}

PROGRAM_12 = {
    "bus": "COUNT = 0\nNAMES = []\ndef reg(f):\n    global COUNT\n    COUNT += 1\n    NAMES.append(f.__name__)\n    return f\n",
    "m": "from bus import reg\n@reg\ndef a(): pass\n@reg\ndef b(): pass\n",
    "main": "import bus, m\n",
}

PROGRAM_13 = {
    "app": "class App:\n    def __init__(self):\n        self.routes = {}\n        self.hooks = []\n    def route(self, p):\n        def d(f):\n            self.routes[p] = f\n            return f\n        return d\n    def hook(self, f):\n        self.hooks.append(f)\n        return f\napp = App()\n",
    "m": "from app import app\n@app.route('/a')\ndef a(): return 1\n@app.hook\ndef h(): return 2\n@app.route('/b')\nclass V: pass\n",
    "main": "import app, m\n",
}

PROGRAM_14 = {
    "m": "import weakref\nW = weakref.WeakSet()\nD = weakref.WeakValueDictionary()\ndef on(f):\n    W.add(f)\n    D[f.__name__] = f\n    return f\n@on\ndef a(x=1): return x\n@on\ndef b(): return 2\n",
}

PROGRAM_15 = {
    "bus": "R = {}\ndef reg(name):\n    def d(c):\n        R[name] = c\n        return c\n    return d\n",
    "m": "from bus import reg\n@reg('a')\nclass A:\n    n = 1\n@reg('b')\nclass B:\n    n = 2\n",
    "main": "import bus, m\na = m.A()\n",
}

PROGRAM_16 = {
    "bus": "R = []\ndef reg(c):\n    R.append((c.__name__, c))\n    return c\n",
    "m": "from bus import reg\n@reg\nclass A:\n    n = 1\n",
    "main": "import bus, m\na = m.A()\n",
}

PROGRAM_17 = {
    "lib": "class Meta(type):\n    all = []\n    def __new__(mcs, n, b, d):\n        c = super().__new__(mcs, n, b, d)\n        mcs.all.append(c)\n        return c\nclass Base(metaclass=Meta): pass\n",
    "m": "from lib import Base\nclass A(Base):\n    n = 1\n",
    "main": "import lib, m\n",
}

PROGRAM_18 = {
    "lib": "class Meta(type):\n    all = []\n    def __new__(mcs, n, b, d):\n        c = super().__new__(mcs, n, b, d)\n        mcs.all.append(c)\n        return c\nclass Base(metaclass=Meta): pass\n",
    "m": "from lib import Base\nclass A(Base):\n    n = 1\nclass B(Base): pass\n",
    "main": "import lib, m\n",
}

PROGRAM_19 = {
    "bus": "def make():\n    items = []\n    def on(f):\n        items.append(f)\n        return f\n    on.items = items\n    return on\non = make()\n",
    "m": "from bus import on\n@on\ndef a(): return 1\n@on\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_20 = {
    "bus": "BUS = []\ndef on(f):\n    def w(*a): return ('w', f(*a))\n    BUS.append(w)\n    return w\n",
    "m": "from bus import on\nN = 1\n@on\ndef a(x=N): return x\n@on\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_21 = {
    "bus": "class Cmd:\n    def __init__(s, f, help): s.f = f; s.help = help\nC = {}\ndef cmd(help):\n    def d(f):\n        C[f.__name__] = Cmd(f, help)\n        return f\n    return d\n",
    "m": "from bus import cmd\n@cmd('one')\ndef a(): return 1\n@cmd('two')\ndef b(): return 2\n",
    "main": "import bus, m\n",
}

PROGRAM_22 = {
    "m": "D = {}\nD.update(a=1)\nD |= {'b': 2}\nX = sorted(D.items())\n",
}

PROGRAM_23 = {
    "m": "L = [1]\nL += [2]\nL.extend([3, 4])\nX = sum(L)\n",
}

PROGRAM_24 = {
    "m": "class C: pass\nc = C()\nc.x = 1\nC.y = 2\nX = c.x + C.y\n",
}

PROGRAM_25 = {
    "m": "class C: pass\nc = C()\nc.x = 1\nC.y = 2\n",
}

PROGRAM_26 = {
    "n": "X = 1\n",
    "m": "import n\nn.X = 5\nn.Z = 6\n",
    "main": "import n, m\n",
}

PROGRAM_27 = {
    "m": "def f(): pass\nf.help = 'a'\nf.n = 1\n",
}

PROGRAM_28 = {
    "m": "S = set()\ndef reg(f):\n    S.add(f.__name__)\n    return f\n@reg\ndef a(): pass\n@reg\ndef b(): pass\n",
}

PROGRAM_29 = {
    "m": "import heapq\nH = []\nheapq.heappush(H, 5)\nheapq.heappush(H, 2)\n",
}

PROGRAM_30 = {
    "m": "HANDLERS = []\nN = 2\ndef setup():\n    for i in range(N):\n        HANDLERS.append(lambda i=i: i)\nsetup()\n",
}

ROWS: dict[str, tuple[dict[str, str], str, list[tuple[str, str]], str]] = {
    "default dirty": (
        PROGRAM_1,
        "m",
        [("LIMIT = 3", "LIMIT = 4")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "annotation": (
        PROGRAM_1,
        "m",
        [("def h(x=LIMIT)", "def h(x: int = LIMIT)")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], bus.BUS[1].__annotations__",
    ),
    "async": (
        PROGRAM_1,
        "m",
        [("def z()", "async def z()")],
        "[f.__name__ for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS]",
    ),
    "rename": (
        PROGRAM_1,
        "m",
        [("def h(", "def g(")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "remove": (
        PROGRAM_1,
        "m",
        [("@on\ndef h(x=LIMIT): return x\n", "")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "remove decorator": (
        PROGRAM_1,
        "m",
        [("@on\ndef h(", "def h(")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "add decorator": (
        PROGRAM_1,
        "m",
        [("@on\ndef h(", "def h(")],
        "[f() for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "add between": (
        PROGRAM_1,
        "m",
        [("@on\ndef z", "@on\ndef n(): return 'n'\n@on\ndef z")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "add first": (
        PROGRAM_1,
        "m",
        [("@on\ndef a", "@on\ndef n(): return 'n'\n@on\ndef a")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "swap": (
        PROGRAM_1,
        "m",
        [
            (
                "@on\ndef a(): return 'a'\n@on\ndef h(x=LIMIT): return x\n",
                "@on\ndef h(x=LIMIT): return x\n@on\ndef a(): return 'a'\n",
            )
        ],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "body": (
        PROGRAM_1,
        "m",
        [("return 'a'", "return 'b'")],
        "[f() for f in bus.BUS], [f is getattr(m, f.__name__) for f in bus.BUS], [f.__name__ for f in bus.BUS]",
    ),
    "append dirty": (PROGRAM_2, "m", [("LIMIT = 3", "LIMIT = 4")], "m.BUS"),
    "append edit": (PROGRAM_2, "m", [("append(9)", "append(8)")], "m.BUS"),
    "append removed": (PROGRAM_2, "m", [("BUS.append(9)\n", "")], "m.BUS"),
    "append added": (
        PROGRAM_2,
        "m",
        [("BUS.append(9)\n", "BUS.append(9)\nBUS.append(10)\n")],
        "m.BUS",
    ),
    "subscribe": (
        PROGRAM_3,
        "m",
        [("'a', f", "'c', f")],
        "{k: len(v) for k, v in bus.S.items() if v}, m.t",
    ),
    "subscribe removed": (
        PROGRAM_3,
        "m",
        [("t = subscribe('a', f)\n", "")],
        "{k: len(v) for k, v in bus.S.items() if v}",
    ),
    "reg literal": (
        PROGRAM_4,
        "m",
        [("'help': 1", "'help': 2, 'more': 3")],
        "{k: v if isinstance(v, int) else v() for k, v in m.REG.items()}, m.REG['a'] is m.a, list(m.REG)",
    ),
    "reg renamed": (
        PROGRAM_4,
        "m",
        [("def a(", "def c(")],
        "{k: v if isinstance(v, int) else v() for k, v in m.REG.items()}, list(m.REG)",
    ),
    "reg literal2": (
        PROGRAM_5,
        "bus",
        [("'help': 1", "'help': 2, 'more': 3")],
        "{k: v if isinstance(v, int) else v() for k, v in bus.REG.items()}, bus.REG['a'] is m.a",
    ),
    "reg list literal": (PROGRAM_6, "bus", [("[0]", "[0, 1]")], "len(bus.BUS)"),
    "route arg": (
        PROGRAM_7,
        "m",
        [("'/b'", "'/c'")],
        "[(p, f()) for p, f in bus.R], bus.R[1][1] is m.b",
    ),
    "route const": (
        PROGRAM_7,
        "m",
        [("'/x'", "'/y'")],
        "[(p, f()) for p, f in bus.R], bus.R[0][1] is m.a",
    ),
    "route removed": (
        PROGRAM_7,
        "m",
        [("@route('/b')\ndef b(): return 2\n", "")],
        "[(p, f()) for p, f in bus.R]",
    ),
    "route def edit": (
        PROGRAM_7,
        "bus",
        [("R.append((p, f))", "R.append((p.upper(), f))")],
        "len(bus.R)",
    ),
    "sub attr": (
        PROGRAM_8,
        "m",
        [("n = 1", "n = 5")],
        "{k: v.n for k, v in lib.Plugin.reg.items()}, [c.n for c in lib.Plugin.order], [c is getattr(m, c.__name__) for c in lib.Plugin.order], lib.Plugin.last.__name__",
    ),
    "sub attr2": (
        PROGRAM_8,
        "m",
        [("n = 2", "n = 5")],
        "{k: v.n for k, v in lib.Plugin.reg.items()}, [c.n for c in lib.Plugin.order], [c is getattr(m, c.__name__) for c in lib.Plugin.order], lib.Plugin.last.__name__",
    ),
    "sub removed": (
        PROGRAM_8,
        "m",
        [("class B(Plugin):\n    n = 2\n", "")],
        "{k: v.n for k, v in lib.Plugin.reg.items()}, [c.n for c in lib.Plugin.order], [c is getattr(m, c.__name__) for c in lib.Plugin.order], lib.Plugin.last.__name__",
    ),
    "sub renamed": (
        PROGRAM_8,
        "m",
        [("class B(", "class D(")],
        "{k: v.n for k, v in lib.Plugin.reg.items()}, [c.n for c in lib.Plugin.order], [c is getattr(m, c.__name__) for c in lib.Plugin.order], lib.Plugin.last.__name__",
    ),
    "sub added": (
        PROGRAM_8,
        "m",
        [("class B(", "class D(Plugin):\n    n = 7\nclass B(")],
        "{k: v.n for k, v in lib.Plugin.reg.items()}, [c.n for c in lib.Plugin.order], [c is getattr(m, c.__name__) for c in lib.Plugin.order], lib.Plugin.last.__name__",
    ),
    "disp edit": (
        PROGRAM_9,
        "m",
        [("'int'", "'INT'")],
        "m.show(1), m.show('a'), m.show(1.0), m.show(b'')",
    ),
    "disp type": (
        PROGRAM_9,
        "m",
        [("x: int", "x: float")],
        "m.show(1), m.show('a'), m.show(1.0), m.show(b'')",
    ),
    "disp removed": (
        PROGRAM_9,
        "m",
        [("@show.register\ndef _(x: int): return 'int'\n", "")],
        "m.show(1), m.show('a'), m.show(1.0), m.show(b'')",
    ),
    "disp added": (
        PROGRAM_9,
        "m",
        [
            (
                "@show.register\ndef _(x: str)",
                "@show.register\ndef _(x: bytes): return 'bytes'\n@show.register\ndef _(x: str)",
            )
        ],
        "m.show(1), m.show('a'), m.show(1.0), m.show(b'')",
    ),
    "disp added end": (
        PROGRAM_9,
        "m",
        [("return 'str'\n", "return 'str'\n@show.register\ndef _(x: bytes): return 'bytes'\n")],
        "m.show(1), m.show('a'), m.show(1.0), m.show(b'')",
    ),
    "disp named": (
        PROGRAM_10,
        "m",
        [("@show.register(int)", "@show.register(float)")],
        "m.show(1), m.show(2.0)",
    ),
    "k append": (
        PROGRAM_11,
        "m",
        [("return 'B'\n", "return 'B'\n@on('c')\ndef _(): return 'C'\n")],
        "{k: v() for k, v in bus.H.items()}, held['a'](), held['b'](), m._()",
    ),
    "k insert": (
        PROGRAM_11,
        "m",
        [("@on('b')", "@on('c')\ndef _(): return 'C'\n@on('b')")],
        "{k: v() for k, v in bus.H.items()}, held['a'](), held['b'](), m._()",
    ),
    "k edit both": (
        PROGRAM_11,
        "m",
        [("'A'", "'A2'"), ("return 'B'\n", "return 'B2'\n@on('c')\ndef _(): return 'C'\n")],
        "{k: v() for k, v in bus.H.items()}, m._()",
    ),
    "k remove last": (
        PROGRAM_11,
        "m",
        [("@on('b')\ndef _(): return 'B'\n", "")],
        "{k: v() for k, v in bus.H.items()}, m._()",
    ),
    "k remove first": (
        PROGRAM_11,
        "m",
        [("@on('a')\ndef _(): return 'A'\n", "")],
        "{k: v() for k, v in bus.H.items()}, m._()",
    ),
    "k arg": (
        PROGRAM_11,
        "m",
        [("@on('a')", "@on('z')")],
        "{k: v() for k, v in bus.H.items()}, m._()",
    ),
    "counter rename last": (PROGRAM_12, "m", [("def b(", "def c(")], "bus.COUNT, bus.NAMES"),
    "counter rename first": (PROGRAM_12, "m", [("def a(", "def c(")], "bus.COUNT, bus.NAMES"),
    "counter add": (
        PROGRAM_12,
        "m",
        [("@reg\ndef b", "@reg\ndef n(): pass\n@reg\ndef b")],
        "bus.COUNT, bus.NAMES",
    ),
    "counter remove": (PROGRAM_12, "m", [("@reg\ndef a(): pass\n", "")], "bus.COUNT, bus.NAMES"),
    "app path": (PROGRAM_13, "m", [("'/a'", "'/z'")], "list(app.app.routes), len(app.app.hooks)"),
    "app hook removed": (
        PROGRAM_13,
        "m",
        [("@app.hook\ndef h(): return 2\n", "")],
        "list(app.app.routes), len(app.app.hooks), app.app.routes.get('/a') is getattr(m, 'a', None)",
    ),
    "app class edit": (
        PROGRAM_13,
        "m",
        [("class V: pass", "class V: x = 1")],
        "list(app.app.routes), len(app.app.hooks), app.app.routes.get('/a') is getattr(m, 'a', None), app.app.routes['/b'] is m.V, app.app.routes['/b'].x",
    ),
    "weak": (
        PROGRAM_14,
        "m",
        [("x=1", "x=2")],
        "sorted(f() for f in m.W), {k: f() for k, f in m.D.items()}",
    ),
    "weak removed": (
        PROGRAM_14,
        "m",
        [("@on\ndef b(): return 2\n", "")],
        "sorted(f() for f in m.W), {k: f() for k, f in m.D.items()}",
    ),
    "class deco": (
        PROGRAM_15,
        "m",
        [("'a'", "'c'")],
        "{k: v.n for k, v in bus.R.items()}, bus.R['c'] is m.A, isinstance(a, m.A)",
    ),
    "class deco member": (
        PROGRAM_16,
        "m",
        [("n = 1", "n = 2")],
        "[(k, v.n) for k, v in bus.R], bus.R[0][1] is m.A, a.n",
    ),
    "meta": (
        PROGRAM_17,
        "m",
        [("n = 1", "n = 2")],
        "[(c.__name__, getattr(c,'n',0)) for c in lib.Meta.all], lib.Meta.all[1] is m.A",
    ),
    "meta removed": (
        PROGRAM_18,
        "m",
        [("class A(Base):\n    n = 1\n", "")],
        "[c.__name__ for c in lib.Meta.all]",
    ),
    "closure reg": (
        PROGRAM_19,
        "m",
        [("def a()", "def a2()")],
        "[f.__name__ for f in bus.on.items]",
    ),
    "wrapper": (PROGRAM_20, "m", [("N = 1", "N = 2")], "[f() for f in bus.BUS], bus.BUS[0] is m.a"),
    "reg obj": (
        PROGRAM_21,
        "m",
        [("'one'", "'uno'")],
        "{k: (c.f(), c.help, c.f is getattr(m, k)) for k, c in bus.C.items()}",
    ),
    "dict update": (PROGRAM_22, "m", [("a=1", "a=5")], "m.D, m.X"),
    "aug": (PROGRAM_23, "m", [("[3, 4]", "[3, 5]")], "m.L, m.X"),
    "attr store": (
        PROGRAM_24,
        "m",
        [("c.x = 1", "c.x = 5"), ("C.y = 2", "C.y = 7")],
        "m.c.x, m.C.y, m.X",
    ),
    "attr store removed": (
        PROGRAM_25,
        "m",
        [("c.x = 1\n", ""), ("C.y = 2\n", "")],
        "hasattr(m.c,'x'), hasattr(m.C,'y')",
    ),
    "module attr": (PROGRAM_26, "m", [("n.X = 5\n", ""), ("n.Z = 6", "n.Z = 7")], "n.X, n.Z"),
    "func attr": (
        PROGRAM_27,
        "m",
        [("'a'", "'b'"), ("f.n = 1\n", "")],
        "m.f.help, hasattr(m.f,'n')",
    ),
    "set": (PROGRAM_28, "m", [("def a", "def c")], "sorted(m.S)"),
    "heap": (PROGRAM_29, "m", [("H, 5", "H, 1")], "m.H"),
    "main setup": (PROGRAM_30, "m", [("N = 2", "N = 3")], "[h() for h in m.HANDLERS]"),
}

STARTS_AGAIN = (
    "append added",
    "counter add",
    "counter remove",
    "counter rename first",
    "heap",
    "subscribe",
    "subscribe removed",
)


@pytest.mark.parametrize("row", ROWS)
@drive
async def test_other_objects_hold_what_a_fresh_start_puts_there(row):
    modules, edited, edits, look = ROWS[row]
    files = {f"{name}.py": text for name, text in modules.items()}
    imports = "".join(f"import {name}\n" for name in modules if name != "main")
    files["main.py"] = files.get("main.py", imports) + "STATE = []\n"
    async with running(files) as app:
        app["main.py"].STATE.append("live")
        path = f"{edited}.py"
        for old, new in edits:
            assert old in files[path]
            files[path] = files[path].replace(old, new)
        report = await app.good({path: files[path]})
        seen = repr(eval(look, vars(app["main.py"])))
        state = app["main.py"].STATE
    assert seen == await fresh_start(files, look), report.steps
    assert state == ([] if row in STARTS_AGAIN else ["live"]), report.steps


@drive
async def test_what_keeps_itself_in_order_is_left_alone():
    """An event loop's queues, and our own: a failed update would have emptied them."""
    source = (
        "import asyncio\nN = 1\nloop = asyncio.get_event_loop()\n"
        "handle = loop.call_later(500, print, N)\n"
    )
    async with running(m=source) as app:
        before = app.runner.ledger.counts()
        broken = source.replace("N = 1", "N = 2") + "1 / 0\n"
        report = await app.update(m=broken)
        assert isinstance(report.error, ZeroDivisionError)
        assert app.runner.ledger.counts() == before


REGISTRY = "VIEWS = {}\ndef register(name):\n    return lambda f: VIEWS.setdefault(name, f)\n"
VIEW = "from app import register\n@register({0!r})\ndef view{0}(): return {0}\n"


@drive
async def test_filling_a_large_registry_does_not_look_at_all_that_is_in_it(monkeypatch):
    looked = []
    enter = Reach._function
    monkeypatch.setattr(Reach, "_function", lambda *given: looked.append(1) or enter(*given))
    files = {"app.py": REGISTRY, **{f"v{n}.py": VIEW.format(n) for n in range(100)}}
    async with running(files) as app:
        assert len(looked) < 100 * 20
        views = app["app.py"].VIEWS
        await app.edit("v7.py", "return 7", "return 'new'")
        assert views[7]() == "new"
        await app.edit("v7.py", "@register(7)", "@register('seven')")
        assert list(app["app.py"].VIEWS)[7] == "seven"
        assert 7 not in app["app.py"].VIEWS


@drive
async def test_what_a_function_has_done_that_was_not_looked_at_is_not_done_twice():
    note = "SEEN = []\n" + "".join(f"def f{n}(): SEEN.append({n})\n" for n in range(40))
    note += "ALL = [" + ", ".join(f"f{n}" for n in range(40)) + "]\ndef call(n): ALL[n]()\n"
    async with running(note=note, use="from note import call\ncall(39)\n") as app:
        await app.edit("use.py", "call(39)", "call(38)")
        assert app["note.py"].SEEN == [38]


PUT_AWAY = {
    "item": "VIEWS = {}\ndef register(name):\n    def add(f):\n        VIEWS[name] = f\n        return f\n    return add\n",
    "append": "VIEWS = []\ndef register(name):\n    def add(f):\n        VIEWS.append(f)\n        return f\n    return add\n",
    "once": (
        "VIEWS = {}\ndef register(name):\n    if name in VIEWS:\n        raise KeyError(f'{name} is taken')\n"
        "    def add(f):\n        VIEWS[name] = f\n        return f\n    return add\n"
    ),
}


@pytest.mark.parametrize("registry", PUT_AWAY.values(), ids=PUT_AWAY)
@drive
async def test_functions_that_nothing_can_get_out_of_a_registry_are_not_looked_at(
    registry, monkeypatch
):
    looked = []
    enter = Reach._function
    monkeypatch.setattr(Reach, "_function", lambda *given: looked.append(1) or enter(*given))
    files = {"app.py": registry, **{f"v{n}.py": VIEW.format(n) for n in range(8)}}
    async with running(files):
        assert len(looked) == 8  # `register`, for each statement


# each calls HANDLERS["x"], and no code that it names does
GOT_OUT = {
    "returned": ("def pick(): return HANDLERS['x']", "@pick()\ndef f(n=K): pass"),
    "by a method": ("def pick(): return HANDLERS.get('x')", "@pick()\ndef f(n=K): pass"),
    "iterated": ("def pick():\n    for f in [*HANDLERS.values()]: return f", "@pick()\ndef f(n=K): pass"),
    "passed on": (
        "def same(x): return x\ndef pick(): return same(**HANDLERS)",
        "@pick()\ndef f(n=K): pass",
    ),
    "passed on here": ("def same(x): return x", "@same(**HANDLERS)\ndef f(n=K): pass"),
    "unpacked in a class": ("def pick(): return [*HANDLERS.values()]", "class A:\n    [g] = pick()\n    n = g(K)"),
    "a lambda": ("", "N = (lambda: HANDLERS['x'](K))()"),
    "a builtin": ("", "N = min([K], key=HANDLERS['x'])"),
    "a builtin in a function": ("def pick(k): return type('A', (), {'n': property(HANDLERS['x'])})().n", "N = pick(K)"),
    "a class": (
        "class Table(dict):\n    def __call__(self, n):\n        return self['x'](n)\nTABLE = Table(HANDLERS)",
        "N = TABLE(K)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", GOT_OUT)
@drive
async def test_what_a_function_out_of_a_registry_has_done_is_undone(row):
    text, statement = GOT_OUT[row]
    bus = f"SEEN = []\ndef x(n):\n    SEEN.append(1)\n    return n\nHANDLERS = {{'x': x}}\n{text}\n"
    files = {"bus.py": bus, "m.py": f"from bus import *\nK = 1\n{statement}\n"}
    files["main.py"] = "import bus, m\n"
    async with running(files) as app:
        files["m.py"] = files["m.py"].replace("K = 1", "K = 2")
        await app.good({"m.py": files["m.py"]})
        seen = repr(app["main.py"].bus.SEEN)
    assert seen == await fresh_start(files, "bus.SEEN")


@pytest.mark.parametrize("calls", [False, True])
@drive
async def test_one_of_many_registrations_is_undone_where_the_others_are_not_called(calls: bool):
    handlers = "".join(f'@on("{n}")\ndef h{n}(): return {n}\n' for n in range(40))
    bus = "BUS, STATE = [], []\ndef on(name):\n    def deco(f):\n        BUS.append((name, f))\n"
    bus += "        for _, other in BUS: other()\n" if calls else ""
    bus += "        return f\n    return deco\n"
    async with running(bus=bus, m=f"from bus import on\n{handlers}", main="import m, bus") as app:
        app["bus.py"].STATE.append("filled")
        await app.edit("m.py", '@on("30")', '@on("thirty")')
        await app.edit("m.py", '@on("5")\ndef h5(): return 5\n', "")
        names = [name for name, _ in app["main.py"].bus.BUS]
        assert names == [str(n) if n != 30 else "thirty" for n in range(40) if n != 5]
        state = app["main.py"].bus.STATE
        assert state == ([] if calls else ["filled"])
