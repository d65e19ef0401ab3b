"""Files that a module refers to, not code: their URL, their text, or the file as a data URI."""

from __future__ import annotations

import base64
import mimetypes
import re
from urllib.parse import quote

from ..files.reading import read_bytes
from ..graph import module_url
from ..graph.module_code import js_string, stamped
from ..plugins import Plugin, PluginContext, PluginError

# The list is Vite's (`node/constants.ts`, KNOWN_ASSET_TYPES)
_ASSET = re.compile(
    r"\.(?:apng|bmp|png|jpe?g|jfif|pjpeg|pjp|gif|svg|ico|webp|avif|cur|jxl|mp4|webm|ogg|mp3|wav|flac"
    r"|aac|opus|mov|m4a|vtt|woff2?|eot|ttf|otf|webmanifest|pdf|txt|wasm)$",
    re.IGNORECASE,
)
_INLINE_LIMIT = 4096  # bytes; a smaller SVG becomes a data URI
_WASM_INIT = """\
export default async (imports = {{}}) => {{
  const response = fetch({url});
  const {{ instance }} = await WebAssembly.instantiateStreaming(response, imports);
  return instance;
}};
"""
_WORKER = """\
export default function WorkerWrapper(options) {{
  return new Worker({url}, {{ type: "module", name: options?.name }});
}}
"""


class AssetPlugin(Plugin):
    """Makes modules of assets, and of anything with `?url`, `?raw` or `?inline`."""

    name = "hmr:assets"

    def load(
        self,
        context: PluginContext,
        id: str,
    ) -> str | None:
        """Return the module of an asset."""
        file = module_url.file_of_id(id)
        wanted = module_url.query_names(id)
        if id.startswith("\0") or "html-proxy" in wanted:
            return None
        if "raw" in wanted:
            return f"export default {js_string(self._read(context, file).decode('utf-8', 'replace'))};\n"
        if "url" in wanted:
            return f"export default {js_string(self._url(context, file))};\n"
        if "worker" in wanted:
            return _WORKER.format(url=js_string(self._url(context, file)))
        if file.endswith(".wasm") and "init" in wanted:
            return _WASM_INIT.format(url=js_string(self._url(context, file)))
        if module_url.is_css_request(file):
            return None
        if "inline" in wanted and not file.endswith((".json", ".js", ".mjs")):
            return f"export default {js_string(data_uri(file, self._read(context, file)))};\n"
        if not _ASSET.search(file):
            return None
        if file.lower().endswith(".svg") and "no-inline" not in wanted:
            data = self._read(context, file)
            if len(data) < _INLINE_LIMIT:
                return f"export default {js_string(data_uri(file, data))};\n"
        return f"export default {js_string(self._url(context, file))};\n"

    def _read(self, context: PluginContext, file: str) -> bytes:
        context.environment.resolver.check(file)
        try:
            return read_bytes(file)
        except OSError as error:
            raise PluginError(f"{file} can't be read: {error.strerror}") from error

    def _url(self, context: PluginContext, file: str) -> str:
        environment = context.environment
        environment.resolver.check(file)
        timestamp = context.module.last_hmr_timestamp if context.module else 0
        return environment.config.url(stamped(environment.resolver.file_url_of(file), timestamp))


def is_asset_request(id: str) -> bool:
    """Return whether an id asks for a file's URL, text or data, not for its code."""
    names = module_url.query_names(id)
    return bool(names & {"raw", "url", "inline"} or _ASSET.search(module_url.clean_url(id)))


def data_uri(file: str, data: bytes) -> str:
    """Return the file as a data URI; SVG as text, which is smaller and can be read."""
    if file.lower().endswith(".svg"):
        text = data.decode("utf-8", "replace")
        return f"data:image/svg+xml,{quote(text, safe='')}"
    media_type = mimetypes.guess_type(file)[0] or "application/octet-stream"
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
