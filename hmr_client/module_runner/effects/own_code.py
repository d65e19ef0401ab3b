"""What a statement makes and what already runs with it: methods that a base calls, a function that its decorator calls.

    class Plugin:                                      class Lamp(Plugin):
        def __init_subclass__(cls): cls.register()         def register(): LAMPS.append("lamp")

`register` is not there before the statement, but its code is, and so are the names in it. Only methods that what is called
names count, and only functions of decorators that call what they get. To follow the code of each statement was not tried:
a handler leads to most of a program, and nothing runs it when it is registered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ..analysis.scan import Scan
from ..inspection import is_a
from ..module_graph import EvaluatedModule, EvaluatedModules
from .code_reach import code_reach

_CO_OPTIMIZED = 0x1
_RUN_BY_PYTHON = frozenset(
    ("__init_subclass__", "__set_name__", "__prepare__", "__new__", "__init__", "__post_init__", "__call__", "__get__")
)  # fmt: skip
_MOST = 100  # functions that are looked at for one statement
_WRAPPERS = (staticmethod, classmethod)


def own_code(
    graph: EvaluatedModules, module: EvaluatedModule, scan: Scan, used: Iterable[Any]
) -> list[CodeType]:
    """Return the code of the functions that a statement makes and may run.

    Args:
        module: Where it stands.
        scan: What it does.
        used: What it calls, derives from and passes on.
    """
    if module.code is None or not scan.binds:
        return []
    # go() and @register within a class body: functions of that body
    calls_own = scan.calls_unknown and not scan.calls_only_results
    called = _Called(graph, of_results=scan.calls_unknown)
    called.follow(used)
    if not (calls_own or called.given or called.names):
        return []
    found = [x for x in _inner(module.code) if x.co_name in scan.binds]
    methods = [y for x in found if not x.co_flags & _CO_OPTIMIZED for y in _methods(x)]
    names = called.names | _RUN_BY_PYTHON if called.given else called.names
    own = methods if calls_own else []
    own += [x for x in found if called.given and x.co_flags & _CO_OPTIMIZED]
    left = [x for x in methods if x not in own]
    while more := [x for x in left if x.co_name in names]:
        own += more
        left = [x for x in left if x.co_name not in names]
        names = names.union(*(code_reach(x).names for x in more))
    return own


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (x for x in code.co_consts if type(x) is CodeType)


def _methods(body: CodeType) -> Iterator[CodeType]:
    """Yield the functions of a class body, and of the classes in it."""
    for code in _inner(body):
        if code.co_flags & _CO_OPTIMIZED:
            yield code
        else:
            yield from _methods(code)


class _Called:
    """Follows calls by the names in their code, as far as they may get what the statement makes.

    Attributes:
        names: The names in what is called.
        given: Whether something calls what it gets.
    """

    def __init__(self, graph: EvaluatedModules, *, of_results: bool) -> None:
        self.names: set[str] = set()
        self.given = False
        self._graph = graph
        self._of_results = of_results
        self._seen: set[int] = set()
        self._owners: list[type] = []

    def follow(self, used: Iterable[Any]) -> None:
        """Follow what a statement calls, and what that calls."""
        pending = list(used)
        while pending and len(self._seen) < _MOST:
            item = pending.pop()
            if id(item) in self._seen:
                continue
            self._seen.add(id(item))
            if is_a(item, MethodType):
                self._own(type(item.__self__), pending)
                item = item.__func__
            elif is_a(item, _WRAPPERS):
                item = item.__func__
            if type(item) is FunctionType:
                self._enter(item, pending)
            elif is_a(item, type):
                self._own(item, pending)
                self._own(type(item), pending)
            elif not is_a(item, ModuleType):
                self._own(type(item), pending)

    def _enter(self, function: FunctionType, pending: list[Any]) -> None:
        if self._graph.by_globals(function.__globals__) is None:
            return
        does = code_reach(function.__code__)
        self.given |= does.calls_given or (self._of_results and does.result_calls_given)
        new = does.names - self.names
        self.names |= new
        pending += [function.__globals__[x] for x in new if x in function.__globals__]
        pending += [y for x in self._owners for y in _attributes(x, new)]

    def _own(self, cls: type, pending: list[Any]) -> None:
        """Look for what is called in a class, too."""
        for base in cls.__mro__:
            if base not in self._owners and self._graph.by_name(
                str(base.__dict__.get("__module__"))
            ):
                self._owners.append(base)
                pending += _attributes(base, self.names | _RUN_BY_PYTHON)


def _attributes(cls: type, names: Collection[str]) -> list[Any]:
    return [
        x
        for name, x in vars(cls).items()
        if name in names and type(x) in (FunctionType, *_WRAPPERS)
    ]
