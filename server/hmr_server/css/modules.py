"""CSS modules: class names, ids, keyframes and values become local to their file.

`.card` of `ui/card.module.css` becomes `._card_x7f2a`, and the module exports `card`. `:global(…)`
and `:global` keep names. `composes` adds names of the same file, of another one (`from "./x.css"`),
or global ones. `@value` names a value, or imports one (`@value red from "./x.css"`). Source: the CSS
modules specification (github.com/css-modules/icss and postcss-modules-values).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import tinycss2
from tinycss2 import ast

from .tokens import Edit, Nodes, Tokens, is_literal, is_space, without_space

_SCOPES = frozenset({"global", "local"})
_ANIMATIONS = ("animation", "animation-name")
_KEYFRAMES = "keyframes"
_VENDOR = re.compile(r"^-[a-z]+-")


@dataclass(frozen=True, slots=True)
class CssModule:
    """A compiled CSS module.

    Attributes:
        css: Its text with local names.
        names: What it exports: a name, and its replacement, blanks between several.
    """

    css: str
    names: dict[str, str] = field(default_factory=dict)


Composed: TypeAlias = "Callable[[str], CssModule | None]"


def compile_css_module(css: str, file: str, composed: Composed) -> CssModule:
    """Make the names of a stylesheet local.

    Args:
        css: Its text, imports in place.
        file: What makes its names unique: its path relative to the root.
        composed: Finds the module that `composes … from` names; None in a circle.
    """
    digest = hashlib.blake2b(file.encode(), digest_size=4).hexdigest()[:5]
    compiler = _Compiler(Tokens(css), digest, composed)
    text = compiler.compile()
    return CssModule("".join([*compiler.prefixes.values(), text]), compiler.exports())


@dataclass(frozen=True, slots=True)
class _Own:
    """A name of the same file, for `composes`."""

    name: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A declaration, or a rule with a block.

    Attributes:
        head: The tokens before the block or the semicolon.
        block: The block; None for a declaration or a statement.
        end: The semicolon, if there is one.
    """

    head: Nodes
    block: ast.CurlyBracketsBlock | None = None
    end: ast.Node | None = None

    @property
    def last(self) -> ast.Node:
        """The last token of a declaration or a statement."""
        return self.end or self.head[-1]


class _Compiler:
    """One stylesheet: finds the edits that make its names local, and what it exports."""

    def __init__(self, tokens: Tokens, digest: str, composed: Composed) -> None:
        self.prefixes: dict[str, str] = {}
        self._tokens = tokens
        self._digest = digest
        self._composed = composed
        self._names: dict[str, str] = {}
        self._values: dict[str, str] = {}  # of `@value`
        self._additions: dict[str, list[str | _Own]] = {}
        self._keyframes = set(_keyframes_in(tokens.nodes))
        self._edits: list[Edit] = []

    def compile(self) -> str:
        self._block(self._tokens.nodes, [])
        return self._tokens.edited(self._edits)

    def exports(self) -> dict[str, str]:
        names = {name: " ".join(dict.fromkeys(self._joined(name, ()))) for name in self._names}
        return {**self._values, **names}

    def _joined(self, name: str, chain: tuple[str, ...]) -> list[str]:
        """Return the replacement of a name: its local name, then what it composes."""
        values = [self._names[name]]
        for addition in self._additions.get(name, ()):
            if isinstance(addition, _Own):
                if addition.name in self._names and addition.name not in chain:
                    values += self._joined(addition.name, (*chain, name))
            else:
                values.append(addition)
        return values

    def _block(self, nodes: Nodes, classes: list[str], *, in_keyframes: bool = False) -> None:
        """Read the contents of a block, or the top level.

        Args:
            nodes: The block's tokens.
            classes: The classes of the rule around it: `composes` belongs to them.
            in_keyframes: Whether its selectors are percentages.
        """
        for part in _parts(nodes):
            head = without_space(part.head)
            keyword = (
                head[0].lower_value if head and isinstance(head[0], ast.AtKeywordToken) else ""
            )
            if keyword == "value" and part.block is None:
                self._value(part, head)
            elif part.block is None:
                self._declaration(part, head, classes)
            elif _plain(keyword) == _KEYFRAMES:
                self._name_keyframes(head[1:])
                self._block(part.block.content, [], in_keyframes=True)
            elif keyword and keyword != "scope":
                self._use_values(part.head)
                self._block(part.block.content, classes)
            elif in_keyframes:
                self._block(part.block.content, [])
            else:
                self._block(part.block.content, self._selector(part.head))

    # --- selectors ----------------------------------------------------------------------------

    def _selector(self, nodes: Nodes) -> list[str]:
        """Make a selector's names local; return its classes."""
        classes: list[str] = []
        self._scope(nodes, classes, is_global=False)
        return classes

    def _scope(self, nodes: Nodes, classes: list[str], *, is_global: bool) -> None:
        outer = is_global
        for index, node in enumerate(nodes):
            after = nodes[index + 1] if index + 1 < len(nodes) else None
            match node:
                case ast.LiteralToken(value=","):
                    is_global = outer
                case ast.LiteralToken(value=":") if (
                    isinstance(after, ast.IdentToken) and after.lower_value in _SCOPES
                ):
                    is_global = after.lower_value == "global"
                    self._remove(node, nodes, index + 2)
                case ast.LiteralToken(value=":") if (
                    isinstance(after, ast.FunctionBlock) and after.lower_name in _SCOPES
                ):
                    self._unwrap(node, after)
                    self._scope(after.arguments, classes, is_global=after.lower_name == "global")
                case ast.FunctionBlock() if node.lower_name not in _SCOPES:
                    self._scope(node.arguments, classes, is_global=is_global)
                case ast.ParenthesesBlock():
                    self._scope(node.content, classes, is_global=is_global)
                case ast.LiteralToken(value=".") if isinstance(after, ast.IdentToken):
                    if not is_global:
                        classes.append(after.value)
                        self._rename(after, self._local(after.value))
                case ast.HashToken() if node.is_identifier and not is_global:
                    self._rename(node, self._local(node.value), sigil="#")

    def _remove(self, first: ast.Node, nodes: Nodes, index: int) -> None:
        """Remove `:global` or `:local` and the space after it."""
        while index < len(nodes) and is_space(nodes[index]):
            index += 1
        self._cut(self._tokens.start(first), self._tokens.end(nodes[index - 1]))

    def _unwrap(self, colon: ast.Node, call: ast.FunctionBlock) -> None:
        """Remove `:global(` and its parenthesis."""
        start, end = self._tokens.inside(call)
        self._cut(self._tokens.start(colon), start)
        self._cut(end, self._tokens.end(call))

    def _cut(self, start: int, end: int) -> None:
        self._edits.append(Edit(start, end, ""))

    # --- declarations -------------------------------------------------------------------------

    def _declaration(self, part: _Part, head: list[ast.Node], classes: list[str]) -> None:
        match head:
            case [ast.IdentToken(lower_value="composes"), colon, *names] if is_literal(colon, ":"):
                self._compose(names, classes)
                self._cut(self._tokens.start(part.head[0]), self._tokens.end(part.last))
            case [ast.IdentToken() as name, colon, *values] if is_literal(colon, ":"):
                self._use_values(values)
                if _plain(name.lower_value) in _ANIMATIONS:
                    for value in values:
                        if isinstance(value, ast.IdentToken) and value.value in self._keyframes:
                            self._rename(value, self._local(value.value))
            case _:
                self._use_values(part.head)

    def _compose(self, nodes: list[ast.Node], classes: list[str]) -> None:
        names = [node.value for node in nodes if isinstance(node, ast.IdentToken)]
        additions: Sequence[str | _Own] = []
        match nodes:
            case [*_, ast.IdentToken(lower_value="from"), ast.IdentToken(lower_value="global")]:
                additions = names[:-2]
            case [*_, ast.IdentToken(lower_value="from"), ast.StringToken(value=specifier)]:
                additions = self._imported(specifier, names[:-1])
            case _:
                additions = [_Own(name) for name in names]
        for name in classes:
            self._additions.setdefault(name, []).extend(additions)

    def _imported(self, specifier: str, names: Sequence[str]) -> list[str]:
        module = self._composed(specifier)
        if module is None:
            return []
        self.prefixes[specifier] = module.css + "\n"
        return [module.names[name] for name in names if name in module.names]

    # --- names and values ---------------------------------------------------------------------

    def _value(self, part: _Part, head: list[ast.Node]) -> None:
        """Read `@value name: …` or `@value name, other as own from "./x.css"`, and remove it."""
        match head[1:]:
            case [ast.IdentToken() as name, colon, *_] if is_literal(colon, ":"):
                after = next(n for n, node in enumerate(part.head) if node is colon)
                nodes = part.head[after + 1 :]
                self._values[name.value] = self._text_of(nodes).strip()
            case [*names, ast.IdentToken(lower_value="from"), ast.StringToken(value=specifier)]:
                self._import_values(names, specifier)
        self._cut(self._tokens.start(head[0]), self._tokens.end(part.last))

    def _import_values(self, nodes: list[ast.Node], specifier: str) -> None:
        module = self._composed(specifier)
        if module is None:
            return
        for group in _split(nodes):
            match [node.value for node in group if isinstance(node, ast.IdentToken)]:
                case [name]:
                    own = name
                case [name, "as", own]:
                    pass
                case _:
                    continue
            if name in module.names:
                self._values[own] = module.names[name]

    def _text_of(self, nodes: Nodes) -> str:
        return "".join(
            self._values.get(node.value, tinycss2.serialize([node]))
            if isinstance(node, ast.IdentToken)
            else tinycss2.serialize([node])
            for node in nodes
            if not isinstance(node, ast.Comment)
        )

    def _use_values(self, nodes: Nodes) -> None:
        """Write values in the place of their names."""
        if not self._values:
            return
        for node in nodes:
            match node:
                case ast.IdentToken(value=name) if name in self._values:
                    start = self._tokens.start(node)
                    self._edits.append(Edit(start, self._tokens.end(node), self._values[name]))
                case ast.FunctionBlock():
                    self._use_values(node.arguments)
                case ast.ParenthesesBlock():
                    self._use_values(node.content)

    def _name_keyframes(self, head: list[ast.Node]) -> None:
        match head:
            case [ast.IdentToken() as name]:
                self._rename(name, self._local(name.value))
            case [colon, ast.FunctionBlock(lower_name=scope, arguments=arguments) as call] if (
                is_literal(colon, ":") and scope in _SCOPES
            ):
                self._unwrap(colon, call)
                if scope == "local" and isinstance(name := arguments[0], ast.IdentToken):
                    self._rename(name, self._local(name.value))

    def _rename(self, node: ast.Node, name: str, sigil: str = "") -> None:
        text = sigil + tinycss2.serializer.serialize_identifier(name)
        self._edits.append(Edit(self._tokens.start(node), self._tokens.end(node), text))

    def _local(self, name: str) -> str:
        return self._names.setdefault(name, f"_{name}_{self._digest}")


def _parts(nodes: Nodes) -> Iterator[_Part]:
    """Cut the contents of a block into declarations, statements and rules."""
    head: list[ast.Node] = []
    for node in nodes:
        if isinstance(node, ast.CurlyBracketsBlock) and not _is_custom_property(head):
            yield _Part(head, node)
            head = []
        elif is_literal(node, ";"):
            yield _Part(head, end=node)
            head = []
        else:
            head.append(node)
    if without_space(head):
        yield _Part(head)


def _is_custom_property(head: Nodes) -> bool:
    """Return whether a block is the value of `--name: {…}`, not a rule's."""
    match without_space(head):
        case [ast.IdentToken(value=name), colon, *_]:
            return name.startswith("--") and is_literal(colon, ":")
    return False


def _keyframes_in(nodes: Nodes) -> Iterator[str]:
    """Return the local names of keyframes, wherever they stand: an animation may come before."""
    for part in _parts(nodes):
        match without_space(part.head):
            case [ast.AtKeywordToken() as at, *rest] if _plain(at.lower_value) == _KEYFRAMES:
                match rest:
                    case [ast.IdentToken(value=name)]:
                        yield name
                    case [_, ast.FunctionBlock(lower_name="local", arguments=[name])]:
                        yield name.value
            case _ if part.block is not None:
                yield from _keyframes_in(part.block.content)


def _split(nodes: list[ast.Node]) -> Iterator[list[ast.Node]]:
    """Return the tokens between commas."""
    group: list[ast.Node] = []
    for node in nodes:
        if is_literal(node, ","):
            yield group
            group = []
        elif isinstance(node, ast.ParenthesesBlock):
            yield from _split(without_space(node.content))
        else:
            group.append(node)
    yield group


def _plain(name: str) -> str:
    """Return a name without its vendor's prefix: `-webkit-keyframes` is `keyframes`."""
    return _VENDOR.sub("", name)
