"""Reads which files a stylesheet depends on, and where it names them: `@import` and `url()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import tinycss2
from tinycss2 import ast

from .tokens import Nodes, Tokens, content_of, is_literal, is_space, without_space

# Most stylesheets of an application name no file: these are not read at all.
_MAY_NAME_A_FILE = re.compile(r"@|url|image-set|src|\\", re.IGNORECASE)
_IMAGE_SETS = frozenset({"image-set", "-webkit-image-set"})
_URL_FUNCTIONS = frozenset({"url", "src"})


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
    """A `url()`, or a string in an `image-set()`, which is one too.

    Attributes:
        url: What it names.
        start: Where it starts.
        end: Where it ends, after its parenthesis or quote.
    """

    url: str
    start: int
    end: int


def read_references(css: str) -> Iterator[CssImport | CssUrl]:
    """Return what a stylesheet names, in order. `@import` counts outside of blocks only.

    Args:
        css: The stylesheet's text, as `tokens.normalised` returns it; it may be broken.
    """
    if not _MAY_NAME_A_FILE.search(css):
        return
    tokens = Tokens(css)
    nodes = list(tokens.nodes)
    index = 0
    end = 0  # after the semicolon or the block that ends the rule which begins at `index`
    while index < len(nodes):
        node = nodes[index]
        if isinstance(node, ast.AtKeywordToken) and node.lower_value == "import":
            if index >= end:
                ends = (n for n in range(index, len(nodes)) if _ends_a_rule(nodes[n]))
                end = next(ends, len(nodes) - 1) + 1
                rule = _import_rule(tokens, nodes[index:end])
            else:
                rule = None  # within one that is none
            if rule is not None:
                index = end
                yield rule
                continue
        yield from _urls(tokens, [node], in_image_set=False)
        index += 1


def url_token(url: str) -> str:
    """Return the URL as a `url()` with quotes."""
    escaped = url.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'url("{escaped}")'


def wrap_imported(css: str, rule: CssImport) -> str:
    """Return imported text under the conditions of its `@import`, so that it can replace the rule.

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


def _ends_a_rule(node: ast.Node) -> bool:
    return is_literal(node, ";") or isinstance(node, ast.CurlyBracketsBlock)


def _urls(tokens: Tokens, nodes: Nodes, *, in_image_set: bool) -> Iterator[CssUrl]:
    for node in nodes:
        match node:
            case ast.URLToken():
                yield CssUrl(node.value, tokens.start(node), tokens.end(node))
            case ast.FunctionBlock() if node.lower_name in _URL_FUNCTIONS:
                # a URL with quotes is a function; `src(var(--x))` names no file that is known here
                if isinstance(text := _first(node.arguments), ast.StringToken):
                    yield CssUrl(text.value, tokens.start(node), tokens.end(node))
                elif not without_space(node.arguments) and node.lower_name == "url":
                    yield CssUrl("", tokens.start(node), tokens.end(node))
            case ast.FunctionBlock():
                is_set = node.lower_name in _IMAGE_SETS
                yield from _urls(tokens, node.arguments, in_image_set=is_set)
            case ast.StringToken() if in_image_set:
                yield CssUrl(node.value, tokens.start(node), tokens.end(node))
            case _ if (content := content_of(node)) is not None:
                yield from _urls(tokens, content, in_image_set=False)


def _import_rule(tokens: Tokens, nodes: Nodes) -> CssImport | None:
    """Read an `@import` up to its semicolon or the end; None where it is none."""
    if any(isinstance(node, ast.CurlyBracketsBlock) for node in nodes):
        return None
    has_end = is_literal(nodes[-1], ";")
    end = tokens.end(nodes[-1]) if has_end else len(tokens.text)
    source, *conditions = without_space(nodes[1 : -1 if has_end else None]) or [None]
    match source:
        case ast.StringToken() | ast.URLToken():
            specifier = source.value
        case ast.FunctionBlock(lower_name="url") if isinstance(
            text := _first(source.arguments), ast.StringToken
        ):
            specifier = text.value
        case _:
            return None
    layer = supports = None
    match conditions:
        case [ast.IdentToken(lower_value="layer"), *rest]:
            layer, conditions = "", rest
        case [ast.FunctionBlock(lower_name="layer", arguments=arguments), *rest]:
            layer, conditions = tinycss2.serialize(arguments).strip(), rest
    match conditions:
        case [ast.FunctionBlock(lower_name="supports", arguments=arguments), *rest]:
            # `supports(display: grid)` is a declaration, which @supports wants in parentheses
            supports, conditions = f"({tinycss2.serialize(arguments).strip()})", rest
    media = _text_from(nodes, conditions[0]) if conditions else ""
    return CssImport(specifier, tokens.start(nodes[0]), end, layer, supports, media)


def _text_from(nodes: Nodes, first: ast.Node) -> str:
    """Return the text from a token on, without comments and the semicolon."""
    rest = [node for node in nodes[_index(nodes, first) :] if not isinstance(node, ast.Comment)]
    if is_literal(rest[-1], ";"):
        rest.pop()
    # two spaces with a comment between them become one
    kept = [rest[0], *(b for a, b in pairwise(rest) if not (is_space(a) and is_space(b)))]
    return str(tinycss2.serialize(kept)).strip()


def _first(nodes: Nodes) -> ast.Node | None:
    return next(iter(without_space(nodes)), None)


def _index(nodes: Nodes, node: ast.Node) -> int:
    return next(index for index, other in enumerate(nodes) if other is node)
