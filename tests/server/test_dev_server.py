"""The server over real sockets: the hot channel, from a save to the pages and back."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.connected_page import OF_A_PAGE, load, open_socket, page, receive, save, say
from tests.server.running import PATIENCE_S, RunningServer, Start, find


def test_a_save_is_an_update_in_every_page(running: RunningServer) -> None:
    load(running, "", "main.js", "dep.js")
    with page(running) as first, page(running) as second:
        save(running, "dep.js", "export const value = 2;\n")
        for socket in (first, second):
            update = receive(socket)
            assert update["type"] == "update"
            assert [entry["path"] for entry in update["updates"]] == ["/main.js"]
            assert update["sequence"] == 1
        running.wait_until(lambda: "hmr update /main.js" in running.printed)


def test_a_save_is_one_line_with_the_pages_that_applied_it(running: RunningServer) -> None:
    load(running, "", "main.js", "dep.js")
    with page(running) as first, page(running) as second:
        save(running, "dep.js", "export const value = 2;\n")
        for socket in (first, second):
            update = receive(socket)
            answer = {"path": "/main.js", "acceptedPath": "/main.js", "milliseconds": 1}
            say(socket, "hmr:applied", {"updates": [answer], "sequence": update["sequence"]})
        running.wait_until(lambda: " · 2 pages" in running.printed)
        line = find(r"(hmr update .*)", running.printed)
        assert line.startswith("hmr update /main.js  dep.js · ")
        failed = {**answer, "error": "Error: no\n    at f (/main.js:1:1)"}
        say(first, "hmr:applied", {"updates": [failed]})
        running.wait_until(lambda: "at f (/main.js:1:1)" in running.printed)
        for garbage in (None, {"updates": 1}, {"updates": [{}]}, {"updates": [], "sequence": -1}):
            say(first, "hmr:applied", garbage)
        save(running, "index.html", "<title>new</title>")
        assert receive(first)["type"] == "full-reload"


def test_files_saved_together_are_one_payload(running: RunningServer) -> None:
    load(running, "", "main.js", "dep.js")
    with page(running) as socket:
        # by a program of its own: in this one the server's threads and the second save wait for each other
        append = "import sys\nfor name in sys.argv[1:]: open(name, 'a').write('// more\\n')"
        files = [str(running.config.root / name) for name in ("main.js", "dep.js")]
        subprocess.run([sys.executable, "-c", append, *files], check=True)
        update = receive(socket)
        save(running, "index.html", "<title>marker</title>")
        assert receive(socket)["type"] == "full-reload"
    assert update["sequence"] == 1


def test_an_html_edit_reloads_its_page_and_the_terminal_says_so(running: RunningServer) -> None:
    load(running, "")
    with page(running) as socket:
        save(running, "index.html", "<title>new</title>")
        payload = receive(socket)
        assert (payload["type"], payload["path"]) == ("full-reload", "/index.html")
        running.wait_until(lambda: "page reload index.html" in running.printed)


def test_an_error_travels_to_the_pages_that_are_there(running: RunningServer) -> None:
    with page(running) as socket:
        save(running, "main.js", "import './nowhere.js';\n")
        assert httpx.get(f"{running.url}main.js", headers=OF_A_PAGE).status_code == 500
        error = receive(socket)
        while error["type"] != "error":
            error = receive(socket)
        assert "./nowhere.js" in error["err"]["message"]
        assert error["err"]["loc"]["line"] == 1


def test_an_error_is_kept_for_the_page_that_comes_next(running: RunningServer) -> None:
    save(running, "main.js", "import './nowhere.js';\n")
    assert httpx.get(f"{running.url}main.js", headers=OF_A_PAGE).status_code == 500
    with page(running) as first:
        assert receive(first)["type"] == "error"
    running.wait_until(lambda: not running.server.channel.clients)


def test_a_reload_after_an_invalidation_names_the_file_below_the_root(
    running: RunningServer,
) -> None:
    save(running, "dep.js", "import.meta.hot.accept();\n")
    load(running, "", "main.js", "dep.js")
    save(running, "main.js", "import './dep.js';\n")
    load(running, "main.js")
    with page(running) as socket:
        save(running, "dep.js", "import.meta.hot.accept(); export {};\n")
        assert receive(socket)["type"] == "update"
        say(socket, "vite:invalidate", {"path": "/dep.js", "firstInvalidatedBy": "/dep.js"})
        assert receive(socket)["type"] == "full-reload"
    running.wait_until(lambda: "page reload dep.js " in running.printed)
    printed = running.printed
    assert printed.index("hmr update /dep.js") < printed.index("page reload dep.js ")


def test_invalidate_climbs_and_the_terminal_says_so(running: RunningServer) -> None:
    save(running, "dep.js", "import.meta.hot.accept();\n")
    load(running, "", "main.js", "dep.js")
    with page(running) as socket:
        save(running, "dep.js", "import.meta.hot.accept(); export {};\n")
        first = receive(socket)["updates"][0]
        assert first["path"] == "/dep.js"
        data = {"path": "/dep.js", "message": "cannot", "firstInvalidatedBy": "/dep.js"}
        say(socket, "vite:invalidate", data)
        second = receive(socket)["updates"][0]
        assert (second["path"], second["timestamp"]) == ("/main.js", first["timestamp"])
        running.wait_until(lambda: "hmr invalidate /dep.js cannot" in running.printed)
        for garbage in (None, [], {"path": 1}, {"message": "x"}):
            say(socket, "vite:invalidate", garbage)
        save(running, "index.html", "<title>new</title>")
        assert receive(socket)["type"] == "full-reload"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"token": "wrong-token!"}, 400),
        ({"token": ""}, 400),
        ({"host": "evil.example"}, 400),
        ({"path": "elsewhere"}, 400),
        ({"protocol": "graphql-ws"}, 400),
    ],
)
def test_a_socket_that_is_refused(
    running: RunningServer, options: dict[str, Any], status: int
) -> None:
    with pytest.raises(InvalidStatus) as caught, open_socket(running, **options):
        pass
    assert caught.value.response.status_code == status


def test_a_process_without_an_origin_needs_no_token(running: RunningServer) -> None:
    with page(running, origin=None, token="") as socket:
        assert socket.subprotocol == "vite-hmr"


def test_a_foreign_origin_with_the_token_is_let_in(running: RunningServer) -> None:
    with page(running, origin="http://evil.example"):
        pass


def test_a_ping_is_accepted_and_closed(running: RunningServer) -> None:
    with open_socket(running, protocol="vite-ping", token="") as socket:
        with pytest.raises(ConnectionClosed):
            socket.recv(PATIENCE_S)
        assert socket.close_code == 1000
    assert not running.server.channel.clients


def test_the_channel_is_at_the_base(start: Start) -> None:
    running = start(base="/app/")
    with page(running) as socket:
        assert socket.subprotocol == "vite-hmr"


def test_pages_that_come_and_go_leave_nothing(running: RunningServer) -> None:
    for _ in range(10):
        with page(running):
            pass
        with page(running) as aborted:
            aborted.socket.shutdown(2)
    running.wait_until(lambda: not running.server.channel.clients)
    running.wait_until(lambda: not running.server.channel._tasks)


def test_a_plain_client_that_sends_garbage_stays_connected(running: RunningServer) -> None:
    load(running, "")
    with page(running) as socket:
        for garbage in ("", "{", b"\x00", '{"type":"nonsense"}', "x" * 1_000_000):
            socket.send(garbage)
        save(running, "index.html", "<title>new</title>")
        assert receive(socket)["type"] == "full-reload"


def test_a_server_that_ends_says_goodbye(start: Start) -> None:
    running = start()
    with page(running) as socket:
        running._uvicorn.should_exit = True
        with pytest.raises(ConnectionClosed):
            socket.recv(PATIENCE_S)
    assert socket.close_code in {1001, 1012}


def test_a_file_outside_of_the_root_is_watched_once_it_is_loaded(
    start: Start, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "lib.js").write_text("export const value = 1;\n")
    running = start(fs_allow=(shared,))
    save(running, "main.js", "import '../shared/lib.js';\nimport.meta.hot.accept();\n")
    load(running, "", "main.js", f"@fs{shared.resolve()}/lib.js")
    with page(running) as socket:
        (shared / "lib.js").write_text("export const value = 2;\n")
        assert receive(socket)["updates"][0]["path"] == "/main.js"


def test_a_page_s_console_is_repeated_when_that_is_wanted(start: Start) -> None:
    lines = [
        {"type": "log", "data": {"level": "warn", "message": "look \x1b[2J here"}},
        {"type": "error", "data": {"name": "TypeError", "message": "no", "stack": "at f (a.js)"}},
        {"type": "unhandled-rejection", "data": {"message": "no", "stack": "Error: no\n  at g"}},
        {"type": "log"},
        None,
    ]
    running = start(forward_console=True)
    quiet = start()
    for server in (running, quiet):
        with page(server) as socket:
            for line in lines:
                say(socket, "vite:forward-console", line)
        server.wait_until(lambda server=server: not server.server.channel.clients)
    for expected in ("[page warn] look \\x1b[2J here", "TypeError: no", "Error: no", "at g"):
        assert expected in running.printed
    assert quiet.printed == ""


def test_changed_settings_ask_for_a_restart(running: RunningServer) -> None:
    save(running, "hmr.toml", "overlay = false\n")
    running.wait_until(lambda: "hmr.toml has changed: restart the server" in running.printed)


def test_data_files_are_served_as_they_are_with_a_byte_in_front(running: RunningServer) -> None:
    root = running.config.root
    save(running, "template.html", "<html><head></head></html>")
    (root / "marked.csv").write_bytes(b"\xef\xbb\xbfa\xff")
    (root / ".env").write_text("SECRET=1")
    asked = f"{running.url}@hmr/python"

    for name in ("template.html", "marked.csv", "style.css", "main.js"):
        if (root / name).exists():
            answer = httpx.get(asked, params={"data": f"/{name}"})
            assert answer.content == b"\0" + (root / name).read_bytes()
            assert answer.headers["content-type"] == "application/octet-stream"
    for name, status in {
        "/none.txt": 404,
        "/.env": 403,
        "/../x": 403,
        "/a\0b": 400,
        "/": 404,
    }.items():
        assert httpx.get(asked, params={"data": name}).status_code == status, name


def test_a_page_that_has_asked_for_its_program_gets_changes_of_data_files(
    running: RunningServer,
) -> None:
    save(running, "main.py", "")
    with page(running) as socket:
        listed = httpx.get(f"{running.url}@hmr/python", params={"entry": "/main.py"}).json()
        assert "/index.html" in listed["data"]
        save(running, "new.csv", "1;2")
        # main.py was saved while it was read: perhaps it is pushed as well
        told = next(x for x in iter(lambda: receive(socket), None) if x["type"] != "update")
    assert (told["type"], told["event"]) == ("custom", "hmr:data-files")
    (file,) = told["data"]["files"]
    assert (file["path"], file["deleted"], file["size"]) == ("/new.csv", False, 3)
