"""From boundaries to payloads: the updates of one batch.

Behaviour: Vite's `node/server/hmr.ts`. Better than Vite: files that were saved together are one
batch with one payload; a module that had an error when the page loaded, and is fixed, reloads
the page, because its importers never ran there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hmr_client.wire.payloads import CssUpdate, JSONValue, JsUpdate, Update

from . import module_url
from .module_code import imported_as
from .module_graph import ModuleGraph, ModuleNode, ModuleType
from .propagation import Boundary, DeadEnd, update_modules

EVERY_PAGE = "*"

_MOST_PRELOADED = 1000


def hot_update(
    graph: ModuleGraph,
    modules: Sequence[ModuleNode],
    timestamp: int,
    *,
    first_invalidated_by: str | None = None,
) -> list[Update] | DeadEnd:
    """Return the update that a change of modules leads to, and invalidate them.

    Args:
        graph: The module graph.
        modules: What changed, as one batch. None at all is a dead end.
        timestamp: The update's, in milliseconds since the epoch.
        first_invalidated_by: The URL of the module whose `invalidate()` began this.
    """
    traversed: set[ModuleNode] = set()
    found = update_modules(
        graph, modules, timestamp, traversed=traversed, first_invalidated_by=first_invalidated_by
    )
    unkept = [node for node in traversed if node.stands_for_unkept]
    for node in unkept:
        graph.forget_queries(node.file or "")  # every page reloads
    if unkept:
        return DeadEnd("pages have asked for it with more queries than are kept")
    if isinstance(found, DeadEnd):
        return found
    if any(node.failed_on_load for node in traversed):
        return DeadEnd("it had an error when the page loaded")
    updates: list[Update] = [
        _update(boundary, timestamp, first_invalidated_by) for boundary in found
    ]
    return _with_preload(updates, traversed)


def _with_preload(updates: list[Update], traversed: Iterable[ModuleNode]) -> list[Update]:
    """Say in the first update of a module what its import will fetch besides: the ways to what changed.

    A browser finds them one after another: each module's answer names the next. Vite has nothing like it,
    and its client ignores the field.
    """
    imported = {update.accepted_path for update in updates}
    urls = sorted(
        imported_as(module_url.to_request(node.url), node.last_hmr_timestamp)
        for node in traversed
        if node.type is ModuleType.JS and node.url not in imported
    )
    for number, update in enumerate(updates):
        if urls and isinstance(update, JsUpdate):
            preload: Sequence[JSONValue] = urls[:_MOST_PRELOADED]
            updates[number] = replace(update, extra={"preload": preload})
            break
    return updates


def _update(
    boundary: Boundary, timestamp: int, first_invalidated_by: str | None
) -> JsUpdate | CssUpdate:
    path, accepted_path = boundary.module.url, boundary.accepted_via.url
    if boundary.module.type is ModuleType.CSS:
        return CssUpdate(
            path=path,
            accepted_path=accepted_path,
            timestamp=timestamp,
            first_invalidated_by=first_invalidated_by,
        )
    return JsUpdate(
        path=path,
        accepted_path=accepted_path,
        timestamp=timestamp,
        explicit_import_required=module_url.is_explicit_import_required(accepted_path),
        is_within_circular_import=boundary.is_within_circular_import,
        first_invalidated_by=first_invalidated_by,
    )
