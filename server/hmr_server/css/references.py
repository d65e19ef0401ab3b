"""Reads which files a stylesheet depends on, and where it names them: `@import` and `url()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<import>@import\b)
    | (?P<url>(?<![\w-])url\()
    | (?P<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)
    | (?P<open>\{) | (?P<close>\})
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_SPACE = r"(?:\s|/\*.*?\*/)*"
_STRING = r"\"(?P<double>(?:\\.|[^\"\\\n])*)\"|'(?P<single>(?:\\.|[^'\\\n])*)'"
_URL = re.compile(
    rf"url\(\s*(?:{_STRING}|(?P<bare>(?:\\.|[^\\\s\"'()])*))\s*\)", re.DOTALL | re.IGNORECASE
)
_IMPORT = re.compile(
    rf"@import{_SPACE}(?:{_STRING}|url\(\s*(?:\"(?P<url_double>(?:\\.|[^\"\\\n])*)\""
    r"|'(?P<url_single>(?:\\.|[^'\\\n])*)'|(?P<bare>(?:\\.|[^\\\s\"'()])*))\s*\))"
    r"(?P<conditions>(?:\"[^\"]*\"|'[^']*'|[^;\"'{}])*)(?:;|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LAYER = re.compile(r"^layer(?:\(\s*(?P<name>[^)]*?)\s*\))?(?=\s|$)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(\n)|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CssImport:
    """An `@import` rule.

    Attributes:
        specifier: What it imports.
        start: Where the rule starts.
        end: Where it ends, after its semicolon.
        layer: The cascade layer's name; empty for a nameless one, None for none.
        supports: What the browser must support, with parentheses; None for no condition.
        media: The media query list; empty for all.
    """

    specifier: str
    start: int
    end: int
    layer: str | None = None
    supports: str | None = None
    media: str = ""


@dataclass(frozen=True, slots=True)
class CssUrl:
    """A `url()`.

    Attributes:
        url: What it names.
        start: Where `url(` starts.
        end: Where it ends, after its parenthesis.
    """

    url: str
    start: int
    end: int


def read_references(css: str) -> Iterator[CssImport | CssUrl]:
    """Return what a stylesheet names, in order. `@import` counts outside of blocks only.

    Args:
        css: The stylesheet's text; it may be broken.
    """
    position = 0
    depth = 0
    while match := _TOKEN.search(css, position):
        position = match.end()
        match match.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth = max(0, depth - 1)
            case "import" if depth == 0 and (rule := _IMPORT.match(css, match.start())):
                position = rule.end()
                yield _import_rule(rule)
            case "url" if found := _URL.match(css, match.start()):
                position = found.end()
                groups = (found["double"], found["single"], found["bare"])
                text = next((text for text in groups if text is not None), "")
                yield CssUrl(_unescaped(text), found.start(), found.end())


def url_token(url: str) -> str:
    """Return the URL as a `url()` with quotes."""
    escaped = url.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'url("{escaped}")'


def wrap_imported(css: str, rule: CssImport) -> str:
    """Return imported text under the conditions of its `@import`, so that it can stand in its place.

    Args:
        css: The imported stylesheet's text.
        rule: The rule that imports it.
    """
    if rule.layer is not None:
        css = f"@layer {rule.layer}{{{css}\n}}" if rule.layer else f"@layer{{{css}\n}}"
    if rule.supports is not None:
        css = f"@supports {rule.supports}{{{css}\n}}"
    if rule.media:
        css = f"@media {rule.media}{{{css}\n}}"
    return css


def _import_rule(rule: re.Match[str]) -> CssImport:
    names = ("double", "single", "url_double", "url_single", "bare")
    text = next((rule[name] for name in names if rule[name] is not None), "")
    conditions = re.sub(r"/\*.*?\*/", " ", rule["conditions"], flags=re.DOTALL).strip()
    layer = supports = None
    if found := _LAYER.match(conditions):
        layer = found["name"] or ""
        conditions = conditions[found.end() :].lstrip()
    if conditions.lower().startswith("supports("):
        inner, conditions = _parenthesised(conditions[len("supports") :])
        # `supports(display: grid)` is a declaration, which @supports wants in parentheses
        supports = inner
    return CssImport(
        _unescaped(text), rule.start(), rule.end(), layer, supports, conditions.strip()
    )


def _parenthesised(text: str) -> tuple[str, str]:
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[: index + 1], text[index + 1 :]
    return f"{text})", ""


def _unescaped(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        digits, newline, other = match.groups()
        if digits:
            number = int(digits, 16)
            return chr(number) if 0 < number < 0x110000 else "�"
        return "" if newline else other

    return _ESCAPE.sub(replace, text) if "\\" in text else text
