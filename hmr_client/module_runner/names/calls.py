"""Calls, followed into the code of what is called."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial, partialmethod, singledispatchmethod
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

from ..analysis.code_facts import COROUTINE, CodeFacts, code_facts
from ..analysis.scan import Chain
from ..effects.plain_calls import along
from ..inspection import is_a, is_standard, own_attributes
from ..module_graph import EvaluatedModule
from ..objects.functions import contents
from ..transaction import MISSING
from .attribute_reads import CONSTRUCTORS, AttributeReads
from .keys import CALLED, CLOSURES
from .library_calls import LibraryCalls
from .lookup import is_code
from .name_reads import DRIVES, NameReads
from .reached import CONTAINERS, Reached

_KNOWN = ("builtins", None)
_CALLS_ARGUMENTS = frozenset(("builtins", "functools", "_functools", "itertools", "operator"))
_INSPECTING = ("inspect", "typing", "annotationlib", "dataclasses")


class Calls:
    """Reads what calls read.

    Attributes:
        iterated: The ids of the containers over which functions that are certainly called iterate.
        reaches_library: Whether a function is called that is neither the application's nor Python's.
        inspects: Whether something is called that may look at functions' signatures.

    Args:
        only_direct: Whether functions count only where they are certainly called.
        awaits: Whether coroutines run before the statement ends.
    """

    def __init__(
        self,
        reached: Reached,
        names: NameReads,
        attributes: AttributeReads,
        libraries: LibraryCalls,
        *,
        only_direct: bool,
        awaits: bool,
    ) -> None:
        self._reached = reached
        self._names = names
        self._attributes = attributes
        self._libraries = libraries
        self._only_direct = only_direct
        self.iterated: set[int] = set()
        self.reaches_library = self.inspects = False
        self._iterated_names: set[str] = set()  # of attributes
        self._skipped = 0 if awaits else COROUTINE
        self._coroutines: list[FunctionType] = []  # that are made, and perhaps not run at once
        self._seen: set[int] = set()

    def follow(self) -> None:
        """Follow what is called, and what that calls."""
        pending = self._reached.pending
        while pending:
            self._enter(pending.pop())

    def drive_coroutines(self) -> bool:
        """Follow coroutines if something drives them; tell whether there are any."""
        if not self._coroutines or self._reached.attributes.isdisjoint(DRIVES):
            return False
        self._skipped = 0
        self._seen.difference_update(map(id, self._coroutines))
        self._reached.pending += self._coroutines
        self._coroutines = []
        return True

    def note_iterated(self) -> None:
        """Note the containers under the attributes that are iterated over."""
        for owner in self._reached.owners.values() if self._iterated_names else ():
            names = own_attributes(owner)
            found = (names.get(x) for x in self._iterated_names & names.keys())
            self.iterated.update(id(x) for x in found if is_a(x, CONTAINERS))

    def _enter(self, value: Any) -> None:
        """Read what a call of a value reads."""
        if id(value) in self._seen or value is MISSING:
            return
        self._seen.add(id(value))
        reached = self._reached
        if type(value) is FunctionType:
            self._enter_function(value)
        elif is_a(value, MethodType):
            reached.note(value.__self__)
            reached.pending.append(value.__func__)
        elif is_a(value, staticmethod | classmethod):
            reached.pending.append(value.__func__)
        elif is_a(value, property):
            reached.pending.append(value.fget)
        elif is_a(value, type) and reached.owner_of(value) is not None:
            self._construct(value)
        elif is_a(value, type | BuiltinFunctionType):
            self._enter_builtin(value)
        elif reached.owner_of(type(value)) is not None:
            reached.note(value)
            reached.pending += [
                self._attributes.of(type(value), x) for x in ("__call__", "__get__")
            ]
        else:
            self._enter_wrapper(value)

    def _enter_wrapper(self, value: Any) -> None:
        pending = self._reached.pending
        if is_a(value, singledispatchmethod):
            pending += [value.func, *value.dispatcher.registry.values()]
        elif is_a(value, partial | partialmethod | cached_property):
            pending.append(value.func)
            self._reached.passed += () if is_a(value, cached_property) else value.args
        else:  # functools.cache, and what else is made with functools.wraps
            pending.append(own_attributes(value).get("__wrapped__", MISSING))

    def _enter_builtin(self, value: type | BuiltinFunctionType) -> None:
        self._reached.calls_arguments |= value.__module__ in _CALLS_ARGUMENTS
        owner = getattr(value, "__self__", None)
        if owner is not None and not is_a(owner, ModuleType):
            self._reached.note(owner)
        if value.__module__ not in _KNOWN:
            self._reached.operate()
        root = self._libraries.call(value.__module__)
        self.inspects |= not is_standard(root)  # Depends(limit)

    def _enter_function(self, function: FunctionType) -> None:
        reached = self._reached
        owner = self._reached.graph.maker_of(function)
        for cell in function.__closure__ or ():
            value = contents(cell)
            reached.note(value)
            reached.pending += [value] if is_code(value) else []
        if owner is None:
            self._enter_library(function)
            return
        reached.keys.add((owner.name, f"{function.__qualname__}.{CALLED}"))
        reached.keys.add((owner.name, f"{function.__qualname__}.{CLOSURES}"))
        if function.__code__.co_flags & self._skipped:
            self._coroutines.append(function)
            return
        facts = code_facts(function.__code__, only_direct=self._only_direct)
        for chain in facts.reads:
            self._names.read(owner, chain)
        if self._only_direct:
            self._iterate(function, facts.iterates)
        self._import(owner, facts)
        reached.attributes |= facts.attributes
        reached.called |= facts.called
        self._reached.calls_arguments |= facts.calls_unknown
        if facts.operates:
            self._reached.operate()
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            reached.note(value)
            reached.passed.append(value)

    def _enter_library(self, function: FunctionType) -> None:
        root = self._libraries.call(function.__module__ or "")
        is_foreign = not is_standard(root)
        self.reaches_library |= is_foreign
        self.inspects |= is_foreign or root in _INSPECTING
        self._reached.operate()
        if isinstance(registry := function.__dict__.get("registry"), MappingProxyType):
            self._reached.pending += registry.values()  # `singledispatch`

    def _iterate(self, function: FunctionType, iterated: Iterable[Chain]) -> None:
        for name, *rest in iterated:
            if not name:
                self._iterated_names.update(rest)
                continue
            value = function.__globals__.get(name)
            self.iterated.update(id(x) for x in (value, *along(value, rest)) if is_a(x, CONTAINERS))

    def _import(self, owner: EvaluatedModule, facts: CodeFacts) -> None:
        for level, name in facts.imports:
            base = owner.package.rsplit(".", level - 1)[0] if level > 1 else owner.package
            full = ".".join(filter(None, [base, name])) if level else name
            parts = full.split(".")
            for end in range(1, len(parts) + 1):
                if (imported := self._reached.graph.by_name(".".join(parts[:end]))) is not None:
                    self._reached.note(imported.module)

    def _construct(self, cls: type) -> None:
        reached = self._reached
        for name in CONSTRUCTORS:
            reached.pending.append(self._attributes.of(cls, name))
        if reached.owner_of(type(cls)) is not None:
            reached.pending.append(self._attributes.of(type(cls), "__call__"))
        fields = getattr(cls, "__dataclass_fields__", {})
        reached.pending += [field.default_factory for field in fields.values()]
        for base in cls.__mro__:
            if reached.owner_of(base) is not None:
                annotated = base.__dict__.get("__annotations__", ())  # noqa: RUF063  # not evaluated
                names = {*fields, *getattr(cls, "_fields", ()), *annotated}
                names |= {"__dataclass_fields__", "__abstractmethods__"}
                reached.keys.update((base.__module__, f"{base.__qualname__}.{x}") for x in names)
