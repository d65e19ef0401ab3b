"""The public conformance table: one edit of everything, a syntax error, a raise, a fix.

Every row is one check; no module has any accept code.
"""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest

from .application import drive, running

M1 = """
import enum
import functools
from dataclasses import dataclass

CONST = 2
STATE = {"kept": []}
REMOVED = "here"


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Base:
    KIND = "old"

    def name(self):
        return "base 1"

    def describe(self):
        return f"{self.name()} of {self.KIND}"


class Sub(Base):
    def name(self):
        return "sub 1 > " + super().name()


@dataclass
class Point:
    x: int = 0


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args):
        return ("wrapped", function(*args))

    return wrapper


def plain():
    return "plain 1"


@decorate
def decorated():
    return "decorated 1"


def removed():
    return "still here"
"""

M2 = """
import enum
import functools
from dataclasses import dataclass

# the edit moves every line
CONST = 3
STATE = {"kept": []}


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Base:
    KIND = "new"

    def name(self):
        return "base 2"

    def describe(self):
        return f"{self.name()} of {self.KIND}!"


class Sub(Base):
    def name(self):
        return "sub 2 > " + super().name()


@dataclass
class Point:
    x: int = 0
    y: int = 7


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args):
        return ("wrapped", function(*args))

    return wrapper


def added():
    return "added"


def plain():
    return "plain 2"


@decorate
def decorated():
    return "decorated 2"
"""

B = """
import m
from m import CONST, STATE, Base, Color, Point, Sub, decorated, plain

Y = CONST * 10
FAVOURITE = Color.RED


class Mine(m.Sub):
    def name(self):
        return "mine > " + super().name()


def call_plain():
    return plain()


def call_decorated():
    return decorated()


def is_base(instance):
    return isinstance(instance, Base)
"""

SYNTAX_ERROR = M2 + "\ndef broken(:\n"
RAISES = M2.replace("CONST = 3", "CONST = 4\nraise RuntimeError('at import')")
FIXED = M2.replace("CONST = 3", "CONST = 5").replace("plain 2", "plain 3")


def hold(app):
    """What the application has in its hands before the edit."""
    m, b = app["m.py"], app["b.py"]
    b.STATE["kept"].append("by the page")
    return SimpleNamespace(
        m=m, b=b, base=m.Base(), sub=m.Sub(), mine=b.Mine(), point=m.Point(4), color=m.Color.BLUE,
        bound=m.Sub().describe, plain=m.plain, decorated=m.decorated, state=m.STATE, Base=m.Base,
    )  # fmt: skip


AFTER_THE_EDIT = {
    "functions: through the importer": lambda h: h.b.call_plain() == "plain 2",
    "functions: a held reference": lambda h: h.plain() == "plain 2",
    "functions: decorated, through the importer": lambda h: (
        h.b.call_decorated() == ("wrapped", "decorated 2")
    ),
    "functions: decorated, a held reference": lambda h: h.decorated() == ("wrapped", "decorated 2"),
    "classes: an old instance": lambda h: h.base.name() == "base 2",
    "classes: a held bound method": lambda h: h.bound() == "sub 2 > base 2 of new!",
    "classes: super() of an old instance": lambda h: h.sub.name() == "sub 2 > base 2",
    "classes: super() of a subclass instance": lambda h: h.mine.name() == "mine > sub 2 > base 2",
    "classes: isinstance": lambda h: isinstance(h.base, h.m.Base),
    "classes: isinstance with the importer's name": lambda h: (
        h.b.is_base(h.base) and h.b.is_base(h.m.Sub())
    ),
    "classes: one class in both modules": lambda h: (
        h.m.Base is h.b.Base is h.Base and h.m.Sub is h.b.Sub
    ),
    "classes: a new subclass instance": lambda h: isinstance(h.b.Mine(), h.m.Base),
    "classes: an old instance pickles": lambda h: (
        type(pickle.loads(pickle.dumps(h.base))) is h.m.Base
    ),
    "classes: attributes of old instances": lambda h: h.base.KIND == "new" == h.mine.KIND,
    "dataclasses: the constructor": lambda h: h.b.Point(1, y=2) == h.m.Point(1, 2),
    "dataclasses: an old instance": lambda h: (h.point.x, h.point.y) == (4, 7),
    "enums: the importer's member": lambda h: h.b.FAVOURITE is h.m.Color.RED,
    "enums: a held member": lambda h: h.color == h.m.Color.BLUE and h.color in h.b.Color,
    "values: a constant that was imported": lambda h: h.b.CONST == 3,
    "values: what is derived from it": lambda h: h.b.Y == 30,
    "values: state kept its contents": lambda h: h.m.STATE == {"kept": ["by the page"]},
    "values: state is one object": lambda h: h.m.STATE is h.b.STATE is h.state,
    "names: removed": lambda h: not hasattr(h.m, "removed") and not hasattr(h.m, "REMOVED"),
    "names: added": lambda h: h.m.added() == "added",
}


@pytest.mark.parametrize("row", AFTER_THE_EDIT)
@drive
async def test_after_the_edit(row):
    async with running(m=M1, b=B) as app:
        held = hold(app)
        report = await app.good(m=M2)
        assert [step.tier.name for step in report.steps] == ["PATCH", "PATCH"]
        assert AFTER_THE_EDIT[row](held)


@drive
async def test_failure_after_a_syntax_error_the_functions_work():
    async with running(m=M1, b=B) as app:
        held = hold(app)
        await app.good(m=M2)
        report = await app.update(m=SYNTAX_ERROR)
        assert isinstance(report.error, SyntaxError)
        assert [row for row, check in AFTER_THE_EDIT.items() if not check(held)] == []


@drive
async def test_failure_after_a_raise_everything_is_as_before():
    async with running(m=M1, b=B) as app:
        held = hold(app)
        await app.good(m=M2)
        await app.update(m=SYNTAX_ERROR)
        report = await app.update(m=RAISES)
        assert isinstance(report.error, RuntimeError)
        assert "line 7" in report.traceback
        assert [row for row, check in AFTER_THE_EDIT.items() if not check(held)] == []


@drive
async def test_failure_nothing_of_the_first_version_is_missing_after_a_raise():
    async with running(m=M1, b=B) as app:
        held = hold(app)
        await app.update(m=RAISES)
        assert held.b.call_plain() == held.plain() == "plain 1"
        assert held.bound() == "sub 1 > base 1 of old"
        assert held.m.removed() == "still here"
        assert (held.b.CONST, held.b.Y, held.m.CONST) == (2, 20, 2)
        assert held.m.Base is held.b.Base is held.Base


@drive
async def test_failure_after_the_fix_everything_is_new():
    async with running(m=M1, b=B) as app:
        held = hold(app)
        await app.update(m=SYNTAX_ERROR)
        await app.update(m=RAISES)
        await app.good(m=FIXED)
        assert (held.b.CONST, held.b.Y) == (5, 50)
        assert held.plain() == held.b.call_plain() == "plain 3"
        new = {"values: a constant that was imported", "values: what is derived from it"}
        new |= {"functions: through the importer", "functions: a held reference"}
        assert [r for r, check in AFTER_THE_EDIT.items() if r not in new and not check(held)] == []
