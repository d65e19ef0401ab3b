"""Classes of attrs, SQLAlchemy, marshmallow and msgspec."""

from ..program import Program

PROGRAMS = [
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
        "sqlalchemy_session",
        {
            "main.py": """\
from db import *
from models import User, Base, make
s = Session()
s.add(make("ann")); s.commit()
def names(): return [(u.name, u.label, u.age) for u in s.query(User).order_by(User.id)]
COUNT = s.query(User).count()
""",
            "db.py": """\
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
URL = "sqlite://"
from sqlalchemy.pool import StaticPool
engine = create_engine(URL, poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)
""",
            "models.py": """\
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base
from db import engine
Base = declarative_base()
DEFAULT_AGE = 5
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    age = Column(Integer, default=DEFAULT_AGE)
    @property
    def label(self): return f"<{self.name}>"
def make(n): return User(name=n)
Base.metadata.create_all(engine)
""",
        },
        [
            [("models.py", 'f"<{self.name}>"', 'f"[{self.name}]"')],
            [("models.py", "DEFAULT_AGE = 5", "DEFAULT_AGE = 6")],
            [
                (
                    "models.py",
                    "    @property",
                    '    email = Column(String, default="e")\n    @property',
                )
            ],
            [("main.py", 'make("ann")', 'make("bob")')],
        ],
        ["names()", "COUNT"],
    ),
]
