"""Names with their attributes, followed through the live objects."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any

from ..analysis.code_names import NAMESPACES
from ..analysis.scan import Chain
from ..inspection import is_a
from ..module_graph import EvaluatedModule
from ..objects.functions import SIGNATURE
from ..transaction import MISSING
from .attribute_reads import AttributeReads
from .keys import CALLED, LIBRARY
from .lookup import inherited
from .reached import CONTAINERS, Reached

OF_SIGNATURES = (
    "__annotations__",
    "__defaults__",
    "__kwdefaults__",
    "__signature__",
    "__code__",
    "__doc__",
)
DRIVES = frozenset(("send", "run_until_complete", "run_sync"))
_CHECKS = ("isinstance", "issubclass")
_CLASS_MAKERS = ("__prepare__", "__new__", "__init__", "__call__")
_IMPORTS = ("import_module", "__import__")


class NameReads:
    """Follows names.

    Attributes:
        reads_all: Whether all names of a namespace are read: `vars()`, `globals()`.
        checks_types: Whether `isinstance` or `issubclass` are called.
    """

    def __init__(self, reached: Reached, attributes: AttributeReads) -> None:
        self._reached = reached
        self._attributes = attributes
        self.reads_all = self.checks_types = False

    def read(self, module: EvaluatedModule, chain: Chain) -> None:
        """Follow a name and its attributes, from the module where it stands."""
        name, *rest = chain
        reached = self._reached
        reached.keys.add((module.name, name))
        value = module.module.__dict__.get(name, MISSING)
        self.reads_all |= not NAMESPACES.isdisjoint(rest)
        library: str | None = None
        if value is MISSING:
            self._read_builtin(module, name, is_called=rest == ["()"])
            return
        for attribute in rest:
            if value is sys.modules:
                self._note_imports(module)
            if attribute == "()" and library is not None:
                reached.keys.add((LIBRARY, library))
            elif is_a(value, ModuleType) and reached.graph.by_globals(vars(value)) is None:
                library = value.__name__.partition(".")[0]
            if attribute == "()":
                self._read_call(module, value)
                return
            reached.note(value)
            if attribute in DRIVES:
                reached.attributes.add(attribute)
            if type(value) is FunctionType:
                reached.objects.add(id(value))
                self.note_signature(value)  # or what a decorator has noted there
            value = self._attributes.of(value, attribute)
        if value is sys.modules:
            self._note_imports(module)
        reached.note(value)
        reached.passed.append(value)

    def _read_call(self, module: EvaluatedModule, value: Any) -> None:
        self._reached.pending.append(value)
        self._reached.note(value)
        if value is eval or value is exec:  # under another name
            self._read_builtin(module, value.__name__, is_called=True)
        if is_a(value, CONTAINERS):  # OPS[name](): the instructions read as OPS()
            self._reached.calls_arguments = True
        if getattr(value, "__name__", "") in _IMPORTS and type(value) is FunctionType:
            self._note_imports(module)

    def _read_builtin(self, module: EvaluatedModule, name: str, *, is_called: bool) -> None:
        if is_called:
            self._reached.calls_arguments = True  # sorted, map
            self._reached.operate()
            if name in _IMPORTS:
                self._note_imports(module)
        if name in NAMESPACES:
            self.reads_all = True
            self._reached.keys.add((module.name, "*"))
        self.checks_types |= name in _CHECKS

    def derive(self, module: EvaluatedModule, chain: Chain) -> None:
        """Read what making a class below another one, or of a metaclass, reads."""
        self.read(module, (*chain, "__bases__"))
        value = module.module.__dict__.get(chain[0], MISSING)
        for attribute in chain[1:]:
            value = self._attributes.of(value, attribute)
        if not is_a(value, type):
            return
        pending = self._reached.pending
        metaclass = value if issubclass(value, type) else type(value)
        if self._reached.owner_of(metaclass) is not None:
            pending += [self._attributes.of(metaclass, name) for name in _CLASS_MAKERS]
        if metaclass is not value:
            pending += inherited(value, "__init_subclass__")
            self._attributes.of(value, "__init_subclass__")

    def note_signature(self, function: FunctionType) -> None:
        """Read what a function's parameters and annotations are."""
        owner = self._reached.graph.maker_of(function)
        if owner is not None:
            name = function.__qualname__
            signature = {(owner.name, f"{name}.{CALLED}"), (owner.name, f"{name}.{SIGNATURE}")}
            self._reached.keys.update(signature)

    def _note_imports(self, module: EvaluatedModule) -> None:
        for imported in module.imports:
            self._reached.note(imported.module)
