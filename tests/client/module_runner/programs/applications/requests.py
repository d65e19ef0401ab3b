"""Programs that answer: routes, command lines, plugins."""

from ..program import Program

PROGRAMS = [
    Program(
        "routes_with_dependencies",
        {
            "web.py": """\
import inspect
class Depends:
    def __init__(self, f): self.f = f
class Router:
    def __init__(self, prefix=""):
        self.prefix, self.routes, self.before = prefix, [], []
    def get(self, path, **options): return self.add("GET", path, **options)
    def post(self, path, **options): return self.add("POST", path, **options)
    def add(self, method, path, **options):
        def deco(f):
            params = {n: p.default for n, p in inspect.signature(f).parameters.items()}
            self.routes.append((method, self.prefix + path, f, params, options))
            return f
        return deco
    def include(self, other, prefix=""):
        self.routes += [(m, prefix + p, *rest) for m, p, *rest in other.routes]
    def middleware(self, f):
        self.before.insert(0, f)
        return f
    def call(self, method, path, **kw):
        for m, p, f, params, options in self.routes:
            if (m, p) == (method, path):
                for n, d in params.items():
                    if isinstance(d, Depends): kw.setdefault(n, d.f())
                for b in self.before: kw = b(kw)
                return f(**kw), options.get("status", 200)
        return None, 404
""",
            "deps.py": """\
LIMIT = 10
def page(limit=LIMIT): return {"limit": limit}
""",
            "items.py": """\
from web import Router, Depends
from deps import page
router = Router("/items")
@router.get("/")
def items(p=Depends(page)): return ["item", p["limit"]]
@router.post("/", status=201)
def create(name="x"): return name.upper()
""",
            "main.py": """\
from web import Router
import items
app = Router()
app.include(items.router, "/api")
@app.middleware
def plain(kw): return kw
@app.get("/health")
def health(): return "ok"
TABLE = [(m, p) for m, p, *_ in app.routes]
""",
        },
        [
            [("deps.py", "LIMIT = 10", "LIMIT = 20")],
            [("items.py", '@router.get("/")', '@router.get("/all")')],
            [("items.py", "status=201", "status=202")],
            [("items.py", "name.upper()", "name.title()")],
            [
                (
                    "items.py",
                    None,
                    """\
from web import Router, Depends
from deps import page
router = Router("/items")
@router.get("/all")
def items(p=Depends(page)): return ["item", p["limit"]]
@router.get("/one")
def one(n=1): return n
@router.post("/", status=202)
def create(name="x"): return name.title()
""",
                )
            ],
            [("main.py", "def plain(kw): return kw", "def plain(kw): return {**kw}")],
            [("main.py", '"/api"', '"/v2"')],
            [("items.py", 'Router("/items")', 'Router("/things")')],
        ],
        [
            "[(m, p, sorted(o.items())) for m, p, f, a, o in app.routes]",
            "[app.call(m, p) for m, p, *_ in app.routes]",
            "TABLE",
            "[x.__name__ for x in app.before]",
        ],
    ),
    Program(
        "plugins_by_entry_points",
        {
            "host.py": """\
from importlib import import_module
POINTS = {"json": "plug.j:Json", "text": "plug.t:plain"}
def load(name):
    module, _, attribute = POINTS[name].partition(":")
    return getattr(import_module(module), attribute)
class Manager:
    def __init__(self): self.loaded = {}
    def get(self, name):
        if name not in self.loaded: self.loaded[name] = load(name)
        return self.loaded[name]
manager = Manager()
FORMATS = {name: manager.get(name)(5) for name in POINTS}
""",
            "plug/__init__.py": "",
            "plug/j.py": """\
INDENT = 2
class Json:
    def __new__(cls, x): return f"{{{x!r:>{INDENT}}}}"
""",
            "plug/t.py": """\
def plain(x, end="."): return str(x) + end
""",
            "main.py": "import host\n",
        },
        [
            [("plug/j.py", "INDENT = 2", "INDENT = 4")],
            [("plug/t.py", 'end="."', 'end="!"')],
            [
                ("host.py", '"text": "plug.t:plain"', '"text": "plug.t:loud"'),
                ("plug/t.py", "def plain", "def loud"),
            ],
            [("host.py", '"json"', '"js"')],
            [
                ("plug/c.py", None, "def csv(x): return f'{x},'\n"),
                ("host.py", "POINTS = {", 'POINTS = {"csv": "plug.c:csv", '),
            ],
        ],
        [
            "host.FORMATS",
            "{x: host.manager.get(x)(1) for x in host.POINTS}",
            "sorted(host.manager.loaded)",
        ],
    ),
    Program(
        "cli_with_groups_and_context",
        {
            "cli.py": """\
class Group:
    def __init__(self, name, **settings):
        self.name, self.commands, self.settings, self.callback = name, {}, settings, None
    def __call__(self, *args):
        name, *rest = args or ("help",)
        if name == "help": return sorted(self.commands)
        return self.commands[name](*rest)
    def command(self, name=None, **options):
        def deco(f):
            c = Command(name or f.__name__.replace("_", "-"), f, {**self.settings, **options})
            if c.name in self.commands: raise ValueError(f"{c.name} twice")
            self.commands[c.name] = c
            return c
        return deco
    def group(self, name):
        g = Group(name, **self.settings)
        self.commands[name] = g
        return g
class Command:
    def __init__(self, name, f, options):
        self.name, self.f, self.options, self.help = name, f, options, (f.__doc__ or "").strip()
    def __call__(self, *args): return self.f(*args, **self.options)
""",
            "tool.py": """\
from cli import Group
VERBOSE = False
main = Group("tool", verbose=VERBOSE)
@main.command()
def show_all(verbose):
    "Show all."
    return ["all", verbose]
db = main.group("db")
@db.command("up", step=1)
def upgrade(verbose, step):
    "Upgrade."
    return step
""",
            "main.py": "from tool import main as cli\n",
        },
        [
            [("tool.py", '"Show all."', '"Show everything."')],
            [("tool.py", '"all", verbose', '"ALL", verbose')],
            [("tool.py", "step=1", "step=2")],
            [("tool.py", "VERBOSE = False", "VERBOSE = True")],
            [("tool.py", "def show_all", "def list_all")],
            [("tool.py", 'db.command("up"', 'db.command("upgrade"')],
            [("tool.py", 'main.group("db")', 'main.group("data")')],
            [
                (
                    "tool.py",
                    None,
                    """\
from cli import Group
VERBOSE = True
main = Group("tool", verbose=VERBOSE)
db = main.group("data")
@db.command("upgrade", step=2)
def upgrade(verbose, step):
    "Upgrade."
    return step
@db.command()
def down(verbose): return "down"
@main.command()
def list_all(verbose): return ["ALL", verbose]
""",
                )
            ],
        ],
        [
            "cli('help')",
            "{n: getattr(c, 'help', None) or c('help') for n, c in cli.commands.items()}",
            "[c() for c in cli.commands.values()]",
            "cli.settings",
            "[[k, v.options] for g in cli.commands.values() if hasattr(g, 'commands') for k, v in g.commands.items()]",
        ],
    ),
]
