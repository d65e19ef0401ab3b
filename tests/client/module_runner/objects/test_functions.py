"""Functions and coroutines, edited while they are in use."""

from __future__ import annotations

import asyncio

import pytest

from ..application import drive, running, tiers


@drive
async def test_a_body_is_swapped_without_running_anything():
    async with running(m="log = []\nlog.append('ran')\ndef f():\n    return 1\n") as app:
        f = app["m.py"].f
        report = await app.edit("m.py", "return 1", "return 2")
        assert f() == 2
        assert app["m.py"].f is f
        assert app["m.py"].log == ["ran"]
        assert tiers(report) == [("m.py", "PATCH")]
        assert report.steps[0].changed_names == ("f",)
        assert report.steps[0].reason == "only function bodies changed"


@pytest.mark.parametrize(
    ("old", "new", "call", "expected"),
    [
        ("def f(a, b=1):", "def f(a, b=2):", lambda f: f(0), (0, 2)),
        ("def f(a, b=1):", "def f(b=3, *, a=4):", lambda f: f(), (4, 3)),
        ("def f(a, b=1):", "def f(*b, a):", lambda f: f(1, 2, a=0), (0, (1, 2))),
        ("def f(a, b=1):", "def f(a: int, b: str = 'x') -> tuple:", lambda f: f(0), (0, "x")),
    ],
)
@drive
async def test_a_signature_changes_in_place(old, new, call, expected):
    async with running(m="def f(a, b=1):\n    return a, b\n", b="from m import f\n") as app:
        f = app["m.py"].f
        await app.edit("m.py", old, new)
        assert app["m.py"].f is f is app["b.py"].f
        assert call(f) == expected


@drive
async def test_annotations_docstring_and_attributes_are_carried_over():
    async with running(m="def f(a: int):\n    'old'\nf.calls = 3\n") as app:
        f = app["m.py"].f
        await app.edit("m.py", "def f(a: int):\n    'old'", "def f(a: str) -> None:\n    'new'")
        assert f.__annotations__ == {"a": str, "return": None}
        assert (f.__doc__, f.calls) == ("new", 3)


@drive
async def test_closures_with_the_same_free_variables_get_the_new_code():
    source = """
        def make(n):
            def add(x):
                return x + n
            return add
        """
    async with running(m=source) as app:
        one, two = app["m.py"].make(1), app["m.py"].make(2)
        await app.edit("m.py", "x + n", "x * 10 + n")
        assert (one(1), two(1), app["m.py"].make(3)(1)) == (11, 12, 13)


@drive
async def test_closures_with_other_free_variables_keep_their_code_and_new_ones_are_right():
    source = """
        def make(n, factor=100):
            def add(x):
                return x + n
            return add
        """
    async with running(m=source) as app:
        one = app["m.py"].make(1)
        await app.edit("m.py", "x + n", "x * factor + n")
        assert one(1) == 2
        assert app["m.py"].make(1)(1) == 101
        await app.edit("m.py", "x * factor + n", "x - n")
        assert app["m.py"].make(1)(1) == 0


@drive
async def test_a_function_that_only_a_data_structure_holds_is_found():
    source = """
        def make():
            def handler():
                return 1
            return handler
        """
    async with running(m=source) as app:
        held = {"deep": [object(), [app["m.py"].make() for _ in range(3)]]}
        await app.edit("m.py", "return 1", "return 2")
        assert [f() for f in held["deep"][1]] == [2, 2, 2]
        await app.edit("m.py", "return 2", "return 3")  # now remembered
        assert [f() for f in held["deep"][1]] == [3, 3, 3]


@drive
async def test_lambdas_keep_their_identity():
    async with running(m="F = [lambda: 1, lambda: 2]\nG = lambda: F[0]()\n") as app:
        m = app["m.py"]
        held, g = list(m.F), m.G
        await app.edit("m.py", "lambda: 2", "lambda: 3")
        assert [f() for f in held] == [1, 3]
        assert m.F[1] is held[1]
        await app.edit("m.py", "F[0]()", "F[1]()")
        assert g() == 3


@drive
async def test_a_nested_function_follows_by_name():
    source = """
        def outer():
            def first():
                return 1
            def second():
                return 2
            return first, second
        """
    async with running(m=source) as app:
        first, second = app["m.py"].outer()
        await app.edit("m.py", "def first():\n        return 1", "def first():\n        return 10")
        assert (first(), second()) == (10, 2)


@drive
async def test_a_function_becomes_a_generator_a_coroutine_and_a_function_again():
    async with running(m="def f():\n    return 1\n", b="from m import f\n") as app:
        f = app["m.py"].f
        await app.edit("m.py", "return 1", "yield 1")
        assert list(f()) == [1]
        await app.edit("m.py", "def f():\n    yield 1", "async def f():\n    return 2")
        assert await f() == 2
        await app.edit("m.py", "async def f():\n    return 2", "def f():\n    return 3")
        assert f() == 3
        assert app["b.py"].f is f


@drive
async def test_running_generators_and_coroutines_keep_their_code_and_are_counted():
    source = """
        import asyncio
        def numbers():
            yield 1
            yield 2
        async def wait():
            await asyncio.sleep(1)
            return "old"
        """
    async with running(m=source) as app:
        numbers = app["m.py"].numbers()
        assert next(numbers) == 1
        waiting = asyncio.get_running_loop().create_task(app["m.py"].wait())
        await asyncio.sleep(0)
        text = app.runner.modules.by_path("m.py")[0].source
        report = await app.good(m=text.replace("yield 2", "yield 20").replace("old", "new"))
        assert report.running == 2
        assert list(numbers) == [2]
        assert await waiting == "old"
        assert list(app["m.py"].numbers()) == [1, 20]
        assert await app["m.py"].wait() == "new"


@pytest.mark.parametrize(
    "text",
    [
        "N = 1\ndef f(x=N): return f'{x} old' + dep.f()\n",
        "N = 1\nf = (lambda x: lambda: f'{x} old' + dep.f())(N)\n",
        "N = 1\nclass K:\n    A = N\n    def m(self): return f'{self.A} old' + dep.f()\nf = K().m\n",
    ],
)
@drive
async def test_a_definition_that_ran_again_gets_later_bodies(text):
    """What calls an imported module's function is compiled otherwise where the import is not seen."""
    async with running(
        dep="def f(): return '!'\n", m=f"import dep\n{text}", main="import m\n"
    ) as app:
        assert app["m.py"].f() == "1 old!"
        await app.edit("m.py", "N = 1", "N = 2")
        assert app["m.py"].f() == "2 old!"
        await app.edit("m.py", "old", "new")
        assert app["m.py"].f() == "2 new!"
        await app.edit("m.py", "new", "newer")
        assert app["m.py"].f() == "2 newer!"


@drive
async def test_recursion_and_mutual_recursion():
    source = """
        def even(n):
            return n == 0 or odd(n - 1)
        def odd(n):
            return n != 0 and even(n - 1)
        """
    async with running(m=source) as app:
        even = app["m.py"].even
        await app.edit("m.py", "n == 0 or odd", "n == 0 or n == 7 or odd")
        assert even(7)
        assert not even(5)


@drive
async def test_global_state_of_a_module_stays():
    source = """
        count = 0
        def bump():
            global count
            count += 1
            return count
        """
    async with running(m=source) as app:
        bump = app["m.py"].bump
        bump()
        await app.edit("m.py", "count += 1", "count += 10")
        assert bump() == 11 == app["m.py"].count


@drive
async def test_line_numbers_of_unchanged_functions_are_right():
    async with running(m="def f():\n    raise ValueError('here')\n") as app:
        f = app["m.py"].f
        await app.edit("m.py", "def f", "# a comment\n\n\ndef f")
        assert f.__code__.co_firstlineno == 4
        with pytest.raises(ValueError, match="here") as caught:
            f()
        assert caught.tb.tb_next.tb_lineno == 5
        import linecache

        assert linecache.getline(caught.tb.tb_next.tb_frame.f_code.co_filename, 5) == (
            "    raise ValueError('here')\n"
        )


@drive
async def test_docstrings_comments_and_formatting_run_nothing():
    source = '''
        """Old."""
        log = []
        log.append("ran")
        class C:
            """Old."""
            def f(self):
                """Old."""
                return [1,2]
        '''
    async with running(m=source) as app:
        m = app["m.py"]
        C, f = m.C, m.C.f
        text = app.runner.modules.by_path("m.py")[0].source
        report = await app.good(m="# new\n\n" + text.replace("Old", "New").replace("1,2", "1, 2"))
        assert (m.__doc__, C.__doc__, f.__doc__) == ("New.", "New.", "New.")
        assert m.C is C
        assert m.C.f is f
        assert m.log == ["ran"]
        assert tiers(report) == [("m.py", "PATCH")]
