"""The names whose values differ from those before this update, and their readers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from ..analysis.code_names import code_names
from ..analysis.outline import Outline
from ..analysis.scan import Chain
from ..analysis.statements import Kind, Statement
from ..effects.contribution import Contribution
from ..effects.contributions import Contributions
from ..effects.namespaces import Attributes, Names
from ..effects.places import Place
from ..imports.importer import Importer
from ..inspection import is_a
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..planning.plan import Change
from .decorators import may_look_at_parameters
from .keys import CLOSURES, LIBRARY, Key
from .readers import Readers
from .taints import Taints

_LISTS = frozenset(("globals", "locals", "vars", "__dict__"))


class DirtyNames:
    """Names with new values, each with the time at which it got it.

    Attributes:
        now: The time: how often a name became dirty.
        touched: The names that got new values, by module.
        graph: The modules.
        taints: Which modules may read them.

    Args:
        importer: Knows their sources.
        contributions: Knows what their statements have put into lists, dicts and objects.
        changes: The changed modules.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        importer: Importer,
        contributions: Contributions,
        changes: Mapping[EvaluatedModule, Change],
    ) -> None:
        self.graph = graph
        self._importer = importer
        self._contributions = contributions
        self._changes = changes
        self._dirty: dict[Key, int] = {}
        self._by_attribute: dict[str, dict[Key, None]] = {}  # those by the last part of their names
        self.taints = Taints()
        self._objects: dict[int, tuple[int, Any]] = {}  # changed in place: when, and the object
        self._last: tuple[Statement, int, Readers] | None = None
        self._exporting: dict[int, EvaluatedModule] | None = None  # by the id of `__all__`
        self._is_handed_out = False
        self._may_list: bool | None = None
        self._patched: dict[str, list[Any]] | None = None
        self.now = 0
        self.touched: dict[EvaluatedModule, set[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._dirty or self._objects)

    def of(self, module: str) -> set[str]:
        """Return the dirty names of a module."""
        return {key for name, key in self._dirty if name == module}

    def is_dirty(self, module: EvaluatedModule, chain: Chain) -> bool:
        """Tell whether what a chain reads is dirty.

        Args:
            chain: The name and its attributes.
        """
        readers = Readers(self.graph)
        readers.read(module, chain)
        readers.follow()
        return self._is_any_dirty(readers, 0)

    def may_call(self, function: Any, called: Collection[Key]) -> bool:
        """Tell whether a call of a function may call one of some others.

        Args:
            function: The function, or what wraps it.
            called: The others, as names that a call of them reads.
        """
        readers = Readers(self.graph)
        readers.call(function)
        readers.follow()
        return any(map(readers.reads, called))

    def is_read_by_function(self, function: Any, since: int) -> bool:
        """Tell whether a call of a function reads a dirty name.

        Args:
            function: The function, or what wraps it.
            since: Names that were dirty before this time do not count.
        """
        readers = Readers(self.graph)
        readers.call(function)
        readers.follow()
        return self._is_any_dirty(readers, since)

    def mark(self, module: EvaluatedModule, name: str) -> None:
        """Note that a name has a new value.

        Args:
            module: Where it is bound.
            name: The name, or `C.x` for an attribute of a class.
        """
        self.now += 1
        self._dirty[module.name, name] = self.now
        self._by_attribute.setdefault(name.rpartition(".")[2], {})[module.name, name] = None
        self._dirty[module.name, "*"] = self.now
        self._is_handed_out = self._is_handed_out or self._hands_out(module)
        if "." in name:
            self._dirty[module.name, f"{name.rpartition('.')[0]}.*"] = self.now
        self.taints.mark(module, name)
        self.touched.setdefault(module, set()).add(name.partition(".")[0])

    def _hands_out(self, module: EvaluatedModule) -> bool:
        """Whether others may have got code of a module without importing it: from a registry, or by a base."""
        if self._contributions.of(module):
            return True
        names = vars(module.module)
        bases = {x for cls in names.values() if is_a(cls, type) for x in cls.__bases__}
        return any(self.module_of(x) not in (None, module) for x in bases)

    def mark_closures(self, module: EvaluatedModule, maker: str) -> None:
        """Note that closures can't get their new code: their maker has to be called again.

        Args:
            maker: The qualified name of the function that made them.
        """
        self.mark(module, f"{maker}.{CLOSURES}")

    def mark_object(self, item: Any) -> None:
        """Note that a container or an instance has been changed in place."""
        self.now += 1
        self._objects[id(item)] = self.now, item
        if self._exporting is None:
            named = ((x, vars(x.module).get("__all__")) for x in self.graph)
            self._exporting = {id(names): x for x, names in named if names is not None}
        if (module := self._exporting.get(id(item))) is not None:
            self.mark(module, "__all__")

    def may_look_at_parameters(self, module: EvaluatedModule, node: ast.stmt) -> bool:
        """Tell whether a decorator of a function may look at its parameters."""
        return may_look_at_parameters(self.graph, module, node)

    def may_list_names(self) -> bool:
        """Tell whether some module may look at all names of another one, in their order."""
        if self._may_list is None:
            codes = [x.code for x in self.graph if x.code is not None]
            self._may_list = any(not _LISTS.isdisjoint(code_names(x)) for x in codes)
        return self._may_list

    def mark_subclass(self, cls: Any) -> None:
        """Note that the classes above another one have got it, or lost it.

        Args:
            cls: The class; anything else does not count.
        """
        for base in cls.__mro__[1:] if is_a(cls, type) else ():
            if (module := self.module_of(base)) is not None:
                self.mark(module, f"{base.__qualname__}.__subclasses__")

    def module_of(self, cls: type) -> EvaluatedModule | None:
        """Return the application module that has made a class, None for a library's."""
        return self.graph.by_name(cls.__module__)

    def mark_place(self, place: Place, keys: Iterable[Any]) -> None:
        """Note that names of a module or attributes of a class have been changed from elsewhere.

        Args:
            place: Where.
            keys: Which.
        """
        if isinstance(place, Names):
            module, prefix = self.graph.by_globals(place.owner), ""
        elif isinstance(place, Attributes):
            module, prefix = self.graph.by_name(place.owner.__module__), place.owner.__qualname__
            prefix += "."
        else:
            return
        if module is not None:
            for key in keys:
                self.mark(module, f"{prefix}{key}")
        elif isinstance(place, Names):
            self.mark_library(str(place.owner.get("__name__")))
        else:
            self.mark_library(str(place.owner.__module__))

    def mark_library(self, module: str) -> None:
        """Note that something has been set in a library: its functions may do something else now.

        Args:
            module: The name of one of its modules.
        """
        self.now += 1
        root = module.partition(".")[0]
        self._dirty[LIBRARY, root] = self.now
        self.taints.mark_everywhere(root)

    def mark_module(self, module: ModuleType) -> None:
        """Note that something may have been set in a module, if it is a library's."""
        if self.graph.by_globals(vars(module)) is None:
            self.mark_library(module.__name__)

    def may_be_read_by(self, module: EvaluatedModule, since: int) -> bool:
        """Tell whether a module may read a dirty name, as far as the names in its code say.

        Args:
            since: Names that were dirty before this time do not count.
        """
        if self.now < since:
            return False
        return bool(self._objects) or self._is_handed_out or self.taints.may_reach(module)

    def are_read_by(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        since: int,
        *,
        but_closures: bool = False,
    ) -> bool:
        """Tell whether a statement, of the module or of a class body in it, reads a dirty name.

        Args:
            since: Names that were dirty before this time do not count.
            but_closures: Whether it does not count that it made closures whose code changed.
        """
        if self.now < since or not (self._dirty or self._objects):
            return False
        if statement.kind not in (Kind.FUNCTION, Kind.DATA):
            for name, attribute, _ in outline.imports_of(statement):
                if attribute is not None and self._is_import_dirty(name, attribute, since):
                    return True
        if not statement.reads:
            return False
        readers = self._readers(module, outline, statement)
        return self._is_any_dirty(readers, since, but_closures=but_closures)

    def reads(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, name: str
    ) -> bool:
        """Tell whether a statement reads a name of its module, itself or in what it calls."""
        return self._readers(module, outline, statement).reads((module.name, name))

    def _is_import_dirty(self, name: str, attribute: str, since: int) -> bool:
        if self._dirty.get((name, attribute), -1) >= since:
            return True
        source = self.graph.by_name(name)
        if source is None or attribute in vars(source.module):
            return False
        return self.is_read_by_function(vars(source.module).get("__getattr__"), since)

    def objects_read_by(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> set[int]:
        """Return the ids of the containers and instances that a statement may look into."""
        return self._readers(module, outline, statement).objects

    def forget_reads(self) -> None:
        """Follow the names of the next statement again: the program has run code since the last one."""
        self._last = None

    def _readers(self, module: EvaluatedModule, outline: Outline, statement: Statement) -> Readers:
        # a statement that runs is asked for three times in a row
        if self._last is None or self._last[:2] != (statement, self.now):
            self._last = statement, self.now, self._follow(module, outline, statement)
        return self._last[2]

    def _follow(self, module: EvaluatedModule, outline: Outline, statement: Statement) -> Readers:
        only_direct = statement.kind is Kind.EFFECT
        if self._patched is None:
            self._patched = self._contributions.put_into_libraries()
        readers = Readers(
            self.graph,
            only_direct=only_direct,
            awaits=statement.scan.awaits,
            patched=self._patched,
        )
        for chain in statement.reads:
            readers.read(module, chain)
        if isinstance(statement.node, ast.ClassDef):
            for base in statement.node.bases:
                name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
                readers.derive(module, tuple(name.split(".")))
            for keyword in statement.node.keywords:
                if keyword.arg == "metaclass":
                    readers.derive(module, tuple(ast.unparse(keyword.value).split(".")))
        direct = set(readers.objects)
        readers.read_scanned(module, statement.scan)
        readers.follow()
        if only_direct:
            readers.objects = direct | readers.iterated  # start() makes a task of each job
        of = self._contributions.of(module)
        own = next((of.get(i) for i, x in enumerate(outline.statements) if x is statement), None)
        if own is not None:  # what it changes itself it does not read
            readers.objects -= {id(x) for x in self._filled(own) if type(x) is not FunctionType}
            readers.leave_out(self._added_to(own))
        return readers

    def _added_to(self, contribution: Contribution) -> set[Key]:
        """Return the names to whose values a statement has added: `HANDLERS += (f,)`.

        As with a list: it does not run again because a later statement has added to it, too.
        """
        return {
            (module.name, name)
            for (kind, _), delta in contribution.deltas.items()
            if kind == "globals"
            and (module := self.graph.by_globals(delta.place.owner)) is not None
            for name in delta.made_of_what_was_there()
        }

    def _filled(self, contribution: Contribution) -> list[Any]:
        """Return what a statement has changed; but not what a library's object has noted for itself.

        A click group that is called keeps its help option.
        """
        return [
            x
            for key, delta in contribution.deltas.items()
            for x in (delta.place.subject, *contribution.containing[key])
            if key[0] != "instance"
            or x is not delta.place.subject
            or self.graph.by_name(type(x).__module__) is not None
        ]

    def _is_any_dirty(self, readers: Readers, since: int, *, but_closures: bool = False) -> bool:
        # not each dirty name is asked for: a constant in the classes of 1,000 modules makes 1,000 of them
        named = [key for key in readers.keys if key in self._dirty]
        named += [
            key
            for attribute in readers.attributes & self._by_attribute.keys()
            for key in self._by_attribute[attribute]
            if self._dirty[key] >= since and readers.reads(key)
        ]
        return any(
            self._dirty[key] >= since
            for key in named
            if not (but_closures and key[1].endswith(CLOSURES))
        ) or any(self._objects[item][0] >= since for item in readers.objects & self._objects.keys())

    def outline(self, module: EvaluatedModule) -> Outline:
        """Return a module's source after the update."""
        change = self._changes.get(module)
        return change.outline if change is not None else self._importer.outline(module)

    def old_outline(self, module: EvaluatedModule) -> Outline:
        """Return a module's source before the update."""
        change = self._changes.get(module)
        return change.old if change is not None else self._importer.outline(module)
