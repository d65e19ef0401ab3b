"""While a burst of saves is under way, its modules are made, and sent to pages: the update does not send them again."""

import re
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from hmr_client.wire.serialisation import EARLY_SOURCES, SOURCES
from hmr_server.channel.hot_channel import HotClient, source_takers
from hmr_server.environment.transform import Transforms
from hmr_server.graph.module_graph import ModuleNode
from hmr_server.plugins import Plugin
from hmr_server.watch import watcher
from hmr_server.watch.file_change import ChangeKind, FileChange
from hmr_server.web import early_sources
from tests.server.connected_page import OF_A_PAGE, page, receive, say
from tests.server.project import Project
from tests.server.running import RunningServer, Start

SCRIPT = {**OF_A_PAGE, "sec-fetch-dest": "script", "sec-fetch-mode": "cors"}
ORIGIN = "http://localhost:5173/"
COUNT = 60
HOT = "import.meta.hot.accept();"


def module(number: int, value: str) -> str:
    more = {1: "import './m2.js';", 3: "import './plain.js';"}.get(number, "")
    return f"{HOT}{more} export const m{number} = '{value}';"


def files(value: str) -> dict[str, str]:
    return {f"m{number}.js": module(number, value) for number in range(COUNT)}


@pytest.fixture(autouse=True)
def first_files_are_no_save_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "_GROUP_S", 0.2)
    # on a busy machine they are written slowly
    monkeypatch.setattr(watcher, "SETTLE_S", 10.0)
    monkeypatch.setattr(watcher, "_BURST_S", 60.0)


@pytest.fixture
def running(start: Start, site: Path) -> RunningServer:
    return begin(start, site)


def begin(start: Start, site: Path, **options: Any) -> RunningServer:
    for name, text in {**files("old"), "plain.js": ""}.items():
        (site / name).write_text(text)
    (site / ".git").mkdir()
    running = start(**options)
    running.get("/", accept="text/html")
    for name in (*files(""), "plain.js"):
        running.get(f"/{name}", **SCRIPT)
    return running


def taker(running: RunningServer, socket: ClientConnection) -> HotClient:
    """The client of a page, which takes sources from now on."""
    say(socket, SOURCES, ORIGIN)
    *_, client = running.server.channel.clients
    running.wait_until(lambda: client.takes_sources == ORIGIN)
    return client


def checkout(root: Path) -> Path:
    """Bring new versions of all modules; return Git's lock, which is held."""
    lock = root / ".git/index.lock"
    lock.touch()
    for name, text in files("new").items():
        (root / ".git" / name).write_text(text)
    # within a millisecond: written one by one, on a busy machine each is a save of its own
    for name in files("new"):
        (root / ".git" / name).rename(root / name)
    return lock


def switch(
    running: RunningServer, socket: ClientConnection, shown: int = 0
) -> tuple[dict[str, str], dict[str, str | bool]]:
    """What came early, and what came with the updates, of a switch to a new version of each module.

    Args:
        shown: How many modules have to be shown before the switch is over.
    """
    taker(running, socket)
    lock = checkout(running.config.root)
    early: dict[str, str] = {}
    brought: dict[str, str | bool] = {}
    while len(brought) < COUNT:
        if len(early) >= shown:
            lock.unlink(missing_ok=True)
        message = receive(socket)
        if message.get("event") == EARLY_SOURCES:
            early |= message["data"]
        elif message["type"] == "update":
            brought |= message.get(SOURCES, {})
    return early, brought


def test_the_update_names_what_has_come_early(running: RunningServer) -> None:
    with page(running) as socket:
        # the first one imports the second one, which is saved, too
        early, brought = switch(running, socket, shown=COUNT - 1)
    known = [url for url, text in brought.items() if text is True]
    assert len(known) >= COUNT - 1
    assert known[0] in early
    assert "'new'" in early[known[0]]
    assert re.fullmatch(r"/m\d+\.js\?t=\d{13}", known[0])


def begin_switch(running: RunningServer, client: HotClient) -> Path:
    """Write new versions, and wait until a page has all that can come early; return Git's lock, which is held."""
    lock = checkout(running.config.root)
    running.wait_until(lambda: len(client.early_sources) >= COUNT - 1)
    return lock


def next_sources(socket: ClientConnection) -> tuple[dict[str, str], dict[str, str | bool]]:
    """What comes early until the next update, and what this one brings."""
    early: dict[str, str] = {}
    while (message := receive(socket))["type"] != "update":
        if message.get("event") == EARLY_SOURCES:
            early |= message["data"]
    return early, message[SOURCES]


def test_a_page_that_comes_late_gets_the_texts(running: RunningServer) -> None:
    with page(running) as socket:
        lock = begin_switch(running, taker(running, socket))
        with page(running) as late_socket:
            taker(running, late_socket)
            lock.unlink()
            early, brought = next_sources(socket)
            nothing, all_brought = next_sources(late_socket)
    assert not nothing
    assert all_brought == {
        url: early[url] if text is True else text for url, text in brought.items()
    }
    assert True in brought.values()


def test_what_is_written_once_more_is_what_the_page_gets(running: RunningServer) -> None:
    with page(running) as socket:
        client = taker(running, socket)
        lock = begin_switch(running, client)
        (running.config.root / "m7.js").write_text(module(7, "newest"))
        lock.unlink()
        early, brought = next_sources(socket)
        assert client.early_sources == {}
    [(url, text)] = [item for item in brought.items() if item[0].startswith("/m7.js")]
    assert "'newest'" in (text if isinstance(text, str) else early[url])


def test_a_module_is_made_once(running: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = Transforms._written  # the work that is counted

    async def count(transforms: Transforms, node: ModuleNode, *how: Any) -> Any:
        made.append(node.url)
        return await make(transforms, node, *how)

    monkeypatch.setattr(Transforms, "_written", count)
    with page(running) as socket:
        switch(running, socket, shown=COUNT - 1)
    # of one that was read while it was written, what was made is out of date
    assert len(made) < COUNT * 1.5


def test_a_page_that_takes_no_sources_is_shown_none(running: RunningServer) -> None:
    with page(running) as socket:
        for name, text in files("new").items():
            (running.config.root / name).write_text(text)
        seen: set[str] = set()
        while len(seen) < COUNT:
            message = receive(socket)
            assert message["type"] == "update"
            seen |= {update["path"] for update in message["updates"]}


def test_what_is_too_much_is_not_sent(
    running: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early_sources, "_LONGEST", 100)
    with page(running) as socket:
        early, _ = switch(running, socket)
    assert sum(map(len, early.values())) <= 100


def test_plugins_are_asked_when_a_page_asks(start: Start, site: Path) -> None:
    class Counting(Plugin):
        name = "counting"

    running = begin(start, site, plugins=[Counting()])
    with page(running) as socket:
        early, _ = switch(running, socket)
    assert early == {}


def test_clients_that_have_the_same_share_what_is_made_for_them() -> None:
    *alike, ahead, apart = [HotClient(number) for number in range(5)]
    for client in (*alike, ahead):
        client.takes_sources = ORIGIN
    apart.takes_sources = "https://proxied.example/"
    ahead.early_sources = {"/m1.js?t=1": "1"}
    takers = source_takers([*alike, HotClient(5), ahead, apart])
    assert [clients for _, _, clients in takers] == [alike, [ahead], [apart]]


# --- what is made early, alone ------------------------------------------------------------------


@pytest.fixture
def p(project: Any) -> Project:
    made: Project = project(
        {
            "index.html": '<script type="module" src="/a.js"></script>',
            "a.js": f"import './b.js'; {HOT}",
            "b.js": "",
            "other.js": "",
        }
    )
    made.load()
    return made


def early(p: Project, url: str = "/a.js") -> str | None:
    """The code that is made early of a module."""
    code = p.runner.run(p.env.make_early(p.node(url)))
    return None if code is None else code.render("/")


def handle(p: Project, name: str) -> None:
    """Has a save handled that is on disk already."""
    p.tell(FileChange(ChangeKind.UPDATE, p.root / name))


def test_it_changes_nothing_until_the_save_is_handled(p: Project) -> None:
    p.write("a.js", f"import './other.js'; {HOT}")
    made = early(p)
    assert made is not None
    assert "/other.js" in made
    assert "/b.js" in p.get("/a.js")
    assert [node.url for node in p.node("/a.js").imported_modules] == ["/b.js"]


def test_it_is_what_the_save_gets(p: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"import './other.js'; {HOT}"
    p.write("a.js", text)
    early(p)
    monkeypatch.setattr(Transforms, "_written", None)  # not once more
    handle(p, "a.js")
    assert "/other.js" in p.get("/a.js")
    assert [node.url for node in p.node("/a.js").imported_modules] == ["/other.js"]


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_is_written_again_is_read_again(p: Project, is_told: bool) -> None:
    p.write("a.js", f"1; {HOT}")
    early(p)
    file = p.write("a.js", f"2; {HOT}")
    if is_told:
        p.env.forget_early(file.as_posix())
    handle(p, "a.js")
    assert "2; " in p.get("/a.js")


def test_a_target_that_has_come_is_found(p: Project) -> None:
    text = f"import './new.js'; {HOT}"
    p.write("a.js", text)
    assert early(p) is None, "nothing is there to import"
    p.write("new.js", "")
    p.tell(
        FileChange(ChangeKind.UPDATE, p.root / "a.js"),
        FileChange(ChangeKind.CREATE, p.root / "new.js"),
    )
    assert "/new.js" in p.get("/a.js")


@pytest.mark.parametrize("text", ["", "const = 1;", "x" * 70_000])
def test_what_takes_long_or_has_an_error_is_not_made(p: Project, text: str) -> None:
    p.write("a.js", text)
    assert early(p) is None


def test_the_stamp_is_the_next_ones(p: Project) -> None:
    expected = p.env.expected_timestamp()
    p.now += 1000
    assert p.env.expected_timestamp() == expected
    assert p.env.next_timestamp() == expected
    assert p.env.next_timestamp() > expected
