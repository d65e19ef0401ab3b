"""The module graph: who imports whom, who accepts whose updates, and what is out of date.

    index.html ── main.js ──imports── page.js ──imports── lib.js
                     └─────imports── style.css

A node is made when a module is requested or first seen as an import; it is filled in when the
module is transformed. Edges run both ways: `imported_modules` down, `importers` up. Nodes stay when
their files go, because a page may hold the module.

Behaviour: Vite's `node/server/moduleGraph.ts`. Different by intent: a module's pending transform is
told apart by a generation that every invalidation raises, not by comparing clocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from ..file_look import MANY_LOOKS, FileLook
from ..javascript.syntax import SyntaxProblem
from . import module_url
from .module_code import ModuleCode, TransformResult

MOST_QUERIES = 200
"""Modules that are kept of one file which pages have asked for with queries of their own."""

_UNKEPT = "?hmr-unkept"


class ModuleType(Enum):
    """What a module is for a client."""

    JS = "js"
    CSS = "css"  # a linked stylesheet
    ASSET = "asset"  # a file that others depend on and no page imports: `@import`, add_watch_file()


@dataclass(eq=False, slots=True)
class ModuleNode:
    """One module.

    Attributes:
        url: Its name on the wire: see `module_url`.
        id: File path and query, or a virtual id; None for a file-only entry.
        file: The file; None for a virtual module.
        type: What it is for a client.
        importers: The modules that import it, in the order in which they were seen.
        imported_modules: What it imports, in order.
        static_imports: Those that its code names, so that only a stamp changes with them.
        accepted_deps: The modules whose updates it accepts.
        is_entry: A page requested it directly, not for an import.
        accepted_exports: The exports of its own whose change it accepts, where it says so.
        imported_bindings: By imported module, the names that it imports; None where partial accept
            is off.
        is_self_accepting: None until it was analysed: then no page has loaded it.
        last_hmr_timestamp: The stamp of its last update, 0 before the first.
        invalidation_received: A client has invalidated it since its last update.
        generation: Raised by every invalidation.
        analysed_generation: The generation that the edges are from.
        code: Its transformed code; None when it has to be transformed.
        answer: What the next request gets; None when stamps may have changed.
        failed_on_load: It had an error when a page loaded, so that its importers never ran there.
        unresolved: Specifiers in it that nothing was found for.
        problem: What is wrong with its text, if the browser says that something is.
        sees_url: Its code may depend on its own URL.
        is_of_pages: A page has requested it itself, besides the modules that import it.
        look: How its file looked in all answers since its last stamp; None without an answer.
    """

    url: str
    id: str | None = None
    file: str | None = None
    type: ModuleType = ModuleType.JS
    importers: dict[ModuleNode, None] = field(default_factory=dict)
    imported_modules: dict[ModuleNode, None] = field(default_factory=dict)
    static_imports: frozenset[ModuleNode] = frozenset()
    accepted_deps: frozenset[ModuleNode] = frozenset()
    accepted_exports: frozenset[str] | None = None
    imported_bindings: Mapping[ModuleNode, frozenset[str]] | None = None
    is_self_accepting: bool | None = None
    is_entry: bool = False
    last_hmr_timestamp: int = 0
    invalidation_received: bool = False
    generation: int = 0
    analysed_generation: int = -1
    code: ModuleCode | None = None
    answer: TransformResult | None = None
    failed_on_load: bool = False
    unresolved: frozenset[str] = frozenset()
    problem: SyntaxProblem | None = None
    sees_url: bool = False
    is_of_pages: bool = False
    look: FileLook | None = None

    @property
    def stands_for_unkept(self) -> bool:
        """Whether it represents modules that are not kept: it is unknown which modules accept them."""
        return self.id is not None and self.id.endswith(_UNKEPT)

    def note_look(self, look: FileLook) -> None:
        """Note how the file looked that an answer is made of."""
        self.look = look if self.look in {None, look} else MANY_LOOKS

    def __repr__(self) -> str:
        return f"<ModuleNode {self.url!r}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleInfo:
    """What the analysis of a module's code found. Attributes as in `ModuleNode`.

    Attributes:
        is_doubtful: Some of the code could not be read: earlier facts may still hold.
    """

    imported_modules: tuple[ModuleNode, ...] = ()
    static_imports: frozenset[ModuleNode] = frozenset()
    accepted_deps: frozenset[ModuleNode] = frozenset()
    accepted_exports: frozenset[str] | None = None
    imported_bindings: Mapping[ModuleNode, frozenset[str]] | None = None
    is_self_accepting: bool = False
    unresolved: frozenset[str] = frozenset()
    problem: SyntaxProblem | None = None
    sees_url: bool = False
    is_doubtful: bool = False


class ModuleGraph:
    """All modules of one environment.

    Attributes:
        targets_changed: How often URLs and specifiers may have begun to lead elsewhere: files came or went.
        changed: The modules that were added or changed (their edges, flags and stamps) since the code
            that saves them took them out of here.
        forgotten: The ids of those that were removed since then.
    """

    def __init__(self) -> None:
        self.targets_changed = 0
        self.changed: dict[ModuleNode, None] = {}
        self.forgotten: dict[str, None] = {}
        self._by_url: dict[str, ModuleNode] = {}  # also under further urls of the same id
        self._by_id: dict[str, ModuleNode] = {}
        self._by_file: dict[str, dict[ModuleNode, None]] = {}
        self._file_only: dict[str, ModuleNode] = {}
        self._unresolved: dict[ModuleNode, None] = {}

    def __iter__(self) -> Iterator[ModuleNode]:
        yield from self._by_id.values()
        yield from self._file_only.values()

    def __len__(self) -> int:
        return len(self._by_id) + len(self._file_only)

    def get_by_url(self, url: str) -> ModuleNode | None:
        """Return the module of a module URL."""
        return self._by_url.get(url)

    def get_by_id(self, id: str) -> ModuleNode | None:
        """Return the module of an id."""
        return self._by_id.get(id)

    def get_by_file(self, file: str) -> tuple[ModuleNode, ...]:
        """Return all modules of a file: under several queries, pieces of a page, file-only entries."""
        return tuple(self._by_file.get(file, ()))

    @property
    def unresolved(self) -> tuple[ModuleNode, ...]:
        """The modules with an import that nothing was found for."""
        return tuple(self._unresolved)

    def ensure_entry(
        self,
        url: str,
        id: str,
        file: str | None,
        *,
        is_self_accepting: bool | None = None,
        is_entry: bool = False,
    ) -> ModuleNode:
        """Return the module of an id, made when it isn't there. The first URL stays its name.

        Args:
            url: A module URL that resolves to the id.
            id: File path and query, or a virtual id.
            file: The file; None for a virtual module.
            is_self_accepting: For a new node: False where its code won't be analysed.
            is_entry: For a new node: whether a page asked for it itself.
        """
        node = self._by_id.get(id)
        if node is None:
            kind = ModuleType.CSS if module_url.is_direct_css(url) else ModuleType.JS
            node = ModuleNode(url, id, file, kind, is_self_accepting=is_self_accepting)
            node.is_entry = is_entry
            self._by_id[id] = node
            self.changed[node] = None
            if file is not None:
                self._by_file.setdefault(file, {})[node] = None
        self._by_url.setdefault(url, node)
        return node

    def requested(self, url: str, id: str, file: str | None) -> ModuleNode:
        """Return the module that a request names, which no module is known to import.

        Who sends requests makes up queries, and each is a module of its own. Of a file that has too many
        of them this one is not kept: `let_go` has to be called once it is answered.

        Args:
            url: A module URL that resolves to the id.
            id: File path and query, or a virtual id.
            file: The file; None for a virtual module.
        """
        if file is not None and "?" in id and id not in self._by_id:
            kept = sum(1 for _ in self._made_up(file))
            if kept >= MOST_QUERIES:
                kind = ModuleType.CSS if module_url.is_direct_css(url) else ModuleType.JS
                return ModuleNode(url, id, file, kind, is_self_accepting=False, is_entry=True)
        return self.ensure_entry(url, id, file, is_self_accepting=False, is_entry=True)

    def is_kept(self, node: ModuleNode) -> bool:
        """Return whether a module is in the graph."""
        return node.id is None or self._by_id.get(node.id) is node

    def let_go(self, node: ModuleNode) -> None:
        """Let one module represent all of a file's that are not kept: a change of what they import reloads.

        Args:
            node: A module that is not kept, and was answered.
        """
        file = node.file or ""
        url = module_url.FS_PREFIX + module_url.path_to_url(file).removeprefix("/") + _UNKEPT
        id_ = module_url.file_id(file, _UNKEPT)
        stands = self.ensure_entry(url, id_, file, is_self_accepting=False, is_entry=True)
        for dependency in node.imported_modules:
            self.add_import(stands, dependency)
        self._cut(node)

    def forget_queries(self, file: str) -> None:
        """Forget the modules of a file that pages have asked for with queries: the pages reload."""
        for node in [*self._made_up(file)]:
            self._cut(node)
            assert node.id is not None  # noqa: S101  # it has a query
            del self._by_id[node.id]
            del self._by_file[file][node]
            self._by_url = {url: known for url, known in self._by_url.items() if known is not node}
            self.forgotten[node.id] = None

    def _made_up(self, file: str) -> Iterator[ModuleNode]:
        for node in self._by_file.get(file, ()):
            if node.id is not None and "?" in node.id and not node.importers:
                yield node

    def _cut(self, node: ModuleNode) -> None:
        for dependency in node.imported_modules:
            dependency.importers.pop(node, None)
            self.changed[dependency] = None
        self._unresolved.pop(node, None)
        self.changed.pop(node, None)

    def ensure_file_only_entry(self, file: str) -> ModuleNode:
        """Return the entry of a file that modules depend on and no page imports."""
        node = self._file_only.get(file)
        if node is None:
            url = module_url.FS_PREFIX + file.removeprefix("/")
            node = ModuleNode(url, None, file, ModuleType.ASSET, is_self_accepting=False)
            self._file_only[file] = node
            self.changed[node] = None
            self._by_file.setdefault(file, {})[node] = None
        return node

    def add_read_file(self, node: ModuleNode, file: str) -> None:
        """Note that a module reads a file while it runs: a change of the file is one of its own.

        Args:
            node: The module; until it is analysed again.
            file: The file's absolute path.
        """
        self.add_import(node, self.ensure_file_only_entry(file))

    def add_import(self, node: ModuleNode, dependency: ModuleNode) -> None:
        """Note one import more, until the module is analysed again."""
        node.imported_modules[dependency] = None
        dependency.importers[node] = None
        self.changed[node] = self.changed[dependency] = None

    def update_module_info(self, node: ModuleNode, info: ModuleInfo) -> list[ModuleNode]:
        """Replace what is known of a module's code.

        Returns:
            The modules that no module imports any more: pruned. Only direct ones.
        """
        if info.is_doubtful:
            info = _with_what_was_known(node, info)
        before = node.imported_modules
        node.imported_modules = dict.fromkeys(info.imported_modules)
        self.changed[node] = None
        for dependency in node.imported_modules:
            if node not in dependency.importers:
                dependency.importers[node] = None
                self.changed[dependency] = None
        pruned = []
        for dependency in before:
            if dependency not in node.imported_modules:
                dependency.importers.pop(node, None)
                self.changed[dependency] = None
                if not dependency.importers:
                    pruned.append(dependency)
        node.static_imports = info.static_imports
        node.accepted_deps = info.accepted_deps
        node.accepted_exports = info.accepted_exports
        node.imported_bindings = info.imported_bindings
        node.is_self_accepting = info.is_self_accepting
        node.problem = info.problem
        node.sees_url = info.sees_url
        return pruned

    def release(self, node: ModuleNode) -> None:
        """Have a pruned module give up what it imports: its importers import that without it, or not at all.

        Where it still was an importer, each save below it would end in it, and reload the page.
        """
        for dependency in node.imported_modules:
            dependency.importers.pop(node, None)
            self.changed[dependency] = None
        node.imported_modules = {}
        node.static_imports = node.accepted_deps = frozenset()
        node.imported_bindings = None
        node.code = node.answer = None
        self.changed[node] = None

    def mark_unresolved(self, node: ModuleNode, specifiers: Collection[str]) -> None:
        """Note a module's failed imports, or that none failed: a new file may repair them."""
        if not node.unresolved and not specifiers:
            return
        node.unresolved = frozenset(specifiers)
        self.changed[node] = None
        if node.unresolved:
            self._unresolved[node] = None
        else:
            self._unresolved.pop(node, None)

    def cut(self, file: str) -> None:
        """Take the modules of a deleted file out of the importers of what they imported.

        They stay in the graph, with their own importers: a page may hold them.
        """
        for node in self.get_by_file(file):
            for dependency in node.imported_modules:
                dependency.importers.pop(node, None)
                self.changed[dependency] = None

    def dependents(self, modules: Iterable[ModuleNode]) -> list[ModuleNode]:
        """Return the modules whose code names one of these, as an import or as an accepted dependency."""
        asked = frozenset(modules)
        if not asked:
            return []
        found = {importer: None for module in asked for importer in module.importers}
        found |= {node: None for node in self if not asked.isdisjoint(node.accepted_deps)}
        return list(found)

    def forget_urls(self) -> None:
        """Forget under which further URLs modules are known: files came or went."""
        self.targets_changed += 1
        self._by_url = {node.url: node for node in self._by_id.values()}

    def invalidate(
        self,
        node: ModuleNode,
        *,
        seen: set[ModuleNode] | None = None,
        timestamp: int | None = None,
        soft: bool = False,
    ) -> None:
        """Mark a module and what its code ends up in as out of date.

        Goes up to every importer that doesn't accept the module, through modules that accept
        themselves as well: their texts hold the stamps of what they import.

        Args:
            seen: The modules that this batch has been at, over several calls.
            timestamp: The update's, in milliseconds; None when this isn't an update.
            soft: Only stamps of imports have changed, the module's own code has not.
        """
        seen = set() if seen is None else seen
        stack = [(node, soft)]
        while stack:
            node, soft = stack.pop()
            had_code = node.code is not None
            soft = soft and node.type is ModuleType.JS
            if not soft:
                node.code = None
            if node in seen and had_code == (node.code is not None):
                continue
            seen.add(node)
            node.generation += 1
            node.answer = None
            if timestamp is not None:
                self.stamp(node, timestamp)
            stack.extend(
                (importer, soft or node in importer.static_imports)
                for importer in node.importers
                if node not in importer.accepted_deps
            )

    def stamp(self, node: ModuleNode, timestamp: int) -> None:
        """Give a module the stamp of an update, in milliseconds since the epoch."""
        node.last_hmr_timestamp = timestamp
        node.invalidation_received = False
        if node.code is None:
            node.look = None  # all pages that had an answer before get this update
        self.changed[node] = None

    def invalidate_all(self) -> None:
        """Mark every module as out of date, without an update: specifiers may lead elsewhere."""
        self.targets_changed += 1
        for node in self:
            node.code = node.answer = None
            node.generation += 1


def _with_what_was_known(node: ModuleNode, info: ModuleInfo) -> ModuleInfo:
    """Add what the last analysis has found: a page may run that code still.

    A module whose text has an error stays what it was for the page, and so do its imports: nothing is
    pruned, and the corrected text finds the boundary that it had.
    """
    return replace(
        info,
        imported_modules=(*node.imported_modules, *info.imported_modules),
        static_imports=node.static_imports | info.static_imports,
        accepted_deps=node.accepted_deps | info.accepted_deps,
        accepted_exports=node.accepted_exports
        if info.accepted_exports is None
        else info.accepted_exports,
        imported_bindings={**(node.imported_bindings or {}), **(info.imported_bindings or {})}
        if info.imported_bindings is not None
        else None,
        is_self_accepting=bool(node.is_self_accepting) or info.is_self_accepting,
    )
