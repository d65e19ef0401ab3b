"""Where the import maps of pages lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from ..graph import module_url
from ..html.document import Page

# a base moves the map's URLs, and a scope has another meaning for some modules: the browser finds the way by itself
_UNCERTAIN = re.compile(r"<base\b", re.IGNORECASE)
_SCOPES = '"scopes"'
_OF_URLS = ("./", "../", "/")


@dataclass(frozen=True, slots=True)
class _Map:
    """One page's.

    Attributes:
        url: The URL from which relative ones are resolved, with the base; "" where that is uncertain.
        imports: What is in it.
    """

    url: str
    imports: Mapping[str, str]

    def find(self, specifier: str) -> str | None:
        """Return where it leads: a URL with the base, or of another site; "" where that is uncertain."""
        names = (name for name in self.imports if name.endswith("/") and specifier.startswith(name))
        name = specifier if specifier in self.imports else max(names, key=len, default=None)
        if name is None:
            return None
        target = self.imports[name]
        if not self.url or (name != specifier and not target.endswith("/")):
            return ""
        try:
            return urljoin(urljoin(self.url, target), specifier[len(name) :])
        except ValueError:
            return ""

    def leads_elsewhere(self, url: str) -> bool:
        """Return whether it leads a URL with the base elsewhere, or may do so."""
        for name, target in self.imports.items():
            if not name.startswith(_OF_URLS):
                continue
            if not self.url:
                return True
            try:
                own, other = urljoin(self.url, name), urljoin(self.url, target)
            except ValueError:
                continue  # it leads nowhere
            is_named = url.startswith(own) if own.endswith("/") else url == own
            if is_named and own != other:
                return True
        return False


class ImportMaps:
    """The import maps of all pages that were served.

    A module that one importer names by a page's map and another by its path is one module: both get its URL with its
    stamp. Otherwise the browser would find it without the stamp by the map, and run it twice after a save.

    Args:
        base: The server's base.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._maps: dict[str, _Map] = {}
        self._has_urls = False  # as names: few maps have, and each import of a module asks

    def note(self, key: str, page: Page, text: str, url: str | None) -> bool:
        """Note a page's map.

        Args:
            key: Names the page.
            text: The page's text.
            url: The path that was asked for, without the base; `None` where it is asked for by several.

        Returns:
            Whether specifiers mean something else now.
        """
        is_certain = (
            url is not None
            and not _UNCERTAIN.search(text)
            and not any(_SCOPES in element.text for element in page.import_maps)
        )
        place = self._base + (url or "").removeprefix("/") if is_certain else ""
        new = _Map(place if page.import_map else "", page.import_map)
        if new == self._maps.get(key, _Map("", {})):
            return False
        self._maps[key] = new
        names = (name for one in self._maps.values() for name in one.imports)
        self._has_urls = any(name.startswith(_OF_URLS) for name in names)
        return True

    def defines(self, specifier: str) -> bool:
        """Return whether a map defines a bare specifier."""
        return any(True for _ in self._found(specifier))

    def module_of(self, specifier: str) -> str | None:
        """Return the path and query below the base that a bare specifier leads to.

        Returns:
            `None` where no map defines it, where it leads to another site, or where that is uncertain: maps differ.
        """
        found = set(self._found(specifier))
        if len(found) != 1:
            return None
        (target,) = found
        if not target.startswith(self._base) or module_url.is_external(target):
            return None
        return "/" + target.removeprefix(self._base)

    def led_elsewhere(self, specifier: str, importer: str) -> str | None:
        """Return the path below the base of an import that a map may lead elsewhere: the browser has to find the way.

        A page without the map finds something else there.

        Args:
            specifier: Relative or root-absolute.
            importer: The path below the base of the module that imports it, as requests have it.
        """
        if not self._has_urls:
            return None
        path = urljoin(importer, specifier)
        url = self._base + path.removeprefix("/")
        return path if any(one.leads_elsewhere(url) for one in self._maps.values()) else None

    def _found(self, specifier: str) -> Iterator[str]:
        for one in self._maps.values():
            if (found := one.find(specifier)) is not None:
                yield found
