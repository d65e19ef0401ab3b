"""Definitions that get another name or another module."""

from ..program import Program

PROGRAMS = [
    Program(
        "base_renamed_over_modules",
        {
            "a.py": """\
class Old:
    x = 1
""",
            "main.py": """\
from a import Old
class K(Old): pass
k = K()
""",
        },
        [
            [("a.py", "Old", "New"), ("main.py", "Old", "New")],
        ],
        [
            "K.__mro__[1].__name__",
            "k.x",
            "[c.__name__ for c in K.__bases__[0].__subclasses__()]",
        ],
    ),
    Program(
        "move_function_between_modules",
        {
            "a.py": """\
def f(): return "a"
def g(): return f() + "g"
""",
            "b.py": """\
import a
def h(): return a.f()
""",
            "main.py": """\
import a, b
CB = [a.f]
""",
        },
        [
            [
                (
                    "a.py",
                    """\
def f(): return "a"
""",
                    """\
from c import f
""",
                ),
                (
                    "c.py",
                    None,
                    """\
def f(): return "c"
""",
                ),
            ],
        ],
        [
            "CB[0]()",
            "a.g()",
            "b.h()",
        ],
    ),
    Program(
        "a_module_is_renamed_and_split",
        {
            "util.py": "RATE = 2\ndef tax(x): return x * RATE\ndef label(x): return f'<{x}>'\nclass Box:\n    def get(self): return tax(1)\n",
            "shop.py": "import util\nfrom util import tax, Box\nPRICES = [tax(x) for x in (1, 2)]\nclass Shop(Box):\n    def get(self): return super().get() + 1\n",
            "main.py": "from shop import PRICES, Shop\nimport shop\ns = Shop()\n",
        },
        [
            [("util.py", "RATE = 2", "RATE = 3")],
            [
                ("text.py", None, "def label(x): return f'[{x}]'\n"),
                ("util.py", "def label(x): return f'<{x}>'\n", "from text import label\n"),
            ],
            [
                (
                    "money.py",
                    None,
                    "RATE = 4\ndef tax(x): return x * RATE\nclass Box:\n    def get(self): return tax(1)\n",
                ),
                ("util.py", "RATE = 3\ndef tax(x): return x * RATE\n", "from money import *\n"),
                ("util.py", "class Box:\n    def get(self): return tax(1)\n", ""),
            ],
            [("shop.py", "import util\nfrom util", "import money as util\nfrom money")],
            [("money.py", "RATE = 4", "RATE = 5")],
            [("shop.py", "(1, 2)", "(1, 2, 3)"), ("util.py", None, "")],
            [("money.py", "return tax(1)", "return tax(2)")],
        ],
        ["PRICES", "s.get()", "shop.PRICES", "isinstance(s, shop.Box)", "shop.util.RATE"],
    ),
    Program(
        "rename_with_references",
        {
            "m.py": """\
def old(): return 1
TABLE = {"f": old}
def call(): return old()
""",
            "main.py": """\
from m import old, call, TABLE
L = [old]
R = call()
""",
        },
        [
            [
                ("m.py", "old", "new"),
                ("main.py", "import old", "import new"),
                ("main.py", "[old]", "[new]"),
            ],
        ],
        [
            'TABLE["f"]()',
            "L[0].__name__",
            "call()",
        ],
    ),
]
