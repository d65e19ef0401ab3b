"""What `functools` has cached in application modules: results that came from a value that changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from ..module_graph import EvaluatedModules
from ..objects.functions import layers
from ..objects.instances import forget_cached
from ..transaction import Transaction
from .dirty_names import DirtyNames

_LRU_CACHE = type(cache(lambda: None))


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

    def refresh(self) -> None:
        """Forget what came from names that became dirty since the last call."""
        if self._dirty.now == self._seen:
            return
        if self._caches is None:
            self._caches = list(self._find())
        since, self._seen = self._seen + 1, self._dirty.now
        for owner, name, cached in self._caches:
            if self._dirty.is_read_by_function(cached, since):
                if owner is not None and isinstance(cached, cached_property):
                    forget_cached(self._transaction, owner, name)
                else:
                    cached.cache_clear()

    def _find(self) -> Iterator[tuple[type | None, str, Any]]:
        for module in self._graph:
            for name, value in tuple(module.module.__dict__.items()):
                yield from ((None, name, x) for x in layers(value) if type(x) is _LRU_CACHE)
                if isinstance(value, type) and value.__module__ == module.name:
                    yield from _find_in_class(value)


def _find_in_class(cls: type) -> Iterator[tuple[type | None, str, Any]]:
    for name, value in tuple(vars(cls).items()):
        for layer in layers(value):
            if isinstance(layer, cached_property) or type(layer) is _LRU_CACHE:
                yield cls, name, layer
        if isinstance(value, type) and value.__qualname__.startswith(f"{cls.__qualname__}."):
            yield from _find_in_class(value)
