"""A stylesheet's tokens, by tinycss2, and the position of each in the text.

tinycss2 decides what a token is: escapes, comments, bad strings and broken blocks are its part. It
gives a token's start, as line and column. A token ends where the next one starts, since white space
and comments are tokens too; so edits change nothing but the token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import tinycss2
from tinycss2 import ast

Nodes: TypeAlias = "Sequence[ast.Node]"

_LINE_ENDS = re.compile(r"\r\n?|\f")
_CLOSING = ")]}"
_DEEPEST = 200  # blocks in blocks; what is deeper stays as it is, so that readers may recurse


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement in the text.

    Attributes:
        start: Its first character.
        end: The character after its last.
        text: What stands there instead.
    """

    start: int
    end: int
    text: str


class Tokens:
    """A stylesheet as tokens.

    Args:
        css: The stylesheet's text, as `normalised` returns it; it may be broken.

    Attributes:
        text: The stylesheet's text.
        nodes: The tokens of the top level; blocks and functions hold further ones.
    """

    def __init__(self, css: str) -> None:
        self.text = css
        self.nodes: Nodes = tinycss2.parse_component_value_list(css)
        self._lines = [0, *(match.end() for match in re.finditer("\n", css))]
        self._ends: dict[int, int] = {}  # by id: tokens of equal text are equal
        self._measure(self.nodes, len(css))

    def start(self, node: ast.Node) -> int:
        """Return where a token starts."""
        start: int = self._lines[node.source_line - 1] + node.source_column - 1
        return start

    def end(self, node: ast.Node) -> int:
        """Return where a token ends; a block's closing bracket is part of it."""
        return self._ends[id(node)]

    def inside(self, node: ast.Node) -> tuple[int, int]:
        """Return where the content of a block or a function starts and ends."""
        name = node.name if isinstance(node, ast.FunctionBlock) else ""
        return self.start(node) + len(name) + 1, self._last(node)

    def text_of(self, nodes: Nodes) -> str:
        """Return the text from the first to the last token, without white space around it."""
        return self.text[self.start(nodes[0]) : self.end(nodes[-1])].strip() if nodes else ""

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with replacements, none of which overlap."""
        pieces = []
        position = 0
        for edit in sorted(edits, key=lambda edit: edit.start):
            pieces += [self.text[position : edit.start], edit.text]
            position = edit.end
        return "".join([*pieces, self.text[position:]])

    def _measure(self, nodes: Nodes, limit: int) -> None:
        todo = [(nodes, limit, 0)]  # no recursion: a stylesheet may nest deeper than Python's stack
        while todo:
            inner, end, depth = todo.pop()
            next_end = end
            for node in reversed(inner):
                if self.start(node) < end:
                    next_end = end
                # else the next one is the error of an unclosed `url(`, and starts where it starts
                self._ends[id(node)] = next_end
                end = self.start(node)
                if (content := content_of(node)) is None:
                    continue
                if depth == _DEEPEST:
                    content.clear()
                todo.append((content, self._last(node), depth + 1))

    def _last(self, node: ast.Node) -> int:
        """Return where the content of a block ends: before its bracket, if it has one."""
        end = self._ends[id(node)]
        return end - 1 if self.text[end - 1] in _CLOSING else end


def normalised(css: str) -> str:
    """Return a stylesheet's text with newlines as line ends and without NUL (CSS Syntax, 3.3)."""
    return _LINE_ENDS.sub("\n", css).replace("\0", "\ufffd")


def content_of(node: ast.Node) -> list[ast.Node] | None:
    """Return what a block or a function holds; None for other tokens."""
    match node:
        case ast.FunctionBlock():
            content: list[ast.Node] = node.arguments
        case ast.CurlyBracketsBlock() | ast.ParenthesesBlock() | ast.SquareBracketsBlock():
            content = node.content
        case _:
            return None
    return content


def is_space(node: ast.Node) -> bool:
    """Return whether a token only separates others: white space or a comment."""
    return isinstance(node, ast.WhitespaceToken | ast.Comment)


def without_space(nodes: Iterable[ast.Node]) -> list[ast.Node]:
    """Return the tokens without white space and comments."""
    return [node for node in nodes if not is_space(node)]


def is_literal(node: ast.Node | None, text: str) -> bool:
    """Return whether a token is this punctuation."""
    return isinstance(node, ast.LiteralToken) and node.value == text
