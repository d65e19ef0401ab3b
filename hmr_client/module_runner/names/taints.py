"""Which modules may read a name with a new value, as far as the names in their code say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from ..analysis.code_names import NAMESPACES, code_names
from ..analysis.outline import Outline
from ..effects.contribution import Contribution
from ..module_graph import EvaluatedModule


class Taints:
    """Follows names, not objects: so most modules of a large program need not even be parsed.

    A name is tainted when it has a new value, or when the statement that binds it mentions a tainted
    name. A module may read what it mentions, if it imports the module where that is, however
    indirectly.

    Attributes:
        size: How many names are tainted.
    """

    def __init__(self) -> None:
        self._tainted: dict[EvaluatedModule, set[str]] = {}
        self._stored_into: dict[int, Any] = {}  # what tainted statements have put something into
        self._everywhere: set[str] = set()
        self.size = 0

    def mark(self, module: EvaluatedModule, name: str) -> None:
        """Note that a name has a new value.

        Args:
            name: The name, or `C.x` for an attribute of a class.
        """
        self._add(module, name.split("."))

    def mark_everywhere(self, name: str) -> None:
        """Note that each module that mentions a library may read what is new in it."""
        if name not in self._everywhere:
            self._everywhere.add(name)
            self.size += 1

    def mention_library(self, module: EvaluatedModule) -> bool:
        """Tell whether a module mentions a library in which something has been set."""
        return (
            bool(self._everywhere)
            and module.code is not None
            and not self._everywhere.isdisjoint(code_names(module.code))
        )

    def may_reach(self, module: EvaluatedModule) -> bool:
        """Tell whether a module mentions a tainted name."""
        names = frozenset() if module.code is None else code_names(module.code)
        visible = self._visible_to(module)
        if not visible:
            return False
        return (
            "__getattr__" in visible
            or not names.isdisjoint(visible)
            or not names.isdisjoint(NAMESPACES)
        )

    def spread(
        self, module: EvaluatedModule, outline: Outline, put: Mapping[int, Contribution]
    ) -> None:
        """Taint what a module makes of tainted names.

        Args:
            outline: The module's source.
            put: What its statements have put into other objects, by their indices.
        """
        visible = self._visible_to(module)
        left = list(outline.statements)
        if visible:
            visible = visible | NAMESPACES
        while found := [x for x in left if not x.mentions.isdisjoint(visible)]:
            left = [x for x in left if x not in found]
            names = {name for statement in found for name in (*statement.binds, *statement.defines)}
            self._add(module, names)
            visible |= names
        done = {id(x) for x in left}
        for index, contribution in put.items():
            statements = outline.statements[index : index + 1]
            if statements and id(statements[0]) not in done:
                self._stored_into.update((id(x), x) for x in contribution.owners())

    def name_stored(self, modules: Iterable[EvaluatedModule]) -> list[EvaluatedModule]:
        """Taint the names of what tainted statements have put something into: a table of handlers.

        Returns:
            The modules that have such names.
        """
        if not self._stored_into:
            return []
        stored, self._stored_into = self._stored_into, {}
        for item in stored.values():
            if isinstance(item, ModuleType | type):
                name = item.__name__ if isinstance(item, ModuleType) else item.__module__
                self.mark_everywhere(name.partition(".")[0])
        concerned: list[EvaluatedModule] = []
        for module in modules:
            found = [x for x, value in vars(module.module).items() if id(value) in stored]
            if found:
                concerned.append(module)
                self._add(module, found)
        return concerned

    def _add(self, module: EvaluatedModule, names: Iterable[str]) -> None:
        tainted = self._tainted.setdefault(module, {"*"})
        before = len(tainted)
        tainted.update(names)
        self.size += len(tainted) - before

    def _visible_to(self, module: EvaluatedModule) -> set[str]:
        visible = set(self._everywhere)
        seen = {module}
        pending = [module]
        while pending:
            one = pending.pop()
            visible |= self._tainted.get(one, set())
            new = [x for x in one.imports if x not in seen]
            seen.update(new)
            pending += new
        return visible
