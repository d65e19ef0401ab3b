"""Registrations that replace the value: only the last one can be undone, the others start everything again."""

from __future__ import annotations

import pytest

from ..application import drive, running, tiers

# how a registry begins, how it takes `f` in, and how its functions are called in the end
REGISTRIES = {
    "a longer tuple": ("()", "T += (f,)", "[f() for f in T]"),
    "a longer copy of a list": ("[]", "T = [*T, f]", "[f() for f in T]"),
    "a larger copy of a dict": ("{}", "T = {**T, f.__name__: f}", "[f() for f in T.values()]"),
    "a larger frozenset": ("frozenset()", "T |= {f}", "sorted(f() for f in T)"),
    "a function around the last one": (
        "lambda: []",
        "last = T; T = lambda: [*last(), f()]",
        "T()",
    ),
    "a link before the last one": ("Link(int, None)", "T = Link(f, T)", "list(T)"),
}
LINK = """
class Link:
    def __init__(self, f, rest): self.f, self.rest = f, rest
    def __iter__(self): yield from (self.rest or ()); yield self.f()
"""
APP = """
from registry import on
@on
def one(): return 1
@on
def two(): return 2
@on
def three(): return 3
"""
EDITS = {
    "the first is renamed": ("def one", "def uno", {"RESTART"}),
    "the second is renamed": ("def two", "def dos", {"RESTART"}),
    "the last is renamed": ("def three", "def tres", {"PATCH"}),
    "the first goes": ("@on\ndef one(): return 1\n", "", {"RESTART"}),
    "the last goes": ("@on\ndef three(): return 3\n", "", {"PATCH"}),
    "one comes in between": ("@on\ndef two", "@on\ndef new(): return 9\n@on\ndef two", {"RESTART"}),
    "one comes at the end": ("return 3\n", "return 3\n@on\ndef four(): return 4\n", {"PATCH"}),
    "a parameter comes": ("two():", "two(x=1):", {"RESTART"}),
    "a body changes": ("return 2", "return 22", {"PATCH"}),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("kind", REGISTRIES)
@drive
async def test_a_registry_that_is_replaced_has_each_function_once(kind, edit):
    first, takes, show = REGISTRIES[kind]
    registry = f"{LINK}\nT = {first}\ndef on(f):\n    global T\n    {takes}\n    return f\n"
    old, new, wanted = EDITS[edit]
    changed = APP.replace(old, new)
    files = {"registry.py": registry, "main.py": f"{APP}import registry\n"}
    async with running({**files, "main.py": f"{changed}import registry\n"}) as app:
        fresh = eval(show, vars(app["registry.py"]))
    async with running(files) as app:
        report = await app.edit("main.py", old, new)
        assert eval(show, vars(app["registry.py"])) == fresh
        assert {tier for module, tier in tiers(report) if module == "main.py"} == wanted
