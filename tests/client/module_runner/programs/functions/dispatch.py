"""Functions that are chosen by the type of an argument."""

from ..program import Program

PROGRAMS = [
    Program(
        "singledispatch_and_overloads",
        {
            "m.py": """\
from functools import singledispatch, singledispatchmethod, partialmethod, cache, total_ordering
SEP = ","
@singledispatch
def show(x, sep=SEP): return repr(x)
@show.register
def _(x: int, sep=SEP): return f"i{x}"
@show.register(list)
@show.register(tuple)
def _(x, sep=SEP): return sep.join(map(show, x))
class Printer:
    def __init__(self, indent=1): self.indent = indent
    @singledispatchmethod
    def out(self, x): return " " * self.indent + str(x)
    @out.register
    def _(self, x: bytes): return x.decode()
    @out.register
    def _(self, x: dict): return sorted(x)
    def pad(self, n, c): return c * n
    stars = partialmethod(pad, c="*")
    @classmethod
    @cache
    def width(cls, n): return n * len(SEP)
""",
            "main.py": """\
import m
from m import show, Printer
p = Printer()
""",
        },
        [
            [("m.py", 'SEP = ","', 'SEP = "; "')],
            [("m.py", 'f"i{x}"', 'f"int {x}"')],
            [("m.py", "@show.register(tuple)\n", "@show.register(set)\n")],
            [
                (
                    "m.py",
                    "def _(self, x: bytes): return x.decode()",
                    "def _(self, x: bytearray): return x.decode()",
                )
            ],
            [("m.py", 'c="*"', 'c="+"')],
            [("m.py", "return sorted(x)", "return list(x)")],
            [("m.py", "    @out.register\n    def _(self, x: dict): return list(x)\n", "")],
            [
                (
                    "m.py",
                    "def show(x, sep=SEP): return repr(x)",
                    "def show(x, sep=SEP) return repr(x)",
                )
            ],
            [
                (
                    "m.py",
                    "def show(x, sep=SEP) return repr(x)",
                    "def show(x, sep=SEP): return 'other ' + repr(x)",
                )
            ],
            [("m.py", "n * len(SEP)", "n * len(SEP) + 1")],
        ],
        [
            "show([1, 'a', (2, 3)])",
            "show({1})",
            "m.Printer().out(5), m.Printer().out(b'x'), m.Printer().out({2: 1, 1: 1})",
            "p.stars(3)",
            "Printer.width(2)",
            "sorted(x.__name__ for x in show.registry)",
            "m.Printer().out(bytearray(b'z'))",
        ],
    ),
    Program(
        "visitors_by_name_and_dispatch_table",
        {
            "nodes.py": """\
class Node:
    kinds = {}
    def __init_subclass__(cls):
        Node.kinds[cls.__name__] = cls
        cls.visitor = "visit_" + cls.__name__.lower()
    def accept(self, v): return getattr(v, self.visitor, v.default)(self)
class Num(Node):
    def __init__(self, n): self.n = n
class Add(Node):
    def __init__(self, *xs): self.xs = xs
""",
            "visit.py": """\
from nodes import *
class Visitor:
    def default(self, n): return f"?{type(n).__name__}"
class Show(Visitor):
    op = " + "
    def visit_num(self, n): return str(n.n)
    def visit_add(self, n): return self.op.join(x.accept(self) for x in n.xs)
class Eval(Visitor):
    def visit_num(self, n): return n.n
    def visit_add(self, n): return sum(x.accept(self) for x in n.xs)
    table = {Num: visit_num, Add: visit_add}
    def run(self, n): return self.table[type(n)](self, n)
""",
            "main.py": """\
import nodes, visit
from nodes import Num, Add
tree = Add(Num(1), Add(Num(2), Num(3)))
def both(): return tree.accept(visit.Show()), visit.Eval().run(tree)
""",
        },
        [
            [("visit.py", '" + "', '" and "')],
            [("visit.py", "return sum(", "return 10 * sum(")],
            [
                ("nodes.py", "class Add(Node):", "class Plus(Node):"),
                ("visit.py", "visit_add", "visit_plus"),
                ("visit.py", "Add: ", "Plus: "),
                ("main.py", "Add", "Plus"),
            ],
            [("nodes.py", "class Plus(Node):", "class Neg(Node):\n    pass\nclass Plus(Node):")],
            [("visit.py", "    def visit_num(self, n): return str(n.n)\n", "")],
            [("visit.py", 'f"?{type(n).__name__}"', 'f"<{type(n).__name__}>"')],
            [("visit.py", "    table = {", "    table = {**{}, ")],
            [("visit.py", "class Show(Visitor):", "class Show(Visitor, object):")],
        ],
        [
            "both()",
            "sorted(nodes.Node.kinds)",
            "[x.visitor for x in nodes.Node.kinds.values()]",
            "sorted(k.__name__ for k in visit.Eval.table)",
        ],
    ),
    Program(
        "singledispatch_types",
        {
            "m.py": """\
from functools import singledispatch
@singledispatch
def show(x): return "obj"
@show.register(int)
def _(x): return "int"
@show.register
def _(x: str): return "str"
@show.register(list)
@show.register(tuple)
def _seq(x): return "seq"
""",
            "main.py": """\
from m import show
def all_(): return [show(1), show("a"), show([]), show(()), show(1.0), show(b"")]
""",
        },
        [
            [("m.py", "register(int)", "register(float)")],
            [
                (
                    "m.py",
                    """\
@show.register(tuple)
""",
                    "",
                )
            ],
            [("m.py", "x: str", "x: bytes")],
            [("m.py", 'return "seq"', 'return "SEQ"')],
            [("m.py", 'return "obj"', 'return "OBJ"')],
        ],
        [
            "all_()",
            "sorted(t.__name__ for t in show.registry)",
        ],
    ),
    Program(
        "singledispatchmethod_",
        {
            "main.py": """\
from functools import singledispatchmethod
class F:
    @singledispatchmethod
    def go(self, x): return "d"
    @go.register
    def _(self, x: int): return "i"
    @go.register
    def _(self, x: str): return "s"
f = F()
""",
        },
        [
            [("main.py", 'return "i"', 'return "I"')],
            [("main.py", "x: str", "x: bytes")],
            [("main.py", 'return "d"', 'return "D"')],
        ],
        [
            "f.go(1)",
            'f.go("")',
            'f.go(b"")',
            "f.go(1.0)",
        ],
    ),
    Program(
        "singledispatch_over_modules",
        {
            "show.py": """\
from functools import singledispatch, singledispatchmethod
@singledispatch
def show(x): return "?"
class Printer:
    sep = ":"
    @singledispatchmethod
    def fmt(self, x): return "o" + self.sep
    @fmt.register
    def _(self, x: int): return "i" + self.sep
    @fmt.register(str)
    def _s(self, x): return "s" + self.sep
""",
            "ext.py": """\
from show import show, Printer
class Pt: pass
class Pt3(Pt): pass
@show.register
def _(x: Pt): return "pt"
@show.register(int)
def show_int(x): return f"int{x}"
Printer.fmt.register(list, lambda self, x: "list")
""",
            "main.py": """\
import ext
from show import show, Printer
A = [show(x) for x in (1, ext.Pt(), ext.Pt3(), "s")]
P = [Printer().fmt(x) for x in (1, "s", [], 2.0)]
""",
        },
        [
            [("ext.py", "@show.register(int)", "@show.register(str)")],
            [("ext.py", "class Pt3(Pt)", "class Pt3(str)")],
            [("show.py", 'sep = ":"', 'sep = ";"')],
            [("ext.py", "Printer.fmt.register(list,", "Printer.fmt.register(float,")],
            [("show.py", "x: int", "x: bytes")],
        ],
        [
            '[show(x) for x in (1, ext.Pt(), ext.Pt3(), "s")]',
            '[Printer().fmt(x) for x in (1, "s", [], 2.0, b"")]',
            "A, P",
        ],
    ),
]
