"""What a build reads of pages and scripts."""

from dataclasses import replace
from pathlib import Path

import pytest

from hmr_server.build.site import build
from hmr_server.config import load_config

CLIENT = '<script type="module" src="/@hmr/client" data-entry="/main.py"></script>'


def built(root: Path, files: dict[str, str]):
    for name, text in files.items():
        (root / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "project" / name).write_text(text)
    return build(replace(load_config(root / "project")), root / "out", None)


@pytest.mark.parametrize(
    "files",
    [
        {"index.html": f"<!-- <script src='/@hmr/client' data-entry='/old.py'></script> -->{CLIENT}"},
        {"index.html": CLIENT + '<textarea><script src="/@hmr/client" data-entry="/old.py"></script></textarea>'},
        {
            "index.html": CLIENT + '<script type="module" src="w.js"></script>',
            "w.js": 'import { start } from "/@hmr/client";\n// start("/old.py")\n/* attach(p, { entry: "/old.py" }) */',
        },
        {
            "index.html": CLIENT + '<script type="module" src="w.js"></script>',
            "w.js": 'import { start } from "/@hmr/client";\nconst help = \'start("/old.py")\';',
        },
    ],
)  # fmt: skip
def test_what_is_commented_out_starts_nothing(tmp_path, files):
    result = built(tmp_path, {**files, "main.py": "print(1)"})
    assert result.entries == ["/main.py"]


@pytest.mark.parametrize(
    ("call", "packages"),
    [
        ('start("/main.py")', []),
        ("await start('/main.py', { packages: ['rich', `attrs`] })", ["rich", "attrs"]),
        ('hmr.start("/main.py", /* why */ { "packages": ["rich"] })', ["rich"]),
        ('attach(pyodide, { packages: ["rich"], entry: "/main.py" })', ["rich"]),
    ],
)
def test_calls_of_the_client_name_programs(tmp_path, call, packages):
    files = {
        "index.html": '<script type="module" src="w.js"></script>',
        "w.js": f'import * as hmr from "/@hmr/client";\nimport {{ start, attach }} from "/@hmr/client";\n{call};',
        "main.py": "print(1)",
    }
    assert built(tmp_path, files).entries == ["/main.py"]
    script = next((tmp_path / "out").rglob("client.js")).read_text()
    for name in packages:
        assert f'"{name}"' in script


@pytest.mark.parametrize(
    ("page", "is_copied"),
    [
        ('<script>fetch("app.py")</script>', True),
        ("<script>fetch(`${base}/app.py`)</script>", True),
        ('<a href="app.py">source</a>', True),
        ('<script type="py" src="app.py"></script>', True),
        ("<py-script>print(1)</py-script>", True),
        ('<!-- fetch("app.py") -->', False),
        ('<script>// fetch("app.py")\n</script>', False),
        ("<p>We wrote app.py once.</p>", False),
    ],
)
def test_python_that_a_page_fetches_itself_is_copied(tmp_path, page, is_copied):
    built(tmp_path, {"index.html": page, "app.py": "print(1)"})
    assert (tmp_path / "out" / "app.py").exists() is is_copied


def test_the_client_s_tag_goes_or_names_the_built_script(tmp_path):
    built(tmp_path, {"index.html": f"<p>a</p>\n{CLIENT}\n<p>b</p>", "other.html": '<script src="/@hmr/client"></script>\n<p>c</p>', "main.py": ""})  # fmt: skip
    page = (tmp_path / "out" / "index.html").read_text()
    assert "/@hmr/client" not in page
    assert 'data-entry="/main.py"' in page
    assert page.startswith("<p>a</p>\n<script")
    assert page.endswith("</script>\n<p>b</p>")
    assert (tmp_path / "out" / "other.html").read_text() == "<p>c</p>"
