"""What a stylesheet names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.css.references import CssImport, CssUrl, read_references, url_token, wrap_imported


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("@import 'a.css';", ("a.css", None, None, "")),
        ('@import "a.css" ;', ("a.css", None, None, "")),
        ("@import url(a.css);", ("a.css", None, None, "")),
        ("@import url( 'a b.css' );", ("a b.css", None, None, "")),
        ("@IMPORT URL(a.css)", ("a.css", None, None, "")),
        (
            "@import'a.css'screen and (min-width: 1px);",
            ("a.css", None, None, "screen and (min-width: 1px)"),
        ),
        ("@import 'a.css' layer;", ("a.css", "", None, "")),
        ("@import 'a.css' layer(base.x) print;", ("a.css", "base.x", None, "print")),
        (
            "@import 'a.css' layer(b) supports(display: grid) screen;",
            ("a.css", "b", "(display: grid)", "screen"),
        ),
        (
            "@import 'a.css' supports((a: b) or (not (c: d)));",
            ("a.css", None, "((a: b) or (not (c: d)))", ""),
        ),
        ("@import /* why */ 'a.css' /* not */ print;", ("a.css", None, None, "print")),
        ("@import 'a\\62 .css';", ("ab.css", None, None, "")),
    ],
)
def test_imports(css, expected):
    (rule,) = read_references(css)
    assert isinstance(rule, CssImport)
    assert (rule.specifier, rule.layer, rule.supports, rule.media) == expected
    assert css[rule.start : rule.end].lower().startswith("@import")


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("a { background: url(a.png) }", ["a.png"]),
        ("a { background: url( \"a (1).png\" ) , url('b.png') }", ["a (1).png", "b.png"]),
        ("a { background: URL(a\\).png) }", ["a).png"]),
        ("a { background: url() }", [""]),
        ("/* url(a.png) */ b { content: 'url(b.png)' }", []),
        ("a { b: curl(x) my-url(y) }", []),
        ("@font-face { src: url(f.woff2) format('woff2') }", ["f.woff2"]),
        ("a { b: url(data:image/svg+xml;utf8,<svg/>) }", ["data:image/svg+xml;utf8,<svg/>"]),
        ("a { b: u\\72l(a.png) }", ["a.png"]),
        ("a { b: url(a.png", ["a.png"]),
        ("a { --b: { c: url(a.png) } }", ["a.png"]),
    ],
)
def test_urls(css, expected):
    found = list(read_references(css))
    assert [item.url for item in found if isinstance(item, CssUrl)] == expected
    for item in found:
        assert css[item.start : item.end].lower().startswith("u")


@pytest.mark.parametrize(
    ("css", "places"),
    [
        ('a { b: image-set("a.png" 1x, url(b.png) 2x) }', ['"a.png"', "url(b.png)"]),
        ("a { b: -webkit-image-set('a.png' 1x) }", ["'a.png'"]),
        ('a { b: image-set("a.png" type("image/png")) }', ['"a.png"']),
        ('@font-face { src: src("a.woff2") }', ['src("a.woff2")']),
        ("a { b: image-set(linear-gradient(red, blue) 1x) }", []),
    ],
)
def test_other_functions_that_name_files(css, places):
    found = read_references(css)
    assert [css[item.start : item.end] for item in found] == places


@pytest.mark.parametrize(
    "css",
    [
        "/* @import 'a.css'; */",
        "a { @import 'a.css'; }",
        "b { content: \"@import 'a.css'\" }",
        "@imported 'a';",
    ],
)
def test_what_is_no_import(css):
    assert [item for item in read_references(css) if isinstance(item, CssImport)] == []


def test_imported_text_keeps_its_conditions():
    (rule,) = read_references("@import 'a.css' layer(base) supports(display: grid) screen;")
    assert isinstance(rule, CssImport)
    assert wrap_imported("a{}", rule) == (
        "@media screen{@supports (display: grid){@layer base{a{}\n}\n}\n}"
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\f\0")))
def test_any_url_can_be_written_and_read(url):
    (found,) = read_references(f"a {{ b: {url_token(url)} }}")
    assert isinstance(found, CssUrl)
    assert found.url == url


@given(st.text(st.sampled_from("@importurl()'\"/*;{}\\ \nab.")))
def test_any_text_can_be_read(css):
    end = 0
    for found in read_references(css):
        assert end <= found.start < found.end <= len(css)
        end = found.end


def test_blocks_may_nest_deeper_than_pythons_stack():
    css = "a{" + "b(" * 50_000 + "url(x.png)" + ")" * 50_000 + "} c{ d: url(y.png) }"
    assert [found.url for found in read_references(css)] == ["y.png"]
