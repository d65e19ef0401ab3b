"""What anybody can have the server keep by requests that it answers: bounded, whatever is asked for."""

import contextlib
import http.client
import itertools

import pytest

from hmr_server.graph import module_graph
from tests.server.project import ACCEPT, PAGE

FILES = {
    "index.html": PAGE,
    "main.js": "import './dep.js';" + ACCEPT,
    "dep.js": "",
    "style.css": "",
    "data.json": "{}",
    "a/b.js": "",
}
MOST = module_graph.MOST_QUERIES


def ask(p, urls) -> int:
    """How many modules more there are when these were asked for."""
    before = len(p.env.graph)
    for url in urls:
        p.answer(url)
    return len(p.env.graph) - before


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/main.js?q={}", MOST + 1),
        ("/main.js?{}", MOST + 1),
        ("/main.js?t={}", MOST + 1),  # no stamp of ours
        ("/main.js?import&q={}", MOST + 1),
        ("/style.css?q={}", MOST + 1),
        ("/data.json?import&q={}", MOST + 1),
        ("/main.js?raw&q={}", MOST + 1),
        ("/main.js?url&q={}", MOST + 1),
        ("/main.js?t=1700000000{:03}", 0),  # a stamp of ours
    ],
)
def test_queries_are_so_many_modules(project, url, most):
    p = project(FILES)
    p.load()
    p.answer(url.format(0))  # and what it imports
    assert ask(p, map(url.format, range(1, MOST + 20))) <= most
    assert len(p.env.graph.changed) <= len(p.env.graph), "nor is the session's news longer"
    for node in p.env.graph:
        assert len(node.importers) <= MOST + 2


@pytest.mark.parametrize("url", ["//a//b.js", "/a///b.js", "///a/b.js"])
def test_slashes_in_a_row_are_one(project, url):
    p = project(FILES)
    p.answer("/a/b.js")
    assert ask(p, [url]) == 0


@pytest.mark.parametrize(
    "edited", ["main.js", "dep.js"], ids=["the file", "what a module of it imports"]
)
def test_a_change_where_not_all_are_kept_reloads_pages_once(project, edited):
    p = project(FILES)
    p.load()
    ask(p, map("/main.js?q={}".format, range(MOST + 1)))
    (said,) = p.edit(edited)
    assert said.startswith("reload")
    assert (
        len(list(itertools.filterfalse(lambda node: not node.stands_for_unkept, p.env.graph))) == 0
    )
    p.load()
    assert p.edit(edited) == ["js /main.js"]


def test_those_that_are_kept_are_updated(project):
    p = project(FILES)
    p.load()
    p.answer("/main.js?q=1")
    assert sorted(p.edit("main.js")) == ["js /main.js + js /main.js?q=1"]


def test_what_is_not_kept_is_answered_like_the_others(project):
    p = project(FILES)
    ask(p, map("/main.js?q={}".format, range(MOST)))
    assert '__vite__createHotContext("/main.js?q=more")' in p.get("/main.js?q=more")


def test_paths_with_a_dot_in_place_of_a_name_are_not_there(running):
    address = running.url.removeprefix("http://").rstrip("/")
    for path in ("/main.js/.", "/./main.js", "/a/./b.js", "/.", "/main.js/%2e"):
        with contextlib.closing(http.client.HTTPConnection(address)) as connection:
            connection.request("GET", path)  # httpx would clean it up
            assert connection.getresponse().status == 404, path
    assert running.get("//main.js").status_code == 200


def test_names_that_are_not_there_are_registered_up_to_a_number(running, monkeypatch):
    monkeypatch.setattr("hmr_server.python.requests._MOST_AWAITED", 3)

    def watch(*names: str) -> int:
        query = "&".join(f"watch={name}" for name in names)
        return running.get(f"/@hmr/python?{query}").status_code

    assert watch("/a.py", "/b.txt", "/none.html%23py-0") == 200
    assert watch("/a.py") == 200, "it is awaited already"
    for name in ("/c.py", "/c.txt", "/other.html%23py-0", "/index.html%23py-12345"):
        assert watch(name) == 400
    assert running.get("/@hmr/python?entry=/c.py").status_code == 400
    assert watch("/main.js", "/index.html%23py-0") == 200, "they are there"
