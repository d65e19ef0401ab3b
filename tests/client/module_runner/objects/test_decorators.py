"""Decorated functions and cached results, edited while they are in use."""

from __future__ import annotations

from ..application import drive, running

DECORATED = """
    import functools
    REGISTRY = []
    NAMES = {}
    def register(function):
        REGISTRY.append(function)
        NAMES[function.__name__] = function
        return function
    def times(n):
        def decorate(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return [function(*args, **kwargs)] * n
            return wrapper
        return decorate
    @register
    def handler(x=1):
        return x
    @times(2)
    def repeated():
        return "old"
    """


@drive
async def test_a_registered_function_is_not_registered_twice():
    async with running(m=DECORATED) as app:
        m = app["m.py"]
        await app.edit("m.py", "return x", "return x + 1")
        await app.edit("m.py", "def handler(x=1)", "def handler(x=5, y=0)")
        assert [f() for f in m.REGISTRY] == [6]
        assert m.NAMES["handler"] is m.handler
        assert m.handler() == 6


@drive
async def test_the_argument_of_a_decorator_changes_for_held_references():
    async with running(m=DECORATED) as app:
        held = app["m.py"].repeated
        await app.edit("m.py", "times(2)", "times(3)")
        assert held() == ["old"] * 3
        assert app["m.py"].repeated is held
        await app.edit("m.py", '"old"', '"new"')
        assert held() == ["new"] * 3


@drive
async def test_the_body_of_a_decorator_changes_for_what_it_has_wrapped():
    async with running(m=DECORATED) as app:
        held = app["m.py"].repeated
        await app.edit("m.py", "* n\n", "* n + ['!']\n")
        assert held() == ["old", "old", "!"]


@drive
async def test_a_decorator_is_added_and_removed():
    async with running(m=DECORATED, b="from m import handler, repeated\n") as app:
        b = app["b.py"]
        held = b.handler
        await app.edit("m.py", "@register\n", "@times(2)\n")
        assert b.handler() == [1, 1] == app["m.py"].handler()
        assert held() in (1, [1, 1])
        await app.edit("m.py", "@times(2)\ndef repeated", "def repeated")
        assert b.repeated() == "old" == app["m.py"].repeated()


CACHES = """
    import functools, contextlib
    @functools.lru_cache
    def cached(x):
        return x + 1
    class C:
        @functools.cached_property
        def slow(self):
            return "old"
        @functools.lru_cache
        def method(self):
            return "old"
    @contextlib.contextmanager
    def managed():
        yield "old"
    @functools.singledispatch
    def show(x):
        return "object old"
    @show.register
    def _(x: int):
        return "int old"
    @show.register
    def _(x: str):
        return "str old"
    """


@drive
async def test_decorators_that_cache_forget():
    async with running(m=CACHES) as app:
        m = app["m.py"]
        c, cached = m.C(), m.cached
        assert (cached(1), c.slow, c.method()) == (2, "old", "old")
        text = app.runner.modules.by_path("m.py")[0].source
        await app.good(m=text.replace("x + 1", "x + 2").replace('"old"', '"new"'))
        assert (cached(1), c.slow, c.method()) == (3, "new", "new")
        assert m.cached is cached
        await app.edit("m.py", "def cached(x)", "def cached(x, y=5)")
        assert m.cached(1) == 3 == cached(1)


@drive
async def test_contextmanager_and_singledispatch():
    async with running(m=CACHES) as app:
        m = app["m.py"]
        show, managed = m.show, m.managed
        await app.edit("m.py", "int old", "int new")
        await app.edit("m.py", 'yield "old"', 'yield "new"')
        assert (show(1), show("")) == ("int new", "str old")
        with managed() as value:
            assert value == "new"
        await app.edit("m.py", "def show(x):", "def show(x, verbose=False):")
        await app.edit("m.py", "object old", "object new")
        assert (show(1), show(""), show(1.5)) == ("int new", "str old", "object new")
        await app.edit("m.py", "def _(x: str)", "def _(x: float)")
        assert (m.show(1.5), m.show(1)) == ("str old", "int new")
