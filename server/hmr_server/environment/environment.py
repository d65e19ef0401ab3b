"""The dev environment: what the HTTP side and the watcher ask, and the modules side answers.

The seam between the two halves of the server. The HTTP side asks for modules and pages and sends
what `updates` returns; payloads that arise while a module is transformed (prune, error) go out through
`send` at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from hmr_client.custom_events import ScriptErrorData
from hmr_client.payloads import ErrorPayload, HotPayload

from ..builtin_plugins.assets import AssetPlugin
from ..builtin_plugins.css import CssPlugin, CssPostPlugin
from ..builtin_plugins.data_files import DataFilesPlugin
from ..builtin_plugins.html_proxy import HtmlProxyPlugin
from ..builtin_plugins.json_modules import JsonPlugin
from ..builtin_plugins.python import PythonPlugin
from ..builtin_plugins.served_files import ServedFilesPlugin
from ..config import ServerConfig
from ..exceptions import ModuleNotFound, TransformError
from ..files.access import FileAccess, decode_path
from ..graph import module_url
from ..graph.module_code import TransformResult
from ..graph.module_graph import ModuleGraph, ModuleNode
from ..graph.resolve import Resolver
from ..pages.pages import Pages
from ..plugins import Plugin, PluginContext
from ..python.project_files import DataFile, ProjectFiles
from .plugin_container import PluginContainer, sort_plugins
from .purpose import Purpose, purpose_of
from .script_errors import script_error
from .transform import Transforms
from .update_handler import UpdateHandler

if TYPE_CHECKING:
    from ..css.modules import CssModule

# Where the injected code imports from; the HTTP side serves it under the base.
CLIENT_URL = "/@hmr/client"

# With these a URL names something that is made of a file
_MODULE_QUERIES = frozenset({"direct", "init", "inline", "raw", "url", "worker"})

# A Pyodide in the project: its code for Node.js imports what no page has
_PYODIDE = frozenset({"pyodide.mjs", "pyodide.asm.mjs", "pyodide.js", "pyodide.asm.js"})


class DevEnvironment:
    """One page's world on the server: plugins, module graph, transforms, hot updates.

    Args:
        config: The server's settings.
        send: Pushes a payload to every client.
        plugins: The user's plugins, in their order.
        clock: Milliseconds since the epoch.
        watch: Told each file outside of the root that is loaded and must be watched.

    Attributes:
        config: The server's settings.
        send: Pushes a payload to every client.
        client_url: What injected code imports from, without the base. Vite's own client may take
            its place.
        graph: The module graph.
        plugins: All plugins, built-in ones among them.
        resolver: Finds files.
        env: What `import.meta.env` is.
        updates: Turns changed files into payloads for the clients.
    """

    def __init__(
        self,
        config: ServerConfig,
        send: Callable[[HotPayload], None],
        plugins: Sequence[Plugin] = (),
        *,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        watch: Callable[[Path], None] | None = None,
    ) -> None:
        self.config = config
        self.send = send
        self.client_url = CLIENT_URL
        self.graph = ModuleGraph()
        access = FileAccess.of(config)
        self.resolver = Resolver(config.root, access)
        self.env: Mapping[str, str | bool] = {
            "BASE_URL": config.base,
            "DEV": config.mode != "production",
            "MODE": config.mode,
            "PROD": config.mode == "production",
            "SSR": False,
        }
        self._python = PythonPlugin(access)
        self._data_files = DataFilesPlugin(ProjectFiles(config))
        self._served_files = ServedFilesPlugin(self._data_files.has)
        html = HtmlProxyPlugin()
        css_modules: dict[str, CssModule] = {}
        self.plugins = PluginContainer(
            sort_plugins(
                plugins,
                reading=[
                    html,
                    AssetPlugin(),
                    CssPlugin(css_modules),
                    JsonPlugin(),
                    self._python,
                    self._data_files,
                    self._served_files,
                ],
                writing=[CssPostPlugin(css_modules)],
            )
        )
        self._has_plugins = bool(plugins)
        self._pages = Pages(self, html, self._python.runs_inline)
        self._transforms = Transforms(self, self.graph, self._note_loaded)
        self.updates = UpdateHandler(self, self._pages, self._data_files)
        self._clock = clock
        self._last_timestamp = 0
        self._watch = watch
        self._outside: set[Path] = set()
        # pages whose requests come through a service worker: there all of them look like fetch()
        self._passed_on: set[str] = set()

    # --- for the HTTP side ---------------------------------------------------------------------

    async def transform_request(
        self,
        url: str,
        *,
        accept: str = "*/*",
        if_none_match: str | None = None,
    ) -> TransformResult:
        """Answer a request for a module.

        Args:
            url: Path and query as they came, percent-encoded, without the base.
            accept: The `Accept` header: `text/css` asks for a stylesheet, not for a module.
            if_none_match: The `If-None-Match` header.

        Raises:
            ModuleNotFound: Nothing is there (404).
            OutdatedRequest: The answer would be out of date (504, no overlay).
            AccessDenied: The file isn't served (403).
            TransformError: The module has an error (500).
        """
        result = await self.answer(await self.find_module(url, accept=accept))
        return result.for_client(if_none_match)

    async def find_module(self, url: str, *, accept: str = "*/*") -> ModuleNode:
        """Return the module that a request names; it is in the graph then.

        Args:
            url: As for `transform_request`.
            accept: As for `transform_request`.

        Raises:
            ModuleNotFound: Nothing is there (404).
            AccessDenied: The file isn't served (403).
        """
        decode_path(module_url.clean_url(url))
        is_import = module_url.has_import_query(url)
        wanted = module_url.from_request(url)
        if (
            module_url.is_css_request(wanted)
            and "text/css" in accept
            and not is_import
            and not module_url.is_direct_request(wanted)
        ):
            wanted = module_url.inject_query(wanted, "direct")
        node = self.graph.get_by_url(wanted)
        if node is None:
            id_ = await self.resolve_id(wanted, None)
            if id_ is None:
                raise ModuleNotFound(wanted)
            file = self._file_of(id_)
            if file is not None:
                self.resolver.check(file)
            node = self.graph.ensure_entry(
                wanted, id_, file, is_self_accepting=False, is_entry=True
            )
        return node

    async def answer(self, node: ModuleNode, *, tells_pages: bool = True) -> TransformResult:
        """Return what a request for a module is answered with; raises what `transform_request` raises.

        Args:
            node: The module.
            tells_pages: Whether the pages are told of an error, because one of them asks.
        """
        return await self._transforms.answer(node, tells_pages=tells_pages)

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
        if self.graph.get_by_url(wanted) is not None:
            return True
        found = self.resolver.resolve(wanted, None)
        return found is not None and "." in module_url.clean_url(found).rpartition("/")[2]

    async def plugins_script(self, url: str) -> TransformResult | None:
        """Answer a request for a classic script, where a plugin of the user's makes something of it.

        A classic script imports nothing and has no hot context: it is not analysed.

        Args:
            url: As for `transform_request`.

        Returns:
            None where the script is the file as it is.

        Raises:
            TransformError: A plugin failed. It was sent to the clients as well.
        """
        if not self._has_plugins:
            return None
        wanted = module_url.from_request(url)
        id_ = await self.resolve_id(wanted, None)
        if id_ is None:
            return None
        file = self._file_of(id_)
        if file is not None:
            self.resolver.check(file)
        node = self.graph.ensure_entry(wanted, id_, file, is_self_accepting=False, is_entry=True)
        return await self._transforms.classic_script(node)

    def note_script(self, url: str, file: Path) -> None:
        """Note a classic script that a page runs: a change of it loads the page anew.

        Args:
            url: As for `transform_request`.
            file: Its file.
        """
        name = module_url.from_request(url)
        id_ = file.as_posix() + module_url.split_url(name)[1]
        self.graph.ensure_entry(name, id_, file.as_posix(), is_self_accepting=False, is_entry=True)
        self._note_loaded(file.as_posix())

    def note_file(self, file: Path) -> None:
        """Note a file that a page has got as it is: it hears of a change.

        Args:
            file: Its absolute path.
        """
        self._served_files.register(file)
        self._note_loaded(file.as_posix())

    def note_navigation(self, url: str, *, is_passed_on: bool) -> None:
        """Note how a page was asked for.

        Args:
            url: Its path, without the base.
            is_passed_on: Whether a service worker has passed the request on.
        """
        if is_passed_on:
            self._passed_on.add(url)
        else:
            self._passed_on.discard(url)

    def script_failed(self, data: ScriptErrorData) -> ErrorPayload | None:
        """Return what to show of a script that a browser can't read; None where it is none of ours.

        Args:
            data: What the browser has said.
        """
        node = self.graph.get_by_url(module_url.from_request(data.path))
        if node is None:
            return None
        # its importers never run in a page that loads
        node.failed_on_load = node.failed_on_load or self.is_page_loading(node)
        self.graph.changed[node] = None
        return ErrorPayload(err=script_error(node, data, self.config.base))

    async def transform_html(self, file: Path, url: str, *, again: bool = False) -> str:
        """Return a page as it is served.

        Args:
            file: The HTML file.
            url: The path that was asked for, without the base: differs from the file's own where
                the page is served as a fallback.
            again: Whether a page that is open asks for its new text.

        Raises:
            OSError: The file can't be read.
        """
        return await self._pages.transform(file, module_url.decode_url(url), again=again)

    def forget_page(self, file: Path) -> None:
        """Forget how a page was served: another process served it, before its file changed."""
        self._pages.forget(file)

    async def transform_index_html(self, html: str, url: str) -> str:
        """Return a page after the plugins' `transform_index_html`.

        A plugin that fails is reported to the clients, and the page stays as it is.

        Args:
            html: The page's text.
            url: Its path, without the base.
        """
        try:
            return await self.plugins.transform_index_html(html, url)
        except TransformError as error:
            self.send(ErrorPayload(err=error.details))
            return html

    def transform_html_text(
        self, text: str, url: str, nonce: str | None = None, *, again: bool = False
    ) -> str:
        """Return a page that another application made, with the client's script and stamps.

        Its inline scripts stay: they may differ from one visitor to the next.

        Args:
            text: The page.
            url: The path that was asked for, without the base.
            nonce: What the policy that comes with it asks scripts for.
            again: Whether a page that is open asks for its new text.
        """
        return self._pages.transform_text(text, module_url.decode_url(url), nonce, again=again)

    def served_html(self, name: str) -> str | None:
        """Return a page as it was served; None if it is not known any more.

        Args:
            name: What the comment behind its client tag calls it.
        """
        return self._pages.served.get(name)

    def register_python_files(self, files: Iterable[Path]) -> None:
        """Note Python files that a page holds: their changes are pushed from now on.

        Inline scripts are among them (`python.files.inline_script`).

        Args:
            files: Absolute paths.
        """
        for file in files:
            self._python.register([file])
            self._note_loaded(file.as_posix())

    def reading_python(self) -> AbstractContextManager[None]:
        """Tell of every Python file while inside: which ones a page will hold is being found out."""
        return self._python.reading()

    def register_data_files(self, files: Iterable[Path]) -> None:
        """Note files that a page's Python reads: it gets their changes from now on.

        Args:
            files: Absolute paths.
        """
        for file in files:
            self._data_files.register([file])
            self._note_loaded(file.as_posix())

    def register_data_listing(self, listed: Mapping[str, DataFile]) -> None:
        """Note that a page can open the project's data files: it gets their changes, and new ones.

        Args:
            listed: How they look, by their absolute paths.
        """
        self._data_files.register_listing(listed)

    @property
    def listed_data_files(self) -> Mapping[str, DataFile]:
        """How the files that pages have had listed look, by their absolute paths."""
        return self._data_files.listed

    def watched_files(self) -> frozenset[Path]:
        """Return the files outside of the root that were loaded and must be watched."""
        return frozenset(self._outside)

    async def close(self) -> None:
        """Refuse further requests (504) and let the pending ones end."""
        await self._transforms.close()

    # --- for the pipeline ----------------------------------------------------------------------

    async def resolve_id(
        self, specifier: str, importer: str | None, *, skip: frozenset[Plugin] = frozenset()
    ) -> str | None:
        """Return the id that a specifier names: plugins first, then files.

        Args:
            specifier: As an import writes it, or a module URL.
            importer: The importing module's id; None for a URL that a page asks for.
            skip: Plugins that are not asked: they are asking.

        Raises:
            PackageError: A package can't serve what is asked of it.
            TransformError: A plugin failed.
        """
        found = await self.plugins.resolve_id(PluginContext(self, skip=skip), specifier, importer)
        if found is not None:
            return found
        if importer is None and not specifier.startswith("/"):
            return None  # a URL names no package
        file = None if importer is None or importer.startswith("\0") else importer
        return self.resolver.resolve(specifier, file and module_url.clean_url(file))

    def ensure_module(self, id: str) -> ModuleNode:
        """Return the module of an id that an import resolved to.

        Raises:
            AccessDenied: Its file isn't served.
        """
        node = self.graph.get_by_id(id)
        if node is None:
            file = self._file_of(id)
            if file is not None:
                self.resolver.check_name(file)  # it is checked in full when it is read
            url = self.resolver.url_of(id)
            path = module_url.clean_url(id)
            # nobody analyses the code of these: it accepts nothing
            known = path.endswith((".json", ".map")) or module_url.is_direct_css(url)
            node = self.graph.ensure_entry(
                url, id, file, is_self_accepting=False if known else None
            )
        return node

    def is_foreign_specifier(self, specifier: str) -> bool:
        """Return whether the browser finds a specifier without our help, or the HTTP side serves it."""
        if module_url.is_external_import(specifier):
            return True
        if specifier.startswith("/@"):
            return not specifier.startswith((module_url.FS_PREFIX, module_url.ID_PREFIX))
        if specifier.startswith((".", "/")):
            return False
        return self._pages.is_mapped(specifier)

    def next_timestamp(self) -> int:
        """Return the time, later than any time given before."""
        self._last_timestamp = max(self._clock(), self._last_timestamp + 1)
        return self._last_timestamp

    def is_page_loading(self, node: ModuleNode) -> bool:
        """Return whether a module is asked for by a page that loads, not by an update of a running one."""
        served = self._pages.last_served
        seen = {node}
        stack = [node]
        while stack:
            current = stack.pop()
            if current.last_hmr_timestamp > served:
                return False
            new = [importer for importer in current.importers if importer not in seen]
            seen.update(new)
            stack += new
        return True

    def short_name(self, node: ModuleNode) -> str:
        """Return a module's name for people: its path relative to the root."""
        return self.short_path(node.file) if node.file else node.url

    def short_path(self, file: str | Path) -> str:
        """Return a file's name for people: its path relative to the root, where it is below it."""
        file = Path(file)
        is_below = file.is_relative_to(self.config.root)
        return (file.relative_to(self.config.root) if is_below else file).as_posix()

    def _is_known_module(self, url: str) -> bool:
        """Say whether a page or another module imports what a URL names."""
        name = module_url.from_request(url)
        node = self.graph.get_by_url(name)
        return self._pages.runs_module(name) or (node is not None and bool(node.importers))

    def _file_of(self, id_: str) -> str | None:
        path = module_url.clean_url(id_)
        return path if os.path.isabs(path) else None  # noqa: PTH117 - text

    def _note_loaded(self, file: str) -> None:
        if self.resolver.is_outside(file) and (path := Path(file)) not in self._outside:
            self._outside.add(path)
            if self._watch is not None:
                self._watch(path)
