"""Tells surely wrong JavaScript from what only this grammar doesn't know yet.

A server that reports a syntax error shows it with file, line and code frame, where a browser only
logs it. But a false alarm would break a page that works. tree-sitter's grammar reads all of test262
but a few oddities, and it lags behind new syntax; so an error counts only when nothing near it
looks like one of those. In doubt the file is served, and the browser is the judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


# Syntax that browsers ship, or soon will, and the grammar stumbles over. Blanked, the rest can be
# read; where this matches in a comment or a string, blanking does no harm to what is looked for.
_NEWER = re.compile(
    rb"""\bimport\s+(defer|source)\s+(?=[\w*{$])
    | \bfrom\s*(?:"[^"\n]*"|'[^'\n]*')(\s*\bwith\s*\{[^{}]*\})
    | \b(accessor)\s+(?=[\w$\#\[])""",
    re.VERBOSE,
)
# Legal oddities: `yield` as a name, octal numbers, HTML comments, a line break inside of a comment,
# targets in parentheses, an array behind an arrow function without a semicolon; and what may come next.
_DOUBTFUL = re.compile(
    rb"\busing\s|\byield\b|(?:^|\s)@[\w(]|\|>|<!--|-->|/\*|\*/|\0|\xe2\x80[\xa8\xa9]|\b0\d+\."
    rb"|\)\s*[}\]]\s*=|\)\s*=\s*[^=>].*[}\]]|\{[^}]*\b(?:null|true|false|this)\s+as\b"
    rb"|(?:^|\n)\s*\[\s*(?:\.\.\.|[\],])"
)
_CLOSERS = {"(": ")", "[": "]", "{": "}", "${": "}", "`": "`"}
_MAX_QUOTE = 40
_MOST_AROUND = 1000  # bytes
# The grammar's cursor is quadratic in the number of pieces that it could make nothing of
_MOST_PIECES = 4000


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Something in a source that is wrong.

    Attributes:
        message: What.
        offset: Where, in bytes.
        is_reason: Whether it says why something is wrong: that it is unexpected the browser says itself.
    """

    message: str
    offset: int
    is_reason: bool = True


def without_newer_syntax(source: bytes) -> bytes:
    """Return the source with blanks in place of newer syntax; offsets stay.

    Args:
        source: The text, or part of one.
    """
    return _NEWER.sub(_blanked, source)


def find_problem(tree: Tree, source: bytes) -> SyntaxProblem | None:
    """Return the first thing in a module that surely is an error.

    Args:
        tree: Its syntax tree.
    """
    root = tree.root_node
    if not root.has_error:
        return None
    broken = next(_broken(root), None)
    if broken is not None and source.startswith(b"/*", broken.start_byte):
        return SyntaxProblem("The comment is never closed", broken.start_byte)
    if broken is None or _is_doubtful(broken, source):
        return None
    if broken.is_missing:
        return _missing(broken)
    return _unexpected(broken, source)


def is_hopeless(tree: Tree) -> bool:
    """Return whether a text is so broken that nothing can be looked for in its tree.

    Args:
        tree: Its syntax tree.
    """
    root = tree.root_node
    if not root.has_error:
        return False
    return any(x.is_error and x.child_count > _MOST_PIECES for x in (root, *root.children))


def _blanked(match: re.Match[bytes]) -> bytes:
    start, end = match.span(match.lastindex or 0)
    text = match[0]
    cut = text[start - match.start() : end - match.start()]
    blank = re.sub(rb"[^\r\n]", b" ", cut)
    return text[: start - match.start()] + blank + text[end - match.start() :]


def _broken(node: Node) -> Iterator[Node]:
    """Return the nodes that hold an error and no smaller one, in order."""
    pending = [node]  # a stack, because what is broken may be as deep as it likes
    while pending:
        node = pending.pop()
        inner = [child for child in node.children if child.has_error or child.is_missing]
        if node.is_missing or (node.is_error and not inner):
            yield node
        else:
            pending += reversed(inner)


def _is_doubtful(node: Node, source: bytes) -> bool:
    """Return whether the lines around an error hold what the grammar is known to stumble over."""
    start = max(source.rfind(b"\n", 0, node.start_byte) + 1, node.start_byte - _MOST_AROUND)
    end = source.find(b"\n", node.end_byte)
    end = min(end if end >= 0 else len(source), node.end_byte + _MOST_AROUND)
    if end - start <= 4 * _MOST_AROUND:  # some of the patterns look ahead as far as the text goes
        return bool(_DOUBTFUL.search(source[start:end]))
    edges = (source[start : start + 2 * _MOST_AROUND], source[end - 2 * _MOST_AROUND : end])
    return any(map(_DOUBTFUL.search, edges))


def _missing(node: Node) -> SyntaxProblem:
    expected = node.type
    parent = node.parent
    if expected in _CLOSERS.values() and parent is not None:
        for opener in parent.children:
            if _CLOSERS.get(opener.type) == expected:
                return SyntaxProblem(f'"{opener.type}" is never closed', opener.start_byte)
    return SyntaxProblem(f"{_kind(expected)} expected", node.start_byte)


def _unexpected(node: Node, source: bytes) -> SyntaxProblem:
    leaves = list(_leaves(node))
    rest = source[node.end_byte :].strip()
    opened: list[Node] = []
    for leaf in leaves:
        if leaf.type in _CLOSERS:
            opened.append(leaf)
        elif opened and leaf.type == _CLOSERS[opened[-1].type]:
            opened.pop()
    if leaves and leaves[0].type in {'"', "'"}:
        return SyntaxProblem("The string is never closed", node.start_byte)
    if not rest and opened:
        return SyntaxProblem(f'"{opened[-1].type}" is never closed', opened[-1].start_byte)
    if not rest and len(leaves) > 1:
        return SyntaxProblem("Unexpected end of file", node.end_byte, is_reason=False)
    last = leaves[-1] if leaves else node
    text = (last.text or b"").decode("utf-8", "replace")
    shown = text if len(text) <= _MAX_QUOTE else f"{text[:_MAX_QUOTE]}…"
    return SyntaxProblem(f'Unexpected "{shown}"', last.start_byte, is_reason=False)


def _leaves(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        node = pending.pop()
        if children := node.children:
            pending += reversed(children)
        else:
            yield node


def _kind(type_: str) -> str:
    return f'"{type_}"' if not type_.isidentifier() else f"{type_.replace('_', ' ').capitalize()}"
