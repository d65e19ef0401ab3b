"""Whether a function's decorators may look at its parameters: then they have to see new ones.

@on                  def on(f): BUS.append(f); return f             is blind
@inject              def inject(f): hints = get_type_hints(f) …     looks
"""

from __future__ import annotations

import ast
import sys
from types import FunctionType, MethodType
from typing import Any

from ..analysis.code_names import code_names
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..transaction import MISSING
from .lookup import own_attributes

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
        pending.append(_resolve(module.module.__dict__, called))
    seen: set[int] = set()
    while pending:
        item = pending.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if item is MISSING or len(seen) > _MOST:
            return True
        if isinstance(item, MethodType | staticmethod | classmethod):
            pending.append(item.__func__)
        elif isinstance(item, FunctionType):
            namespace = item.__globals__
            if graph.by_globals(namespace) is None:
                if str(item.__module__).partition(".")[0] not in _BLIND:
                    return True
                continue
            names = code_names(item.__code__)
            if not names.isdisjoint(_LOOKS):
                return True
            called_too = (namespace.get(name) for name in names)
            pending += [x for x in called_too if isinstance(x, FunctionType | type)]
        elif isinstance(item, type):
            if graph.by_name(str(item.__module__)) is None:
                if item.__module__.partition(".")[0] not in _BLIND:
                    return True
                continue
            pending += [x for x in vars(item).values() if isinstance(x, FunctionType)]
        elif graph.by_name(str(type(item).__module__)) is not None:
            pending.append(type(item))
        elif type(item).__module__.partition(".")[0] not in (*_BLIND, *sys.builtin_module_names):
            return True
    return False


def _resolve(namespace: dict[str, Any], node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        builtins = sys.modules["builtins"]
        return namespace.get(node.id, getattr(builtins, node.id, MISSING))
    if not isinstance(node, ast.Attribute):
        return MISSING
    owner = _resolve(namespace, node.value)
    if isinstance(owner, type) or node.attr in own_attributes(owner):
        return getattr(owner, node.attr, MISSING)
    for cls in type(owner).__mro__ if owner is not MISSING else ():
        if node.attr in vars(cls):
            return vars(cls)[node.attr]
    return MISSING
