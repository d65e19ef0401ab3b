"""Hot updates: from files that changed, and modules that were invalidated, to the payloads for the clients.

The rules of propagation are hot_update.py's; this is where a change meets the plugins, the pages and the
module graph.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hmr_client.wire.custom_events import InvalidateData
from hmr_client.wire.payloads import (
    ErrorPayload,
    FullReload,
    HotPayload,
    JSONValue,
    Update,
    UpdatePayload,
)

from ..builtin_plugins.data_files import DataFilesPlugin
from ..config import is_page
from ..exceptions import TransformError
from ..files.reading import still_looks
from ..graph import module_url
from ..graph.hot_update import EVERY_PAGE, hot_update
from ..graph.module_graph import ModuleNode, ModuleType
from ..graph.propagation import DeadEnd
from ..pages.pages import Pages
from ..plugins import HotUpdateContext
from ..watch.file_change import ChangeKind, FileChange
from ..watch.truncated_file import until_written
from .plugin_container import PluginEnvironment

_MOST_SCRIPTS = 100

_log = logging.getLogger("hmr_server.hot_update")


@dataclass(slots=True)
class _Effects:
    """What a batch of changes leads to, apart from propagation.

    Attributes:
        payloads: To send before the update.
        updates: The pages' and the plugins'.
        modules: Those that are affected.
    """

    payloads: list[HotPayload] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    modules: dict[ModuleNode, None] = field(default_factory=dict)


class UpdateHandler:
    """Finds out what a change means for the open pages.

    Args:
        environment: What it happens in.
        pages: Its HTML pages.
        data_files: The files that the pages' Python reads.
    """

    def __init__(
        self, environment: PluginEnvironment, pages: Pages, data_files: DataFilesPlugin
    ) -> None:
        self._environment = environment
        self._graph = environment.graph
        self._pages = pages
        self._data_files = data_files

    async def handle_file_changes(self, changes: Sequence[FileChange]) -> list[HotPayload]:
        """Return the payloads for one batch of changes: files that were saved together.

        Args:
            changes: The watcher's batch.

        Returns:
            Payloads to send, in this order; never an `UpdatePayload` without updates.
        """
        for change in changes:
            await until_written(change.file)
        timestamp = self._environment.next_timestamp()
        changes = [self._of_target(change) for change in changes]
        known = [change for change in changes if self._is_answered_with(change)]
        self._invalidate([change for change in changes if change not in known])
        effects = _Effects()
        for change in changes:
            await self._add_effects(change, timestamp, effects)
        for change in known:
            for module in self._graph.get_by_file(change.file.as_posix()):
                effects.modules.pop(module, None)
        payloads, updates, modules = effects.payloads, effects.updates, tuple(effects.modules)
        if (told := self._data_files.take()) is not None:
            payloads.append(told)  # before the modules that read them
        found = hot_update(self._graph, modules, timestamp) if modules else []
        for change in changes:
            # Only now: a module that was deleted together with its importers is no dead end
            if change.kind is ChangeKind.DELETE:
                self._graph.cut(change.file.as_posix())
        match found:
            case DeadEnd(reason, culprit):
                files = [change.file for change in changes]
                at_fault = [file for file in files if culprit and file.as_posix() == culprit.file]
                reload = self._full_reload((at_fault or files)[0], reason, _scripts(modules))
                return [*_errors(payloads), reload]
            case _:
                updates = [*found, *updates]
        if updates:
            _log_updates(updates)
            payloads.append(UpdatePayload(updates=tuple(updates)))
        return payloads

    async def _add_effects(self, change: FileChange, timestamp: int, effects: _Effects) -> None:
        """Ask the pages and the plugins what a change concerns."""
        modules = await self._modules_of(change)
        if is_page(change.file.name):
            page = await self._pages.changed(change, timestamp)
            if page.reload is None or not modules:
                effects.updates += page.updates
                if page.reload is not None:
                    _log.info("page reload %s", self._environment.short_path(change.file))
                    effects.payloads.append(page.reload)
            # else it is a module itself, whose importers decide
        context = HotUpdateContext(
            change.file, change.kind, timestamp, modules, self._environment, effects.updates
        )
        try:
            affected = await self._environment.plugins.handle_hot_update(context)
        except TransformError as error:
            effects.payloads.append(ErrorPayload(err=error.details))
        else:
            effects.modules |= dict.fromkeys(affected)

    async def _modules_of(self, change: FileChange) -> tuple[ModuleNode, ...]:
        """Return the modules that a change of a file concerns at first."""
        modules = dict.fromkeys(self._graph.get_by_file(change.file.as_posix()))
        if change.kind is ChangeKind.CREATE:
            # a file that comes back, as with a branch: no page has a module of it that nobody imports
            modules = dict.fromkeys(module for module in modules if _may_be_loaded(module))
            modules |= dict.fromkeys(await self._now_resolved())
        if not is_page(change.file.name):
            return tuple(modules)
        # inline scripts and styles are the page's own
        return tuple(module for module in modules if not module_url.is_html_proxy(module.url))

    def handle_invalidate(self, data: InvalidateData) -> list[HotPayload]:
        """Return the payload for a module that can't handle its own update.

        Only the first client that says so counts, until the module's next update.

        Args:
            data: The `vite:invalidate` event's.
        """
        node = self._graph.get_by_url(module_url.unwrap_id(data.path))
        if (
            node is None
            or not node.is_self_accepting
            or not node.last_hmr_timestamp
            or node.invalidation_received
        ):
            return []
        node.invalidation_received = True
        _log.info("hmr invalidate %s%s", data.path, f" {data.message}" if data.message else "")
        importers = [importer for importer in node.importers if importer is not node]
        match hot_update(
            self._graph,
            importers,
            node.last_hmr_timestamp,
            first_invalidated_by=data.first_invalidated_by,
        ):
            case DeadEnd(reason):
                return [self._full_reload(Path(node.file or node.url), reason)]
            case []:
                return []
            case updates:
                _log_updates(updates)
                return [UpdatePayload(updates=tuple(updates))]

    async def reload_module(self, module: ModuleNode) -> None:
        """Update a module as if its file had been saved; for plugins."""
        self._graph.invalidate(module)
        match hot_update(self._graph, [module], self._environment.next_timestamp()):
            case DeadEnd(reason):
                self._environment.send(self._full_reload(Path(module.file or module.url), reason))
            case []:
                return
            case updates:
                _log_updates(updates)
                self._environment.send(UpdatePayload(updates=tuple(updates)))

    def _of_target(self, change: FileChange) -> FileChange:
        """Return the change of the file that a symlink led to when it was loaded."""
        path = change.file.as_posix()
        target = self._environment.resolver.links.get(path)
        if target is None:
            return change
        # A link that leads elsewhere now is deleted for the importers of what it led to
        moved = self._environment.resolver.retargeted(path)
        return FileChange(ChangeKind.DELETE if moved else change.kind, Path(target))

    def _is_answered_with(self, change: FileChange) -> bool:
        """Return whether all who have asked for a file's modules since their stamp get this content.

        Of two saves close together a page may fetch the second one when it is sent the first. Its answer
        may still be on the way: what counts is what was read.
        """
        modules = self._graph.get_by_file(change.file.as_posix())
        return change.kind is ChangeKind.UPDATE and all(
            not module.failed_on_load
            and module.look is not None
            and still_looks(change.file, module.look)
            for module in modules
        )

    def _invalidate(self, changes: Sequence[FileChange]) -> None:
        """Have the changed modules made again, and those that name a deleted file: this is reported."""
        gone: list[ModuleNode] = []
        for change in changes:
            modules = self._graph.get_by_file(change.file.as_posix())
            if change.kind is not ChangeKind.UPDATE:
                self._graph.forget_urls()
            if change.kind is ChangeKind.DELETE:
                gone += modules
            seen: set[ModuleNode] = set()
            for module in modules:
                self._graph.invalidate(module, seen=seen)
        seen = set()
        for dependent in self._graph.dependents(gone):
            self._graph.invalidate(dependent, seen=seen)

    async def _now_resolved(self) -> list[ModuleNode]:
        """Return the modules with an unresolved import that can be resolved now."""
        found = []
        for node in self._graph.unresolved:
            for specifier in node.unresolved:
                try:
                    if await self._environment.resolve_id(specifier, node.id) is not None:
                        found.append(node)
                        break
                except Exception:  # noqa: BLE001  # the next transform will report it in its place
                    found.append(node)
                    break
        return found

    def _full_reload(
        self, file: Path, reason: str, scripts: Sequence[JSONValue] = ()
    ) -> FullReload:
        _log.info(
            "page reload %s%s", self._environment.short_path(file), f" ({reason})" if reason else ""
        )
        extra: dict[str, JSONValue] = {"scripts": scripts} if scripts else {}
        return FullReload(path=EVERY_PAGE, triggered_by=file.as_posix(), extra=extra)


def _may_be_loaded(module: ModuleNode) -> bool:
    return bool(module.importers) or module.is_entry or module.is_of_pages or module.id is None


def _errors(payloads: Iterable[HotPayload]) -> list[HotPayload]:
    return [payload for payload in payloads if isinstance(payload, ErrorPayload)]


def _scripts(modules: Iterable[ModuleNode]) -> list[JSONValue]:
    """Return the URLs of scripts among what has changed: pages have the browser read them before they reload."""
    urls: list[JSONValue] = [
        module_url.to_request(module.url)
        for module in modules
        if module.type is ModuleType.JS
        and module_url.is_js_request(module.url)
        and not module_url.is_html_proxy(module.url)
    ]
    return urls[:_MOST_SCRIPTS]


def _log_updates(updates: Iterable[Update]) -> None:
    paths = dict.fromkeys(module_url.as_written(update.path) for update in updates)
    _log.info("hmr update %s", ", ".join(paths))
