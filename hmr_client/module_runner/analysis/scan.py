"""What a statement binds, and what it reads at once."""

from __future__ import annotations

import ast
from typing import Any

Chain = tuple[str, ...]
"""A name and the attributes read from it: `app.m.CONST` is `("app", "m", "CONST")`."""
TYPE_ALIAS: Any = getattr(ast, "TypeAlias", ())
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def scan(node: ast.stmt, eager_annotations: bool) -> tuple[frozenset[str], frozenset[Chain]]:
    """Return what a statement binds and what it reads at once, not later in a function.

    Args:
        node: The statement.
        eager_annotations: Whether annotations are evaluated where they stand.
    """
    binds: set[str] = set()
    reads: set[Chain] = set()
    pending: list[tuple[Any, frozenset[str] | None]] = [
        (node, None)
    ]  # node, names bound in a scope
    while pending:
        item, scope = pending.pop()
        if item is None:
            continue
        if isinstance(item, list):
            pending.extend((x, scope) for x in item)
            continue
        called = _chain(item.func) if isinstance(item, ast.Call) else ()
        if called and called[0] not in (scope or ()):
            reads.add((*called, "()"))
        if isinstance(item, ast.Attribute):
            attributes: list[str] = []
            inner: Any = item
            while isinstance(inner, ast.Attribute):
                attributes.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                if scope is None or inner.id not in scope:
                    reads.add((inner.id, *reversed(attributes)))
            else:
                pending.append((inner, scope))
        elif isinstance(item, ast.Name):
            if isinstance(item.ctx, ast.Load):
                if scope is None or item.id not in scope:
                    reads.add((item.id,))
            elif scope is None:
                binds.add(item.id)
        elif isinstance(item, (*FUNCTIONS, ast.Lambda)):
            args = item.args
            if isinstance(item, FUNCTIONS):
                if scope is None:
                    binds.add(item.name)
                pending.append((item.decorator_list, scope))
                reads.update((*c, "()") for x in item.decorator_list if (c := _chain(x)))
                if eager_annotations:
                    pending.append((item.returns, scope))
                    every = (
                        *args.posonlyargs,
                        *args.args,
                        *args.kwonlyargs,
                        args.vararg,
                        args.kwarg,
                    )
                    pending.extend((x.annotation, scope) for x in every if x is not None)
            pending.extend(((args.defaults, scope), (args.kw_defaults, scope)))
        elif isinstance(item, ast.ClassDef):
            if scope is None:
                binds.add(item.name)
            pending.append(([*item.decorator_list, *item.bases, *item.keywords], scope))
            inner_names: set[str] = set(scope or ())
            for statement in item.body:  # in order: a name is read from outside until it is bound
                pending.append((statement, frozenset(inner_names)))
                inner_names |= scan(statement, eager_annotations)[0]
        elif isinstance(item, _COMPREHENSIONS):
            targets = {
                x.id for g in item.generators for x in ast.walk(g.target) if isinstance(x, ast.Name)
            }
            for walrus in ast.walk(item):
                if isinstance(walrus, ast.NamedExpr) and scope is None:
                    binds.add(walrus.target.id)
            pending.extend(
                (x, frozenset(targets) | (scope or frozenset())) for x in ast.iter_child_nodes(item)
            )
        elif isinstance(item, ast.Import | ast.ImportFrom):
            if scope is None:
                binds.update(
                    x.asname or (x.name if isinstance(item, ast.ImportFrom) else x.name.partition(".")[0])
                    for x in item.names if x.name != "*"
                )  # fmt: skip
        elif isinstance(item, ast.AnnAssign):
            pending.append((item.value, scope))
            if item.value is not None or not isinstance(item.target, ast.Name):
                pending.append((item.target, scope))
            if eager_annotations:
                pending.append((item.annotation, scope))
        elif isinstance(item, TYPE_ALIAS):
            pending.append((item.name, scope))
        else:
            if (
                isinstance(item, ast.AugAssign)
                and isinstance(item.target, ast.Name)
                and (scope is None or item.target.id not in scope)
            ):
                reads.add((item.target.id,))
            bound = getattr(item, "name", None)  # except … as name, case … as name
            if isinstance(bound, str) and scope is None:
                binds.add(bound)
            if isinstance(rest := getattr(item, "rest", None), str) and scope is None:
                binds.add(rest)  # case {**rest}
            pending.extend((x, scope) for x in ast.iter_child_nodes(item))
    return frozenset(binds), frozenset(reads)


def _chain(node: ast.AST) -> Chain:
    """Return `a.b.c` as a chain, nothing if it is no such thing."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()
