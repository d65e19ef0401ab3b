"""JSON as a module: a default export, and one export for each key that is a JavaScript name."""

from __future__ import annotations

import json
import re

from ..graph import module_url
from ..plugins import Plugin, PluginContext, PluginError

_NAME = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
_RESERVED = frozenset(
    [
        "arguments",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "NaN",
        "Infinity",
    ]
)


class JsonPlugin(Plugin):
    """Makes JavaScript of `.json` files."""

    name = "hmr:json"

    def transform(
        self,
        context: PluginContext,
        code: str,
        id: str,
    ) -> str | None:
        """Return the module of a JSON file."""
        if not module_url.clean_url(id).endswith(".json"):
            return None
        if module_url.query_names(id) & {"raw", "url", "inline"}:
            return None  # the assets' plugin has made a module of it
        try:
            data = json.loads(code.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            raise PluginError(
                f"This is not valid JSON: {error.msg}", line=error.lineno, column=error.colno - 1
            ) from error
        return json_module(data)


def json_module(data: object) -> str:
    """Return the JavaScript of a JSON value."""
    if not isinstance(data, dict):
        return f"export default {_literal(data)};\n"
    named = [key for key in data if _NAME.match(key) and key not in _RESERVED]
    lines = [f"export const {key} = {_literal(data[key])};" for key in named]
    entries = ", ".join(
        key if key in named else f"{_literal(key)}: {_literal(value)}"
        for key, value in data.items()
    )
    return "\n".join([*lines, f"export default {{{entries}}};\n"])


def _literal(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=True)
    if '"__proto__"' in text:
        return f"JSON.parse({json.dumps(text, ensure_ascii=False)})"
    return text
