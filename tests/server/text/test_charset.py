"""Which encoding a page or a stylesheet is read in."""

import pytest

from hmr_server.text.charset import charset_of, style_charset_of


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"", "utf-8"),
        ("<p>ü".encode(), "utf-8"),
        ("\ufeff<p>".encode(), "utf-8-sig"),
        ("<p>".encode("utf-16"), "utf-16"),
        (b"<p>\xfc", "cp1252"),
        (b'<meta charset="iso-8859-1"><p>\xfc', "cp1252"),
        (b"<META http-equiv=x content='text/html; charset=Shift_JIS'>", "shift_jis"),
        (b"<meta charset=utf-8><p>\xfc", "cp1252"),
        (b"<meta charset=nonsense>", "utf-8"),
        (b"x" * 2000 + b"<meta charset=latin1>", "utf-8"),
    ],
)
def test_what_a_browser_takes_it_for(page: bytes, expected: str) -> None:
    assert charset_of(page) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("p {}".encode("utf-16"), "utf-16"),
        (b'@charset "koi8-r"; p {}', "koi8-r"),
        (b'@charset "ISO-8859-1"; p {}', "cp1252"),
        (b'@charset "utf-16"; p {}', "utf-8"),
        (b'@charset "f\xfcr"; p {}', "cp1252"),
        (b'p {} @charset "koi8-r";', "utf-8"),
        (b"p::before { content: '\xfc' }", "cp1252"),
    ],
)
def test_what_a_browser_takes_a_stylesheet_for(style: bytes, expected: str) -> None:
    assert style_charset_of(style) == expected
