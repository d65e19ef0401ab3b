"""The live functions that hold the old code of a module.

How they are found, cheapest first. The reference count of a code object says how many functions and
frames hold it, so it is known when all are found:

1. the module's namespace is walked: functions, classes, wrappers and what they lead to;
2. functions that had to be searched for once are remembered (weakly);
3. what is still missing (a function that only a listener or a data structure holds) is found by one
   scan of the heap for objects that refer to the module's namespace, as every function of it does.

What remains then is frames: coroutines and generators, which keep their old code until they end.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from ..analysis.code_objects import Pair
from .functions import put_code

if TYPE_CHECKING:
    from ..module_graph import EvaluatedModule
    from ..transaction import Transaction

_CO_OPTIMIZED = 0x1
_CO_SUSPENDS = 0x20 | 0x80 | 0x200  # generator, coroutine, async generator
_TRANSIENT = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>")
_STEPS = 4000  # of the walk; a holder that is not found by then is scanned for
_LARGEST = 500  # containers beyond this size hold data, not functions


class Holders:
    """The live functions that hold the old code of a module.

    Attributes:
        by_code: The functions by the id of their old code.
        running: How many coroutines and generators still run replaced code.
    """

    def __init__(self) -> None:
        self.by_code: dict[int, list[FunctionType]] = {}
        self.running = 0

    def of(self, code: CodeType) -> list[FunctionType]:
        """Return the functions that hold a code object.

        Args:
            code: The old code.
        """
        return self.by_code.get(id(code), [])


def find_holders(module: EvaluatedModule, pairs: list[Pair]) -> Holders:
    """Find every live function that holds one of the old code objects.

    Args:
        module: The module whose code it is.
        pairs: The code objects; only freshly compiled new ones, which nothing else holds yet.
    """
    found = Holders()
    missing = _counts(pairs)
    if not missing:
        return found
    search = _Search(found, missing)
    strays = list(module.stray_functions)
    for functions in (_walk(module, module.module.__dict__), strays):
        if search.finds_all(functions):
            return found
    for function in gc.get_referrers(module.module.__dict__):
        if type(function) is FunctionType and search.takes(function):
            module.stray_functions.add(function)
    for pair in pairs:
        if missing.get(id(pair.old), 0) > 0 and pair.is_changed:
            found.running += _count_running(pair.old)
    return found


def _counts(pairs: list[Pair]) -> dict[int, int]:
    """Return how many functions and frames hold the old code objects, by their ids."""
    counts: dict[int, int] = {}
    for pair in pairs:
        if not pair.old.co_flags & _CO_OPTIMIZED or pair.old.co_name in _TRANSIENT:
            continue  # a class body or a comprehension: no function lives on that holds it
        # the new code object is referred to in the same way, but no function holds it
        if (count := sys.getrefcount(pair.old) - sys.getrefcount(pair.new)) > 0:
            counts[id(pair.old)] = count
    return counts


class _Search:
    """Notes the functions that hold what is looked for, until all are found."""

    def __init__(self, found: Holders, missing: dict[int, int]) -> None:
        self._by_code = found.by_code
        self._missing = missing
        self._left = sum(missing.values())

    def finds_all(self, functions: Iterable[FunctionType]) -> bool:
        """Look at functions; return whether nothing is missing any more."""
        for function in functions:
            self.takes(function)
            if self._left <= 0:
                return True
        return self._left <= 0

    def takes(self, function: FunctionType) -> bool:
        """Note a function; return whether it holds what is looked for, and was not known."""
        key = id(function.__code__)
        if key not in self._missing:
            return False
        same = self._by_code.setdefault(key, [])
        if any(x is function for x in same):
            return False
        same.append(function)
        self._missing[key] -= 1
        self._left -= 1
        return True


def find_holders_of(module: EvaluatedModule, whole: CodeType, index: int) -> list[FunctionType]:
    """Find every live function that holds a code object which stays as it is.

    Args:
        module: The module whose code it is.
        whole: The module's code.
        index: Which of its constants; not the code itself: references are counted.
    """
    old = (whole.co_consts[index].replace(),)
    new = (old[0],)  # as the code itself is a constant of both versions of the module
    pair = Pair(whole.co_consts[index], new[0], is_direct=True)
    return find_holders(module, [pair]).of(pair.old)


def _count_running(code: CodeType) -> int:
    """Count suspended coroutines and generators of a code object, and frames on the stack."""
    if not code.co_flags & _CO_SUSPENDS:
        return 0
    return sum(
        any(getattr(x, name, None) is code for name in ("cr_code", "gi_code", "ag_code"))
        for x in gc.get_referrers(code)
    )


def _walk(module: EvaluatedModule, namespace: dict[str, Any]) -> Iterator[FunctionType]:
    """Yield the functions of a module that its namespace leads to, near ones first."""
    seen = {id(namespace)}
    pending: list[Any] = list(namespace.values())
    name = module.module.__name__
    for step, item in enumerate(pending):  # grows while it is walked
        if step > _STEPS:
            return
        kind = type(item)
        if kind in _LEAVES or id(item) in seen:
            continue
        seen.add(id(item))
        if kind is FunctionType:
            if item.__globals__ is namespace:
                yield item
            pending.extend(item.__closure__ or ())
            pending.extend(item.__defaults__ or ())
            pending.extend((item.__kwdefaults__ or {}).values())
            pending.extend(item.__dict__.values())
            if (annotate := getattr(item, "__annotate__", None)) is not None:
                pending.append(annotate)
        elif isinstance(item, type):
            if item.__module__ == name:
                pending.extend(vars(item).values())
        elif kind is dict:
            if len(item) <= _LARGEST and "__builtins__" not in item:
                pending.extend(item.values())
        elif (kind in _SEQUENCES and len(item) <= _LARGEST) or kind not in _SEQUENCES:
            pending.extend(gc.get_referents(item))


_SEQUENCES = (list, tuple, set, frozenset)
_LEAVES = frozenset((str, int, float, bool, bytes, type(None), ModuleType, CodeType, complex))


def swap(transaction: Transaction, pairs: list[Pair], holders: Holders) -> None:
    """Put the new code into every function that holds the old one, where it fits.

    Args:
        transaction: Rolls it back on failure.
        pairs: The code objects.
    """
    for pair in pairs:
        if pair.fits:
            for function in holders.of(pair.old):
                put_code(transaction, function, pair.new)
