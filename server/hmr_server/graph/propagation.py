"""From a changed module up to the HMR boundaries: the modules that handle the update.

    main.js ──imports── page.js (accepts lib.js) ──imports── lib.js ──imports── data.js
                                     ▲                                             │
                                     └──────────────── boundary ───────────────────┘

When `data.js` changes, its importers are asked, and theirs, until each path ends in a module that
accepts itself or the dependency the path came through. A path that ends in a module without
importers is a dead end: the page has to be reloaded.

Behaviour: Vite's `node/server/hmr.ts` (`updateModules`, `propagateUpdate`,
`isNodeWithinCircularImports`). Where Vite recurses, this walks with a stack of its own, so that no
depth of imports is too deep; a circle that contains the page's entry and no boundary is a dead end,
where Vite sends nothing; and whether boundaries are part of import circles is found for all of
them in one walk over their importers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .module_graph import ModuleGraph, ModuleNode


@dataclass(frozen=True, slots=True)
class Boundary:
    """Who handles an update.

    Attributes:
        module: The HMR boundary.
        accepted_via: What it accepts: itself, or the dependency that the update came through.
        is_within_circular_import: Its import may fail, because it imports itself through others.
    """

    module: ModuleNode
    accepted_via: ModuleNode
    is_within_circular_import: bool = False


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """No module handles the update: the page has to reload.

    Attributes:
        reason: Why, where it isn't obvious.
        module: The module that changed, and whose change nobody handles.
    """

    reason: str = ""
    module: ModuleNode | None = field(default=None, compare=False)


Propagation: TypeAlias = "list[Boundary] | DeadEnd"


def update_modules(
    graph: ModuleGraph,
    modules: Iterable[ModuleNode],
    timestamp: int,
    *,
    traversed: set[ModuleNode] | None = None,
    first_invalidated_by: str | None = None,
) -> Propagation:
    """Find who handles a change of modules, and invalidates them and what they end up in.

    Args:
        graph: The module graph; its timestamps rise.
        modules: What changed, as one batch. None at all is a dead end.
        timestamp: The update's, in milliseconds since the epoch.
        traversed: Is added to: the modules on the way from what changed to the boundaries.
        first_invalidated_by: The URL of the module whose `invalidate()` began this.

    Returns:
        The boundaries, possibly none and possibly some twice, or that there is a dead end.
    """
    traversed = set() if traversed is None else traversed
    invalidated: set[ModuleNode] = set()
    boundaries: list[Boundary] = []
    dead_end: DeadEnd | None = DeadEnd()
    for index, module in enumerate(modules):
        if index == 0:
            dead_end = None
        found = propagate_update(module, traversed)
        graph.invalidate(module, seen=invalidated, timestamp=timestamp)
        if dead_end is not None:
            continue  # the rest is invalidated all the same: a page that reloads fetches it, too
        if found is None:
            dead_end = DeadEnd(module=module)
        elif first_invalidated_by is not None and any(
            boundary.accepted_via.url == first_invalidated_by for boundary in found
        ):
            # it was the one who said that it can't
            dead_end = DeadEnd("circular import invalidate")
        else:
            boundaries += found
    if dead_end is not None:
        return dead_end
    circular = within_circular_imports(boundary.module for boundary in boundaries)
    return [
        replace(boundary, is_within_circular_import=True)
        if boundary.module in circular
        else boundary
        for boundary in boundaries
    ]


def propagate_update(node: ModuleNode, traversed: set[ModuleNode]) -> list[Boundary] | None:
    """Return the boundaries above one changed module, or None when a path has a dead end.

    Args:
        node: The module that changed.
        traversed: The modules that this batch has been at; is added to.
    """
    boundaries: list[Boundary] = []
    if node in traversed:
        return boundaries
    own = {node}
    path = _ask(node, traversed, boundaries)
    if path is None:
        return None
    has_end = False  # some path ends, and not in a circle
    stack = [(node, path)]
    while stack:
        node, importers = stack[-1]
        has_end = has_end or not _is_asked(node)
        for importer in importers:
            if node in importer.accepted_deps:
                boundaries.append(Boundary(importer, node))
            elif _accepts_bindings(node, importer):
                has_end = True
            elif importer in traversed:
                has_end = has_end or importer not in own  # another module's path
            else:
                own.add(importer)
                path = _ask(importer, traversed, boundaries)
                if path is None:
                    return None
                stack.append((importer, path))
                break
        else:
            stack.pop()
    # All paths run in circles: is the page's entry part of one, or are they left from old imports?
    if not boundaries and not has_end and any(node.is_entry for node in own):
        return None
    return boundaries


def within_circular_imports(modules: Iterable[ModuleNode]) -> set[ModuleNode]:
    """Return which of the modules import themselves through other modules.

    Those are the ones in a strongly connected component of several modules: the boundary reaches a
    module of the changed chain by its importers exactly if it does so through a circle, because
    the chain is what it imports. Tarjan's algorithm over the importers finds all at once.
    """
    asked = set(modules)
    number: dict[ModuleNode, int] = {}
    low: dict[ModuleNode, int] = {}
    component: list[ModuleNode] = []
    in_component: set[ModuleNode] = set()
    circular: set[ModuleNode] = set()
    for root in asked:
        if root in number:
            continue
        walk: list[tuple[ModuleNode, Iterator[ModuleNode]]] = []
        _enter(root, number, low, component, in_component, walk)
        while walk:
            node, importers = walk[-1]
            for importer in importers:
                if importer not in number:
                    _enter(importer, number, low, component, in_component, walk)
                    break
                if importer in in_component:
                    low[node] = min(low[node], number[importer])
            else:
                walk.pop()
                if walk:
                    parent = walk[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == number[node]:
                    found = [component.pop()]
                    while found[-1] is not node:
                        found.append(component.pop())
                    in_component.difference_update(found)
                    if len(found) > 1:
                        circular |= asked.intersection(found)
    return circular


def _ask(
    node: ModuleNode, traversed: set[ModuleNode], boundaries: list[Boundary]
) -> Iterator[ModuleNode] | None:
    """Return the modules to visit after this one: its importers, none, or None for a dead end."""
    traversed.add(node)
    if not _is_asked(node):
        return iter(())
    if node.is_self_accepting:
        boundaries.append(Boundary(node, node))
        return iter(())
    if node.accepted_exports is not None:
        # It can't accept what others use of it, so continue; but it is updated before its importers,
        # so that they get the new one. Without importers it accepts everything that is used.
        boundaries.append(Boundary(node, node))
    elif not node.importers:
        return None
    return iter(node.importers)


def _is_asked(node: ModuleNode) -> bool:
    """Return whether a page may have a module: its code was analysed, or another module depends on the file."""
    return node.is_self_accepting is not None if node.id is not None else bool(node.importers)


def _accepts_bindings(node: ModuleNode, importer: ModuleNode) -> bool:
    """Return whether all that the importer uses of the module is among the exports it accepts itself."""
    if node.id is None or node.accepted_exports is None or importer.imported_bindings is None:
        return False
    bindings = importer.imported_bindings.get(node)
    return bindings is not None and bindings <= node.accepted_exports


def _enter(
    node: ModuleNode,
    number: dict[ModuleNode, int],
    low: dict[ModuleNode, int],
    component: list[ModuleNode],
    in_component: set[ModuleNode],
    walk: list[tuple[ModuleNode, Iterator[ModuleNode]]],
) -> None:
    number[node] = low[node] = len(number)
    component.append(node)
    in_component.add(node)
    walk.append((node, iter(node.importers)))
