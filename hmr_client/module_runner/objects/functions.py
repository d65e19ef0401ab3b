"""Functions keep their identity: an old one gets a new one's code, or calls it."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial, partialmethod
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..inspection import is_a, namespace_of, own_attributes
from ..transaction import MISSING, Transaction

SIGNATURE = "<signature>"
"""As the last part of a name: what a function's parameters and annotations are."""
_ADDRESS = re.compile(" at 0x[0-9a-fA-F]+")
_CO_SUSPENDS = 0x20 | 0x80 | 0x200  # generator, coroutine, async generator
_CO_HAS_DOCSTRING = 0x4000000
_MOST_WRAPPERS = 20


def adopt(transaction: Transaction, old: FunctionType, new: FunctionType) -> bool:
    """Let an old function be a new one.

    Args:
        transaction: Rolls it back on failure.
        old: The function that is held somewhere.
        new: The function that the new code has made.

    Returns:
        False if the free variables do not match: the old one then calls the new one, and the
        name has to be rebound.
    """
    if old is new:
        return True
    if old.__code__.co_freevars != new.__code__.co_freevars:
        forward(transaction, old, new)
        return False
    put_code(transaction, old, new.__code__)
    for name in ("__defaults__", "__kwdefaults__", "__doc__", "__name__", "__qualname__"):
        if getattr(old, name) is not getattr(new, name):
            transaction.set(old, name, getattr(new, name))
    if sys.version_info >= (3, 14) and new.__annotate__ is not None:
        transaction.set(old, "__annotate__", new.__annotate__)
    elif new.__annotations__ or old.__annotations__:
        transaction.set(old, "__annotations__", new.__annotations__)
    if sys.version_info >= (3, 12) and new.__type_params__:
        transaction.set(old, "__type_params__", new.__type_params__)
    if old.__dict__.get("__isabstractmethod__") and not new.__dict__.get("__isabstractmethod__"):
        transaction.keep(old.__dict__)
        del old.__dict__["__isabstractmethod__"]
    if new.__dict__:
        transaction.keep(old.__dict__)
        wrapped = old.__dict__.get("__wrapped__")
        old.__dict__.update(new.__dict__)
        inner = new.__dict__.get("__wrapped__")
        if (
            type(wrapped) is FunctionType
            and type(inner) is FunctionType
            and wrapped.__qualname__ == inner.__qualname__
            and adopt(transaction, wrapped, inner)
        ):
            old.__dict__["__wrapped__"] = wrapped
    for mine, its in zip(old.__closure__ or (), new.__closure__ or (), strict=True):
        _adopt_cell(transaction, mine, its)
    return True


def marks_of(function: FunctionType, names: Iterable[str]) -> str:
    """Return what decorators have noted in a function, comparable.

    Args:
        names: Attributes of it, which it need not have.
    """
    marks = function.__dict__
    found = [(x, marks[x], own_attributes(marks[x])) for x in sorted(names) if x in marks]
    return _ADDRESS.sub("", repr(found))


def remove_marks(transaction: Transaction, function: FunctionType, names: Iterable[str]) -> None:
    """Remove what decorators that are not there any more had noted in a function.

    Args:
        names: Attributes of it, which it need not have.
    """
    transaction.keep(function.__dict__)
    for name in names:
        function.__dict__.pop(name, None)


def keep_filled(old: FunctionType, new: FunctionType) -> None:
    """Hand containers that an old closure has filled to a new one whose own are empty.

    Args:
        old: The function that is held somewhere: what the decorator of a class returned, say.
        new: The function that the new code has made.
    """
    if old.__code__.co_freevars != new.__code__.co_freevars:
        return
    for mine, its in zip(old.__closure__ or (), new.__closure__ or (), strict=True):
        before, after = contents(mine), contents(its)
        if type(before) is type(after) and type(after) in (dict, list, set) and not after:
            its.cell_contents = before


def _adopt_cell(transaction: Transaction, old: Any, new: Any) -> None:
    if old is new:
        return
    try:
        value = new.cell_contents
    except ValueError:
        return
    try:
        before = old.cell_contents
    except ValueError:
        before = MISSING
    if before is value or (
        is_a(value, type) and is_a(before, type) and is_version_of(before, value)
    ):
        return  # `__class__`: the old class is the one that lives
    if (
        type(before) is FunctionType
        and type(value) is FunctionType
        and before.__qualname__ == value.__qualname__
        and adopt(transaction, before, value)
    ):
        return
    transaction.set_cell(old, value)


def put_code(transaction: Transaction, function: FunctionType, code: CodeType) -> None:
    """Give a function other code, and the docstring that belongs to it.

    Args:
        transaction: Rolls it back on failure.
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


_PLAIN = (str, int, float, bool, bytes, complex)
_LEAVES = frozenset((str, int, float, bool, bytes, type(None), tuple, dict, list, set, ModuleType))


def layers(item: Any) -> Iterator[Any]:
    """Yield an attribute of a module or class, and what it wraps: a function below its decorators.

    Args:
        item: A function, property, class method, cache …
    """
    for _ in range(_MOST_WRAPPERS):
        yield item
        item = _inner(item)
        if item is None:
            return


def _inner(item: Any) -> Any:
    if type(item) is FunctionType:  # most are
        return item.__dict__.get("__wrapped__")
    if type(item) in _LEAVES:
        return None
    # no attribute of any other object: what it has for `__getattr__` may make one
    if is_a(item, staticmethod | classmethod):
        return item.__func__
    if is_a(item, property):
        return item.fget
    if is_a(item, cached_property | partial | partialmethod):
        return item.func
    return own_attribute(item, "__wrapped__")


def own_attribute(item: Any, name: str) -> Any:
    """Return what an object or its class has by a name, past `__getattr__`; None if there is none.

    Args:
        item: Any object.
        name: The attribute.
    """
    owners = (namespace_of(item) or {}, *(vars(cls) for cls in type(item).__mro__))
    return next((x[name] for x in owners if name in x), None)


def docstring(code: CodeType) -> str | None:
    """Return the docstring that a function of this code is born with."""
    if sys.version_info >= (3, 14) and not code.co_flags & _CO_HAS_DOCSTRING:
        return None
    first = code.co_consts[0] if code.co_consts else None
    return first if isinstance(first, str) else None


def forward(transaction: Transaction, old: FunctionType, new: Any) -> bool:
    """Make an old function call a new object, where it can't get its code.

    Held references to the old function then reach the new one, whatever its free variables.

    Args:
        transaction: Rolls it back on failure.
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
    transaction.set(old, "__doc__", new.__doc__)
    return True


def carry_over(transaction: Transaction, old: Any, new: Any) -> None:
    """Let a new closure continue with the state of the old one.

    Its free variables differ, so the old one can't get the new code; nothing that it was made from
    has changed but the body of its maker.

    Args:
        old: The closure that the maker has made before.
        new: The one that it has made now.
    """
    if old is new or type(old) is not FunctionType or type(new) is not FunctionType:
        return
    if old.__code__.co_qualname != new.__code__.co_qualname:
        return
    before = dict(zip(old.__code__.co_freevars, old.__closure__ or (), strict=True))
    for name, cell in zip(new.__code__.co_freevars, new.__closure__ or (), strict=True):
        value = contents(before[name]) if name in before else None
        if value is not None and not callable(value):
            cell.cell_contents = value
    forward(transaction, old, new)


def contents(cell: Any) -> Any:
    """Return what a closure's cell holds, None if it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def closed_over(function: FunctionType, depth: int = 3) -> list[Any]:
    """Return the plain values that a function and those which it wraps have got from their makers.

    Args:
        depth: How many functions below each other are looked at.
    """
    found: list[Any] = []
    for value in map(contents, function.__closure__ or ()):
        if type(value) is FunctionType and depth:
            found.append(closed_over(value, depth - 1))
        elif type(value) in _PLAIN:
            found.append(value)
    return found


def function_in(item: Any, name: str, namespace: Mapping[str, Any]) -> FunctionType | None:
    """Dig the function that a decorated definition has made out of what wraps it.

    Args:
        item: What the definition's name is bound to.
        namespace: The module's.
    """
    for _ in range(20):
        if type(item) is FunctionType and item.__code__.co_qualname == name:
            return item if item.__globals__ is namespace else None
        inner = getattr(item, "__wrapped__", None) or getattr(item, "func", None)
        if inner is None:
            cells = getattr(item, "__closure__", None) or ()
            functions = [contents(x) for x in cells]
            inner = next(
                (x for x in functions if type(x) is FunctionType and x.__qualname__ == name), None
            )
        item = inner
    return None


def same_function(old: Any, new: Any) -> bool:
    """Tell whether two functions do the same, as far as their code and defaults say.

    Args:
        old: The old function, or anything else.
        new: The new one.
    """
    if type(old) is not FunctionType or type(new) is not FunctionType:
        return False
    a, b = old.__code__, new.__code__
    return (a.co_code, a.co_names, repr(a.co_consts), old.__defaults__) == (
        b.co_code, b.co_names, repr(b.co_consts), new.__defaults__,
    )  # fmt: skip


def have_other_parameters(old: FunctionType, new: FunctionType) -> bool:
    """Tell whether the names or annotations of two functions' parameters differ.

    Args:
        old: The old function.
        new: The new one.
    """
    a, b = old.__code__, new.__code__
    if a.co_varnames[: a.co_argcount] != b.co_varnames[: b.co_argcount]:
        return True
    if getattr(new, "__annotate__", None) is not None:
        return False  # evaluated late: that they are others is seen by their code
    return repr(old.__annotations__) != repr(new.__annotations__)


def is_version_of(old: type, new: type) -> bool:
    """Tell whether two classes are versions of one."""
    return old.__module__ == new.__module__ and old.__qualname__ == new.__qualname__


def is_new_version(old: type, new: Any) -> bool:
    """Tell whether something is another version of a class.

    Args:
        new: Anything.
    """
    return is_a(new, type) and new is not old and is_version_of(old, new)
