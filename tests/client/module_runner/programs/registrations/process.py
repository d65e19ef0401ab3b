"""What a program leaves in the process: logging, signals, the environment."""

from ..program import Program

PROGRAMS = [
    Program(
        "logging_handlers",
        {
            "log.py": """\
import logging
SEEN = []
class H(logging.Handler):
    def emit(self, r): SEEN.append(self.format(r))
logger = logging.getLogger("shape.x")
logger.setLevel(logging.INFO)
logger.propagate = False
h = H()
h.setFormatter(logging.Formatter("%(levelname)s:%(message)s"))
logger.addHandler(h)
""",
            "main.py": """\
from log import logger, SEEN
def run():
    SEEN.clear(); logger.info("a"); r = list(SEEN); SEEN.clear(); return r
""",
        },
        [
            [("log.py", "%(levelname)s:", "[%(levelname)s] ")],
            [("log.py", "SEEN.append(self.format(r))", 'SEEN.append(self.format(r) + "!")')],
            [("log.py", "h = H()", "h = H(logging.INFO)")],
        ],
        [
            "run()",
            "len(logger.handlers)",
        ],
    ),
    Program(
        "logging_filters_adapter",
        {
            "main.py": """\
import logging
OUT = []
class F(logging.Filter):
    def filter(self, r): return "no" not in r.getMessage()
class H(logging.Handler):
    def emit(self, r): OUT.append(r.getMessage())
lg = logging.getLogger("shape.y")
lg.propagate = False
lg.addFilter(F())
lg.addHandler(H())
lg.setLevel("DEBUG")
def run():
    OUT.clear(); lg.info("yes"); lg.info("no"); r = list(OUT); OUT.clear(); return r
""",
        },
        [
            [("main.py", '"no" not', '"yes" not')],
            [
                (
                    "main.py",
                    """\
lg.addFilter(F())
""",
                    "",
                )
            ],
        ],
        [
            "run()",
            "len(lg.handlers)",
            "len(lg.filters)",
        ],
    ),
    Program(
        "signal_atexit",
        {
            "main.py": """\
import signal, atexit
HITS = []
def on_usr(s, f): HITS.append("usr")
signal.signal(signal.SIGUSR1, on_usr)
def bye(): pass
atexit.register(bye)
def run():
    signal.raise_signal(signal.SIGUSR1); r = list(HITS); HITS.clear(); return r
""",
        },
        [
            [("main.py", '"usr")', '"USR")')],
            [("main.py", "def on_usr(s, f)", "def on_usr(s, f=None)")],
            [
                (
                    "main.py",
                    "signal.signal(signal.SIGUSR1, on_usr)",
                    'signal.signal(signal.SIGUSR1, lambda s, f: HITS.append("lam"))',
                )
            ],
        ],
        [
            "run()",
        ],
    ),
    Program(
        "env_and_os",
        {
            "main.py": """\
import os
os.environ["SHAPE_X"] = "1"
V = os.environ.get("SHAPE_X")
os.environ.setdefault("SHAPE_Y", "d")
""",
        },
        [
            [("main.py", '"1"', '"2"')],
        ],
        [
            'os.environ["SHAPE_X"]',
        ],
    ),
]
