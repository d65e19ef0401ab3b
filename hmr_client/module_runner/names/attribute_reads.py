"""The attributes that a statement reads, looked up where Python would find them, without running anything."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..inspection import own_attributes
from ..module_graph import EvaluatedModule
from ..transaction import MISSING
from .keys import Key
from .library_calls import LibraryCalls
from .lookup import SPECIAL, inherited, is_code, leads_to, members_of
from .reached import Reached

CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__set_name__")
_RELATIVES = frozenset(("__subclasses__", "__mro__", "__bases__", "__base__", "mro"))
_MISSING_ONE = ""  # stands for each attribute that an object has not: `__getattr__` may make it


class AttributeReads:
    """Looks up attributes: those of a known owner, and those that any object that was reached may have.

    Args:
        only_direct: Whether attributes count as called only where they certainly are.
    """

    def __init__(self, reached: Reached, libraries: LibraryCalls, *, only_direct: bool) -> None:
        self._reached = reached
        self._libraries = libraries
        self._only_direct = only_direct
        self._members: dict[int, tuple[frozenset[str], set[str]]] = {}  # and those looked up
        self._looked_up: dict[int, int] = {}  # how many attributes were known then

    def of(self, value: Any, name: str) -> Any:
        """Return an attribute, or `MISSING`; what reading it runs is followed."""
        if isinstance(value, ModuleType):
            return self._of_module(value, name)
        if value is MISSING:
            return MISSING
        reached = self._reached
        is_class = isinstance(value, type)
        classes = (value if is_class else type(value)).__mro__
        if name in _RELATIVES:
            reached.attributes.add(name)
        if is_class and reached.owner_of(type(value)) is not None:
            classes += type(value).__mro__
        for cls in classes:
            if (owner := reached.owner_of(cls)) is not None:
                reached.keys.add((owner.name, f"{cls.__qualname__}.{name}"))
            if name in cls.__dict__:
                self._read(value, cls, name)
                return cls.__dict__[name]
        own = MISSING if is_class else own_attributes(value).get(name, MISSING)
        if own is MISSING and reached.owner_of(type(value)) is not None:
            reached.pending += inherited(type(value), "__getattr__")
        return own

    def _of_module(self, value: ModuleType, name: str) -> Any:
        namespace = vars(value)
        owner = self._reached.graph.by_globals(namespace)
        if owner is not None:
            self._reached.keys.add((owner.name, name))
            if "__getattr__" in namespace and not _is_bound_by(owner, name):
                self._reached.pending.append(namespace["__getattr__"])
        return namespace.get(name, MISSING)

    def _read(self, value: Any, cls: type, name: str) -> None:
        """Read what a class has under a name: a descriptor runs, a library's method may call others."""
        reached = self._reached
        found = cls.__dict__[name]
        on_class = isinstance(value, type)
        subclass = value if on_class else type(value)
        if (
            cls is not object
            and callable(getattr(found, "__func__", found))
            and reached.owner_of(cls) is None
        ):
            self._libraries.call_method(
                subclass, cls, on_class=on_class, constructs=name in CONSTRUCTORS
            )
        is_own = reached.owner_of(type(found)) is not None and hasattr(type(found), "__get__")
        if is_own or type(found) is property or hasattr(type(found), "__set_name__"):
            reached.pending.append(found)
        elif type(found) is classmethod:
            reached.passed.append(subclass)

    def look_up(self) -> bool:
        """Read the attributes with unknown owners that something that was reached has; tell whether any is new."""
        reached = self._reached
        wanted: list[tuple[Any, str]] = []
        known = len(reached.attributes)
        for key, owner in reached.owners.items():
            if self._looked_up.get(key) == known:
                continue
            self._looked_up[key] = known
            members, done = self._members.get(key) or self._members.setdefault(
                key, members_of(owner)
            )
            names = (reached.attributes & members) - done
            if _MISSING_ONE not in done and not reached.attributes <= members:
                names |= {_MISSING_ONE}
            done |= names
            wanted += [(owner, name) for name in names]
        for owner, name in wanted:
            for value in (self.of(owner, name), *inherited(owner, name)):
                reached.note(value)
                if is_code(value) and (not self._only_direct or name in reached.called):
                    reached.pending.append(value)
        return bool(wanted)

    def relate(self) -> bool:
        """Reach the classes above and below others, if they are asked for; tell whether any is new."""
        reached = self._reached
        asked = reached.attributes & _RELATIVES
        before = len(reached.owners)
        for value in tuple(reached.owners.values()) if asked else ():
            if isinstance(value, ModuleType):
                continue
            cls = value if isinstance(value, type) else type(value)
            found = list(cls.__mro__) if asked != {"__subclasses__"} else []
            found += type.__subclasses__(cls) if "__subclasses__" in asked else ()
            for relative in found:
                reached.note(relative)
            reached.passed += found
        return len(reached.owners) > before

    def reads(self, key: Key) -> bool:
        """Tell whether an attribute with an unknown owner may be read from what a key names."""
        module, name = key
        owner, _, attribute = name.rpartition(".")
        if attribute not in self._reached.attributes:
            return False
        owners = self._reached.owners.values()
        if not owner:
            found = owners if attribute not in SPECIAL else ()
            return any(isinstance(x, ModuleType) and x.__name__ == module for x in found)
        return any(leads_to(x, module, owner, attribute) for x in owners)


def _is_bound_by(module: EvaluatedModule, name: str) -> bool:
    """Whether a name may come from a module's own statements, not from its `__getattr__`, which has cached it."""
    return name in vars(module.module) and module.code is not None and name in module.code.co_names
