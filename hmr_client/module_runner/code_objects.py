"""The code objects of two versions of a module, and the live functions that hold the old ones.

How the functions are found, cheapest first. The reference count of a code object says how many
functions and frames hold it, so it is known when all are found:

1. the module's namespace is walked: functions, classes, wrappers and what they lead to;
2. functions that had to be searched for once are remembered (weakly);
3. what is still missing (a function that only a listener or a data structure holds) is found by one
   scan of the heap for objects that refer to the module's namespace, as every function of it does.

What remains then is frames: coroutines and generators, which keep their old code until they end.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .evaluated_modules import EvaluatedModule
    from .transaction import Transaction

_CO_OPTIMIZED, _CO_NEWLOCALS = 0x1, 0x2
_CO_SUSPENDS = 0x20 | 0x80 | 0x200  # generator, coroutine, async generator
_CO_HAS_DOCSTRING = 0x4000000
_TRANSIENT = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>")
_STEPS = 4000  # of the walk; whoever is not found by then is scanned for
_LARGEST = 500  # containers beyond this size hold data, not functions


class Pair:
    """A code object and its successor.

    Attributes:
        old: The code that live functions hold.
        new: The code that they shall hold.
        is_direct: Whether it is a function of the module or of a class, not one in a function.
    """

    __slots__ = ("is_direct", "new", "old")

    def __init__(self, old: CodeType, new: CodeType, is_direct: bool) -> None:
        self.old = old
        self.new = new
        self.is_direct = is_direct

    @property
    def fits(self) -> bool:
        """Whether the new code can be put into a function that has the old one."""
        return bool(self.old.co_freevars == self.new.co_freevars)

    @property
    def is_changed(self) -> bool:
        """Whether more than line numbers differ, in the function itself or in one within it."""
        return _differ(self.old, self.new)


def pair_codes(old: CodeType, new: CodeType) -> list[Pair]:
    """Match every code object below one version with its successor below the other.

    Args:
        old: The old module's code.
        new: The new module's code.
    """
    pairs: list[Pair] = []
    pending = [(old, new, True)]
    while pending:
        before, after, is_direct = pending.pop()
        groups: dict[str, tuple[list[CodeType], list[CodeType]]] = {}
        for side, code in enumerate((before, after)):
            for constant in code.co_consts:
                if isinstance(constant, CodeType):
                    groups.setdefault(constant.co_name, ([], []))[side].append(constant)
        for olds, news in groups.values():
            for inner_old, inner_new in _match(olds, news):
                pairs.append(Pair(inner_old, inner_new, is_direct))
                inner_direct = is_direct and not inner_old.co_flags & _CO_OPTIMIZED
                pending.append((inner_old, inner_new, inner_direct))
    return pairs


def _match(olds: list[CodeType], news: list[CodeType]) -> Iterator[tuple[CodeType, CodeType]]:
    """Pair code objects of one name: the only ones, equal ones, then the rest if it is clear."""
    if len(olds) == len(news) == 1:
        yield olds[0], news[0]
        return
    olds.sort(key=_position)
    news.sort(key=_position)
    if len(olds) == len(news):
        in_place = [i for i, code in enumerate(olds) if _shape(code) == _shape(news[i])]
        yield from [(olds[i], news[i]) for i in in_place]
        olds = [code for i, code in enumerate(olds) if i not in in_place]
        news = [code for i, code in enumerate(news) if i not in in_place]
    rest: list[CodeType] = []
    shapes: dict[Any, list[CodeType]] = {}
    for code in news:
        shapes.setdefault(_shape(code), []).append(code)
    for code in olds:
        if same := shapes.get(_shape(code)):
            yield code, same.pop(0)
        else:
            rest.append(code)
    left = sorted((code for same in shapes.values() for code in same), key=_position)
    if len(rest) == len(left):
        yield from zip(rest, left, strict=True)


def _position(code: CodeType) -> Any:
    return code.co_firstlineno, min(code.co_positions(), default=(0, 0, 0, 0), key=_column)


def _column(position: tuple[Any, ...]) -> Any:
    return tuple(-1 if x is None else x for x in position)


def _differ(old: CodeType, new: CodeType) -> bool:
    if old.co_code != new.co_code or _signature(old) != _signature(new):
        return True
    if len(old.co_consts) != len(new.co_consts):
        return True
    for a, b in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(a, CodeType) and isinstance(b, CodeType):
            if _differ(a, b):
                return True
        elif a is not b and (type(a) is not type(b) or repr(a) != repr(b)):
            return True
    return False


def _shape(code: CodeType) -> Any:
    """What a code object does, wherever it stands."""
    constants = tuple(
        _shape(x) if isinstance(x, CodeType) else (type(x), repr(x)) for x in code.co_consts
    )
    return code.co_name, code.co_code, constants, *_signature(code)


def _signature(code: CodeType) -> Any:
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    return names, counts, code.co_exceptiontable


class Holders:
    """The live functions that hold the old code of a module.

    Attributes:
        by_code: The functions by the id of their old code.
        running: How many coroutines and generators go on with code that has changed.
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
    missing: dict[int, int] = {}
    changed: dict[int, bool] = {}
    for pair in pairs:
        if not pair.old.co_flags & _CO_OPTIMIZED or pair.old.co_name in _TRANSIENT:
            continue  # a class body or a comprehension: no function lives on that holds it
        # the new code object is referred to in the same way, but no function holds it
        if (count := sys.getrefcount(pair.old) - sys.getrefcount(pair.new)) > 0:
            missing[id(pair.old)] = count
    if not missing:
        return found
    namespace = module.module.__dict__
    total = sum(missing.values())

    def take(function: FunctionType) -> None:
        nonlocal total
        key = id(function.__code__)
        if key in missing:
            same = found.by_code.setdefault(key, [])
            if not any(x is function for x in same):
                same.append(function)
                missing[key] -= 1
                total -= 1

    strays = list(module.stray_functions)
    for function in _walk(module, namespace):
        take(function)
        if total <= 0:
            return found
    for function in strays:
        take(function)
    if total <= 0:
        return found
    functions = [x for x in gc.get_referrers(namespace) if type(x) is FunctionType]
    seen = {id(x) for same in found.by_code.values() for x in same}
    for function in functions:
        if id(function) not in seen:
            same = found.by_code.setdefault(id(function.__code__), [])
            if id(function.__code__) in missing:
                same.append(function)
                missing[id(function.__code__)] -= 1
                module.stray_functions.add(function)
    for pair in pairs:
        if missing.get(id(pair.old), 0) > 0 and pair.is_changed:
            changed[id(pair.old)] = True
            found.running += _count_running(pair.old)
    return found


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
        transaction: Can take it back.
        pairs: The code objects.
        holders: The functions.
    """
    for pair in pairs:
        if pair.fits:
            for function in holders.of(pair.old):
                put_code(transaction, function, pair.new)


def put_code(transaction: Transaction, function: FunctionType, code: CodeType) -> None:
    """Give a function other code, and the docstring that belongs to it.

    Args:
        transaction: Can take it back.
        function: The function.
        code: Its new code, with the same free variables.
    """
    old = function.__code__
    if old is code:
        return
    if (old.co_flags ^ code.co_flags) & _CO_SUSPENDS:
        with warnings.catch_warnings():  # 3.13 warns when a function becomes a generator
            warnings.simplefilter("ignore")
            transaction.set(function, "__code__", code)
    else:
        transaction.set(function, "__code__", code)
    before, after = docstring(old), docstring(code)
    if before != after and function.__doc__ == before:
        transaction.set(function, "__doc__", after)


def docstring(code: CodeType) -> str | None:
    """Return the docstring that a function of this code is born with.

    Args:
        code: The code.
    """
    if sys.version_info >= (3, 14) and not code.co_flags & _CO_HAS_DOCSTRING:
        return None
    first = code.co_consts[0] if code.co_consts else None
    return first if isinstance(first, str) else None


def forward(transaction: Transaction, old: FunctionType, new: Any) -> bool:
    """Make an old function call a new object, where it can't get its code.

    Held references to the old function then reach the new one, whatever its free variables.

    Args:
        transaction: Can take it back.
        old: The function that is held somewhere.
        new: What it shall call.

    Returns:
        Whether it could be done.
    """
    names = old.__code__.co_freevars
    if not all(name.isidentifier() for name in names):
        return False
    lines = [
        f"def outer({', '.join(names)}):",
        " def forward(*args, **kwargs):",
        "  target = 'hmr_client: target'",
        "  return target(*args, **kwargs)",
        *(f"  {name}" for name in names),
    ]
    module = compile("\n".join(lines), old.__code__.co_filename, "exec", dont_inherit=True)
    outer = next(x for x in module.co_consts if isinstance(x, CodeType))
    code = next(x for x in outer.co_consts if isinstance(x, CodeType))
    constants = tuple(new if x == "hmr_client: target" else x for x in code.co_consts)
    put_code(transaction, old, code.replace(co_consts=constants, co_name=old.__name__))
    transaction.set(old, "__defaults__", None)
    transaction.set(old, "__kwdefaults__", None)
    return True
