"""ES modules that plugins make: the modules of a build that has plugins.

The dev server asks plugins when a page requests a module. A build has no requests: it follows the
imports from the pages' scripts, asks `resolve_id`, `load` and `transform`, and writes what they
return. A module that is no `.js` file gets that suffix, since a static server sends by suffix; a
virtual module gets a file of its own.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from html import escape
from pathlib import Path

from hmr_client.wire.payloads import ErrorPayload, HotPayload

from ..config import ServerConfig
from ..environment.environment import DevEnvironment
from ..environment.plugin_container import PluginContainer, sort_plugins
from ..exceptions import TransformError
from ..files.access import AccessDenied
from ..graph import module_url
from ..graph.node_packages import PackageError
from ..html.tags import read_tags
from ..javascript.imports import parse_module
from ..javascript.source_maps import with_source_map
from ..plugins import Plugin, PluginContext, Transformed
from .output import ASSETS, BuildError, public_name

_SCRIPTS = (".js", ".mjs")


class PluginModules:
    """The modules that plugins have to do with.

    Args:
        config: The server's settings.
        plugins: The user's plugins.

    Attributes:
        written: The modules, by their path in the folder.
    """

    def __init__(self, config: ServerConfig, plugins: list[Plugin]) -> None:
        self._config = config
        self._environment = DevEnvironment(config, self._fail, plugins)
        # the user's alone: the built-in ones make what only the dev server's client can use
        self._plugins = PluginContainer(sort_plugins(plugins, [], []))
        self.written: dict[Path, str] = {}
        self._urls: dict[str, str | None] = {}

    async def page(self, html: str, url: str) -> str:
        """Return a page after the plugins, with the URLs of the modules that they make.

        Args:
            html: The page's text.
            url: Its path, without the base.

        Raises:
            BuildError: A plugin failed.
        """
        try:
            html = await self._plugins.transform_index_html(html, url)
        except TransformError as error:
            raise _build_error(error) from error
        pieces = []
        position = 0
        for tag in read_tags(html):
            if tag.name != "script" or tag.attributes.get("type", "").lower() != "module":
                continue
            source = tag.attributes.get("src")
            written = tag.source
            text = tag.text
            if source is None:
                text = await self._linked(text, self._importer_of(url))
            elif (made := await self._script(source, url)) is not None:
                written = written.replace(source, escape(made, quote=True), 1)
            pieces += [html[position : tag.start], written, text]
            position = tag.start + len(tag.source) + len(tag.text)
        return "".join([*pieces, html[position:]])

    async def url_of(self, specifier: str, importer: str | None) -> str | None:
        """Return the URL of a module in the build; None where the URL stays unchanged.

        Args:
            specifier: As a script's `src` or an import names it.
            importer: The importing module's file or id; None for a page's own.

        Raises:
            BuildError: A plugin failed.
        """
        if module_url.is_external_import(specifier):
            return None
        try:
            id_ = await self._environment.resolve_id(specifier, importer)
        except (TransformError, PackageError, AccessDenied) as error:
            raise _build_error(error) from error
        if id_ is None or "/node_modules/" in id_ or module_url.is_css_request(id_):
            return None
        return await self._made(id_)

    async def _script(self, source: str, url: str) -> str | None:
        if module_url.is_external(source):
            return None
        path = source.removeprefix(self._config.base.rstrip("/"))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(url), path))
        return await self.url_of(path, None)

    def _importer_of(self, url: str) -> str:
        """Return the file that a page's scripts import from."""
        return (self._config.root / url.lstrip("/")).as_posix()

    async def _made(self, id_: str) -> str | None:
        if id_ in self._urls:
            return self._urls[id_]
        file = self._file_of(id_)
        name = self._name_of(id_, file)
        self._urls[id_] = self._config.url(name.as_posix())  # first: modules import in circles
        try:
            code = await self._code(id_, file)
        except TransformError as error:
            raise _build_error(error) from error
        if code is None:
            self._urls[id_] = None  # no module: an asset, which is copied
            return None
        self.written[name] = await self._linked(code, id_)
        return self._urls[id_]

    async def _code(self, id_: str, file: Path | None) -> str | None:
        context = PluginContext(self._environment)
        loaded = await self._plugins.load(context, id_)
        if loaded is None:
            if file is None:
                raise BuildError(f"no plugin loads {id_!r}, which one of them resolved to")
            try:
                loaded = Transformed(_text_of(file))
            except UnicodeDecodeError:
                return None
            is_module = module_url.is_js_request(module_url.clean_url(id_))
        else:
            is_module = True
        made = await self._plugins.transform(context, loaded.code, id_, loaded.map)
        if not is_module and made.code == loaded.code:
            return None
        return made.code if made.map is None else with_source_map(made.code, made.map)

    async def _linked(self, code: str, importer: str) -> str:
        source = code.encode()
        for found in reversed(parse_module(source).imports):
            place = found.specifier
            if (url := await self.url_of(place.text, importer)) is not None:
                source = source[: place.start] + json.dumps(url).encode() + source[place.end :]
        return source.decode()

    def _file_of(self, id_: str) -> Path | None:
        path = Path(module_url.file_of_id(id_))
        return path if path.is_absolute() and path.is_relative_to(self._config.root) else None

    def _name_of(self, id_: str, file: Path | None) -> Path:
        if file is None or "?" in id_:
            digest = hashlib.sha256(id_.encode()).hexdigest()[:12]
            return Path(ASSETS, f"module-{digest}.js")
        name = public_name(file.relative_to(self._config.root))
        return name if name.suffix in _SCRIPTS else name.with_name(f"{name.name}.js")

    def _fail(self, payload: HotPayload) -> None:
        if isinstance(payload, ErrorPayload):
            raise BuildError(payload.err.message)


def _text_of(file: Path) -> str:
    return file.read_text("utf-8-sig")


def _build_error(error: Exception) -> BuildError:
    if not isinstance(error, TransformError):
        return BuildError(str(error))
    details = error.details
    place = f"{details.loc.file}:{details.loc.line}: " if details.loc else ""
    return BuildError(f"{place}{details.message}")
