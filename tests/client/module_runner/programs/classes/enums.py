"""Enums and flags."""

from ..program import Program

PROGRAMS = [
    Program(
        "enum_auto_and_aliases",
        {
            "main.py": """\
from enum import Enum, auto, unique
class State(Enum):
    def _generate_next_value_(name, start, count, last): return name.lower()
    ON = auto()
    OFF = auto()
    DISABLED = OFF
NEXT = {State.ON: State.OFF, State.OFF: State.ON}
def step(s): return NEXT[s]
""",
        },
        [
            [
                (
                    "main.py",
                    """\
    DISABLED = OFF
""",
                    """\
    DISABLED = auto()
""",
                )
            ],
            [("main.py", "name.lower()", "name.upper()")],
            [
                (
                    "main.py",
                    "OFF = auto()",
                    """\
OFF = auto()
    IDLE = auto()""",
                )
            ],
        ],
        [
            "[s.value for s in State]",
            "list(State.__members__)",
            "step(State.ON).name",
            "State.DISABLED is State.OFF",
        ],
    ),
    Program(
        "flag_boundary",
        {
            "main.py": """\
from enum import Flag, auto
class F(Flag):
    A = auto()
    B = auto()
    AB = A | B
DEFAULT = F.A | F.B
""",
        },
        [
            [
                (
                    "main.py",
                    "AB = A | B",
                    """\
C = auto()
    AB = A | B | C""",
                )
            ],
        ],
        [
            "DEFAULT",
            "F.AB",
            "[x.name for x in F]",
            "F.A in DEFAULT",
            "DEFAULT is F.A | F.B",
        ],
    ),
    Program(
        "enum_flags_and_methods",
        {
            "m.py": """\
from enum import Enum, Flag, IntEnum, StrEnum, auto, unique
class Perm(Flag):
    READ = auto()
    WRITE = auto()
    ALL = READ | WRITE
class Level(IntEnum):
    LOW = 1
    HIGH = 10
    @property
    def label(self): return self.name.lower()
@unique
class Color(StrEnum):
    RED = auto()
    BLUE = auto()
    @classmethod
    def parse(cls, text): return cls(text.strip())
class Shape(Enum):
    SQUARE = (4, True)
    CIRCLE = (0, False)
    def __init__(self, sides, straight): self.sides, self.straight = sides, straight
""",
            "main.py": """\
from m import *
import m
NAMES = {Level.LOW: "l", Color.RED: "r"}
DEFAULT = Perm.READ
def table(): return [(x.name, x.value) for c in (m.Perm, m.Level, m.Color, m.Shape) for x in c]
""",
        },
        [
            [("m.py", "self.name.lower()", "self.name.title()")],
            [("m.py", "    HIGH = 10\n", "    HIGH = 20\n    TOP = 30\n")],
            [("m.py", "    BLUE = auto()\n", "    BLUE = auto(\n")],
            [("m.py", "    BLUE = auto(\n", "    BLUE = auto()\n    GREEN = 'green!'\n")],
            [("m.py", "    GREEN = 'green!'\n", "    GREEN = 'red'\n")],
            [("m.py", "    GREEN = 'red'\n", "")],
            [
                ("m.py", "    WRITE = auto()\n", "    WRITE = auto()\n    RUN = auto()\n"),
                ("m.py", "READ | WRITE", "READ | WRITE | RUN"),
            ],
            [("m.py", "text.strip()", "text.strip().lower()")],
            [("m.py", "(0, False)", "(1, False)")],
        ],
        [
            "table()",
            "repr(m.Perm.ALL)",
            "Level.LOW.label",
            "NAMES[m.Level.LOW], NAMES[m.Color.RED]",
            "DEFAULT is m.Perm.READ",
            "m.Color.parse(' red ')",
            "m.Shape.CIRCLE.sides",
            "m.Color.parse(' RED ')",
        ],
    ),
]
