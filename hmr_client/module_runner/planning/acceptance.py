"""The hot contexts of Python modules, between the client's maps and the import graph."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any

from ..module_graph import EvaluatedModule, EvaluatedModules

if TYPE_CHECKING:
    from ...client import HMRClient
    from ...hot_module import HotCallback
    from .plan import Accepted, Boundary


def resolve_dependency(
    graph: EvaluatedModules, owner: EvaluatedModule, dependency: str
) -> EvaluatedModule | None:
    """Find the module that `hot.accept(…)` names: as an import statement does, or by path or URL.

    Args:
        owner: Who accepts.
        dependency: `app.lib`, `.lib`, `app/lib.py` or `/app/lib.py`.
    """
    if dependency == owner.path:
        return owner
    if found := graph.by_path(dependency) or graph.by_path(dependency.lstrip("/")):
        return found[0]
    name = dependency
    if dependency.startswith("."):
        tail = dependency.lstrip(".")
        package = owner.package
        for _ in range(len(dependency) - len(tail) - 1):
            package = package.rpartition(".")[0]
        name = f"{package}.{tail}" if package and tail else package or tail
    return graph.by_name(name)


def accepted_modules(client: HMRClient, graph: EvaluatedModules) -> Accepted:
    """Return what each module has accepted.

    Args:
        client: Holds the callbacks.
    """
    accepted: dict[EvaluatedModule, frozenset[EvaluatedModule]] = {}
    for path, hot_module in client.hot_modules_map.items():
        for module in graph.by_path(path):
            names = {dep for callback in hot_module.callbacks for dep in callback.deps}
            found = (resolve_dependency(graph, module, name) for name in names)
            accepted[module] = frozenset(x for x in found if x is not None)
    return accepted


class AcceptCallbacks:
    """The callbacks of a plan's boundaries, taken before a re-run replaces them.

    Args:
        client: Holds the callbacks.
        boundaries: Where the update ends.
    """

    def __init__(
        self,
        client: HMRClient,
        graph: EvaluatedModules,
        boundaries: Iterable[Boundary],
    ) -> None:
        self._client = client
        self._calls: list[tuple[Boundary, HotCallback, list[bool]]] = []
        for boundary in boundaries:
            hot_module = client.hot_modules_map.get(boundary.module.path)
            for callback in hot_module.callbacks if hot_module else ():
                matches = [
                    resolve_dependency(graph, boundary.module, dep) is boundary.accepted_via
                    for dep in callback.deps
                ]
                if any(matches):
                    self._calls.append((boundary, callback, matches))

    def call(self, first_invalidated_by: str | None) -> list[Awaitable[Any]]:
        """Call them, in order.

        Args:
            first_invalidated_by: The module whose update began the chain.

        Returns:
            What async callbacks returned; no code awaits it.
        """
        waiting: list[Awaitable[Any]] = []
        self._client.current_first_invalidated_by = first_invalidated_by
        try:
            for boundary, callback, matches in self._calls:
                updated = boundary.accepted_via.module
                result = callback.fn([updated if match else None for match in matches])
                if isinstance(result, Awaitable):
                    waiting.append(result)
                via = (
                    ""
                    if boundary.module is boundary.accepted_via
                    else f" via {boundary.module.path}"
                )
                self._client.logger.debug(f"hot updated: {boundary.accepted_via.path}{via}")
        finally:
            self._client.current_first_invalidated_by = None
        return waiting


def snapshot(client: HMRClient) -> Any:
    """Return what `restore` needs to put the client's maps back.

    Args:
        client: Holds the maps.
    """
    return (
        {path: (module, list(module.callbacks)) for path, module in client.hot_modules_map.items()},
        dict(client.dispose_map),
        dict(client.prune_map),
        {event: list(x) for event, x in client.custom_listeners_map.items()},
        {
            path: {event: list(x) for event, x in own.items()}
            for path, own in client.ctx_to_listeners_map.items()
        },
        {path: (x, x.copy() if type(x) is dict else None) for path, x in client.data_map.items()},
    )


def restore(client: HMRClient, state: Any) -> None:
    """Put the client's maps back: what modules had registered before a failed update.

    Args:
        client: Holds the maps.
        state: What `snapshot` returned.
    """
    modules, dispose, prune, listeners, own, data = state
    client.hot_modules_map.clear()
    for path, (module, callbacks) in modules.items():
        module.callbacks = callbacks
        client.hot_modules_map[path] = module
    for live, before in (
        (client.dispose_map, dispose),
        (client.prune_map, prune),
        (client.custom_listeners_map, listeners),
        (client.ctx_to_listeners_map, own),
    ):
        live.clear()
        live.update(before)
    client.data_map.clear()
    for path, (value, contents) in data.items():
        if contents is not None:
            value.clear()
            value.update(contents)
        client.data_map[path] = value


def forget(client: HMRClient, path: str) -> None:
    """Drop what a module has registered; its data stays.

    Args:
        client: Holds the maps.
    """
    client.begin_context(path)
    client.hot_modules_map.pop(path, None)
    client.dispose_map.pop(path, None)
    client.prune_map.pop(path, None)
