"""Services that are found by name or by type, and chains of them."""

from ..program import Program

PROGRAMS = [
    Program(
        "services_with_scopes_and_providers",
        {
            "di.py": """\
import inspect
class Container:
    def __init__(self): self.providers, self.singles = {}, {}
    def provide(self, scope="single"):
        def deco(target):
            hint = target if isinstance(target, type) else inspect.signature(target).return_annotation
            self.providers[hint] = (scope, target)
            return target
        return deco
    def get(self, kind):
        scope, target = self.providers[kind]
        if scope == "single" and kind in self.singles: return self.singles[kind]
        hints = {n: p.annotation for n, p in inspect.signature(target).parameters.items()}
        made = target(**{n: self.get(h) for n, h in hints.items() if h in self.providers})
        if scope == "single": self.singles[kind] = made
        return made
box = Container()
""",
            "services.py": """\
from di import box
URL = "db://a"
class Config:
    def __init__(self, url): self.url = url
@box.provide()
def config() -> Config: return Config(URL)
@box.provide("each")
class Repo:
    def __init__(self, config: Config, size=3): self.config, self.size = config, size
    def show(self): return f"{self.config.url} {self.size}"
@box.provide("each")
class Service:
    def __init__(self, repo: Repo): self.repo = repo
    def run(self): return "run " + self.repo.show()
""",
            "main.py": "import services as s\nfrom di import box\ndef go(): return box.get(s.Service).run()\n",
        },
        [
            [("services.py", "size=3", "size=4")],
            [("services.py", '"run " + ', '"ran " + ')],
            [
                (
                    "services.py",
                    '@box.provide("each")\nclass Repo',
                    '@box.provide("single")\nclass Repo',
                )
            ],
            [
                (
                    "services.py",
                    "repo: Repo): self.repo = repo",
                    "repo: Repo, config: Config): self.repo, self.c = repo, config",
                )
            ],
            [
                ("services.py", "class Repo:", "class Repo"),
            ],
            [("services.py", "class Repo\n", "class Repo:\n    extra = 1\n")],
            [("services.py", "@box.provide()\ndef config", "@box.provide('each')\ndef config")],
        ],
        [
            "go()",
            "sorted((k.__name__, v[0]) for k, v in box.providers.items())",
            "box.get(s.Repo).show()",
        ],
    ),
    Program(
        "service_locator",
        {
            "di.py": """\
class Container:
    def __init__(self): self._f = {}; self._s = {}
    def register(self, key, factory): self._f[key] = factory
    def get(self, key):
        if key not in self._s: self._s[key] = self._f[key](self)
        return self._s[key]
c = Container()
""",
            "svc.py": """\
from di import c
class Db:
    url = "sqlite"
    def q(self): return self.url
class Repo:
    def __init__(self, db): self.db = db
    def all(self): return self.db.q()
c.register("db", lambda c: Db())
c.register("repo", lambda c: Repo(c.get("db")))
""",
            "main.py": """\
import svc
from di import c
repo = c.get("repo")
""",
        },
        [
            [("svc.py", '"sqlite"', '"pg"')],
            [("svc.py", "return self.db.q()", "return [self.db.q()]")],
            [("svc.py", '"db", lambda c: Db()', '"db", lambda c: Db() or 1')],
        ],
        [
            "repo.all()",
            "sorted(c._f)",
        ],
    ),
    Program(
        "annotations_driven_di",
        {
            "m.py": """\
from typing import get_type_hints
class Db: name = "db"
class Mail: name = "mail"
def inject(f):
    hints = get_type_hints(f)
    def call(): return f(**{k: t() for k, t in hints.items()})
    CALLS.append(call)
    return call
CALLS = []
@inject
def report(db: Db, mail: Mail): return db.name + mail.name
""",
            "main.py": """\
import m
""",
        },
        [
            [("m.py", "db: Db, mail: Mail", "mail: Db, db: Mail")],
            [("m.py", 'name = "db"', 'name = "DB"')],
            [("m.py", "return db.name + mail.name", 'return db.name + "," + mail.name')],
        ],
        [
            "m.report()",
            "[c() for c in m.CALLS]",
        ],
    ),
    Program(
        "ordered_middlewares",
        {
            "core.py": """\
CHAIN = []
def use(f=None, *, first=False):
    def d(f):
        CHAIN.insert(0, f) if first else CHAIN.append(f)
        return f
    return d(f) if f else d
def run(x):
    for f in CHAIN: x = f(x)
    return x
""",
            "a.py": """\
from core import use
@use
def one(x): return x + ["1"]
@use(first=True)
def zero(x): return x + ["0"]
""",
            "b.py": """\
from core import use
@use
def two(x): return x + ["2"]
""",
            "main.py": """\
import a, b, core
""",
        },
        [
            [
                (
                    "a.py",
                    """\
@use
def one""",
                    """\
@use(first=True)
def one""",
                )
            ],
            [("a.py", '"0"', '"00"')],
            [("b.py", "@use", "@use(first=True)")],
            [
                (
                    "a.py",
                    """\
@use(first=True)
def zero(x): return x + ["00"]
""",
                    "",
                )
            ],
        ],
        [
            "core.run([])",
        ],
    ),
]
