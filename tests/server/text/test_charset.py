"""Which encoding a page is read in."""

import pytest

from hmr_server.html.charset import charset_of


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
