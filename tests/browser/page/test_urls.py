"""From the wire's paths to the browser's URLs."""

import pytest

from hmr_browser.page.urls import browser_url, import_url, reload_concerns_page, with_timestamp
from hmr_client.wire.payloads import JsUpdate


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("/a.js", "/", "/a.js"),
        ("/a.js", "/base/", "/base/a.js"),
        ("/@fs/outside/a.js", "/base/", "/base/@fs/outside/a.js"),
        ("\0virtual:x", "/", "/@id/__x00__virtual:x"),
        ("\0virtual:\0x", "/", "/@id/__x00__virtual:\0x"),
        ("virtual:x", "/base/", "/base/@id/virtual:x"),
        ("/@id/__x00__virtual:x", "/", "/@id/__x00__virtual:x"),
    ],
)
def test_browser_url(path, base, expected):
    """Virtual modules get a URL that browsers can import; the base comes first."""
    assert browser_url(path, base) == expected


@pytest.mark.parametrize(
    ("accepted", "explicit", "expected"),
    [
        ("/a.js", False, "/a.js?t=1795375601716"),
        ("/logo.svg", True, "/logo.svg?import&t=1795375601716"),
        ("/a.vue?type=style&lang.css", False, "/a.vue?t=1795375601716&type=style&lang.css"),
        ("/logo.svg?raw", True, "/logo.svg?import&t=1795375601716&raw"),
        ("\0virtual:x", False, "/@id/__x00__virtual:x?t=1795375601716"),
    ],
)
def test_import_url(accepted, explicit, expected):
    """`import` comes first, then the timestamp, then the module's own query."""
    update = JsUpdate(
        path="/boundary.js",
        accepted_path=accepted,
        timestamp=1795375601716,
        explicit_import_required=explicit,
    )
    assert import_url(update, "/") == expected
    assert import_url(update, "/deep/base/") == f"/deep/base{expected}"


def test_with_timestamp():
    assert with_timestamp("/a.css", 5) == "/a.css?t=5"
    assert with_timestamp("/a.css?x=1", 5) == "/a.css?x=1&t=5"


@pytest.mark.parametrize(
    ("path", "base", "pathname", "expected"),
    [
        (None, "/", "/anything", True),
        ("*", "/", "/anything", True),
        ("/main.js", "/", "/anything", True),
        ("/index.html", "/", "/other/page", True),
        ("/about.html", "/", "/about.html", True),
        ("/about.html", "/", "/contact.html", False),
        ("/about.html", "/", "/about", True),
        ("/about.html", "/base/", "/base/about", True),
        ("/about.html", "/", "/about/", False),
        ("/aindex.html", "/", "/a", False),
        ("/aindex.html", "/", "/aindex", True),
        ("/a/.html", "/", "/a/", False),
        ("/old.htm", "/", "/old.htm", True),
        ("/old.htm", "/", "/new.htm", False),
        ("/OLD.HTML", "/", "/OLD.HTML", True),
        ("/OLD.HTML", "/", "/", False),
        ("/sub/index.html", "/", "/sub/", True),
        ("/sub/index.html", "/", "/sub", False),
        ("/sub/index.html", "/base/", "/base/sub/", True),
        ("/sub/index.html", "/base/", "/sub/", False),
        ("/grüße.html", "/", "/gr%C3%BC%C3%9Fe.html", True),
    ],
)
def test_reload_concerns_page(path, base, pathname, expected):
    """An HTML edit reloads the pages that show it; every other full reload concerns all."""
    assert reload_concerns_page(path, base, pathname) is expected
