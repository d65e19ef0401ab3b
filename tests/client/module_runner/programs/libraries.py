"""Models, routes and commands of libraries."""

from .program import Program

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
        "click_groups",
        {
            "cli.py": '''\
import click
DEF = 3
@click.group()
@click.option("--v", default=1)
@click.pass_context
def cli(ctx, v): ctx.obj = v
@cli.command()
@click.argument("name")
@click.option("--n", default=DEF, type=int, help="times")
def hello(name, n):
    """Say hello."""
    click.echo(name * n)
@cli.command("bye")
def goodbye(): click.echo("bye")
''',
            "main.py": """\
from click.testing import CliRunner
from cli import cli
def run(*a): r = CliRunner().invoke(cli, a); return r.exit_code, r.output
""",
        },
        [
            [("cli.py", "DEF = 3", "DEF = 2")],
            [("cli.py", '"--n"', '"--m", "n"')],
            [("cli.py", '"bye")', '"ciao")')],
            [("cli.py", "Say hello.", "Say hi.")],
            [
                (
                    "cli.py",
                    """\
@cli.command("ciao")
def goodbye(): click.echo("ciao")
""",
                    "",
                )
            ],
            [("cli.py", "name * n", "name + str(n)")],
        ],
        [
            'run("hello","a")',
            'run("bye")',
            'run("ciao")',
            'run("hello","a","--m","1")',
            'run("--help")',
            'run("hello","--help")',
        ],
    ),
    Program(
        "pydantic_models",
        {
            "m.py": """\
from pydantic import BaseModel, field_validator, Field, computed_field, ConfigDict
MAX = 5
class Base(BaseModel):
    model_config = ConfigDict(frozen=False)
    id: int = 0
class User(Base):
    name: str = "n"
    age: int = Field(1, le=MAX)
    @field_validator("name")
    @classmethod
    def up(cls, v): return v.upper()
    @computed_field
    @property
    def label(self) -> str: return f"{self.name}-{self.age}"
class Team(BaseModel):
    lead: User = User()
    members: list[User] = []
""",
            "main.py": """\
import m
from m import User, Team
u = User(name="a")
def val(**k):
    try: return Team.model_validate(k).model_dump()
    except Exception as e: return type(e).__name__, e.error_count()
""",
        },
        [
            [("m.py", "MAX = 5", "MAX = 50")],
            [("m.py", "age: int = Field", "age: float = Field")],
            [("m.py", "v.upper()", "v.title()")],
            [
                (
                    "m.py",
                    'name: str = "n"',
                    """\
name: str = "n"
    mail: str | None = None""",
                )
            ],
            [
                (
                    "m.py",
                    "id: int = 0",
                    '''\
id: int = 0
    tag: str = "t"''',
                )
            ],
            [("m.py", "{self.name}-", "{self.name}+")],
            [("m.py", "frozen=False", 'frozen=False, extra="forbid"')],
        ],
        [
            'val(lead={"name":"bob","age":9})',
            'val(lead={"zz":1})',
            'User(name="x").model_dump()',
            "sorted(User.model_fields)",
            "isinstance(Team.model_validate({}).lead, m.User)",
            "u.label",
            'sorted(Team.model_json_schema()["$defs"]["User"]["properties"])',
        ],
    ),
    Program(
        "pydantic_discriminated_generic",
        {
            "m.py": """\
from typing import Literal, Union, Annotated, Generic, TypeVar
from pydantic import BaseModel, Field, TypeAdapter
T = TypeVar("T")
class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9
class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]
class Box(BaseModel, Generic[T]):
    item: T
ADAPTER = TypeAdapter(list[Pet])
CatBox = Box[Cat]
""",
            "main.py": """\
import m
def run(*ps):
    try: return [type(x).__name__ + str(x.model_dump()) for x in m.ADAPTER.validate_python(list(ps))]
    except Exception as e: return type(e).__name__
""",
        },
        [
            [("m.py", "lives: int = 9", "lives: int = 7")],
            [("m.py", 'Literal["dog"] = "dog"', 'Literal["hound"] = "hound"')],
            [
                (
                    "m.py",
                    "lives: int = 7",
                    '''\
lives: int = 7
    name: str = "tom"''',
                )
            ],
        ],
        [
            'run({"kind":"cat"},{"kind":"dog"})',
            'run({"kind":"hound"})',
            "m.CatBox(item={}).model_dump()",
            'isinstance(m.ADAPTER.validate_python([{"kind":"cat"}])[0], m.Cat)',
        ],
    ),
    Program(
        "pydantic_validate_call_settings",
        {
            "main.py": """\
from pydantic import validate_call, BaseModel
N = 2
@validate_call
def f(a: int, b: int = N) -> int: return a + b
class S(BaseModel):
    limit: int = N
s = S()
def go(*a):
    try: return f(*a)
    except Exception as e: return type(e).__name__
""",
        },
        [
            [("main.py", "N = 2", "N = 3")],
            [("main.py", "a: int, b", "a: str, b")],
            [("main.py", "return a + b", 'return str(a) + "!" + str(b)')],
        ],
        [
            'go("1")',
            'go("x")',
            "S().limit",
        ],
    ),
    Program(
        "attrs_classes",
        {
            "a.py": """\
import attr
from attrs import define, field, frozen, validators
D = 1
@define
class P:
    x: int = field(default=D, validator=validators.instance_of(int))
    y: list = field(factory=list)
@frozen
class Q(P):
    z: int = 3
@attr.s(auto_attribs=True)
class R:
    n: int = 0
    @property
    def d(self): return self.n * 2
""",
            "main.py": """\
from a import P, Q, R
import a
p = P()
""",
        },
        [
            [("a.py", "D = 1", "D = 2")],
            [
                (
                    "a.py",
                    "z: int = 3",
                    '''\
z: int = 3
    w: str = "w"''',
                )
            ],
            [("a.py", "self.n * 2", "self.n * 3")],
            [
                (
                    "a.py",
                    "n: int = 0",
                    """\
n: int = 1
    m: int = 2""",
                )
            ],
        ],
        [
            "P()",
            "Q()",
            "R()",
            "R().d",
            "Q(x=1) == Q(x=1)",
        ],
    ),
    Program(
        "sqlalchemy_models",
        {
            "models.py": """\
from sqlalchemy import String, ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, Session
class Base(DeclarativeBase): pass
class TimeMixin:
    created: Mapped[int] = mapped_column(default=0)
class User(TimeMixin, Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    posts: Mapped[list["Post"]] = relationship(back_populates="user")
    def hi(self): return "hi " + self.name
class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="posts")
""",
            "main.py": """\
import models
from models import User, Post, Base
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
def run():
    e = create_engine("sqlite://"); Base.metadata.create_all(e)
    try: return look(e)
    finally: e.dispose()
def look(e):
    with Session(e) as s:
        s.add(User(name="a", posts=[Post()])); s.commit()
        u = s.scalars(select(User)).one()
        return u.hi(), len(u.posts), sorted(User.__table__.c.keys()), sorted(Base.metadata.tables)
""",
        },
        [
            [("models.py", '"hi "', '"hello "')],
            [
                (
                    "models.py",
                    "String(30))",
                    """\
String(30))
    age: Mapped[int] = mapped_column(default=3)""",
                )
            ],
            [("models.py", "def hi(self)", "def hi(self, k=1)")],
            [("models.py", "default=0", "default=1")],
            [("models.py", '__tablename__ = "post"', '__tablename__ = "posts"')],
        ],
        [
            "run()",
            "models.User is User",
        ],
    ),
    Program(
        "marshmallow_nested_by_name",
        {
            "s.py": """\
from marshmallow import Schema, fields, validate, post_load
class AuthorSchema(Schema):
    name = fields.Str(load_default="anon")
class BookSchema(Schema):
    title = fields.Str(required=True, validate=validate.Length(max=5))
    author = fields.Nested("AuthorSchema")
    @post_load
    def up(self, d, **k): return {**d, "up": True}
""",
            "main.py": """\
import s
def load(**k):
    try: return s.BookSchema().load(k)
    except Exception as e: return type(e).__name__, str(e)[:60]
""",
        },
        [
            [("s.py", 'load_default="anon"', 'load_default="x"')],
            [
                (
                    "s.py",
                    'name = fields.Str(load_default="x")',
                    """\
name = fields.Str(load_default="x")
    age = fields.Int(load_default=1)""",
                )
            ],
            [("s.py", "max=5", "max=9")],
            [("s.py", '"up": True', '"up": False')],
            [
                (
                    "s.py",
                    "class AuthorSchema",
                    """\
import os
class AuthorSchema""",
                )
            ],
        ],
        [
            'load(title="abc", author={})',
            'load(title="abcdefg")',
        ],
    ),
    Program(
        "marshmallow_restart",
        {
            "s.py": """\
from marshmallow import Schema, fields
class A(Schema):
    n = fields.Int()
class B(Schema):
    a = fields.Nested("A")
print(end="")
""",
            "main.py": """\
import s
def load(d):
    try: return s.B().load(d)
    except Exception as e: return type(e).__name__, str(e)[:80]
""",
        },
        [
            [("s.py", 'print(end="")', 'print("", end="")')],
            [("s.py", "fields.Int()", "fields.Str()")],
            [("s.py", 'print("", end="")', 'print(end="", sep="")')],
        ],
        [
            'load({"a":{"n":1}})',
            'load({"a":{"n":"q"}})',
        ],
    ),
    Program(
        "msgspec_structs",
        {
            "m.py": """\
import msgspec
class P(msgspec.Struct):
    x: int = 1
    tags: list[str] = []
class Q(P, kw_only=True):
    y: str = "y"
    def both(self): return self.x, self.y
DEC = msgspec.json.Decoder(Q)
""",
            "main.py": """\
import m, msgspec
q = m.Q()
def dec(b):
    try: return repr(m.DEC.decode(b))
    except Exception as e: return type(e).__name__
""",
        },
        [
            [("m.py", "x: int = 1", "x: int = 2")],
            [
                (
                    "m.py",
                    'y: str = "y"',
                    """\
y: str = "z"
    w: float = 0.5""",
                )
            ],
            [("m.py", "return self.x, self.y", "return self.y")],
        ],
        [
            'dec(b"{}")',
            'dec(b\'{"x":"s"}\')',
            "m.Q().both()",
        ],
    ),
    Program(
        "lib_object_nested_state",
        {
            "main.py": """\
import logging, argparse, string, types, json, configparser
parser = argparse.ArgumentParser(prog="p")
parser.add_argument("--a", default=1, type=int)
sub = parser.add_subparsers(dest="cmd")
run_p = sub.add_parser("run")
run_p.add_argument("--fast", action="store_true")
cp = configparser.ConfigParser()
cp.read_string("[a]\\nx = 1")
cp["a"]["y"] = "2"
def ns(*a):
    try: return vars(parser.parse_args(list(a)))
    except SystemExit: return "exit"
""",
        },
        [
            [("main.py", "default=1", "default=2")],
            [("main.py", '"--fast"', '"--quick"')],
            [("main.py", "x = 1", "x = 3")],
            [("main.py", '["y"] = "2"', '["z"] = "2"')],
            [("main.py", '"run"', '"go"')],
        ],
        [
            "ns()",
            'ns("run","--fast")',
            'ns("go","--quick")',
            'dict(cp["a"])',
        ],
    ),
    Program(
        "lib_deep_registration",
        {
            "reg.py": """\
class _Lib: pass
""",
            "main.py": """\
import xml.etree.ElementTree as ET
import mimetypes, codecs, string
import sched, time
root = ET.Element("r")
ET.SubElement(root, "a").text = "1"
ET.SubElement(root, "b")
def dump(): return ET.tostring(root).decode()
""",
        },
        [
            [("main.py", '"a").text', '"aa").text')],
            [
                (
                    "main.py",
                    """\
ET.SubElement(root, "b")
""",
                    "",
                )
            ],
        ],
        [
            "dump()",
        ],
    ),
]
