"""Imports of Python modules."""

import pytest

from hmr_server.python.imports import decode, read_imports, source_hash


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("import a, b.c as d", "", ("a", "b.c")),
        ("from a import b, c as d", "", ("a", "a.b", "a.c")),
        ("from a import *", "", ("a",)),
        ("from . import b", "pkg.sub", ("pkg.sub", "pkg.sub.b")),
        ("from .b import c", "pkg", ("pkg.b", "pkg.b.c")),
        ("from ..b import c", "pkg.sub", ("pkg.b", "pkg.b.c")),
        ("from ...b import c", "pkg.sub", ()),
        ("def f():\n    import a", "", ("a",)),
        ("try:\n    import a\nexcept ImportError:\n    import b", "", ("a", "b")),
        ("import a\nimport a", "", ("a",)),
        ("x = 'import a'", "", ()),
        ("not python (", "", ()),
        ("\0", "", ()),
    ],
)
def test_imports(source, package, expected):
    assert read_imports(source, package) == expected


def test_hashes_tell_sources_apart():
    assert source_hash("a") == source_hash("a") != source_hash("b")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("a = 'é'".encode(), "a = 'é'"),
        (b"# coding: latin-1\na = '\xe9'", "# coding: latin-1\na = 'é'"),
        (b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", "a = 1\nb = 2\n"),
        (b"a = '\xff'\r\n", "a = '\ufffd'\n"),
        (b"# coding: no-such\n", "# coding: no-such\n"),
    ],
)
def test_text_is_read_as_python_reads_it(data, text):
    assert decode(data) == text
