"""A server that is ended, even by SIGKILL, and the next one: pages go on."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from hmr_server.channel.journal import JournalEntry
from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer
from hmr_server.graph.module_graph import ModuleGraph
from hmr_server.python.project_files import look_of
from hmr_server.reporting.terminal import Terminal
from hmr_server.session.graph_snapshot import restore, snapshot
from hmr_server.session.records import read_session
from hmr_server.session.saved_session import SavedSession
from hmr_server.session.store import SessionStore
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.command import ENVIRONMENT, run
from tests.server.connected_page import load, page, receive, save, say
from tests.server.pyodide_folder import make_pyodide
from tests.server.running import PATIENCE_S, RunningServer, Start, find


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore("root", 1, directory=tmp_path / "sessions")


@pytest.fixture
def restart(start: Start, store: SessionStore) -> Start:
    """Starts servers that hand their session on."""
    return lambda **options: start(store=store, **options)


def replace(running: RunningServer, name: str, text: str) -> None:
    """Save in one go: `save` writes an empty file first, which a busy machine may leave for a while."""
    part = running.config.root.parent / "part"
    part.write_text(text)
    part.replace(running.config.root / name)


def resume(socket: ClientConnection, greeting_of: RunningServer, sequence: int) -> None:
    session = greeting_of.server.config.session
    say(socket, "hmr:resume", {"session": session, "sequence": sequence, "hashes": {}})


def test_a_page_gets_what_has_changed_while_no_server_ran(restart: Start) -> None:
    first = restart()
    load(first, "", "main.js", "dep.js")
    with page(first) as socket:
        save(first, "dep.js", "export const value = 2;\n")
        seen = receive(socket)
    first.end()
    save(first, "dep.js", "export const value = 3;\n")
    save(first, "new.js", "export {};\n")

    second = restart()
    assert second.server.config.session == first.server.config.session
    assert "2 files have changed since the last run" in second.printed
    with page_of(second) as socket:
        resume(socket, first, seen["sequence"])
        update = receive(socket)
        assert update["sequence"] == seen["sequence"] + 1
        assert [entry["path"] for entry in update["updates"]] == ["/main.js"]
        assert update["updates"][0]["timestamp"] > seen["updates"][0]["timestamp"]
        stamp = f"/dep.js?t={update['updates'][0]['timestamp']}"
        assert stamp in httpx.get(f"{second.url}main.js?t=1").text
        save(second, "dep.js", "export const value = 4;\n")
        assert receive(socket)["sequence"] == seen["sequence"] + 2


def page_of(running: RunningServer) -> Any:
    return page(running, session=running.server.config.session)


def test_nothing_changed_is_nothing_sent(restart: Start) -> None:
    first = restart()
    load(first, "", "main.js", "dep.js")
    first.end()
    (first.config.root / "dep.js").touch()  # a new time stamp is no new content
    second = restart()
    with page_of(second) as socket:
        resume(socket, first, 0)
        save(second, "dep.js", "export const value = 2;\n")
        assert receive(socket)["sequence"] == 1


def test_a_file_that_a_page_shows_is_refreshed_also_by_the_next_server(
    site: Path, restart: Start
) -> None:
    """The page was served by the server before, and is asked for nothing after the restart."""
    for name in ("while.svg", "after.svg", "gone.svg", "same.svg"):
        (site / name).write_text("<svg/>")
    first = restart()
    load(first, "", "while.svg", "after.svg", "gone.svg", "same.svg")
    first.end()
    save(first, "while.svg", "<svg id='new'/>")
    (first.config.root / "gone.svg").unlink()
    second = restart()
    with page_of(second) as socket:
        resume(socket, first, 0)
        paths = sorted(update["path"] for update in receive(socket)["updates"])
        assert paths == ["/gone.svg", "/while.svg"]
        save(second, "after.svg", "<svg id='new'/>")
        assert [update["path"] for update in receive(socket)["updates"]] == ["/after.svg"]
    second.end()
    third = restart()  # what the second one has taken over it hands on
    with page_of(third) as socket:
        resume(socket, first, 2)
        save(third, "gone.svg", "<svg/>")
        assert [update["path"] for update in receive(socket)["updates"]] == ["/gone.svg"]


def test_who_has_fetched_a_file_may_be_unknown_to_the_next_server_too(
    site: Path, restart: Start
) -> None:
    """A worker made of a blob sends no `Referer`."""
    for name in ("data.txt", "ours.txt", "code.py", "ours.py"):
        (site / name).write_text("1\n")  # before: a push of the first server would be repeated
    first = restart()
    load(first, "")
    said = {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}
    for name in ("data.txt", "ours.txt", "code.py", "ours.py"):
        assert httpx.get(f"{first.url}{name}", headers=said).status_code == 200
    load(first, "@hmr/python?watch=/ours.txt&watch=/ours.py")  # a client of ours holds these
    httpx.get(f"{first.url}ours.py", headers=said)
    first.end()
    second = restart()
    with page_of(second) as socket:
        resume(socket, first, 0)
        seen = 0
        for name, expected in {
            "data.txt": ["asset-update unknown"],
            "code.py": ["py-update", "asset-update unknown"],
            "ours.py": ["py-update"],
            "ours.txt": ["asset-update"],
        }.items():
            replace(second, name, "2\n")
            # before: what a Python program gets, and again what was pushed before the server read `resume`
            while "updates" not in (payload := receive(socket)) or payload["sequence"] <= seen:
                pass
            seen = payload["sequence"]
            found = [x["type"] + " unknown" * ("withoutReader" in x) for x in payload["updates"]]
            assert found == expected, name


def test_a_page_that_was_deleted_or_changed_is_reloaded(restart: Start) -> None:
    first = restart()
    load(first, "", "main.js", "dep.js")
    first.end()
    save(first, "index.html", "<title>new</title>")
    second = restart()
    with page_of(second) as socket:
        resume(socket, first, 0)
        assert receive(socket)["path"] == "/index.html"


def test_the_next_server_knows_that_a_symlink_shows_a_page_too(restart: Start) -> None:
    """It does not matter which of the two URLs was asked for last."""
    first = restart()
    (first.config.root / "link.html").symlink_to("page.html")
    save(first, "page.html", "<title>old</title>")
    load(first, "link.html", "page.html")
    first.end()
    second = restart()
    with page_of(second) as socket:
        save(second, "page.html", "<title>new</title>")
        assert receive(socket)["path"] == "*"


@pytest.mark.parametrize("options", [{"base": "/app/"}, {"mode": "other"}, {"fs_allow": ("/tmp",)}])
def test_other_settings_are_another_session(restart: Start, options: dict[str, Any]) -> None:
    first = restart()
    load(first, "", "main.js")
    first.end()
    options = {
        name: tuple(map(Path, v)) if name == "fs_allow" else v for name, v in options.items()
    }
    second = restart(**options)
    assert second.server.config.session != first.server.config.session
    with page_of(second) as socket:
        resume(socket, first, 0)
        assert receive(socket)["reason"] == "another server runs here now"


def test_a_server_that_keeps_nothing_begins_with_nothing(start: Start) -> None:
    first, second = start(), start()
    assert second.server.config.session != first.server.config.session


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "{\n",
        "[]\n",
        '{"format":2}\n',
        '{"format":5}\n',
        '{"format":5}\n{"state":{}}\n',
        "{}\n",
    ],
)
def test_a_session_that_cannot_be_read_is_none(store: SessionStore, content: str) -> None:
    store._file.parent.mkdir(parents=True)
    store._file.write_text(content)
    assert store.load("x") is None


def saved(**changed: Any) -> SavedSession:
    fields: dict[str, Any] = {
        "fingerprint": "x",
        "session": "s",
        "token": "t",
        "saved_ns": time.time_ns(),
        "sequence": 2,
        "journal": (JournalEntry(1, "one"), JournalEntry(2, "two")),
        "files": {},
        "pages": {},
        "python_files": (),
        "data_files": (),
        "listed_files": {},
        "served_files": {},
        "without_reader": (),
        "modules": (),
    }
    return SavedSession(**(fields | changed))


def test_what_is_saved_is_loaded_by_the_same_kind_of_server_only(store: SessionStore) -> None:
    session = saved()
    store.save(session)
    loaded = store.load("x")
    assert loaded is not None
    assert loaded.journal == session.journal
    assert (loaded.session, loaded.sequence) == ("s", 2)
    assert store.load("y") is None
    assert store._file.stat().st_mode & 0o077 == 0
    store.save(saved(saved_ns=time.time_ns() - 25 * 3600 * 10**9))
    assert store.load("x") is None


def test_a_number_that_was_sent_and_not_written_down_is_not_given_again(
    restart: Start, store: SessionStore
) -> None:
    """The process was killed in between: a page may have seen it."""
    first = restart()
    load(first, "", "main.js")
    first.end()
    store.note_sent(first.server.config.session, 4)
    store.close()
    second = restart()
    assert second.server.channel.journal.last == 4
    assert second.server.channel.journal.since(3) is None  # such a page reloads
    assert store.last_sent("another") == 0


def test_a_long_journal_is_cut_at_its_old_end(store: SessionStore) -> None:
    journal = tuple(JournalEntry(number, "x" * 500_000) for number in range(1, 9))
    store.save(saved(journal=journal, sequence=8))
    loaded = store.load("x")
    assert loaded is not None
    assert [entry.sequence for entry in loaded.journal] == [5, 6, 7, 8]


def test_what_is_new_is_added_and_what_is_void_is_dropped_some_day(store: SessionStore) -> None:
    store.save(saved(files={"/a.js": "1", "/b.js": "1"}))
    first = store._file.read_text()
    store.save(
        saved(files={"/a.js": "2", "/b.js": ""}, journal=(JournalEntry(3, "three"),), sequence=3)
    )
    assert store._file.read_text().startswith(first)
    loaded = store.load("x")
    assert loaded is not None
    assert loaded.files == {"/a.js": "2"}
    assert [entry.text for entry in loaded.journal] == ["one", "two", "three"]

    long = {f"/{number}.js": "x" * 1000 for number in range(1000)}
    for turn in "abcdef":
        store.save(saved(files=dict.fromkeys(long, turn * 1000), journal=()))
    assert store._file.stat().st_size < 6_000_000
    loaded = store.load("x")
    assert loaded is not None
    assert loaded.files["/999.js"] == "f" * 1000
    assert [entry.text for entry in loaded.journal] == ["one", "two", "three"]


def test_what_was_written_in_part_does_not_count(store: SessionStore) -> None:
    store.save(saved(files={"/a.js": "1"}))
    whole = store._file.stat().st_size
    store.save(saved(files={"/a.js": "2"}, journal=(JournalEntry(3, "three"),), sequence=3))
    text = store._file.read_bytes()
    for end in range(whole, len(text)):
        store._file.write_bytes(text[:end])
        loaded = store.load("x")
        assert loaded is not None
        assert (loaded.sequence, loaded.files) == (2, {"/a.js": "1"})


def test_a_session_that_could_not_be_written_is_written_as_a_whole_later(
    store: SessionStore, restart: Start
) -> None:
    first = restart()
    keeper = first.server._keeper
    load(first, "", "main.js")
    first.wait_until(lambda: keeper._timer is keeper._saving is None)
    file = store._file
    assert file.is_file()
    store._file = file / "not-a-directory"
    load(first, "style.css")
    first.wait_until(lambda: keeper._is_whole_due and keeper._saving is None)
    store._file = file
    first.end()
    loaded = store.load(keeper._fingerprint)
    assert loaded is not None
    names = {Path(name).name for name in loaded.files}
    assert names == {"index.html", "main.js", "dep.js", "style.css"}


def test_old_sessions_of_others_are_removed(store: SessionStore) -> None:
    store.save(saved())
    other = store._file.with_name("other.json")
    other.touch()
    os.utime(other, (1, 1))
    store.save(saved())
    assert other.exists()  # once a process is enough
    SessionStore("root", 2, directory=other.parent).save(saved())
    assert not other.exists()
    assert store._file.exists()


def test_what_is_different_on_disk(store: SessionStore, tmp_path: Path) -> None:
    same, changed, deleted, new = (tmp_path / name for name in ("same", "changed", "gone", "new"))
    for file in (same, changed, deleted):
        file.write_text("old")
    session = saved(files=store.hashes(map(str, (same, changed, deleted))))
    changed.write_text("new")
    deleted.unlink()
    new.write_text("new")
    assert session.changes([new, changed]) == [
        FileChange(ChangeKind.UPDATE, changed),
        FileChange(ChangeKind.DELETE, deleted),
        FileChange(ChangeKind.CREATE, new),
    ]


@pytest.mark.parametrize("kind", ["listed_files", "served_files"])
def test_files_of_any_size_are_compared_by_their_looks(
    store: SessionStore, tmp_path: Path, kind: str
) -> None:
    same, changed, deleted = (tmp_path / name for name in ("same", "changed", "gone"))
    for file in (same, changed, deleted):
        file.write_text("old")
    looks = {str(file): look_of(file) for file in (same, changed, deleted)}
    store.save(saved(**{kind: looks}))
    changed.write_text("longer")
    deleted.unlink()

    session = store.load("x")

    assert session is not None
    assert session.changes([changed, tmp_path / "new"]) == [
        FileChange(ChangeKind.UPDATE, changed),
        FileChange(ChangeKind.DELETE, deleted),
        FileChange(ChangeKind.CREATE, tmp_path / "new"),
    ]


def test_a_graph_survives_the_way_through_json(start: Start, store: SessionStore) -> None:
    running = start(hmr_partial_accept=True)
    save(running, "main.js", "import './dep.js'; import './style.css'; import('./logo.png');\n"
         "import.meta.hot.accept('./dep.js');\n")  # fmt: skip
    save(running, "dep.js", "import { a } from './main.js'; export const value = a, b = 1;\n"
         "import.meta.hot.acceptExports(['b']);\n")  # fmt: skip
    save(running, "style.css", "@import './more.css';\n")
    save(running, "more.css", "h2 { color: blue }\n")
    load(running, "", "main.js", "dep.js", "style.css")
    modules = snapshot(running.server.environment.graph)
    assert len(modules) >= 4
    copy = ModuleGraph()
    store.save(saved(modules=modules))
    loaded = store.load("x")
    assert loaded is not None
    restore(copy, loaded.modules)
    assert snapshot(copy) == modules


def test_a_graph_that_names_unknown_modules_is_refused_whole(start: Start) -> None:
    running = start()
    load(running, "", "main.js", "dep.js")
    modules = snapshot(running.server.environment.graph)
    copy = ModuleGraph()
    with pytest.raises(LookupError):
        restore(copy, modules[:1])
    assert len(copy) == 0


def test_a_session_whose_graph_is_broken_is_not_taken_over(site: Path, store: SessionStore) -> None:
    config = ServerConfig(root=site)
    running = DevServer(config, Terminal(), store=store)
    modules = snapshot(running.environment.graph)
    assert modules == ()
    store.save(saved(fingerprint=running._keeper._fingerprint))
    assert DevServer(config, Terminal(), store=store).config.session == "s"
    *records, state = store._file.read_text().splitlines()
    broken = [*records, '{"module":["a",{"name":"a","nonsense":1}]}', state, ""]
    store._file.write_text("\n".join(broken))
    assert DevServer(config, Terminal(), store=store).config.session != "s"


def test_after_sigkill_the_next_process_goes_on(site: Path, tmp_path: Path) -> None:
    pyodide = make_pyodide(tmp_path / "pyodide")
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with run(site, "--port", "0", "--pyodide", pyodide, env=environment) as (process, url, _):
        port = url.rsplit(":", 1)[1].rstrip("/")
        for path in ("", "main.js", "dep.js"):
            assert httpx.get(f"{url}{path}").status_code == 200
        with socket_of(url) as socket:
            greeting = receive(socket)
            (site / "dep.js").write_text("export const value = 2;\n")
            seen = receive(socket)
        sessions = tmp_path / "cache/hmr-server/sessions"
        wait_until_saved(sessions, seen["sequence"])
        process.send_signal(signal.SIGKILL)
        process.wait()
    (site / "dep.js").write_text("export const value = 3;\n")
    (site / "main.js").write_text("import './dep.js';\nimport.meta.hot.accept(); export {};\n")
    options = ["--port", port, "--strict-port", "--pyodide", pyodide]
    with run(site, *options, env=environment) as (_, url, _lines), socket_of(url) as socket:
        assert receive(socket)["session"] == greeting["session"]
        say(socket, "hmr:resume", {"session": greeting["session"], "sequence": seen["sequence"]})
        update = receive(socket)
        assert update["type"] == "update"
        assert update["sequence"] == seen["sequence"] + 1
        assert {entry["path"] for entry in update["updates"]} == {"/main.js"}


def socket_of(url: str) -> connect:
    token = find(r'"token": "([^"]+)"', httpx.get(f"{url}@hmr/client").text)
    return connect(
        f"{url.replace('http', 'ws', 1)}?token={token}",
        origin="http://localhost",  # type: ignore[arg-type]
        subprotocols=["vite-hmr"],  # type: ignore[list-item]
        proxy=None,
    )


def wait_until_saved(sessions: Path, sequence: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for file in sessions.glob("*.json"):
            if read_session(file.read_text()).sequence >= sequence:
                return
        time.sleep(0.005)
    raise AssertionError("the session was not saved")
