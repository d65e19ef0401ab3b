"""Classes that the source does not have any more: their bases list them as long as they live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..analysis.code_names import code_names
from ..analysis.outline import Outline
from ..classes.instances import instances
from ..classes.retired import Retired
from ..inspection import is_a
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..transaction import Transaction
from .escalation import Escalation


def retire_removed(
    graph: EvaluatedModules,
    transaction: Transaction,
    module: EvaluatedModule,
    values: Iterable[Any],
) -> None:
    """Let `__subclasses__()` not return classes that have been removed, if the program calls it.

    Args:
        module: Where they were.
        values: What its removed names were bound to.

    Raises:
        Escalation: If a class has instances or subclasses, which keep using it.
    """
    own = (x for x in values if is_a(x, type) and x.__module__ == module.module.__name__)
    for cls in own:
        if not any(graph.by_name(x.__module__) for x in cls.__bases__) or not _may_be_listed(graph):
            continue
        reason = f"class {cls.__name__} was removed, and may still be found as a subclass"
        if instances(cls) or type.__subclasses__(cls):
            raise Escalation(module, reason)
        try:
            transaction.set(cls, "__bases__", (Retired,))
        except TypeError:
            raise Escalation(module, reason) from None


def check_order(
    graph: EvaluatedModules, module: EvaluatedModule, outline: Outline, cls: type
) -> None:
    """Check that a class which its bases have just got stands where a fresh start would have put it.

    Args:
        module: Where it was made.
        outline: The module's source.

    Raises:
        Escalation: If a subclass that a fresh start may make later stands before it, and the program looks.
    """
    others: list[type] = []
    for base in cls.__bases__:
        if graph.by_name(base.__module__) is not None:
            others += type.__subclasses__(base)
    others = [x for x in others if x is not cls]
    if not others or not _may_be_listed(graph):
        return
    imported = _imported_by(module)
    place = _place(outline, cls)
    for other in others:
        owner = graph.by_name(other.__module__)
        is_earlier = _place(outline, other) < place if owner is module else owner in imported
        if not is_earlier:
            reason = f"class {cls.__name__} would be listed after {other.__name__} as a subclass"
            raise Escalation(module, reason)


def _place(outline: Outline, cls: type) -> int:
    binder = outline.last_binder(cls.__qualname__.partition(".")[0])
    return -1 if binder is None else outline.statements.index(binder)


def _imported_by(module: EvaluatedModule) -> set[EvaluatedModule]:
    found: set[EvaluatedModule] = set()
    pending = [module]
    while pending:
        new = [x for x in pending.pop().imports if x not in found]
        found.update(new)
        pending += new
    return found


def _may_be_listed(graph: EvaluatedModules) -> bool:
    codes = (x.code for x in graph if x.code is not None)
    return any("__subclasses__" in code_names(x) for x in codes)
