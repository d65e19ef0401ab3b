"""Settings that modules merge, collect and read."""

from ..program import Program

PROGRAMS = [
    Program(
        "augmented_over_modules",
        {
            "base.py": """\
ITEMS = ["a"]
TOTAL = 0
""",
            "x.py": """\
import base
base.ITEMS += ["x"]
base.TOTAL += 2
""",
            "y.py": """\
import base
base.ITEMS.extend(["y"])
base.TOTAL += 3
""",
            "main.py": """\
import base, x, y
SHOW = list(base.ITEMS), base.TOTAL
""",
        },
        [
            [("x.py", '["x"]', '["xx"]')],
            [("x.py", "+= 2", "+= 5")],
            [("y.py", '["y"]', '["y", "z"]')],
            [("base.py", '["a"]', '["b"]')],
        ],
        [
            "base.ITEMS",
            "base.TOTAL",
        ],
    ),
    Program(
        "settings_update_merge",
        {
            "defaults.py": """\
DEFAULTS = {"a": 1, "b": {"c": 2}}
""",
            "local.py": """\
OVERRIDE = {"b": {"c": 3}}
""",
            "main.py": """\
import copy
from defaults import DEFAULTS
from local import OVERRIDE
def merge(a, b):
    out = copy.deepcopy(a)
    for k, v in b.items():
        out[k] = merge(out[k], v) if isinstance(v, dict) else v
    return out
SETTINGS = merge(DEFAULTS, OVERRIDE)
PLAIN = {**DEFAULTS, **OVERRIDE}
ALT = DEFAULTS | OVERRIDE
SETTINGS.update(extra=1)
""",
        },
        [
            [("defaults.py", '"a": 1', '"a": 5')],
            [("local.py", "3", "4")],
            [("main.py", "extra=1", "more=2")],
            [("local.py", "OVERRIDE = {", 'OVERRIDE = {"a": 0, ')],
        ],
        [],
    ),
    Program(
        "module_as_config_object",
        {
            "settings.py": """\
DEBUG = False
DB = {"h": "x"}
""",
            "conf.py": """\
import importlib
class Conf:
    def __init__(self, name): self.mod = importlib.import_module(name)
    def __getattr__(self, k): return getattr(self.mod, k)
conf = Conf("settings")
""",
            "main.py": """\
from conf import conf
D = conf.DEBUG
H = conf.DB["h"]
ALL = {k: getattr(conf, k) for k in ("DEBUG",)}
""",
        },
        [
            [("settings.py", "False", "True")],
            [("settings.py", '"h": "x"', '"h": "y"')],
        ],
        [
            "conf.DEBUG",
        ],
    ),
    Program(
        "upper_settings_collect",
        {
            "settings.py": """\
A = 1
B = 2
_p = 3
""",
            "main.py": """\
import settings
CONF = {k: v for k, v in vars(settings).items() if k.isupper()}
CONF2 = {k: getattr(settings, k) for k in dir(settings) if k.isupper()}
""",
        },
        [
            [("settings.py", "A = 1", "A = 5")],
            [
                (
                    "settings.py",
                    """\
B = 2
""",
                    """\
B = 2
C = 9
""",
                )
            ],
            [
                (
                    "settings.py",
                    """\
A = 5
""",
                    "",
                )
            ],
        ],
        [],
    ),
    Program(
        "settings_in_namespaces_and_chain_maps",
        {
            "conf.py": """\
from types import SimpleNamespace, MappingProxyType
from collections import ChainMap, OrderedDict
DEFAULTS = {"host": "h", "port": 1}
USER = {"port": 2}
settings = ChainMap({}, USER, DEFAULTS)
ns = SimpleNamespace(**DEFAULTS, debug=False)
ns.url = f"{ns.host}:{ns.port}"
frozen = MappingProxyType(DEFAULTS)
ORDER = OrderedDict(sorted(settings.items()))
LABELS = {k: f"{k}={v}" for k, v in settings.items()}
def get(name, default=settings["port"]): return settings.get(name, default)
""",
            "main.py": "import conf\nfrom conf import settings, ns\nPORT = settings['port'] * 10\nURL = ns.url\n",
        },
        [
            [("conf.py", '"port": 2', '"port": 3')],
            [("conf.py", '"host": "h"', '"host": "g", "more": True')],
            [("conf.py", 'USER = {"port": 3}', "USER = {}")],
            [("conf.py", "debug=False", "debug=True")],
            [("conf.py", 'f"{ns.host}:{ns.port}"', 'f"{ns.host}/{ns.port}"')],
            [("conf.py", "ChainMap({}, USER, DEFAULTS)", "ChainMap({'x': 1}, USER, DEFAULTS)")],
            [("conf.py", "ns.url = ", "ns.link = ns.url = ")],
        ],
        [
            "dict(settings)",
            "vars(ns)",
            "dict(conf.frozen)",
            "PORT, URL",
            "list(conf.ORDER)",
            "conf.LABELS",
            "conf.get('none')",
        ],
    ),
    Program(
        "flask_like_config_from_object",
        {
            "settings.py": """\
class Dev:
    DEBUG = True
    URI = "d"
class Prod(Dev):
    DEBUG = False
""",
            "app.py": """\
class Config(dict):
    def from_object(self, o):
        for k in dir(o):
            if k.isupper(): self[k] = getattr(o, k)
class App:
    def __init__(self): self.config = Config()
app = App()
""",
            "main.py": """\
from app import app
import settings
app.config.from_object(settings.Prod)
URI = app.config["URI"]
""",
        },
        [
            [("settings.py", '"d"', '"e"')],
            [
                (
                    "settings.py",
                    "DEBUG = False",
                    """\
DEBUG = False
    X = 1""",
                )
            ],
            [
                (
                    "settings.py",
                    """\
    URI = "e"
""",
                    """\
    URL = "e"
    URI = ""
""",
                )
            ],
        ],
        [
            "dict(app.config)",
        ],
    ),
    Program(
        "star_import_chain_conditional",
        {
            "base.py": """\
import os
DEBUG = False
__all__ = ["DEBUG", "LEVEL", "helper"]
LEVEL = 1
if DEBUG:
    __all__.append("TRACE")
    TRACE = True
def helper(): return LEVEL
_hidden = 3
""",
            "prod.py": """\
from base import *
LEVEL = LEVEL + 10
def name(): return "prod"
""",
            "settings.py": """\
from prod import *
try:
    from local import *
except ImportError:
    pass
TOTAL = LEVEL * 2
""",
            "main.py": """\
import settings
from settings import *
V = {k: v for k, v in vars(settings).items() if k.isupper()}
""",
        },
        [
            [("base.py", "LEVEL = 1", "LEVEL = 2")],
            [("base.py", "DEBUG = False", "DEBUG = True")],
            [
                (
                    "local.py",
                    None,
                    """\
LEVEL = 100
EXTRA = "e"
""",
                )
            ],
            [("local.py", 'EXTRA = "e"', 'EXTRA = "ee"')],
            [("prod.py", "LEVEL = LEVEL + 10", "")],
            [("local.py", None, None)],
        ],
        ["V", "settings.TOTAL", "settings.name()", "helper()", '"TRACE" in globals()'],
    ),
]
