"""The data files of a page: what is laid out, what is refreshed, and which listener is called when."""

import asyncio
import json

import pytest

from hmr_browser.python.data_files import (
    DATA_FILES,
    FILE_CHANGED,
    ChangedFile,
    DataFiles,
    changed_files,
)
from hmr_browser.python.source import DataFile
from hmr_client.client import HMRClient
from hmr_client.testing import MemoryTransport, RecordingLogger
from hmr_client.transport.normalised import NormalisedTransport

LOOK = DataFile(3, 1_700_000_000_000)


class Files:
    """A file system that keeps no contents: which files are there, and which were read."""

    def __init__(self):
        self.there = {}
        self.read = set()

    def add(self, listing):
        for place, *file in json.loads(listing):
            self.there.setdefault(place, tuple(file))

    def renew(self, place, name, size, modified):
        self.there[place] = (name, size, modified)
        return self._was_read(place)

    def remove(self, place):
        self.there.pop(place, None)
        return self._was_read(place)

    def _was_read(self, place):
        was_read = place in self.read
        self.read.discard(place)
        return was_read


class Page:
    """The data files of a page, and what its program was told."""

    def __init__(self):
        self.files = Files()
        self.opened = 0
        self.logged = []
        self.told = []
        self.logger = RecordingLogger()
        self.client = HMRClient(self.logger, NormalisedTransport(MemoryTransport()), None)
        self.client.add_listener("/main.py", FILE_CHANGED, self.hear)
        self.data = DataFiles(
            self.client,
            self.open,
            lambda path: None if path.startswith("/not/") else f"/home/pyodide{path}",
            self.logged.append,
        )

    def open(self):
        self.opened += 1
        return self.files

    def hear(self, data):
        self.told.append(
            (data["path"], data["file"], data["deleted"], data["file"] in self.files.there)
        )

    def push(self, *files):
        async def notify():
            await self.client.notify_listeners(DATA_FILES, {"files": list(files)})

        asyncio.run(notify())


def changed(path, size=4):
    return {"path": path, "deleted": False, "size": size, "modified": 5}


def deleted(path):
    return {"path": path, "deleted": True}


def test_a_page_without_data_files_has_nothing_to_open():
    page = Page()

    page.data.add({})
    page.push(changed("/not/ours.txt"))

    assert page.opened == 0
    assert page.told == []


def test_listed_files_lie_where_they_lie_in_the_project():
    page = Page()

    page.data.add({"/app/a.csv": LOOK, "/not/ours": LOOK})

    assert page.files.there == {"/home/pyodide/app/a.csv": ("/app/a.csv", *LOOK)}


def test_listeners_are_told_when_all_files_of_the_batch_are_up_to_date():
    page = Page()
    page.data.add({"/a": LOOK, "/b": LOOK})

    page.push(changed("/new"), deleted("/b"), changed("/a", 9))

    assert page.files.there == {
        "/home/pyodide/a": ("/a", 9, 5),
        "/home/pyodide/new": ("/new", 4, 5),
    }
    assert page.told == [
        ("/new", "/home/pyodide/new", False, True),
        ("/b", "/home/pyodide/b", True, False),
        ("/a", "/home/pyodide/a", False, True),
    ]
    assert page.opened == 1


def test_a_listener_that_fails_is_reported_and_keeps_nothing_from_the_others():
    page = Page()
    failure = ValueError("the listener's own")

    def fail(data):
        raise failure

    page.client.add_listener("/other.py", FILE_CHANGED, fail)

    page.push(changed("/a"), changed("/b"))

    assert [path for path, *_ in page.told] == ["/a", "/b"]
    assert page.logger.lines == [("error", failure)] * 2


def test_only_files_that_the_program_has_had_are_named_in_the_console():
    page = Page()
    page.files.read = {f"/home/pyodide/{name}" for name in "abcd"}

    page.push(*[changed(f"/{name}") for name in "abcdef"])
    page.push(changed("/a"))

    assert page.logged == ["file refreshed: a, b, c and 1 more"]


def test_where_nobody_listens_the_console_says_when_a_file_is_read_again():
    page = Page()
    page.client.remove_listener("/main.py", FILE_CHANGED, page.hear)
    page.files.read = {"/home/pyodide/a.css"}
    page.push(changed("/a.css"))
    assert page.logged == ["file refreshed: a.css (the program gets it when it opens it again)"]


def test_what_was_deleted_while_the_page_booted_is_not_added_by_an_older_listing():
    page = Page()
    page.push(deleted("/gone"), deleted("/back"), changed("/new", 8))
    page.push(changed("/back", 7))

    page.data.add({"/gone": LOOK, "/back": LOOK, "/new": LOOK})

    assert page.files.there == {
        "/home/pyodide/back": ("/back", 7, 5),
        "/home/pyodide/new": ("/new", 8, 5),
    }


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"files": "x"},
        {"files": [None, 1, {}, {"path": 1}, {"path": "/x"}, {"path": "/x", "size": "1"}]},
    ],
)
def test_what_is_no_file_is_left_out(data):
    assert list(changed_files(data)) == []


def test_the_event_says_how_a_file_looks_now():
    data = {"files": [changed("/a"), deleted("/b")]}

    assert list(changed_files(data)) == [
        ChangedFile("/a", DataFile(4, 5)),
        ChangedFile("/b", None),
    ]
