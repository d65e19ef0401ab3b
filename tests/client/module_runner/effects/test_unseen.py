"""A library's decorator that gives back its function, and keeps it where nobody looks: SQLAlchemy's events."""

from __future__ import annotations

import sys
import types

import pytest

from ..application import drive, running, tiers

LIBRARY = """
from types import SimpleNamespace
class Model:
    def __init_subclass__(cls):
        rows = []
        cls.events = SimpleNamespace(add=rows.append, all=rows.copy)  # builtin methods lead nowhere
def listens(target, event):
    def register(f): target.events.add((event, f)); return f
    return register
def marks(text):
    def register(f): f.text = text; return f
    return register
def fire(target): return [(event, f()) for event, f in target.events.all()]
"""
MAIN = """
from events_library import Model, fire, listens, marks
class User(Model): pass
@listens(User, "insert")
def first(): return 1
@listens(User, "delete")
def second(): return 2
@marks("a")
def third(): return 3
"""


@pytest.mark.parametrize(
    ("old", "new", "tier"),
    [
        ('"insert"', '"update"', "RESTART"),
        ('@listens(User, "delete")\n', "", "RESTART"),
        ('@listens(User, "delete")\ndef second(): return 2\n', "", "RESTART"),
        ("def second", "def other", "RESTART"),
        ("return 2", "return 22", "PATCH"),
        ('@marks("a")', '@marks("b")', "PATCH"),
        ("def third", "def other", "PATCH"),
    ],
)
@drive
async def test_a_registration_that_nobody_sees_is_there_once(monkeypatch, old, new, tier):
    library = types.ModuleType("events_library")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, library.__name__, library)
    async with running(main=MAIN.replace(old, new)) as app:
        fresh = library.fire(app["main.py"].User)
    async with running(main=MAIN) as app:
        report = await app.edit("main.py", old, new)
        assert library.fire(app["main.py"].User) == fresh
        assert {tier for _, tier in tiers(report)} == {tier}
