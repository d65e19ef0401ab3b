"""String literals and names of a JavaScript syntax tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\n\r\u2028\u2029])|(.))",
    re.DOTALL,
)
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Specifier:
    """A string literal that names a module.

    Attributes:
        text: What it says, escapes resolved.
        start: Where it starts, with its quote.
        end: Where it ends, with its quote.
    """

    text: str
    start: int
    end: int


def is_literal(node: Node) -> bool:
    """Return whether a node is a string whose text is known: quoted, or a template without expressions."""
    if node.type == "string":
        return not node.has_error
    return node.type == "template_string" and all(
        child.type != "template_substitution" for child in node.named_children
    )


def specifier_of(node: Node) -> Specifier:
    """Return the module name that a literal says."""
    return Specifier(_string_value(node), node.start_byte, node.end_byte)


def _string_value(node: Node) -> str:
    text = (node.text or b"").decode("utf-8", "replace")[1:-1]
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code_point, unicode, byte, continuation, other = match.groups()
    digits = code_point or unicode or byte
    if digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else "�"
    return "" if continuation else _SIMPLE_ESCAPES.get(other, other)


def name_of(node: Node | None) -> str:
    """Return the name that an identifier or a string says; empty without one."""
    if node is None:
        return ""
    return _string_value(node) if node.type == "string" else (node.text or b"").decode()
