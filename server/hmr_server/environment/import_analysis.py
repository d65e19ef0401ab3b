"""The last step of every JavaScript module: its imports get URLs, its hot context is injected.

Behaviour: Vite's `node/plugins/importAnalysis.ts`. Lines never move: what is injected goes in front
of the first line's text.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import lru_cache

from hmr_client.wire.payloads import ErrorDetails, ErrorLocation

from ..builtin_plugins.assets import is_asset_request
from ..exceptions import TransformError
from ..files.access import AccessDenied
from ..graph import module_url
from ..graph.module_code import (
    ImportReference,
    ModuleCode,
    OwnReference,
    OwnStamp,
    Piece,
    joined,
    js_string,
)
from ..graph.module_graph import ModuleInfo, ModuleNode
from ..graph.node_builtins import is_node_builtin
from ..graph.node_packages import PackageError, commonjs_message
from ..javascript.imports import ImportKind, ImportStatement, JsModule, parse_module
from ..javascript.literals import Specifier
from ..plugins import Environment
from ..text.code_frame import code_frame, position_at_byte

PLUGIN_NAME = "hmr:import-analysis"

# By content: a file that is restored, or a branch that is switched back to, is not read again
_parse = lru_cache(maxsize=1024)(parse_module)

# A name, not the value: an expression in parentheses would continue a line without a semicolon before it
_NODE_ENV = "__hmr_node_env__"
_MOST_AT_ONCE = 64 * 1024  # bytes


class UnresolvedImport(TransformError):
    """An import that nothing was found for.

    Attributes:
        specifiers: All of the module's that failed.
    """

    def __init__(self, details: ErrorDetails, specifiers: frozenset[str]) -> None:
        super().__init__(details)
        self.specifiers = specifiers


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Failure:
    specifier: Specifier
    message: str


async def analyse_imports(
    environment: Environment, node: ModuleNode, code: str
) -> tuple[ModuleCode, ModuleInfo]:
    """Rewrite a module's imports and return what the graph must know.

    Args:
        environment: Whose module it is.
        code: Its JavaScript.

    Raises:
        TransformError: The code misuses `import.meta.hot`.
        UnresolvedImport: An import leads nowhere.
    """
    source = code.encode("utf-8", "surrogatepass")
    # beside the event loop where it takes more than a moment; a hop between threads is one, too
    is_quick = len(source) <= _MOST_AT_ONCE
    module = _parse(source) if is_quick else await asyncio.to_thread(_parse, source)
    if module.misuse is not None and not module.has_error and not _is_foreign(node):
        misuse = module.misuse
        raise TransformError(_details(node, code, source, misuse.message, misuse.offset))
    analysis = _Analysis(environment, node, module)
    await analysis.run()
    if analysis.failures and not module.has_error:
        first = min(analysis.failures, key=lambda failure: failure.specifier.start)
        raise UnresolvedImport(
            _details(node, code, source, first.message, first.specifier.start),
            frozenset(failure.specifier.text for failure in analysis.failures),
        )
    prologue = _prologue(environment, node, module)
    if prologue and source.startswith(b"#!"):
        prologue.append("//")  # the interpreter's line stays a comment
    info = analysis.info()
    pieces = _assemble(source, prologue, analysis.edits)
    is_portable = (
        analysis.is_portable
        and not info.sees_url
        and not module.dynamic_expressions
        and not module.resolves_itself
        and b"sourceURL=" not in source  # it would name another file
    )
    made = ModuleCode(
        pieces, eager_imports=frozenset(analysis.eager_imports), is_portable=is_portable
    )
    return made, info


class _Analysis:
    def __init__(self, environment: Environment, node: ModuleNode, module: JsModule) -> None:
        self.edits: list[_Edit] = []
        self.failures: list[_Failure] = []
        self.is_portable = True
        self.eager_imports: set[ModuleNode] = set()
        self._environment = environment
        self._node = node
        self._module = module
        self._imported: dict[ModuleNode, None] = {}
        self._accepted: set[ModuleNode] = set()
        self._bindings: dict[ModuleNode, set[str]] = {}
        self._unresolved: set[str] = set()

    async def run(self) -> None:
        for statement in self._module.imports:
            await self._import(statement)
        for specifier in self._module.accepted:
            await self._accept(specifier)
        # elsewhere the browser requests a module by itself
        for start, end in self._module.dynamic_expressions if self._module.is_module else ():
            self.edits.append(_Edit(start, start, "__vite__injectQuery("))
            self.edits.append(_Edit(end, end, ', "import")'))
        if _is_foreign(self._node):
            self.edits += [_Edit(start, end, _NODE_ENV) for start, end in self._module.node_env]

    def info(self) -> ModuleInfo:
        module = self._module
        imported = tuple(self._imported)
        partial = module.accepted_exports
        bindings = None
        if self._environment.config.hmr_partial_accept:
            bindings = {node: frozenset(names) for node, names in self._bindings.items()}
        return ModuleInfo(
            imported_modules=imported,
            static_imports=frozenset(imported),
            accepted_deps=frozenset(self._accepted),
            accepted_exports=partial,
            imported_bindings=bindings,
            unresolved=frozenset(
                (*self._unresolved, *(failure.specifier.text for failure in self.failures))
            ),
            is_doubtful=module.has_error,
            problem=module.problem,
            sees_url=module.sees_url or module.has_error,
            # a module that accepts all of its exports accepts itself
            is_self_accepting=module.is_self_accepting
            or (partial is not None and module.exports <= partial),
        )

    async def _import(self, statement: ImportStatement) -> None:
        specifier = statement.specifier
        before = len(self.failures)
        found = await self._resolve(specifier, as_sheet=statement.type == "css")
        if isinstance(found, tuple) and not self._environment.is_foreign_specifier(specifier.text):
            uses = bool(statement.bindings) or statement.kind is ImportKind.REEXPORT
            if self._environment.resolver.is_commonjs(found[0].id or "", imports_names=uses):
                self.failures.append(_Failure(specifier, commonjs_message(specifier.text)))
                found = None
        if statement.kind is ImportKind.DYNAMIC and self.failures[before:]:
            # it may never be reached; where it is, the browser says that it failed
            del self.failures[before:]
            self._unresolved.add(specifier.text)
        if found is None:
            return
        if isinstance(found, OwnReference):
            self.edits.append(_Edit(specifier.start, specifier.end, found))
            return
        if isinstance(found, str):
            self.is_portable = self.is_portable and not found.startswith("//")
            return
        node, url = found
        reference: Piece = ImportReference(node, url)
        if module_url.is_direct_css(url) and statement.type == "css":
            # one sheet of this URL for the page's life: what it holds is replaced in place
            reference = OwnReference(url)
        elif statement.attributes is not None:
            self.edits.append(_Edit(*statement.attributes, ""))  # what is served is JavaScript
        self.edits.append(_Edit(specifier.start, specifier.end, reference))
        self._imported[node] = None
        if statement.kind is not ImportKind.DYNAMIC:
            self.eager_imports.add(node)
        names = self._bindings.setdefault(node, set())
        # What `export … from` passes on counts as unused: a quirk of Vite's, kept
        if statement.kind is not ImportKind.REEXPORT:
            names |= statement.bindings

    async def _accept(self, specifier: Specifier) -> None:
        found = await self._resolve(specifier)
        if found is None or isinstance(found, str | OwnReference):
            return
        # the client compares strings
        node, _ = found
        self._accepted.add(node)
        self.edits.append(_Edit(specifier.start, specifier.end, js_string(node.url)))

    async def _resolve(
        self, specifier: Specifier, *, as_sheet: bool = False
    ) -> tuple[ModuleNode, str] | OwnReference | str | None:
        """Return the module and its request URL; a URL of ours; what the browser finds; None for a failure."""
        environment = self._environment
        text = specifier.text
        if environment.is_foreign_specifier(text):
            return await self._mapped(text) or (
                OwnReference(text) if text.startswith("/@") else text
            )
        if text.startswith((".", "/")):
            path = environment.led_elsewhere(text, module_url.to_request(self._node.url))
            if path is not None:
                return OwnReference(path)
        try:
            id_ = await environment.resolve_id(text, self._node.id)
            if id_ is None and (public := environment.resolver.public_file(text)) is not None:
                if not is_asset_request(public):
                    self.failures.append(_Failure(specifier, _is_public(text)))
                    return None
                id_ = public
            if id_ is not None:
                if as_sheet and module_url.is_css_request(id_):
                    id_ = module_url.inject_query(id_, "direct")
                node = environment.ensure_module(id_)
                return node, module_url.to_request(environment.resolver.url_of(id_))
            message = _not_found(text, environment.short_name(self._node))
        except (PackageError, AccessDenied) as error:
            message = f'Failed to resolve import "{text}": {error}'
        self.failures.append(_Failure(specifier, message))
        return None

    async def _mapped(self, specifier: str) -> tuple[ModuleNode, str] | None:
        """Return what import maps of pages lead to, if it is a module here; the browser says what is wrong with it."""
        environment = self._environment
        url = environment.mapped_url(specifier)
        if url is None:
            return None
        try:
            id_ = await environment.resolve_id(url, self._node.id)
        except (PackageError, AccessDenied):
            return None
        if id_ is None:
            return None
        return environment.ensure_module(id_), module_url.to_request(
            environment.resolver.url_of(id_)
        )


def _is_public(specifier: str) -> str:
    return (
        f'"{specifier}" is in public/, whose files are served as they are and can\'t be imported. '
        "Move it out of public/, or name it in the page by <script src> or <link href>."
    )


def _not_found(specifier: str, importer: str) -> str:
    message = f'Failed to resolve import "{specifier}" from "{importer}". '
    if specifier.startswith((".", "/", "#")):
        return message + "Does the file exist?"
    if is_node_builtin(specifier):
        return f"{message}It is a module of Node.js, and browsers have none of these."
    package = "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])
    return (
        f"{message}Is the package installed (npm install {package})? "
        "An import map in the page can define it as well."
    )


def _is_foreign(node: ModuleNode) -> bool:
    return node.file is not None and "/node_modules/" in node.file


def _details(node: ModuleNode, code: str, source: bytes, message: str, offset: int) -> ErrorDetails:
    position = position_at_byte(source, offset)
    return ErrorDetails(
        message=message,
        id=node.id,
        frame=code_frame(code, position),
        plugin=PLUGIN_NAME,
        plugin_code=code,
        loc=ErrorLocation(file=node.file or node.id, line=position.line, column=position.column),
    )


def _prologue(environment: Environment, node: ModuleNode, module: JsModule) -> list[Piece]:
    client = OwnReference(environment.client_url)
    pieces: list[Piece] = []
    if module.uses_hot:
        pieces += [
            "import { createHotContext as __vite__createHotContext } from ",
            client,
            f";import.meta.hot = __vite__createHotContext({js_string(node.url)}",
            OwnStamp(),
            ");",
        ]
    if module.uses_env:
        pieces.append(f"import.meta.env = {json.dumps(environment.env)};")
    if module.node_env and _is_foreign(node):
        mode = js_string("production" if environment.env["PROD"] else "development")
        # a page may have a `process` of its own
        pieces.append(f"var {_NODE_ENV} = globalThis.process?.env?.NODE_ENV ?? {mode};")
    if module.dynamic_expressions and module.is_module:
        pieces += ["import { injectQuery as __vite__injectQuery } from ", client, ";"]
    return pieces


def _assemble(source: bytes, prologue: list[Piece], edits: list[_Edit]) -> tuple[Piece, ...]:
    pieces: list[Piece] = [*prologue]
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        kept = source[position : edit.start]
        cut = source[edit.start : edit.end]
        pieces.append(kept.decode("utf-8", "surrogatepass"))
        pieces.append(edit.piece)
        if newlines := cut.count(b"\n"):
            pieces.append("\n" * newlines)  # lines never move
        position = edit.end
    pieces.append(source[position:].decode("utf-8", "surrogatepass"))
    return joined(pieces)
