"""The plugin protocol, with the field's names.

A plugin is a `Plugin` with some of its methods overridden, plain or async. CSS, JSON, assets and
inline scripts are plugins as well (`builtin_plugins/`). plugin_container.py says in which order they are
asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn, Protocol, TypeAlias, TypeVar

from starlette.types import ASGIApp

from hmr_client.wire.payloads import Custom, HotPayload, JSONValue, Update

from .config import ServerConfig
from .files.reading import read_text
from .graph.module_code import TransformResult
from .graph.module_graph import ModuleGraph, ModuleNode
from .graph.resolve import Resolver
from .html.added_tags import HtmlTag, TagPlace
from .watch.file_change import ChangeKind

__all__ = [
    "DevServer",
    "Environment",
    "HotUpdateContext",
    "HtmlTag",
    "Plugin",
    "PluginClient",
    "PluginContext",
    "PluginError",
    "TagPlace",
    "Transformed",
]

T = TypeVar("T")
Enforce: TypeAlias = Literal["pre", "post"] | None
MaybeAwaitable: TypeAlias = T | Awaitable[T]


class PluginError(Exception):
    """What a plugin raises when a module is wrong, rather than the plugin.

    Attributes:
        message: What is wrong.
        line: Where, from 1; None where the place isn't known.
        column: Where in the line, from 0.
        file: The file concerned, where it isn't the module's own.
        source: The text that `line` counts in, where it isn't what the hook was given.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int = 0,
        file: str | None = None,
        source: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.file = file
        self.source = source


class Environment(Protocol):
    """What plugins, pages and transforms see of the dev environment.

    The environment composes these parts, so they name this protocol and never the environment.

    Attributes:
        config: The server's settings.
        send: Pushes a payload to every client.
        client_url: What injected code imports from, without the base.
        graph: The module graph.
        resolver: Finds files, and gives them URLs.
        env: The value of `import.meta.env`.
    """

    config: ServerConfig
    send: Callable[[HotPayload], None]
    client_url: str
    graph: ModuleGraph
    resolver: Resolver
    env: Mapping[str, str | bool]

    async def resolve_id(
        self, specifier: str, importer: str | None, *, skip: frozenset[Plugin] = frozenset()
    ) -> str | None:
        """Return the id that a specifier names: plugins but those in `skip` first, then files."""

    def ensure_module(self, id: str) -> ModuleNode:
        """Return the module of an id that an import resolved to."""

    async def make_eager(self, urls: Iterable[str]) -> None:
        """Make the modules that a page loads, as far as that is quick."""

    async def transform_index_html(self, html: str, url: str) -> str:
        """Return a page after the plugins' `transform_index_html`."""

    async def transform_request(
        self, url: str, *, accept: str = "*/*", if_none_match: str | None = None
    ) -> TransformResult:
        """Answer a request for a module."""

    def is_foreign_specifier(self, specifier: str) -> bool:
        """Return whether the browser finds a specifier without this server."""

    def mapped_url(self, specifier: str) -> str | None:
        """Return the module URL that import maps of pages give a bare specifier; None where that is uncertain."""

    def led_elsewhere(self, specifier: str, importer: str) -> str | None:
        """Return the path of an import that an import map of a page may lead elsewhere."""

    def next_timestamp(self) -> int:
        """Return the time in milliseconds, later than any time returned before."""

    def short_name(self, node: ModuleNode) -> str:
        """Return a module's name for people: its path relative to the root."""

    def short_path(self, file: str | Path) -> str:
        """Return a file's name for people: its path relative to the root."""


class PluginContext:
    """What `resolve_id`, `load` and `transform` can do while a module is made.

    Attributes:
        environment: The environment that asks.
        module: The module that is made; None while a specifier is resolved.
        watched: The files that the module depends on, besides its imports.
    """

    def __init__(
        self,
        environment: Environment,
        module: ModuleNode | None = None,
        *,
        skip: frozenset[Plugin] = frozenset(),
    ) -> None:
        self.environment = environment
        self.module = module
        self.watched: dict[str, None] = {}
        # the plugins whose `resolve_id` asks: they are not asked again
        self.resolving = skip

    def add_watch_file(self, file: str | Path) -> None:
        """Make the module depend on a file: when it changes, the module is transformed again.

        Args:
            file: Its absolute path; it need not exist.
        """
        self.watched[Path(file).as_posix()] = None

    async def resolve(self, specifier: str, importer: str | None = None) -> str | None:
        """Return the id that a specifier names, all plugins asked.

        Inside of `resolve_id` the calling plugin is skipped, as by Rollup's `this.resolve`: a plugin
        may ask what the others make of a specifier.

        Args:
            specifier: As an import would write it.
            importer: The id of the importing module.
        """
        return await self.environment.resolve_id(specifier, importer, skip=self.resolving)

    def error(self, message: str, *, line: int | None = None, column: int = 0) -> NoReturn:
        """End the module with an error that the overlay shows.

        Args:
            message: What is wrong with it.
            line: Where, from 1.
            column: Where in the line, from 0.
        """
        raise PluginError(message, line=line, column=column)


@dataclass(frozen=True, slots=True)
class HotUpdateContext:
    """A changed file, for `handle_hot_update`.

    Attributes:
        file: Its absolute path.
        kind: What happened to it.
        timestamp: The update's, in milliseconds since the epoch.
        modules: The modules that it affects, as far as it is known so far.
        environment: The environment that asks.
        updates: Further updates for the same payload; a plugin may append.
    """

    file: Path
    kind: ChangeKind
    timestamp: int
    modules: tuple[ModuleNode, ...]
    environment: Environment
    updates: list[Update] = field(default_factory=list)

    def read(self) -> str:
        """Return the file's text.

        Raises:
            OSError: It can't be read.
            UnicodeDecodeError: It isn't text.
        """
        return read_text(self.file)

    def send(self, payload: HotPayload) -> None:
        """Send a payload to every client, ahead of the update."""
        self.environment.send(payload)

    def send_event(self, event: str, data: JSONValue = None) -> None:
        """Send a custom event to every client, ahead of the update."""
        self.environment.send(Custom(event=event, data=data))


class PluginClient(Protocol):
    """A connected page, worker or process, as a listener gets it.

    Attributes:
        id: Names it in the terminal; counted from 1.
    """

    id: int

    def send(self, payload: HotPayload) -> None:
        """Send a payload to this client alone."""


@dataclass(frozen=True, slots=True)
class Transformed:
    """Code with its source map, for `load` and `transform`.

    Attributes:
        code: The module's code.
        map: A source map, version 3: its object or its JSON. Maps of several plugins are chained.
    """

    code: str
    map: Mapping[str, object] | str | None = None


Code: TypeAlias = "str | Transformed"


class DevServer(Protocol):
    """What `configure_server` can use. The HTTP side implements it."""

    config: ServerConfig

    @property
    def environment(self) -> Environment:
        """Modules and pages."""

    def on(
        self, event: str, listener: Callable[[JSONValue, PluginClient], MaybeAwaitable[None]]
    ) -> None:
        """Call a listener with the data and the client of each custom event of this name."""

    def send(
        self, event: str, data: JSONValue = None, *, client: PluginClient | None = None
    ) -> None:
        """Send a custom event to every client, or to one. From any thread.

        Args:
            data: What listeners get.
            client: The one that a listener got; None for all.
        """

    async def reload_module(self, module: ModuleNode) -> None:
        """Push an update of a module, as if its file had been saved.

        Args:
            module: A node of `environment.graph`.
        """

    def add_route(
        self, path: str, endpoint: Callable[..., object], methods: Sequence[str] = ("GET",)
    ) -> None:
        """Serve a path (below the base) with a Starlette endpoint."""

    def add_middleware(self, middleware: Callable[..., ASGIApp], **options: object) -> None:
        """Put ASGI middleware around the whole server; the first added is the outermost.

        Args:
            middleware: Called with the application around which it stands, and the options.
            **options: What it gets besides.
        """


class Plugin:
    """The base of all plugins: override what is needed.

    Attributes:
        name: Names the plugin in errors; the class's name where empty.
        enforce: Before (`"pre"`) or after (`"post"`) the built-in plugins.
    """

    name: str = ""
    enforce: Enforce = None

    def resolve_id(
        self, context: PluginContext, specifier: str, importer: str | None
    ) -> MaybeAwaitable[str | None]:
        """Return the id of a specifier: a file path with a query, or any text for a virtual module.

        Begin a virtual id with NUL, so that other plugins leave it alone.

        Args:
            context: What a hook can do.
            specifier: As the importing module writes it, or a URL that a page asks for.
            importer: The importing module's id; None for a page.
        """
        return None

    def load(
        self,
        context: PluginContext,
        id: str,
    ) -> MaybeAwaitable[Code | None]:
        """Return the source of a module.

        Args:
            context: What a hook can do.
            id: The module's id.
        """
        return None

    def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
    ) -> MaybeAwaitable[Code | None]:
        """Return the module's new code; None leaves it unchanged.

        Args:
            context: What a hook can do.
            code: The code that the plugins before made.
            id: The module's id.
        """
        return None

    def handle_hot_update(
        self, context: HotUpdateContext
    ) -> MaybeAwaitable[Sequence[ModuleNode] | None]:
        """Return the modules that a changed file affects, in place of the ones known.

        None leaves them; an empty sequence means that the plugin has done all there is to do.

        Args:
            context: The file and what is known.
        """
        return None

    def transform_index_html(
        self, html: str, url: str
    ) -> MaybeAwaitable[str | Sequence[HtmlTag] | None]:
        """Return a page's new text, or tags to add to it; None leaves it unchanged.

        Args:
            html: The page as the plugins before made it.
            url: Its path, without the base.
        """
        return None

    def configure_server(self, server: DevServer) -> MaybeAwaitable[None]:
        """Add listeners, routes and middleware, once, before the server answers."""
