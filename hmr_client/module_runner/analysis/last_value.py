"""The value of an entry's last expression. PyScript awaits it: `main()` as the last line runs `main`.

The expression becomes an assignment to a name of ours, so that the module stays one code object, and an
update can run that statement alone.
"""

from __future__ import annotations

import ast
from typing import Any

_NAME = "__hmr_value__"


def valued_statement(tree: ast.Module, source: str) -> ast.Expr | None:
    """Return the statement whose value counts; None if there is none.

    Args:
        tree: The entry's source, parsed.
        source: The source. As in Pyodide, a semicolon at the end says that the value does not count.
    """
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or isinstance(last.value, ast.Constant):
        return None
    lines = (
        source.replace("\r\n", "\n").replace("\r", "\n").split("\n")[(last.end_lineno or 1) - 1 :]
    )
    lines[0] = (
        lines[0].encode("utf-8", "surrogatepass")[last.end_col_offset :].decode("utf-8", "replace")
    )
    is_quiet = any(";" in line.partition("#")[0] for line in lines)
    return None if is_quiet else last


def with_value(body: list[ast.stmt], valued: ast.Expr | None) -> list[ast.stmt]:
    """Return statements of which one keeps its value for `take_value`.

    Args:
        body: Some of the entry's statements.
        valued: What `valued_statement` has returned.
    """
    if valued is None or not body or body[-1] is not valued:
        return body
    target = ast.copy_location(ast.Name(_NAME, ast.Store()), valued)
    return [*body[:-1], ast.copy_location(ast.Assign([target], valued.value), valued)]


def take_value(namespace: dict[str, Any]) -> Any:
    """Return the value that was kept, and forget it; None if there is none.

    Args:
        namespace: The entry's.
    """
    return namespace.pop(_NAME, None)


def calls_coroutine(valued: ast.Expr, tree: ast.Module) -> bool:
    """Tell whether a statement calls a coroutine function of its own module.

    Args:
        valued: What `valued_statement` has returned.
    """
    call = valued.value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and any(isinstance(x, ast.AsyncFunctionDef) and x.name == call.func.id for x in tree.body)
    )
