"""Models, routes and commands of real libraries: after an edit they are what a fresh start makes.

Which tier that takes is the library's doing: one that compiles its classes, or refuses a second
registration, is started again. The reason says so.
"""

from __future__ import annotations

import pytest

from .application import drive, running, tiers
from .programs import libraries
from .programs.program import Program

LIBRARIES = (
    "attr", "click", "fastapi", "flask", "jinja2", "marshmallow", "msgspec", "pluggy", "pydantic", "sqlalchemy", "starlette",
)  # fmt: skip
MAIN = "import m\nSTATE = []\n"


def tier(report):
    return {name for _, name in tiers(report)}


@drive
async def test_pydantic_models():
    pytest.importorskip("pydantic")
    m = """
        from pydantic import BaseModel, field_validator
        class Inner(BaseModel):
            a: int = 1
        class Outer(BaseModel):
            inner: Inner = Inner()
            def text(self): return "one"
        class Sub(Inner):
            b: int = 2
        """
    async with running(m=m, main=MAIN) as app:
        held = app["m.py"].Outer()
        report = await app.edit("m.py", '"one"', '"two"')
        assert (held.text(), tier(report)) == ("two", {"PATCH"})
        for number in range(2):
            report = await app.edit("m.py", "a: int = 1", f"a: int = 1\n    f{number}: str = 'x'")
            assert "Inner has to be replaced" in report.steps[0].reason
            new = app["m.py"]
            assert isinstance(new.Inner.model_validate({}), new.Inner)
            inner = new.Outer.model_validate({"inner": {}}).inner
            assert getattr(inner, f"f{number}") == getattr(new.Sub(), f"f{number}") == "x"
        check = "@field_validator('inner')\n    @classmethod\n    def check(cls, v): return Inner(a=v.a + 1)\n"
        await app.edit("m.py", "    def text(self)", f"    {check}    def text(self)")
        assert app["m.py"].Outer(inner={"a": 3}).inner.a == 4
        await app.edit("m.py", "v.a + 1", "v.a + 2")
        assert app["m.py"].Outer(inner={"a": 3}).inner.a == 5


@drive
async def test_attrs_classes():
    pytest.importorskip("attrs")
    m = """
        import attrs
        @attrs.define
        class P:
            x: int = 1
            def f(self): return self.x
        @attrs.define(slots=False)
        class Q:
            x: int = 1
        @attrs.frozen
        class R(P):
            z: int = 5
        """
    async with running(m=m, main=MAIN) as app:
        held = app["m.py"].P()
        report = await app.edit("m.py", "return self.x", "return self.x + 1")
        assert (held.f(), tier(report)) == (2, {"PATCH"})
        report = await app.edit("m.py", "x: int = 1", "x: int = 7")
        assert tier(report) == {"PATCH"}
        assert app["m.py"].P().x == app["m.py"].Q().x == app["m.py"].R().x == 7
        await app.edit("m.py", "x: int = 7", "x: int = 7\n    y: str = 'y'")
        new = app["m.py"]
        assert new.P(1, "z").y == "z"
        assert repr(new.Q()) == "Q(x=7, y='y')"
        assert new.R().y == "y"


@drive
async def test_sqlalchemy_tables():
    pytest.importorskip("sqlalchemy")
    m = """
        from sqlalchemy import create_engine, select
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
        class Base(DeclarativeBase): pass
        class User(Base):
            __tablename__ = "user"
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str]
            def hello(self): return "a" + self.name
        """
    async with running(m=m, main=MAIN) as app:
        held = app["m.py"].User(name="x")
        report = await app.edit("m.py", '"a"', '"b"')
        assert (held.hello(), tier(report)) == ("bx", {"PATCH"})
        await app.edit(
            "m.py",
            "name: Mapped[str]",
            "name: Mapped[str]\n    age: Mapped[int] = mapped_column(default=3)",
        )
        await app.edit("m.py", "def hello", "def more(self): return 1\n    def hello")
        new = app["m.py"]
        engine = new.create_engine("sqlite://")
        new.Base.metadata.create_all(engine)
        with new.Session(engine) as session:
            session.add(new.User(name="n"))
            session.commit()
            user = session.scalars(new.select(new.User)).one()
            assert (user.age, user.more(), user.hello()) == (3, 1, "bn")
        engine.dispose()


@drive
async def test_flask_routes():
    pytest.importorskip("flask")
    m = """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/a")
        def a(): return "a1"
        @app.get("/b")
        def b(): return "b1"
        """
    async with running(m=m, main=MAIN) as app:

        def get(path):
            return app["m.py"].app.test_client().get(path)

        report = await app.edit("m.py", "a1", "a2")
        assert (get("/a").text, tier(report)) == ("a2", {"PATCH"})
        await app.edit("m.py", '"/a"', '"/aa"')
        assert (get("/aa").text, get("/a").status_code) == ("a2", 404)
        await app.edit("m.py", 'def a(): return "a2"', "def a(x=3): return str(x)")
        assert get("/aa").text == "3"
        text = app.runner.modules.by_path("m.py")[0].source
        await app.good(m=text + '@app.route("/c")\ndef c(): return "c"\n')
        assert get("/c").text == "c"
        await app.edit("m.py", '@app.get("/b")\ndef b(): return "b1"\n', "")
        assert (get("/b").status_code, get("/c").text) == (404, "c")


@drive
async def test_click_commands():
    pytest.importorskip("click")
    from click.testing import CliRunner

    m = """
        import click
        @click.group()
        def cli(): pass
        @cli.command()
        @click.option("--n", default=1)
        def one(n): click.echo(f"one {n}")
        """
    async with running(m=m, main=MAIN) as app:

        def run(*arguments):
            return CliRunner().invoke(app["m.py"].cli, arguments).output

        report = await app.edit("m.py", 'f"one', 'f"ONE')
        assert (run("one"), tier(report)) == ("ONE 1\n", {"PATCH"})
        await app.edit("m.py", "default=1", "default=2")
        assert run("one") == "ONE 2\n"
        await app.edit("m.py", "def one(n)", "def uno(n)")
        assert run("uno") == "ONE 2\n"
        assert "No such command" in run("one")
        await app.edit(
            "m.py",
            'def uno(n): click.echo(f"ONE {n}")',
            '@click.option("--k")\ndef uno(n, k): click.echo(k)',
        )
        assert run("uno", "--k", "z") == "z\n"


@drive
async def test_marshmallow_schemas():
    pytest.importorskip("marshmallow")
    m = """
        from marshmallow import Schema, fields
        class S(Schema):
            a = fields.Int()
        class T(S):
            b = fields.Str()
        class O(Schema):
            s = fields.Nested(S)
            t = fields.Nested(lambda: T())
        """
    async with running(m=m, main=MAIN) as app:
        await app.edit(
            "m.py", "a = fields.Int()", "a = fields.Int()\n    c = fields.Str(load_default='c')"
        )
        new = app["m.py"]
        assert new.S().load({}) == {"c": "c"}
        assert new.T().load({"b": "x"}) == {"b": "x", "c": "c"}
        assert new.O().load({"s": {}, "t": {}}) == {"s": {"c": "c"}, "t": {"c": "c"}}
        await app.edit("m.py", "a = fields.Int()", "a = fields.Str()")
        assert app["m.py"].T().load({"a": "x"})["a"] == "x"


@drive
async def test_msgspec_structs():
    pytest.importorskip("msgspec")
    m = """
        import msgspec
        class P(msgspec.Struct):
            x: int = 1
            def f(self): return self.x
        class Q(P):
            y: int = 2
        class R(msgspec.Struct):
            p: P
        decoder = msgspec.json.Decoder(R)
        """
    async with running(m=m, main=MAIN) as app:
        held = app["m.py"].P()
        report = await app.edit("m.py", "return self.x", "return -self.x")
        assert (held.f(), tier(report)) == (-1, {"PATCH"})
        await app.edit("m.py", "x: int = 1", "x: int = 5\n    z: str = 'z'")
        new = app["m.py"]
        assert (new.P().x, new.Q().z, new.decoder.decode(b'{"p": {}}').p) == (5, "z", new.P())


@pytest.mark.parametrize("program", libraries.PROGRAMS, ids=lambda x: x.name)
@drive
async def test_a_program_with_a_library_is_as_after_a_fresh_start(program: Program):
    for library in LIBRARIES:
        if any(
            f"{word} {library}" in x for x in program.files.values() for word in ("import", "from")
        ):
            pytest.importorskip(library)
    await program.check()
