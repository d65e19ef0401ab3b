"""Stylesheets: as files for `<link>`, and as modules that put a `<style>` into the page.

Local `@import`s are put in place, `url()`s become absolute, and both are dependencies: when one of
them changes, the stylesheet is transformed again. Behaviour: Vite's `node/plugins/css.ts`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..graph import module_url
from ..graph.module_code import js_string
from ..plugins import MaybeAwaitable, Plugin, PluginContext
from .json_modules import json_module

if TYPE_CHECKING:
    from ..css.modules import CssModule

_CLIENT_IMPORT = (
    "import { updateStyle as __vite__updateStyle, removeStyle as __vite__removeStyle } from "
)
_MOST_AT_ONCE = 32 * 1024  # characters; what takes longer is done beside the event loop
_NOT_CSS = frozenset({"raw", "url"})


class CssPlugin(Plugin):
    """Reads stylesheets: `@import`, `url()`, CSS modules."""

    name = "hmr:css"

    def __init__(self, modules: dict[str, CssModule]) -> None:
        self._modules = modules  # by id; shared with CssPostPlugin

    def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
    ) -> MaybeAwaitable[str | None]:
        """Return the stylesheet with all it imports in place."""
        if not _is_stylesheet(id):
            return None
        if len(code) > _MOST_AT_ONCE:
            return asyncio.to_thread(self._bundled, context, code, id)
        return self._bundled(context, code, id)

    def _bundled(self, context: PluginContext, code: str, id: str) -> str:
        from .css_bundle import CssBundle  # the reader of CSS comes with the first stylesheet

        file = module_url.file_of_id(id)
        bundle = CssBundle(context)
        css = bundle.add(code, file, (file,))
        css = "".join(bundle.external) + css
        if module_url.is_css_module(id):
            module = bundle.compile_module(css, file)
            self._modules[id] = module
            css = module.css
        return css


class CssPostPlugin(Plugin):
    """Writes the JavaScript of imported stylesheets."""

    name = "hmr:css-post"

    def __init__(self, modules: dict[str, CssModule]) -> None:
        self._modules = modules

    def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
    ) -> str | None:
        """Return the module of an imported stylesheet; None for a linked one."""
        if not _is_stylesheet(id) or module_url.is_direct_request(id):
            return None
        if "inline" in module_url.query_names(id):
            return f"export default {js_string(code)};\n"
        module = self._modules.get(id)
        client = js_string(context.environment.client_url)
        return "\n".join(
            [
                _CLIENT_IMPORT + client,
                f"const __vite__id = {js_string(id)}",
                f"const __vite__css = {js_string(code)}",
                "__vite__updateStyle(__vite__id, __vite__css)",
                # the exports of a CSS module change, so that its importers must know
                json_module(module.names) if module is not None else "import.meta.hot.accept()",
                "import.meta.hot.prune(() => __vite__removeStyle(__vite__id))",
                "",
            ]
        )


def _is_stylesheet(id: str) -> bool:
    return module_url.is_css_request(id) and not module_url.query_names(id) & _NOT_CSS
