"""Registrations with libraries that nobody can see: a decorator that gives back its function, and leaves no trace.

    @event.listens_for(User, "before_insert")
    def stamp(mapper, connection, user): …

It has done something, or it would not be there. It can neither be undone nor be made a second time.
"""

from __future__ import annotations

import ast
from types import FunctionType, MethodType
from typing import Any

from ..analysis.statements import Kind, Statement
from ..inspection import is_a, is_standard
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..names.decorators import resolve


def registers_unseen(
    graph: EvaluatedModules, module: EvaluatedModule, statement: Statement
) -> bool:
    """Tell whether a statement that has put nothing anywhere has registered its function with a library.

    Args:
        module: Where it stands.
        statement: The one that has made what lives.
    """
    if statement.kind is not Kind.FUNCTION:
        return False
    name: str = statement.node.name  # type: ignore[attr-defined]
    made = vars(module.module).get(name)
    if type(made) is not FunctionType or made.__dict__ or made.__code__.co_qualname != name:
        return False  # it has another value, or a mark
    decorators: list[ast.expr] = statement.node.decorator_list  # type: ignore[attr-defined]
    called = (x.func for x in decorators if isinstance(x, ast.Call))
    found = [resolve(vars(module.module), x) for x in called]
    return any(_is_of_library(graph, x) for x in found)


def _is_of_library(graph: EvaluatedModules, item: Any) -> bool:
    while is_a(item, MethodType):
        item = item.__func__
    home = item.__module__ if is_a(item, FunctionType | type) else None
    return isinstance(home, str) and graph.by_name(home) is None and not is_standard(home)
