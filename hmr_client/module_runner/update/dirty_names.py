"""The names whose values are others than before this update, and who reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ..analysis.outline import Outline
from ..analysis.scan import Chain
from ..analysis.statements import Statement
from ..imports.importer import Importer
from ..module_graph import EvaluatedModule, EvaluatedModules
from ..planning.plan import Change

Key = tuple[str, str]
"""A module's name and a name in it; `C.x` is the attribute x of its class C."""


class DirtyNames:
    """Names with new values, each with the time at which it got it.

    Attributes:
        now: The time: how often a name became dirty.
        touched: The names that got new values, by module.

    Args:
        graph: The modules.
        importer: Knows their sources.
        changes: The changed modules.
    """

    def __init__(
        self,
        graph: EvaluatedModules,
        importer: Importer,
        changes: Mapping[EvaluatedModule, Change],
    ) -> None:
        self._graph = graph
        self._importer = importer
        self._changes = changes
        self._dirty: dict[Key, int] = {}
        self.now = 0
        self.touched: dict[EvaluatedModule, set[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._dirty)

    def of(self, module: str) -> set[str]:
        """Return the dirty names of a module.

        Args:
            module: Its name.
        """
        return {key for name, key in self._dirty if name == module}

    def is_dirty(self, module: EvaluatedModule, outline: Outline, chain: Chain) -> bool:
        """Tell whether what a chain reads is dirty.

        Args:
            module: Where it stands.
            outline: The module's source.
            chain: The name and its attributes.
        """
        return any(key in self._dirty for key in self._resolve(module, outline, chain))

    def mark(self, module: EvaluatedModule, name: str) -> None:
        """Note that a name has a new value.

        Args:
            module: Where it is bound.
            name: The name, or `C.x` for an attribute of a class.
        """
        self.now += 1
        self._dirty[module.name, name] = self.now
        self._dirty[module.name, "*"] = self.now
        self.touched.setdefault(module, set()).add(name.partition(".")[0])

    def may_be_read_by(self, module: EvaluatedModule, since: int) -> bool:
        """Tell whether a module may read a dirty name, as far as its imports say.

        Args:
            since: Names that were dirty before this time do not count.
        """
        names = {name for (name, _), clock in self._dirty.items() if clock >= since}
        return bool(names) and (
            module.name in names or any(x.name in names for x in module.imports)
        )

    def are_read_by(
        self, module: EvaluatedModule, outline: Outline, statement: Statement, since: int
    ) -> bool:
        """Tell whether a statement reads a dirty name.

        Args:
            module: Where it stands.
            outline: The module's source.
            since: Names that were dirty before this time do not count.
        """
        return bool(self._dirty) and any(
            self._dirty.get(key, -1) >= since for key in self._keys(module, outline, statement)
        )

    def _keys(
        self, module: EvaluatedModule, outline: Outline, statement: Statement
    ) -> Iterator[Key]:
        """Return what a statement reads, as keys of `_dirty`."""
        for name, attribute, _ in outline.imports_of(statement):
            if attribute is not None:
                yield name, attribute
        for chain in statement.reads:
            yield from self._resolve(module, outline, chain)
        if isinstance(statement.node, ast.ClassDef):
            for base in statement.node.bases:
                chain = tuple(ast.unparse(base).split("."))
                yield from self._resolve(module, outline, (*chain, "__bases__"))

    def _resolve(self, module: EvaluatedModule, outline: Outline, chain: Chain) -> Iterator[Key]:
        """Follow a chain of attributes through modules to the name that it reads."""
        first, *rest = chain
        yield module.name, first
        if rest:
            yield module.name, f"{first}.{rest[0]}"
            for star in outline.stars:
                yield star, f"{first}.{rest[0]}"
        for _ in range(8):  # re-exports of re-exports
            if first not in outline.imports:
                return
            target, attribute = outline.imports[first]
            if attribute is not None:
                if self._graph.by_name(f"{target}.{attribute}") is None:
                    if not rest:
                        return
                    yield target, f"{attribute}.{rest[0]}"
                    source = self._graph.by_name(target)
                    if source is None:
                        return
                    outline, first = self.outline(source), attribute
                    continue
                target = f"{target}.{attribute}"
            while rest and self._graph.by_name(f"{target}.{rest[0]}") is not None:
                target = f"{target}.{rest.pop(0)}"
            if rest:
                yield target, rest[0]
                if len(rest) > 1:
                    yield target, f"{rest[0]}.{rest[1]}"
            return

    def outline(self, module: EvaluatedModule) -> Outline:
        """Return a module's source after the update."""
        change = self._changes.get(module)
        return change.outline if change is not None else self._importer.outline(module)

    def old_outline(self, module: EvaluatedModule) -> Outline:
        """Return a module's source before the update."""
        change = self._changes.get(module)
        return change.old if change is not None else self._importer.outline(module)
