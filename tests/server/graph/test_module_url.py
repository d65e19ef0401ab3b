"""URLs of requests and of modules."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hmr_server.graph import module_url as m


@pytest.mark.parametrize(
    ("request_url", "expected"),
    [
        ("/a.js", "/a.js"),
        ("/a.js?t=1795375601716", "/a.js"),
        ("/a.js?t=1", "/a.js?t=1"),
        ("/a.js?t=17953756017160", "/a.js?t=17953756017160"),
        ("/a.js?t=1795375601716&x=1", "/a.js?x=1"),
        ("/a.js?x=1&t=1795375601716", "/a.js?x=1"),
        ("/a.svg?import&t=1795375601716", "/a.svg"),
        ("/a.svg?t=1795375601716&import", "/a.svg"),
        ("/a.svg?import&url", "/a.svg?url"),
        ("/a.js?important", "/a.js?important"),
        ("/gr%C3%B6%C3%9Fe.js", "/größe.js"),
        ("/a%20b.js", "/a b.js"),
        ("/a%2520b.js", "/a%2520b.js"),
        ("/a%23b.js", "/a%23b.js"),
        ("/a%2fb.js", "/a%2Fb.js"),
        ("/a%ff.js", "/a%ff.js"),
        ("/a.js?x=%C3%BC", "/a.js?x=ü"),
        ("/@id/virtual:x", "virtual:x"),
        ("/@id/__x00__virtual:x?t=1795375601716", "\0virtual:x"),
        ("/@fs/x/a.js", "/@fs/x/a.js"),
    ],
)
def test_a_request_names_a_module(request_url, expected):
    assert m.from_request(request_url) == expected


@pytest.mark.parametrize(
    ("url", "js", "css", "explicit"),
    [
        ("/a.js", True, False, False),
        ("/a.mjs?x", True, False, False),
        ("/a.tsx", True, False, False),
        ("/a.vue", True, False, False),
        ("/a", True, False, False),
        ("/dir.x/a", True, False, False),
        ("/a/", False, False, True),
        ("/a.css", False, True, False),
        ("/a.module.scss?direct", False, True, False),
        ("/i.html?html-proxy&direct&index=0.css", False, True, False),
        ("/a.json", False, False, True),
        ("/a.svg?url", False, False, True),
        ("/a.py", False, False, True),
        ("/a.cssx", False, False, True),
    ],
)
def test_kinds_of_requests(url, js, css, explicit):
    assert (m.is_js_request(url), m.is_css_request(url)) == (js, css)
    assert m.is_explicit_import_required(url) is explicit


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/a.css", "/a.css?direct"),
        ("/a.css?x=1", "/a.css?direct&x=1"),
        ("/a.css?", "/a.css?direct"),
    ],
)
def test_a_query_goes_first(url, expected):
    assert m.inject_query(url, "direct") == expected
    assert m.remove_direct(expected) == url.rstrip("?")


@example("a&")
@example("t=1234567890123&")
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_path_survives_the_way_to_the_browser_and_back(name):
    path = f"/{name}"
    url = m.path_to_url(path)
    assert m.url_to_path(url) == path
    assert m.from_request(m.encode_url(url)) == url
    assert m.encode_url(url).isascii()
