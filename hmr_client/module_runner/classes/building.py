"""Class statements that run again bring their bodies into the classes that live: no second class is made.

    class A(Base):          Base and the decorators are evaluated, the body runs in a namespace of
        n = 2               its own, and what it has bound enters the live class A

`__build_class__`, which every class statement calls, is replaced while the statement of an update
runs. So `__init_subclass__` and decorators get the class that lives, and nothing gets hold of
another one. A class whose metaclass makes classes in a way of its own is made a second time, as
ever, and merged afterwards (see `classes`).
"""

from __future__ import annotations

import builtins
import dis
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from ..analysis.class_change import ClassChange
from ..analysis.code_names import code_names
from ..inspection import is_a
from ..transaction import Transaction
from .members import ClassReport, LiveClass, layout_of, make_as_type_does
from .merging import merge_class
from .refusal import CannotKeepClass
from .registries import Registries

ChangeOf = Callable[[str, CodeType, "Shape"], tuple[ClassChange, CodeType]]
"""Compares the versions of a class: its qualified name, the code of its new body, and the class that
lives. Returns what has to be done, and the code that does it."""

_QUIET = frozenset(("dataclass", "final", "runtime_checkable", "total_ordering"))


class Shape:
    """A live class, and what besides its body makes attributes of it.

    Attributes:
        cls: The class.
        decorators: The names of its decorators.
        is_told: Whether a class above it has an `__init_subclass__`.
    """

    def __init__(self, cls: type, decorators: Collection[str]) -> None:
        self.cls = cls
        self.decorators = decorators
        self._tellers = [x for x in cls.__mro__[1:-1] if "__init_subclass__" in vars(x)]

    @property
    def makers(self) -> list[FunctionType]:
        """The functions that make attributes when the class is made: they get the class."""
        told = [getattr(type(x), "__set_name__", None) for x in vars(self.cls).values()]
        told += [getattr(vars(x)["__init_subclass__"], "__func__", None) for x in self._tellers]
        return [x for x in told if type(x) is FunctionType and _uses_class(x)]

    @property
    def is_shaped(self) -> bool:
        """Whether something may make attributes of the class besides its body."""
        return bool(self.decorators or self._tellers)

    @property
    def may_register(self) -> bool:
        """Whether something may put the class into a list."""
        return (
            not _QUIET.issuperset(self.decorators)
            or any(x.__module__ != "typing" for x in self._tellers)
            or type(self.cls).__module__ not in ("abc", "builtins", "enum", "typing")
        )


class ClassBuilding:
    """One run of a statement in which live classes get the bodies of its class statements.

    Args:
        transaction: Can undo it.
        namespace: The module's.
        live: The classes that live, by the names that the statement's class statements have.
        decorators: The names of the decorators, by the classes' qualified names.
        change_of: Compares the versions of a class.
        report: Receives what changed.
        may_replace: Whether a class that can't be kept may be another one afterwards.
    """

    def __init__(
        self,
        transaction: Transaction,
        namespace: dict[str, Any],
        live: dict[str, type],
        decorators: Mapping[str, Collection[str]],
        change_of: ChangeOf,
        report: ClassReport,
        *,
        may_replace: bool,
    ) -> None:
        self._transaction = transaction
        self._namespace = namespace
        self._live = live
        self._decorators = decorators
        self._change_of = change_of
        self._report = report
        self._may_replace = may_replace
        self._original: Any = None
        self._classes: list[LiveClass] = []
        self._registries: list[Registries] = []

    def __enter__(self) -> ClassBuilding:
        self._original = builtins.__build_class__
        builtins.__build_class__ = self._build
        return self

    def __exit__(self, *_: object) -> None:
        builtins.__build_class__ = self._original

    @property
    def adopted(self) -> list[tuple[Any, Any]]:
        """Functions and similar objects of the new bodies, each with the live one that replaces it."""
        return [pair for live_class in self._classes for pair in live_class.adopted]

    def finish(self) -> None:
        """Settle what depends on the classes, once the statement and its decorators have run.

        Raises:
            CannotKeepClass: If a class was registered a second time in a way that can't be corrected.
        """
        for registries in self._registries:
            registries.mend()
        for live_class in self._classes:
            live_class.finish(self._report)

    def _build(self, function: Any, name: str, /, *bases: Any, **keywords: Any) -> Any:
        live = self._live_class(function)
        if live is None:
            return self._original(function, name, *bases, **keywords)
        qualname = function.__code__.co_qualname
        shape = Shape(live, self._decorators.get(qualname, ()))
        if shape.may_register:
            self._registries.append(Registries(self._transaction, live))
        if not _is_made_by_type(type(live)):
            return self._original(function, name, *bases, **keywords)
        resolved = types.resolve_bases(bases)
        metaclass, namespace, options = types.prepare_class(name, resolved, keywords)
        if metaclass is not type(live):
            return self._original(function, name, *bases, **keywords)
        change, code = self._change_of(qualname, function.__code__, shape)
        makers = shape.makers
        if makers:  # in the order of the whole body
            change.body, code = None, function.__code__
        self._find_nested(live)
        names = _Body(namespace, live if change.body is not None else None)
        exec(code, self._namespace, names, closure=_closure(function, code))  # noqa: S102  # the user's class body
        if resolved is not bases:
            names["__orig_bases__"] = bases
        is_shaped = shape.is_shaped or bool(makers)
        live_class = LiveClass(self._transaction, live, change, is_shaped=is_shaped)
        live_class.complete(names)
        if layout_of(names) != layout_of(vars(live)) or not live_class.set_bases(resolved):
            return metaclass(name, resolved, dict(names), **options)
        make_as_type_does(live, names)
        for inner in live_class.nested_versions(names):
            self._merge_nested(vars(live)[inner], names, inner)
        live_class.forget_made({name for x in makers for name in code_names(x.__code__)})
        live_class.bring_in(names, tells_all=bool(makers))
        self._classes.append(live_class)
        with _as_while_it_is_made(live):
            super(live, live).__init_subclass__(**options)  # type: ignore[arg-type]
        return live

    def _live_class(self, function: Any) -> type | None:
        if type(function) is not FunctionType or function.__globals__ is not self._namespace:
            return None
        return self._live.get(function.__code__.co_qualname)

    def _find_nested(self, live: type) -> None:
        for name, value in vars(live).items():
            qualname = f"{live.__qualname__}.{name}"
            if is_a(value, type) and value.__qualname__ == qualname:
                self._live[qualname] = value

    def _merge_nested(self, live: type, names: dict[str, Any], name: str) -> None:
        try:
            merge_class(self._transaction, live, names, name, ClassChange(), self._report)
        except CannotKeepClass as refused:
            if refused.is_spoiled or not self._may_replace:
                raise
        else:
            names[name] = live


@contextmanager
def _as_while_it_is_made(cls: type) -> Iterator[None]:
    """Let a class look as in `__init_subclass__`: it does not know its abstract methods yet."""
    abstract = vars(cls).get("__abstractmethods__")
    if abstract is not None:
        type.__delattr__(cls, "__abstractmethods__")
    try:
        yield
    finally:
        if abstract is not None:
            type.__setattr__(cls, "__abstractmethods__", abstract)


def _uses_class(function: FunctionType) -> bool:
    """Whether `__set_name__` or `__init_subclass__` does anything with the class that it gets."""
    code = function.__code__
    name = code.co_varnames[1 if code.co_name == "__set_name__" else 0]
    return any(
        x.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE"))
        and (x.argval == name or (isinstance(x.argval, tuple) and name in x.argval))
        for x in dis.get_instructions(code)
    )


class _Body(dict[str, Any]):
    """The namespace of a class body; one that runs in part reads the rest from the live class."""

    def __init__(self, names: Mapping[str, Any], live: type | None) -> None:
        super().__init__(names)
        self._live = {} if live is None else vars(live)

    def __missing__(self, name: str) -> Any:
        if name == "__annotations__":  # the body makes its own
            raise KeyError(name)
        return self._live[name]


def _closure(function: FunctionType, code: CodeType) -> tuple[Any, ...] | None:
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return tuple(cells[name] for name in code.co_freevars) or None


def _is_made_by_type(metaclass: type) -> bool:
    """Whether classes of a metaclass are made as `type` makes them."""
    abc = sys.modules.get("abc")
    makers = (type, getattr(abc, "ABCMeta", type))
    for name in ("__new__", "__init__", "__prepare__"):
        owner = next(cls for cls in metaclass.__mro__ if name in vars(cls))
        if owner not in makers:
            return False
    return True


def class_in(item: Any, name: str, module: str, depth: int = 3) -> type | None:
    """Dig the class that a class statement has made out of what its decorators made of it.

    Args:
        item: What the name is bound to.
        name: The class's name.
        module: The module's name.
        depth: How far to look.
    """

    def is_it(cls: Any) -> bool:
        return is_a(cls, type) and (cls.__qualname__, cls.__module__) == (name, module)

    if is_a(item, type):
        return next((cls for cls in item.__mro__ if is_it(cls)), None)
    if is_it(type(item)):
        return type(item)
    if not depth:
        return None
    inner: list[Any] = [getattr(item, "__wrapped__", None)]
    for cell in getattr(item, "__closure__", None) or ():
        try:
            inner.append(cell.cell_contents)
        except ValueError:
            continue
    values = getattr(item, "__dict__", None)
    inner += values.values() if isinstance(values, dict) else ()
    found = {x: None for y in inner if (x := class_in(y, name, module, depth - 1)) is not None}
    return next(iter(found)) if len(found) == 1 else None
