"""An import map that has a page load its modules from the browser's cache.

A reload asks for each module of a page, and each answer is a 304. The URL with a hash of the module's text is
kept by browsers without asking. The page says which text is the present one, and each load reads the page again:

    <script type="importmap">{"imports": {"/src/a.js": "/src/a.js?hmr=…"}}</script>

Modules import each other by the same names as without the map, so that no text depends on another one's hash,
and a page whose map is lost loads all of them by these names. Left out are modules that a page could have
twice, because something may name them that a map does not concern: scripts of the page, and what it preloads;
modules that a page requests itself, by a script that it appends; those that see their own URL; and those that the page's
own import map leads to.

A page in a browser that takes sources gets most of its modules' texts in place of hashes (`page_sources.py`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from ..admission.rules import is_host_allowed
from ..config import ServerConfig
from ..graph import module_url
from ..graph.module_code import ContentType, ImportReference, TransformResult, import_url
from ..graph.module_graph import ModuleGraph, ModuleNode, ModuleType
from ..html.document import Edit, InlineElement, Page, attribute_text
from .page_sources import PageSources

IMMUTABLE = "private, max-age=31536000, immutable"

# a base moves the map's URLs; a policy may forbid the script; the page, or a library, may add a map itself
_BASE = re.compile(r"<base\b", re.IGNORECASE)
_POLICY = re.compile("content-security-policy", re.IGNORECASE)
_MAP = re.compile("importmap", re.IGNORECASE)


class HashedModules:
    """The modules of one environment that pages may load from the browser's cache.

    Args:
        config: The server's settings.
        graph: Its modules.
        url_of: Returns the module URL that importers write for an id.
        answer: Returns a module's answer, where its text is known.

    Attributes:
        sources: Puts sources into the pages that take them.
    """

    def __init__(
        self,
        config: ServerConfig,
        graph: ModuleGraph,
        url_of: Callable[[str], str],
        answer: Callable[[ModuleNode], TransformResult | None],
    ) -> None:
        self._config = config
        self._base = config.base
        self._graph = graph
        self._url_of = url_of
        self._answer = answer
        self._requests: dict[str, str] = {}  # what importers write, by id
        self.sources = PageSources(config)
        self._needs_nonce = config.has_policy
        self._salt = json.dumps(sorted(config.headers.items())).encode()  # kept with each answer

    def hash_of(self, answer: TransformResult) -> str:
        """Return the hash that a module's URL has in a map while this is its answer."""
        return hashlib.blake2b(answer.etag.encode() + self._salt, digest_size=8).hexdigest()

    def edits(
        self, text: str, page: Page, url: str, scripts: Collection[str], *, takes_sources: bool
    ) -> list[Edit]:
        """Return what adds the map, and sources, to a page; nothing where it gets none.

        Args:
            text: The page's text.
            page: What was read of it.
            url: The path that was asked for, without the base.
            scripts: The module URLs of its scripts.
            takes_sources: Whether its browser does, and it may get some.
        """
        known = self._own_map(text, page)
        if known is None:
            return []
        left_out = self._paths((*known.names, *(found.value for found in page.urls)), url)
        roots = [node for url in scripts if (node := self._graph.get_by_url(url)) is not None]
        modules = [
            module
            for module in self._modules(roots)
            if not left_out.has(unquote(module.name.partition("?")[0]))
        ]
        texts = {}
        if takes_sources:
            texts = self.sources.texts(
                url, roots, ((module.name, module.node) for module in modules)
            )
        mapped = {
            module.name: module_url.with_hash(module.name, self.hash_of(answer))
            for module in modules
            if module.name not in texts and (answer := self._answer(module.node)) is not None
        }
        edits = []
        place = page.client_place
        if texts:
            edits.append(Edit(place, place, self.sources.markup(texts)))
        if not mapped:
            return edits
        content = {**known.content, "imports": {**known.imports, **mapped}}
        # `<` could end the script
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace(
            "<", "\\u003c"
        )
        if page.import_maps:
            own = page.import_maps[0]
            return [*edits, Edit(own.text_start, own.text_end, written)]
        mark = f' nonce="{attribute_text(page.nonce)}"' if page.nonce else ""
        script = f'<script type="importmap"{mark} data-hmr-map>{written}</script>'
        return [*edits, Edit(place, place, script)]

    def may_get_sources(self, text: str, page: Page) -> bool:
        """Return whether a page's map can lead to sources; arguments as for `edits`."""
        if not self.sources.is_on or page.nonce or _POLICY.search(text):
            return False  # a policy would have to allow `data:`
        known = self._own_map(text, page)
        return known is not None and not known.has_scopes  # they concern modules by their own URLs

    def _own_map(self, text: str, page: Page) -> _OwnMap | None:
        """Return the page's own import map, or an empty one; None where the page can get no other."""
        own = page.import_maps
        if not self._config.module_cache or len(own) > 1 or len(_MAP.findall(text)) != len(own):
            return None
        if _BASE.search(text):
            return None
        if page.nonce is None and (self._needs_nonce or _POLICY.search(text)):
            return None
        return _OwnMap.read(own[0]) if own else _OwnMap()

    def _paths(self, written: Iterable[str], url: str) -> _Paths:
        """Return the paths that URLs in a page lead to; those that it writes without the base, too."""
        page = urljoin(self._base, url.lstrip("/"))
        found = set()
        for value in written:
            try:
                parts = urlsplit(urljoin(page, value))
            except ValueError:
                continue  # it leads nowhere
            if parts.netloc and not is_host_allowed(parts.netloc, self._config):
                continue  # no page of this server has that host
            path = unquote(parts.path)
            found |= {path, self._base + path.removeprefix("/")}
        return _Paths(frozenset(found), tuple(path for path in found if path.endswith("/")))

    def _modules(self, roots: Sequence[ModuleNode]) -> Iterator[_Module]:
        """Yield the modules that scripts import and that a map may concern."""
        found = list(roots)
        seen = set(found)
        for node in found:
            if new := [module for module in node.imported_modules if module not in seen]:
                seen.update(new)
                found += new
            if node.id is None or node.type is not ModuleType.JS or not node.importers:
                continue
            if node.is_entry or node.is_of_pages or node.sees_url:
                continue
            if node.code is None or node.code.content_type is not ContentType.JAVASCRIPT:
                continue
            if (url := self._requests.get(node.id)) is None:
                url = self._requests[node.id] = module_url.to_request(self._url_of(node.id))
            yield _Module(import_url(ImportReference(node, url), self._base), node)


class _Module(NamedTuple):
    """A module that a map may concern.

    Attributes:
        name: Its URL, as importers write it.
        node: The module.
    """

    name: str
    node: ModuleNode


@dataclass(frozen=True, slots=True)
class _Paths:
    """Paths of files, and of folders with all that is below them."""

    files: frozenset[str]
    folders: tuple[str, ...]

    def has(self, path: str) -> bool:
        return path in self.files or path.startswith(self.folders)


@dataclass(frozen=True, slots=True)
class _OwnMap:
    """The page's own import map.

    Attributes:
        content: What is in it.
        imports: Its names.
        names: All URLs and names in it, on any side.
        has_scopes: Whether it has another meaning for some of the modules.
    """

    content: Mapping[str, object] = field(default_factory=dict)
    imports: Mapping[str, object] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    has_scopes: bool = False

    @classmethod
    def read(cls, element: InlineElement) -> _OwnMap | None:
        """Read a map; None where it can't be read: the browser says what is wrong with it."""
        try:
            content = json.loads(element.text)
        except ValueError:
            return None
        if not isinstance(content, dict):
            return None
        imports, scopes = content.get("imports", {}), content.get("scopes", {})
        if not isinstance(scopes, dict):
            return None
        tables = [imports, content.get("integrity", {}), *scopes.values()]
        # a scope that is a folder holds modules as before; one that is a module's URL holds no other
        names = [scope for scope in scopes if not scope.endswith("/")]
        for table in tables:
            if not isinstance(table, dict):
                return None
            names += [*table, *(value for value in table.values() if isinstance(value, str))]
        return cls(content, imports, tuple(names), bool(scopes))
