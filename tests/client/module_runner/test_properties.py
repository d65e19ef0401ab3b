"""Random programs, random edits: after each, the application is as a fresh start would be.

A program is three modules of statements that have no state; an edit changes, adds, removes or moves
some of them, or breaks the program. What a fresh start of each version does is found out first.

    HMR_EXAMPLES=5000 pytest tests/client/module_runner/test_properties.py     # a long search
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmr_client.module_runner import DictSource, ModuleRunner

from .application import VirtualLoop

EXAMPLES = int(os.environ.get("HMR_EXAMPLES") or (1000 if "CI" in os.environ else 100))
MODULES = ("a", "b", "c")
HOT = "import hmr_client\nhot = hmr_client.hot(__name__)\n"


@dataclass(frozen=True)
class Item:
    """One statement of a program."""

    kind: str
    name: int
    number: int
    source: int  # which names it reads
    variant: int

    def render(self, module: str, scope: list[str]) -> str:
        """Its text; `scope` holds the names that it may read."""
        n, v = self.number, self.variant
        values = [x for x in scope if x.rpartition(".")[2][0] in "KD"]
        value = values[self.source % len(values)] if values else "1"
        classes = [x for x in scope if x.rpartition(".")[2][0] == "C"]
        base = classes[self.source % len(classes)] if classes and v % 3 == 0 else "object"
        own = f"F{module}{self.name}"  # a function that calls itself never ends
        functions = [x for x in scope if x.rpartition(".")[2][0] == "F" and x != own]
        function = functions[self.source % len(functions)] if functions else "None"
        call = f"{function}()" if functions else "1"
        tag = f"{module}{self.name}"
        match self.kind:
            case "constant":
                return f"K{tag} = {n}"
            case "derived":
                return [f"D{tag} = {value} + {n}", f"D{tag} = [{value}, {n}][0]"][v % 2]
            case "twice":
                return f"D{tag} = {n}\nD{tag} += {value}"
            case "condition":
                return f"if {value} > {n}:\n    D{tag} = 1\nelse:\n    D{tag} = {n}"
            case "branch":
                return f"if {value} > {n}:\n    L{tag} = {v}\nelse:\n    R{tag}: int = {n}"
            case "annotated":
                annotation = ["int", "str", "'Later'"][v % 3]
                return f"K{tag}: {annotation}" + (f" = {n}" if n else "\nK" + tag + " = 0")
            case "function":
                head = ["x=0", f"x={n}", f"x={value}", "x=0, *rest"][v % 4]
                body = [
                    f"return x + {n}",
                    f"return x + {value}",
                    f"'doc {n}'\n    return {n}",
                    f"return x + {n} + {call}",
                ][(n + v) % 4]
                return f"def F{tag}({head}):\n    {body}"
            case "decorated":
                return (
                    f"def W{tag}(function, by={n % 2}):\n"
                    f"    def inner(*args):\n        return function(*args) + by + {v}\n"
                    f"    return inner\n\n\n@W{tag}\ndef F{tag}(x=0):\n    return x + {n} + {call}"
                )
            case "closure":
                free = ["m", "m + k"][v % 2]
                return (
                    f"def M{tag}(m, k={n}):\n    def inner(x=1):\n        return x * {n} + {free}\n"
                    f"    return inner\n\n\nF{tag} = M{tag}({n})"
                )
            case "class":
                above = " + super().go()" if base != "object" else f" + {call}"
                extra = [f"    B = {value}", "    def go2(self): return 5", "    C = []"][n % 3]
                return (
                    f"class C{tag}({base}):\n    A = {n if v % 2 else value}\n{extra}\n"
                    f"    def go(self):\n        return self.A + {n}{above}\n"
                    "    @property\n    def prop(self):\n        return self.A * 2\n"
                    "    @classmethod\n    def make(cls):\n        return cls().go()"
                )
            case "alias":
                return f"F{tag} = {function}"
            case "docstring":
                return f'"""{n}"""'
            case "comment":
                return f"# {n}\n"
            case "effect":
                return f"print({n}, end='', file=__import__('io').StringIO())"
        raise AssertionError(self.kind)

    def binds(self, module: str) -> list[str]:
        """The names that others may read."""
        letter = {
            "constant": "K",
            "annotated": "K",
            "derived": "D",
            "twice": "D",
            "condition": "D",
            "class": "C",
        }
        letter |= {"function": "F", "decorated": "F", "closure": "F", "alias": "F"}
        return [f"{letter[self.kind]}{module}{self.name}"] if self.kind in letter else []


KINDS = (
    ["constant"] * 3 + ["derived"] * 3 + ["function"] * 3 + ["class"] * 3
    + ["twice", "condition", "branch", "annotated", "decorated", "closure", "alias", "docstring", "comment"]
)  # fmt: skip
small = st.integers(0, 3)
items = st.builds(
    Item,
    kind=st.sampled_from(KINDS), name=st.integers(0, 5), number=small, source=st.integers(0, 7), variant=small,
)  # fmt: skip
effects = st.builds(Item, st.just("effect"), small, small, small, small)
BREAKS = {
    "syntax": "def broken(:\n",
    "raise": "raise RuntimeError('at import')\n",
    "name": "UNKNOWN_NAME\n",
    "import": "from a import NOT_THERE\n",
    "dispose": HOT + "hot.dispose(lambda data: 1 / 0)\n",
    "upgrade": "class Up:\n    def __init__(self): self.x = {n}\n"
    "    def __hmr_upgrade__(self): raise LookupError\nheld_up = Up()\n",
}


@dataclass(frozen=True)
class Module:
    items: tuple[Item, ...]
    style: int  # how it imports the modules before it
    broken: str | None = None
    broken_at: int = 0

    def render(self, index: int) -> str:
        """Its text."""
        name = MODULES[index]
        lines: list[str] = []
        return self._render(name, index, lines)

    def _render(self, name: str, index: int, lines: list[str]) -> str:
        scope: list[str] = []
        for before in MODULES[:index]:
            # what the earlier module is expected to have; names that it lacks are not imported
            names = EXPECTED[before]
            match self.style % 3:
                case 0:
                    lines.append(f"import {before}")
                    scope += [f"{before}.{x}" for x in names]
                case 1:
                    lines += [f"from {before} import {x}" for x in names] or [f"import {before}"]
                    scope += names
                case 2:
                    lines.append(f"from {before} import *")
                    scope += names
        for item in self.items:
            lines.append(item.render(name, scope))
            scope += [x for x in item.binds(name) if x not in scope]
        EXPECTED[name] = [x for x in scope if x[1] == name and "." not in x]
        if self.broken is not None:
            lines.append(BREAKS[self.broken].replace("{n}", str(self.broken_at)))
        return "\n".join(lines) + "\n"


EXPECTED: dict[str, list[str]] = {}


def render(modules: tuple[Module, ...]) -> dict[str, str]:
    EXPECTED.clear()
    texts = {f"{MODULES[i]}.py": module.render(i) for i, module in enumerate(modules)}
    return texts | {"main.py": "import c, b, a\n"}


@st.composite
def histories(draw, *, breaks=True):
    """Versions of one program."""
    modules = tuple(
        Module(tuple(draw(st.lists(items, min_size=1, max_size=6))), draw(small)) for _ in MODULES
    )
    versions = [modules]
    for _ in range(draw(st.integers(1, 4))):
        modules = tuple(replace(m, broken=None) for m in versions[-1])
        for _ in range(draw(st.integers(1, 3))):
            index = draw(st.integers(0, 2))
            module = modules[index]
            content = list(module.items)
            edit = draw(
                st.sampled_from(["change", "change", "change", "add", "remove", "move", "style"])
            )
            where = draw(st.integers(0, max(0, len(content) - 1)))
            if edit == "add" or not content:
                content.insert(where, draw(st.one_of(items, items, items, effects)))
            elif edit == "change":
                field = draw(st.sampled_from(["number", "number", "source", "variant"]))
                content[where] = replace(content[where], **{field: draw(small)})
            elif edit == "remove":
                del content[where]
            elif edit == "move":
                content.insert(draw(st.integers(0, len(content) - 1)), content.pop(where))
            style = draw(small) if edit == "style" else module.style
            changed = replace(module, items=tuple(content), style=style)
            modules = (*modules[:index], changed, *modules[index + 1 :])
        if breaks and draw(st.integers(0, 3)) == 0:
            index, how = draw(st.integers(0, 2)), draw(st.sampled_from(sorted(BREAKS)))
            changed = replace(modules[index], broken=how, broken_at=draw(small))
            modules = (*modules[:index], changed, *modules[index + 1 :])
        versions.append(modules)
    return [render(version) for version in versions]


def attempt(call, *args):
    try:
        return call(*args)
    except Exception as error:  # noqa: BLE001  # that it raises is what is seen
        return type(error).__name__


def observe(runner):
    """What every name does, by what can be seen from outside."""
    seen = {}
    for path in ("a.py", "b.py", "c.py"):
        seen[f"{path}:__annotations__"] = runner.module(path).__annotations__.copy()
        for name, value in list(vars(runner.module(path)).items()):
            key = f"{path}:{name}"
            if name.startswith("__") and name != "__doc__":
                continue
            if isinstance(value, type):
                if value.__name__ == "Up":
                    continue
                attributes = {x: getattr(value, x, None) for x in ("A", "B", "C", "go2")}
                attributes["go2"] = attributes["go2"] is not None
                results = attempt(lambda v=value: (v().go(), v().prop, v.make()))
                bases = [x.__name__ for x in value.__mro__]
                seen[key] = (attributes, results, bases, value.__module__)
            elif callable(value) and name[0] == "F":
                seen[key] = (attempt(value), attempt(value, 2), value.__doc__)
            elif isinstance(value, int | str | type(None)):
                seen[key] = value
    return seen


async def fresh_start(files):
    runner = ModuleRunner(DictSource(files), entry="main.py")
    try:
        await runner.start()
        return observe(runner)
    except Exception as error:  # noqa: BLE001  # a program that does not start is a case too
        return error
    finally:
        await runner.dispose()


async def check(versions):
    expected = [await fresh_start(files) for files in versions]
    if isinstance(expected[0], Exception):
        return
    runner = ModuleRunner(DictSource(versions[0]), entry="main.py")
    await runner.start()
    try:
        live = observe(runner)
        assert live == expected[0]
        for files, wanted in zip(versions[1:], expected[1:], strict=True):
            held = {
                f"{path}:{name}": value
                for path in ("a.py", "b.py", "c.py")
                for name, value in vars(runner.module(path)).items()
                if isinstance(value, type) and name[0] == "C"
            }
            report = await runner.update(files)
            if isinstance(wanted, Exception):
                assert report.error is not None, (wanted, report)
                assert isinstance(report.error, (type(wanted), ZeroDivisionError, LookupError))
            if report.error is None:
                live = observe(runner)
                assert live == wanted, report.steps
                if all(step.tier.name == "PATCH" for step in report.steps):
                    for key, cls in held.items():
                        path, name = key.split(":")
                        now = vars(runner.module(path)).get(name)
                        assert now is cls or now is None or now.__module__ != cls.__module__
            else:
                assert observe(runner) == live
                allowed = ("hot.dispose", "__hmr_upgrade__")
                assert isinstance(wanted, Exception) or any(x in report.traceback + str(
                    [m.source for m in runner.modules]) for x in allowed), report.traceback  # fmt: skip
    finally:
        await runner.dispose()


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(histories())
def test_an_update_is_as_good_as_a_fresh_start(frozen_heap, versions):
    VirtualLoop().run(check(versions))
