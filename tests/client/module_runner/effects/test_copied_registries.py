"""Libraries that register by replacing their table with a longer copy, or keep it in slots."""

from __future__ import annotations

import sys
import types

import pytest

from ..application import drive, running, tiers

LIBRARY = """
class Core:
    def __init__(self): self.handlers = {}
class Slotted:
    __slots__ = ("hooks",)
    def __init__(self): self.hooks = []
class Logger:
    def __init__(self): self.core, self.slotted = Core(), Slotted()
    def add(self, sink, form=""):
        handlers = self.core.handlers.copy()
        handlers[len(handlers)] = form
        self.core.handlers = handlers
    def hook(self, form): self.slotted.hooks.append(form)
    def clear(self): self.core.handlers = {}; self.slotted.hooks.clear()
logger = Logger()
"""


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("logger.add(print, form=FORM)", "[*logger.core.handlers.values()]"),
        ("logger.hook(FORM)", "logger.slotted.hooks"),
    ],
)
@drive
async def test_a_hidden_registration_is_not_made_a_second_time(monkeypatch, call, shown):
    library = types.ModuleType("copying_library")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, library.__name__, library)
    main = f"from copying_library import logger\nFORM = 'a'\nlogger.clear()\n{call}\n"
    async with running(main=main) as app:
        report = await app.edit("main.py", "'a'", "'b'")
        assert eval(shown, vars(app["main.py"])) == ["b"]
        assert {tier for _, tier in tiers(report)} == {"RESTART"}


NESTING = """
from collections import OrderedDict, defaultdict
class Emitter:
    def __init__(self): self.events, self.lists, self.deep = {}, defaultdict(list), {}
    def on(self, event):
        def register(f):
            if event not in self.events: self.events[event] = OrderedDict()
            self.events[event][f] = f
            self.lists[event].append(f)
            return f
        return register
    def hide(self, event):
        def register(f):
            self.deep.setdefault("", {}).setdefault(event, Holder()).held[f] = f
            return f
        return register
class Holder:
    def __init__(self): self.held = OrderedDict()
emitter, hiding = Emitter(), Emitter()
"""
EMITTING = """
from nesting_library import emitter, hiding
@emitter.on("one")
def first(): return 1
@emitter.on("one")
def second(): return 2
@hiding.hide("one")
def third(): return 3
@hiding.hide("one")
def fourth(): return 4
def shown():
    listed = [{e: [f() for f in fs] for e, fs in x.items()} for x in (emitter.events, emitter.lists)]
    return listed, {e: [f() for f in x.held] for e, x in hiding.deep[""].items()}
"""


@pytest.mark.parametrize(
    ("old", "new", "tier"),
    [
        ('@emitter.on("one")\ndef second', '@emitter.on("two")\ndef second', "PATCH"),
        ('@emitter.on("one")\ndef second', "def second", "PATCH"),
        ("def second", "def other", "PATCH"),
        # the first one has made what the second is in
        ('@emitter.on("one")\ndef first', "def first", "RESTART"),
        ('@hiding.hide("one")\ndef fourth', '@hiding.hide("two")\ndef fourth', "RESTART"),
        ('@hiding.hide("one")\ndef fourth', "def fourth", "RESTART"),
    ],
)
@drive
async def test_what_lies_in_the_tables_of_a_librarys_table_is_undone(monkeypatch, old, new, tier):
    def install_library():
        library = types.ModuleType("nesting_library")
        exec(NESTING, vars(library))
        monkeypatch.setitem(sys.modules, library.__name__, library)

    install_library()
    async with running(main=EMITTING.replace(old, new)) as app:
        fresh = app["main.py"].shown()
    install_library()
    async with running(main=EMITTING) as app:
        report = await app.edit("main.py", old, new)
        assert app["main.py"].shown() == fresh
        assert {tier for _, tier in tiers(report)} == {tier}


KEEPING = """
processors = []
by_kind = {}
def add_processor(processor, priority=0):
    processor.priority = priority
    processors.append(processor)
    processors.sort(key=lambda x: -x.priority)
    by_kind.setdefault(type(processor).__name__, []).append(priority)
"""
ADDING = """
import keeping_library
from keeping_library import add_processor
class Movement:
    speed = 2
    def process(self, step=1): return self.speed * step
add_processor(Movement())
keeping_library.add_processor(Movement(), priority=3)
def shown():
    found = [(x.priority, x.process()) for x in keeping_library.processors]
    return str((found, keeping_library.by_kind))
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("speed = 2", "speed = 5"),
        ("step=1", "step=4"),
        ("priority=3", "priority=-3"),
        ("add_processor(Movement())\nkeeping", "keeping"),
        ("class Movement:", "class Movement:\n    def __init__(self, a=1): self.a = a"),
    ],
)
@drive
async def test_what_a_librarys_module_keeps_is_there_once(monkeypatch, old, new):
    def install_library():
        library = types.ModuleType("keeping_library")
        exec(KEEPING, vars(library))
        monkeypatch.setitem(sys.modules, library.__name__, library)

    install_library()
    async with running(main=ADDING.replace(old, new)) as app:
        fresh = app["main.py"].shown()
    install_library()
    async with running(main=ADDING) as app:
        await app.edit("main.py", old, new)
        assert app["main.py"].shown() == fresh
