"""Large pages are read beside the event loop, and a save meanwhile is not lost."""

import threading

import pytest

from hmr_server.environment import plugin_container
from hmr_server.files.page_reading import MOST_AT_ONCE
from hmr_server.html import document
from hmr_server.html.added_tags import HtmlTag
from hmr_server.pages import pages
from hmr_server.plugins import Plugin

LARGE = '<img src="/a.png">' * (MOST_AT_ONCE // 18 + 1)


@pytest.fixture
def reads(monkeypatch):
    """The threads in which pages are parsed, compared and put together."""
    found = []

    def note(owner, name):
        function = getattr(owner, name)

        def noted(*args, **kwargs):
            found.append((name, threading.current_thread() is threading.main_thread()))
            return function(*args, **kwargs)

        monkeypatch.setattr(owner, name, noted)

    for owner, name in (
        (document, "read_page"),
        (document, "apply_edits"),
        (pages, "page_difference"),
        (pages, "_python_edits"),
        (plugin_container, "with_tags"),
    ):
        note(owner, name)
    return found


@pytest.mark.parametrize(("filling", "is_in_loop"), [("", True), (LARGE, False)])
def test_large_pages_are_read_beside_the_loop(project, reads, filling, is_in_loop):
    p = project({"index.html": f"<h1>one</h1>{filling}"})
    assert "<h1>one" in p.page()
    p.save({"index.html": f"<h1>two</h1>{filling}"})
    assert dict(reads) == dict.fromkeys(
        ("read_page", "apply_edits", "_python_edits", "page_difference"), is_in_loop
    )
    reads.clear()
    p.runner.run(p.env.transform_html_text(filling, "/"))
    assert reads[0] == ("read_page", is_in_loop)
    assert reads[-1] == ("apply_edits", is_in_loop)


@pytest.mark.parametrize(("filling", "is_in_loop"), [("", True), (LARGE, False)])
def test_an_inline_script_of_a_page_that_was_not_served_yet(project, reads, filling, is_in_loop):
    """The page was served by the server before: it is read as a page is, also in its encoding."""
    script = '<script type="module">export const word = "\N{EURO SIGN}";</script>'
    page = f'<meta charset="windows-1252">{script}{filling}'
    p = project({"index.html": page.encode("cp1252")})
    assert "\N{EURO SIGN}" in p.get("/index.html?html-proxy&index=0.js")
    assert reads == [("read_page", is_in_loop)]


@pytest.mark.parametrize(("filling", "is_in_loop"), [("", True), (LARGE, False)])
def test_tags_of_plugins(project, reads, filling, is_in_loop):
    class Tags(Plugin):
        def transform_index_html(self, html, url):
            return [HtmlTag("meta", {"name": "x"})]

    p = project({"index.html": f"<h1>one</h1>{filling}"}, plugins=[Tags()])
    assert '<meta name="x"' in p.page()
    assert ("with_tags", is_in_loop) in reads


def test_a_page_that_is_saved_while_it_is_read_is_read_again(project, monkeypatch):
    """Its save may be handled meanwhile, which is compared with what was served before."""
    p = project({"index.html": f"<h1>one</h1>{LARGE}"})
    read_page = document.read_page
    texts = []

    def read_and_save(text):
        texts.append(text[:12])
        if len(texts) == 1:
            (p.root / "index.html").write_text(f"<h1>second</h1>{LARGE}")
        return read_page(text)

    monkeypatch.setattr(document, "read_page", read_and_save)
    assert "<h1>second" in p.page()
    assert texts == ["<h1>one</h1>", "<h1>second</"]
