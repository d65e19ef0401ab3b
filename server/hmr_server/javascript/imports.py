"""Reads what hot module replacement must know of a JavaScript module, from its syntax tree.

What is imported and where it stands, which bindings, which updates the module accepts, whether it
uses `import.meta.hot` and `import.meta.env`. A word in a comment, a string, a template or a regular
expression is none of these. The rules are those of Vite's `importAnalysis.ts` and `hmr.ts`
(`lexAcceptedHmrDeps`): `import.meta` counts when `.hot` or `.env` follows directly; an alias
(`const hot = import.meta.hot`) gets a context, but what it accepts isn't known.

All offsets are bytes of the source in UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from . import syntax
from .exports import exports_of
from .hot_uses import HotUses
from .literals import Specifier, is_literal, name_of, specifier_of
from .node_env import node_env_uses
from .syntax import SyntaxProblem

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query

_QUERY = """
(import_statement) @import
(export_statement) @export
(export_statement source: (string)) @export_from
(call_expression function: (import)) @dynamic
(meta_property) @meta
[(jsx_element) (jsx_self_closing_element)] @jsx
"""
_ATTRIBUTES = re.compile(rb"\s*\b(?:with|assert)\s*\{[^{}]*\}")
_TYPE = re.compile(rb"""\btype["']?\s*:\s*["'](\w+)["']""")
# what these compile may import, as from here
_COMPILER = re.compile(
    rb"\beval\b|\bFunction\s*\(|\b(?:async|function)\b[^\n;]{0,60}\.constructor\b"
)
_JSX = "This is JSX, which browsers can't read: a plugin has to compile it"


class ImportKind(Enum):
    """How a module is imported."""

    STATIC = "import … from"
    DYNAMIC = "import()"
    REEXPORT = "export … from"


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One import of a module by its name.

    Attributes:
        specifier: The name.
        kind: How it is imported.
        bindings: What is used of it: `default`, names as the module exports them, `*` for all.
        attributes: Where its import attributes stand, with what separates them; None without.
        type: What the attribute `type` says; empty without.
    """

    specifier: Specifier
    kind: ImportKind
    bindings: frozenset[str] = frozenset()
    attributes: tuple[int, int] | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class JsModule:
    """What was read.

    Attributes:
        imports: In the order of the source.
        dynamic_expressions: Where `import(…)` has an expression that isn't a literal.
        accepted: The dependencies whose updates are accepted.
        accepted_exports: The own exports whose change is accepted; None without such a call.
        is_self_accepting: Whether the module accepts its own updates.
        uses_hot: Whether it uses `import.meta.hot`.
        uses_env: Whether it uses `import.meta.env`.
        node_env: Where it reads `process.env.NODE_ENV`.
        sees_url: Whether it uses `import.meta` for anything else, as its URL.
        resolves_itself: Whether it may import by names that are not rewritten: its own URL decides where they lead.
        exports: What it exports by name; read only where `accepted_exports` needs it.
        is_module: Whether it can only be an ES module: it imports or exports by a statement, or uses
            `import.meta`. Any other text may be run as a classic script as well.
        misuse: The first call on `import.meta.hot` that can't be read.
        has_error: Whether the grammar can't read all of it. The browser is the judge.
        problem: What the error is, if it is one.
    """

    imports: tuple[ImportStatement, ...] = ()
    dynamic_expressions: tuple[tuple[int, int], ...] = ()
    accepted: tuple[Specifier, ...] = ()
    accepted_exports: frozenset[str] | None = None
    is_self_accepting: bool = False
    uses_hot: bool = False
    uses_env: bool = False
    node_env: tuple[tuple[int, int], ...] = ()
    sees_url: bool = False
    resolves_itself: bool = False
    exports: frozenset[str] = frozenset()
    is_module: bool = False
    misuse: SyntaxProblem | None = None
    has_error: bool = False
    problem: SyntaxProblem | None = None


def parse_module(source: bytes) -> JsModule:
    """Read a module.

    Args:
        source: Its text in UTF-8. It may be broken: what can be read is read.
    """
    from tree_sitter import Parser, QueryCursor

    parser = Parser(language())
    tree = parser.parse(source)
    if tree.root_node.has_error:
        readable = syntax.without_newer_syntax(source)
        if readable != source:
            tree = parser.parse(readable)
    if syntax.is_hopeless(tree):
        return JsModule(problem=syntax.find_problem(tree, source))
    captures = QueryCursor(_query()).captures(tree.root_node)
    imports: list[ImportStatement] = []
    expressions: list[tuple[int, int]] = []
    resolves_itself = _COMPILER.search(source) is not None
    for node in captures.get("import", ()):
        imports += _static_import(node, source)
    for node in captures.get("export_from", ()):
        imports += _import_of(node, source, ImportKind.REEXPORT, frozenset())
    for node in captures.get("dynamic", ()):
        match _dynamic_import(node, source):
            case ImportStatement() as found:
                imports.append(found)
            case (start, end):
                expressions.append((start, end))
            case None:
                resolves_itself = True
    imports.sort(key=lambda statement: statement.specifier.start)
    hot = HotUses()
    for node in captures.get("meta", ()):
        hot.read(node)
    jsx = captures.get("jsx", ())
    problem = syntax.find_problem(tree, source)
    for node in jsx[:1]:
        problem = problem or SyntaxProblem(_JSX, node.start_byte)
    exports: frozenset[str] = frozenset()
    if hot.accepted_exports is not None:
        exports = frozenset(exports_of(tree))
    return JsModule(
        imports=tuple(imports),
        dynamic_expressions=tuple(expressions),
        accepted=tuple(hot.accepted),
        accepted_exports=None if hot.accepted_exports is None else frozenset(hot.accepted_exports),
        is_self_accepting=hot.is_self_accepting,
        uses_hot=hot.uses_hot,
        uses_env=hot.uses_env,
        node_env=node_env_uses(tree, source),
        sees_url=hot.sees_url,
        resolves_itself=resolves_itself,
        exports=exports,
        is_module=bool(captures.get("import") or captures.get("export"))
        or any(node.text == b"import.meta" for node in captures.get("meta", ())),
        misuse=hot.problem,
        has_error=tree.root_node.has_error or bool(jsx),
        problem=problem,
    )


@cache
def language() -> Language:
    """Return the grammar of JavaScript."""
    # the grammar is megabytes, and a server starts without it
    import tree_sitter_javascript
    from tree_sitter import Language

    return Language(tree_sitter_javascript.language())


@cache
def _query() -> Query:
    from tree_sitter import Query

    return Query(language(), _QUERY)


def _static_import(node: Node, source: bytes) -> Iterator[ImportStatement]:
    bindings: set[str] = set()
    for clause in node.named_children:
        if clause.type != "import_clause":
            continue
        for part in clause.named_children:
            match part.type:
                case "identifier":
                    bindings.add("default")
                case "namespace_import":
                    bindings.add("*")
                case "named_imports":
                    bindings.update(
                        name_of(specifier.child_by_field_name("name"))
                        for specifier in part.named_children
                        if specifier.type == "import_specifier"
                    )
    yield from _import_of(node, source, ImportKind.STATIC, frozenset(bindings))


def _import_of(
    node: Node, source: bytes, kind: ImportKind, bindings: frozenset[str]
) -> Iterator[ImportStatement]:
    literal = node.child_by_field_name("source")
    if literal is None or literal.has_error:
        return
    attributes = _ATTRIBUTES.match(source, literal.end_byte)
    yield ImportStatement(
        specifier_of(literal),
        kind,
        bindings,
        attributes.span() if attributes else None,
        _type_in(attributes[0]) if attributes else "",
    )


def _dynamic_import(node: Node, source: bytes) -> ImportStatement | tuple[int, int] | None:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments":
        return None
    given = [child for child in arguments.named_children if child.type != "comment"]
    if not given:
        return None
    first = given[0]
    if is_literal(first):
        attributes, type_ = None, ""
        if len(given) > 1:
            attributes = (first.end_byte, given[-1].end_byte)
            type_ = _type_in(source[slice(*attributes)])
        return ImportStatement(
            specifier_of(first), ImportKind.DYNAMIC, frozenset("*"), attributes, type_
        )
    if b"@vite-ignore" in source[arguments.start_byte : first.start_byte]:
        return None
    return first.start_byte, first.end_byte


def _type_in(attributes: bytes) -> str:
    found = _TYPE.search(attributes)
    return found[1].decode() if found else ""
