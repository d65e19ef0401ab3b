"""Programs that show something: components, layouts, forms."""

from ..program import Program

PROGRAMS = [
    Program(
        "reactive_components_with_pages",
        {
            "kit.py": """\
class Reactive:
    def __init__(self, default): self.default = default
    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = {**getattr(owner, "fields", {}), name: self}
    def __get__(self, obj, cls=None):
        if obj is None: return self
        return obj.__dict__.get(self.name, self.default)
    def __set__(self, obj, value):
        old, obj.__dict__[self.name] = self.__get__(obj), value
        watch = getattr(obj, f"watch_{self.name}", None)
        if watch: watch(old, value)
class Application:
    def __init__(self): self.routes, self.order = {}, []
    def page(self, route=None):
        def deco(cls):
            path = route or "/" + cls.__name__.lower()
            self.routes[path] = cls
            self.order.append(path)
            return cls
        return deco
class Component:
    registry = {}
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        Component.registry[tag or cls.__name__] = cls
    def render(self): return f"<{type(self).__name__}>"
""",
            "app.py": """\
from kit import Application, Component, Reactive
app = Application()
@app.page()
class Home(Component, tag="home"):
    title = Reactive("Welcome")
    count = Reactive(0)
    log = ()
    def watch_count(self, old, new): self.log = (*self.log, (old, new))
    def render(self): return f"{self.title} {self.count}"
@app.page("/about")
class About(Component):
    title = Reactive("About")
    def render(self): return self.title
""",
            "main.py": """\
from app import app
from kit import Component
def show(path):
    page = app.routes[path]()
    if "count" in type(page).fields: page.count = 3
    return page.render(), getattr(page, "log", None)
""",
        },
        [
            [("app.py", '"Welcome"', '"Hello"')],
            [
                ("app.py", "Reactive(0)", "Reactive(10)"),
                ("app.py", "{self.count}", "n={self.count}"),
            ],
            [("app.py", '"/about"', '"/who"')],
            [("app.py", 'tag="home"', 'tag="start"')],
            [("app.py", "    log = ()\n", "    log = ('first',)\n")],
            [("kit.py", 'f"<{type(self).__name__}>"', 'f"<{type(self).__name__} />"')],
            [("app.py", "class About(Component):", "class Info(Component):")],
        ],
        [
            "[(x, show(x)) for x in app.order]",
            "sorted(Component.registry)",
            "{x: y.__name__ for x, y in app.routes.items()}",
            "[sorted(x.fields) for x in app.routes.values()]",
        ],
        before="page = app.routes['/home']()\npage.count = 7\n",
    ),
    Program(
        "dashboard_layout_of_functions",
        {
            "ui.py": """\
from contextlib import contextmanager
from functools import wraps
class Node:
    stack = []
    def __init__(self, tag, **attrs):
        self.tag, self.attrs, self.children = tag, attrs, []
        if Node.stack: Node.stack[-1].children.append(self)
    def __enter__(self): Node.stack.append(self); return self
    def __exit__(self, *e): Node.stack.pop()
    def text(self): return f"{self.tag}({', '.join([*map(str, self.attrs.values()), *(c.text() for c in self.children)])})"
@contextmanager
def card(title):
    with Node("card", title=title) as n: yield n
def component(f):
    @wraps(f)
    def wrapper(*a, **k):
        with Node(f.__name__) as n: f(*a, **k)
        return n
    wrapper.is_component = True
    return wrapper
""",
            "theme.py": 'PRIMARY = "blue"\nSIZES = {"s": 1, "l": 3}\n',
            "parts.py": """\
from ui import Node, card, component
import theme
@component
def header(title="Dash"): Node("h1", title=title, color=theme.PRIMARY)
@component
def chart(size="s", *, values=(1, 2)):
    with card("Chart"): Node("svg", n=len(values) * theme.SIZES[size])
""",
            "main.py": """\
from ui import Node
from parts import *
with Node("page") as page:
    header()
    with Node("row"):
        chart("l")
        chart(values=range(4))
TEXT = page.text()
""",
        },
        [
            [("theme.py", '"blue"', '"red"')],
            [("theme.py", '"l": 3', '"l": 4')],
            [("parts.py", 'title="Dash"', 'title="Board"')],
            [("main.py", 'chart("l")', 'chart("l", values=[1])')],
            [("parts.py", "values=(1, 2)", "values=(1, 2, 3)")],
            [("main.py", "        chart(values=range(4))\n", "")],
        ],
        ["page.text()", "TEXT", "len(Node.stack)", "header.is_component"],
    ),
    Program(
        "fields_in_forms_with_order",
        {
            "forms.py": """\
import itertools
class Field:
    _order = itertools.count()
    def __init__(self, label=None, *checks): self.label, self.checks, self.order = label, checks, next(Field._order)
class FormMeta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw): return {"_kw": kw}
    def __new__(mcls, name, bases, ns, **kw):
        ns.pop("_kw", None)
        cls = super().__new__(mcls, name, bases, ns)
        fields = {k: v for b in reversed(cls.__mro__) for k, v in vars(b).items() if isinstance(v, Field)}
        cls.fields = dict(sorted(fields.items(), key=lambda x: x[1].order))
        cls.prefix = kw.get("prefix", "")
        return cls
    def __init__(cls, name, bases, ns, **kw): super().__init__(name, bases, ns)
    def __len__(cls): return len(cls.fields)
class Form(metaclass=FormMeta):
    def __init__(self, **data): self.data = data
    def errors(self):
        return [(n, c.__name__) for n, f in self.fields.items() for c in f.checks if not c(self.data.get(n))]
""",
            "login.py": """\
from forms import Form, Field
MIN = 3
def filled(x): return bool(x)
def long(x): return len(x or "") >= MIN
class Login(Form, prefix="l-"):
    name = Field("Name", filled)
    password = Field("Password", filled, long)
    def clean(self): return {**self.data, "ok": not self.errors()}
class Admin(Login):
    code = Field(None, filled)
""",
            "main.py": """\
import login
def labels(): return [[f.label for f in c.fields.values()] for c in (login.Login, login.Admin)]
def check(**data): return login.Admin(**data).errors()
""",
        },
        [
            [("login.py", '"Password"', '"Secret"')],
            [("login.py", "MIN = 3", "MIN = 8")],
            [
                (
                    "login.py",
                    'def long(x): return len(x or "") >= MIN',
                    'def long(x): return len(x or "") > MIN',
                )
            ],
            [("login.py", '    name = Field("Name", filled)\n', "")],
            [("login.py", 'prefix="l-"', 'prefix="x-"')],
            [
                (
                    "login.py",
                    "    code = Field(None, filled)\n",
                    "    code = Field(None, filled)\n    mail = Field('Mail')\n",
                )
            ],
            [("login.py", "class Admin(Login)", "class Admin(Form)")],
        ],
        [
            "labels()",
            "check(name='n', password='12345')",
            "login.Login.prefix, len(login.Login)",
            "login.Login(name='x').clean()",
            "check()",
        ],
    ),
]
