"""CSS modules: class names, ids and keyframes become local to their file.

`.card` of `ui/card.module.css` becomes `._card_x7f2a`, and the module exports `card`. `:global(…)`
and `:global` keep names, `composes` adds names of the same file, of another one (`from "./x.css"`),
or global ones. Source: the CSS modules specification (github.com/css-modules/icss).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

_IDENT = r"-?(?:[_a-zA-Z]|[^\x00-\x7f]|\\.)(?:[\w-]|[^\x00-\x7f]|\\.)*"
_STRUCTURE = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?|url\([^)]*\)?|(?P<mark>[{};])",
    re.DOTALL | re.IGNORECASE,
)
_SELECTOR = re.compile(
    rf"""(?P<kept>/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[[^\]]*\])
    | (?P<scoped>:(?:global|local)\()
    | (?P<mode>:(?:global|local)(?![\w-]))\s*
    | (?P<comma>,) | (?P<open>\() | (?P<close>\))
    | (?P<sigil>[.#])(?P<name>{_IDENT})
    """,
    re.VERBOSE | re.DOTALL,
)
_KEYFRAMES = re.compile(
    rf"(@(?:-\w+-)?keyframes\s+)(?::(?P<scope>global|local)\()?(?P<name>{_IDENT})\)?"
)
_COMPOSES = re.compile(
    r"\s*composes\s*:\s*(?P<names>.+?)(?:\s+from\s+(?P<source>global|\"[^\"]+\"|'[^']+'))?\s*\Z",
    re.DOTALL,
)
_ANIMATION = re.compile(r"\s*(?:-\w+-)?animation(?:-name)?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CssModule:
    """A compiled CSS module.

    Attributes:
        css: Its text with local names.
        names: What it exports: a name, and what stands for it, blanks between several.
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
    compiler = _Compiler(digest, composed)
    text = compiler.compile(css)
    return CssModule("".join([*compiler.prefixes.values(), text]), compiler.exports())


@dataclass(frozen=True, slots=True)
class _Own:
    """A name of the same file, for `composes`."""

    name: str


class _Compiler:
    def __init__(self, digest: str, composed: Composed) -> None:
        self.prefixes: dict[str, str] = {}
        self._digest = digest
        self._composed = composed
        self._names: dict[str, str] = {}
        self._additions: dict[str, list[str | _Own]] = {}
        self._keyframes: set[str] = set()

    def compile(self, css: str) -> str:
        self._keyframes = {
            match["name"] for match in _KEYFRAMES.finditer(css) if match["scope"] != "global"
        }
        pieces = []
        blocks: list[list[str]] = []  # the classes of each rule around
        start = 0
        for match in _STRUCTURE.finditer(css):
            mark = match["mark"]
            if mark is None:
                continue
            text = css[start : match.start()]
            start = match.end()
            if mark == "{":
                prelude, classes = self._prelude(text, blocks)
                blocks.append(classes)
                pieces += [prelude, mark]
                continue
            declaration = self._declaration(text, blocks[-1] if blocks else [])
            pieces.append(declaration if declaration is not None else "")
            pieces.append("" if declaration is None and mark == ";" else mark)
            if mark == "}" and blocks:
                blocks.pop()
        return "".join([*pieces, css[start:]])

    def exports(self) -> dict[str, str]:
        return {name: " ".join(dict.fromkeys(self._values(name, ()))) for name in self._names}

    def _values(self, name: str, chain: tuple[str, ...]) -> list[str]:
        """Return what stands for a name: its local name, then what it composes."""
        values = [self._names[name]]
        for addition in self._additions.get(name, ()):
            if isinstance(addition, _Own):
                if addition.name in self._names and addition.name not in chain:
                    values += self._values(addition.name, (*chain, name))
            else:
                values.append(addition)
        return values

    def _prelude(self, text: str, blocks: list[list[str]]) -> tuple[str, list[str]]:
        stripped = _without_comments(text).lstrip()
        if stripped.startswith("@"):
            if _KEYFRAMES.search(text):
                return _KEYFRAMES.sub(self._keyframe, text), ["@keyframes"]
            if stripped.lower().startswith("@scope"):
                return self._selector(text)[0], []
            return text, list(blocks[-1]) if blocks else []
        if blocks and blocks[-1] == ["@keyframes"]:
            return text, ["@keyframes"]
        return self._selector(text)

    def _selector(self, text: str) -> tuple[str, list[str]]:
        pieces = []
        classes = []
        depth = 0
        is_global = False
        scopes: list[tuple[int, bool]] = []  # parentheses of `:global(` and what was before
        position = 0
        for match in _SELECTOR.finditer(text):
            pieces.append(text[position : match.start()])
            position = match.end()
            piece = match[0]
            if match["scoped"]:
                scopes.append((depth, is_global))
                depth += 1
                is_global = "global" in piece
                piece = ""
            elif match["mode"]:
                is_global = "global" in piece
                piece = ""
            elif match["open"]:
                depth += 1
            elif match["close"]:
                depth -= 1
                if scopes and scopes[-1][0] == depth:
                    is_global = scopes.pop()[1]
                    piece = ""
            elif match["comma"]:
                is_global = is_global and bool(scopes)
            elif match["sigil"] and not is_global:
                piece = match["sigil"] + self._local(match["name"])
                if match["sigil"] == ".":
                    classes.append(match["name"])
            pieces.append(piece)
        return "".join([*pieces, text[position:]]), classes

    def _declaration(self, text: str, classes: list[str]) -> str | None:
        plain = _without_comments(text)
        if found := _COMPOSES.match(plain):
            additions = self._additions_of(found["names"].split(), found["source"])
            for name in classes:
                self._additions.setdefault(name, []).extend(additions)
            return None
        if self._keyframes and _ANIMATION.match(plain):
            return re.sub(
                rf"(?<![\w-])({_IDENT})(?![\w(-])",
                lambda match: self._local(match[1]) if match[1] in self._keyframes else match[0],
                text,
            )
        return text

    def _additions_of(self, names: list[str], source: str | None) -> Sequence[str | _Own]:
        if source is None:
            return [_Own(name) for name in names]
        if source == "global":
            return names
        specifier = source[1:-1]
        module = self._composed(specifier)
        if module is None:
            return []
        self.prefixes[specifier] = module.css + "\n"
        return [module.names[name] for name in names if name in module.names]

    def _keyframe(self, match: re.Match[str]) -> str:
        name = match["name"]
        return match[1] + (name if match["scope"] == "global" else self._local(name))

    def _local(self, name: str) -> str:
        return self._names.setdefault(name, f"_{name}_{self._digest}")


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) if "/*" in text else text
