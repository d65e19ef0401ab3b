"""A save that a page has got with the one before it is no update of its own."""

import os

import pytest

from hmr_server.plugins import Plugin
from hmr_server.watch.file_change import ChangeKind, FileChange
from tests.server.project import ACCEPT, PAGE

FILES = {"index.html": PAGE, "main.js": "one;" + ACCEPT, "other.js": ""}


@pytest.fixture
def p(project):
    p = project(FILES)
    p.load()
    return p


def change(p, *, kind="update"):
    return FileChange(ChangeKind(kind), p.root / "main.js")


def test_a_save_that_was_answered_already_is_not_pushed(p):
    p.write("main.js", "two;" + ACCEPT)
    assert p.tell(change(p)) == ["js /main.js"]
    p.write("main.js", "three;" + ACCEPT)  # before the page asks, and before the watcher says so
    assert "three;" in p.get(f"/main.js?t={p.stamp('/main.js')}")
    assert p.tell(change(p)) == []


def test_an_answer_on_the_way_counts(project):
    """The file is read, and its code is not there yet."""
    told = []

    class Slow(Plugin):
        async def transform(self, context, code, id):
            if "three;" in code:
                told.extend(await p.env.updates.handle_file_changes([change(p)]))

    p = project(FILES, plugins=[Slow()])
    p.load()
    p.edit("main.js", "two;" + ACCEPT)
    p.write("main.js", "three;" + ACCEPT)
    assert "three;" in p.get("/main.js")
    assert told == []


def test_a_page_that_loads_between_save_and_change_is_not_updated(project):
    p = project(FILES)
    p.write("main.js", "two;" + ACCEPT)
    p.load()
    assert p.tell(change(p)) == []


@pytest.mark.parametrize("what", ["touched", "same time", "gone and back"])
def test_all_others_are_pushed(p, what):
    file = p.root / "main.js"
    kind = "update"
    match what:
        case "touched":  # the same content: somebody wants it to run again
            os.utime(file, ns=(1, 1))
        case "same time":  # two saves in one tick
            times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
            p.write("main.js", "two;" + ACCEPT)
            os.utime(file, ns=times)
        case _:
            kind = "create"
    assert p.tell(change(p, kind=kind)) == ["js /main.js"]


def test_what_only_some_have_got_is_pushed(p):
    """An import map that is edited has every module made again, without a stamp."""
    p.write("main.js", "two;" + ACCEPT)
    p.env.graph.invalidate_all()
    p.get("/main.js")  # a second tab's
    assert p.tell(change(p)) == ["js /main.js"]


def test_what_was_answered_with_an_error_is_pushed(project):
    class Picky(Plugin):
        def transform(self, context, code, id):
            if "one;" in code:
                raise ValueError("one")

    p = project(FILES, plugins=[Picky()])
    with pytest.raises(Exception, match="one"):
        p.load()
    p.write("main.js", "two;" + ACCEPT)
    p.get("/main.js")
    assert p.tell(change(p)) != []


def test_a_text_says_the_stamp_that_it_is_of(p):
    assert '__vite__createHotContext("/main.js");' in p.get("/main.js")
    p.edit("main.js")
    assert f'__vite__createHotContext("/main.js", {p.stamp("/main.js")});' in p.get("/main.js")


def test_a_text_that_was_read_before_a_save_does_not_say_that_it_is_of_it(project):
    class Slow(Plugin):
        def transform(self, context, code, id):
            if "two;" in code and p.stamp("/main.js") != 2:
                p.env.graph.invalidate(p.node("/main.js"), timestamp=2)

    p = project(FILES, plugins=[Slow()])
    p.load()
    p.write("main.js", "two;" + ACCEPT)
    p.env.graph.invalidate(p.node("/main.js"), timestamp=1)
    assert '("/main.js", 1);' in p.get("/main.js")
    assert '("/main.js", 2);' in p.get("/main.js")
