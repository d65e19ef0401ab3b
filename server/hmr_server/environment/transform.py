"""From a module in the graph to what its request is answered with: load, transform, analyse, cache.

One transform of a module at a time: parallel requests share it, unless the module was invalidated
after it began; then its result is not kept either. Stamps of imports are written last, so that a
module whose dependencies changed is joined again, and neither loaded nor parsed.

Behaviour: Vite's `node/server/transformRequest.ts`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from hmr_client.eager import start
from hmr_client.wire.payloads import ErrorDetails, ErrorPayload, Prune

from ..exceptions import ModuleNotFound, OutdatedRequest, ServerError, TransformError
from ..file_look import MANY_LOOKS, FileLook
from ..files.access import AccessDenied
from ..files.reading import read_with_look
from ..graph import module_url
from ..graph.module_code import ContentType, ModuleCode, TransformResult
from ..graph.module_graph import ModuleGraph, ModuleInfo, ModuleNode
from ..javascript.source_maps import with_source_map
from ..plugins import PluginContext, Transformed
from ..text.charset import style_charset_of
from ..watch.truncated_file import until_written
from .plugin_container import PluginEnvironment

_LARGEST_EARLY = 64 * 1024  # bytes, as for what is parsed in the event loop
_MOST_EARLY = 2000

# Bytes. A vendored bundle names nothing that we would have to find; to read it takes long, and the parser
# keeps every other thread waiting meanwhile
_LARGEST = 1 << 19


_Answer = Callable[[], TransformResult]
"""Makes the answer of what a transform has made: a module's code may be sent in another way."""


@dataclass(slots=True, eq=False)
class _Pending:
    generation: int
    tells_pages: bool  # whether a page is among those who have asked
    task: asyncio.Future[_Answer] = field(init=False)


@dataclass(frozen=True, slots=True)
class _Early:
    """What was made of a file before its save was handled.

    Attributes:
        look: How the file looked.
        targets_changed: The graph's count at that time: an import may lead elsewhere since then.
        code: The module's code.
        info: What the graph must know.
    """

    look: FileLook
    targets_changed: int
    code: ModuleCode
    info: ModuleInfo


class Transforms:
    """Makes and keeps the answers of one environment's modules.

    Args:
        environment: Whose modules they are.
        graph: Its module graph.
        loaded: Called with each file that is read.
    """

    def __init__(
        self, environment: PluginEnvironment, graph: ModuleGraph, loaded: Callable[[str], None]
    ) -> None:
        self._environment = environment
        self._graph = graph
        self._loaded = loaded
        self._pending: dict[ModuleNode, _Pending] = {}
        # None where it is being made, or can't be
        self._early: dict[ModuleNode, _Early | None] = {}
        self._closed = False

    async def answer(self, node: ModuleNode, *, tells_pages: bool) -> TransformResult:
        """Return the answer to a request for a module.

        Args:
            tells_pages: Whether to send an error to the pages.

        Raises:
            ModuleNotFound: No plugin and no file has its source.
            OutdatedRequest: The server stops.
            AccessDenied: Its file isn't served.
            TransformError: It has an error.
        """
        if self._closed:
            raise OutdatedRequest(node.url)
        self._take_early(node)
        if (known := self.known_answer(node)) is not None:
            return known
        return (await self._made(node, tells_pages=tells_pages))()

    async def make(self, node: ModuleNode) -> None:
        """Make a module's code ahead, and tell no page of an error; raises what `answer` raises."""
        if self._closed:
            raise OutdatedRequest(node.url)
        self._take_early(node)
        if node.code is None:
            await self._made(node, tells_pages=False)

    async def make_early(self, node: ModuleNode) -> ModuleCode | None:
        """Make the code of a module whose file is saved, before it is known what all comes with this save.

        The graph learns nothing of it. The save's own transform takes what was made, if the file is still the same.

        Args:
            node: A module that is its file, and nothing that is made of it.

        Returns:
            None where it is no such module, or one that takes long or has an error: then nothing was made.
        """
        if len(self._early) >= _MOST_EARLY:
            self._early.clear()
        self._early[node] = None
        file = node.file
        if self._closed or file is None or node.id != module_url.file_id(file):
            return None
        context = PluginContext(self._environment, node)
        targets_changed = self._graph.targets_changed
        try:
            self._environment.resolver.check(file)
            data, look = read_with_look(file)
            if not 0 < len(data) <= _LARGEST_EARLY:
                return None
            code, info = await self._written(node, context, Transformed(_text(file, data)))
        except (OSError, ServerError, AccessDenied):
            return None  # the save's own transform reports it
        if context.watched or info.is_doubtful or node not in self._early:
            return None
        self._early[node] = _Early(look, targets_changed, code, info)
        return code

    def forget_early(self, node: ModuleNode) -> None:
        """Forget what was made early of a module: its file was written again."""
        self._early.pop(node, None)

    async def _made(self, node: ModuleNode, *, tells_pages: bool) -> _Answer:
        pending = self._pending.get(node)
        if pending is None or pending.generation != node.generation:
            pending = self._pending[node] = _Pending(node.generation, tells_pages)
            work = self._transform(node, pending)
            pending.task = start(work)
            pending.task.add_done_callback(lambda _: self._forget(node, pending))
        pending.tells_pages = pending.tells_pages or tells_pages
        # a client that hangs up must not take the others' transform with it
        return await asyncio.shield(pending.task)

    def known_answer(self, node: ModuleNode) -> TransformResult | None:
        """Return the answer to a request for a module where nothing has to be read for it."""
        if node.answer is None and node.code is not None:
            node.answer = self._render(node.code, node.last_hmr_timestamp)
        return node.answer

    async def classic_script(self, node: ModuleNode) -> TransformResult | None:
        """Return what plugins make of a classic script; None where the file stays unchanged.

        Args:
            node: The script; it is not analysed, since it imports nothing.

        Raises:
            ModuleNotFound: No plugin and no file has its source.
            AccessDenied: Its file isn't served.
            TransformError: A plugin failed; the clients got the error.
        """
        context = PluginContext(self._environment, node)
        id_ = node.id or node.url
        try:
            loaded = await self._environment.plugins.load(context, id_)
            source = Transformed(self._read(node)) if loaded is None else loaded
            made = await self._environment.plugins.transform(context, source.code, id_, source.map)
        except TransformError as error:
            self._failed(node, context, error)
            self._environment.send(ErrorPayload(err=error.details))
            raise
        for file in context.watched:
            self._graph.add_read_file(node, file)
            self._loaded(file)
        if loaded is None and made.code == source.code:
            return None
        code = made.code if made.map is None else with_source_map(made.code, made.map)
        return self._render(ModuleCode((code,)))

    async def close(self) -> None:
        """Refuse further requests, and wait for the pending ones."""
        self._closed = True
        tasks = [pending.task for pending in self._pending.values()]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, node: ModuleNode, pending: _Pending) -> None:
        if self._pending.get(node) is pending:
            del self._pending[node]
        if not pending.task.cancelled():
            pending.task.exception()  # each waiting request got it; there may be none left

    async def _transform(self, node: ModuleNode, pending: _Pending) -> _Answer:
        generation, stamp = node.generation, node.last_hmr_timestamp
        if (as_it_is := self._as_it_is(node)) is not None:
            return lambda: as_it_is
        context = PluginContext(self._environment, node)
        try:
            code, info = await self._make(node, context)
        except TransformError as error:
            self._failed(node, context, error)
            if pending.tells_pages:
                self._environment.send(ErrorPayload(err=error.details))
            raise
        self._keep(node, generation, code, self._with_watched(info, context))
        return partial(self._answer_of, node, code, stamp)

    def _keep(self, node: ModuleNode, generation: int, code: ModuleCode, info: ModuleInfo) -> None:
        """Keep what was made of a module, as far as it is not out of date.

        Args:
            generation: The module's when that began.
        """
        if generation >= node.analysed_generation:
            node.analysed_generation = generation
            self._graph.mark_unresolved(node, info.unresolved)
            self._prune(node, self._graph.update_module_info(node, info))
        if generation == node.generation:
            node.code = code
            if node.failed_on_load:
                node.failed_on_load = False
                self._graph.changed[node] = None

    def _take_early(self, node: ModuleNode) -> None:
        """Keep what was made early of a module, if it has to be made, and is that still."""
        if node not in self._early or node.code is not None:
            return
        early = self._early.pop(node)
        if early is not None and self._is_present(node, early):
            self._keep(node, node.generation, early.code, early.info)

    def _answer_of(self, node: ModuleNode, code: ModuleCode, stamp: int) -> TransformResult:
        """Return the answer with a module's code; of its present one it is kept.

        Args:
            stamp: The module's stamp when its file was read.
        """
        known = self.known_answer(node) if node.code is code else None
        return known or self._render(code, stamp)

    def _as_it_is(self, node: ModuleNode) -> TransformResult | None:
        """Return the answer that sends a file unchanged, if it is too large to be read.

        What it imports by relative paths browsers find themselves. Its save reloads, or swaps its link.
        """
        is_style = module_url.is_direct_css(node.url)
        is_script = module_url.clean_url(node.url).endswith((".js", ".mjs"))
        if node.file is None or module_url.is_html_proxy(node.url) or not (is_style or is_script):
            return None
        try:
            size = os.stat(node.file).st_size  # noqa: PTH116  # text: each module that is made asks
        except OSError:
            return None  # the code that reads it reports the error
        if size <= _LARGEST:
            return None
        self._environment.resolver.check(node.file)
        node.note_look(MANY_LOOKS)
        self._loaded(node.file)
        node.analysed_generation = node.generation
        node.failed_on_load = False
        self._graph.mark_unresolved(node, ())
        self._prune(
            node, self._graph.update_module_info(node, ModuleInfo(is_self_accepting=is_style))
        )
        type_ = ContentType.CSS if is_style else ContentType.JAVASCRIPT
        # the answer is not kept: it is made of how the file looks at each request
        return TransformResult(b"", type_.value, "", file=node.file)

    async def _make(
        self, node: ModuleNode, context: PluginContext
    ) -> tuple[ModuleCode, ModuleInfo]:
        loaded = await self._environment.plugins.load(context, node.id or node.url)
        if loaded is None:
            loaded = Transformed(await self._read_written(node))
        elif node.file is not None:
            node.note_look(MANY_LOOKS)
            self._loaded(node.file)
        return await self._written(node, context, loaded)

    def _is_present(self, node: ModuleNode, early: _Early) -> bool:
        """Return whether a module is what was made early, and note that its file was read."""
        if node.file is None or early.targets_changed != self._graph.targets_changed:
            return False
        try:
            status = os.stat(node.file)  # noqa: PTH116  # text: each module of a burst asks
        except OSError:
            return False  # the code that reads it reports the error
        if (status.st_mtime_ns, status.st_ino) != (early.look.modified_ns, early.look.inode):
            return False  # else it is the file that was checked
        node.note_look(early.look)
        self._loaded(node.file)
        return True

    async def _written(
        self, node: ModuleNode, context: PluginContext, loaded: Transformed
    ) -> tuple[ModuleCode, ModuleInfo]:
        """Return what becomes of a module's source."""
        id_ = node.id or node.url
        made = await self._environment.plugins.transform(context, loaded.code, id_, loaded.map)
        code = made.code
        if module_url.is_direct_css(node.url):
            info = ModuleInfo(is_self_accepting=not module_url.is_html_proxy(node.url))
            return ModuleCode((code,), ContentType.CSS), info
        if module_url.clean_url(id_).endswith((".json", ".map")):
            return ModuleCode((code,), is_portable=True), ModuleInfo()
        if made.map is not None:
            # import analysis keeps the lines: it writes in front of the first
            code = with_source_map(code, made.map)
        from .import_analysis import analyse_imports  # the reader comes with the first module

        return await analyse_imports(self._environment, node, code)

    async def _read_written(self, node: ModuleNode) -> str:
        if (text := self._read(node)) or node.file is None:
            return text
        await until_written(Path(node.file))  # it may have been truncated just now
        return self._read(node)

    def _read(self, node: ModuleNode) -> str:
        if node.file is None:
            raise ModuleNotFound(node.url, node.id)
        self._environment.resolver.check(node.file)
        try:
            data, look = read_with_look(node.file)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise ModuleNotFound(node.url, node.id) from error
        except OSError as error:
            message = f"{node.file} can't be read: {error.strerror or error}"
            raise TransformError(ErrorDetails(message=message, id=node.id)) from error
        node.note_look(look)
        self._loaded(node.file)
        return _text(node.file, data)

    def _with_watched(self, info: ModuleInfo, context: PluginContext) -> ModuleInfo:
        if not context.watched:
            return info
        own = context.module.file if context.module else None
        entries = tuple(
            self._graph.ensure_file_only_entry(file) for file in context.watched if file != own
        )
        for file in context.watched:
            self._loaded(file)
        return replace(info, imported_modules=(*info.imported_modules, *entries))

    def _failed(self, node: ModuleNode, context: PluginContext, error: TransformError) -> None:
        """Keep what is needed to recover when the error is fixed."""
        for file in context.watched:
            self._graph.add_read_file(node, file)
            self._loaded(file)
        from .import_analysis import UnresolvedImport

        if isinstance(error, UnresolvedImport):
            self._graph.mark_unresolved(node, error.specifiers)
        if node.is_self_accepting is None:
            # or else propagation would stop here, although a page waits for this module
            node.is_self_accepting = False
        self._graph.changed[node] = None
        node.failed_on_load = node.failed_on_load or self._environment.is_page_loading(node)

    def _prune(self, node: ModuleNode, modules: list[ModuleNode]) -> None:
        """Prune what a module does not import any more; it may have imported itself."""
        pruned = [module for module in modules if module.id is not None]
        if not pruned:
            return
        # A later import has to fetch them again, or their side effects would not run again
        timestamp = self._environment.next_timestamp()
        for module in pruned:
            self._graph.stamp(module, timestamp)
            if module is not node and not module.is_entry:  # an entry runs all the same
                self._graph.release(module)
        self._environment.send(Prune(paths=tuple(module.url for module in pruned)))

    def _render(self, code: ModuleCode, stamp: int = 0) -> TransformResult:
        body = code.render(self._environment.config.base, stamp).encode("utf-8", "replace")
        digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        return TransformResult(body, code.content_type.value, f'W/"{len(body):x}-{digest}"')


def _text(file: str, data: bytes) -> str:
    """Return a module's source as browsers take it, whatever is in it."""
    if module_url.is_css_request(file):
        return data.decode(style_charset_of(data), "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")
