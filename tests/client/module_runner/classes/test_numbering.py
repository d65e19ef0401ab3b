"""Attributes that a library numbers keep the order of their class after an edit, whatever that takes."""

from __future__ import annotations

import sys
import types

import pytest

from ..application import drive, running, tiers

LIBRARY = """
class Field:
    counter = 0
    def __init__(self, label): Field.counter += 1; self.label, self.number = label, Field.counter
class Meta(type):
    def __init__(cls, name, bases, names): type.__init__(cls, name, bases, names); cls.cached = None
    @property
    def labels(cls):
        fields = [x for x in (getattr(cls, n) for n in dir(cls) if n != "labels") if isinstance(x, Field)]
        return [x.label for x in sorted(fields, key=lambda x: x.number)]
class Form(metaclass=Meta): pass
"""
MAIN = """
from forms_library import Form, Field
class Login(Form):
    name = Field("Name")
    age = Field("Age")
    size = 3
    def go(self): return 1
class Admin(Login):
    secret = Field("Secret")
"""


@pytest.mark.parametrize(
    ("old", "new", "tier"),
    [
        ('"Name"', '"Your name"', "RESTART"),
        ('"Age"', '"Your age"', "RESTART"),  # behind the field of the subclass
        ('"Secret"', '"Your secret"', "PATCH"),
        ("    age =", '    sex = Field("Sex")\n    age =', "RESTART"),
        ('    secret = Field("Secret")', '    secret = Field("Secret")\n    last = Field("Last")', "PATCH"),
        ("size = 3", "size = 4", "PATCH"),
        ("go(self)", "go(self, x=1)", "PATCH"),
    ],
)  # fmt: skip
@drive
async def test_the_fields_of_a_form_keep_their_order(monkeypatch, old, new, tier):
    library = types.ModuleType("forms_library")
    exec(LIBRARY, vars(library))
    monkeypatch.setitem(sys.modules, library.__name__, library)
    async with running(main=MAIN.replace(old, new)) as app:
        fresh = app["main.py"].Login.labels, app["main.py"].Admin.labels
    async with running(main=MAIN) as app:
        report = await app.edit("main.py", old, new)
        assert (app["main.py"].Login.labels, app["main.py"].Admin.labels) == fresh
        assert {tier for _, tier in tiers(report)} == {tier}
