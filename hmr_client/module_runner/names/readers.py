"""What a statement reads when it runs, found by following its names through the live objects.

    lib.py:  BASE = "/a"                        app.py:  import lib as l
             def url(p): return BASE + p                 USERS = l.url("/users")

`l` is whatever the name is bound to now: an alias, a module that was handed on, the branch of a
conditional import that ran. A call reads what the code of the called function reads, and so on. What
is only passed on (a handler) is not called, so it counts only where the callee calls what it gets.
"""

from __future__ import annotations

import sys
from collections import ChainMap, deque
from collections.abc import Mapping
from functools import cached_property, partial, partialmethod, singledispatchmethod
from types import BuiltinFunctionType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, WeakSet, WeakValueDictionary

from ..analysis.code_facts import COROUTINE, code_facts
from ..analysis.code_names import NAMESPACES
from ..analysis.scan import Chain, Scan
from ..effects.plain_calls import along
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..objects.functions import contents
from ..transaction import MISSING
from .library_calls import calls_back
from .lookup import CODE, LEAVES, SPECIAL, inherited, is_code, leads_to, members_of, own_attributes

Key = tuple[str, str]
"""A module's name and a name in it; `C.x` is the attribute x of its class C."""
CLOSURES = "<closures>"
"""As the last part of a key: the functions that a function has made."""
LIBRARY = "<library>"
"""As the module of a key: the name is a library's. Its calls may do what the application has set in it."""
CALLED = "()"
"""As the last part of a key: what a call of a function without all its arguments comes to."""
SIGNATURE = "<signature>"
"""As the last part of a key: what a function's parameters and annotations are."""
_KNOWN = ("builtins", None)
_RELATIVES = frozenset(("__subclasses__", "__mro__", "__bases__", "__base__", "mro"))
_CHECKS = ("isinstance", "issubclass")
_CONTAINERS = (
    list, tuple, set, frozenset, dict, deque, MappingProxyType, ChainMap, WeakSet, WeakKeyDictionary, WeakValueDictionary,
)  # fmt: skip
_MAPPINGS = (dict, MappingProxyType, ChainMap, WeakKeyDictionary, WeakValueDictionary)
_LARGEST = 200  # containers beyond this size hold data, not functions
_CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__set_name__")
_CLASS_MAKERS = ("__prepare__", "__new__", "__init__", "__call__")
_CALLS_ARGUMENTS = frozenset(("builtins", "functools", "_functools", "itertools", "operator"))
_IMPORTS = ("import_module", "__import__")
_INSPECTING = ("inspect", "typing", "annotationlib", "dataclasses")
_OF_SIGNATURES = (
    "__annotations__",
    "__defaults__",
    "__kwdefaults__",
    "__signature__",
    "__code__",
    "__doc__",
)
_DRIVES = frozenset(("send", "run_until_complete", "run_sync"))
_MISSING_ONE = ""  # stands for each attribute that an object has not: `__getattr__` may make it


class Readers:
    """Finds what one statement reads.

    Attributes:
        keys: The names.
        objects: The ids of the containers and instances that it may look into.
        iterated: The ids of those containers over which the functions that it certainly calls iterate.

    Args:
        only_direct: Whether functions count only where they are certainly called: for statements
            whose effects are not wanted again without need.
        awaits: Whether coroutines run before the statement ends.
        patched: What the application has set in libraries, by their names: their functions may call it.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        *,
        only_direct: bool = False,
        awaits: bool = False,
        patched: Mapping[str, list[Any]] | None = None,
    ) -> None:
        self._patched = dict(patched or {})
        self.keys: set[Key] = set()
        self.objects: set[int] = set()
        self.iterated: set[int] = set()
        self._iterated_names: set[str] = set()  # of attributes
        self._graph = graph
        self._only_direct = only_direct
        self._skipped = 0 if awaits else COROUTINE
        self._coroutines: list[FunctionType] = []  # that are made, and perhaps not run at once
        self._calls_arguments = False
        self._seen: set[int] = set()
        self._pending: list[Any] = []
        self._passed: list[Any] = []  # on, by name; the first ones of it are followed, and given
        self._passed_followed = self._passed_given = 0
        self._owners: dict[int, Any] = {}
        self._functions: list[FunctionType] = []  # that are passed on
        self._lambdas: list[tuple[EvaluatedModule, Chain]] = []
        self._in_lambdas: frozenset[str] = frozenset()
        self._classes: list[type] = []  # that are passed on
        self._inspects = self._calls_library = self._checks = False
        self._gives_passed = self._gives_all = False  # to a library that may call its methods
        self._given: set[type] = set()
        self._held: list[FunctionType] = []  # by objects of libraries
        self._attributes: set[str] = set()
        self._called: set[str] = set()
        self._members: dict[int, tuple[frozenset[str], set[str]]] = {}  # and those looked up
        self._makers: dict[int, EvaluatedModule | None] = {}  # of classes, by their ids
        self._looked_up: dict[int, int] = {}  # how many attributes were known then
        self._depth = 0
        self._reads_all = False

    def read(self, module: EvaluatedModule, chain: Chain) -> None:
        """Follow a name and its attributes.

        Args:
            module: Where it stands.
            chain: The name and its attributes.
        """
        name, *rest = chain
        self.keys.add((module.name, name))
        value = module.module.__dict__.get(name, MISSING)
        self._reads_all |= not NAMESPACES.isdisjoint(rest)
        library: str | None = None
        if value is MISSING:
            self._read_builtin(module, name, is_called=rest == ["()"])
            return
        for attribute in rest:
            if value is sys.modules:
                self._note_imports(module)
            if attribute == "()" and library is not None:
                self.keys.add((LIBRARY, library))
            elif isinstance(value, ModuleType) and self._graph.by_globals(vars(value)) is None:
                library = value.__name__.partition(".")[0]
            if attribute == "()":
                self._pending.append(value)
                self._note(value)
                if isinstance(value, _CONTAINERS):  # OPS[name](): the instructions read as OPS()
                    self._calls_arguments = True
                if getattr(value, "__name__", "") in _IMPORTS and type(value) is FunctionType:
                    self._note_imports(module)
                return
            self._note(value)
            if attribute in _DRIVES:
                self._attributes.add(attribute)
            if type(value) is FunctionType:
                self.objects.add(id(value))
                if attribute in _OF_SIGNATURES:
                    self._note_signature(value)
            value = self._attribute(value, attribute)
        if value is sys.modules:
            self._note_imports(module)
        self._note(value)
        self._passed.append(value)

    def derive(self, module: EvaluatedModule, chain: Chain) -> None:
        """Make a class below another one, or of a metaclass: that runs what they have for it.

        Args:
            module: Where it is made.
            chain: The name of the other one, and its attributes.
        """
        self.read(module, (*chain, "__bases__"))
        value = module.module.__dict__.get(chain[0], MISSING)
        for attribute in chain[1:]:
            value = self._attribute(value, attribute)
        if not isinstance(value, type):
            return
        metaclass = value if issubclass(value, type) else type(value)
        if self._owner_of(metaclass) is not None:
            self._pending += [self._attribute(metaclass, name) for name in _CLASS_MAKERS]
        if metaclass is not value:
            self._pending += inherited(value, "__init_subclass__")
            self._attribute(value, "__init_subclass__")

    def _read_any_attribute(self, cls: type) -> None:
        for base in cls.__mro__:
            if (owner := self._owner_of(base)) is not None:
                self.keys.add((owner.name, f"{base.__qualname__}.*"))

    def _call_method_of_library(self, value: Any, cls: type, name: str) -> None:
        """Let a library's method of an application's class read its attributes, and call its methods."""
        is_class = isinstance(value, type)
        subclass = value if is_class else type(value)
        if self._owner_of(subclass) is None:
            return
        if is_class and cls.__module__.partition(".")[0] not in sys.stdlib_module_names:
            self._read_any_attribute(subclass)
        if name not in _CONSTRUCTORS and calls_back(cls.__module__, is_effect=self._only_direct):
            self._give_to_library(subclass)

    def _call_library(self, module: str | None) -> str:
        """Let a library call methods: the standard one of what it gets by name, others of all they may hold.

        Returns:
            Its name.

        A local name that gets there (`json.dump(x, file)`) is not known. If it counted as everything, a
        constructor that calls `json.dumps()` would take the objects that live, with their state.
        """
        root = ("builtins" if module is None else module).partition(".")[0]
        self.keys.add((LIBRARY, root))
        if calls_back(module, is_effect=self._only_direct):
            is_standard = root in sys.stdlib_module_names
            self._gives_passed |= is_standard
            self._gives_all |= not is_standard
        return root

    def _enter_patched(self) -> bool:
        called = [x for x in self._patched if (LIBRARY, x) in self.keys]
        for library in called:
            self._pending += self._patched.pop(library)
        return bool(called)

    def _give(self) -> bool:
        """Let something unknown call methods of what was come by; tell whether there is anything new."""
        # `getattr(self, "do_" + name)()`: a bare statement is not run again for what it perhaps calls
        by_name = self._reads_all and self._calls_arguments and not self._only_direct
        if by_name or self._gives_all:
            values = [*self._owners.values(), *self._classes]
        elif self._gives_passed:
            values = self._passed[self._passed_given :]
            self._passed_given = len(self._passed)
        else:
            return False
        kinds = {x if isinstance(x, type) else type(x) for x in values}
        new = [x for x in kinds if x not in self._given and self._owner_of(x) is not None]
        self._given.update(new)
        for cls in new:
            self._give_to_library(cls)
        held, self._held = self._held if not self._only_direct else [], []
        self._pending += held
        return bool(new or held)

    def _give_to_library(self, cls: type) -> None:
        self._read_any_attribute(cls)
        for base in cls.__mro__:
            if self._owner_of(base) is not None:
                self._pending += [
                    x for x in tuple(vars(base).values()) if is_code(x) and not isinstance(x, type)
                ]

    def _note_signature(self, function: FunctionType) -> None:
        owner = self._graph.maker_of(function)
        if owner is not None:
            name = function.__qualname__
            self.keys |= {(owner.name, f"{name}.{CALLED}"), (owner.name, f"{name}.{SIGNATURE}")}

    def _read_builtin(self, module: EvaluatedModule, name: str, *, is_called: bool) -> None:
        if is_called:
            self._calls_arguments = True  # sorted, map
            self._operate()
            if name in _IMPORTS:
                self._note_imports(module)
        if name in NAMESPACES:
            self._reads_all = True
            self.keys.add((module.name, "*"))
        self._checks |= name in _CHECKS

    def _operate(self) -> None:
        """Let operators, iteration or a builtin function call special methods."""
        self._attributes |= SPECIAL
        self._called |= SPECIAL

    def _note_imports(self, module: EvaluatedModule) -> None:
        for imported in module.imports:
            self._note(imported.module)

    def call(self, value: Any) -> None:
        """Call something.

        Args:
            value: A function, a class, or what wraps one.
        """
        self._pending.append(value)

    def read_scanned(self, module: EvaluatedModule, scan: Scan) -> None:
        """Read what no name leads to: attributes of any object that was come by.

        Args:
            module: Where it stands.
            scan: What the statement does.
        """
        self._attributes |= scan.attributes
        self._called |= scan.attributes
        self._calls_arguments |= scan.calls_unknown
        self._lambdas = [(module, chain) for chain in scan.lambda_reads]
        self._in_lambdas = scan.lambda_attributes
        if scan.operates or scan.calls_unknown:  # "{:x}".format(n)
            self._operate()
        self._attributes |= scan.names
        self._called |= scan.names

    def follow(self) -> None:
        """Follow what is called, and what that calls, until nothing is left."""
        while True:
            while self._pending:
                self._enter(self._pending.pop())
            if self._calls_arguments and self._lambdas:
                lambdas, self._lambdas = self._lambdas, []
                for module, chain in lambdas:
                    self.read(module, chain)
                self._attributes |= self._in_lambdas
            elif self._calls_arguments and len(self._passed) > self._passed_followed:
                self._pending += [x for x in self._passed[self._passed_followed :] if is_code(x)]
                self._passed_followed = len(self._passed)
            elif self._coroutines and not self._attributes.isdisjoint(_DRIVES):
                self._skipped = 0
                self._seen.difference_update(map(id, self._coroutines))
                self._pending += self._coroutines
                self._coroutines = []
            elif self._checks:
                self._checks = False
                self._check_types()
            elif not (self._enter_patched() or self._give() or self._look_up() or self._relate()):
                break
        for owner in self._owners.values() if self._iterated_names else ():
            names = own_attributes(owner)
            found = (names.get(x) for x in self._iterated_names & names.keys())
            self.iterated.update(id(x) for x in found if isinstance(x, _CONTAINERS))
        inspects = self._inspects or not self._attributes.isdisjoint(_OF_SIGNATURES)
        for function in self._functions if inspects else ():
            self._note_signature(function)
        for cls in self._classes if self._calls_library or self._inspects else ():
            self._read_any_attribute(cls)
        if self._reads_all or not NAMESPACES.isdisjoint(self._attributes):
            for value in self._owners.values():
                if isinstance(value, ModuleType):
                    self.keys.add((value.__name__, "*"))
                else:
                    self._read_any_attribute(value if isinstance(value, type) else type(value))

    def _check_types(self) -> None:
        """Let `isinstance` look at what the objects' classes are, and at what protocols ask for."""
        self._attributes.add("__mro__")
        for cls in self._classes:
            if getattr(cls, "_is_protocol", False):
                self._attributes |= {x for x in vars(cls) if x[:2] != "__"}
                self._read_any_attribute(cls)

    @property
    def attributes(self) -> set[str]:
        """What is read from objects that no name leads to."""
        return self._attributes

    def reads(self, key: Key) -> bool:
        """Tell whether the statement reads a name.

        Attributes with unknown owners may be read from everything that was come by. These pairs are not
        listed in `keys`: in one file of 4,500 lines they were 300,000 an update, and 7 s.
        """
        if key in self.keys:
            return True
        module, name = key
        owner, _, attribute = name.rpartition(".")
        if attribute not in self._attributes:
            return False
        if not owner:
            found = self._owners.values() if attribute not in SPECIAL else ()
            return any(isinstance(x, ModuleType) and x.__name__ == module for x in found)
        return any(leads_to(x, module, owner, attribute) for x in self._owners.values())

    def _look_up(self) -> bool:
        """Read the attributes with unknown owners that something that was come by has."""
        wanted: list[tuple[Any, str]] = []
        known = len(self._attributes)
        for key, owner in self._owners.items():
            if self._looked_up.get(key) == known:
                continue
            self._looked_up[key] = known
            members, done = self._members.get(key) or self._members.setdefault(
                key, members_of(owner)
            )
            names = (self._attributes & members) - done
            if _MISSING_ONE not in done and not self._attributes <= members:
                names |= {_MISSING_ONE}
            done |= names
            wanted += [(owner, name) for name in names]
        for owner, name in wanted:
            for value in (self._attribute(owner, name), *inherited(owner, name)):
                self._note(value)
                if is_code(value) and (not self._only_direct or name in self._called):
                    self._pending.append(value)
        return bool(wanted)

    def _attribute(self, value: Any, name: str) -> Any:
        if isinstance(value, ModuleType):
            namespace = vars(value)
            owner = self._graph.by_globals(namespace)
            if owner is not None:
                self.keys.add((owner.name, name))
                if "__getattr__" in namespace and not _is_bound_by(owner, name):
                    self._pending.append(namespace["__getattr__"])
            return namespace.get(name, MISSING)
        if value is MISSING:
            return MISSING
        is_class = isinstance(value, type)
        classes = (value if is_class else type(value)).__mro__
        if name in _RELATIVES:
            self._attributes.add(name)
        if is_class and self._owner_of(type(value)) is not None:
            classes += type(value).__mro__
        for cls in classes:
            if (owner := self._owner_of(cls)) is not None:
                self.keys.add((owner.name, f"{cls.__qualname__}.{name}"))
            if name in cls.__dict__:
                found = cls.__dict__[name]
                if (
                    cls is not object
                    and callable(getattr(found, "__func__", found))
                    and self._owner_of(cls) is None
                ):
                    self._call_method_of_library(value, cls, name)
                is_own = self._owner_of(type(found)) is not None and hasattr(type(found), "__get__")
                if is_own or type(found) is property or hasattr(type(found), "__set_name__"):
                    self._pending.append(found)
                elif type(found) is classmethod:
                    self._passed.append(value if is_class else type(value))
                return found
        own = MISSING if is_class else own_attributes(value).get(name, MISSING)
        if own is MISSING and self._owner_of(type(value)) is not None:
            self._pending += inherited(type(value), "__getattr__")
        return own

    def _relate(self) -> bool:
        """Come by the classes above and below others, if they are asked for; return whether there are any."""
        asked = self._attributes & _RELATIVES
        before = len(self._owners)
        for value in tuple(self._owners.values()) if asked else ():
            if isinstance(value, ModuleType):
                continue
            cls = value if isinstance(value, type) else type(value)
            found = list(cls.__mro__) if asked != {"__subclasses__"} else []
            found += type.__subclasses__(cls) if "__subclasses__" in asked else ()
            for relative in found:
                self._note(relative)
            self._passed += found
        return len(self._owners) > before

    def _owner_of(self, cls: type) -> EvaluatedModule | None:
        try:
            return self._makers[id(cls)]
        except KeyError:
            name = cls.__dict__.get("__module__")
            found = self._graph.by_name(name) if isinstance(name, str) else None
            self._makers[id(cls)] = found
            return found

    def _note(self, value: Any) -> None:
        """Come by an object: attributes may be read from it, its contents may be looked at."""
        kind = type(value)
        if kind in LEAVES or id(value) in self._owners or value is MISSING:
            return
        if isinstance(value, ModuleType):
            if self._graph.by_globals(vars(value)) is not None:
                self._owners[id(value)] = value
        elif isinstance(value, _CONTAINERS):
            if id(value) in self.objects or self._depth > 5:
                return
            self.objects.add(id(value))
            if self._owner_of(kind) is not None:
                self._owners[id(value)] = value
            if len(value) <= _LARGEST:
                self._depth += 1
                for item in tuple(value.values() if isinstance(value, _MAPPINGS) else value):
                    self._note(item)
                    self._passed.append(item)
                self._depth -= 1
        elif isinstance(value, ReferenceType):
            self._note(referent := value())
            self._passed.append(referent)
        elif isinstance(value, type):
            if self._owner_of(value) is not None:
                self._owners[id(value)] = value
                self._classes.append(value)
            if self._owner_of(kind) is not None:
                self._note(kind)
        elif kind is FunctionType:
            self._functions.append(value)
        elif not isinstance(value, CODE):
            self.objects.add(id(value))
            if self._owner_of(kind) is not None:
                self._owners[id(value)] = value
            else:
                self._note_held(value)

    def _note_held(self, value: Any) -> None:
        """Come by the functions that an object of a library holds: filters, commands, handlers."""
        for inner in own_attributes(value).values():
            if isinstance(inner, _CONTAINERS) and len(inner) <= _LARGEST:
                items = tuple(inner.values() if isinstance(inner, dict) else inner)
                self._held += [
                    x
                    for x in items
                    if type(x) is FunctionType and self._graph.by_globals(x.__globals__) is not None
                ]

    def _enter(self, value: Any) -> None:
        """Read what a call of a value reads."""
        if id(value) in self._seen or value is MISSING:
            return
        self._seen.add(id(value))
        if type(value) is FunctionType:
            self._enter_function(value)
        elif isinstance(value, MethodType):
            self._note(value.__self__)
            self._pending.append(value.__func__)
        elif isinstance(value, staticmethod | classmethod):
            self._pending.append(value.__func__)
        elif isinstance(value, property):
            self._pending.append(value.fget)
        elif isinstance(value, type) and self._owner_of(value) is not None:
            self._construct(value)
        elif isinstance(value, type | BuiltinFunctionType):
            self._calls_arguments |= value.__module__ in _CALLS_ARGUMENTS
            owner = getattr(value, "__self__", None)
            if owner is not None and not isinstance(owner, ModuleType):
                self._note(owner)
            if value.__module__ not in _KNOWN:
                self._operate()
            root = self._call_library(value.__module__)
            self._inspects |= root not in sys.stdlib_module_names  # Depends(limit)
        elif self._owner_of(type(value)) is not None:
            self._note(value)
            self._pending += [self._attribute(type(value), x) for x in ("__call__", "__get__")]
        elif isinstance(value, singledispatchmethod):
            self._pending += [value.func, *value.dispatcher.registry.values()]
        elif isinstance(value, partial | partialmethod | cached_property):
            self._pending.append(value.func)
            self._passed += () if isinstance(value, cached_property) else value.args
        else:  # functools.cache, and what else is made with functools.wraps
            self._pending.append(own_attributes(value).get("__wrapped__", MISSING))

    def _enter_function(self, function: FunctionType) -> None:
        owner = self._graph.maker_of(function)
        for cell in function.__closure__ or ():
            value = contents(cell)
            self._note(value)
            self._pending += [value] if is_code(value) else []
        if owner is None:
            root = self._call_library(function.__module__ or "")
            is_foreign = root not in sys.stdlib_module_names
            self._calls_library |= is_foreign
            self._inspects |= is_foreign or root in _INSPECTING
            self._operate()
            if isinstance(registry := function.__dict__.get("registry"), MappingProxyType):
                self._pending += registry.values()  # `singledispatch`
            return
        self.keys.add((owner.name, f"{function.__qualname__}.{CALLED}"))
        self.keys.add((owner.name, f"{function.__qualname__}.{CLOSURES}"))
        if function.__code__.co_flags & self._skipped:
            self._coroutines.append(function)
            return
        facts = code_facts(function.__code__, only_direct=self._only_direct)
        for chain in facts.reads:
            self.read(owner, chain)
        for name, *rest in facts.iterates if self._only_direct else ():
            if not name:
                self._iterated_names.update(rest)
                continue
            value = function.__globals__.get(name)
            self.iterated.update(
                id(x) for x in (value, *along(value, rest)) if isinstance(x, _CONTAINERS)
            )
        for level, name in facts.imports:
            base = owner.package.rsplit(".", level - 1)[0] if level > 1 else owner.package
            full = ".".join(filter(None, [base, name])) if level else name
            parts = full.split(".")
            for end in range(1, len(parts) + 1):
                if (imported := self._graph.by_name(".".join(parts[:end]))) is not None:
                    self._note(imported.module)
        self._attributes |= facts.attributes
        self._called |= facts.called
        self._calls_arguments |= facts.calls_unknown
        if facts.operates:
            self._operate()
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._note(value)
            self._passed.append(value)

    def _construct(self, cls: type) -> None:
        for name in _CONSTRUCTORS:
            self._pending.append(self._attribute(cls, name))
        if self._owner_of(type(cls)) is not None:
            self._pending.append(self._attribute(type(cls), "__call__"))
        fields = getattr(cls, "__dataclass_fields__", {})
        self._pending += [field.default_factory for field in fields.values()]
        for base in cls.__mro__:
            if self._owner_of(base) is not None:
                annotated = base.__dict__.get("__annotations__", ())  # noqa: RUF063  # not evaluated
                names = {*fields, *getattr(cls, "_fields", ()), *annotated}
                names |= {"__dataclass_fields__", "__abstractmethods__"}
                self.keys.update((base.__module__, f"{base.__qualname__}.{x}") for x in names)


def _is_bound_by(module: EvaluatedModule, name: str) -> bool:
    """Whether a name may come from a module's own statements, not from its `__getattr__`, which has cached it."""
    return name in vars(module.module) and module.code is not None and name in module.code.co_names
