"""The places that a statement may write to: what its names, and the functions it calls, lead to."""

from __future__ import annotations

import itertools
import sys
import warnings
from collections import OrderedDict, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from functools import cached_property, lru_cache, partial, partialmethod, singledispatchmethod
from types import BuiltinMethodType, CodeType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from ..analysis.code_names import code_names
from ..inspection import is_a, is_standard, namespace_of, slots_of
from ..module_graph import EvaluatedModules
from .code_reach import LOGGING, OF_PROCESS, code_reach
from .items import Items, WeakItems
from .library_places import environment_places, library_place
from .members import Members, VirtualSubclasses, WeakMembers
from .namespaces import Attributes, Cell, Names, Slots
from .places import Advancing, Place
from .sequences import Sequence
from .stateful import Stateful, has_state, is_shared_random

Key = tuple[str, int]
"""What a place is, and the id of what it is."""
PROCESS = "process"
"""The kind of a place of which a process has one."""
_MOST = 5000  # objects that are looked at for one statement
_MOST_STORED = 12  # functions that lie in containers, for one statement
_ADVANCING = (itertools.count, GeneratorType, ContextVar)
_LARGEST = 2000  # containers beyond this size hold data: what is in them is not looked at
_HIDDEN = 300  # objects within one of a library
_NO_DATA = (type, ModuleType, FunctionType, MethodType, BuiltinMethodType)
_OURS = ("hmr_client", "hmr_browser", "pyodide", "_pyodide", "js", "pyscript")
_PLAIN_LIBRARIES = (
    "builtins",
    "collections",
    "functools",
    "logging",
    "types",
    "weakref",
    "_weakref",
    "_weakrefset",
    "abc",
)
_LEAVES = frozenset((str, int, float, bool, bytes, type(None), complex, CodeType))
# tuples: `list | deque` would build a union for each object, hundreds for each statement
_SEQUENCES = (list, deque)
_FIXED = (tuple, frozenset)
_CONTAINERS = frozenset((list, deque, dict, set, tuple, frozenset))
_FUNCTIONS = {FunctionType}
_BUILTIN = frozenset(
    (list, dict, set, tuple, frozenset, type, ModuleType)
)  # no machinery is of these
_IMMUTABLE = frozenset(
    (object, type, str, int, float, bool, bytes, complex, tuple, list, dict, set, frozenset)
)  # nothing is ever put into these classes, and they lead to nothing
_WRAPPERS = (staticmethod, classmethod)
_WRAPPED = ["__wrapped__"]  # is in the function's closure, too
_HELD = (
    (property, ("fget", "fset", "fdel")),
    (partial, ("func", "args", "keywords")),
    (partialmethod, ("func", "args", "keywords")),
    (cached_property, ("func",)),
    (singledispatchmethod, ("func", "dispatcher")),
    (type(lru_cache(len)), ("__wrapped__",)),
)
_MUTABLE = (list, dict, set, deque)
_PLAIN_MUTABLE = frozenset((*_MUTABLE, OrderedDict, defaultdict))
_COPIED = frozenset((*_MUTABLE, *_FIXED))  # some libraries replace them when they register: loguru


class Reach:
    """Walks from objects to the places that code which gets them may write to.

    Attributes:
        places: The places, by what identifies them.
        parents: From which place each one was reached.
        is_complete: Whether the walk came to its end.
        is_cut: Whether functions that lie in containers were left out. A registry of hundreds leads to
            all that they use, and each statement that fills it would look at all of that.
        is_plain: Whether the statement calls nothing but methods of containers, and pure functions.
        counts: Whether a function may read what a container holds already, for example its size.
        dispatchers: Functions that cache which of several they call.
        logs: Whether logging's functions are named, which add handlers.
        of_importing: The names in code that imports modules by name: it may call what they lead to there.
        hidden: Containers further within objects of libraries, and their sizes: what is put there
            can't be told apart, but that something was can be seen.
    """

    def __init__(self, graph: EvaluatedModules) -> None:
        self.places: dict[Key, Place] = {}
        self.parents: dict[Key, Key | None] = {}
        self.is_complete = True
        self.is_plain = self.counts = self.is_cut = False
        self._count_stored = 0
        self._may_call_stored = self._takes_out = False
        self._stored: list[tuple[FunctionType, Key | None, bool]] = []  # to be followed last
        self.dispatchers: list[FunctionType] = []
        self.hidden: list[tuple[Any, int]] = []
        self._copied: list[tuple[dict[Any, Any], dict[Any, Any]]] = []  # and the containers in them
        self._graph = graph
        self.logs = False
        self.of_importing: set[str] = set()
        self._seen: set[int] = set()
        self._pending: list[tuple[Any, Key | None, bool]] = []

    def walk(
        self,
        roots: Iterable[Any],
        names: Collection[str],
        own: tuple[dict[str, Any], Collection[CodeType]] = ({}, ()),
        *,
        may_call_stored: bool = True,
        takes_out: bool = True,
    ) -> None:
        """Walk from objects.

        Args:
            roots: What the statement reads.
            names: The names in its text, which may be those of logging.
            own: Code that it makes and runs, with the globals of that code.
            may_call_stored: Whether it may call functions that lie in containers by itself.
            takes_out: Whether its own text may get hold of such a function, or leads to what can't be looked into.
        """
        self._may_call_stored, self._takes_out = may_call_stored, takes_out
        if not OF_PROCESS.isdisjoint(names):
            self._process(names)
        # a stack: the owner comes first, so that what it holds is known to be in it
        pending, seen = self._pending, self._seen
        for root in roots:
            kind = type(root)
            if kind is FunctionType:
                key = "function", id(root.__dict__)
                self.places[key], self.parents[key] = Items(root.__dict__, root), None
            elif issubclass(kind, ModuleType):
                if self._graph.by_globals(vars(root)) is not None:
                    self._add_names(vars(root), frozenset((*vars(root), *names)), None)
                continue
            pending.append((root, None, True))
        pending.reverse()
        for code in own[1]:
            self._code(code, own[0], None)
        while pending or (self._count_stored and self._take_stored()):
            item, parent, is_deep = pending.pop()
            kind = type(item)
            if kind in _LEAVES or (kind is type and item in _IMMUTABLE) or id(item) in seen:
                continue
            seen.add(id(item))
            if kind in _ADVANCING:
                self._takes_out = True
                self._add("counter", Advancing(item), parent)
                continue
            if kind is FunctionType:
                if is_machinery(item):
                    self._takes_out = True
                    continue
            elif kind not in _BUILTIN and is_machinery(item):
                self._takes_out = True
                if has_state(item) and (not is_shared_random(item) or self._seeds()):
                    self._add("state", Stateful(item), parent)
                continue
            if len(seen) > _MOST:
                self.is_complete = False
                return
            if kind is FunctionType:  # most are
                self._function(item, parent)
            else:
                self._enter(item, parent, is_deep)

    def _seeds(self) -> bool:
        """Whether the application wants the same random numbers at each start."""
        return any("seed" in code_names(x.code) for x in self._graph if x.code is not None)

    def _process(self, names: Collection[str]) -> None:
        """Look at what the process has one of, and a restart does not make again (`lists_of_process` is all the rest)."""
        for environment in environment_places(names):
            self._add(PROCESS, environment, None)
        self.logs |= not LOGGING.isdisjoint(names)
        for handlers in self._handlers():
            self._add(PROCESS, Sequence(handlers), None)

    def _handlers(self) -> list[list[Any]]:
        """Return the handlers and filters of every logger, if the statement names them."""
        logging = sys.modules.get("logging")
        if logging is None or not self.logs:
            return []
        loggers = [logging.root, *logging.root.manager.loggerDict.values()]
        found = [x for x in loggers if isinstance(x, logging.Logger)]
        return [places for x in found for places in (x.handlers, x.filters)]

    def new_places(self) -> list[tuple[Key, Place]]:
        """Return the handlers of loggers that the statement has made: they were empty before."""
        places = [((PROCESS, id(x)), Sequence(x)) for x in self._handlers()]
        return [x for x in places if x[0] not in self.places]

    def add_of_process(self, place: list[Any]) -> Key:
        """Take in one of `lists_of_process`."""
        key = PROCESS, id(place)
        self.places = {key: Sequence(place), **self.places}
        self.parents[key] = None
        return key

    def add_patched(self, item: Any, names: Collection[str] | None) -> None:
        """Look at a module or class of a library: something may set attributes of it.

        Args:
            names: Which ones; None for all.
        """
        if is_a(item, ModuleType):
            is_ours = self._graph.by_globals(vars(item)) is not None
        else:
            is_ours = not is_a(item, type) or self._is_ours(item)
        if not is_ours and (found := library_place(item, names)) is not None:
            self._add(*found, None)

    def add_namespace(self, namespace: dict[str, Any]) -> Key:
        """Look at all globals of a module: something may write to any of them."""
        self.places.pop(("globals", id(namespace)), None)
        return self._add("globals", Names(namespace, None), None)

    def _add(self, kind: str, place: Place, parent: Key | None) -> Key:
        key = kind, id(place.owner)
        self.places.setdefault(key, place)
        self.parents.setdefault(key, parent)
        return key

    def _add_names(
        self, namespace: dict[str, Any], names: frozenset[str] | None, parent: Key | None
    ) -> Key:
        """Look at globals of a module, besides those that another function writes to."""
        key = self._add("globals", Names(namespace, names), parent)
        place = self.places[key]
        if isinstance(place, Names) and place.names is not None:
            place.names = None if names is None else place.names | names
        return key

    def _later(self, items: Iterable[Any], parent: Key | None, is_deep: bool) -> None:
        self._pending += [(x, parent, is_deep) for x in items if type(x) not in _LEAVES]

    def _enter(self, item: Any, parent: Key | None, is_deep: bool) -> None:
        kind = type(item)
        if kind is ModuleType:
            self._takes_out = True  # its functions are not looked at
        elif issubclass(kind, type):
            self._class(item, parent)
        elif issubclass(kind, _SEQUENCES):
            self._inside(item, item, self._add("sequence", Sequence(item), parent), is_deep)
        elif issubclass(kind, dict):
            if item is not sys.modules and "__builtins__" not in item:
                self._inside(item, item.values(), self._add("items", Items(item), parent), is_deep)
                if issubclass(kind, defaultdict):
                    self._later((item.default_factory,), parent, True)
        elif kind is set:
            self._inside(item, item, self._add("members", Members(item), parent), is_deep)
        elif issubclass(kind, _FIXED):
            self._inside(item, item, parent, is_deep)
        elif kind is MethodType:
            self._later((item.__func__, item.__self__), parent, True)
        elif kind is BuiltinMethodType:
            self._takes_out = True
            self._later((item.__self__,), parent, True)
        elif issubclass(kind, _WRAPPERS):
            self._later((item.__func__,), parent, True)
        elif held := next((x for of, x in _HELD if issubclass(kind, of)), None):
            self._later([getattr(item, name) for name in held], parent, True)
        elif not issubclass(kind, ModuleType):
            self._instance(item, parent)

    def _inside(self, item: Any, values: Iterable[Any], key: Key | None, is_deep: bool) -> None:
        if not is_deep or len(item) > _LARGEST:
            self._takes_out = True
            if not is_deep and len(item) <= _LARGEST:  # {event: {handler: …}}
                self._later([x for x in values if type(x) in _PLAIN_MUTABLE], key, False)
                self._hide(x for x in values if type(x) not in _PLAIN_MUTABLE)
            return
        if type(item) not in _CONTAINERS:
            self._takes_out = True  # its class may have methods of its own
            values = tuple(values)  # and be iterated over once
        kinds = set(map(type, values))
        if kinds == _FUNCTIONS and self._count_stored + len(item) > _MOST_STORED:
            self._count_stored += len(item)  # a registry: none of them is followed
            return
        for value in values if not kinds <= _LEAVES else ():
            if type(value) is FunctionType:
                self._count_stored += 1
                self._stored.append((value, key, is_deep))
            elif type(value) not in _LEAVES:
                self._pending.append((value, key, is_deep))

    def _take_stored(self) -> bool:
        """Go on with functions that lie in containers, if they are few; tell whether there are any.

        Where they are many, and code may call them, the walk is not complete whatever is followed: following the first ones of a
        registry was nine tenths of the start of an application of 200 modules that fill it.
        """
        if self._count_stored > _MOST_STORED:
            if self._may_call_stored:
                self.is_cut, self.is_complete = True, False
            return False
        if not (self._takes_out or self._may_call_stored):
            return False  # nothing that runs can get hold of one: it only puts its own there
        self._pending += self._stored
        self._stored = []
        return bool(self._pending)

    def _function(self, function: FunctionType, parent: Key | None) -> None:
        is_dispatcher = "_clear_cache" in function.__dict__
        noted = function.__dict__
        if noted and not is_dispatcher and [*noted] != _WRAPPED:  # on.handlers.append(f)
            key = self._add("function", Items(noted, function), parent)
            self._later(noted.values(), key, True)
        for cell in function.__closure__ or ():
            key = self._add("cell", Cell(cell), parent)
            found = self.places[key].copy().values()
            if is_dispatcher:  # its cache is not the program's
                found = [x for x in found if not is_a(x, WeakKeyDictionary)]
            self._later(found, key, True)
        if function.__defaults__:
            self._later(function.__defaults__, parent, True)
        if is_dispatcher:
            self.dispatchers.append(function)
        namespace = function.__globals__
        if self._graph.by_globals(namespace) is None:
            self._may_call_stored = True  # who knows?
            if not is_standard(function.__module__ or ""):
                self._later(_tables(function), parent, False)
            return
        self._code(function.__code__, namespace, parent)

    def _code(self, code: CodeType, namespace: dict[str, Any], parent: Key | None) -> None:
        does = code_reach(code)
        names = does.names
        self._may_call_stored |= does.calls_stored
        self.counts |= does.counts
        self._takes_out |= does.takes_out or not does.strange <= namespace.keys()
        if does.is_of_process:
            self._process(names)
        if does.imports_by_name:
            self.of_importing |= names
        if does.stores_attributes:
            for name in names & namespace.keys():
                value = namespace[name]
                if is_a(value, ModuleType) and self._graph.by_globals(vars(value)) is not None:
                    self._add_names(vars(value), None if does.sets_any else names, parent)
                else:
                    self.add_patched(value, None if does.sets_any else names)
        if does.writes_any_name:
            parent = self.add_namespace(namespace)
        elif does.writes_globals:
            parent = self._add_names(namespace, names, parent)
        any_name = does.calls_by_text and self._graph.by_globals(namespace) is not None
        found = [namespace[x] for x in (namespace if any_name else names) if x in namespace]
        found += self._imported(namespace, names) if does.imports else ()
        if ModuleType in map(type, found):  # `registry.ROUTES`, `package.registry.ROUTES`
            is_any = does.calls_given and "getattr" in names  # getattr(views, name)()
            found += self._of_modules(found, None if is_any else names)
        self._later(found, parent, True)

    def _of_modules(self, items: Iterable[Any], names: Iterable[str] | None) -> Iterator[Any]:
        """Yield what has one of some names, or any, in modules of the application, and in the modules in these."""
        pending = [x for x in items if type(x) is ModuleType]
        for module in pending:  # grows while it is walked
            if self._graph.by_globals(vars(module)) is not None:
                found = [vars(module)[x] for x in names or (*vars(module),) if x in vars(module)]
                pending += [x for x in found if type(x) is ModuleType and x not in pending]
                yield from found

    def _imported(self, namespace: dict[str, Any], names: Iterable[str]) -> list[ModuleType]:
        """Return the modules that a function imports, if they are there."""
        owner = self._graph.by_globals(namespace)
        package = f"{owner.package}." if owner is not None and owner.package else ""
        found = (self._graph.by_name(f"{x}{name}") for name in names for x in ("", package))
        return [x.module for x in found if x is not None]

    def _class(self, cls: type, parent: Key | None) -> None:
        if type(cls) is not type:
            abc = sys.modules.get("abc")
            if abc is not None and isinstance(cls, abc.ABCMeta) and hasattr(abc, "_get_dump"):
                self._add("virtual", VirtualSubclasses(cls), parent)
        if not self._is_ours(cls):
            self._takes_out = True
            return
        key = self._add("class", Attributes(cls), parent)
        self._later([x for x in vars(cls).values() if type(x) not in _LEAVES], key, True)
        self._later((*cls.__mro__[1:], type(cls)), key, True)

    def _instance(self, item: Any, parent: Key | None) -> None:
        is_ours = self._is_ours(type(item))
        self._takes_out |= not is_ours
        if is_a(item, WeakKeyDictionary):
            self._add("items", WeakItems(item), parent)
            return
        if is_a(item, WeakSet):
            self._add("members", WeakMembers(item), parent)
            return
        if is_a(item, WeakValueDictionary):
            self._add("items", Items(item), parent)
            return
        names = namespace_of(item)
        if is_ours and any("__slots__" in vars(x) for x in type(item).__mro__):
            key = self._add("slots", Slots(item), parent)
            self._later((*(x for _, x in slots_of(item)), type(item)), key, True)
        if names is None:
            if has_state(item):
                self._add("state", Stateful(item), parent)
            return
        if type(names) is not dict:
            return
        place = Items(names, item)
        key = self._add("instance", place, parent)
        values = tuple(names.values())
        if is_ours:
            self._later((*values, type(item)), key, True)
        else:  # of a library: its own containers, and no further
            own = [x for x in values if is_a(x, _MUTABLE)]
            self._later(own, key, False)
            self._hide(x for x in values if not is_a(x, _MUTABLE))

    def _hide(self, items: Iterable[Any]) -> None:
        pending = list(items)
        seen: set[int] = set()
        for item in pending:  # grows while it is walked
            if type(item) in _LEAVES or id(item) in seen or is_a(item, _NO_DATA):
                continue
            seen.add(id(item))
            if len(seen) > _HIDDEN:
                return
            inner = item
            if not is_a(item, _MUTABLE):
                inner = namespace_of(item)
                if inner is None:
                    pending += [x for _, x in slots_of(item)]
            if type(inner) in _PLAIN_MUTABLE:
                self.hidden.append((inner, len(inner)))
                if issubclass(type(inner), dict):
                    found = {k: x for k, x in inner.items() if type(x) in _COPIED}
                    self._copied.append((inner, found))
                pending += inner.values() if issubclass(type(inner), dict) else inner

    def hides(self) -> bool:
        """Tell whether something was put further within objects of libraries, or into a copy there."""
        if not self.hidden:
            return False
        seen = {owner for _, owner in self.places}
        return any(len(x) != size and id(x) not in seen for x, size in self.hidden) or any(
            type(new) is type(old) and len(new) != len(old)
            for inner, found in self._copied
            for new, old in ((inner.get(key, ()), old) for key, old in found.items())
            if new is not old
        )

    def _is_ours(self, cls: type) -> bool:
        name = cls.__dict__.get("__module__")
        return isinstance(name, str) and self._graph.by_name(name) is not None


def lists_of_process() -> list[tuple[list[Any], list[Any]]]:
    """Return what a process has one of and every statement may write to, and what is in it now."""
    places: tuple[Any, ...] = (sys.path, sys.meta_path, warnings.filters)
    return [(x, [*x]) for x in places]


def _tables(function: FunctionType) -> list[Any]:
    """Return what a library's function may put something into that its module keeps: `esper.add_processor(p)`."""
    names = function.__globals__
    found = [names[x] for x in function.__code__.co_names if x in names]
    return [x for x in found if type(x) in _PLAIN_MUTABLE and len(x) <= _LARGEST]


def is_machinery(item: Any) -> bool:
    """Whether something keeps itself in order: our own recorders and ledger, an event loop."""
    owner = item if type(item) is FunctionType else type(item)
    return _is_of_machinery(str(getattr(owner, "__module__", "")))


@lru_cache(maxsize=1024)
def _is_of_machinery(module: str) -> bool:
    root = module.partition(".")[0]
    return root in _OURS or (is_standard(root) and root not in _PLAIN_LIBRARIES)


def is_opaque(item: Any) -> bool:
    """Tell whether new contents of an object can't be told from its old ones: `os.environ`."""
    if is_a(item, list | dict | set | deque | type | ModuleType | FunctionType):
        return False
    return is_machinery(item) or not hasattr(item, "__dict__")
