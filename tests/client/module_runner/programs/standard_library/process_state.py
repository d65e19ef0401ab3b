"""What a module sets in the standard library for the whole process."""

from ..program import Program

PROGRAMS = [
    Program(
        "library_patched_elsewhere",
        {
            "main.py": """\
import patches, core, json, textwrap, random
J = json.dumps({"a": core.Widget()})
W = textwrap.dedent("  a")
class P: pass
""",
            "core.py": """\
class Widget: pass
""",
            "patches.py": """\
import core, json, textwrap
LEVEL = 1
_default = json.JSONEncoder.default
def default(self, o): return f"obj{LEVEL}" if isinstance(o, core.Widget) else _default(self, o)
json.JSONEncoder.default = default
_ded = textwrap.dedent
textwrap.dedent = lambda s: _ded(s) + "!" * LEVEL
""",
        },
        [
            [("patches.py", "LEVEL = 1", "LEVEL = 2")],
            [("patches.py", 'textwrap.dedent = lambda s: _ded(s) + "!" * LEVEL', "")],
        ],
        ["J", "W"],
    ),
    Program(
        "decimal_context",
        {
            "main.py": """\
import decimal, locale
PREC = 5
decimal.getcontext().prec = PREC
THIRD = decimal.Decimal(1) / decimal.Decimal(3)
""",
        },
        [[("main.py", "PREC = 5", "PREC = 8")]],
        ["THIRD"],
    ),
    Program(
        "logging_setup",
        {
            "main.py": """\
import logging, logcfg, io
log = logcfg.get("app")
def lines():
    logcfg.STREAM.seek(0); logcfg.STREAM.truncate()
    log.info("hello"); log.debug("dbg"); log.warning("w")
    return logcfg.STREAM.getvalue()
""",
            "logcfg.py": """\
import logging, io
STREAM = io.StringIO()
LEVEL = logging.INFO
FORMAT = "%(levelname)s:%(message)s"
class Tag(logging.Filter):
    tag = "T"
    def filter(self, r): r.msg = f"[{self.tag}] {r.msg}"; return True
handler = logging.StreamHandler(STREAM)
handler.setFormatter(logging.Formatter(FORMAT))
def get(name):
    l = logging.getLogger("shape." + name)
    l.setLevel(LEVEL)
    l.propagate = False
    if not l.handlers:
        l.addHandler(handler); l.addFilter(Tag())
    return l
""",
        },
        [
            [("logcfg.py", "LEVEL = logging.INFO", "LEVEL = logging.WARNING")],
            [("logcfg.py", 'FORMAT = "%(levelname)s:%(message)s"', 'FORMAT = "%(message)s"')],
            [("logcfg.py", 'tag = "T"', 'tag = "U"')],
        ],
        ["lines()"],
    ),
]
