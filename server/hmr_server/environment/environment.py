"""The dev environment: what the HTTP side and the watcher ask, and the modules side answers.

The seam between the two halves of the server. The HTTP side asks for modules and pages and sends
what `updates` returns; payloads that arise while a module is transformed (prune, error) go out through
`send` at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmr_client.eager import start
from hmr_client.wire.custom_events import ScriptErrorData
from hmr_client.wire.payloads import ErrorPayload, HotPayload

from ..builtin_plugins.assets import AssetPlugin
from ..builtin_plugins.css import CssPlugin, CssPostPlugin
from ..builtin_plugins.html_proxy import HtmlProxyPlugin
from ..builtin_plugins.json_modules import JsonPlugin
from ..config import ServerConfig
from ..exceptions import TransformError
from ..files.access import FileAccess
from ..graph import module_url
from ..graph.module_code import ModuleCode, TransformResult
from ..graph.module_graph import ModuleGraph, ModuleNode
from ..graph.resolve import Resolver
from ..pages.hashed_modules import HashedModules
from ..pages.pages import Pages
from ..plugins import Plugin, PluginContext
from .module_requests import ModuleRequests, file_of
from .plugin_container import PluginContainer, sort_plugins
from .registrations import Registrations
from .script_errors import script_error
from .transform import Transforms
from .update_handler import UpdateHandler

if TYPE_CHECKING:
    from ..css.modules import CssModule

# Where the injected code imports from; the HTTP side serves it under the base.
CLIENT_URL = "/@hmr/client"

_SCRIPTS = (".js", ".mjs")


class DevEnvironment:
    """One page's world on the server: plugins, module graph, transforms, hot updates.

    Args:
        config: The server's settings.
        send: Pushes a payload to every client.
        plugins: The user's plugins, in their order.
        clock: Milliseconds since the epoch.
        watch: Begins to watch a file outside of the root, which was loaded.

    Attributes:
        config: The server's settings.
        send: Pushes a payload to every client.
        client_url: What injected code imports from, without the base. Vite's own client may take
            its place.
        graph: The module graph.
        plugins: All plugins, built-in ones among them.
        resolver: Finds files.
        env: What `import.meta.env` is.
        registrations: The files that pages hold without importing them.
        module_requests: Answers requests for modules.
        hashed_modules: What pages may load from the browser's cache.
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
        last_push: Callable[[], int] = lambda: 0,
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
        self.registrations = Registrations(config, access, self.resolver, watch)
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
                    self.registrations.python,
                    self.registrations.data,
                    self.registrations.served,
                ],
                writing=[CssPostPlugin(css_modules)],
            )
        )
        self._transforms = Transforms(self, self.graph, self.registrations.note_loaded)
        self.hashed_modules = HashedModules(
            config, self.graph, self.resolver.url_of, self._transforms.known_answer
        )
        self._pages = Pages(
            self, html, self.hashed_modules, self.registrations.python.runs_inline, last_push
        )
        self.module_requests = ModuleRequests(
            self, self._pages, self._transforms, has_plugins=bool(plugins)
        )
        self.updates = UpdateHandler(self, self._pages, self.registrations.data)
        self._has_plugins = bool(plugins)
        self._clock = clock
        self._last_timestamp = 0
        self._expected_timestamp = 0

    # --- for the watcher -----------------------------------------------------------------------

    def read_ahead(self, file: str) -> None:
        """Make the scripts of a file that was saved, before it is known whether that was all of the save.

        Args:
            file: An absolute path, of whatever there is.
        """
        for node in self.graph.get_by_file(file):
            start(self.make_early(node))  # in place of what was made of an earlier text

    def forget_early(self, file: str) -> None:
        """Forget what was made early of a file: it was written again.

        Args:
            file: An absolute path, of whatever there is.
        """
        for node in self.graph.get_by_file(file):
            self._transforms.forget_early(node)

    async def make_early(self, node: ModuleNode) -> ModuleCode | None:
        """Make a script's code before its save is handled; see `Transforms.make_early`.

        Returns:
            None also where the user's plugins take part: they are asked when a page asks.
        """
        is_loaded = node.analysed_generation >= 0
        if self._has_plugins or not is_loaded or not node.url.endswith(_SCRIPTS):
            return None
        return await self._transforms.make_early(node)

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
            ModuleNotFound: The module does not exist (404).
            OutdatedRequest: The answer would be out of date (504, no overlay).
            AccessDenied: The file isn't served (403).
            TransformError: The module has an error (500).
        """
        node = await self.module_requests.find_module(url, accept=accept)
        return (await self.module_requests.answer(node)).for_client(if_none_match)

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

    async def transform_html(
        self, file: Path, url: str, *, again: bool = False, takes_sources: bool = False
    ) -> str:
        """Return a page as it is served.

        Args:
            file: The HTML file.
            url: The path that was asked for, without the base: differs from the file's own where
                the page is served as a fallback.
            again: Whether a page that is open asks for its new text.
            takes_sources: Whether its browser takes the sources of its modules with it.

        Raises:
            OSError: The file can't be read.
        """
        path = module_url.decode_url(url)
        return await self._pages.transform(file, path, again=again, takes_sources=takes_sources)

    def page_url_to_keep(self, file: Path, url: str) -> str:
        """Return which URL of a page that was served at a URL the next process has to know."""
        return self._pages.url_to_keep(file, url)

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

    async def transform_html_text(
        self, text: str, url: str, nonce: str | None = None, *, again: bool = False
    ) -> str:
        """Return a page that another application made, with the client's script and stamps.

        Its inline scripts stay: they may differ from one visitor to the next.

        Args:
            url: The path that was asked for, without the base.
            nonce: What the policy that comes with it asks scripts for.
            again: Whether a page that is open asks for its new text.
        """
        return await self._pages.transform_text(
            text, module_url.decode_url(url), nonce, again=again
        )

    def served_html(self, name: str) -> str | None:
        """Return a page as it was served; None if it is not known any more.

        Args:
            name: What the comment behind its client tag calls it.
        """
        return self._pages.served.get(name)

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
        return self.resolver.resolve(specifier, file and module_url.file_of_id(file))

    async def make_eager(self, urls: Iterable[str]) -> None:
        """Make the modules that a page loads, as far as that is quick.

        Args:
            urls: Its module scripts, as for `transform_request`.
        """
        await self.module_requests.make_eager(urls)

    def ensure_module(self, id: str) -> ModuleNode:
        """Return the module of an id that an import resolved to.

        Raises:
            AccessDenied: Its file isn't served.
        """
        node = self.graph.get_by_id(id)
        if node is None:
            file = file_of(id)
            if file is not None:
                self.resolver.check_name(file)  # it is checked in full when it is read
            url = self.resolver.url_of(id)
            path = module_url.clean_url(id)
            # the code of these is not analysed: it accepts nothing
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
        return self._pages.import_maps.defines(specifier)

    def mapped_url(self, specifier: str) -> str | None:
        """Return the module URL that import maps of pages give a bare specifier; None where that is uncertain."""
        return self._pages.import_maps.module_of(specifier)

    def led_elsewhere(self, specifier: str, importer: str) -> str | None:
        """Return the path of an import that an import map of a page may lead elsewhere; see `ImportMaps`."""
        return self._pages.import_maps.led_elsewhere(specifier, importer)

    def next_timestamp(self) -> int:
        """Return the time, later than any time given before."""
        self._last_timestamp = self.expected_timestamp()
        self._expected_timestamp = 0
        return self._last_timestamp

    def expected_timestamp(self) -> int:
        """Return what `next_timestamp` will return when it is called next."""
        if not self._expected_timestamp:
            self._expected_timestamp = max(self._clock(), self._last_timestamp + 1)
        return self._expected_timestamp

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
