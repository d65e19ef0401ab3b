"""Environments of templates."""

from ..program import Program

PROGRAMS = [
    Program(
        "jinja_env",
        {
            "main.py": """\
from tpl import env, render
PAGE = render("page.html", user="bob")
OTHER = env.get_template("base.html").render()
""",
            "tpl.py": """\
import jinja2
from texts import TEMPLATES, GLOBALS
env = jinja2.Environment(loader=jinja2.DictLoader(TEMPLATES), trim_blocks=True)
env.globals.update(GLOBALS)
def slug(s): return s.replace(" ", SEP)
SEP = "-"
env.filters["slug"] = slug
@jinja2.pass_context
def shown(ctx, v): return f"{v}{SEP}"
env.filters.update(shown=shown)
env.tests["big"] = lambda n: n > LIMIT
LIMIT = 3
def render(name, **kw): return env.get_template(name).render(**kw)
""",
            "texts.py": """\
TEMPLATES = {"base.html": "<b>{% block x %}d{% endblock %}</b>{{ site }}", "page.html": "{% extends 'base.html' %}{% block x %}{{ user | slug | shown }}{{ 4 is big }}{% endblock %}"}
GLOBALS = {"site": "S"}
""",
        },
        [
            [("texts.py", '"site": "S"', '"site": "T"')],
            [("texts.py", "{{ user | slug | shown }}", "{{ user | slug }}")],
            [("tpl.py", 'SEP = "-"', 'SEP = "_"')],
            [("tpl.py", "LIMIT = 3", "LIMIT = 5")],
            [("tpl.py", "trim_blocks=True", 'variable_start_string="[["')],
        ],
        ["PAGE", "OTHER", 'render("page.html", user="a b")'],
    ),
]
