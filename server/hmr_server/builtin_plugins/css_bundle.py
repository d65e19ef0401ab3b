"""One stylesheet with what it imports: local `@import`s in place, `url()`s absolute, both dependencies."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..css.modules import CssModule, compile_css_module
from ..css.references import CssImport, CssUrl, read_references, url_token, wrap_imported
from ..css.tokens import normalised
from ..files.reading import read_bytes
from ..graph import module_url
from ..graph.module_code import stamped
from ..graph.node_packages import PackageError
from ..plugins import PluginContext, PluginError
from ..text.charset import style_charset_of
from ..text.code_frame import position_at

_CHARSET = re.compile(r"\A\ufeff?(?:@charset\s+\"[^\"]*\";\s*)?")


class CssBundle:
    """One stylesheet with what it imports."""

    def __init__(self, context: PluginContext) -> None:
        self.external: list[str] = []
        self._context = context
        self._environment = context.environment

    def add(self, css: str, file: str, chain: tuple[str, ...]) -> str:
        """Return the text of a stylesheet with its imports in place.

        Args:
            chain: The files that import it, itself the last.
        """
        css = normalised(css)
        pieces: list[str] = []
        position = 0
        for found in read_references(css):
            match found:
                case CssImport():
                    text = self._imported(css, found, file, chain)
                case CssUrl():
                    text = url_token(self._url(found.url, file))
            pieces += [css[position : found.start], text]
            position = found.end
        return _CHARSET.sub("", "".join([*pieces, css[position:]]))

    def compile_module(self, css: str, file: str, chain: tuple[str, ...] = ()) -> CssModule:
        """Make the names of a stylesheet local.

        Args:
            css: Its text, imports in place.
            chain: The CSS modules that take names from it.
        """
        chain = (*chain, file)

        def composed(specifier: str) -> CssModule | None:
            imported, text = self.read(specifier, file, None)
            if imported in chain:
                return None
            return self.compile_module(self.add(text, imported, (imported,)), imported, chain)

        return compile_css_module(css, self._environment.short_path(file), composed)

    def read(self, specifier: str, file: str, place: tuple[int, str] | None) -> tuple[str, str]:
        """Return the file that a stylesheet names, and its text; it becomes a dependency."""
        try:
            found = self._environment.resolver.resolve_style(specifier, file)
            if found is None:
                if not specifier.startswith("/"):
                    # when it is written, the stylesheet is transformed again
                    self._context.add_watch_file(
                        Path(file).parent / module_url.clean_url(specifier)
                    )
                message = (
                    f'Failed to resolve import "{specifier}" from '
                    f'"{self._environment.short_path(file)}". '
                    "Does the file exist?"
                )
                raise self._error(message, file, place)
            self._context.add_watch_file(found)
            self._environment.resolver.check(found)
            data = read_bytes(found)
            return found, data.decode(style_charset_of(data), "replace")
        except (PackageError, OSError) as error:
            raise self._error(f'"{specifier}" can\'t be imported: {error}', file, place) from error

    def _imported(self, css: str, rule: CssImport, file: str, chain: tuple[str, ...]) -> str:
        if module_url.is_external(rule.specifier):
            self.external.append(css[rule.start : rule.end].rstrip(";") + ";\n")
            return ""
        imported, text = self.read(rule.specifier, file, (rule.start, css))
        if imported in chain:
            return ""  # a circle: the text is in place already
        return wrap_imported(self.add(text, imported, (*chain, imported)), rule)

    def _url(self, url: str, file: str) -> str:
        if not url or url.startswith("#") or module_url.is_external(url):
            return url
        path, mark, postfix = url.partition("?") if "?" in url else url.partition("#")
        resolver = self._environment.resolver
        config = self._environment.config
        found = None
        if not url.startswith("/@"):
            try:
                found = resolver.resolve_style(path, file)
                if found is None and (public := resolver.public_file(path)) is not None:
                    found = module_url.file_of_id(public)
            except PackageError:
                found = None  # as a URL it is what it is; the browser says that it is missing
        if found is None:
            base = os.path.dirname(resolver.url_of(module_url.file_id(file)))  # noqa: PTH120  # a URL
            path = path if path.startswith("/") else os.path.normpath(f"{base.rstrip('/')}/{path}")
            return config.url(path + mark + postfix)
        self._context.add_watch_file(found)
        nodes = self._environment.graph.get_by_file(found)
        timestamp = max((node.last_hmr_timestamp for node in nodes), default=0)
        query, hash_, fragment = (postfix, "", "") if mark == "#" else postfix.partition("#")
        whole = resolver.file_url_of(found) + (f"?{query}" if mark == "?" else "")
        fragment = f"#{query}" if mark == "#" else hash_ + fragment
        return config.url(module_url.encode_url(stamped(whole, timestamp)) + fragment)

    def _error(self, message: str, file: str, place: tuple[int, str] | None) -> PluginError:
        if place is None:
            return PluginError(message, file=file)
        position = position_at(place[1], place[0])
        return PluginError(
            message, line=position.line, column=position.column, file=file, source=place[1]
        )
