"""Applications of web frameworks."""

from ..program import Program

PROGRAMS = [
    Program(
        "starlette_app",
        {
            "main.py": """\
from web import app, call
def get(path, **kw): return call(path, **kw)
""",
            "web.py": """\
import asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, JSONResponse
from starlette.routing import Route, Mount
from starlette.middleware import Middleware
from mw import Stamp, not_found
from views import home, Item, PREFIX
routes = [Route("/", home, name="home"), Mount(PREFIX, routes=[Route("/item/{id:int}", Item)])]
app = Starlette(routes=routes, middleware=[Middleware(Stamp, value="1")], exception_handlers={404: not_found})
def call(path, **kw):
    try: asked(path).send(None)
    except StopIteration as e: return e.value
async def asked(path):
    out = {}; body = []
    async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
    async def send(m):
        if m["type"] == "http.response.start": out.update(status=m["status"], headers=sorted((k.decode(), v.decode()) for k, v in m["headers"]))
        else: body.append(m.get("body", b""))
    await app({"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": "", "scheme": "http", "server": ("x", 80), "http_version": "1.1"}, receive, send)
    return out.get("status"), b"".join(body), [h for h in out.get("headers", ()) if h[0].startswith("x-")]
""",
            "views.py": """\
from starlette.responses import PlainTextResponse, JSONResponse
from starlette.endpoints import HTTPEndpoint
PREFIX = "/api"
GREETING = "hello"
async def home(request): return PlainTextResponse(GREETING)
class Item(HTTPEndpoint):
    scale = 2
    async def get(self, request): return JSONResponse({"id": request.path_params["id"] * self.scale})
""",
            "mw.py": """\
from starlette.responses import PlainTextResponse
HEADER = b"x-stamp"
class Stamp:
    def __init__(self, app, value): self.app = app; self.value = value.encode()
    async def __call__(self, scope, receive, send):
        async def wrapped(m):
            if m["type"] == "http.response.start": m["headers"].append((HEADER, self.value))
            await send(m)
        await self.app(scope, receive, wrapped)
async def not_found(request, exc): return PlainTextResponse("nope", status_code=404)
""",
        },
        [
            [("views.py", 'GREETING = "hello"', 'GREETING = "hi"')],
            [("views.py", "scale = 2", "scale = 3")],
            [("views.py", 'PREFIX = "/api"', 'PREFIX = "/v2"')],
            [("mw.py", 'HEADER = b"x-stamp"', 'HEADER = b"x-mark"')],
            [("web.py", 'value="1"', 'value="2"')],
            [("mw.py", '"nope", status_code=404', '"none", status_code=410')],
            [("web.py", "exception_handlers={404: not_found})", "exception_handlers={})")],
            [
                (
                    "mw.py",
                    '        async def wrapped(m):\n            if m["type"] == "http.response.start": m["headers"].append((HEADER, self.value))',
                    '        n = b"!"\n        async def wrapped(m):\n            if m["type"] == "http.response.start": m["headers"].append((HEADER, self.value + n))',
                )
            ],
        ],
        ['get("/")', 'get("/api/item/3")', 'get("/v2/item/3")', 'get("/zzz")'],
        before="""\
import asyncio
""",
    ),
    Program(
        "fastapi_app",
        {
            "main.py": """\
from api import app
def paths(): return [getattr(r, "path", "?") for r in app.routes]
def schema():
    app.openapi_schema = None
    return app.openapi()
""",
            "api.py": """\
from fastapi import FastAPI, Depends, HTTPException, APIRouter
from pydantic import BaseModel
from deps import limit, User, AppError
app = FastAPI(title="x")
router = APIRouter(prefix="/r", tags=["r"])
class Out(BaseModel):
    n: int
    name: str = "a"
@app.get("/items", response_model=Out)
def items(lim: int = Depends(limit)): return Out(n=lim)
@router.get("/user/{uid}")
def user(u: User = Depends()): return {"u": u.label()}
@app.exception_handler(AppError)
def on_error(request, exc):
    from fastapi.responses import JSONResponse
    return JSONResponse({"err": str(exc)}, status_code=418)
@app.get("/boom")
def boom(): raise AppError("bad")
@app.middleware("http")
async def add(request, call_next):
    r = await call_next(request); r.headers["x-a"] = "1"; return r
app.include_router(router)
""",
            "deps.py": """\
LIMIT = 10
class AppError(Exception): pass
def limit(lim: int = LIMIT): return min(lim, 100)
class User:
    def __init__(self, uid: int): self.uid = uid
    def label(self): return f"user{self.uid}"
""",
        },
        [
            [("deps.py", "LIMIT = 10", "LIMIT = 20")],
            [("deps.py", "min(lim, 100)", "min(lim, 50)")],
            [("deps.py", 'f"user{self.uid}"', 'f"U{self.uid}"')],
            [("api.py", "status_code=418", "status_code=419")],
            [
                (
                    "api.py",
                    '@app.get("/boom")',
                    '@app.get("/new")\ndef new(): return 1\n@app.get("/boom")',
                )
            ],
            [("api.py", 'name: str = "a"', 'name: str = "b"\n    extra: int = 1')],
            [("api.py", 'prefix="/r"', 'prefix="/s"')],
            [
                (
                    "api.py",
                    '@app.get("/items", response_model=Out)',
                    '@app.get("/things", response_model=Out)',
                )
            ],
            [
                (
                    "deps.py",
                    "def __init__(self, uid: int): self.uid = uid",
                    "def __init__(self, uid: str, q: int = 1): self.uid = uid",
                )
            ],
        ],
        ["paths()", "schema()"],
    ),
    Program(
        "flask_full",
        {
            "main.py": """\
from site_app import app
def get(p, **kw):
    with app.test_client() as c:
        r = c.get(p, **kw); return r.status_code, r.get_data(as_text=True), r.headers.get("X-V")
""",
            "site_app.py": """\
from flask import Flask, g, request, render_template_string
from ext import Ext, bp
from filters import register
app = Flask(__name__)
app.config.update(NAME="n", LIMIT=3)
ext = Ext(app)
register(app)
app.register_blueprint(bp, url_prefix="/b")
VERSION = "1"
@app.before_request
def before(): g.user = request.args.get("u", "anon")
@app.after_request
def after(r): r.headers["X-V"] = VERSION; return r
@app.errorhandler(404)
def missing(e): return "missing " + g.get("user", "?"), 404
@app.route("/")
def index(): return render_template_string("{{ 'a' | shout }} {{ name }} {{ config.NAME }}")
@app.context_processor
def ctx(): return {"name": g.user}
class View:
    pass
app.add_url_rule("/sum/<int:a>", "sum", lambda a: str(a + app.config["LIMIT"]))
""",
            "ext.py": """\
from flask import Blueprint
bp = Blueprint("b", __name__)
TAG = "t"
@bp.route("/x")
def x(): return f"x{TAG}"
class Ext:
    def __init__(self, app=None):
        if app: self.init_app(app)
    def init_app(self, app):
        app.extensions["ext"] = self
        @app.route("/ext")
        def e(): return TAG
""",
            "filters.py": """\
MARK = "!"
def shout(s): return s.upper() + MARK
FILTERS = {"shout": shout}
def register(app):
    for n, f in FILTERS.items(): app.jinja_env.filters[n] = f
""",
        },
        [
            [("filters.py", 'MARK = "!"', 'MARK = "?"')],
            [("site_app.py", 'VERSION = "1"', 'VERSION = "2"')],
            [("site_app.py", 'NAME="n"', 'NAME="m"')],
            [("ext.py", 'TAG = "t"', 'TAG = "u"')],
            [("site_app.py", "LIMIT=3", "LIMIT=4")],
            [
                (
                    "site_app.py",
                    '@app.context_processor\ndef ctx(): return {"name": g.user}',
                    '@app.context_processor\ndef ctx(): return {"name": g.user + "2"}',
                )
            ],
            [("filters.py", '{"shout": shout}', '{"shout": lambda s: s * 2}')],
            [
                (
                    "site_app.py",
                    '@app.before_request\ndef before(): g.user = request.args.get("u", "anon")',
                    '@app.before_request\ndef before(): g.user = request.args.get("u", "nobody")\n@app.before_request\ndef stop(): return None if g.user != "x" else "stop"',
                )
            ],
        ],
        [
            'get("/")',
            'get("/?u=bob")',
            'get("/b/x")',
            'get("/ext")',
            'get("/sum/4")',
            'get("/none")',
        ],
        before="""\
get("/")
""",
    ),
]
