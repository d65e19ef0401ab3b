"""The objects that the names of a statement lead to, and what those contain."""

from __future__ import annotations

from collections import ChainMap, deque
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, WeakSet, WeakValueDictionary

from ..inspection import is_a, own_attributes
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..transaction import MISSING
from .keys import Key
from .lookup import CODE, LEAVES, SPECIAL

CONTAINERS = (
    list, tuple, set, frozenset, dict, deque, MappingProxyType, ChainMap, WeakSet, WeakKeyDictionary, WeakValueDictionary,
)  # fmt: skip
_MAPPINGS = (dict, MappingProxyType, ChainMap, WeakKeyDictionary, WeakValueDictionary)
_LARGEST = 200  # containers beyond this size hold data, not functions
_DEEPEST = 5  # containers within containers


class Reached:
    """What a statement has reached so far.

    Attributes:
        keys: The names.
        objects: The ids of the containers and instances that it may look into.
        owners: The application's modules, classes and instances, by their ids: attributes may be read from them.
        attributes: Names of attributes that are read from what no name leads to.
        called: Those of them that are called.
        calls_arguments: Whether something is called that may call what it gets.
        pending: What is called, and not followed yet.
        passed: What is passed on by name, in order.
        functions: Functions that are passed on.
        classes: The application's classes that are passed on.
        held: The application's functions that objects of libraries hold: filters, commands, handlers.
    """

    def __init__(self, graph: EvaluatedModules) -> None:
        self.graph = graph
        self.keys: set[Key] = set()
        self.objects: set[int] = set()
        self.owners: dict[int, Any] = {}
        self.attributes: set[str] = set()
        self.called: set[str] = set()
        self.calls_arguments = False
        self.pending: list[Any] = []
        self.passed: list[Any] = []
        self.functions: list[FunctionType] = []
        self.classes: list[type] = []
        self.held: list[FunctionType] = []
        self._makers: dict[int, EvaluatedModule | None] = {}  # of classes, by their ids
        self._depth = 0

    def owner_of(self, cls: type) -> EvaluatedModule | None:
        """Return the application's module that has made a class."""
        try:
            return self._makers[id(cls)]
        except KeyError:
            name = cls.__dict__.get("__module__")
            found = self.graph.by_name(name) if isinstance(name, str) else None
            self._makers[id(cls)] = found
            return found

    def read_all_of(self, cls: type) -> None:
        """Read any attribute of a class."""
        for base in cls.__mro__:
            if (owner := self.owner_of(base)) is not None:
                self.keys.add((owner.name, f"{base.__qualname__}.*"))

    def operate(self) -> None:
        """Let operators, iteration or a builtin function call special methods."""
        self.attributes |= SPECIAL
        self.called |= SPECIAL

    def note(self, value: Any) -> None:
        """Reach an object: attributes may be read from it, its contents may be looked at."""
        kind = type(value)
        if kind in LEAVES or id(value) in self.owners or value is MISSING:
            return
        if is_a(value, ModuleType):
            if self.graph.by_globals(vars(value)) is not None:
                self.owners[id(value)] = value
        elif is_a(value, CONTAINERS):
            self._note_container(value)
        elif is_a(value, ReferenceType):
            self.note(referent := value())
            self.passed.append(referent)
        elif is_a(value, type):
            self._note_class(value)
        elif kind is FunctionType:
            self.functions.append(value)
        elif not is_a(value, CODE):
            self.objects.add(id(value))
            if self.owner_of(kind) is not None:
                self.owners[id(value)] = value
            else:
                self._note_held(value)

    def _note_container(self, value: Any) -> None:
        if id(value) in self.objects or self._depth > _DEEPEST:
            return
        self.objects.add(id(value))
        if self.owner_of(type(value)) is not None:
            self.owners[id(value)] = value
        if len(value) <= _LARGEST:
            self._depth += 1
            for item in tuple(value.values() if is_a(value, _MAPPINGS) else value):
                self.note(item)
                self.passed.append(item)
            self._depth -= 1

    def _note_class(self, value: type) -> None:
        if self.owner_of(value) is not None:
            self.owners[id(value)] = value
            self.classes.append(value)
        if self.owner_of(type(value)) is not None:
            self.note(type(value))

    def _note_held(self, value: Any) -> None:
        for inner in own_attributes(value).values():
            if isinstance(inner, CONTAINERS) and len(inner) <= _LARGEST:
                items = tuple(inner.values() if isinstance(inner, dict) else inner)
                self.held += [
                    x
                    for x in items
                    if type(x) is FunctionType and self.graph.by_globals(x.__globals__) is not None
                ]
