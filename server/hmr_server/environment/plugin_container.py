"""Asks plugins in order, and says which one failed.

The order:

1. plugins with `enforce = "pre"`
2. the built-in ones that read (CSS, JSON, assets, …)
3. plugins without `enforce`
4. the built-in one that makes JavaScript of stylesheets
5. plugins with `enforce = "post"`

Of `resolve_id` and `load` the first answer counts; each `transform` gets what the one before made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from hmr_client.wire.payloads import ErrorDetails, ErrorLocation

from ..exceptions import ServerError, TransformError
from ..files.access import AccessDenied
from ..files.page_reading import beside_loop
from ..graph.module_graph import ModuleNode
from ..html.added_tags import HtmlTag, with_tags
from ..javascript.source_maps import SourceMapError, chain
from ..plugins import (
    Code,
    Environment,
    HotUpdateContext,
    Plugin,
    PluginContext,
    PluginError,
    Transformed,
)
from ..text.code_frame import Position, code_frame

T = TypeVar("T")


class PluginEnvironment(Environment, Protocol):
    """The environment as its own parts see it.

    Attributes:
        plugins: All plugins, built-in ones among them.
    """

    plugins: PluginContainer

    def is_page_loading(self, node: ModuleNode) -> bool:
        """Return whether a page that loads requests a module, not an update of a running page."""


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
        self._transforming_html = self._with_hook("transform_index_html")

    async def resolve_id(
        self, context: PluginContext, specifier: str, importer: str | None
    ) -> str | None:
        """Return the first plugin's answer.

        Raises:
            TransformError: A plugin failed.
        """
        skip = context.resolving
        for plugin in self._resolving:
            if plugin in skip:
                continue
            context.resolving = skip | {plugin}
            try:
                given = plugin.resolve_id(context, specifier, importer)
                found = await given if isinstance(given, Awaitable) else given
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "resolve_id", error, importer, None) from error
            if found is not None:
                return _checked(plugin, "resolve_id", found, str, "a str or None")
        return None

    async def load(
        self,
        context: PluginContext,
        id: str,
    ) -> Transformed | None:
        """Return the first plugin's answer.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._loading:
            try:
                given = plugin.load(context, id)
                found = await given if isinstance(given, Awaitable) else given
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "load", error, id, None) from error
            if found is not None:
                return _code(plugin, "load", found)
        return None

    async def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
        map: Mapping[str, object] | str | None = None,
    ) -> Transformed:
        """Return the code after all plugins, with the chain of their source maps.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._transforming:
            try:
                given = plugin.transform(context, code, id)
                changed = await given if isinstance(given, Awaitable) else given
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "transform", error, id, code) from error
            if changed is not None:
                made = _code(plugin, "transform", changed)
                code, map = made.code, self._chained(plugin, made.map, map)
        return Transformed(code, map)

    async def transform_index_html(self, html: str, url: str) -> str:
        """Return a page after all plugins.

        Args:
            url: Its path, without the base.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._transforming_html:
            try:
                given = plugin.transform_index_html(html, url)
                changed = await given if isinstance(given, Awaitable) else given
            except (ServerError, AccessDenied):
                raise
            except Exception as error:
                raise _failed(plugin, "transform_index_html", error, url, html) from error
            if isinstance(changed, str):
                html = changed
            elif changed is not None:
                expected = "a str, a list of HtmlTag or None"
                tags = _checked(plugin, "transform_index_html", changed, Sequence, expected)
                for tag in tags:
                    _checked(plugin, "transform_index_html", tag, HtmlTag, expected)
                html = await beside_loop(len(html), with_tags, html, tags)
        return html

    def _chained(
        self,
        plugin: Plugin,
        new: Mapping[str, object] | str | None,
        old: Mapping[str, object] | str | None,
    ) -> Mapping[str, object] | str | None:
        """Return a source map from a plugin's code to what the plugins before had."""
        if new is None or old is None:
            # without a map of its own the plugin is taken to have kept the lines
            return new or old
        try:
            return chain(new, old)
        except SourceMapError as error:
            raise _failed(plugin, "transform", error, None, None) from error

    async def handle_hot_update(self, context: HotUpdateContext) -> tuple[ModuleNode, ...]:
        """Return the modules that a change affects, after all plugins.

        Raises:
            TransformError: A plugin failed.
        """
        for plugin in self._hot_updating:
            try:
                given = plugin.handle_hot_update(context)
                modules = await given if isinstance(given, Awaitable) else given
            except Exception as error:
                file = context.file.as_posix()
                raise _failed(plugin, "handle_hot_update", error, file, None) from error
            if modules is not None:
                expected = "a sequence of modules or None"
                given = _checked(plugin, "handle_hot_update", modules, Sequence, expected)
                context = replace(context, modules=tuple(given))
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
    """Return all plugins in the order in which they are asked.

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
    """Return how a plugin is called in messages."""
    return plugin.name or type(plugin).__name__


def _code(plugin: Plugin, hook: str, value: Code) -> Transformed:
    expected = "a str, a Transformed or None"
    checked = _checked(plugin, hook, value, str | Transformed, expected)
    return checked if isinstance(checked, Transformed) else Transformed(checked)


def _checked(plugin: Plugin, hook: str, value: T, type_: Any, expected: str) -> T:
    """Return what a hook returned, or say that it is of a wrong type."""
    if isinstance(value, type_) and not (type_ is Sequence and isinstance(value, str | bytes)):
        return value
    name = plugin_name(plugin)
    message = (
        f'The plugin "{name}" returned {type(value).__name__} from {hook}(), '
        f"where {expected} is expected."
    )
    raise TransformError(ErrorDetails(message=message, plugin=name))


def _failed(
    plugin: Plugin,
    hook: str,
    error: Exception,
    id: str | None,
    code: str | None,
) -> TransformError:
    """Return what a plugin's exception becomes: an error that names the plugin."""
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
    """Return where a plugin raised, one line a frame, the innermost first, without our own frames."""
    lines = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename != __file__:
            place = f"{code.co_filename}:{traceback.tb_lineno}"
            lines.append(f"    at {code.co_qualname} ({place})")
        traceback = traceback.tb_next
    return "\n".join(reversed(lines))
