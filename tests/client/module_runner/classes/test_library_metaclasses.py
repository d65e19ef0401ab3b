"""Classes whose metaclass is a library's that compares what it holds with the methods of the class."""

from __future__ import annotations

import sys
import types

import pytest

from ..application import drive, running, tiers

LIBRARY = """
class Event:
    def __init__(self, name): self.name, self.calls = name, [[]]
    def after(self, f): self.calls[0].append(f); return f
class Meta(type):
    def __init__(cls, name, bases, names):
        type.__init__(cls, name, bases, names)
        cls.events = [x for x in names.values() if isinstance(x, Event)]
class Machine(metaclass=Meta):
    def send(self, name):
        event = next(x for x in self.events if x.name == name)
        own = vars(type(self))
        return [f(self) if own.get(f.__name__) is f else f() for f in event.calls[0]]
"""
MAIN = """
from machine_library import Event, Machine
class Light(Machine):
    change = Event("change")
    level = 1
    def plain(self): return 1
    @change.after
    def changed(self): return self.level
class Plain(Machine):
    go = Event("go")
    level = 1
    def plain(self): return self.level
def shown(): return Light().send("change"), Plain().send("go"), Plain().plain(), held.plain()
held = Plain()
"""


@pytest.mark.parametrize(
    ("old", "new", "tier"),
    [
        ('Event("change")\n    level = 1', 'Event("change")\n    level = 2', "RESTART"),
        ("def plain(self): return 1", "def other(self): return 1", "RESTART"),
        ("return self.level\nclass", "return -self.level\nclass", "PATCH"),
        ('Event("go")\n    level = 1', 'Event("go")\n    level = 2', "PATCH"),
        ("def plain(self): return self", "def plain(self, x=1): return x + self", "PATCH"),
    ],
)
@drive
async def test_methods_that_a_library_holds_are_those_of_the_class(monkeypatch, old, new, tier):
    library = types.ModuleType("machine_library")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, library.__name__, library)
    async with running(main=MAIN.replace(old, new)) as app:
        fresh = app["main.py"].shown()
    async with running(main=MAIN) as app:
        report = await app.edit("main.py", old, new)
        assert app["main.py"].shown() == fresh
        assert {tier for _, tier in tiers(report)} == {tier}
