"""Globs: one table."""

import pytest

from hmr_server.files.globs import GlobSet


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        (".env", ".env", True),
        (".env", "a/b/.env", True),
        (".env", ".env/inside", True),
        (".env", "x.env", False),
        (".env", ".environment", False),
        (".ENV", ".env", True),
        (".env.*", ".ENV.local", True),
        ("*.pem", "a/b.pem", True),
        ("*.pem", "a/b.pem.txt", False),
        ("*.{pem,key}", "a.key", True),
        ("*.{pem,key}", "a.{pem,key}", False),
        ("*.{p*m,key}", "a.pm", True),
        ("**/.git/**", ".git", True),
        ("**/.git/**", ".git/config", True),
        ("**/.git/**", "a/b/.git/refs/x", True),
        ("**/.git/**", ".gitignore", False),
        ("**/.git/**", "a.git/x", False),
        ("secrets/**", "secrets/a/b", True),
        ("secrets/**", "a/secrets/b", False),
        ("/secrets/**", "secrets/a", True),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "ab/c", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a/b?c", "a/b/c", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("[!ab].txt", "c.txt", True),
        ("a.b", "axb", False),
        ("a+b(c)", "a+b(c)", True),
        ("a[b", "a[b", True),
        ("a{b", "a{b", True),
        ("*", "", True),
        ("a", "", False),
        ("*.txt", "a\n.txt", True),
    ],
)
def test_matching(glob: str, path: str, expected: bool) -> None:
    assert GlobSet([glob]).matches(path) is expected


def test_no_globs_match_nothing() -> None:
    assert not GlobSet([]).matches("")
    assert not GlobSet([]).matches("a/b")


def test_any_of_several() -> None:
    globs = GlobSet(["*.a", "b/**"])
    assert [globs.matches(path) for path in ("x.a", "b/c", "c")] == [True, True, False]
