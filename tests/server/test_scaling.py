"""What one edit and one reload cost does not grow with the number of modules. Work is counted, not timed."""

import asyncio
import builtins
import io
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from hmr_server.app import Application
from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer
from hmr_server.environment import import_analysis
from hmr_server.reporting.terminal import Terminal
from hmr_server.session import keeper
from hmr_server.session.store import SessionStore
from hmr_server.watch.file_change import ChangeKind, FileChange

SIZES = (10, 100, 1000)
FAN_OUT = 10


class Work:
    """Counts what is done: calls of Python functions, looks at the disk, parses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._found: Counter[str] = Counter()
        for module, names in ((os, ("stat", "lstat", "scandir", "listdir")), (io, ("open",))):
            for name in names:
                self._count(module, name, "looks at the disk")
        self._count(builtins, "open", "looks at the disk")
        self._count(import_analysis, "_parse", "parses")

    def _count(self, owner: Any, name: str, what: str) -> None:
        original = getattr(owner, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self._found[what] += 1
            return original(*arguments, **options)

        self._monkeypatch.setattr(owner, name, counted)

    @contextmanager
    def counted(self) -> Iterator[Counter[str]]:
        """Counts what is done inside."""
        self._found.clear()
        found: Counter[str] = Counter()

        def on_event(_frame: FrameType, event: str, _argument: object) -> None:
            self._found["calls"] += event == "call"

        sys.setprofile(on_event)
        try:
            yield found
        finally:
            sys.setprofile(None)
            found.update(self._found)


class Answer(NamedTuple):
    """What a request was answered with."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Site:
    """A server of a tree of modules, and what a page does."""

    def __init__(self, root: Path, modules: int) -> None:
        self.root = root / "site"
        self.root.mkdir(parents=True)
        self.modules = modules
        self._write("index.html", '<script type="module" src="/main.js"></script>')
        self._write("main.js", 'import "./leaf.js";\n' + self._imports(0))
        self._write("leaf.js", "export const value = 0;\nimport.meta.hot.accept();\n")
        for number in range(1, modules + 1):
            self._write(f"m{number}.js", self._imports(number) + "export const a = 1;\n")
        self.paths = ["/main.js", "/leaf.js", *(f"/m{n}.js" for n in range(1, modules + 1))]
        self.store = SessionStore("scaling", directory=root / "sessions")
        terminal = Terminal(lambda _: None)
        self.server = DevServer(ServerConfig(root=self.root), terminal, store=self.store)
        self._application = Application(self.server)
        self._keeper = self.server._keeper

    def _imports(self, number: int) -> str:
        first = number * FAN_OUT + 1
        names = range(first, min(first + FAN_OUT, self.modules + 1))
        return "".join(f'import "./m{name}.js";\n' for name in names)

    def _importer(self, path: str) -> bytes:
        """The URL that a browser sends with a module's request."""
        name = path.removeprefix("/m").removesuffix(".js")
        number = (int(name) - 1) // FAN_OUT if name.isdecimal() else 0
        script = "" if path == "/main.js" else f"m{number}.js" if number else "main.js"
        return f"http://localhost/{script}".encode()

    def _write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    async def get(self, path: str, *headers: tuple[bytes, bytes]) -> tuple[int, bytes, bytes]:
        """Status, ETag and body."""
        answer = await self.answer(path, (b"sec-fetch-dest", b"script"), *headers)
        return answer.status, answer.headers.get(b"etag", b""), answer.body

    async def answer(self, path: str, *headers: tuple[bytes, bytes]) -> Answer:
        """What a GET is answered with."""
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), *headers],
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._application(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], dict(sent[0]["headers"]), body)

    async def page(self) -> dict[str, str]:
        """The import map of the page, as a reload gets it."""
        answer = await self.answer("/", (b"sec-fetch-dest", b"document"))
        _, _, rest = answer.body.partition(b'<script type="importmap" data-hmr-map>')
        return json.loads(rest.partition(b"</script>")[0])["imports"] if rest else {}

    async def sources(self) -> dict[str, str]:
        """The modules' texts in the page, as a Chromium gets it."""
        browser = (b"sec-fetch-dest", b"document"), (b"user-agent", b"Chrome/150.0.0.0")
        answer = await self.answer("/", *browser)
        _, _, rest = answer.body.partition(b'<script type="application/json" data-hmr-sources="')
        mark, _, rest = rest.partition(b'" data-base="/">')
        texts = json.loads(rest.partition(b"</script>")[0])
        return {name: text.replace(mark.decode(), "/") for name, text in texts.items()}

    async def load(self) -> dict[str, bytes]:
        """The ETags of all modules."""
        found = {}
        for path in self.paths:
            status, found[path], _ = await self.get(path, (b"referer", self._importer(path)))
            assert status == 200
        await self.save_session()
        return found

    async def edit(self, value: int) -> str:
        """Saves the leaf; what the pages are sent."""
        page = Page()
        serving = asyncio.create_task(self.server.channel.serve(page))
        await page.has(1)
        self._write("leaf.js", f"export const value = {value};\nimport.meta.hot.accept();\n")
        await self.server._changed([FileChange(ChangeKind.UPDATE, self.root / "leaf.js")])
        await page.has(2)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        return page.texts[1]

    async def save_session(self) -> None:
        """Writes the session, which no timer does here: a slow machine must not do more work."""
        assert self._keeper._timer is not None
        self._keeper._timer.cancel()
        self._keeper._begin()
        assert self._keeper._saving is not None
        await self._keeper._saving


class Page:
    """A client that reads what is sent to it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._came = asyncio.Event()

    async def send(self, text: str) -> None:
        self.texts.append(text)
        self._came.set()

    async def messages(self) -> AsyncIterator[str]:
        await asyncio.Event().wait()
        yield ""

    async def has(self, count: int) -> None:
        while len(self.texts) < count:
            await self._came.wait()
            self._came.clear()


@pytest.fixture(autouse=True)
def sessions_are_written_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LATER_S", 3600)


def test_an_edit_costs_the_same_in_any_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = Work(monkeypatch)
    found = {size: asyncio.run(work_of_an_edit(work, tmp_path / str(size), size)) for size in SIZES}
    smallest, _, largest = found.values()
    assert smallest["parses"] == largest["parses"] == 1
    assert largest["calls"] <= smallest["calls"] * 1.2, found
    assert largest["looks at the disk"] <= smallest["looks at the disk"] + 2, found
    assert largest["bytes sent"] <= smallest["bytes sent"] + 10, found
    assert largest["bytes of the session"] <= smallest["bytes of the session"] * 1.5, found


async def work_of_an_edit(work: Work, root: Path, size: int) -> Counter[str]:
    site = Site(root, size)
    await site.load()
    await site.edit(1)  # the first one of a page brings up what later ones find ready
    await site.save_session()
    written = site.store._file.stat().st_size
    with work.counted() as found:
        sent = await site.edit(2)
        stamp = sent.split('"timestamp":')[1].partition(",")[0]
        status, _, body = await site.get(f"/leaf.js?t={stamp}")
        await site.save_session()
    assert (status, b"value = 2" in body) == (200, True)
    found["bytes sent"] = len(sent)
    found["bytes of the session"] = site.store._file.stat().st_size - written
    return found


def test_a_reload_costs_a_handful_of_calls_a_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = Work(monkeypatch)
    for size in SIZES:
        found = asyncio.run(work_of_a_reload(work, tmp_path / str(size), size))
        assert found["looks at the disk"] == found["parses"] == 0
        assert found["calls"] <= 20 * (size + 2), found


async def work_of_a_reload(work: Work, root: Path, size: int) -> Counter[str]:
    site = Site(root, size)
    tags = await site.load()
    with work.counted() as found:
        for path, tag in tags.items():
            status, _, body = await site.get(path, (b"if-none-match", tag))
            assert (status, body) == (304, b"")
    return found


def test_a_reload_takes_unchanged_modules_from_the_browsers_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = Work(monkeypatch)
    for size in SIZES:
        asyncio.run(check_a_page_of_hashed_modules(work, tmp_path / str(size), size))


async def check_a_page_of_hashed_modules(work: Work, root: Path, size: int) -> None:
    site = Site(root, size)
    assert await site.page() == {}
    await site.load()
    first = await site.page()
    with work.counted() as found:
        assert await site.page() == first
    assert found["looks at the disk"] < 40
    assert found["parses"] == 0
    assert found["calls"] <= 60 * size + 2000, found
    assert set(first) == {*site.paths} - {"/main.js"}, "all but the page's script"
    for name, url in first.items():
        importer = (b"referer", site._importer(name))
        named, plain = await site.answer(url, importer), await site.answer(name, importer)
        assert named.body == plain.body
        assert b"immutable" in named.headers[b"cache-control"]
        assert plain.headers[b"cache-control"] == b"no-cache"
    await site.edit(1)
    old = await site.answer(first["/leaf.js"])
    assert b"value = 1" in old.body, "no old text is sent, whatever the URL names"
    assert old.headers[b"cache-control"] == b"no-cache"
    second = await site.page()
    assert len(first.items() - second.items()) == 1, "an edit leaves all other names as they are"


def assert_each_costs_the_same(each: list[tuple[float, float]]) -> None:
    """Looks at the disk and calls for each module, by size: the largest project needs no more of them."""
    (looks, calls), _, (most_looks, most_calls) = each
    assert most_looks <= looks
    assert most_calls <= calls


def test_a_page_comes_with_its_modules_which_are_made_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = Work(monkeypatch)
    each = []
    for size in SIZES:
        site = Site(tmp_path / str(size), size)
        with work.counted() as cold:
            first = asyncio.run(site.sources())
        assert set(first) == {*site.paths} - {"/main.js"}, "all but the page's script"
        assert cold["parses"] == size + 2
        with work.counted() as warm:
            assert asyncio.run(site.sources()) == first
        assert warm["parses"] == 0
        assert warm["looks at the disk"] < 40
        assert warm["calls"] <= 80 * size + 3000, warm
        each.append((cold["looks at the disk"] / size, cold["calls"] / size))
    assert_each_costs_the_same(each)


def test_a_module_that_a_page_requests_itself_is_in_no_map(tmp_path: Path) -> None:
    """A page may append a script of it: its URL would not be the one that the map gives to importers."""

    async def run(referer: str) -> bool:
        site = Site(tmp_path / f"site {len(referer)}", 10)
        for path in ("/main.js", "/m1.js"):
            await site.get(path, (b"referer", site._importer(path)))
        await site.get("/leaf.js", (b"referer", referer.encode()))
        return "/leaf.js" in await site.page()

    assert asyncio.run(run("http://localhost/main.js"))
    assert not asyncio.run(run("http://localhost/"))
    assert not asyncio.run(run("")), "it does not say so"


def test_a_first_load_looks_at_the_disk_as_often_for_each_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = Work(monkeypatch)
    each = []
    for size in SIZES:
        site = Site(tmp_path / str(size), size)
        with work.counted() as found:
            asyncio.run(site.load())
        assert found["parses"] == size + 2
        each.append((found["looks at the disk"] / size, found["calls"] / size))
    assert_each_costs_the_same(each)
