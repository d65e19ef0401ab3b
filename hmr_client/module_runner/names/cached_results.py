"""What `functools` has cached in application modules: results that came from a value that changed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Iterator
from functools import cache
from types import FunctionType
from typing import Any

from ..analysis.code_names import code_names
from ..classes.instances import caches_in_instances, forget_cached
from ..effects.places import PLAIN
from ..inspection import is_a, own_attributes
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..objects.functions import layers
from ..transaction import Transaction
from .dirty_names import DirtyNames
from .keys import Key

_WRITES = frozenset(("globals", "vars", "__dict__", "setattr"))
_LRU_CACHE = type(cache(lambda: None))
_MAKE_CACHES = frozenset(("cache", "lru_cache"))
_LINK = "_lru_list_elem"  # in the dict of a bounded cache; what it links is listed, too
_OF_CACHE = (type, object, dict)  # its classes, and its mark for keyword arguments


class CachedResults:
    """Forgets cached results whose functions read a name with a new value.

    Args:
        dirty: Knows the names.
        transaction: Can undo it.
    """

    def __init__(
        self, graph: EvaluatedModules, dirty: DirtyNames, transaction: Transaction
    ) -> None:
        self._graph = graph
        self._dirty = dirty
        self._transaction = transaction
        self._seen = 0
        self._caches: list[tuple[type | None, str, Any]] | None = None
        self._caching: list[EvaluatedModule] = []

    def refresh(self) -> None:
        """Forget what came from names that became dirty since the last call."""
        if self._dirty.now == self._seen:
            return
        if self._caches is None:
            self._caches = list(self._find())
            self._caching = [x for x in self._graph if _caches_names(x)]
        since, self._seen = self._seen + 1, self._dirty.now
        for owner, name, cached in self._caches:
            if self._dirty.is_read_by_function(cached, since):
                if owner is not None and caches_in_instances(cached):
                    forget_cached(self._transaction, owner, name)
                else:
                    cached.cache_clear()
        for module in self._caching:
            if self._dirty.is_read_by_function(vars(module.module).get("__getattr__"), since):
                self._forget_names(module)

    def forget_plain_results_of(self, called: Collection[Key]) -> None:
        """Forget what functions have returned that call others whose bodies changed, if these are plain values.

        An object that a cache holds, as of `get_settings()`, is state: the program goes on with it.

        Args:
            called: The changed functions, as names that a call of them reads.
        """
        if not called:
            return
        for module in self._graph:
            # most modules have no cache, and their names are not looked at: that takes 10 µs for each
            if not module.mentions_caches or module.code is None:
                continue
            if _MAKE_CACHES.isdisjoint(code_names(module.code)):
                continue
            for _, _, cached in _find_in(module):
                if (
                    type(cached) is _LRU_CACHE
                    and _holds_plain_values(cached)
                    and self._dirty.may_call(cached, called)
                ):
                    cached.cache_clear()

    def _forget_names(self, module: EvaluatedModule) -> None:
        """Take away the names that the `__getattr__` of a module has bound, but no statement of it."""
        namespace = vars(module.module)
        own = () if module.code is None else module.code.co_names
        self._transaction.keep(namespace)
        for name in [x for x in namespace if x[:2] != "__" and x not in own]:
            if sys.modules.get(f"{module.name}.{name}") is not namespace[name]:
                del namespace[name]
                self._dirty.mark(module, name)

    def _find(self) -> Iterator[tuple[type | None, str, Any]]:
        for module in self._graph:
            yield from _find_in(module)


def _find_in(module: EvaluatedModule) -> Iterator[tuple[type | None, str, Any]]:
    for name, value in tuple(module.module.__dict__.items()):
        yield from ((None, name, x) for x in layers(value) if type(x) is _LRU_CACHE)
        if is_a(value, type) and value.__module__ == module.name:
            yield from _find_in_class(value)


def _holds_plain_values(cached: Any) -> bool:
    """Whether a cache holds nothing but values that can be made again: those of a bounded one are beside their keys."""
    of_function = own_attributes(cached), cached.__wrapped__
    parts = [x for x in gc.get_referents(cached) if not any(x is y for y in of_function)]
    results = [x for x in parts if type(x) is dict]
    keys = {id(key) for found in results for key in found}
    parts = [x for x in parts if id(x) not in keys and type(x) not in _OF_CACHE]
    parts += [x for found in results for x in found.values() if type(x).__name__ != _LINK]
    return all(map(_is_plain, parts))


def _is_plain(value: Any) -> bool:
    return type(value) in PLAIN or (
        type(value) in (tuple, frozenset) and all(map(_is_plain, value))
    )


def _caches_names(module: EvaluatedModule) -> bool:
    getter = vars(module.module).get("__getattr__")
    return type(getter) is FunctionType and not _WRITES.isdisjoint(code_names(getter.__code__))


def _find_in_class(cls: type) -> Iterator[tuple[type | None, str, Any]]:
    for name, value in tuple(vars(cls).items()):
        for layer in layers(value):
            if type(layer) is _LRU_CACHE or caches_in_instances(layer):
                yield cls, name, layer
        if is_a(value, type) and value.__qualname__.startswith(f"{cls.__qualname__}."):
            yield from _find_in_class(value)
