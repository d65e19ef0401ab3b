"""The conformance table: the application, its edits, and one check a row. Tests and bench use it."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

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


def hold(m, b):
    """What the application has in its hands before the edit."""
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


def everything_works(h):
    """All of it, as after the edit."""
    return all(check(h) for check in AFTER_THE_EDIT.values())


AFTER_A_SYNTAX_ERROR = {
    "failure: after a syntax error the functions work": lambda h: (
        h.b.call_plain() == "plain 2" and h.decorated() == ("wrapped", "decorated 2")
    ),
}
AFTER_A_RAISE = {
    "failure: after a raise the old results": lambda h: (
        h.b.call_plain() == h.plain() == "plain 2" and (h.b.CONST, h.b.Y, h.m.CONST) == (3, 30, 3)
    ),
    "failure: after a raise nothing is missing": lambda h: (
        h.m.added() == "added" and h.m.Base is h.b.Base and h.bound() == "sub 2 > base 2 of new!"
    ),
}
AFTER_THE_FIX = {
    "failure: after the fix everything is new": lambda h: (
        (h.b.CONST, h.b.Y) == (5, 50) and h.plain() == h.b.call_plain() == "plain 3"
    ),
}
