"""`asyncio.run(main())`, the usual end of a script, in a process whose event loop runs already.

An entry may await at its top level, so `asyncio.run(x)` there is compiled as `await x`. A function
that calls it, and is itself only called by the top level, is compiled as a coroutine:

    def main():                                async def main():
        asyncio.run(serve(arguments()))   ──▶      await serve(arguments())
    main()                                     await main()

A nested run of the loop was tried instead: each restart would stand on the stack of the one before.
In a page it is left as it is: Pyodide has an `asyncio.run` of its own that works.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from typing import Any


def may_run_a_loop(source: str) -> bool:
    """Tell whether `await_runs` has something to do, without parsing anything.

    Args:
        source: The text of an entry.
    """
    return sys.platform != "emscripten" and "asyncio" in source and "run" in source


def await_runs(tree: ast.Module) -> None:
    """Let the top level await what it hands to `asyncio.run`, itself or in functions that it calls.

    Args:
        tree: The entry; changed in place.
    """
    names = _Names()
    names.visit(tree)
    functions = {
        x.name: x for x in tree.body if isinstance(x, ast.FunctionDef) and not x.decorator_list
    }
    awaits = _Awaits(names, _waiting(tree, functions, names))
    tree.body = [awaits.convert(x) for x in tree.body]


class _Names(ast.NodeVisitor):
    """The names of `asyncio` and of its `run`."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.runs: set[str] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.modules |= {x.asname or x.name for x in node.names if x.name == "asyncio"}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "asyncio" and not node.level:
            self.runs |= {x.asname or x.name for x in node.names if x.name == "run"}

    def is_run(self, node: ast.AST) -> bool:
        """Tell whether a node is a call of `asyncio.run`."""
        match node:
            case ast.Call(args=[ast.Starred()]):
                return False
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="run"), args=[_]):
                return module in self.modules
            case ast.Call(func=ast.Name(id=name), args=[_]):
                return name in self.runs
        return False


def _waiting(
    tree: ast.Module, functions: dict[str, ast.FunctionDef], names: _Names
) -> frozenset[str]:
    """Return the functions that run a loop, and are used for nothing but to be called at once."""
    own = {name: _own(x) for name, x in functions.items()}
    runs = {name for name, nodes in own.items() if any(map(names.is_run, nodes))}
    usable = {
        name
        for name, nodes in own.items()
        if not any(isinstance(x, ast.Yield | ast.YieldFrom) for x in nodes)
    }
    used = Counter(x.id for x in ast.walk(tree) if isinstance(x, ast.Name))
    defined = Counter(x.name for x in ast.walk(tree) if isinstance(x, ast.FunctionDef))
    usable = {x for x in usable if defined[x] == 1}
    while True:
        waiting = runs & usable
        while more := {x for x in usable if _called(own[x]) & waiting} - waiting:
            waiting |= more
        at_once = [y for x in tree.body for y in _all(x)] + [y for x in waiting for y in own[x]]
        called = Counter(
            x.func.id for x in at_once if isinstance(x, ast.Call) and isinstance(x.func, ast.Name)
        )
        if not (wrong := {x for x in waiting if used[x] != called[x]}):
            return frozenset(waiting)
        usable -= wrong


def _all(node: ast.stmt) -> list[ast.AST]:
    """Return a statement of the top level, and what runs with it."""
    return [] if isinstance(node, _SCOPES) else [node, *_own(node)]


def _own(node: ast.AST) -> list[ast.AST]:
    """Return what is in a node, without what is in functions and classes within it."""
    found: list[ast.AST] = []
    pending = list(ast.iter_child_nodes(node))
    for inner in pending:  # grows while it is walked
        if not isinstance(inner, _SCOPES):
            found.append(inner)
            pending += ast.iter_child_nodes(inner)
    return found


def _called(nodes: list[ast.AST]) -> set[str]:
    return {x.func.id for x in nodes if isinstance(x, ast.Call) and isinstance(x.func, ast.Name)}


class _Awaits(ast.NodeTransformer):
    def __init__(self, names: _Names, waiting: frozenset[str]) -> None:
        self._names = names
        self._waiting = waiting

    def convert(self, node: ast.stmt) -> ast.stmt:
        """Return a statement of the top level that awaits."""
        if isinstance(node, ast.FunctionDef) and node.name in self._waiting:
            fields = dict(ast.iter_fields(node))
            fields["body"] = [self.visit(x) for x in node.body]
            return ast.copy_location(ast.AsyncFunctionDef(**fields), node)
        converted: ast.stmt = self.visit(node)
        return converted

    def visit(self, node: ast.AST) -> Any:
        """Visit what runs at once: nothing in functions and classes."""
        return node if isinstance(node, _SCOPES) else super().visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self._names.is_run(node):
            return ast.copy_location(ast.Await(node.args[0]), node)
        if isinstance(node.func, ast.Name) and node.func.id in self._waiting:
            return ast.copy_location(ast.Await(node), node)
        return node


_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp, ast.ListComp,
    ast.SetComp, ast.DictComp,
)  # fmt: skip
