"""Whether a function's decorators may look at its parameters: then they have to see new ones.

@on                  def on(f): BUS.append(f); return f             is blind
@inject              def inject(f): hints = get_type_hints(f) …     looks
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from types import FunctionType, MethodType
from typing import Any

from ..analysis.code_names import code_names
from ..inspection import is_a, own_attributes
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..transaction import MISSING

_LOOKS = frozenset(
    (
        "__annotations__", "__code__", "__defaults__", "__doc__", "__kwdefaults__", "__signature__",
        "get_annotations", "get_type_hints", "getdoc", "getfullargspec", "inspect", "signature",
    )
)  # fmt: skip
_BLIND = ("abc", "asyncio", "atexit", "builtins", "contextlib", "functools", "types", "typing")
_MOST = 100


def may_look_at_parameters(
    graph: EvaluatedModules, module: EvaluatedModule, node: ast.stmt
) -> bool:
    """Tell whether a decorator of a function may look at its parameters, defaults or annotations.

    Args:
        module: Where the function is defined.
    """
    pending: list[Any] = []
    for decorator in getattr(node, "decorator_list", ()):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        pending.append(resolve(module.module.__dict__, called))
    seen: set[int] = set()
    while pending:
        item = pending.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        called = None if len(seen) > _MOST else _called_by(graph, item)
        if called is None:
            return True
        pending += called
    return False


def _called_by(graph: EvaluatedModules, item: Any) -> list[Any] | None:
    """Return what an object may call when it decorates; None where it may look itself."""
    if item is MISSING:
        return None
    if is_a(item, MethodType | staticmethod | classmethod):
        return [item.__func__]
    if is_a(item, FunctionType):
        namespace = item.__globals__
        if graph.by_globals(namespace) is None:
            return [] if _is_blind(item.__module__) else None
        names = code_names(item.__code__)
        if not names.isdisjoint(_LOOKS):
            return None
        found = (namespace.get(name) for name in names)
        return [x for x in found if is_a(x, FunctionType | type)]
    if is_a(item, type):
        if graph.by_name(str(item.__module__)) is None:
            return [] if _is_blind(item.__module__) else None
        return [x for x in vars(item).values() if is_a(x, FunctionType)]
    home = type(item).__module__
    if graph.by_name(str(home)) is not None:
        return [type(item)]
    return [] if _is_blind(home, sys.builtin_module_names) else None


def _is_blind(module: object, others: Sequence[str] = ()) -> bool:
    package = str(module).partition(".")[0]
    return package in _BLIND or package in others


def resolve(namespace: dict[str, Any], node: ast.expr) -> Any:
    """Return what a name with its attributes leads to, MISSING if that can't be told.

    Args:
        namespace: The module's.
    """
    if isinstance(node, ast.Name):
        builtins = sys.modules["builtins"]
        return namespace.get(node.id, getattr(builtins, node.id, MISSING))
    if not isinstance(node, ast.Attribute):
        return MISSING
    owner = resolve(namespace, node.value)
    if is_a(owner, type) or node.attr in own_attributes(owner):
        return getattr(owner, node.attr, MISSING)
    for cls in type(owner).__mro__ if owner is not MISSING else ():
        if node.attr in vars(cls):
            return vars(cls)[node.attr]
    return MISSING
