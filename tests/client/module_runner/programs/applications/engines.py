"""Programs that compute: parsers, state machines, undo stacks, entities."""

from ..program import Program

PROGRAMS = [
    Program(
        "entity_component_system",
        {
            "ecs.py": """\
from collections import defaultdict
class World:
    def __init__(self): self.next, self.data, self.systems = 0, defaultdict(dict), []
    def spawn(self, *parts):
        self.next += 1
        for p in parts: self.data[type(p)][self.next] = p
        return self.next
    def query(self, *kinds):
        ids = set.intersection(*(set(self.data[k]) for k in kinds))
        return [(i, *(self.data[k][i] for k in kinds)) for i in sorted(ids)]
    def system(self, order=0):
        def deco(f):
            self.systems.append((order, f))
            self.systems.sort(key=lambda x: x[0])
            return f
        return deco
    def tick(self, dt):
        for _, f in self.systems: f(self, dt)
""",
            "parts.py": """\
from dataclasses import dataclass, field
GRAVITY = -10
@dataclass
class Position:
    x: float = 0
    y: float = 0
@dataclass(slots=True)
class Speed:
    dx: float = 1
    dy: float = GRAVITY
@dataclass(frozen=True)
class Tag:
    names: frozenset = field(default_factory=lambda: frozenset({"any"}))
""",
            "game.py": """\
from ecs import World
from parts import Position, Speed, Tag
world = World()
@world.system(order=2)
def fall(world, dt):
    for _, p, s in world.query(Position, Speed): p.y += s.dy * dt
@world.system(order=1)
def move(world, dt):
    for _, p, s in world.query(Position, Speed): p.x += s.dx * dt
""",
            "main.py": """\
from ecs import World
import game, parts
def run():
    w = World()
    w.systems = game.world.systems
    w.spawn(parts.Position(), parts.Speed())
    w.spawn(parts.Position(5, 5), parts.Tag())
    w.tick(2)
    return [x[1:] for x in w.query(parts.Position)]
""",
        },
        [
            [("parts.py", "GRAVITY = -10", "GRAVITY = -5")],
            [("game.py", "s.dx * dt", "s.dx * dt * 2")],
            [("parts.py", "    y: float = 0\n", "    y: float = 1\n    z: float = 2\n")],
            [("game.py", "order=2", "order=0")],
            [("game.py", "@world.system(order=1)\n", "")],
            [("parts.py", "dataclass(frozen=True)", "dataclass(frozen=True, order=True)")],
            [("parts.py", '{"any"}', '{"any", "more"}')],
            [("parts.py", "dataclass(slots=True)", "dataclass")],
        ],
        [
            "run()",
            "[(o, f.__name__) for o, f in game.world.systems]",
            "parts.Position()",
            "sorted(parts.Tag().names)",
            "parts.Speed()",
            "parts.Tag() <= parts.Tag()",
        ],
        before="p = parts.Position(1)\n",
    ),
    Program(
        "parser_combinators",
        {
            "comb.py": """\
class Parser:
    def __init__(self, run, name="p"): self.run, self.name = run, name
    def __or__(self, o): return Parser(lambda s: self.run(s) or o.run(s), f"{self.name}|{o.name}")
    def __rshift__(self, o):
        def run(s):
            a = self.run(s)
            b = a and o.run(a[1])
            return b and (a[0] + b[0], b[1])
        return Parser(run, f"{self.name}>{o.name}")
    def many(self):
        def run(s):
            out = ()
            while (r := self.run(s)): out, s = out + r[0], r[1]
            return out, s
        return Parser(run, self.name + "*")
def lit(c): return Parser(lambda s: ((c,), s[len(c):]) if s.startswith(c) else None, c)
""",
            "grammar.py": """\
from comb import lit
OPEN, CLOSE = "(", ")"
digit = lit("1") | lit("2")
number = digit >> digit.many()
group = lit(OPEN) >> number >> lit(CLOSE)
expr = group | number
RULES = {k: v.name for k, v in list(globals().items()) if hasattr(v, "name")}
""",
            "main.py": "from grammar import expr, RULES\nimport grammar\n",
        },
        [
            [("grammar.py", 'lit("1") | lit("2")', 'lit("1") | lit("2") | lit("3")')],
            [("grammar.py", '"(", ")"', '"[", "]"')],
            [
                (
                    "grammar.py",
                    "expr = group | number",
                    "pair = number >> lit(',') >> number\nexpr = group | pair | number",
                )
            ],
            [("grammar.py", "digit >> digit.many()", "digit >> digit.many(")],
            [("grammar.py", "digit >> digit.many(", "digit.many()")],
            [
                ("grammar.py", "pair = number >> lit(',') >> number\n", ""),
                ("grammar.py", " | pair", ""),
            ],
        ],
        [
            "expr.run('12')",
            "expr.run('(12)')",
            "expr.run('[13]')",
            "expr.run('3')",
            "RULES",
            "expr.name",
            "expr is grammar.expr",
        ],
    ),
    Program(
        "state_machine_with_transitions",
        {
            "fsm.py": """\
class Machine:
    def __init__(self, initial): self.initial, self.state, self.rules, self.hooks = initial, initial, {}, []
    def on(self, event, source, target, guard=None):
        def deco(f):
            self.rules.setdefault((source, event), []).append((target, guard, f))
            return f
        return deco
    def hook(self, f): self.hooks += [f]; return f
    def fire(self, event, state=None):
        for target, guard, f in self.rules.get((state or self.initial, event), ()):
            if guard is None or guard(): return target, f(), [h(target) for h in self.hooks]
        return None
""",
            "door.py": """\
from fsm import Machine
KEY = True
door = Machine("closed")
@door.on("open", "closed", "open", guard=lambda: KEY)
def opening(): return "creak"
@door.on("open", "closed", "jammed")
def jam(): return "jam"
@door.on("close", "open", "closed")
@door.on("slam", "open", "closed")
def closing(): return "bang"
@door.hook
def note(state): return state.upper()
""",
            "main.py": "from door import door\nimport door as d\nHELD = [d.closing.__name__]\nheld = d.closing\n",
        },
        [
            [("door.py", "KEY = True", "KEY = False")],
            [("door.py", '"creak"', '"CREAK"')],
            [("door.py", 'Machine("closed")', 'Machine("open")')],
            [("door.py", '@door.on("slam", "open", "closed")\n', "")],
            [("door.py", 'def jam(): return "jam"\n', 'def stuck(): return "stuck"\n')],
            [("door.py", "state.upper()", "state.title()")],
            [("door.py", "@door.hook\n", "")],
            [("door.py", "guard=lambda: KEY", "guard=lambda: not KEY")],
        ],
        [
            "[door.fire(e, s) for e in ('open', 'close', 'slam') for s in ('open', 'closed')]",
            "sorted(map(str, door.rules))",
            "door.state",
            "held()",
            "len(door.hooks)",
        ],
    ),
    Program(
        "undo_stack_of_commands",
        {
            "cmds.py": """\
from functools import partial
HISTORY = []
def command(f=None, *, undo=None, key=None):
    if f is None: return partial(command, undo=undo, key=key)
    f.undo = undo
    REGISTRY[key or f.__name__] = f
    return f
REGISTRY = {}
def unset(doc, *a): return {k: v for k, v in doc.items() if k not in a}
@command(undo=unset)
def put(doc, k, v=0): return {**doc, k: v}
@command(key="up", undo=lambda doc, k: {**doc, k: doc[k].lower()})
def upper(doc, k): return {**doc, k: doc[k].upper()}
@command
def clear(doc): return {}
SHORTCUTS = {name[0]: f for name, f in REGISTRY.items()}
""",
            "main.py": """\
import cmds
from cmds import REGISTRY
redo = partial = cmds.partial(cmds.put, v=9)
def run():
    d = REGISTRY["put"]({}, "a", "x")
    d = REGISTRY.get("up", lambda d, k: d)(d, "a")
    return d, {n: f.undo and f.undo(d, "a") for n, f in REGISTRY.items()}
""",
        },
        [
            [("cmds.py", "{**doc, k: v}", "{k: v, **doc}")],
            [("cmds.py", 'key="up"', 'key="upper"')],
            [("cmds.py", "doc[k].lower()", "doc[k].title()")],
            [("cmds.py", "v=0", "v=1")],
            [("cmds.py", "@command\ndef clear", "@command(undo=unset)\ndef clear")],
            [("cmds.py", "def clear(doc): return {}\n", "def clear(doc): return {'cleared': 1}\n")],
            [("cmds.py", "@command(undo=unset)\ndef clear(doc): return {'cleared': 1}\n", "")],
            [("cmds.py", "SHORTCUTS = {name[0]", "SHORTCUTS = {name[:2]")],
        ],
        [
            "run()",
            "sorted(REGISTRY)",
            "sorted(cmds.SHORTCUTS)",
            "redo({}, 'z')",
            "[f.__name__ for f in REGISTRY.values()]",
        ],
    ),
]
