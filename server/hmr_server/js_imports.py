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

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from hmr_server import js_syntax
from hmr_server.js_syntax import SyntaxProblem

_QUERY = """
(import_statement) @import
(export_statement source: (string)) @export_from
(call_expression function: (import)) @dynamic
(meta_property) @meta
[(jsx_element) (jsx_self_closing_element)] @jsx
"""
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\n\r\u2028\u2029])|(.))",
    re.DOTALL,
)
_ATTRIBUTES = re.compile(rb"\s*\b(?:with|assert)\s*\{[^{}]*\}")
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_ACCEPT_MISUSE = (
    "import.meta.hot.accept() can only accept string literals or an Array of string literals."
)
_ACCEPT_EXPORTS_MISUSE = (
    "import.meta.hot.acceptExports() can only accept string literals or an Array of string "
    "literals."
)
_JSX = "This is JSX, which browsers can't read: a plugin has to compile it"


class ImportKind(Enum):
    """How a module is imported."""

    STATIC = "import … from"
    DYNAMIC = "import()"
    REEXPORT = "export … from"


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


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One import of a module by its name.

    Attributes:
        specifier: The name.
        kind: How it is imported.
        bindings: What is used of it: `default`, names as the module exports them, `*` for all.
        attributes: Where its import attributes stand, with what separates them; None without.
    """

    specifier: Specifier
    kind: ImportKind
    bindings: frozenset[str] = frozenset()
    attributes: tuple[int, int] | None = None


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
        exports: What it exports by name; read only where `accepted_exports` needs it.
        problem: The first thing that surely is an error.
    """

    imports: tuple[ImportStatement, ...] = ()
    dynamic_expressions: tuple[tuple[int, int], ...] = ()
    accepted: tuple[Specifier, ...] = ()
    accepted_exports: frozenset[str] | None = None
    is_self_accepting: bool = False
    uses_hot: bool = False
    uses_env: bool = False
    exports: frozenset[str] = frozenset()
    problem: SyntaxProblem | None = None


def parse_module(source: bytes) -> JsModule:
    """Reads a module.

    Args:
        source: Its text in UTF-8. It may be broken: what can be read is read.
    """
    parser = Parser(_language())
    tree = parser.parse(source)
    if tree.root_node.has_error:
        readable = js_syntax.without_newer_syntax(source)
        if readable != source:
            tree = parser.parse(readable)
    captures = QueryCursor(_query()).captures(tree.root_node)
    imports: list[ImportStatement] = []
    expressions: list[tuple[int, int]] = []
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
    imports.sort(key=lambda statement: statement.specifier.start)
    hot = _HotUses(source)
    for node in captures.get("meta", ()):
        hot.read(node)
    problem = hot.problem or js_syntax.find_problem(tree, source)
    for node in captures.get("jsx", ())[:1]:
        problem = problem or SyntaxProblem(_JSX, node.start_byte)
    exports: frozenset[str] = frozenset()
    if hot.accepted_exports is not None:
        exports = frozenset(_exports(tree))
    return JsModule(
        imports=tuple(imports),
        dynamic_expressions=tuple(expressions),
        accepted=tuple(hot.accepted),
        accepted_exports=None if hot.accepted_exports is None else frozenset(hot.accepted_exports),
        is_self_accepting=hot.is_self_accepting,
        uses_hot=hot.uses_hot,
        uses_env=hot.uses_env,
        exports=exports,
        problem=problem,
    )


@cache
def _language() -> Language:
    return Language(tree_sitter_javascript.language())


@cache
def _query() -> Query:
    return Query(_language(), _QUERY)


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
                        _name(specifier.child_by_field_name("name"))
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
        _specifier(literal), kind, bindings, attributes.span() if attributes else None
    )


def _dynamic_import(node: Node, source: bytes) -> ImportStatement | tuple[int, int] | None:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments":
        return None
    given = [child for child in arguments.named_children if child.type != "comment"]
    if not given:
        return None
    first = given[0]
    if _is_literal(first):
        attributes = None
        if len(given) > 1:
            attributes = (first.end_byte, given[-1].end_byte)
        return ImportStatement(_specifier(first), ImportKind.DYNAMIC, frozenset("*"), attributes)
    if b"@vite-ignore" in source[arguments.start_byte : first.start_byte]:
        return None
    return first.start_byte, first.end_byte


class _HotUses:
    """What a module says about itself through `import.meta`."""

    def __init__(self, source: bytes) -> None:
        self.accepted: list[Specifier] = []
        self.accepted_exports: set[str] | None = None
        self.is_self_accepting = False
        self.uses_hot = False
        self.uses_env = False
        self.problem: SyntaxProblem | None = None
        self._source = source

    def read(self, meta: Node) -> None:
        member = meta.parent
        if meta.text != b"import.meta" or member is None or member.type != "member_expression":
            return
        name = member.child_by_field_name("property")
        # `.` and the name follow directly; an optional chain on `import.meta` itself doesn't count
        if name is None or name.start_byte != meta.end_byte + 1:
            return
        if name.text == b"env":
            self.uses_env = True
        elif name.text == b"hot":
            self.uses_hot = True
            self._read_call(member)

    def _read_call(self, hot: Node) -> None:
        method = hot.parent
        if method is None or method.type != "member_expression":
            return
        if method.child_by_field_name("object") != hot:
            return
        call = method.parent
        if call is None or call.type != "call_expression":
            return
        if call.child_by_field_name("function") != method:
            return
        name = method.child_by_field_name("property")
        arguments = call.child_by_field_name("arguments")
        if name is None or arguments is None or arguments.type != "arguments":
            return
        given = [child for child in arguments.named_children if child.type != "comment"]
        first = given[0] if given else None
        if name.text == b"accept":
            self._accept(first)
        elif name.text == b"acceptExports":
            names = self._literals(first, _ACCEPT_EXPORTS_MISUSE)
            self.accepted_exports = self.accepted_exports or set()
            self.accepted_exports.update(name.text for name in names or ())

    def _accept(self, first: Node | None) -> None:
        dependencies = self._literals(first, _ACCEPT_MISUSE)
        if dependencies is None:
            self.is_self_accepting = True
        else:
            self.accepted += dependencies

    def _literals(self, node: Node | None, misuse: str) -> list[Specifier] | None:
        """The string or the strings in an array; None where it is anything else."""
        if node is None:
            return None
        if node.type == "template_string" and not _is_literal(node):
            self._misused(node, misuse)
            return []
        if _is_literal(node):
            return [_specifier(node)]
        if node.type != "array":
            return None
        found = []
        for element in node.named_children:
            if _is_literal(element):
                found.append(_specifier(element))
            elif element.type != "comment":
                self._misused(element, misuse)
        return found

    def _misused(self, node: Node, misuse: str) -> None:
        if self.problem is None:
            self.problem = SyntaxProblem(misuse, node.start_byte)


def _is_literal(node: Node) -> bool:
    if node.type == "string":
        return not node.has_error
    return node.type == "template_string" and all(
        child.type != "template_substitution" for child in node.named_children
    )


def _specifier(node: Node) -> Specifier:
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


def _name(node: Node | None) -> str:
    if node is None:
        return ""
    return _string_value(node) if node.type == "string" else (node.text or b"").decode()


def _exports(tree: Tree) -> Iterator[str]:
    """The names that a module exports itself; what `export * from` adds isn't in its text."""
    for statement in tree.root_node.named_children:
        if statement.type != "export_statement":
            continue
        if any(child.type == "default" for child in statement.children):
            yield "default"
            continue
        declaration = statement.child_by_field_name("declaration")
        if declaration is not None:
            yield from _declared(declaration)
        for child in statement.named_children:
            if child.type == "namespace_export":
                yield _name(child.named_children[-1])
            elif child.type == "export_clause":
                for specifier in child.named_children:
                    if specifier.type == "export_specifier":
                        alias = specifier.child_by_field_name("alias")
                        yield _name(alias or specifier.child_by_field_name("name"))


def _declared(declaration: Node) -> Iterator[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield _name(name)
    for declarator in declaration.named_children:
        if declarator.type == "variable_declarator":
            target = declarator.child_by_field_name("name")
            if target is not None:
                yield from _bound(target)


def _bound(pattern: Node) -> Iterator[str]:
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield _name(pattern)
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
