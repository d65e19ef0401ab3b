"""Makes the modules that a page loads, before it asks for them: its scripts, and what these import by statements."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator

from ..graph.module_graph import ModuleNode

# As long as each of these spans brings a module, a page gets its modules sooner this way than by its requests
_PATIENCE_S = 0.2
_LONGEST_S = 5.0


class EagerModules:
    """Makes the modules of one page.

    Args:
        find: Returns the module that a request URL names.
        make: Makes a module's code. An error in it is nobody's yet: the page's request gets it.
    """

    def __init__(
        self,
        find: Callable[[str], Awaitable[ModuleNode]],
        make: Callable[[ModuleNode], Awaitable[None]],
    ) -> None:
        self._find = find
        self._make_module = make
        self._seen: set[ModuleNode] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._made = 0
        self._ended = asyncio.Event()

    async def make(self, urls: Iterable[str]) -> None:
        """Make them. It ends early when it does not get on, as with a plugin that takes its time.

        Args:
            urls: The request URLs of the page's scripts.
        """
        for url in urls:
            self._start(self._from_url(url))
        end = asyncio.get_running_loop().time() + _LONGEST_S
        made = -1
        while self._tasks and self._made > made and asyncio.get_running_loop().time() < end:
            made = self._made
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _PATIENCE_S)
        for task in self._tasks:
            task.cancel()  # what is being made goes on: others may wait for it

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._made += 1
        if not task.cancelled():
            task.exception()  # the page's request gets it
        if not self._tasks:
            self._ended.set()

    async def _from_url(self, url: str) -> None:
        node = await self._find(url)
        if node not in self._seen:
            self._seen.add(node)
            await self._make(node)

    async def _make(self, node: ModuleNode) -> None:
        await self._make_module(node)
        known = [node]
        for module in known:
            for imported in _eager_imports(module):
                if imported in self._seen:
                    continue
                self._seen.add(imported)
                if imported.code is None:
                    self._start(self._make(imported))
                else:
                    known.append(imported)


def _eager_imports(node: ModuleNode) -> Iterator[ModuleNode]:
    if node.code is not None:
        yield from (found for found in node.imported_modules if found in node.code.eager_imports)
