"""The names that a JavaScript module exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .literals import name_of

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


def exports_of(tree: Tree) -> Iterator[str]:
    """Yield the names that a module exports, and `*` where `export * from` adds what isn't in its text."""
    for statement in tree.root_node.named_children:
        if statement.type != "export_statement":
            continue
        if any(child.type == "default" for child in statement.children):
            yield "default"
            continue
        if any(child.type == "*" for child in statement.children):
            yield "*"
        declaration = statement.child_by_field_name("declaration")
        if declaration is not None:
            yield from _declared(declaration)
        for child in statement.named_children:
            if child.type == "namespace_export":
                yield name_of(child.named_children[-1])
            elif child.type == "export_clause":
                for specifier in child.named_children:
                    if specifier.type == "export_specifier":
                        alias = specifier.child_by_field_name("alias")
                        yield name_of(alias or specifier.child_by_field_name("name"))


def _declared(declaration: Node) -> Iterator[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield name_of(name)
    for declarator in declaration.named_children:
        if declarator.type == "variable_declarator":
            target = declarator.child_by_field_name("name")
            if target is not None:
                yield from _bound(target)


def _bound(pattern: Node) -> Iterator[str]:
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield name_of(pattern)
        case "pair_pattern":
            value = pattern.child_by_field_name("value")
            if value is not None:
                yield from _bound(value)
        case "assignment_pattern" | "object_assignment_pattern":
            left = pattern.child_by_field_name("left")
            if left is not None:
                yield from _bound(left)
        case "object_pattern" | "array_pattern" | "rest_pattern":
            for child in pattern.named_children:
                yield from _bound(child)
