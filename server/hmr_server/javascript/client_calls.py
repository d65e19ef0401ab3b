"""What a script says to the client: which Python program `start` or `attach` runs; and its strings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node, Parser, Query, QueryCursor

from .imports import language
from .literals import is_literal, specifier_of

_CALLS = """
(call_expression function: (identifier) @name arguments: (arguments) @arguments)
(call_expression function: (member_expression property: (property_identifier) @name)
                 arguments: (arguments) @arguments)
"""
_STRINGS = "[(string) (template_string)] @text"


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A call of `start("/main.py", { packages })` or `attach(pyodide, { entry, packages })`.

    Attributes:
        entry: The program, as written: a URL.
        packages: What is installed before it runs.
    """

    entry: str
    packages: tuple[str, ...] = ()


def client_calls(source: bytes) -> list[ClientCall]:
    """Return the calls that name a program, in order. Comments do not count.

    Args:
        source: A script that imports the client, in UTF-8; it may be broken.
    """
    tree = Parser(language()).parse(source)
    found = []
    for _, captures in QueryCursor(_calls()).matches(tree.root_node):
        [name], [arguments] = captures["name"], captures["arguments"]
        given = [child for child in arguments.named_children if child.type != "comment"]
        options = next((child for child in given if child.type == "object"), None)
        match name.text, given:
            case b"start", [first, *_] if is_literal(first):
                entry: str | None = specifier_of(first).text
            case b"attach", _:
                entry = next(iter(_values(options, "entry")), None)
            case _:
                continue
        if entry is not None:
            found.append(ClientCall(entry, tuple(_values(options, "packages"))))
    return found


def strings(source: bytes) -> list[str]:
    """Return what the string literals of a script say, also those with expressions in between.

    Args:
        source: The script, in UTF-8; it may be broken.
    """
    tree = Parser(language()).parse(source)
    captures = QueryCursor(_strings()).captures(tree.root_node)
    return [specifier_of(node).text for node in captures.get("text", ())]


def _values(options: Node | None, key: str) -> Iterator[str]:
    """Return the strings that an option holds: one, or an array of them."""
    for pair in options.named_children if options is not None else ():
        if pair.type != "pair":
            continue
        name, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if name is None or value is None or (name.text or b"").strip(b"\"'") != key.encode():
            continue
        for literal in value.named_children if value.type == "array" else [value]:
            if is_literal(literal):
                yield specifier_of(literal).text


@cache
def _calls() -> Query:
    return Query(language(), _CALLS)


@cache
def _strings() -> Query:
    return Query(language(), _STRINGS)
