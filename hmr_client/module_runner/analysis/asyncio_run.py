"""`asyncio.run(main())`, the usual end of a script, in a process whose event loop runs already.

An entry may await at its top level, so `asyncio.run(x)` there is compiled as `await x`. In a page it
is left as it is: Pyodide has an `asyncio.run` of its own that works.
"""

from __future__ import annotations

import ast
import sys


def may_run_a_loop(source: str) -> bool:
    """Tell whether `await_runs` has something to do, without parsing anything.

    Args:
        source: The text of an entry.
    """
    return sys.platform != "emscripten" and "asyncio" in source and "run" in source


def await_runs(tree: ast.Module) -> None:
    """Let the top level await what it hands to `asyncio.run`.

    Args:
        tree: The entry; changed in place.
    """
    names = _Names()
    names.visit(tree)
    _Awaits(names).visit(tree)


class _TopLevel(ast.NodeVisitor):
    """Visits what runs with the module: nothing in functions and classes."""

    def _skip(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _skip  # noqa: N815
    visit_GeneratorExp = visit_ListComp = visit_SetComp = visit_DictComp = _skip  # noqa: N815


class _Names(_TopLevel):
    """The names of `asyncio` and of its `run`."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.runs: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.modules |= {x.asname or x.name for x in node.names if x.name == "asyncio"}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "asyncio" and not node.level:
            self.runs |= {x.asname or x.name for x in node.names if x.name == "run"}


class _Awaits(_TopLevel, ast.NodeTransformer):
    def __init__(self, names: _Names) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            match node.func:
                case ast.Attribute(value=ast.Name(id=module), attr="run"):
                    is_run = module in self._names.modules
                case ast.Name(id=name):
                    is_run = name in self._names.runs
                case _:
                    is_run = False
            if is_run:
                return ast.copy_location(ast.Await(node.args[0]), node)
        return node
