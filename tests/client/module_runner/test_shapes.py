"""Random programs of real shapes: registries, plugins, settings written in place, cached results.

Two modules hold what others put something into, one uses them; edits change, add, remove and move
statements and constants. After each the program shows what a fresh start shows: every value, every
registry in its order, every handler's result, and who is whose. What only a changed *body* would
have made at import stays as it is, so the bodies that run at import are not edited here.

    HMR_EXAMPLES=5000 pytest tests/client/module_runner/test_shapes.py     # a long search
"""

from __future__ import annotations

import os
import types
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .application import VirtualLoop, running

EXAMPLES = int(os.environ.get("HMR_EXAMPLES") or (1000 if "CI" in os.environ else 60))

LIBRARY = """
import functools, weakref
{constants}
BUS = {bus}
REG = {reg}
EVENTS = {{}}
LIVE = weakref.WeakSet()
def on(f):
    BUS.append(f)
    LIVE.add(f)
    return f
def route(path, **options):
    def decorate(f):
        REG[path] = (f, options)
        return f
    return decorate
def twice(f):
    @functools.wraps(f)
    def wrapper(*a):
        return (f(*a), f(*a))
    BUS.append(wrapper)
    return wrapper
def subscribe(event, f):
    EVENTS.setdefault(event, []).append(f)
    return event
class Base:
    every = []
    def __init_subclass__(cls, **k):
        Base.every.append(cls)
    def go(self):
        return 0
class Thing:
    unit = K1
    def __init__(self, n):
        self.n = n + self.unit
def scale(n):
    return n * K0
def label(n):
    return f"{{scale(n)}}/{{Settings.Deep.N}}"
@functools.cache
def cached(n):
    return scale(n) + K2
class Settings:
    class Deep:
        N = {deep}
"""
NAMES = "K0, K1, K2, BUS, REG, EVENTS, Base, Thing, Settings, on, route, twice, subscribe, scale, label, cached"


@dataclass(frozen=True)
class Item:
    """One statement of the application."""

    kind: str
    name: int
    number: int
    variant: int

    def render(self, lib: str) -> str:
        """Its text; `lib` is what stands before the library's names."""
        n, v, i = self.number, self.variant, self.name
        constant = [str(n), f"{lib}K{n % 3}"][v % 2]
        match self.kind:
            case "handler":
                head = [f"x={constant}", f"x: int = {constant}", "x=0, *more"][v % 3]
                start = "async def" if v == 3 else "def"
                return f"@{lib}on\n{start} h{i}({head}):\n    return x + {n}"
            case "plain":
                return f"def h{i}(x={constant}):\n    return x + {n}"
            case "route":
                return f"@{lib}route('/{i}/{v}', n={constant})\ndef r{i}():\n    return {n}"
            case "nameless":
                return f"@{lib}route('/_/{i}')\ndef _():\n    return {n}"
            case "wrapped":
                return f"@{lib}twice\ndef w{i}(x={constant}):\n    return x + {n}"
            case "plugin":
                return f"class P{i}({lib}Base):\n    a = {constant}\n    def go(self):\n        return super().go() + self.a"
            case "call":
                return f"D{i} = {lib}{['scale', 'label', 'cached', 'scale'][v]}({n})"
            case "calls":
                return f"D{i} = [list(map({lib}scale, range({n}))), sorted([{lib}label(x) for x in (1, {n})])]"
            case "item":
                return f"CFG['{i}'] = {constant}"
            case "read item":
                return f"D{i} = CFG.get('{v}', 0), sorted(CFG)"
            case "append":
                return f"LOG.append({constant})"
            case "loop":
                return f"for k in range({n}):\n    CFG[k] = k * {constant}"
            case "total":
                return f"D{i} = sum(LOG), len({lib}REG), [x.__name__ for x in {lib}Base.every]"
            case "thing":
                return f"o{i} = {lib}Thing({constant})"
            case "attribute":
                return f"THING.a{i} = {constant}"
            case "subscribe":
                return f"t{i} = {lib}subscribe('e{v}', plain{n % 2})"
            case "setting":
                return f"D{i} = {lib}Settings.Deep.N + {n}"
            case "handed on":
                return f"D{i} = read(lib, {n})"
        raise AssertionError(self.kind)


KINDS = (
    "handler", "handler", "plain", "route", "route", "nameless", "wrapped", "plugin", "plugin", "call", "calls",
    "item", "read item", "append", "loop", "total", "thing", "attribute", "subscribe", "setting", "handed on",
)  # fmt: skip
small = st.integers(0, 3)
items = st.builds(Item, st.sampled_from(KINDS), small, small, small)
START = """CFG = {}
LOG = []
class Own: pass
THING = Own()
def plain0(): return 'p0'
def plain1(): return 'p1'
def read(module, n): return module.K0 + n
"""


@dataclass(frozen=True)
class Program:
    items: tuple[Item, ...]
    constants: tuple[int, int, int]
    deep: int
    bus: int
    reg: int
    style: int

    def render(self) -> dict[str, str]:
        """Its files."""
        constants = "\n".join(f"K{i} = {value}" for i, value in enumerate(self.constants))
        library = LIBRARY.format(
            constants=constants, deep=self.deep,
            bus=["[]", "[len]"][self.bus % 2], reg=["{}", "{'help': (len, {})}"][self.reg % 2],
        )  # fmt: skip
        imports = [
            "import lib\n",
            "import lib\nimport lib as l\n",
            f"import lib\nfrom lib import {NAMES}\n",
        ]
        before = ["lib.", "l.", ""][self.style]
        body = "\n".join(item.render(before) for item in self.items)
        return {
            "lib.py": library,
            "app.py": imports[self.style] + START + body + "\n",
            "main.py": "import lib, app\nSEEN = lib.K0, len(lib.BUS), list(lib.REG)\n",
        }


@st.composite
def histories(draw: Any) -> list[dict[str, str]]:
    """Versions of one program."""
    program = Program(
        tuple(draw(st.lists(items, min_size=1, max_size=7))), (1, 2, 3), 1, draw(small), draw(small),
        draw(st.integers(0, 2)),
    )  # fmt: skip
    versions = [program]
    for _ in range(draw(st.integers(1, 4))):
        content, fields = list(program.items), {}
        for _ in range(draw(st.integers(1, 2))):
            edit = draw(st.sampled_from(["number", "variant", "add", "remove", "move", "library"]))
            where = draw(st.integers(0, max(0, len(content) - 1)))
            if edit == "library":
                which = draw(st.sampled_from(["constants", "deep", "bus", "reg"]))
                value: Any = draw(small)
                if which == "constants":
                    at = draw(st.integers(0, 2))
                    value = tuple(value if i == at else x for i, x in enumerate(program.constants))
                fields[which] = value
            elif edit == "add" or not content:
                content.insert(where, draw(items))
            elif edit == "remove":
                del content[where]
            elif edit == "move":
                content.insert(draw(st.integers(0, len(content) - 1)), content.pop(where))
            else:
                content[where] = replace(content[where], **{edit: draw(small)})
        program = replace(program, items=tuple(content), **fields)
        versions.append(program)
    return [version.render() for version in versions]


def show(value: Any, own: dict[int, str], depth: int = 0) -> Any:
    """Return what can be seen of a value from outside, and which name of the program it is."""
    name = own.get(id(value), "")
    if isinstance(value, types.FunctionType):
        try:
            result = value()
        except Exception as error:  # noqa: BLE001  # that it raises is what is seen
            result = type(error).__name__
        if isinstance(result, types.CoroutineType):
            result.close()
            result = "coroutine"
        return "function", name, value.__name__, result, repr(value.__annotations__)
    if isinstance(value, type):
        at = getattr(value, "a", None)
        go = value().go() if hasattr(value, "go") else None
        return "class", name, value.__name__, at, go, [x.__name__ for x in value.__mro__]
    if isinstance(value, dict):
        return [(key, show(x, own, depth + 1)) for key, x in value.items()]
    if isinstance(value, list | tuple):
        return [show(x, own, depth + 1) for x in value]
    if isinstance(value, int | str | type(None)):
        return value
    if type(value).__module__ in ("lib", "app") and depth < 3:
        return "instance", type(value).__name__, sorted(vars(value).items())
    return type(value).__name__


def observe(app: Any) -> dict[str, Any]:
    """Return everything that the program shows."""
    modules = {path: vars(app[path]) for path in ("lib.py", "app.py", "main.py")}
    own = {
        id(value): f"{path}:{name}"
        for path in ("lib.py", "app.py")
        for name, value in modules[path].items()
        if isinstance(value, types.FunctionType | type) and value.__module__ == path[:-3]
    }
    seen: dict[str, Any] = {}
    for path, names in modules.items():
        for name, value in list(names.items()):
            if not name.startswith("__") and not isinstance(value, types.ModuleType):
                seen[f"{path}:{name}"] = show(value, own)
    library = modules["lib.py"]
    seen["every"] = show(library["Base"].every, own)
    seen["live"] = sorted(x.__name__ for x in library["LIVE"])
    seen["cached"] = library["cached"](5), library["label"](2), library["Thing"](1).n
    return seen


async def fresh_start(files: dict[str, str]) -> Any:
    try:
        async with running(files) as app:
            return observe(app)
    except Exception as error:  # noqa: BLE001  # a program that does not start is a case too
        return error


async def check(versions: list[dict[str, str]]) -> None:
    expected = [await fresh_start(files) for files in versions]
    if isinstance(expected[0], Exception):
        return
    async with running(versions[0]) as app:
        for files, wanted in zip(versions[1:], expected[1:], strict=True):
            report = await app.update(files)
            if isinstance(wanted, Exception):
                assert report.error is not None
                continue
            assert report.error is None, report.traceback
            live = observe(app)
            different = {key: (live.get(key), wanted.get(key)) for key in {*live, *wanted}}
            different = {key: pair for key, pair in different.items() if pair[0] != pair[1]}
            assert not different, (
                different,
                [(x.module, x.tier.name, x.reason) for x in report.steps],
            )


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(histories())
def test_a_program_of_real_shapes_is_as_after_a_fresh_start(frozen_heap, versions):
    VirtualLoop().run(check(versions))
