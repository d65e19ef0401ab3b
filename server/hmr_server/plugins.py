"""The plugin protocol, with the field's names, and the container that asks plugins in order.

A plugin is a `Plugin` with some of its methods overridden. CSS, JSON, assets and inline scripts
are plugins as well (`builtin_plugins/`). The order:

1. plugins with `enforce = "pre"`
2. the built-in ones that read (CSS, JSON, assets, …)
3. plugins without `enforce`
4. the built-in one that makes JavaScript of stylesheets
5. plugins with `enforce = "post"`

Of `resolve_id` and `load` the first answer counts; each `transform` gets what the one before made.
Hooks may be plain or async methods.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, Protocol, TypeAlias, TypeVar

from hmr_client.payloads import ErrorDetails, ErrorLocation, HotPayload, JSONValue, Update
from hmr_server.access import AccessDenied
from hmr_server.code_frame import Position, code_frame
from hmr_server.config import ServerConfig
from hmr_server.exceptions import ServerError, TransformError
from hmr_server.file_change import ChangeKind

if TYPE_CHECKING:
    from hmr_server.environment import DevEnvironment
    from hmr_server.module_graph import ModuleNode

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


class PluginContext:
    """What `resolve_id`, `load` and `transform` can do while a module is made.

    Attributes:
        environment: The environment that asks.
        module: The module that is made; None while a specifier is resolved.
        watched: The files that the module depends on, besides its imports.
    """

    def __init__(self, environment: DevEnvironment, module: ModuleNode | None = None) -> None:
        self.environment = environment
        self.module = module
        self.watched: dict[str, None] = {}

    def add_watch_file(self, file: str | Path) -> None:
        """Makes the module depend on a file: when it changes, the module is made anew.

        Args:
            file: Its absolute path; it need not exist.
        """
        self.watched[Path(file).as_posix()] = None

    async def resolve(self, specifier: str, importer: str | None = None) -> str | None:
        """The id that a specifier names, all plugins asked.

        Args:
            specifier: As an import would write it.
            importer: The id of the importing module.
        """
        return await self.environment.resolve_id(specifier, importer)

    def error(self, message: str, *, line: int | None = None, column: int = 0) -> NoReturn:
        """Ends the module with an error that the overlay shows.

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
    environment: DevEnvironment
    updates: list[Update] = field(default_factory=list)

    def read(self) -> str:
        """The file's text.

        Raises:
            OSError: It can't be read.
            UnicodeDecodeError: It isn't text.
        """
        return self.file.read_text("utf-8")

    def send(self, payload: HotPayload) -> None:
        """Sends a payload to every client, ahead of the update."""
        self.environment.send(payload)


class DevServer(Protocol):
    """What `configure_server` can use. The HTTP side implements it."""

    config: ServerConfig
    environment: DevEnvironment

    def on(self, event: str, listener: Callable[[JSONValue, object], MaybeAwaitable[None]]) -> None:
        """Calls a listener with the data and the client of each custom event of this name."""

    def send(self, event: str, data: JSONValue = None) -> None:
        """Sends a custom event to every client."""

    def add_route(
        self, path: str, endpoint: Callable[..., object], methods: Sequence[str] = ("GET",)
    ) -> None:
        """Serves a path (below the base) with a Starlette endpoint."""


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
        """The id of a specifier: a file path with a query, or any text for a virtual module.

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
    ) -> MaybeAwaitable[str | None]:
        """The source of a module.

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
    ) -> MaybeAwaitable[str | None]:
        """The module's new code; None leaves it as it is.

        Args:
            context: What a hook can do.
            code: The code that the plugins before made.
            id: The module's id.
        """
        return None

    def handle_hot_update(
        self, context: HotUpdateContext
    ) -> MaybeAwaitable[Sequence[ModuleNode] | None]:
        """The modules that a changed file affects, in place of the ones known.

        None leaves them; an empty sequence means that the plugin has done all there is to do.

        Args:
            context: The file and what is known.
        """
        return None

    def configure_server(self, server: DevServer) -> None:
        """Adds listeners for custom events and routes, once, when the server starts.

        Args:
            server: The server.
        """


class PluginContainer:
    """Asks plugins, in order, and names the one that fails.

    Args:
        plugins: All plugins, sorted.
    """

    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self.plugins = tuple(plugins)
        self._resolving = self._with_hook("resolve_id")
        self._loading = self._with_hook("load")
        self._transforming = self._with_hook("transform")
        self._hot_updating = self._with_hook("handle_hot_update")

    async def resolve_id(
        self, context: PluginContext, specifier: str, importer: str | None
    ) -> str | None:
        """The first plugin's answer.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._resolving:
            try:
                found = await _awaited(plugin.resolve_id(context, specifier, importer))
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "resolve_id", error, importer, None) from error
            if found is not None:
                return found
        return None

    async def load(
        self,
        context: PluginContext,
        id: str,
    ) -> str | None:
        """The first plugin's answer.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._loading:
            try:
                found = await _awaited(plugin.load(context, id))
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "load", error, id, None) from error
            if found is not None:
                return found
        return None

    async def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
    ) -> str:
        """The code after all plugins.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._transforming:
            try:
                changed = await _awaited(plugin.transform(context, code, id))
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "transform", error, id, code) from error
            if changed is not None:
                code = changed
        return code

    async def handle_hot_update(self, context: HotUpdateContext) -> tuple[ModuleNode, ...]:
        """The modules that a change affects, after all plugins.

        Args:
            context: The change.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._hot_updating:
            try:
                modules = await _awaited(plugin.handle_hot_update(context))
            except Exception as error:
                file = context.file.as_posix()
                raise _failed(plugin, "handle_hot_update", error, file, None) from error
            if modules is not None:
                context = replace(context, modules=tuple(modules))
        return context.modules

    def _with_hook(self, hook: str) -> tuple[Plugin, ...]:
        return tuple(
            plugin
            for plugin in self.plugins
            if getattr(type(plugin), hook, None) is not getattr(Plugin, hook)
        )


def sort_plugins(
    plugins: Sequence[Plugin], reading: Sequence[Plugin], writing: Sequence[Plugin]
) -> list[Plugin]:
    """All plugins in the order in which they are asked.

    Args:
        plugins: The user's.
        reading: The built-in ones that read.
        writing: The built-in ones that write JavaScript.
    """
    by_order = {
        order: [plugin for plugin in plugins if plugin.enforce == order]
        for order in ("pre", None, "post")
    }
    return [*by_order["pre"], *reading, *by_order[None], *writing, *by_order["post"]]


def plugin_name(plugin: Plugin) -> str:
    """How a plugin is called in messages."""
    return plugin.name or type(plugin).__name__


async def _awaited(value: MaybeAwaitable[T]) -> T:
    if inspect.isawaitable(value):
        return await value
    return value


def _failed(
    plugin: Plugin,
    hook: str,
    error: Exception,
    id: str | None,
    code: str | None,
) -> TransformError:
    """What a plugin's exception becomes: an error that names the plugin."""
    name = plugin_name(plugin)
    if not isinstance(error, PluginError):
        return TransformError(
            ErrorDetails(
                message=f'The plugin "{name}" failed in {hook}(): {type(error).__name__}: {error}',
                stack=plugin_traceback(error),
                id=id,
                plugin=name,
                plugin_code=code,
            )
        )
    frame = loc = None
    source = error.source if error.source is not None else code
    if error.line is not None:
        loc = ErrorLocation(file=error.file or id, line=error.line, column=error.column)
        if source is not None:
            frame = code_frame(source, Position(error.line, error.column))
    return TransformError(
        ErrorDetails(
            message=error.message,
            id=error.file or id,
            frame=frame,
            loc=loc,
            plugin=name,
            plugin_code=code,
        )
    )


def plugin_traceback(error: BaseException) -> str:
    """Where a plugin raised, one line a frame, the innermost first, without our own frames."""
    lines = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename != __file__:
            place = f"{code.co_filename}:{traceback.tb_lineno}"
            lines.append(f"    at {code.co_qualname} ({place})")
        traceback = traceback.tb_next
    return "\n".join(reversed(lines))
