"""Tags that plugins add."""

import pytest

from hmr_server.html.added_tags import HtmlTag, TagPlace, with_tags

A, B, C, D = (HtmlTag(name, place=place) for name, place in zip("abcd", TagPlace, strict=True))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<!doctype html><html><head><title>t</title></head><body><p></body></html>",
            (
                "<!doctype html><html><head><a></a><title>t</title><b></b></head>"
                "<body><c></c><p><d></d></body></html>"
            ),
        ),
        ("<!doctype html><p>", "<!doctype html><a></a><b></b><c></c><p><d></d>"),
        ("<p>", "<a></a><b></b><c></c><p><d></d>"),
        (
            "<head></head><body><textarea></body></textarea></body>",
            "<head><a></a><b></b></head><body><c></c><textarea></body></textarea><d></d></body>",
        ),
        (
            "<!-- <head> --><HEAD lang=x>\n</HEAD>\n<body\nid=y>",
            "<!-- <head> --><HEAD lang=x><a></a>\n<b></b></HEAD>\n<body\nid=y><c></c><d></d>",
        ),
    ],
)
def test_each_tag_goes_to_its_place(page, expected):
    assert with_tags(page, [A, B, C, D]) == expected


def test_a_tag_is_written_with_its_attributes_and_text():
    tag = HtmlTag("script", {"src": 'a"b', "defer": True, "async": False}, "1 < 2")
    assert str(tag) == '<script src="a&quot;b" defer>1 < 2</script>'
    assert str(HtmlTag("meta", {"name": "x"})) == '<meta name="x">'
