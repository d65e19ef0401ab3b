"""HTML pages as they are served: the client's script, stamps, inline scripts and styles as modules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from hmr_client.wire.payloads import FullReload, JSONValue, PyUpdate, Update

from ..builtin_plugins.html_proxy import HtmlProxyPlugin, script_url, style_url
from ..exceptions import ServerError
from ..files.page_reading import beside_loop, look_of, read_text, real_path
from ..graph import module_url
from ..graph.hot_update import EVERY_PAGE, hot_update
from ..graph.module_graph import ModuleNode
from ..graph.propagation import DeadEnd
from ..html import document
from ..html.difference import line_of, page_difference
from ..html.document import Edit, InlineElement, Page
from ..plugins import Environment
from ..python.imports import source_hash
from ..watch.file_change import ChangeKind, FileChange
from .hashed_modules import HashedModules
from .import_maps import ImportMaps
from .served_pages import UNNAMED, ServedPages

_CLIENTS = frozenset({"/@hmr/client", "/@vite/client"})
_MOST_READS = 3
_SCRIPT_END = re.compile(r"</script\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageChange:
    """What the change of a page means.

    Attributes:
        reload: Makes open pages take the new text, or reload; None where only inline
            scripts have changed.
        updates: Of inline scripts.
    """

    reload: FullReload | None
    updates: tuple[Update, ...] = ()


class Pages:
    """The pages of one environment.

    Args:
        environment: Whose pages they are.
        proxies: Serves their inline scripts and styles.
        hashed: Has them load modules from the browser's cache.
        runs_python: Whether a page (by its file) has said that it can replace an inline script of
            PyScript's (by its number).
        last_push: Returns the number of the last push.

    Attributes:
        last_served: When a page was served last: a stamp, or 0.
        served: The pages as they were served.
        import_maps: Their import maps.
    """

    def __init__(
        self,
        environment: Environment,
        proxies: HtmlProxyPlugin,
        hashed: HashedModules,
        runs_python: Callable[[Path, int], bool],
        last_push: Callable[[], int],
    ) -> None:
        self.last_served = 0
        self.served = ServedPages(environment.config.token)
        self._environment = environment
        self._proxies = proxies
        self._hashed = hashed
        self._runs_python = runs_python
        self._last_push = last_push
        self.import_maps = ImportMaps(environment.config.base)
        self._asked_urls: dict[str, str] = {}  # by file
        # the files of pages whose URLs do not tell, as by a symlink, each with such a URL
        self._shown_elsewhere: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._module_scripts: dict[str, frozenset[str]] = {}

    async def transform(
        self, file: Path, url: str, *, again: bool = False, takes_sources: bool = False
    ) -> str:
        """Return a page as it is served.

        Args:
            url: The path that was asked for, without the base.
            again: Whether a page that is open asks for its new text.
            takes_sources: Whether its browser takes the sources of its modules with it.

        Raises:
            OSError: The file can't be read.
        """
        last_push = self._last_push()
        file = real_path(file)
        text, page = await self._read(file, url)
        if not again:
            self.last_served = self._environment.next_timestamp()
        self._asked_urls[file.as_posix()] = url
        self._remember(file.as_posix(), text, page)
        page_url = self._environment.resolver.url_of(module_url.file_id(file.as_posix()))
        if not _tells(unquote(url), page_url):
            self._shown_elsewhere[file.as_posix()] = url
        inline = [script_url(page_url, index) for index in range(len(page.module_scripts))]
        scripts = [*self._module_scripts[file.as_posix()], *inline]
        if not again:
            self._forget_texts(inline)
            takes_sources = takes_sources and self._hashed.may_get_sources(text, page)
            if takes_sources and scripts:
                await self._environment.make_eager(map(module_url.to_request, scripts))
        size = len(text)
        edits = await beside_loop(size, self._common_edits, text, page, page_url, url)
        edits += await beside_loop(size, _python_edits, text, page, page_url)
        edits += [
            self._script_edit(script, url)
            for script, url in zip(page.module_scripts, inline, strict=True)
        ]
        edits += [
            edit
            for index in range(len(page.styles))
            if (edit := await self._style_edit(page, page_url, index))
        ]
        served = await beside_loop(size, document.apply_edits, text, edits)
        if again:
            return served.replace(UNNAMED, "", 1)
        # kept without the map, which is another one after each edit
        name = self.served.add(served, last_push)
        map_edits = self._hashed.edits(text, page, url, scripts, takes_sources=takes_sources)
        if map_edits:
            # in front of the client's script, which is at the same place
            served = await beside_loop(size, document.apply_edits, text, [*map_edits, *edits])
        return served.replace(UNNAMED, name, 1)

    async def transform_text(
        self, text: str, url: str, nonce: str | None = None, *, again: bool = False
    ) -> str:
        """Return a page that isn't a file: the client's script and stamps are added.

        Args:
            url: Its path, without the base.
            nonce: What the policy that comes with it asks scripts for.
            again: Whether a page that is open asks for its new text.
        """
        last_push = self._last_push()
        page = await beside_loop(len(text), document.read_page, text)
        if not again:
            self.last_served = self._environment.next_timestamp()
        # by what it maps: requests can invent any number of URLs for a page
        is_alike = all(
            target.startswith("/") or module_url.is_external(target)
            for target in page.import_map.values()
        ) and not any(name.startswith(".") for name in page.import_map)
        key = " ".join(sorted(page.import_map))
        self._note_import_map(key, page, text, "/" if is_alike else None)
        edits = await beside_loop(len(text), self._common_edits, text, page, url, url, nonce)
        served = await beside_loop(len(text), document.apply_edits, text, edits)
        return served.replace(UNNAMED, "" if again else self.served.add(served, last_push), 1)

    async def changed(self, change: FileChange, timestamp: int) -> PageChange:
        """Return what the change of a page means.

        Args:
            change: What happened to its file.
            timestamp: The update's.
        """
        file = change.file.as_posix()
        path = self._environment.resolver.url_of(module_url.file_id(file))

        def reload(reason: str) -> PageChange:
            extra: dict[str, JSONValue] = {"reason": f"{path.lstrip('/')}: {reason}"}
            return PageChange(FullReload(path=where, triggered_by=file, extra=extra))

        where = EVERY_PAGE if file in self._shown_elsewhere else module_url.url_to_path(path)
        if change.kind is not ChangeKind.UPDATE:
            return reload("it is new" if change.kind is ChangeKind.CREATE else "it was deleted")
        if file not in self._texts:
            return reload("this server has not served it yet")
        try:
            text = await read_text(real_path(change.file))
        except OSError:
            return reload("it can't be read")
        page = await beside_loop(len(text), document.read_page, text)
        before, known = self._proxies.known(file), self._texts.get(file)
        if before is None or known is None:
            return reload("this server has not served it yet")
        difference = await beside_loop(
            max(len(known), len(text)), page_difference, known, before, text, page
        )
        if difference is None:
            return reload(
                "it has another number of inline scripts, or other markup in a <py-script>"
            )
        if not all(self._runs_python(change.file, number) for number in difference.python):
            # there PyScript runs without us, or not at all
            return reload("its inline Python has changed, and this client does not run it")
        nodes: list[ModuleNode] = []
        for index in difference.module_scripts:
            node = self._environment.graph.get_by_url(script_url(path, index))
            if node is None or not node.is_self_accepting:
                return reload("an inline module script has changed, and does not accept itself")
            nodes.append(node)
        updates: list[Update] = [
            _python_update(path, number, source, timestamp)
            for number, source in difference.python.items()
        ]
        self._remember(file, text, page)
        for node in nodes:
            self._environment.graph.invalidate(node)
        match hot_update(self._environment.graph, nodes, timestamp) if nodes else []:
            case DeadEnd():
                return reload("an inline module script has changed, and does not accept itself")
            case found:
                updates += found
        if updates and not difference.elsewhere:
            return PageChange(None, tuple(updates))
        morph = FullReload(path=where, triggered_by=file, extra={"html": True})
        return PageChange(morph, tuple(updates))

    def url_to_keep(self, file: Path, url: str) -> str:
        """Return which URL of a page the next process has to know.

        That is one by which clients can't see which file it shows, if there is one.

        Args:
            url: The one that it was served at.
        """
        return self._shown_elsewhere.get(real_path(file).as_posix(), url)

    def forget(self, file: Path) -> None:
        """Forget how a page was served: another process served it, before its file changed."""
        self._texts.pop(file.as_posix(), None)

    async def _read(self, file: Path, url: str) -> tuple[str, Page]:
        """Return a page's text, after the plugins, and what is in it.

        A save that is handled meanwhile is compared with what was served before: the page is read again.
        """
        for _ in range(_MOST_READS):
            look = look_of(file)
            text = await self._environment.transform_index_html(await read_text(file), url)
            page = await beside_loop(len(text), document.read_page, text)
            if look_of(file) == look:
                break
        return text, page

    def runs_module(self, url: str) -> bool:
        """Say whether a page that was served has a module script of this module URL."""
        return any(url in scripts for scripts in self._module_scripts.values())

    def _remember(self, file: str, text: str, page: Page) -> None:
        self._proxies.remember(file, page)
        self._texts[file] = text
        self._module_scripts[file] = frozenset(self._module_urls(page, file))
        self._note_import_map(file, page, text, self._asked_urls.get(file))

    def _module_urls(self, page: Page, file: str) -> Iterator[str]:
        base = self._environment.config.base
        folder = posixpath.dirname(self._environment.resolver.url_of(module_url.file_id(file)))
        for found in page.urls:
            if found.is_module and not module_url.is_external(found.value):
                path, query = module_url.split_url(found.value)
                path = f"/{path.removeprefix(base)}" if path.startswith("/") else f"{folder}/{path}"
                yield module_url.from_request(posixpath.normpath(path) + query)

    def _note_import_map(self, key: str, page: Page, text: str, url: str | None) -> None:
        if self.import_maps.note(key, page, text, url):
            # what resolved to a package may be the page's own now, and vice versa
            self._environment.graph.invalidate_all()

    def _common_edits(
        self, text: str, page: Page, page_url: str, asked_url: str, nonce: str | None = None
    ) -> list[Edit]:
        """Return the client's script with the page's name, and URLs with base and stamp."""
        edits = [
            edit for found in page.urls if (edit := self._url_edit(found, page_url, asked_url))
        ]
        # no attribute: people's tools look for the tag as it always was
        script, place = UNNAMED, page.client_place
        clients = [found for found in page.urls if self._is_client(found.value)]
        if clients:
            ended = _SCRIPT_END.search(text, clients[0].end)
            place = ended.end() if ended else len(text)
        else:
            client = self._environment.config.url(self._environment.client_url)
            allowed = nonce or page.nonce
            mark = f' nonce="{document.attribute_text(allowed)}"' if allowed else ""
            source = document.attribute_text(client)
            script = f'<script type="module"{mark} src="{source}"></script>{script}'
        return [*edits, Edit(place, place, script)]

    def _url_edit(self, found: document.PageUrl, page_url: str, asked_url: str) -> Edit | None:
        value = found.value
        if not value or value.startswith("#") or module_url.is_external(value):
            return None
        config = self._environment.config
        path = posixpath.join(posixpath.dirname(page_url), value)
        written = value
        if value.startswith("/"):
            if config.base != "/" and not value.startswith(config.base):
                written = config.url(value)
            path = "/" + value.removeprefix(config.base).removeprefix("/")
        elif posixpath.dirname(asked_url) != posixpath.dirname(page_url):
            # the page is served in another place than its own
            written = config.url(posixpath.normpath(path))
        if timestamp := self._timestamp(posixpath.normpath(path), found.tag):
            written = _stamped(written, timestamp, found.tag)
        if written == value:
            return None
        return Edit(found.start, found.end, document.attribute_text(written))

    def _timestamp(self, path: str, tag: str) -> int:
        url = module_url.from_request(path.partition("#")[0])
        urls = [url]
        if tag == "link" and module_url.is_css_request(url):
            urls.append(module_url.inject_query(url, "direct"))
        nodes = [self._environment.graph.get_by_url(candidate) for candidate in urls]
        return max((node.last_hmr_timestamp for node in nodes if node is not None), default=0)

    def _forget_texts(self, urls: Iterable[str]) -> None:
        """Have inline scripts made again: their texts may have changed with the page's."""
        for url in urls:
            if (node := self._environment.graph.get_by_url(url)) is not None:
                self._environment.graph.invalidate(node)

    def _script_edit(self, element: InlineElement, url: str) -> Edit:
        node = self._environment.graph.get_by_url(url)
        if node is not None and node.last_hmr_timestamp:
            url = module_url.inject_query(url, f"t={node.last_hmr_timestamp}")
        source = document.attribute_text(self._environment.config.url(url))
        lines = "\n" * element.text.count("\n")
        script = f'<script type="module"{element.attributes} src="{source}">{lines}</script>'
        return Edit(element.start, element.end, script)

    async def _style_edit(self, page: Page, page_url: str, index: int) -> Edit | None:
        element = page.styles[index]
        url = style_url(page_url, index)
        if (node := self._environment.graph.get_by_url(url)) is not None:
            self._environment.graph.invalidate(node)
        try:
            result = await self._environment.transform_request(url)
        except ServerError:
            return None  # the clients got the error; the style is served unchanged
        return Edit(element.text_start, element.text_end, result.body.decode())

    def _is_client(self, value: str) -> bool:
        base = self._environment.config.base
        path = module_url.clean_url(value)
        return path in _CLIENTS or "/" + path.removeprefix(base) in _CLIENTS


def _tells(url: str, page_url: str) -> bool:
    """Return whether clients see that a page's URL shows a file (`reload_concerns_page` in `browser/`)."""
    return page_url in ("/index.html", url, url + ("index" * url.endswith("/")) + ".html")


def _stamped(url: str, timestamp: int, tag: str) -> str:
    """Return a URL with a stamp: in a link it stands last, where clients look for `/a.css?v=1` in it."""
    if tag != "link":
        return module_url.inject_query(url, f"t={timestamp}")
    url, mark, fragment = url.partition("#")
    return module_url.append_query(url, f"t={timestamp}{mark}{fragment}")


def _python_edits(text: str, page: Page, page_url: str) -> list[Edit]:
    """Tell the client what each inline script is called here, and on which line it starts."""
    edits = []
    for number, script in enumerate(page.python_scripts):
        name = f"{_python_url(page_url, number)}:{line_of(text, script)}"
        place = script.start + len(f"<{script.tag}")
        edits.append(Edit(place, place, f' data-hmr-source="{document.attribute_text(name)}"'))
    return edits


def _python_url(page_url: str, number: int) -> str:
    return f"{page_url}#py-{number}"


def _python_update(page_url: str, number: int, source: str, timestamp: int) -> PyUpdate:
    url = _python_url(page_url, number)
    return PyUpdate(
        path=url,
        accepted_path=url,
        timestamp=timestamp,
        source=source,
        hash=source_hash(source),
    )
