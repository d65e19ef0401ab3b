"""The client's wheel as pages get it."""

import ast
import io
import zipfile
from pathlib import Path

import pytest

from hmr_server.client_wheel import wheel
from hmr_server.client_wheel.minify import minify
from hmr_server.client_wheel.wheel import (
    ClientMissing,
    ClientWheel,
    build_client_wheel,
    client_wheels,
)


def test_the_same_sources_are_the_same_bytes() -> None:
    first = build_client_wheel()
    build_client_wheel.cache_clear()
    second = build_client_wheel()
    assert first == second
    assert first.size == len(first.content)
    assert first.name.startswith("hmr_client-")
    assert first.name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize("wheel_", client_wheels(), ids=["every page", "Python"])
def test_it_holds_both_packages_and_only_their_name_besides(wheel_: ClientWheel) -> None:
    with zipfile.ZipFile(io.BytesIO(wheel_.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {"hmr_client/client.py", "hmr_browser/start.py"} <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".js"))]
    (info,) = (name for name in names if ".dist-info/" in name)
    assert info.endswith("/METADATA"), "each would cost every page 150 bytes"


def test_its_modules_are_those_of_the_repository_line_by_line(subtests: pytest.Subtests) -> None:
    for name, content in [*wheel._sources(), ("wheel", Path(wheel.__file__).read_bytes())]:
        with subtests.test(file=name):
            source = content.decode()
            assert len(minify(source)) <= len(source)
            assert minify(source).count("\n") == source.count("\n")
            assert _code(minify(source)) == _code(source)


def _code(source: str) -> list[tuple[str, object]]:
    """Every node with its line, but what only readers need and what stands in for it."""
    tree = _undocumented(ast.parse(source))
    return [(ast.dump(node), getattr(node, "lineno", None)) for node in ast.walk(tree)]


class _Types(ast.NodeTransformer):
    """Takes out what only type checkers read, but for the annotations of a class's fields."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if "Protocol" in map(ast.unparse, node.bases) and not node.decorator_list:
            node.body = []
        node.body = [
            statement if isinstance(statement, ast.AnnAssign) else self.visit(statement)
            for statement in node.body
        ]
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
            for statement in node.body:
                match statement:
                    case ast.AnnAssign(annotation=note) if (
                        "ClassVar" not in ast.dump(note) and note.lineno == note.end_lineno
                    ):
                        statement.annotation = ast.Constant(0, lineno=note.lineno)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None or node.annotation.end_lineno != node.target.end_lineno:
            return node
        plain = ast.Assign(targets=[node.target], value=node.value)
        return ast.copy_location(plain, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        types = {"__future__", "typing", "collections.abc", "logger", "hmr_client.logger"}
        return None if node.module in types else node

    def visit_If(self, node: ast.If) -> ast.If | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" and not node.orelse:
            return None
        self.generic_visit(node)
        return node


def _undocumented(tree: ast.Module) -> ast.Module:
    types = _Types()
    tree = types.visit(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                statement
                for statement in body
                if not isinstance(statement, ast.Pass)
                and not (
                    isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
                )
            ]
    return tree


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Doc."""\nx = 1\n', "\nx = 1\n"),
        ('def f():\n    """Doc\n    more."""\n', "def f():\n pass\n\n"),
        ('class C:\n    """Doc."""\n\n    x = 1\n', "class C:\n\n\n x = 1\n"),
        ('@dataclass\nclass C:\n    """Doc\n    more."""\n', '@dataclass\nclass C:\n "."\n\n'),
        ('class P(Protocol):\n    """Doc."""\n\n    x: int\n', "class P(Protocol):\n pass\n\n\n"),
        (
            "class P(A, Protocol):\n    @property\n    def x(self) -> int: ...\n",
            "class P(A, Protocol):\n pass\n\n",
        ),
        (
            "@runtime_checkable\nclass P(Protocol):\n    x = 1\n",
            "@runtime_checkable\nclass P(Protocol):\n x = 1\n",
        ),
        ("x = 1  # why\n", "x = 1\n"),
        ("# only\n", "\n"),
        ('x = "# no comment"\n', 'x = "# no comment"\n'),
        ('x = """\n# no comment\n"""\n', 'x = """\n# no comment\n"""\n'),
        ('def f(): "doc"\n', 'def f(): "doc"\n'),
        ('"""Doc."""; x = 1\n', '"""Doc."""; x = 1\n'),
        ('f"""no doc"""\n', 'f"""no doc"""\n'),
        ("x = 1  # no newline", "x = 1\n"),
        (
            "def f(a: int, *b: str, c: X[1] = 2, **d) -> None: ...\n",
            "def f(a, *b, c = 2, **d): ...\n",
        ),
        ("async def f(ü: 'ü') -> dict[str, int]: ...\n", "async def f(ü): ...\n"),
        ("def f(\n    a: list[\n        int\n    ],\n): ...\n", "def f(\na\n\n,\n): ...\n"),
        ("def f() -> list[\n    int\n]: ...\n", "def f() -> list[\nint\n]: ...\n"),
        ("def f(a: str = '->') -> str: ...\n", "def f(a = '->'): ...\n"),
        ("class C:\n    x: int = 1\n", "class C:\n x: int = 1\n"),
        ("x: int = 1\nself.y: list[\n  int] = []\n", "x = 1\nself.y: list[\nint] = []\n"),
        ("x: int\n", "x: int\n"),
        ("from __future__ import annotations\nx = 1\n", "\nx = 1\n"),
        (
            "from __future__ import annotations\nclass C:\n    x: T\n",
            "from __future__ import annotations\nclass C:\n x: T\n",
        ),
        (
            "if TYPE_CHECKING:\n    from a import b\n    from c import d\nx: b = 1\n",
            "\n\n\nx = 1\n",
        ),
        ("x = lambda a: a\n", "x = lambda a: a\n"),
        ('X = 1\n"""What it is,\nat length."""\nY = 2\n', "X = 1\n\n\nY = 2\n"),
        ('x = (\n    "a"\n)\n"b"; y = 1\n', 'x = (\n"a"\n)\n"b"; y = 1\n'),
        ("if a:\n  if b:\n        c\n  d\ne\n", "if a:\n if b:\n  c\n d\ne\n"),
        ('if a:\n    x = """b\n    c"""\n', 'if a:\n x = """b\n    c"""\n'),
        (
            'if a:\n    x = f"""b\n    {c}\n  d""" + e(\n    f)\n',
            'if a:\n x = f"""b\n    {c}\n  d""" + e(\nf)\n',
        ),
        ("if a:\n\tb\n", "if a:\n b\n"),
        (
            "from __future__ import annotations\n@dataclass(slots=True)\nclass C:\n    x: T[int] = 1\n    y: U\n",
            "\n@dataclass(slots=True)\nclass C:\n x: 0 = 1\n y: 0\n",
        ),
        ("@d.dataclass\nclass C:\n    x: T[\n    int]\n", "@d.dataclass\nclass C:\n x: T[\nint]\n"),
        (
            "@dataclass\nclass C:\n    x: ClassVar[int] = 1\n",
            "@dataclass\nclass C:\n x: ClassVar[int] = 1\n",
        ),
    ],
)
def test_minify(source: str, expected: str) -> None:
    assert minify(source) == expected


def test_a_client_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "_PACKAGES", ("hmr_nowhere",))
    for remembered in (build_client_wheel, wheel.sources_hash, wheel._sources):
        remembered.cache_clear()
    with pytest.raises(ClientMissing, match=r"hmr_nowhere is not installed\. Reinstall hmr-client"):
        build_client_wheel()


def test_every_page_fetches_40_kb_at_most():
    assert build_client_wheel().size <= 40_000


def test_only_pages_with_python_modules_fetch_what_replaces_them():
    names, all_names = (
        set(zipfile.ZipFile(io.BytesIO(client.content)).namelist()) for client in client_wheels()
    )
    assert names < all_names
    assert "hmr_client/module_runner/hot.py" in names  # `hmr_client.hot` is there in every page
    assert "hmr_client/module_runner/runner.py" in all_names - names
    assert not [name for name in all_names if name.endswith(("__main__.py", "testing.py"))]


def test_wheels_are_made_once_for_the_same_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wheel, "cache_directory", lambda: tmp_path)
    made: list[str] = []
    pack = wheel._wheel
    monkeypatch.setattr(wheel, "_wheel", lambda wanted: made.append("one") or pack(wanted))

    def build() -> wheel.ClientWheel:
        return wheel._kept_wheel("python", lambda _: True)

    first = build()
    assert build() == first
    assert len(made) == 1
    (kept,) = (tmp_path / "client").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])  # damaged
    assert build() == first
    assert len(made) == 2
    monkeypatch.setattr(wheel, "sources_hash", lambda: "other sources")
    assert build() == first
    assert len(made) == 3
