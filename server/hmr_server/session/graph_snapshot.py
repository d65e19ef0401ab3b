"""A module graph as data, and back: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..file_look import MANY_LOOKS
from ..graph.module_graph import ModuleGraph, ModuleInfo, ModuleNode


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedModule:
    """A module of the graph; others are named by id, or by `file:` and a path.

    Attributes as in `module_graph.ModuleNode`.
    """

    name: str
    url: str
    id: str | None
    file: str | None
    importers: tuple[str, ...]
    imported_modules: tuple[str, ...]
    static_imports: tuple[str, ...]
    accepted_deps: tuple[str, ...]
    accepted_exports: tuple[str, ...] | None
    imported_bindings: Mapping[str, tuple[str, ...]] | None
    is_self_accepting: bool | None
    last_hmr_timestamp: int
    failed_on_load: bool
    unresolved: tuple[str, ...]


def snapshot(graph: ModuleGraph) -> tuple[SavedModule, ...]:
    """Return all modules of `graph`, in their order."""
    return tuple(map(saved_module, graph))


def saved_module(node: ModuleNode) -> SavedModule:
    """Return a module as data."""
    return SavedModule(
        name=_name(node),
        url=node.url,
        id=node.id,
        file=node.file,
        importers=_names(node.importers),
        imported_modules=_names(node.imported_modules),
        static_imports=tuple(sorted(_names(node.static_imports))),
        accepted_deps=tuple(sorted(_names(node.accepted_deps))),
        accepted_exports=(
            None if node.accepted_exports is None else tuple(sorted(node.accepted_exports))
        ),
        imported_bindings=(
            None
            if node.imported_bindings is None
            else {_name(key): tuple(sorted(v)) for key, v in node.imported_bindings.items()}
        ),
        is_self_accepting=node.is_self_accepting,
        last_hmr_timestamp=node.last_hmr_timestamp,
        failed_on_load=node.failed_on_load,
        unresolved=tuple(sorted(node.unresolved)),
    )


def restore(graph: ModuleGraph, modules: Iterable[SavedModule]) -> None:
    """Fill an empty `graph`. Nothing in it is transformed; edges, flags and stamps are restored.

    Raises:
        LookupError: A module names one that is not among them.
    """
    saved = tuple(modules)
    _check_names(saved)
    nodes: dict[str, ModuleNode] = {}
    for module in saved:
        if module.id is None:
            nodes[module.name] = graph.ensure_file_only_entry(module.file or "")
        else:
            nodes[module.name] = graph.ensure_entry(module.url, module.id, module.file)
    for module in saved:
        node = nodes[module.name]
        graph.update_module_info(
            node,
            ModuleInfo(
                imported_modules=tuple(nodes[name] for name in module.imported_modules),
                static_imports=frozenset(nodes[name] for name in module.static_imports),
                accepted_deps=frozenset(nodes[name] for name in module.accepted_deps),
                accepted_exports=(
                    None if module.accepted_exports is None else frozenset(module.accepted_exports)
                ),
                imported_bindings=(
                    None
                    if module.imported_bindings is None
                    else {nodes[k]: frozenset(v) for k, v in module.imported_bindings.items()}
                ),
                is_self_accepting=bool(module.is_self_accepting),
            ),
        )
        node.is_self_accepting = module.is_self_accepting
        node.last_hmr_timestamp = module.last_hmr_timestamp
        node.failed_on_load = module.failed_on_load
        node.note_look(MANY_LOOKS)  # the process before this one has answered
        graph.mark_unresolved(node, module.unresolved)
    for module in saved:  # in the order in which they were, and without those that were cut
        nodes[module.name].importers = {nodes[name]: None for name in module.importers}


def _check_names(modules: Iterable[SavedModule]) -> None:
    known = {module.name for module in modules}
    for module in modules:
        named = {*module.importers, *module.imported_modules, *module.static_imports}
        named |= {*module.accepted_deps, *(module.imported_bindings or ())}
        if not named <= known:
            raise LookupError(f"{module.name} names {min(named - known)}")


def _name(node: ModuleNode) -> str:
    return node.id if node.id is not None else f"file:{node.file}"


def _names(nodes: Iterable[ModuleNode]) -> tuple[str, ...]:
    return tuple(_name(node) for node in nodes)
