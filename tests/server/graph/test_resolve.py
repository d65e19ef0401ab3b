"""From specifiers to files and back to URLs."""

import pytest

from hmr_server.files.access import FileAccess
from hmr_server.graph.resolve import Resolver

FILES = [
    "main.js", "a.js", "a.ts", "a.json", "b.mjs", "b.js", "both.js", "both/index.js",
    "dir/index.ts", "dir/own.js", "pkg/package.json", "pkg/lib/entry.js", "noindex/x.txt",
    "only.ts", "a b.js", "a%41.js", "a#b.js", "größe.js", "file.js.map", "sub/x.js", "data.json",
]  # fmt: skip


@pytest.fixture
def resolver(tmp_path):
    root = (tmp_path / "root").resolve()
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / "pkg/package.json").write_text('{"main": "lib/entry"}')
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/s.js").write_text("")
    return Resolver(root, FileAccess(root, [root], []))


@pytest.mark.parametrize(
    ("specifier", "importer", "expected"),
    [
        ("./a.js", "main.js", "a.js"),
        ("./a", "main.js", "a.js"),
        ("./b", "main.js", "b.mjs"),
        ("./only", "main.js", "only.ts"),
        ("./only.js", "main.js", None),
        ("./only.js", "a.ts", "only.ts"),
        ("./data", "main.js", "data.json"),
        ("./both", "main.js", "both.js"),
        ("./both/", "main.js", "both/index.js"),
        ("./dir", "main.js", "dir/index.ts"),
        ("./pkg", "main.js", "pkg/lib/entry.js"),
        ("./noindex", "main.js", None),
        (".", "dir/own.js", "dir/index.ts"),
        ("..", "dir/own.js", None),
        ("../a.js", "dir/own.js", "a.js"),
        ("./a.js?x=1", "main.js", "a.js?x=1"),
        ("./a.js#part", "main.js", "a.js"),
        ("/sub/x.js", "dir/own.js", "sub/x.js"),
        ("/sub/x", None, "sub/x.js"),
        ("/none.js", "main.js", None),
        ("./none.js", "main.js", None),
        ("./a b.js", "main.js", "a b.js"),
        ("./a%20b.js", "main.js", "a b.js"),
        ("./a%2541.js", "main.js", "a%41.js"),
        ("./a%23b.js", "main.js", "a#b.js"),
        ("./größe", "main.js", "größe.js"),
        ("/gr%C3%B6%C3%9Fe.js", None, "größe.js"),
        ("virtual:x", "main.js", None),
        ("\0virtual:x", "main.js", None),
    ],
)
def test_specifiers(resolver, specifier, importer, expected):
    found = resolver.resolve(specifier, importer and f"{resolver.root}/{importer}")
    assert found == (expected and f"{resolver.root}/{expected}")


def test_absolute_paths(resolver, tmp_path):
    shared = (tmp_path / "shared/s.js").resolve()
    importer = f"{resolver.root}/main.js"
    assert resolver.resolve(f"/@fs{shared}", None) == str(shared)
    assert resolver.resolve(str(shared), importer) == str(shared)
    assert resolver.resolve(str(shared), None) is None  # a page's URL starts at the root


@pytest.mark.parametrize(
    ("id_", "url"),
    [
        ("{root}/a.js", "/a.js"),
        ("{root}/a.js?x=1", "/a.js?x=1"),
        ("{root}/a#b%.js", "/a%23b%25.js"),
        ("{root}/größe.js", "/größe.js"),
        ("/elsewhere/a.js", "/@fs/elsewhere/a.js"),
        ("{root}2/a.js", "/@fs{root}2/a.js"),
        ("\0virtual:x", "\0virtual:x"),
        ("virtual:x", "virtual:x"),
    ],
)
def test_urls_of_ids(resolver, id_, url):
    root = str(resolver.root)
    assert resolver.url_of(id_.format(root=root)) == url.format(root=root)


def test_a_link_is_the_file_it_leads_to_and_is_remembered(resolver):
    root = resolver.root
    (root / "link.js").symlink_to(root / "sub/x.js")
    (root / "linked").symlink_to(root / "sub")
    importer = f"{root}/main.js"
    assert resolver.resolve("./link", importer) == f"{root}/sub/x.js"
    assert resolver.resolve("./linked/x.js", importer) == f"{root}/sub/x.js"
    assert set(resolver.links) == {f"{root}/link.js", f"{root}/linked/x.js"}
    (root / "broken.js").symlink_to(root / "gone.js")
    (root / "circle.js").symlink_to(root / "circle.js")
    assert resolver.resolve("./broken.js", importer) is None
    assert resolver.resolve("./circle.js", importer) is None


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [("x.css", "css/x.css"), ("./x.css", "css/x.css"), ("/css/x.css", "css/x.css"),
     ("x.css?v=1#y", "css/x.css"), ("theme/dark.css", "node_modules/theme/dark.css"),
     ("~theme/dark.css", "node_modules/theme/dark.css"), ("none.css", None), ("./none.css", None)],
)  # fmt: skip
def test_what_a_stylesheet_names(resolver, specifier, expected):
    root = resolver.root
    for name in ("css/x.css", "node_modules/theme/dark.css"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("")
    (root / "node_modules/theme/package.json").write_text("{}")
    found = resolver.resolve_style(specifier, f"{root}/css/main.css")
    assert (found and found.partition("?")[0]) == (expected and f"{root}/{expected}")
