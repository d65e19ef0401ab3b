"""Names that new sources do not bind any more, and the star imports that had brought them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analysis.outline import Outline
from ..analysis.statements import Statement
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..objects.values import is_changed
from ..planning.plan import Change
from ..transaction import MISSING
from .dirty_names import DirtyNames
from .keys import Key


class RemovedNames:
    """What one update has taken away.

    Args:
        dirty: Gets the names.
    """

    def __init__(self, graph: EvaluatedModules, dirty: DirtyNames) -> None:
        self._graph = graph
        self._dirty = dirty
        self._removed: dict[Key, Any] = {}
        self._exported = {
            x.name: tuple(exported)
            for x in graph
            if isinstance(exported := vars(x.module).get("__all__"), list | tuple)
        }

    def take(self, change: Change | None) -> dict[str, Any]:
        """Take away what a new source does not bind, before a statement may miss it.

        Args:
            change: The module's new version; None if it has not changed.

        Returns:
            The names, and what they were bound to.
        """
        if change is None:
            return {}
        namespace = change.module.module.__dict__
        names = set(change.difference.removed)
        for star in set(change.old.stars) - set(change.outline.stars):
            if (source := self._graph.by_name(star)) is not None:
                brought = vars(source.module)
                public = brought.get("__all__") or [x for x in brought if not x.startswith("_")]
                gone = {key for module, key in self._removed if module == star}
                names |= {*public, *gone} - change.outline.names()
        for other in self._graph:  # scripts of one page share a namespace
            if names and other.module is change.module.module and other is not change.module:
                names -= self._dirty.outline(other).names()
        return {name: namespace.pop(name) for name in names if name in namespace}

    def settle(self, module: EvaluatedModule, removed: Mapping[str, Any]) -> None:
        """Tell of names that have been taken away, once the module's statements have run.

        Args:
            removed: What `take` returned.
        """
        namespace = module.module.__dict__
        for name, value in removed.items():
            if name not in namespace:  # else a star import has brought it
                self._removed[module.name, name] = value
            if is_changed(value, namespace.get(name, MISSING)):
                self._dirty.mark(module, name)
                self._dirty.mark_subclass(value)

    def bind_again(self, outline: Outline) -> set[int]:
        """Return the statements that bind a name which a star import does not bring any more.

        Args:
            outline: The source of the module that imports.
        """
        lost = self._lost_by_stars(outline)
        return {
            i for i, x in enumerate(outline.statements) if lost and not lost.isdisjoint(x.binds)
        }

    def _lost_by_stars(self, outline: Outline) -> set[str]:
        if not (self._removed and outline.stars):
            return set()
        return {key for name, key in self._removed if name in outline.stars}

    def _refresh_exported(
        self, module: EvaluatedModule, source: str, namespace: dict[str, Any], outline: Outline
    ) -> set[str]:
        """Drop what a module's `__all__` has lost; return what it has got."""
        found = self._graph.by_name(source)
        names = {} if found is None else vars(found.module)
        public = {name for name in names if not name.startswith("_")}
        before = set(self._exported.get(source, public))
        now = set(names.get("__all__", public))
        for key in before - now - outline.names():
            if key in namespace and namespace[key] is names.get(key, MISSING):
                self._removed[module.name, key] = namespace.pop(key)
                self._dirty.mark(module, key)
        return now - before

    def refresh_star(
        self,
        module: EvaluatedModule,
        outline: Outline,
        statement: Statement,
        namespace: dict[str, Any],
    ) -> dict[str, Any]:
        """Drop the names that a star import does not bring any more.

        Args:
            module: The module that imports.
            statement: The import statement; others have nothing to drop.
            namespace: The module's.

        Returns:
            The names that it may bring with another value, and what they are bound to.
        """
        may_change: dict[str, Any] = {}
        bound = lost & outline.names() if (lost := self._lost_by_stars(outline)) else lost
        for source, attribute, _ in outline.imports_of(statement):
            if attribute != "*":
                continue
            for (name, key), value in list(self._removed.items()):
                if key in bound:
                    self._dirty.mark(module, key)
                elif name == source and namespace.get(key, MISSING) is value:
                    others = (self._graph.by_name(x) for x in outline.stars if x != source)
                    found = [vars(x.module)[key] for x in others if x and key in vars(x.module)]
                    if found:
                        namespace[key] = found[-1]
                    else:
                        del namespace[key]
                        self._removed[module.name, key] = value
                    self._dirty.mark(module, key)
            changed = self._dirty.of(source)
            if "__all__" in changed:
                changed |= self._refresh_exported(module, source, namespace, outline)
            for key in changed:
                if "." not in key:
                    may_change[key] = namespace.get(key, MISSING)
        may_change.pop("*", None)
        return may_change
