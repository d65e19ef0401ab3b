"""Modules that are imported by name, late, or no more."""

from ..program import Program

PROGRAMS = [
    Program(
        "module_getattr_lazy_submodules",
        {
            "pkg/__init__.py": """\
import importlib
_LAZY = {"alpha": ".alpha", "beta": ".sub.beta"}
__all__ = list(_LAZY)
def __getattr__(name):
    if name in _LAZY:
        mod = importlib.import_module(_LAZY[name], __name__)
        globals()[name] = mod
        return mod
    raise AttributeError(name)
""",
            "pkg/alpha.py": """\
K = 1
def go(): return "alpha", K
""",
            "pkg/sub/__init__.py": "",
            "pkg/sub/beta.py": """\
from ..alpha import K
V = K + 1
def go(): return "beta", V
""",
            "main.py": """\
import pkg
X = pkg.alpha.K
Y = pkg.beta.V
""",
        },
        [
            [("pkg/alpha.py", "K = 1", "K = 10")],
            [("pkg/__init__.py", '".sub.beta"', '".alpha"')],
        ],
        ["pkg.alpha.go()", "pkg.beta.go()", "X, Y"],
    ),
    Program(
        "importlib_plugins_added",
        {
            "plugins/__init__.py": """\
ENABLED = ["csv", "json_"]
""",
            "plugins/csv.py": """\
from core import register
@register("csv")
def load(t): return t.split(",")
""",
            "plugins/json_.py": """\
from core import register
import json
@register("json")
def load(t): return json.loads(t)
""",
            "core.py": """\
LOADERS = {}
def register(n):
    def d(f): LOADERS[n] = f; return f
    return d
def load(n, t): return LOADERS[n](t)
""",
            "main.py": """\
import importlib, core, plugins
MODS = [importlib.import_module("plugins." + n) for n in plugins.ENABLED]
NAMES = sorted(core.LOADERS)
C = core.load("csv", "a,b")
""",
        },
        [
            [
                (
                    "plugins/ini.py",
                    None,
                    """\
from core import register
@register("ini")
def load(t): return dict([t.split("=")])
""",
                )
            ],
            [("plugins/__init__.py", '"json_"]', '"json_", "ini"]')],
            [("plugins/__init__.py", '["csv", ', "[")],
        ],
        [
            "NAMES",
            "sorted(core.LOADERS)",
            "[m.__name__ for m in MODS]",
            'core.load("ini", "a:b") if "ini" in core.LOADERS else 0',
        ],
    ),
    Program(
        "modules_that_are_imported_no_more",
        {
            "reg.py": """\
R = {}
def reg(f): R[f.__name__] = f; return f
""",
            "a.py": """\
from reg import reg
@reg
def fa(): return 1
""",
            "b.py": """\
from reg import reg
@reg
def fb(): return 2
""",
            "main.py": """\
import a
import b
import reg
S = sorted(reg.R)
""",
        },
        [
            [("main.py", "import b", "")],
            [
                (
                    "main.py",
                    "import a",
                    """\
import a
import b""",
                )
            ],
        ],
        ["S", "sorted(reg.R)"],
    ),
    Program(
        "plugins_loaded_in_function",
        {
            "loader.py": """\
import importlib
NAMES = ["pa", "pb"]
def load(names): return {n: importlib.import_module(n) for n in names}
""",
            "reg.py": """\
R = {}
def reg(n):
    def d(f): R[n] = f; return f
    return d
""",
            "pa.py": """\
from reg import reg
@reg("a")
def f(): return "a"
""",
            "pb.py": """\
from reg import reg
@reg("b")
def f(): return "b"
""",
            "main.py": """\
import loader, reg
P = loader.load(loader.NAMES)
S = sorted(reg.R)
""",
        },
        [
            [("loader.py", '["pa", "pb"]', '["pa"]')],
            [("loader.py", '["pa"]', '["pb", "pa"]')],
        ],
        ["S", "list(reg.R)"],
    ),
]

_PLUGIN = """\
import reg
N = "p"
def register(): reg.ITEMS.append(N)
class Config:
    name = "c"
    def ready(self): reg.TABLE[self.name] = N
"""
_OTHER = """\
import reg
def register(): reg.ITEMS.append("other")
class Config:
    def ready(self): reg.TABLE["other"] = 1
"""
# how a program calls what it finds in modules that it imports by their names
_CALLS = {
    "function": """\
def load():
    for n in NAMES:
        plugin = import_module(n)
        plugin.register()
        plugin.Config().ready()
load()
""",
    "statement": """\
for n in NAMES:
    import_module(n).register()
    import_module(n).Config().ready()
""",
    "text": """\
def load(path):
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
for n in NAMES:
    load(n + ":register")()
    load(n + ":Config")().ready()
""",
    "class": """\
class Apps:
    def __init__(self, names):
        self.configs = [self.create(n) for n in names]
        for config in self.configs: config.ready()
    def create(self, n):
        import_module(n).register()
        return import_module(n).Config()
apps = Apps(NAMES)
""",
}
PROGRAMS += [
    Program(
        f"called_in_modules_that_are_imported_by_name_in_a_{kind}",
        {
            "reg.py": "ITEMS = []\nTABLE = {}\n",
            "plugin.py": _PLUGIN,
            "main.py": f'from importlib import import_module\nimport reg\nNAMES = ["plugin"]\n{calls}',
        },
        [
            [("plugin.py", 'N = "p"', 'N = "q"')],
            [
                (
                    "plugin.py",
                    "register(): reg.ITEMS.append(N)",
                    "register(n=1): reg.ITEMS.append(n)",
                )
            ],
            [("plugin.py", 'name = "c"', 'name = "d"')],
            [("main.py", '["plugin"]', '["plugin", "other"]'), ("other.py", None, _OTHER)],
        ],
        ["reg.ITEMS", "reg.TABLE"],
    )
    for kind, calls in _CALLS.items()
]
