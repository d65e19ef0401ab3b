"""Handlers of events, signals and observers."""

from ..program import Program

PROGRAMS = [
    Program(
        "traits_with_observers",
        {
            "traits.py": """\
class Trait:
    def __init__(self, default=None, *, low=None, high=None):
        self.default, self.low, self.high = default, low, high
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls=None):
        return self if obj is None else obj.values.get(self.name, self.default)
    def __set__(self, obj, value):
        if self.low is not None: value = max(self.low, value)
        if self.high is not None: value = min(self.high, value)
        old = self.__get__(obj)
        obj.values[self.name] = value
        obj.notify(self.name, old, value)
def observe(*names):
    def deco(f):
        f.observed = names
        return f
    return deco
class Meta(type):
    def __new__(mcls, name, bases, ns):
        cls = super().__new__(mcls, name, bases, ns)
        cls.observers = {}
        for base in reversed(cls.__mro__):
            for key, value in vars(base).items():
                for n in getattr(value, "observed", ()):
                    cls.observers.setdefault(n, []).append(key)
        return cls
class HasTraits(metaclass=Meta):
    def __init__(self, **kw):
        self.values = {}
        for k, v in kw.items(): setattr(self, k, v)
    def notify(self, name, old, new):
        for key in type(self).observers.get(name, ()): getattr(self, key)(old, new)
""",
            "w.py": """\
from traits import HasTraits, Trait, observe
STEP = 5
class Slider(HasTraits):
    value = Trait(0, low=0, high=100)
    step = Trait(STEP)
    seen = ()
    @observe("value")
    def _moved(self, old, new): self.seen = (*self.seen, new)
class Range(Slider):
    upper = Trait(50)
    @observe("value", "upper")
    def _both(self, old, new): self.seen = (*self.seen, ("both", new))
""",
            "main.py": """\
import w
def try_it():
    s, r = w.Slider(value=7), w.Range(value=300, upper=8)
    s.value += s.step
    return s.value, s.seen, r.value, r.seen, w.Range.observers
""",
        },
        [
            [("w.py", "high=100", "high=10")],
            [("w.py", "STEP = 5", "STEP = 2")],
            [("w.py", '@observe("value")', '@observe("value", "step")')],
            [("w.py", "def _both", "def _pair")],
            [("w.py", '("both", new)', '("pair", old, new)')],
            [("traits.py", "max(self.low, value)", "max(self.low, value) + 1")],
            [("w.py", "    upper = Trait(50)\n", "    upper = Trait(60)\n    lower = Trait(1)\n")],
            [("w.py", '    @observe("value", "upper")\n', '    @observe("upper")\n')],
        ],
        ["try_it()", "sorted(w.Slider.observers)", "w.Range().lower", "w.Slider().step"],
        before="held = w.Range(value=3)\n",
    ),
    Program(
        "signals_named_and_weak",
        {
            "signals.py": """\
import weakref
class Signal:
    def __init__(self, doc=""): self.doc, self.receivers = doc, []
    def connect(self, f, sender=None, weak=True):
        ref = weakref.WeakMethod(f) if hasattr(f, "__self__") else weakref.ref(f)
        self.receivers.append((sender, ref if weak else (lambda: f)))
        return f
    def receiver(self, **kw): return lambda f: self.connect(f, **kw)
    def send(self, sender, *a):
        out = []
        for s, r in self.receivers:
            f = r()
            if f is not None and s in (None, sender): out.append(f(*a))
        return out
class Namespace(dict):
    def signal(self, name): return self.setdefault(name, Signal(name))
ns = Namespace()
saved = ns.signal("saved")
""",
            "use.py": """\
from signals import ns, saved
class Store:
    def __init__(self):
        self.n = 0
        saved.connect(self.on_saved)
    def on_saved(self, x):
        self.n += 1
        return ("store", x)
store = Store()
@saved.receiver(sender="a")
def only_a(x): return ("a", x)
@saved.receiver(weak=False)
def strong(x): return ("strong", x)
@ns.signal("opened").receiver()
def opened(x): return x
""",
            "main.py": """\
import use
from signals import ns, saved
""",
        },
        [
            [("use.py", '("a", x)', '("A", x)')],
            [("use.py", 'sender="a"', 'sender="b"')],
            [("use.py", '("store", x)', '("STORE", x)')],
            [("use.py", '"opened"', '"closed"')],
            [
                (
                    "use.py",
                    "@saved.receiver(weak=False)\ndef strong",
                    "@saved.receiver()\ndef strong",
                )
            ],
            [
                (
                    "use.py",
                    'def strong(x): return ("strong", x)\n',
                    'def weak(x): return ("weak", x)\n',
                )
            ],
            [("use.py", "store = Store()\n", "store = Store()\nother = Store()\n")],
        ],
        [
            'saved.send("a", 1)',
            'saved.send("b", 1)',
            "sorted(ns)",
            "[len(x.receivers) for x in ns.values()]",
            'ns.get("closed") and ns["closed"].send(1, 2)',
        ],
    ),
    Program(
        "parameters_with_watchers",
        {
            "param.py": """\
class Number:
    def __init__(self, default, bounds=(None, None), doc=""):
        self.default, self.bounds, self.doc = default, bounds, doc
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls): return self.default if obj is None else obj._values.get(self.name, self.default)
    def __set__(self, obj, value):
        low, high = self.bounds
        if (low is not None and value < low) or (high is not None and value > high): raise ValueError(value)
        obj._values[self.name] = value
        for f in obj._watchers.get(self.name, ()): f(value)
def depends(*names, watch=False):
    def deco(f):
        f._depends, f._watch = names, watch
        return f
    return deco
class Parameterized:
    def __init__(self, **kw):
        self._values, self._watchers = {}, {}
        for key in dir(type(self)):
            f = getattr(type(self), key)
            if getattr(f, "_watch", False):
                for n in f._depends: self._watchers.setdefault(n, []).append(lambda v, k=key: getattr(self, k)())
        for k, v in kw.items(): setattr(self, k, v)
    @classmethod
    def params(cls): return {k: (v.default, v.bounds) for c in cls.__mro__ for k, v in vars(c).items() if isinstance(v, Number)}
""",
            "model.py": """\
import param as pm
TOP = 10
class Model(pm.Parameterized):
    a = pm.Number(1, bounds=(0, TOP))
    b = pm.Number(2)
    total = 0
    @pm.depends("a", "b", watch=True)
    def update(self): self.total = self.a + self.b
    @pm.depends("total")
    def view(self): return f"sum {self.total}"
model = Model(a=3)
""",
            "main.py": """\
from model import model, Model
def view(a=4):
    m = Model(a=a)
    return m.view(), sorted(m._watchers)
""",
        },
        [
            [("model.py", "self.a + self.b", "self.a * self.b")],
            [("model.py", "TOP = 10", "TOP = 3")],
            [("model.py", "pm.Number(2)", "pm.Number(5, doc='five')")],
            [("model.py", '@pm.depends("a", "b", watch=True)', '@pm.depends("b", watch=True)')],
            [("model.py", 'f"sum {self.total}"', 'f"total {self.total}"')],
            [("model.py", "    b = pm", "    c = pm.Number(9)\n    b = pm")],
            [("model.py", "Model(a=3)", "Model(a=2, b=1)")],
        ],
        [
            "Model.params()",
            "view(2)",
            "view()",
            "model._values",
            "model.a + model.b",
            "Model.view._depends",
        ],
    ),
    Program(
        "events_with_bound_methods_and_weak_sets",
        {
            "bus.py": """\
from collections import defaultdict
from weakref import WeakSet, WeakKeyDictionary, ref
class Bus:
    def __init__(self): self.subs, self.live, self.meta = defaultdict(list), WeakSet(), WeakKeyDictionary()
    def sub(self, topic, f): self.subs[topic].append(f); return lambda: self.subs[topic].remove(f)
    def pub(self, topic, *a): return [f(*a) for f in self.subs[topic]]
    def track(self, f, **info): self.live.add(f); self.meta[f] = info; return f
bus = Bus()
""",
            "use.py": """\
from bus import bus
class Panel:
    name = "panel"
    def __init__(self, n): self.n = n
    def draw(self, x): return f"{self.name}{self.n}:{x}"
    @classmethod
    def build(cls, x): return f"build {cls.name} {x}"
    @staticmethod
    def log(x): return f"log {x}"
panels = [Panel(i) for i in range(2)]
off = [bus.sub("draw", p.draw) for p in panels]
stop = bus.sub("build", Panel.build)
bus.sub("log", Panel.log)
@bus.track
def tracked(): return "t"
def named(): return "n"
bus.track(named, why="x")
""",
            "main.py": "import use\nfrom bus import bus\n",
        },
        [
            [("use.py", "{self.name}{self.n}:{x}", "{self.name}-{self.n}:{x}")],
            [("use.py", 'name = "panel"', 'name = "card"')],
            [("use.py", "range(2)", "range(3)")],
            [("use.py", 'bus.sub("log", Panel.log)\n', "")],
            [("use.py", '"log {x}"', '"LOG {x}"')],
            [("use.py", 'why="x"', 'why="y"')],
            [("use.py", "@bus.track\ndef tracked", "def tracked")],
            [("use.py", 'bus.sub("build", Panel.build)', 'bus.sub("make", Panel.build)')],
        ],
        [
            "{t: bus.pub(t, 1) for t in sorted(bus.subs) if bus.subs[t]}",
            "sorted(f.__name__ for f in bus.live)",
            "sorted((f.__name__, str(i)) for f, i in bus.meta.items())",
        ],
    ),
    Program(
        "event_bus_priority",
        {
            "bus.py": """\
import bisect
class Bus:
    def __init__(self): self.h = {}
    def on(self, ev, prio=0):
        def deco(f):
            lst = self.h.setdefault(ev, [])
            lst.append((prio, f.__name__, f))
            lst.sort(key=lambda t: t[:2])
            return f
        return deco
    def emit(self, ev, *a): return [f(*a) for _, _, f in self.h.get(ev, [])]
bus = Bus()
""",
            "h.py": """\
from bus import bus
@bus.on("start", 5)
def late(): return "late"
@bus.on("start", 1)
def early(): return "early"
@bus.on("stop")
def stop(): return "stop"
""",
            "main.py": """\
import h
from bus import bus
""",
        },
        [
            [("h.py", '"start", 5', '"start", 0')],
            [("h.py", 'return "early"', 'return "EARLY"')],
            [("h.py", '"stop")', '"start", 3)')],
            [
                (
                    "h.py",
                    """\
@bus.on("start", 1)
def early(): return "EARLY"
""",
                    "",
                )
            ],
        ],
        [
            'bus.emit("start")',
            'bus.emit("stop")',
            "sorted(bus.h)",
            '[(p,n) for p,n,_ in bus.h["start"]]',
        ],
    ),
    Program(
        "observer_bound_methods",
        {
            "sig.py": """\
class Signal:
    def __init__(self): self.slots = []
    def connect(self, f): self.slots.append(f)
    def send(self, *a): return [f(*a) for f in self.slots]
saved = Signal()
""",
            "rx.py": """\
from sig import saved
class R:
    def __init__(self, n): self.n = n
    def on(self, x): return self.n + x
r1 = R(1)
r2 = R(2)
saved.connect(r1.on)
saved.connect(r2.on)
saved.connect(lambda x: x * 100)
""",
            "main.py": """\
import rx
from sig import saved
""",
        },
        [
            [("rx.py", "self.n + x", "self.n * x")],
            [("rx.py", "R(2)", "R(5)")],
            [("rx.py", "x * 100", "x * 1000")],
            [
                (
                    "rx.py",
                    """\
saved.connect(r1.on)
""",
                    "",
                )
            ],
        ],
        [
            "saved.send(3)",
        ],
    ),
]
