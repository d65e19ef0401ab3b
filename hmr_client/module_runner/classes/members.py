"""The members of a class: a class that lives gets those that its new body has made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from ..analysis.class_change import ClassChange
from ..objects.functions import (
    SIGNATURE,
    adopt,
    closed_over,
    forward,
    have_other_parameters,
    marks_of,
    remove_marks,
    same_function,
)
from ..transaction import MISSING, Transaction
from .instances import caches_in_instances, forget_cached, instances
from .lookups import changed_lookups, forget_subclass_checks

ClassReport = Callable[[type, set[str], bool], None]
"""Receives a class, the names of its data attributes that changed, and whether `__init__` did."""
_PER_CLASS = frozenset(("__dict__", "__weakref__", "__slots__", "_abc_impl", "__qualname__"))
_ACCESSORS = (FunctionType, staticmethod, classmethod, property)
_SHAPES_NO_ANNOTATIONS = ("builtins", "abc", "enum")  # the metaclasses of these modules
_FIELDS = ("__dataclass_fields__", "__attrs_attrs__")
_MADE_BY_TYPE = frozenset(
    ("__hash__", "__annotations__", "__annotate_func__", "__annotations_cache__", "__orig_bases__")
)
_NOT_MADE = (
    _PER_CLASS
    | _MADE_BY_TYPE
    | {
        "__module__",
        "__doc__",
        "__abstractmethods__",
        "__parameters__",
        "__firstlineno__",
        "__static_attributes__",
    }
)


class LiveClass:
    """One class that lives, while it gets its new members.

    Attributes:
        cls: The class.
        adopted: The members that were made, each with the one that lives on in its place.

    Args:
        transaction: Can undo it.
        change: What the source says.
        is_shaped: Whether decorators, a metaclass or a base make attributes of it, too.
    """

    def __init__(
        self,
        transaction: Transaction,
        cls: type,
        change: ClassChange,
        is_shaped: bool,
    ) -> None:
        self.cls = cls
        self.adopted: list[tuple[Any, Any]] = []
        self._transaction = transaction
        self._change = change
        self._is_shaped = is_shaped
        self._before = dict(vars(cls))
        if is_shaped:
            transaction.on_rollback(self._restore)
        self._bases, self._mro = cls.__bases__, cls.__mro__
        self._init_changed = False
        self._called_otherwise: set[str] = set()

    def set_bases(self, bases: tuple[type, ...]) -> bool:
        """Give the class its new bases; return whether the layout of its instances allows it."""
        if (bases or (object,)) != self._bases:
            try:
                self._transaction.set(self.cls, "__bases__", bases)
            except TypeError:
                return False
        return True

    def complete(self, names: dict[str, Any]) -> None:
        """Put what is kept into the namespace of a new body.

        Args:
            names: The namespace; changed in place.
        """
        live = self._before
        kept = {name: live[name] for name in self._change.kept if name in live}
        self.adopted += [(names[name], value) for name, value in kept.items() if name in names]
        names.update(kept)
        if self._change.order:
            ordered = {name: names[name] for name in self._change.order if name in names}
            ordered |= names
            names.clear()
            names.update(ordered)
        if "__eq__" in names:
            names.setdefault("__hash__", None)  # as `type` does

    def forget_made(self, by: Collection[str]) -> None:
        """Take away what descriptors and `__init_subclass__` have made: they make it again.

        Args:
            by: The names in their code.
        """
        bound = self._change.bound
        if bound is None:
            return
        for name in self._before:
            if name in by and name not in bound and name not in _NOT_MADE:
                self._transaction.set_class(self.cls, name, MISSING)

    def _restore(self) -> None:
        """Put back what decorators, descriptors and `__init_subclass__` have set themselves."""
        now = dict(vars(self.cls))
        for name in now.keys() | self._before.keys():
            before = self._before.get(name, MISSING)
            if now.get(name, MISSING) is not before and name not in _PER_CLASS:
                if before is MISSING:
                    type.__delattr__(self.cls, name)
                else:
                    type.__setattr__(self.cls, name, before)

    def bring_in(self, names: Mapping[str, Any], *, tells_all: bool = False) -> None:
        """Give the class the members that its new body has made.

        Args:
            names: The namespace, completed.
            tells_all: Whether every descriptor gets the class again, not only new ones.
        """
        live = self._before
        for name, value in live.items():
            if name not in names and not is_layout(value) and self._is_stale(name):
                self._transaction.set_class(self.cls, name, MISSING)
                if caches_in_instances(value):
                    forget_cached(self._transaction, self.cls, name)
        for name, value in names.items():
            if (
                name not in _PER_CLASS
                and not is_layout(value)
                and live.get(name, MISSING) is not value
            ):
                self._set(name, live.get(name, MISSING), value)
            elif tells_all and hasattr(type(value), "__set_name__"):
                value.__set_name__(self.cls, name)
        self._put_in_order(names)

    def _put_in_order(self, names: Iterable[str]) -> None:
        """Let the members stand as in the source: forms and parameters are listed in that order."""
        own = vars(self.cls)
        wanted = [x for x in names if _has_an_order(x, own.get(x, MISSING))]
        before = [x for x in own if x in wanted]
        if wanted != before:
            self._transaction.on_rollback(lambda: _put_in_order(self.cls, before))
            _put_in_order(self.cls, wanted)

    def nested_versions(self, names: Mapping[str, Any]) -> list[str]:
        """Return the names of nested classes that were made a second time.

        Args:
            names: The namespace of the new body.
        """
        return [name for name in names if self._is_version(name, names[name])]

    def _is_version(self, name: str, value: Any) -> bool:
        before = self._before.get(name)
        qualname = f"{self.cls.__qualname__}.{name}"
        return (
            isinstance(before, type)
            and isinstance(value, type)
            and before is not value
            and before.__qualname__ == qualname == value.__qualname__
        )

    def _set(self, name: str, before: Any, value: Any) -> None:
        if name == "__init__" and not same_function(before, value):
            self._init_changed = True
        if _defaults(before) != _defaults(value) or _comes_from_elsewhere(before, value):
            self._called_otherwise.add(name)
        self._called_otherwise.update(_looked_at(name, before, value, self._change.made))
        is_other = name in self._change.several and _code_of(before) is not _code_of(value)
        if not is_other and self._adopts(name, before, value):
            self.adopted.append((value, before))
            return
        self._transaction.set_class(self.cls, name, value)
        if hasattr(type(value), "__set_name__"):
            value.__set_name__(self.cls, name)
        if caches_in_instances(before):
            forget_cached(self._transaction, self.cls, name)

    def _adopts(self, name: str, before: Any, value: Any) -> bool:
        """Let what holds an old method run the new one; return whether the old one can stay."""
        if type(before) is not type(value) or type(value) not in _ACCESSORS:
            return False
        pairs = list(zip(_accessed(before), _accessed(value), strict=True))
        stays = True
        for old, new in pairs:
            if old is None and new is None:
                continue
            if type(old) is not FunctionType or type(new) is not FunctionType:
                stays = False
            elif _is_same_definition(old, new):
                marks = self._change.made
                gone = [x for x in old.__dict__.keys() - new.__dict__ if f"{name}.{x}" in marks]
                stays = adopt(self._transaction, old, new) and stays
                if gone:
                    remove_marks(self._transaction, old, gone)
            else:
                stays = False
                if not self._is_shaped and self._is_own(old):
                    forward(self._transaction, old, new)
        if stays and type(value) is property and before.__doc__ != value.__doc__:
            self._transaction.set(before, "__doc__", value.__doc__)
        return stays

    def _is_own(self, function: FunctionType) -> bool:
        """Whether the class statement made a function, not just bound it to one more name."""
        name = function.__qualname__
        return name.startswith(f"{self.cls.__qualname__}.") or "<locals>" in name

    def _is_stale(self, name: str) -> bool:
        bound = self._change.bound
        if name in _PER_CLASS or name == "__abstractmethods__":
            return False
        if bound is None or name in bound or name in self._change.made or name in _MADE_BY_TYPE:
            return True
        return self._is_shaped and name[:2] == "__"  # else the program has set it

    def finish(self, report: ClassReport) -> None:
        """Bring up to date what depends on members: caches, instances, readers of attributes.

        Args:
            report: Receives what changed.
        """
        update_abstract_methods(self._transaction, self.cls)
        cls, before, after = self.cls, self._before, dict(vars(self.cls))
        changed = changed_lookups(self._mro, before, cls)
        if "__annotate_func__" in after and type(cls).__module__ not in _SHAPES_NO_ANNOTATIONS:
            # since Python 3.14 `TypedDict` evaluates its bases' later
            changed.add("__annotations__")
        if before.keys() != after.keys() or cls.__mro__ != self._mro:
            forget_subclass_checks()
        if cls.__mro__ != self._mro:
            changed.add("__mro__")
            for base in {*self._mro, *cls.__mro__} - {cls, object}:
                report(base, {"__subclasses__"}, False)
        if cls.__bases__ != self._bases or (changed and self._is_shaped):
            changed.add("__bases__")  # a subclass may have been made from what has changed
        if repr(before.get("__parameters__", ())) != repr(after.get("__parameters__", ())):
            changed |= {"__bases__", "__class_getitem__"}  # `Box[int]` means something else
            _forget_aliases()
        for name in _FIELDS:
            if name in after and repr(before.get(name)) != repr(after[name]):
                # a subclass has made its constructor from these, and calls have taken them
                changed |= {"__bases__", "__dataclass_fields__"}
                self._init_changed = True
        if "__dataclass_fields__" in after:
            _set_new_defaults(self._transaction, cls, before.get("__dataclass_fields__", {}))
        report(cls, changed | self._called_otherwise, self._init_changed)


def _has_an_order(name: str, value: Any) -> bool:
    is_made_by_type = name in _PER_CLASS or name[:2] == "__"
    return not (value is MISSING or is_made_by_type or is_layout(value))


def _put_in_order(cls: type, names: Iterable[str]) -> None:
    for name in names:
        if (value := vars(cls).get(name, MISSING)) is not MISSING:
            type.__delattr__(cls, name)
            type.__setattr__(cls, name, value)


def _forget_aliases() -> None:
    """Let `typing` make `Box[int]` again: it keeps what it has made, by the class."""
    for clear in getattr(sys.modules["typing"], "_cleanups", ()):
        clear()


def layout_of(names: Mapping[str, Any]) -> Any:
    """Return the slots that a class namespace declares, comparable; None without any.

    Args:
        names: The namespace of a body, or of a class.
    """
    slots = names.get("__slots__") if "__slots__" in names.keys() else None  # noqa: SIM118  # see _Body
    return slots if slots is None else sorted([slots] if isinstance(slots, str) else slots)


def make_as_type_does(cls: type, names: dict[str, Any]) -> None:
    """Change the namespace of a class body as `type` changes it for a class that it makes.

    Args:
        names: The namespace, as the body has left it.
    """
    if (cell := names.pop("__classcell__", None)) is not None:
        cell.cell_contents = cls
    if (cell := names.pop("__classdictcell__", None)) is not None:
        cell.cell_contents = vars(cls)
    names.pop("__qualname__", None)
    names.setdefault("__doc__", None)
    for name, kind in (
        ("__new__", staticmethod),
        ("__init_subclass__", classmethod),
        ("__class_getitem__", classmethod),
    ):
        if type(names.get(name)) is FunctionType:
            names[name] = kind(names[name])


def update_abstract_methods(transaction: Transaction, cls: type) -> None:
    """Let a class and those below it know which of their methods are abstract now.

    Args:
        transaction: Can undo it.
    """
    abc = sys.modules.get("abc")
    if abc is None or not isinstance(cls, abc.ABCMeta):
        return
    cls._abc_caches_clear()  # its own way to forget
    before = cls.__abstractmethods__
    abc.update_abstractmethods(cls)
    if cls.__abstractmethods__ == before:
        return

    def restore() -> None:
        cls.__abstractmethods__ = before

    transaction.on_rollback(restore)
    for subclass in type.__subclasses__(cls):
        update_abstract_methods(transaction, subclass)


def is_layout(value: Any) -> bool:
    """Tell whether an attribute of a class is a part of its instances' layout."""
    return type(value) in (GetSetDescriptorType, MemberDescriptorType)


def _accessed(attribute: Any) -> list[Any]:
    """Return the functions that an attribute of a class consists of."""
    if type(attribute) is FunctionType:
        return [attribute]
    if type(attribute) is property:
        return [attribute.fget, attribute.fset, attribute.fdel]
    return [attribute.__func__]


def _defaults(attribute: Any) -> list[Any]:
    """Return what the functions of an attribute take by default, comparable."""
    functions = _accessed(attribute) if type(attribute) in _ACCESSORS else []
    return [
        repr((x.__defaults__, x.__kwdefaults__, closed_over(x)))
        for x in functions
        if type(x) is FunctionType
    ]


def _looked_at(name: str, before: Any, value: Any, made: Collection[str]) -> Iterator[str]:
    """Yield what libraries see in a method that has changed: `@hook(first=True)` notes that in it."""
    if type(before) is not type(value) or type(value) not in _ACCESSORS:
        return
    for old, new in zip(_accessed(before), _accessed(value), strict=True):
        if type(old) is type(new) is FunctionType:
            marks = {x for x in old.__dict__ if f"{name}.{x}" in made}
            if marks != new.__dict__.keys():
                yield name
            elif marks_of(old, marks) != marks_of(new, marks) or have_other_parameters(old, new):
                yield f"{name}.{SIGNATURE}"


def _comes_from_elsewhere(before: Any, value: Any) -> bool:
    """Whether two attributes are functions of two definitions: of the branches of an `if`, say."""
    if type(before) is not type(value) or type(value) not in _ACCESSORS:
        return False
    codes = [[getattr(x, "__code__", None) for x in _accessed(y)] for y in (before, value)]
    return any(
        a and b and a.co_firstlineno != b.co_firstlineno for a, b in zip(*codes, strict=True)
    )


def _code_of(attribute: Any) -> Any:
    """Return the code of a function, which an update has swapped already; None of anything else."""
    return getattr(attribute, "__code__", None)


def _is_same_definition(old: FunctionType, new: FunctionType) -> bool:
    """Whether two functions were made by one piece of code, or the old one calls such a one."""
    names = (old.__code__.co_qualname, new.__code__.co_qualname)
    return (
        old.__globals__ is new.__globals__
        and old.__qualname__ == new.__qualname__
        and (names[0] == names[1] or names[0] == "outer.<locals>.forward")
    )


def _set_new_defaults(transaction: Transaction, cls: type, old_fields: dict[str, Any]) -> None:
    """Give instances made before what a new field's `default_factory` makes."""
    fields = vars(cls)["__dataclass_fields__"]
    missing = sys.modules["dataclasses"].MISSING
    added = {n: f for n, f in fields.items() if n not in old_fields}
    made = {n: f.default_factory for n, f in added.items() if f.default_factory is not missing}
    if made:
        for instance in instances(cls):
            for name, factory in made.items():
                if not hasattr(instance, name):
                    object.__setattr__(instance, name, factory())
                    transaction.on_rollback(
                        lambda i=instance, n=name: object.__delattr__(i, n)  # type: ignore[misc]
                    )
