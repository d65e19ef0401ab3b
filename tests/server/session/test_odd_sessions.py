"""Whatever is in a session's file, by whomever it was written: the server starts."""

import copy
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hmr_server.config import ServerConfig
from hmr_server.dev_server import DevServer
from hmr_server.reporting.terminal import Terminal
from hmr_server.session.store import SessionStore
from tests.server.connected_page import load
from tests.server.running import Start

ODD: list[Any] = [None, True, 0, -1, 1.5, 10**400, "", "x", "\0", "\ud800", [], [[]], {}, {"a": 1}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something is in a JSON value; of a list's items the first is like the others."""
    yield path
    match value:
        case dict():
            for key in value:
                yield from places(value[key], (*path, key))
        case list():
            for index in range(min(2, len(value))):
                yield from places(value[index], (*path, index))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    value = copy.copy(value)
    value[path[0]] = replaced(value[path[0]], path[1:], odd)
    return value


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore("root", 1, directory=tmp_path / "sessions")


def test_every_type_at_every_place(start: Start, store: SessionStore, site: Path) -> None:
    (site / "data.txt").write_text("x")
    (site / "main.py").write_text("open('data.txt')")
    (site / "shown.svg").write_text("<svg/>")
    first = start(store=store)
    load(first, "", "shown.svg", "main.js", "dep.js", "style.css", "@hmr/python?entry=/main.py")
    load(first, "@hmr/python?watch=/data.txt&watch=/main.py")
    first.end()
    lines = [json.loads(line) for line in store._file.read_text().splitlines()]
    kinds: dict[str, int] = {}  # of each kind of record the last one
    for number, line in enumerate(lines):
        kinds[next(iter(line))] = number
    assert kinds.keys() >= {"format", "module", "file", "listed", "served", "state"}
    tried = taken = 0
    for number in kinds.values():
        for path in places(lines[number]):
            for odd in ODD:
                record = replaced(lines[number], path, odd)
                changed = [*lines[:number], record, *lines[number + 1 :]]
                store._file.write_text("".join(json.dumps(line) + "\n" for line in changed))
                where = f"{path}: {odd!r}"[:200]
                try:
                    taken += begins(store, site)
                except Exception as error:
                    error.add_note(where)
                    raise
                tried += 1
    assert taken
    assert tried > taken, "some were refused"


def begins(store: SessionStore, site: Path) -> bool:
    """Make a server that takes the session over, if it can; say whether it did."""
    terminal = Terminal(Console(file=io.StringIO()))
    server = DevServer(ServerConfig(root=site), terminal, None, (), store)
    if (saved := server._keeper.saved) is None:
        return False
    saved.changes([])
    return True
