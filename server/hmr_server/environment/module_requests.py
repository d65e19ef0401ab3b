"""Requests for modules: which ones they are, which module each one names, and its answer."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from ..exceptions import ModuleNotFound
from ..file_look import MANY_LOOKS
from ..files.access import decode_path
from ..graph import module_url
from ..graph.module_code import TransformResult
from ..graph.module_graph import ModuleGraph, ModuleNode
from ..graph.resolve import Resolver
from ..pages.pages import Pages
from .eager_modules import EagerModules
from .purpose import Purpose, purpose_of
from .registrations import Registrations
from .transform import Transforms

# With these a URL names something that is made of a file
_MODULE_QUERIES = frozenset({"direct", "init", "inline", "raw", "url", "worker"})

_MOST_PASSED_ON = 1000

# A Pyodide in the project: its code for Node.js imports what no page has
_PYODIDE = frozenset({"pyodide.mjs", "pyodide.asm.mjs", "pyodide.js", "pyodide.asm.js"})


class ModuleEnvironment(Protocol):
    """The environment, as far as requests use it."""

    graph: ModuleGraph
    resolver: Resolver
    registrations: Registrations

    async def resolve_id(self, specifier: str, importer: str | None) -> str | None:
        """Return the id that a specifier names."""


class ModuleRequests:
    """Answers requests for modules.

    Args:
        environment: Resolves URLs.
        pages: Know which modules they run.
        transforms: Make modules.
        has_plugins: Whether the user has plugins.
    """

    def __init__(
        self,
        environment: ModuleEnvironment,
        pages: Pages,
        transforms: Transforms,
        *,
        has_plugins: bool,
    ) -> None:
        self._environment = environment
        self._graph = environment.graph
        self._resolver = environment.resolver
        self._pages = pages
        self._transforms = transforms
        self._has_plugins = has_plugins
        # pages whose requests come through a service worker: there all of them look like fetch()
        self._passed_on: set[str] = set()

    async def find_module(self, url: str, *, accept: str = "*/*") -> ModuleNode:
        """Return the module that a request names, for `answer`.

        Args:
            url: As for `transform_request`.
            accept: As for `transform_request`.

        Raises:
            ModuleNotFound: The module does not exist (404).
            AccessDenied: The file isn't served (403).
        """
        decode_path(module_url.clean_url(url))
        is_import = module_url.has_import_query(url)
        wanted = module_url.without_empty_parts(module_url.from_request(url))
        if (
            module_url.is_css_request(wanted)
            and "text/css" in accept
            and not is_import
            and not module_url.is_direct_request(wanted)
        ):
            wanted = module_url.inject_query(wanted, "direct")
        node = self._graph.get_by_url(wanted)
        if node is None:
            id_ = await self._environment.resolve_id(wanted, None)
            if id_ is None:
                raise ModuleNotFound(wanted)
            file = file_of(id_)
            if file is not None:
                self._resolver.check(file)
            node = self._graph.requested(wanted, id_, file)
        return node

    async def answer(self, node: ModuleNode, *, tells_pages: bool = True) -> TransformResult:
        """Return what a request for a module is answered with; raises what `transform_request` raises.

        Args:
            tells_pages: Whether to send an error to the pages, because one of them asks.
        """
        with self._letting_go(node):
            return await self._transforms.answer(node, tells_pages=tells_pages)

    async def make(self, node: ModuleNode) -> None:
        """Make a module's code ahead, and tell no page of an error; raises what `transform_request` raises."""
        with self._letting_go(node):
            await self._transforms.make(node)

    @contextlib.contextmanager
    def _letting_go(self, node: ModuleNode) -> Iterator[None]:
        """Let a module go after what is done with it inside, unless the graph keeps it."""
        try:
            yield
        finally:
            if not self._graph.is_kept(node):
                self._graph.let_go(node)

    async def make_eager(self, urls: Iterable[str]) -> None:
        """Make the modules that a page loads, as far as that is quick.

        Args:
            urls: Its module scripts, as for `transform_request`.
        """
        await EagerModules(self.find_module, self._transforms.make).make(urls)

    def is_module_request_of(self, url: str) -> bool:
        """Return whether a URL names a module whatever the headers say, but for `Sec-Fetch-*`."""
        if url.startswith(module_url.ID_PREFIX):
            return True
        if module_url.has_import_query(url) or module_url.is_html_proxy(url):
            return True
        name = module_url.clean_url(url).rpartition("/")[2]
        return (
            module_url.is_js_request(url)
            and "." in name
            and name not in _PYODIDE
            and not module_url.is_css_request(url)
        )

    def is_module_request(self, url: str, headers: Mapping[str, str]) -> bool:
        """Return whether a GET goes through `transform_request`, or is served as a plain file.

        Args:
            url: As for `transform_request`.
            headers: The request's, by lower-case name.
        """
        purpose = purpose_of(headers)
        if purpose is Purpose.NAVIGATION:
            return False
        if (
            url.startswith(module_url.ID_PREFIX)
            or module_url.is_html_proxy(url)
            or (module_url.has_import_query(url) and purpose is not Purpose.FILE)
        ):
            return True
        match purpose:
            case Purpose.STYLESHEET:
                return module_url.is_css_request(url)
            case Purpose.FILE | Purpose.CLASSIC_SCRIPT:
                return False
            case Purpose.FETCH if not module_url.query_names(url) & _MODULE_QUERIES:
                is_worker = headers.get("sec-fetch-mode") == "same-origin"
                return bool(self._passed_on) and (is_worker or self._is_known_module(url))
        if module_url.is_css_request(url):
            return True
        if not module_url.is_js_request(url):
            return False
        name = module_url.clean_url(url).rpartition("/")[2]
        if name in _PYODIDE:
            return False
        if "." in name or purpose is not Purpose.UNKNOWN:
            return True
        # No extension: a module that is named without it, or a page of a single-page application
        if "text/html" in headers.get("accept", ""):
            return False
        wanted = module_url.from_request(url)
        if self._graph.get_by_url(wanted) is not None:
            return True
        found = self._resolver.resolve(wanted, None)
        return found is not None and "." in module_url.clean_url(found).rpartition("/")[2]

    async def plugins_script(self, url: str) -> TransformResult | None:
        """Answer a request for a classic script, where a plugin of the user's makes something of it.

        A classic script imports nothing and has no hot context: it is not analysed.

        Args:
            url: As for `transform_request`.

        Returns:
            None where the script is the unchanged file.

        Raises:
            TransformError: A plugin failed. It was sent to the clients as well.
        """
        if not self._has_plugins:
            return None
        wanted = module_url.from_request(url)
        id_ = await self._environment.resolve_id(wanted, None)
        if id_ is None:
            return None
        file = file_of(id_)
        if file is not None:
            self._resolver.check(file)
        node = self._graph.ensure_entry(wanted, id_, file, is_self_accepting=False, is_entry=True)
        node.note_look(MANY_LOOKS)
        return await self._transforms.classic_script(node)

    def note_script(self, url: str, file: Path) -> None:
        """Note a classic script that a page runs: a change of it reloads the page.

        Args:
            url: As for `transform_request`.
        """
        name = module_url.from_request(url)
        id_ = module_url.file_id(file.as_posix(), module_url.split_url(name)[1])
        node = self._graph.ensure_entry(
            name, id_, file.as_posix(), is_self_accepting=False, is_entry=True
        )
        node.note_look(MANY_LOOKS)
        self._environment.registrations.note_loaded(file.as_posix())

    def note_navigation(self, url: str, *, is_passed_on: bool) -> None:
        """Note how a page was asked for.

        Args:
            url: Its path, without the base.
            is_passed_on: Whether a service worker has passed the request on.
        """
        if is_passed_on:
            if len(self._passed_on) >= _MOST_PASSED_ON:
                self._passed_on.clear()  # it is known again by its next load
            self._passed_on.add(url)
        else:
            self._passed_on.discard(url)

    def _is_known_module(self, url: str) -> bool:
        """Say whether a page or another module imports what a URL names."""
        name = module_url.from_request(url)
        node = self._graph.get_by_url(name)
        return self._pages.runs_module(name) or (node is not None and bool(node.importers))


def file_of(id_: str) -> str | None:
    """Return the file of a module's id; None for a module without a file."""
    path = module_url.file_of_id(id_)
    return path if os.path.isabs(path) else None  # noqa: PTH117  # text
