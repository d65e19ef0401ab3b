"""Routes of flask."""

from ..program import Program

PROGRAMS = [
    Program(
        "flask_blueprints",
        {
            "bp.py": """\
from flask import Blueprint, jsonify
bp = Blueprint("api", __name__)
VERSION = 1
@bp.route("/v")
def v(): return str(VERSION)
@bp.before_request
def chk(): pass
@bp.errorhandler(404)
def nf(e): return "nf", 404
""",
            "main.py": """\
from flask import Flask
import bp
app = Flask("x")
app.register_blueprint(bp.bp, url_prefix="/api")
@app.context_processor
def ctx(): return {"a": 1}
@app.template_filter("up")
def up(s): return s.upper()
def get(p):
    r = app.test_client().get(p); return r.status_code, r.get_data(as_text=True)[:20]
def rules(): return sorted(str(r) for r in app.url_map.iter_rules())
""",
        },
        [
            [("bp.py", "VERSION = 1", "VERSION = 2")],
            [("bp.py", '"/v"', '"/w"')],
            [("bp.py", "return str(VERSION)", 'return "v" + str(VERSION)')],
            [("main.py", '"/api"', '"/api2"')],
            [("main.py", '"up"', '"upper"')],
            [("bp.py", "def v()", "def vv()")],
        ],
        [
            'get("/api/v")',
            'get("/api/w")',
            'get("/api2/w")',
            "rules()",
            '"up" in app.jinja_env.filters',
            '"upper" in app.jinja_env.filters',
        ],
    ),
    Program(
        "flask_class_views",
        {
            "main.py": """\
from flask import Flask
from flask.views import MethodView
app = Flask("y")
class Item(MethodView):
    init_every_request = False
    def get(self, n): return f"item {n}"
    def post(self, n): return "posted"
app.add_url_rule("/i/<int:n>", view_func=Item.as_view("item"))
def get(p, m="get"):
    r = getattr(app.test_client(), m)(p); return r.status_code, r.get_data(as_text=True)[:20]
""",
        },
        [
            [("main.py", "item {n}", "Item {n}")],
            [
                (
                    "main.py",
                    """\
    def post(self, n): return "posted"
""",
                    "",
                )
            ],
            [("main.py", "<int:n>", "<n>")],
        ],
        [
            'get("/i/3")',
            'get("/i/3","post")',
            'get("/i/x")',
        ],
    ),
    Program(
        "pluggy_hooks",
        {
            "host.py": """\
import pluggy
from spec import Spec
import plug
manager = pluggy.PluginManager("x")
manager.add_hookspecs(Spec)
manager.register(plug.One())
manager.register(plug.Two(), name="two")
def run(): return manager.hook.calc(a=1, b=2)
""",
            "spec.py": """\
import pluggy
hookspec = pluggy.HookspecMarker("x")
hookimpl = pluggy.HookimplMarker("x")
class Spec:
    @hookspec
    def calc(self, a, b): ...
""",
            "plug.py": """\
from spec import hookimpl
K = 1
class One:
    @hookimpl
    def calc(self, a, b): return a + b + K
class Two:
    @hookimpl(tryfirst=True)
    def calc(self, a, b): return a - b
""",
            "main.py": "from host import run\n",
        },
        [
            [("plug.py", "a - b", "b - a")],
            [("plug.py", "K = 1", "K = 2")],
            [("plug.py", "tryfirst", "trylast")],
            [("plug.py", "calc(self, a, b): return b - a", "calc(self, a): return a")],
            [("spec.py", "@hookspec\n", "@hookspec(firstresult=True)\n")],
        ],
        ["run()"],
    ),
]
