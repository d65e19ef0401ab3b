"""A new version of a module compiles what is new in its text, and is the same as if all were compiled."""

from __future__ import annotations

import ast
import gc
import inspect
import sys
import traceback
from types import CodeType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hmr_client.module_runner.analysis.outline import Outline

from ..application import drive, running

CLASS = '''
class Item{n}:
    """A thing with a few methods."""

    kind = "item {n}"

    def total(self):
        return sum(x for x in range({n}))

    def number(self):
        return {n}
'''
MANY = "import sys\n" + "".join(CLASS.format(n=n) for n in range(300)) + "\nLAST = Item299\n"

PIECES = [
    "x = 1", "a = 1; b = lambda: a", "import os", "import sys as s, os.path", "from __future__ import annotations",
    "@print\n@(lambda f: f)\ndef f(x=lambda: 1):\n    return os.path.join('a')", "def f(): return 2",
    "async def g():\n    await s.x()\n\n    # inner\n    return [i async for i in x]",
    "class A:\n    '''Doc.'''\n    n: int = 1\n\n    def f(self):\n        return super().f()", "class A: pass",
    "if x:\n    def f(): return 3", "else:\n    y = 2", "try:\n    import q", "except ImportError: q = None",
    "finally:\n    z = {1, 2}", "    def more(self): return {'a', 'b', 'c'}", "# comment", "", "\f", "'''", "(", ")", "x = \\",
    "@deco", "global x", "x: int = 1", "def f():\n    class Inner: n = 1\n    return Inner", "await x", "\ufeffx = 2",
    "é = 'ä'; y = é", "x = [lambda: 1, lambda: 1]", "match x:\n    case 1: y = 2", "case (x)", "elsewhere = 1", "x = '\\d'",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=9)


def _outline(text: str, after: Outline | None = None) -> Outline | tuple[object, ...]:
    try:
        return Outline(text, "m.py", "", top_level_await=True, awaits_value=True, after=after)
    except (SyntaxError, ValueError) as error:
        return type(error), str(error)


def _facts(outline: Outline) -> list[Any]:
    return [
        *((x.kind, x.line, x.end_line, x.text, _dump(x.node)) for x in outline.statements),
        sorted(_codes(outline.code), key=repr),
        outline.valued and _dump(outline.valued),
        outline.eager_annotations,
    ]


def _dump(node: ast.AST) -> str:
    return ast.dump(node, include_attributes=True)


def _codes(code: CodeType) -> list[Any]:
    """What is the same, whether or not the compiler saw the imports of the module."""
    found: list[Any] = []
    for inner in (x for x in code.co_consts if isinstance(x, CodeType)):
        is_body = not inner.co_flags & inspect.CO_OPTIMIZED  # its line is one of its constants
        constants = [] if is_body else [repr(x) for x in inner.co_consts if type(x) in (int, str)]
        place = inner.co_qualname, inner.co_firstlineno, constants, inner.co_freevars
        found += [(*place, sorted({x for _, _, x in inner.co_lines()}, key=str)), *_codes(inner)]
    return found


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
@example(["x = 1"], [["x = 1", "x = \\", ""]])
@example(["if x:\n    y = 1", "x = 1"], [["if x:\n    y = 1", "else:\n    y = 2", "x = 1"]])
def test_a_revision_is_what_compiling_the_whole_text_makes(
    before: list[str], versions: list[list[str]]
):
    live = _outline("\n".join(before) + "\n")
    for pieces in versions:
        if not isinstance(live, Outline):
            return
        # what stays the same on both sides of a change is what people save
        for middle in (pieces, [*before[:2], *pieces, *before[2:]], [*before[:3], *before[4:]]):
            text = "\n".join(middle) + "\n"
            whole, revised = _outline(text), _outline(text, live)
            if isinstance(whole, Outline) and isinstance(revised, Outline):
                assert _facts(revised) == _facts(whole), text
            else:
                assert revised == whole, text
        live = revised


@pytest.mark.parametrize(
    ("old", "new", "compiled"),
    [
        ("return 7\n", "return 8\n", 1),
        ("import sys\n", "import sys\n# a comment\n\n", 0),
        ("import sys\n", "import sys, os\n", 1),
        ('kind = "item 7"\n', 'kind = "item 8"\n', 1),
        ("\nLAST", "\nFIRST = 1\nLAST", 1),
        ("LAST = Item299\n", "LAST = Item299\n\ndef main():\n    pass\n", 1),
        ("        return 299\n", "        return 299\n\n    def more(self): pass\n", 1),
        (CLASS.format(n=7), "\n", 0),
        ("LAST = Item299\n", "if LAST is None: pass\nLAST = Item299", 1),
        ("return 7\n", "return 9\n#", 1),
    ],
)
def test_an_edit_compiles_the_statements_that_it_changes(old: str, new: str, compiled: int):
    revised = Outline(MANY.replace(old, new), "m.py", "", after=Outline(MANY, "m.py", ""))
    assert (revised.age, revised.compiled) == (1, compiled)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import sys\n", "from __future__ import annotations\nimport sys\n"),
        ("LAST =", "global OTHER\nLAST ="),
        ("LAST =", "\ufeffLAST ="),
    ],
)
def test_the_whole_is_compiled_where_a_statement_depends_on_others(old: str, new: str):
    text = MANY.replace(old, new)
    before = Outline(MANY, "m.py", "")
    whole, revised = _outline(text), _outline(text, before)
    if isinstance(whole, Outline) and isinstance(revised, Outline):
        assert revised.age == 0
    else:
        assert whole == revised


def test_two_far_edits_compile_two_statements():
    text = MANY.replace("return 7\n", "return 8\n").replace("return 250\n", "return 8\n\n")
    assert Outline(text, "m.py", "", after=Outline(MANY, "m.py", "")).compiled == 2


def test_names_that_are_gone_are_forgotten_in_the_end():
    outline = Outline("name0 = 1\nx = 1\n", "m.py", "")
    for n in range(1, 250):
        outline = Outline(f"name{n} = 1\nx = 1\n", "m.py", "", after=outline)
    assert len(outline.code.co_names) < 110


@drive
async def test_edits_of_a_large_module_scan_no_heap(monkeypatch: pytest.MonkeyPatch):
    scans: list[Any] = []
    scan = gc.get_referrers
    async with running(m=MANY) as app:
        await app.good(m=MANY + "# first\n")  # it has an outline now
        monkeypatch.setattr(gc, "get_referrers", lambda *x: (scans.append(x), scan(*x))[1])
        for n in range(3):
            await app.good(m=MANY.replace("return 7\n", f"return {n}\n"))
            assert app["m.py"].Item7().number() == n
            await app.good(m="# a comment\n" * n + MANY)
        live = app.runner.modules.by_path("m.py")[0].outline
        assert live is not None
        assert live.age > 5
    assert not scans


@drive
async def test_what_has_moved_is_found_at_its_new_line():
    text = """\
        LIMIT = 1
        def fails():
            raise ValueError(LIMIT)
        class A:
            n = LIMIT
            def f(self): raise ValueError
        def maker():
            class Inner: pass
            return Inner
        """
    async with running(m=text, main="import m") as app:
        m = app["m.py"]
        held, method = m.fails, m.A().f
        for lines in (1, 3, 2):
            await app.edit("m.py", "LIMIT = 1", "# more\n" * lines + "LIMIT = 1")
            await app.edit("m.py", "LIMIT = 1", f"LIMIT = {lines}")  # the class runs again
            await app.edit("m.py", f"LIMIT = {lines}", "LIMIT = 1")
        for function, line in (
            (held, "raise ValueError(LIMIT)"),
            (method, "def f(self): raise ValueError"),
        ):
            with pytest.raises(ValueError, match=r"^1?$") as raised:
                function()
            assert traceback.extract_tb(raised.value.__traceback__)[-1].line == line
        assert inspect.getsource(m.A).startswith("class A:\n    n = LIMIT")
        assert inspect.getsource(held).startswith("def fails")
        assert inspect.getsource(m.A.f).strip() == "def f(self): raise ValueError"
        if sys.version_info >= (3, 13):
            assert inspect.getsource(m.maker()).strip() == "class Inner: pass"
