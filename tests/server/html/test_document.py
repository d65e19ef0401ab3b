"""What is read of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmr_server.html.document import Edit, apply_edits, read_page


@pytest.mark.parametrize(
    ("html", "before"),
    [
        ("<!doctype html><html><head>|<title>x</title></head>", "|"),
        ("<html lang=en>|<body>", "|"),
        ("<!DOCTYPE html>\n<p>", "|"),
        ("<p>no head", "|"),
        ("", "|"),
        ("<!-- <head> --><head data-x='>'>|</head>", "|"),
        ('<head><script type="importmap">{}</script>|<link>', "|"),
        ('<head></head><body><script type="importmap">{}</script>|', "|"),
    ],
)
def test_the_client_comes_first_in_the_head_but_after_an_import_map(html, before):
    place = html.find(before)
    expected = place if place >= 0 else len("<!DOCTYPE html>") * html.startswith("<!DOCTYPE")
    assert read_page(html.replace(before, "")).client_place == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<script type="module" src="/a.js"></script>', [("/a.js", "script", True)]),
        ("<script type=module src=/a.js></script>", [("/a.js", "script", True)]),
        ("<SCRIPT TYPE='Module' SRC='/a.js'></SCRIPT>", [("/a.js", "script", True)]),
        ('<script src="/a.js?x=1&amp;y=2"></script>', [("/a.js?x=1&y=2", "script", False)]),
        ('<link rel="stylesheet" href="/a.css">', [("/a.css", "link", False)]),
        ('<link rel="canonical" href="/x">', []),
        ('<img alt="a > b" src="a.png"/>', [("a.png", "img", False)]),
        (
            '<video src="a.mp4" poster="b.png"></video>',
            [("a.mp4", "video", False), ("b.png", "video", False)],
        ),
        ('<img data-src="x.png" src="a.png" src="b.png">', [("a.png", "img", False)]),
        ('<!-- <img src="a.png"> -->', []),
        ("<script>const a = '<img src=\"a.png\">'</script>", []),
        ('<a href="/x">', []),
        ("<img src>", []),
        ('<use xlink:href="/i.svg#x">', [("/i.svg#x", "use", False)]),
    ],
)
def test_urls(html, expected):
    page = read_page(html)
    assert [(url.value, url.tag, url.is_module) for url in page.urls] == expected
    for url in page.urls:
        assert html[url.start : url.end].replace("&amp;", "&") == url.value


def test_inline_scripts_and_styles():
    html = (
        "<p>ü</p>\n<script type=module async nonce='n'>\nimport './a';\n</script>"
        "<script>classic()</script><script type='text/template'><b></script>"
        '<style media="print">a{}</style><script type="py">x = 1</script>'
    )
    page = read_page(html)
    (script,) = page.module_scripts
    (style,) = page.styles
    assert script.text == html[script.text_start : script.text_end] == "\nimport './a';\n"
    assert html[script.start : script.end].endswith("</script>")
    assert script.attributes.split() == ["async", "nonce='n'"]
    assert style.text == "a{}"


def test_an_unclosed_script_is_left_alone():
    assert read_page("<script type=module>import './a'").module_scripts == ()


def test_import_maps_add_up():
    page = read_page(
        '<script type="importmap">{"imports": {"a": "/a.js", "b/": "/b/", "c": null}}</script>'
        '<script type="importmap">not json</script><script type="importmap">[]</script>'
        '<script type="importmap">{"imports": {"d": "https://x.org/d.js"}}</script>'
    )
    assert page.import_map == {"a": "/a.js", "b/": "/b/", "d": "https://x.org/d.js"}


def test_edits_are_made_wherever_they_stand():
    assert apply_edits("abcdef", [Edit(4, 5, "E"), Edit(0, 0, ">"), Edit(1, 3, "")]) == ">adEf"


@given(st.text(st.sampled_from("<>!-/\"'=& \n\u00fcabcimgscriptheadtypemodulesrc")))
def test_any_text_is_a_page(html):
    page = read_page(html)
    assert 0 <= page.client_place <= len(html)
    for url in page.urls:
        assert 0 <= url.start <= url.end <= len(html)
    for element in (*page.module_scripts, *page.styles):
        assert element.start <= element.text_start <= element.text_end <= element.end <= len(html)
