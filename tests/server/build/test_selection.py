"""What pages use is built, what has no name anywhere is not, and what may be secret never."""

from pathlib import Path

import pytest

from hmr_server.build.site import build
from hmr_server.config import load_config

PAGE = '<!doctype html><script type="module" src="main.js"></script>'
PROGRAM = '<script type="module" src="/@hmr/client" data-entry="/main.py"></script>'


def built(tmp_path: Path, files: dict[str, str], **settings: object) -> tuple[set[str], list[str]]:
    """Builds a project; returns the files of it that were built, and those that were left out."""
    root = tmp_path / "root"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    out = tmp_path / "out"
    result = build(load_config(root, **settings), out, None)
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    return names - {"assets/.hmr-build"}, [*result.left_out, *result.secrets]


@pytest.mark.parametrize(
    ("files", "used"),
    [
        ({"main.js": "import './a.js'", "a.js": ""}, {"a.js"}),
        ({"main.js": "import './a'", "a.js": ""}, {"a.js"}),
        ({"main.js": "fetch('data/a.json')", "data/a.json": "", "data/b.json": ""}, {"data/a.json"}),
        ({"main.js": "fetch('a%20b.txt')", "a b.txt": ""}, {"a b.txt"}),
        ({"main.js": "fetch(`level${n}.txt`)", "level1.txt": "", "level2.txt": ""},
         {"level1.txt", "level2.txt"}),
        ({"main.js": "fetch(`levels/${n}`)", "levels/1": "", "other/1": ""}, {"levels/1"}),
        ({"main.js": "fetch('levels/' + n)", "levels/1": "", "other/1": ""}, {"levels/1"}),
        ({"main.js": "fetch(n + '.csv')", "a.csv": "", "a.txt": ""}, {"a.csv"}),
        ({"main.js": "import './s.css'", "s.css": "p { background: url(p.png) }", "p.png": ""},
         {"s.css", "p.png"}),
        ({"main.js": "//# sourceMappingURL=main.js.map", "main.js.map": ""}, {"main.js.map"}),
        ({"main.js": "", "favicon.ico": "", "robots.txt": "", "public/x.bin": ""},
         {"favicon.ico", "robots.txt", "x.bin"}),
        ({"main.js": "", "notes.txt": "", "old.js": "", "package.json": "", "img/x.png": ""}, set()),
    ],
)  # fmt: skip
def test_what_a_page_uses(tmp_path: Path, files: dict[str, str], used: set[str]) -> None:
    names, left_out = built(tmp_path, {"index.html": PAGE, **files})
    assert names == {"index.html", "main.js"} | used
    built_paths = {f"public/{x}" if f"public/{x}" in files else x for x in used}
    assert set(left_out) == files.keys() - {"main.js"} - built_paths


def test_what_a_program_uses(tmp_path: Path) -> None:
    names, left_out = built(
        tmp_path,
        {
            "index.html": PROGRAM,
            "main.py": "import app.theme, importlib\nimportlib.import_module('plugins.red')\n"
            "open('names.json')\n",
            "app/__init__.py": "",
            "app/theme.py": "",
            "app/unused.py": "",
            "plugins/red.py": "",
            "names.json": "[]",
            "dump.json": "[]",
            "setup.py": "SECRET = 1",
        },
    )
    assert "names.json" in names
    assert sorted(left_out) == ["app/unused.py", "dump.json", "setup.py"]


def test_secrets_and_databases_are_never_built_unless_the_latter_are_named(tmp_path: Path) -> None:
    files = {
        "index.html": PAGE,
        "main.js": "fetch('.env'); fetch('key.pem'); fetch('app.db'); fetch('.env~'); fetch('secrets.json')",
        **dict.fromkeys([".env", ".env~", "key.pem", "app.db", ".git/config", "secrets.json"], "x"),
        ".well-known/security.txt": "",
    }
    names, left_out = built(tmp_path, files)
    assert names == {"index.html", "main.js", ".well-known/security.txt"}
    assert set(left_out) == {".env", ".env~", "key.pem", "app.db", "secrets.json"}


def test_build_include_names_what_is_needed(tmp_path: Path) -> None:
    files = {
        "index.html": PAGE,
        "main.js": "",
        "app.db": "",
        "a/x.bin": "",
        ".env": "",
        "b.txt": "",
    }
    names, left_out = built(tmp_path, files, build_include=["*.db", "a/**", ".env"])
    assert names == {"index.html", "main.js", "app.db", "a/x.bin"}
    assert sorted(left_out) == [".env", "b.txt"]
